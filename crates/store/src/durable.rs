//! Putting a whole file in place: after a crash at any instant, the old or the new one is there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Why a file was not put in place. What was there before still is.
#[derive(Debug)]
pub(crate) enum PublishError {
    Exists,
    Unverified,
    Io(io::Error),
}

impl From<io::Error> for PublishError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What may stand at the target already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Nothing may; it would be left untouched.
    Nothing,
    /// Anything is replaced.
    Anything,
}

/// The instants between which a crash may come. Tests stop at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A new file beside the target is open and empty.
    Created,
    /// The bytes are written, perhaps not yet on the disk.
    Written,
    /// The bytes are on the disk and read back equal.
    Synced,
    /// The target's name leads to them, perhaps not yet on the disk.
    Published,
    /// So does the disk.
    Settled,
}

/// Writes `bytes` beside `target` under the name `beside`, makes them durable, reads them back,
/// and gives them the target's name in one step.
pub(crate) fn publish(
    target: &Path,
    beside: &Path,
    bytes: &[u8],
    over: Over,
    at: &mut dyn FnMut(Step),
) -> Result<(), PublishError> {
    let done = stage(beside, bytes, at).and_then(|()| {
        name(target, beside, over)?;
        at(Step::Published);
        sync_folder(target)?;
        at(Step::Settled);
        Ok(())
    });
    if done.is_err() {
        // Best effort: what is left over is never read, and the next write removes it.
        let _ = fs::remove_file(beside);
    }
    done
}

fn stage(beside: &Path, bytes: &[u8], at: &mut dyn FnMut(Step)) -> Result<(), PublishError> {
    // Removed, never truncated: after a crash a left-over may be a second name of the target.
    match fs::remove_file(beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut file = private().write(true).create_new(true).open(beside)?;
    at(Step::Created);
    file.write_all(bytes)?;
    at(Step::Written);
    file.sync_all()?;
    drop(file);
    let mut back = Vec::with_capacity(bytes.len());
    File::open(beside)?
        .take(bytes.len() as u64 + 1)
        .read_to_end(&mut back)?;
    if back != bytes {
        return Err(PublishError::Unverified);
    }
    at(Step::Synced);
    Ok(())
}

fn name(target: &Path, beside: &Path, over: Over) -> Result<(), PublishError> {
    if over == Over::Anything {
        return Ok(fs::rename(beside, target)?);
    }
    // A link, unlike a rename, fails when the name is taken.
    match fs::hard_link(beside, target) {
        Ok(()) => Ok(fs::remove_file(beside)?),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(PublishError::Exists),
        // No hard links here, as on FAT and for apps on Android. Between the look and the rename
        // only a process that ignores the lock of the home could put a file there.
        Err(_) => match fs::symlink_metadata(target) {
            Ok(_) => Err(PublishError::Exists),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(fs::rename(beside, target)?)
            }
            Err(error) => Err(error.into()),
        },
    }
}

/// Options of a file that its owner alone may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = &mut options;
    options
}

/// Makes a name durable. Windows has no such call; its file systems journal names.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match File::open(folder_of(file))?.sync_all() {
        // Some file systems over a network or in user space cannot; they have nothing better.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) => {}
        other => other?,
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Returns the folder that holds a file.
pub(crate) fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    const STEPS: [Step; 5] = [
        Step::Created,
        Step::Written,
        Step::Synced,
        Step::Published,
        Step::Settled,
    ];

    /// Runs `publish` and stops it dead at a step, as a crash would: nothing is cleaned up.
    fn crash_at(step: Step, target: &Path, beside: &Path, bytes: &[u8], over: Over) {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            publish(target, beside, bytes, over, &mut |now| {
                assert_ne!(now, step, "the crash");
            })
        }));
        assert!(outcome.is_err(), "{step:?} is reached");
    }

    #[test]
    fn a_crash_at_any_step_leaves_the_old_or_the_new_file_whole() {
        for step in STEPS {
            for over in [Over::Nothing, Over::Anything] {
                let folder = tempfile::tempdir().expect("a scratch folder");
                let target = folder.path().join("file");
                let beside = folder.path().join("file.new");
                if over == Over::Anything {
                    fs::write(&target, b"old").expect("a file");
                }
                crash_at(step, &target, &beside, b"new", over);
                let published = matches!(step, Step::Published | Step::Settled);
                match fs::read(&target) {
                    Ok(bytes) if published => assert_eq!(bytes, b"new", "{step:?} {over:?}"),
                    Ok(bytes) => assert_eq!(bytes, b"old", "{step:?} {over:?}"),
                    Err(error) => {
                        assert_eq!(error.kind(), io::ErrorKind::NotFound);
                        assert!(over == Over::Nothing && !published, "{step:?}");
                    }
                }
                // And the next write is not disturbed by what was left over.
                publish(&target, &beside, b"next", Over::Anything, &mut |_| {})
                    .expect("a healthy disk");
                assert_eq!(fs::read(&target).expect("a file"), b"next");
                assert!(!beside.exists());
            }
        }
    }

    #[test]
    fn a_left_over_second_name_of_the_file_is_not_written_through() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let target = folder.path().join("file");
        let beside = folder.path().join("file.new");
        fs::write(&target, b"old").expect("a file");
        fs::hard_link(&target, &beside).expect("a file system with links");
        crash_at(Step::Written, &target, &beside, b"new", Over::Anything);
        assert_eq!(fs::read(&target).expect("a file"), b"old");
    }
}
