//! What is done on the disk, step by step. Everything here blocks.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fs::{self, DirEntry, File, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use satchel_ports::{Listed, Put};
use satchel_types::{BlobName, CircleId, StreamId};
use tokio_util::sync::CancellationToken;

use super::MARKER;
use crate::limits;

/// How a file ends that is being written.
const TEMPORARY: &str = ".satchel-tmp";

/// Tries to write an object whose temporary file was cleared away meanwhile.
const TRIES: usize = 5;

/// A step of listing, or of writing in order. Tests end the program before each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Look,
    MakeFolder,
    Create,
    Write,
    SyncFile,
    Name,
    SyncFolder,
    Clear,
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The folder is not there or does not answer.
    Away,
    /// It is there without its marker.
    Unmarked,
    /// Its marker is another circle's.
    Other,
    Denied,
    Full,
    Busy,
    NotFound,
    TooLarge(u64),
    Nonsense(&'static str),
    Cancelled,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::Denied,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::Full
            }
            ErrorKind::ResourceBusy | ErrorKind::WouldBlock => Self::Busy,
            ErrorKind::NotADirectory | ErrorKind::IsADirectory => Self::Nonsense(CONFUSED),
            // A folder that went away, and whatever a medium says that was pulled out.
            _ => Self::Away,
        }
    }
}

const CONFUSED: &str = "files and folders are not where they belong";

/// A circle's folder.
pub(super) struct Disk {
    root: PathBuf,
    /// The circle's own, below the root.
    folder: PathBuf,
    circle: CircleId,
    /// Called before each step.
    pub(super) before: Box<dyn Fn(Step) -> io::Result<()> + Send + Sync>,
    /// How objects get their names.
    pub(super) links: Links,
}

/// The best way known to name a file without replacing another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Links {
    /// A second name for the temporary file. Not on sticks (FAT, exFAT) and phones.
    Hard,
    /// A rename that replaces nothing. Not on every network drive.
    Rename,
    /// A look and then a rename. Two writers of one name could replace each other's object, which is the same.
    Look,
}

impl Disk {
    pub(super) fn new(root: &Path, circle: CircleId) -> Self {
        Self {
            root: root.to_owned(),
            folder: root.join(circle.to_string()),
            circle,
            before: Box::new(|_| Ok(())),
            links: Links::Hard,
        }
    }

    /// The marker's text is the same on every device, so that two that set a synchronised folder up at
    /// once make no conflict.
    fn marker(&self) -> String {
        format!(
            "Sealed data that wallets of one circle exchange through this folder.\n\
             Please leave the files as they are.\n\
             circle {}\n",
            self.circle
        )
    }

    pub(super) fn set_up(&self) -> Result<(), Fault> {
        // The root may be a link: whoever chose it knows where it leads.
        if !fs::metadata(&self.root)?.is_dir() {
            return Err(Fault::Nonsense(CONFUSED));
        }
        match self.check() {
            Ok(()) => return Ok(()),
            Err(Fault::Away) => self.make_folder(&self.root, &self.folder)?,
            // Left so by a set-up that was cut off, or not yet brought by whoever synchronises.
            Err(Fault::Unmarked) => {
                for entry in fs::read_dir(&self.folder)? {
                    if !is_hidden(&entry?) {
                        return Err(Fault::Unmarked);
                    }
                }
            }
            Err(fault) => return Err(fault),
        }
        self.write(&self.folder.join(MARKER), self.marker().as_bytes(), false)?;
        self.check()
    }

    /// Checks that the folder is there and is the circle's.
    fn check(&self) -> Result<(), Fault> {
        if !is_folder(&self.folder)? {
            return Err(Fault::Away);
        }
        let marker = self.marker();
        match read(&self.folder.join(MARKER), marker.len() as u64) {
            Ok(bytes) if bytes == marker.as_bytes() => Ok(()),
            Ok(_) | Err(Fault::TooLarge(_)) => Err(Fault::Other),
            Err(Fault::NotFound) => Err(Fault::Unmarked),
            Err(fault) => Err(fault),
        }
    }

