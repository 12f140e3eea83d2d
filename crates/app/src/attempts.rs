//! Back-off after wrong passphrases.

use satchel_types::Timestamp;

/// Counts wrong attempts of this process. Argon2id makes each one slow; this makes many slower.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    wrong: u32,
    last: Timestamp,
}

/// Wrong attempts that cost no waiting.
const FREE: u32 = 3;
/// Longest wait, in seconds.
const LONGEST: u64 = 60;

impl Attempts {
    /// Returns the seconds to wait before the next attempt, or 0.
    pub(crate) fn wait(&self, now: Timestamp) -> u64 {
        if self.wrong < FREE {
            return 0;
        }
        let pause = 1_u64
            .checked_shl(self.wrong - FREE)
            .unwrap_or(LONGEST)
            .min(LONGEST);
        // A clock set back must not turn the pause into a long one.
        if now < self.last {
            return pause.min(1);
        }
        pause.saturating_sub(now.secs_since(self.last))
    }

    /// Notes a wrong attempt.
    pub(crate) fn wrong(&mut self, now: Timestamp) {
        self.wrong = self.wrong.saturating_add(1);
        self.last = now;
    }

    /// Forgets the wrong attempts after a right one.
    pub(crate) fn right(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let at = Timestamp::from_secs;
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
}
