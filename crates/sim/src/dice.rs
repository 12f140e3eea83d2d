//! All chance of a run, from its seed.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use satchel_bundle::replica::OwnStreams;
use satchel_types::StreamId;

use crate::faults::{Fault, Tally};

/// Dice that everything in a run throws, and what they brought about.
#[derive(Debug, Clone)]
pub struct Dice(Arc<Mutex<Thrown>>);

#[derive(Debug)]
struct Thrown {
    rng: fastrand::Rng,
    tally: Tally,
    ending: bool,
    /// Something is waited for that seldom is.
    seldom: bool,
}

impl Dice {
    /// Dice that fall as they did the last time with this seed.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Thrown {
            rng: fastrand::Rng::with_seed(seed),
            tally: Tally::default(),
            ending: false,
            seldom: false,
        })))
    }

    fn thrown(&self) -> MutexGuard<'_, Thrown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, throw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        throw(&mut self.thrown().rng)
    }

    /// Counts something that happened.
    pub fn note(&self, fault: Fault) {
        self.thrown().tally.note(fault);
    }

    /// The same, if anything did.
    pub fn note_some(&self, fault: Option<Fault>) {
        if let Some(fault) = fault {
            self.note(fault);
        }
    }

    /// Says that a program is ending, so that what it waits for is counted, or that it has.
    pub fn set_ending(&self, ending: bool) {
        self.thrown().ending = ending;
    }

    /// Notes that something is waited for.
    pub fn note_wait(&self, at: Fault) {
        self.thrown().seldom |= at.is_seldom();
    }

    /// Whether something was waited for that seldom is, since this was last asked.
    pub fn take_seldom(&self) -> bool {
        std::mem::take(&mut self.thrown().seldom)
    }

    /// Counts that something was waited for in vain, if that is because a program is ending.
    pub fn note_end_at(&self, fault: Fault) {
        let mut thrown = self.thrown();
        if thrown.ending {
            thrown.tally.note(fault);
        }
    }

    /// What happened so far.
    pub fn tally(&self) -> Tally {
        self.thrown().tally
    }

    /// A number from 0, below `end`.
    pub fn below(&self, end: usize) -> usize {
        self.with(|rng| rng.usize(..end.max(1)))
    }

    /// Whether it happens, once in `times`.
    pub fn one_in(&self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several; `None` of none.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// Puts them in another order.
    pub fn shuffle<T>(&self, items: &mut [T]) {
        self.with(|rng| rng.shuffle(items));
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|rng| rng.fill(&mut bytes));
        bytes
    }

    /// Fills with random bytes.
    pub fn draw(&self) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> + use<> {
        let dice = self.clone();
        move |out: &mut [u8]| {
            dice.with(|rng| rng.fill(out));
            Ok(())
        }
    }

    /// Streams that nobody has.
    pub fn streams(&self) -> OwnStreams {
        OwnStreams {
            shared: StreamId::from_bytes(self.bytes()),
            seeds: StreamId::from_bytes(self.bytes()),
        }
    }
}
