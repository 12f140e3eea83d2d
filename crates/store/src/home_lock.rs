//! One process at a time uses a home.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::durable::private;

/// Why a home was not locked.
#[derive(Debug, thiserror::Error)]
pub enum HomeInUseError {
    /// Another process uses it and went on using it for as long as was waited.
    #[error("another Satchel uses this home")]
    InUse,
    /// The lock file could not be opened or locked.
    #[error("the lock of the home could not be taken")]
    Io(#[source] io::Error),
}

/// The right to use a home, until it is dropped.
///
/// The lock is the kernel's and belongs to the open file, so it ends with the process however
/// that ends. The file `lock` stays and means nothing by itself.
#[derive(Debug)]
#[must_use = "the home is free again as soon as this is dropped"]
pub struct HomeLock {
    _file: File,
}

impl HomeLock {
    /// Locks a home, waiting up to `wait` for another process to leave it.
    ///
    /// # Errors
    /// [`HomeInUseError::InUse`] when it stays in use, [`HomeInUseError::Io`] when the system
    /// refuses, also because there is no such home.
    pub fn acquire(home: &Path, wait: Duration) -> Result<Self, HomeInUseError> {
        let file = private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(home.join("lock"))
            .map_err(HomeInUseError::Io)?;
        match file.try_lock() {
            Ok(()) => return Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) if wait.is_zero() => return Err(HomeInUseError::InUse),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(HomeInUseError::Io(error)),
        }
        // The kernel wakes the one who waits, but knows no time limit. So a thread waits there and
        // this one waits for it. If that takes too long, the thread stays behind; should it get
        // the lock later, nobody takes the file, which frees it at once.
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new()
            .name("home-lock".into())
            .spawn(move || {
                let _ = sender.send(lock(&file).map(|()| file));
            })
            .map_err(HomeInUseError::Io)?;
        match receiver.recv_timeout(wait) {
            Ok(Ok(file)) => Ok(Self { _file: file }),
            Ok(Err(error)) => Err(HomeInUseError::Io(error)),
            Err(_) => Err(HomeInUseError::InUse),
        }
    }
}

fn lock(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_used_once_at_a_time() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let first = HomeLock::acquire(home.path(), Duration::ZERO).expect("a free home");
        for wait in [Duration::ZERO, Duration::from_millis(1)] {
            assert!(matches!(
                HomeLock::acquire(home.path(), wait),
                Err(HomeInUseError::InUse)
            ));
        }
        drop(first);
        // A waiter of before may hold the lock for the moment it takes to throw it away.
        let again = HomeLock::acquire(home.path(), Duration::from_secs(60));
        assert!(again.is_ok());
    }

    #[test]
    fn who_waits_gets_the_home_when_it_is_left() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let first = HomeLock::acquire(home.path(), Duration::ZERO).expect("a free home");
        thread::scope(|scope| {
            let second =
                scope.spawn(|| HomeLock::acquire(home.path(), Duration::from_secs(60)).is_ok());
            drop(first);
            assert!(second.join().expect("no panic"));
        });
    }

    #[test]
    fn without_a_home_there_is_no_lock() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let missing = folder.path().join("home");
        assert!(matches!(
            HomeLock::acquire(&missing, Duration::ZERO),
            Err(HomeInUseError::Io(_))
        ));
        assert!(!missing.exists());
    }
}
