use std::fs;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Put};
use satchel_testkit::contract::{self, Ground};
use satchel_testkit::rows::{blob_name, circle_id};
use satchel_types::{BlobName, CircleId};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::disk::{Disk, Links, Step};
use super::*;

struct Room {
    folder: TempDir,
    links: Links,
}

impl Room {
    fn new() -> Self {
        Self::with(Links::Hard)
    }

    /// A folder that two circles have set up.
    fn with(links: Links) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        for n in 1..=2 {
            let set_up = Disk::new(folder.path(), circle_id(n)).set_up();
            set_up.expect("an empty folder");
        }
        Self { folder, links }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, path: impl ToString) -> PathBuf {
        let inside: PathBuf = path.to_string().split('/').collect();
        self.path().join(circle_id(1).to_string()).join(inside)
    }

    fn open(&self) -> Folder {
        Folder::open(self.path(), circle_id(1), "Stick")
    }

    /// A hand whose disk does something before each step.
    fn with_steps(
        &self,
        before: impl Fn(Step) -> io::Result<()> + Send + Sync + 'static,
    ) -> Folder {
        let mut disk = Disk::new(self.path(), circle_id(1));
        disk.before = Box::new(before);
        disk.links = self.links;
        Folder {
            disk: Arc::new(disk),
            ..self.open()
        }
    }

    /// All files below the circle's folder but its marker.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.at("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.file_name().expect("a name").to_string_lossy();
                    files.push(name.into_owned());
                }
            }
        }
        files.retain(|name| name != MARKER);
        files
    }
}

#[async_trait]
impl Ground for Room {
    fn hand(&self, circle: CircleId) -> Arc<dyn BlobStore> {
        let mut disk = Disk::new(self.path(), circle);
        disk.links = self.links;
        Arc::new(Folder {
            disk: Arc::new(disk),
            ..self.open()
        })
    }

    async fn plant(&self, circle: CircleId, path: &str, bytes: &[u8]) {
        let path = self.path().join(circle.to_string()).join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a healthy disk");
        fs::write(path, bytes).expect("a healthy disk");
    }

    async fn held(&self, circle: CircleId, path: &str) -> Option<Vec<u8>> {
        fs::read(self.path().join(circle.to_string()).join(path)).ok()
    }