    /// Names of folders that are circles'.
    pub(super) fn circles(&self) -> Result<Vec<CircleId>, Fault> {
        let mut circles = Vec::new();
        for (seen, entry) in fs::read_dir(&self.root)?.enumerate() {
            let entry = entry?;
            if seen >= limits::ENTRIES || circles.len() > limits::CIRCLES {
                return Err(Fault::Nonsense("there are more circles than a place has"));
            }
            let name = entry.file_name();
            if let Some(Ok(circle)) = name.to_str().map(str::parse)
                && entry.file_type()?.is_dir()
            {
                circles.push(circle);
            }
        }
        Ok(circles)
    }

    pub(super) fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, Fault> {
        self.check()?;
        let mut list = List {
            objects: Vec::new(),
            entries: 0,
            cancel,
            before: &*self.before,
        };
        list.folder(&self.folder, "keys")?;
        let mut streams = Vec::new();
        list.each(&self.folder.join("s"), |entry| {
            let name = entry.file_name();
            let stream = name.to_str().filter(|n| n.parse::<StreamId>().is_ok());
            if let Some(stream) = stream
                && entry.file_type()?.is_dir()
            {
                streams.push(format!("s/{stream}"));
            }
            Ok(())
        })?;
        if streams.len() > limits::STREAMS {
            return Err(Fault::Nonsense("there are more streams than a circle has"));
        }
        for stream in streams {
            list.folder(&self.folder, &stream)?;
        }
        // It may have gone away meanwhile, and the list with it.
        self.check()?;
        Ok(list.objects)
    }

    pub(super) fn get(&self, path: &Path, max: u64) -> Result<Vec<u8>, Fault> {
        self.check()?;
        if !self.has_folders(path)? {
            return Err(Fault::NotFound);
        }
        let got = read(&self.folder.join(path), max);
        if matches!(got, Err(Fault::NotFound)) {
            self.check()?;
        }
        got
    }

    pub(super) fn put_new(&self, path: &Path, object: &[u8]) -> Result<Put, Fault> {
        self.check()?;
        let target = self.folder.join(path);
        // Also a folder, a link or a pipe: nothing is read from it, and `mend` puts the object in its place.
        if is_there(&target) {
            return Ok(Put::Existed);
        }
        self.make_folders(path)?;
        self.write(&target, object, false)
    }

    pub(super) fn mend(&self, path: &Path, object: &[u8]) -> Result<(), Fault> {
        self.check()?;
        self.make_folders(path)?;
        let target = self.folder.join(path);
        if is_folder(&target).unwrap_or(false) {
            make_way(&target)?;
        }
        self.write(&target, object, true).map(drop)
    }

