//! All chance of a run, from its seed.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use satchel_bundle::replica::OwnStreams;
use satchel_types::StreamId;

/// Dice that everything in a run throws.
#[derive(Debug, Clone)]
pub struct Dice(Arc<Mutex<fastrand::Rng>>);

impl Dice {
    /// Dice that fall as they did the last time with this seed.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    fn with<T>(&self, throw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        throw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
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