    fn is_exclusive(&self) -> bool {
        self.links < Links::Look
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_keeps_the_contract_on_every_kind_of_medium() {
    let mut ways = vec![Links::Hard, Links::Look];
    if cfg!(any(target_os = "linux", target_vendor = "apple")) {
        ways.push(Links::Rename);
    }
    for links in ways {
        contract::blob_store(async || Room::with(links)).await;
    }
}

async fn all_calls(folder: &Folder) -> [Result<(), BlobError>; 5] {
    let name = blob_name(1);
    [
        folder.list(&CancellationToken::new()).await.map(drop),
        folder.get(&name, 100).await.map(drop),
        folder.put_new(&name, b"new").await.map(drop),
        folder.mend(&name, b"new").await,
        folder.remove(&name).await,
    ]
}

fn unreachable() -> Result<(), BlobError> {
    Err(BlobError::Unreachable {
        place: "Stick".to_owned(),
    })
}

#[tokio::test]
async fn a_place_that_vanished_is_neither_empty_nor_made_anew() {
    let room = Room::new();
    let folder = room.open();
    let name = blob_name(1);
    assert_eq!(folder.put_new(&name, b"kept").await, Ok(Put::New));

    // What a stick leaves that is pulled out: the folder it was mounted on, or nothing.
    let away = tempfile::tempdir().expect("a scratch folder");
    let stick = away.path().join("stick");
    fs::rename(room.path(), &stick).expect("moved");
    assert_eq!(all_calls(&folder).await, [(); 5].map(|()| unreachable()));
    assert!(!room.path().exists(), "nothing was made");
    fs::create_dir(room.path()).expect("a mount point");
    assert_eq!(all_calls(&folder).await, [(); 5].map(|()| unreachable()));
    let below = fs::read_dir(room.path()).expect("a folder").count();
    assert_eq!(below, 0, "nothing was written below the mount point");

    // A circle's folder without its marker, or with another's, is not the place either.
    fs::create_dir_all(room.at("s")).expect("made");
    assert_eq!(all_calls(&folder).await, [(); 5].map(|()| unreachable()));
    fs::write(room.at(MARKER), b"circle of somebody else").expect("written");
    assert_eq!(all_calls(&folder).await, [(); 5].map(|()| unreachable()));
    assert_eq!(room.files(), Vec::<String>::new());

    fs::remove_dir_all(room.path()).expect("removed");
    fs::rename(&stick, room.path()).expect("moved back");
    assert_eq!(folder.get(&name, 4).await, Ok(b"kept".to_vec()));
}

#[tokio::test]
async fn a_place_that_vanishes_while_it_is_listed_gives_no_shorter_list() {
    for end in 0..3 {
        let room = Room::new();
        let put = room.open().put_new(&blob_name(1), b"x").await;
        assert_eq!(put, Ok(Put::New));
        let (root, gone) = (room.path().to_owned(), room.path().with_extension("gone"));
        let away = gone.clone();
        let count = AtomicUsize::new(0);
        let folder = room.with_steps(move |step| {
            if step == Step::Look && count.fetch_add(1, Ordering::Relaxed) == end {
                fs::rename(&root, &away)?;
            }
            Ok(())
        });
        let listed = folder.list(&CancellationToken::new()).await;
        assert_eq!(listed.map(drop), unreachable(), "before look {end}");
        fs::rename(gone, room.path()).expect("moved back");
    }
}

#[tokio::test]
async fn what_comes_while_an_object_is_written_stays() {
    for links in [Links::Hard, Links::Rename, Links::Look] {
        if links == Links::Rename && !cfg!(any(target_os = "linux", target_vendor = "apple")) {
            continue;
        }
        let room = Room::with(links);
        let name = blob_name(1);
        let target = room.at(name);
        let folder = room.with_steps(move |step| match step {
            Step::Name => fs::write(&target, b"theirs"),
            _ => Ok(()),
        });
        assert_eq!(folder.put_new(&name, b"ours").await, Ok(Put::Existed));
        assert_eq!(folder.get(&name, 6).await, Ok(b"theirs".to_vec()));
        assert_eq!(room.files().len(), 1, "{links:?}: {:?}", room.files());
    }
}

#[tokio::test]
async fn setting_up_takes_what_is_marked_and_nothing_else() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("root");
    let circle = circle_id(1);
    let set_up = async || Folder::set_up(&root, circle, "Stick").await.map(drop);
    let place = || "Stick".to_owned();

    // The root itself is never made: it may be a medium that is not there.
    let away = SetUpError::Place(BlobError::Unreachable { place: place() });
    assert_eq!(set_up().await, Err(away));
    assert!(!root.exists());

    fs::create_dir(&root).expect("made");
    let ours = root.join(circle.to_string());
    fs::create_dir_all(ours.join("s")).expect("made");
    let unmarked = SetUpError::Unmarked { place: place() };
    assert_eq!(set_up().await, Err(unmarked), "not all of it arrived");

    fs::remove_dir(ours.join("s")).expect("removed");
    fs::write(ours.join(".hidden"), b"").expect("written");
    assert_eq!(set_up().await, Ok(()), "a set-up that was cut off");
    assert_eq!(set_up().await, Ok(()), "a second device");

    fs::write(ours.join(MARKER), b"another").expect("written");
    let other = SetUpError::Other { place: place() };
    assert_eq!(set_up().await, Err(other));
    assert_eq!(fs::read(ours.join(MARKER)).ok(), Some(b"another".to_vec()));
}

#[test]
fn the_marker_says_the_same_on_every_device() {
    let markers: Vec<_> = (0..2)
        .map(|_| fs::read(Room::new().at(MARKER)).expect("a marker"))
        .collect();
    assert_eq!(markers[0], markers[1]);
    let text = String::from_utf8(markers[0].clone()).expect("text");
    assert!(text.contains(&circle_id(1).to_string()), "{text}");
}

#[tokio::test]
async fn a_full_or_forbidden_medium_is_told_and_nothing_half_stays() {
    let told = |kind| {
        let place = "Stick".to_owned();
        match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => BlobError::Full { place },
            ErrorKind::ResourceBusy => BlobError::Busy {
                place,
                after_s: None,
            },
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
                BlobError::Denied { place }
            }
            _ => BlobError::Unreachable { place },
        }
    };
    for (step, kind) in [
        (Step::MakeFolder, ErrorKind::PermissionDenied),
        (Step::Create, ErrorKind::ReadOnlyFilesystem),
        (Step::Write, ErrorKind::StorageFull),
        (Step::Write, ErrorKind::QuotaExceeded),
        (Step::SyncFile, ErrorKind::StorageFull),
        (Step::SyncFile, ErrorKind::Other),
        (Step::Name, ErrorKind::ResourceBusy),
    ] {
        let room = Room::new();
        let count = AtomicUsize::new(0);
        let folder = room.with_steps(move |now| {
            // The second piece of what is written.
            let pieces = if now == Step::Write { 1 } else { 0 };
            if now == step && count.fetch_add(1, Ordering::Relaxed) == pieces {
                return Err(kind.into());
            }
            Ok(())
        });
        let put = folder.put_new(&blob_name(1), &[7; 200_000]).await;
        assert_eq!(put, Err(told(kind)), "{step:?}");
        assert_eq!(room.files(), Vec::<String>::new(), "{step:?} {kind:?}");
        let again = folder.put_new(&blob_name(1), &[7; 200_000]).await;
        assert_eq!(again, Ok(Put::New), "once it is better");
    }
}

