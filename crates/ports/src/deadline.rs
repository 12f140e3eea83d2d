//! When a time is up that was promised to be short.

use std::time::{Duration, Instant};

use satchel_types::Timestamp;

use crate::Clock;

/// How often is looked whether a time is over. A timer stands still with the steady clock while a device sleeps, and
/// fires as much later; whoever comes back sees within this time what was over meanwhile.
const LOOK: Duration = Duration::from_secs(1);

/// The end of a time, by two clocks: as people are told it, by the clock on the wall; and by one that
/// nobody can set. It is over when either says so. So a clock that was set ahead, or a device that slept,
/// ends it sooner, and a clock that was set back does not put it off.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    until: Timestamp,
    steady: Instant,
}

impl Deadline {
    /// Begins a time of so many seconds.
    pub fn after(secs: u64, now: Timestamp, steady: Instant) -> Self {
        Self {
            until: Timestamp::from_secs(now.as_secs().saturating_add(secs)),
            steady: steady + Duration::from_secs(secs),
        }
    }

    /// Returns the end as people are told it.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// Returns how much of it is left; nothing: it is over.
    pub fn left(&self, now: Timestamp, steady: Instant) -> Duration {
        let wall = Duration::from_secs(self.until.secs_since(now));
        wall.min(self.steady.saturating_duration_since(steady))
    }

    /// Returns whether it is over.
    pub fn is_over(&self, now: Timestamp, steady: Instant) -> bool {
        self.left(now, steady).is_zero()
    }

    /// Waits until it is over, by whichever clock says so first.
    pub async fn passed(&self, clock: &dyn Clock) {
        loop {
            let left = self.left(clock.now(), Instant::now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3600;
    const TEN_YEARS: u64 = 10 * 365 * 24 * HOUR;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn secs(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn it_is_over_after_its_time_by_two_clocks_that_agree() {
        let (now, steady) = (TEN_YEARS, Instant::now());
        let deadline = Deadline::after(120, at(now), steady);
        assert_eq!(deadline.until(), at(now + 120));
        assert_eq!(deadline.left(at(now + 119), steady + secs(119)), secs(1));
        assert!(deadline.is_over(at(now + 120), steady + secs(120)));
    }

    #[test]
    fn a_clock_that_is_set_ends_it_sooner_or_not_at_all_and_never_later() {
        let (now, steady) = (2 * TEN_YEARS, Instant::now());
        for jump in [HOUR, TEN_YEARS] {
            let deadline = Deadline::after(120, at(now), steady);
            assert!(
                deadline.is_over(at(now + jump), steady),
                "ahead by {jump} s"
            );
            let back = |passed: u64| (at(now - jump + passed), steady + secs(passed));
            for passed in [0, 60, 119] {
                let (wall, steady) = back(passed);
                assert_eq!(deadline.left(wall, steady), secs(120 - passed));
            }
            let (wall, steady) = back(120);
            assert!(deadline.is_over(wall, steady), "back by {jump} s");
        }
    }

    #[test]
    fn a_device_that_slept_finds_it_over_though_its_steady_clock_stood_still() {
        let (now, steady) = (TEN_YEARS, Instant::now());
        let deadline = Deadline::after(120, at(now), steady);
        assert!(deadline.is_over(at(now + HOUR), steady));
    }
}
