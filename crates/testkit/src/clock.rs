//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicU64, Ordering};

use satchel_ports::Clock;
use satchel_types::Timestamp;

/// A clock that a test moves by hand.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// Makes a clock that stands at a moment.
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicU64::new(now.as_secs()))
    }

    /// Moves it to a moment, back as well, as people do with clocks.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_secs(), Ordering::SeqCst);
    }

    /// Moves it on by seconds.
    pub fn advance(&self, secs: u64) {
        self.0.fetch_add(secs, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// A morning in July 2025.
    fn default() -> Self {
        Self::at(Timestamp::from_secs(1_752_000_000))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.load(Ordering::SeqCst))
    }
}