/// Ends a program before its step number `end`. Returns whether it came to that.
fn cut_off(room: &Room, end: usize, act: impl FnOnce(&Disk)) -> bool {
    let mut disk = Disk::new(room.path(), circle_id(1));
    let count = AtomicUsize::new(0);
    disk.links = room.links;
    disk.before = Box::new(move |step| {
        let now = count.fetch_add(1, Ordering::Relaxed);
        assert!(now != end, "the end, before {step:?}");
        Ok(())
    });
    catch_unwind(AssertUnwindSafe(|| act(&disk))).is_err()
}

#[tokio::test]
async fn a_program_that_ends_at_any_step_leaves_whole_objects_and_no_litter() {
    let whole = vec![3; 150_000];
    let name = blob_name(1);
    let path = path_of(&name);
    for links in [Links::Hard, Links::Look] {
        for mending in [false, true] {
            let mut end = 0;
            loop {
                let room = Room::with(links);
                if mending {
                    room.plant(circle_id(1), &name.to_string(), b"torn").await;
                }
                let was_cut_off = cut_off(&room, end, |disk| {
                    let done = match mending {
                        false => disk.put_new(&path, &whole).map(drop),
                        true => disk.mend(&path, &whole),
                    };
                    done.expect("a healthy disk");
                });
                let folder = room.open();
                match folder.get(&name, 1 << 20).await {
                    Ok(got) => assert!(got == whole || (mending && got == b"torn")),
                    Err(error) => assert_eq!(error, BlobError::NotFound),
                }
                // Whoever comes back does it again, and the next list clears up.
                let again = match mending {
                    false => folder.put_new(&name, &whole).await.map(drop),
                    true => folder.mend(&name, &whole).await,
                };
                assert_eq!(again, Ok(()));
                assert!(folder.get(&name, 1 << 20).await.as_ref() == Ok(&whole));
                let listed = folder.list(&CancellationToken::new()).await;
                assert_eq!(listed.map(|l| l.len()), Ok(1));
                assert_eq!(room.files().len(), 1, "{:?}", room.files());
                if !was_cut_off {
                    break;
                }
                end += 1;
            }
            assert!(end >= 6, "{end} steps");
        }
    }
}

#[test]
fn setting_up_can_be_cut_off_anywhere_and_repeated() {
    let mut end = 0;
    loop {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let room = Room {
            folder: scratch,
            links: Links::Hard,
        };
        let was_cut_off = cut_off(&room, end, |disk| {
            disk.set_up().expect("a healthy disk");
        });
        let again = Disk::new(room.path(), circle_id(1));
        assert_eq!(again.set_up(), Ok(()), "cut off before step {end}");
        let listed = again.list(&CancellationToken::new());
        assert_eq!(listed, Ok(Vec::new()));
        if !was_cut_off {
            break;
        }
        end += 1;
    }
}

#[tokio::test]
async fn what_is_still_being_written_by_others_stays() {
    let room = Room::new();
    let folder = room.open();
    let (there, coming) = (blob_name(2), blob_name(4));
    assert_eq!(folder.put_new(&there, b"there").await, Ok(Put::New));
    let beside = |name: &BlobName, end: &str| {
        let path = room.at(name);
        let file = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        path.with_file_name(format!(".{file}.0{end}"))
    };
    let stays = [
        beside(&coming, ".satchel-tmp"),
        beside(&there, ".another-tmp"),
        beside(&there, ""),
    ];
    let goes = beside(&there, ".satchel-tmp");
    for path in stays.iter().chain([&goes]) {
        fs::write(path, b"half").expect("written");
    }
    let listed = folder.list(&CancellationToken::new()).await;
    assert_eq!(listed.map(|l| l.len()), Ok(1));
    assert!(stays.iter().all(|path| path.exists()));
    assert!(!goes.exists(), "what it was to become is there");
}