    pub(super) fn remove(&self, path: &Path) -> Result<(), Fault> {
        self.check()?;
        if !self.has_folders(path)? {
            return Ok(());
        }
        let target = self.folder.join(path);
        match fs::remove_file(&target) {
            Ok(()) => Ok(sync_folder(target.parent().unwrap_or(&self.folder))?),
            Err(error) if error.kind() == ErrorKind::NotFound => self.check(),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns whether the folders above an object are there, and are no links to elsewhere.
    fn has_folders(&self, path: &Path) -> Result<bool, Fault> {
        let mut above = self.folder.clone();
        for part in path.parent().into_iter().flatten() {
            above.push(part);
            if !is_folder(&above)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes the folders between the circle's own, which must be there, and an object.
    fn make_folders(&self, path: &Path) -> Result<(), Fault> {
        let mut above = self.folder.clone();
        for part in path.parent().into_iter().flatten() {
            let folder = above.join(part);
            if !is_folder(&folder)? {
                self.make_folder(&above, &folder)?;
            }
            above = folder;
        }
        Ok(())
    }

    /// Makes one folder, never those above it.
    fn make_folder(&self, above: &Path, folder: &Path) -> Result<(), Fault> {
        (self.before)(Step::MakeFolder)?;
        match fs::create_dir(folder) {
            Ok(()) => Ok(sync_folder(above)?),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // Another hand was quicker, or something else has its name.
                if is_folder(folder)? {
                    Ok(())
                } else {
                    Err(Fault::Nonsense(CONFUSED))
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a file beside, brings it to the medium and gives it its name.
    fn write(&self, target: &Path, bytes: &[u8], replace: bool) -> Result<Put, Fault> {
        for _ in 0..TRIES {
            match self.try_write(target, bytes, replace) {
                // A list cleared the temporary file away.
                Err(Fault::NotFound) => {}
                done => return done,
            }
        }
        Err(Fault::Busy)
    }

    fn try_write(&self, target: &Path, bytes: &[u8], replace: bool) -> Result<Put, Fault> {
        let temporary = temporary(target).ok_or(Fault::Nonsense(CONFUSED))?;
        (self.before)(Step::Create)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)?;
        let named = self
            .fill(&mut file, bytes)
            .and_then(|()| self.name(&temporary, target, replace));
        // Also after a failure: half a file is of no use, and there may be no room for more.
        if named.is_err() || is_there(&temporary) {
            let cleared = (self.before)(Step::Clear).and_then(|()| fs::remove_file(&temporary));
            if let Err(error) = cleared {
                tracing::debug!(kind = ?error.kind(), "a temporary file stays");
            }
        }
        let put = named?;
        (self.before)(Step::SyncFolder)?;
        sync_folder(target.parent().unwrap_or(&self.folder))?;
        Ok(put)
    }

    fn fill(&self, file: &mut File, bytes: &[u8]) -> Result<(), Fault> {
        // In pieces, so that a medium that is full is met in the middle of it.
        for piece in bytes.chunks(64 * 1024) {
            (self.before)(Step::Write)?;
            file.write_all(piece)?;
        }
        (self.before)(Step::SyncFile)?;
        file.sync_all()?;
        Ok(())
    }

    fn name(&self, temporary: &Path, target: &Path, replace: bool) -> Result<Put, Fault> {
        (self.before)(Step::Name)?;
        if replace {
            return match fs::rename(temporary, target) {
                Ok(()) => Ok(Put::New),
                Err(error) if error.kind() == ErrorKind::NotFound => Err(gone(target)),
                Err(error) => Err(error.into()),
            };
        }
        let mut error = io::Error::from(ErrorKind::Unsupported);
        for way in [Links::Hard, Links::Rename, Links::Look] {
            if way < self.links {
                continue;
            }
            let named = match way {
                Links::Hard => fs::hard_link(temporary, target),
                Links::Rename => rename_new(temporary, target),
                Links::Look if is_there(target) => Err(ErrorKind::AlreadyExists.into()),
                Links::Look => fs::rename(temporary, target),
            };
            match named.map_err(|e| (e.kind(), e)) {
                Ok(()) => return Ok(Put::New),
                Err((ErrorKind::AlreadyExists, _)) => return Ok(Put::Existed),
                Err((ErrorKind::NotFound, _)) => return Err(gone(target)),
                // Another writer was quicker; Windows refuses to replace what is still open there.
                Err(_) if way == Links::Look && is_there(target) => return Ok(Put::Existed),
                // Media without links say so in many ways, or say that it is not permitted.
                Err((_, e)) => error = e,
            }
        }
        Err(error.into())
    }
}

/// Tells a temporary file that was cleared away from a folder that is gone.
fn gone(target: &Path) -> Fault {
    match target.parent().map(is_folder) {
        Some(Ok(true)) => Fault::NotFound,
        _ => Fault::Away,
    }
}

/// A list in the making.
struct List<'a> {
    objects: Vec<Listed>,
    entries: usize,
    cancel: &'a CancellationToken,
    before: &'a (dyn Fn(Step) -> io::Result<()> + Send + Sync),
}

impl List<'_> {
    /// Looks at every entry of a folder, which need not be there.
    fn each(
        &mut self,
        folder: &Path,
        mut act: impl FnMut(DirEntry) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        (self.before)(Step::Look)?;
        if !is_folder(folder)? {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            if self.cancel.is_cancelled() {
                return Err(Fault::Cancelled);
            }
            self.entries += 1;
            if self.entries > limits::ENTRIES {
                return Err(Fault::Nonsense("the folder has more entries than a circle"));
            }
            act(entry?)?;
        }
        Ok(())
    }

    /// Adds the objects of one folder below the circle's, `inside` with slashes.
    fn folder(&mut self, circle: &Path, inside: &str) -> Result<(), Fault> {
        let folder: PathBuf = circle.join(inside.split('/').collect::<PathBuf>());
        let mut left = Vec::new();
        let mut found = Vec::new();
        self.each(&folder, |entry| {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                return Ok(());
            };
            if let Some(Ok(of)) = object_of(name).map(|of| format!("{inside}/{of}").parse()) {
                left.push((of, entry.path()));
            }
            let Ok(name) = format!("{inside}/{name}").parse::<BlobName>() else {
                return Ok(());
            };
            // Of the entry itself: a link is not followed.
            let metadata = match entry.metadata() {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                metadata => metadata?,
            };
            if metadata.is_file() {
                found.push(Listed {
                    name,
                    len: Some(metadata.len()),
                    tag: changed_at(&metadata),
                });
            }
            Ok(())
        })?;
        // What a crash left of writing an object that is there now.
        if !left.is_empty() {
            let there: HashSet<BlobName> = found.iter().map(|listed| listed.name).collect();
            for (_, path) in left.iter().filter(|(name, _)| there.contains(name)) {
                let _ = fs::remove_file(path);
            }
        }
        self.objects.append(&mut found);
        if self.objects.len() > limits::OBJECTS {
            return Err(Fault::Nonsense("there are more objects than a circle has"));
        }
        Ok(())
    }
}

/// Returns what a file system changes when a file is written. Not who reads it.
#[cfg(unix)]
fn changed_at(metadata: &fs::Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    let written = (metadata.mtime(), metadata.mtime_nsec());
    // Whoever sets the first back does not set this back.
    let changed = (metadata.ctime(), metadata.ctime_nsec());
    Some(crate::tag_of((metadata.ino(), written, changed)))
}

#[cfg(not(unix))]
fn changed_at(metadata: &fs::Metadata) -> Option<u64> {
    metadata.modified().ok().map(crate::tag_of)
}

/// Returns whether an entry is hidden, as those are that systems and synchronisers leave.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Returns the name beside a file under which it is written: hidden, and never used twice.
fn temporary(target: &Path) -> Option<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = target.file_name()?.to_str()?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // The standard library's hasher is seeded by the system: other processes have other names.
    let dice = RandomState::new().hash_one(count);
    Some(target.with_file_name(format!(".{name}.{dice:016x}{TEMPORARY}")))
}

/// Returns the name of the file that a temporary one is to become.
fn object_of(name: &str) -> Option<&str> {
    let inner = name.strip_prefix('.')?.strip_suffix(TEMPORARY)?;
    inner.rsplit_once('.').map(|(of, _)| of)
}

/// Returns whether a path is a folder and no link to one; false where nothing is.
fn is_folder(path: &Path) -> Result<bool, Fault> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(_) => Err(Fault::Nonsense(CONFUSED)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Moves a folder out of the way that has an object's name. What is in it may be somebody's: it is kept.
fn make_way(folder: &Path) -> Result<(), Fault> {
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
            let aside = temporary(folder).ok_or(Fault::Nonsense(CONFUSED))?;
            Ok(fs::rename(folder, aside.with_extension("aside"))?)
        }
        removed => Ok(removed?),
    }
}

fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Reads a file of at most `max` bytes. Links, pipes and devices hold no object.
fn read(path: &Path, max: u64) -> Result<Vec<u8>, Fault> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(Fault::NotFound),
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Fault::NotFound),
        Err(error) => return Err(error.into()),
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Somebody may have put something else there since: it is not followed, and not waited for.
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Fault::NotFound),
        file => file?,
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(Fault::NotFound);
    }
    if metadata.len() > max {
        return Err(Fault::TooLarge(max));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0).min(1 << 20));
    // It may grow while it is read.
    file.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(Fault::TooLarge(max));
    }
    Ok(bytes)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_new(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Brings names to the medium, where a system can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        // Some network drives keep names safe by themselves and refuse this.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}
