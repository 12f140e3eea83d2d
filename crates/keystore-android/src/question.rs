//! Questions to a person, which a phone shows over everything else until they are answered or taken back.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers of questions, over the life of the program.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A question that waits for its answer. Dropped before that, as by whoever locks the wallet meanwhile, it is taken back.
pub(crate) struct Question<F: FnOnce(u64)> {
    number: u64,
    take_back: Option<F>,
}

impl<F: FnOnce(u64)> Question<F> {
    pub(crate) fn new(take_back: F) -> Self {
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            take_back: Some(take_back),
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// There is nothing to take back any more.
    pub(crate) fn answered(mut self) {
        self.take_back = None;
    }
}

impl<F: FnOnce(u64)> Drop for Question<F> {
    fn drop(&mut self) {
        if let Some(take_back) = self.take_back.take() {
            take_back(self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_question_that_nobody_waits_for_is_taken_back_once_and_an_answered_one_is_not() {
        let taken = RefCell::new(Vec::new());
        let ask = || Question::new(|number| taken.borrow_mut().push(number));
        let (first, second) = (ask(), ask());
        let number = first.number();
        assert_ne!(number, second.number());
        second.answered();
        assert_eq!(*taken.borrow(), [0_u64; 0]);
        drop(first);
        assert_eq!(*taken.borrow(), [number]);
    }
}