#[cfg(target_os = "linux")] // Apple's systems make pipes by another call.
#[tokio::test]
async fn links_pipes_and_devices_are_neither_listed_nor_read_nor_followed() {
    use std::os::unix::fs::symlink;

    let room = Room::new();
    let folder = room.open();
    let outside = tempfile::tempdir().expect("a scratch folder");
    let secret = outside.path().join("secret");
    fs::write(&secret, b"not for you").expect("written");
    fs::create_dir_all(room.at(blob_name(2)).parent().expect("a folder")).expect("made");

    let link = blob_name(2);
    symlink(&secret, room.at(link)).expect("a link");
    let device = blob_name(4);
    symlink("/dev/zero", room.at(device)).expect("a link");
    let pipe = blob_name(6);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        room.at(pipe),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .expect("a pipe");
    // A stream's folder that is a link: its objects are elsewhere.
    let elsewhere = blob_name(1);
    let stream = room.at(elsewhere).parent().expect("a folder").to_owned();
    symlink(outside.path(), &stream).expect("a link");
    let inside = room.at(elsewhere);
    let file = inside.file_name().expect("a name");
    fs::write(outside.path().join(file), b"not for you").expect("written");

    let listed = folder.list(&CancellationToken::new()).await;
    assert_eq!(listed, Ok(Vec::new()));
    for name in [link, device, pipe] {
        assert_eq!(folder.get(&name, 100).await, Err(BlobError::NotFound));
    }
    let nonsense = |result: Result<(), BlobError>| {
        assert!(
            matches!(result, Err(BlobError::Nonsense { .. })),
            "{result:?}"
        );
    };
    nonsense(folder.get(&elsewhere, 100).await.map(drop));
    nonsense(folder.put_new(&blob_name(3), b"x").await.map(drop));
    assert_eq!(folder.put_new(&link, b"x").await, Ok(Put::Existed));
    nonsense(folder.remove(&elsewhere).await);
    assert_eq!(fs::read(&secret).ok(), Some(b"not for you".to_vec()));
    assert_eq!(fs::read_dir(outside.path()).expect("a folder").count(), 2);
    // Mending puts the whole object in the link's place, not behind it.
    assert_eq!(folder.mend(&link, b"whole").await, Ok(()));
    assert_eq!(folder.get(&link, 5).await, Ok(b"whole".to_vec()));
    // Also in a folder's, whatever is in that.
    for (name, inside) in [(blob_name(8), None), (blob_name(10), Some("something"))] {
        fs::create_dir_all(room.at(name)).expect("made");
        if let Some(inside) = inside {
            fs::write(room.at(name).join(inside), b"of somebody").expect("written");
        }
        assert_eq!(folder.put_new(&name, b"x").await, Ok(Put::Existed));
        assert_eq!(folder.get(&name, 5).await, Err(BlobError::NotFound));
        assert_eq!(folder.mend(&name, b"whole").await, Ok(()));
        assert_eq!(folder.get(&name, 5).await, Ok(b"whole".to_vec()));
    }
    let kept = room
        .files()
        .into_iter()
        .filter(|file| file.ends_with("something"));
    assert_eq!(kept.count(), 1, "nobody's file is removed");
    assert_eq!(fs::read(&secret).ok(), Some(b"not for you".to_vec()));
}

#[tokio::test]
async fn a_medium_that_hangs_is_given_up() {
    let room = Room::new();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let mut folder = room.with_steps(move |_| {
        // Until the test lets go.
        let _ = held.lock().expect("no panic").recv();
        Ok(())
    });
    folder.patience = Duration::from_millis(1);
    let put = folder.put_new(&blob_name(1), b"x").await;
    assert_eq!(put.map(drop), unreachable());
    drop(release);
}

#[test]
fn debug_tells_no_path() {
    let shown = format!(
        "{:?}",
        Folder::open(Path::new("/home/alice"), circle_id(1), "Stick")
    );
    assert!(
        shown.contains("Stick") && !shown.contains("alice"),
        "{shown}"
    );
}

#[tokio::test]
async fn circles_are_the_folders_that_are_called_so() {
    let root = tempfile::tempdir().expect("a folder");
    let hand = |path: &Path| Folder::open(path, circle_id(9), "here");
    assert_eq!(hand(root.path()).circles().await, Ok(Vec::new()));
    for name in [circle_id(1).to_string(), "photos".to_owned()] {
        fs::create_dir(root.path().join(name)).expect("a folder");
    }
    fs::write(root.path().join(circle_id(2).to_string()), b"a file").expect("a file");
    assert_eq!(hand(root.path()).circles().await, Ok(vec![circle_id(1)]));
    let gone = hand(&root.path().join("gone")).circles().await;
    assert!(matches!(gone, Err(BlobError::Unreachable { .. })));
}
