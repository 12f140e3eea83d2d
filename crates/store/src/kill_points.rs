//! Where tests look at the disk while a file is being put in place.
//!
//! In a program nobody watches and this is nothing. With the feature `kill-points` a test is told of each
//! step within a folder, while whoever writes stands still.

use std::path::Path;

use crate::durable::Step;

#[cfg(not(feature = "kill-points"))]
pub(crate) fn tell(_target: &Path, _step: Step) {}

#[cfg(feature = "kill-points")]
pub(crate) use watched::tell;
#[cfg(feature = "kill-points")]
pub use watched::{Watching, watch};

#[cfg(feature = "kill-points")]
mod watched {
    use std::path::PathBuf;
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

    use super::{Path, Step};

    struct Watcher {
        number: u64,
        folder: PathBuf,
        told: Arc<dyn Fn(&str) + Send + Sync>,
    }

    struct Watchers {
        next: u64,
        all: Vec<Watcher>,
    }

    static WATCHERS: Mutex<Watchers> = Mutex::new(Watchers {
        next: 0,
        all: Vec::new(),
    });

    fn watchers() -> MutexGuard<'static, Watchers> {
        WATCHERS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches until it is dropped.
    #[derive(Debug)]
    pub struct Watching(u64);

    impl Drop for Watching {
        fn drop(&mut self) {
            watchers().all.retain(|watcher| watcher.number != self.0);
        }
    }

    /// Has each step of each file of a folder told, by its name, on the thread that takes it.
    pub fn watch(folder: &Path, told: impl Fn(&str) + Send + Sync + 'static) -> Watching {
        let mut watchers = watchers();
        let number = watchers.next;
        watchers.next += 1;
        watchers.all.push(Watcher {
            number,
            folder: folder.to_owned(),
            told: Arc::new(told),
        });
        Watching(number)
    }

    pub(crate) fn tell(target: &Path, step: Step) {
        // Nothing is locked while the watcher looks: others write elsewhere meanwhile.
        let watcher = watchers()
            .all
            .iter()
            .find(|watcher| target.starts_with(&watcher.folder))
            .map(|watcher| Arc::clone(&watcher.told));
        if let Some(told) = watcher {
            told(&format!("{step:?}"));
        }
    }
}
