//! Attempts that went wrong, and how long the next one waits.

use crate::time::Timestamp;

/// Wrong attempts that cost no waiting.
const FREE: u32 = 3;
/// Longest wait, in seconds.
const LONGEST: u64 = 60;

/// Counts what went wrong: each one after the third makes the next attempt wait twice as long, up to a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many went wrong since the last that was right.
    pub wrong: u32,
    /// When the last one went wrong.
    pub last: Timestamp,
}

impl Attempts {
    /// Returns the seconds to wait before the next attempt, or 0.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> u64 {
        // A clock set back must not make a long wait of a short one, and nobody can tell how long
        // ago it was. Whoever can set it back can as well set it forward.
        if self.wrong < FREE || now < self.last {
            return 0;
        }
        let pause = 1_u64
            .checked_shl(self.wrong - FREE)
            .unwrap_or(LONGEST)
            .min(LONGEST);
        pause.saturating_sub(now.secs_since(self.last))
    }

    /// Notes a wrong attempt.
    pub fn wrong(&mut self, now: Timestamp) {
        self.wrong = self.wrong.saturating_add(1);
        self.last = now;
    }

    /// Forgets the wrong attempts after a right one.
    pub fn right(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn waits_grow_and_end() {
        let mut attempts = Attempts::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            attempts.wrong(at(1000));
            waits.push(attempts.wait(at(1000)));
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert_eq!(attempts.wait(at(1060)), 0);
        attempts.right();
        assert_eq!(attempts.wait(at(1000)), 0);
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait() {
        let mut attempts = Attempts::default();
        for _ in 0..12 {
            attempts.wrong(at(1_000_000));
        }
        assert_eq!(attempts.wait(at(999_999)), 0);
        attempts.wrong(at(5));
        assert_eq!(attempts.wait(at(5)), LONGEST, "and counts on from there");
    }

    #[test]
    fn whatever_was_counted_nobody_waits_longer_than_the_longest() {
        for (wrong, last) in [(u32::MAX, 0), (u32::MAX, u64::MAX), (35, 1000), (67, 1000)] {
            let attempts = Attempts {
                wrong,
                last: at(last),
            };
            for now in [0, 1000, 1001, u64::MAX - 1, u64::MAX] {
                assert!(attempts.wait(at(now)) <= LONGEST);
            }
        }
    }
}
