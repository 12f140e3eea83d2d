//! What happens while somebody is asked.

use std::sync::{Mutex, PoisonError};

/// Something that happens once, in the middle of what comes next: a device falls asleep over a question.
#[derive(Default)]
pub(crate) struct Meanwhile(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl std::fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meanwhile(…)")
    }
}

impl Meanwhile {
    pub(crate) fn set(&self, what: impl FnOnce() + Send + 'static) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(what));
    }

    pub(crate) fn happens(&self) {
        let what = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(what) = what {
            what();
        }
    }
}
