//! Consent, one question at a time and not too often.

use std::sync::PoisonError;

use satchel_ports::{Act, ConfirmError, Confirmed};
use satchel_types::Timestamp;

use crate::Console;

/// "No"s that cost nothing.
const FREE: u32 = 3;
/// Longest time until the next question, in seconds.
const LONGEST: u64 = 60;

/// How often its owner said no.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    count: u32,
    last: Option<Timestamp>,
}

impl Refusals {
    /// Seconds until the next question may be put.
    fn wait(&self, now: Timestamp) -> u64 {
        let (Some(last), Some(beyond)) = (self.last, self.count.checked_sub(FREE)) else {
            return 0;
        };
        let pause = 5_u64.saturating_mul(1 << beyond.min(10)).min(LONGEST);
        let passed = now.as_secs().saturating_sub(last.as_secs());
        pause.saturating_sub(passed)
    }
}

impl Console {
    /// Asks for consent. Each "no" after the third makes the next question wait longer, so that a page that was taken
    /// over cannot tire its owner out; a "yes" forgives.
    pub(crate) async fn consent<A: Act>(&self, act: A) -> Result<Confirmed<A>, ConfirmError> {
        let seconds = self.refusals().wait(self.now());
        if seconds > 0 {
            return Err(ConfirmError::TooOften { seconds });
        }
        let answer = satchel_ports::ask(&*self.ports.confirm, act).await;
        match &answer {
            Ok(_) => *self.refusals() = Refusals::default(),
            Err(ConfirmError::Declined) => {
                let now = self.now();
                let mut refusals = self.refusals();
                refusals.count = refusals.count.saturating_add(1);
                refusals.last = Some(now);
            }
            Err(_) => {}
        }
        answer
    }

    fn refusals(&self) -> std::sync::MutexGuard<'_, Refusals> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_no_after_the_third_makes_the_next_question_wait_longer() {
        let now = Timestamp::from_secs(1_000);
        let wait = |count| {
            Refusals {
                count,
                last: Some(now),
            }
            .wait(now)
        };
        assert_eq!([0, 2, 3, 4, 5, 40].map(wait), [0, 0, 5, 10, 20, LONGEST]);
        let later = Timestamp::from_secs(1_004);
        assert_eq!(
            Refusals {
                count: 3,
                last: Some(now)
            }
            .wait(later),
            1
        );
        assert_eq!(Refusals::default().wait(now), 0);
    }
}
