//! When the next round over a road begins. Pure: the clock and the dice are the caller's.

use std::time::Duration;

use satchel_ports::BlobError;

/// The longest wish of a server that is kept, so that it cannot switch a road off with one number.
const LONGEST_WISH: Duration = Duration::from_secs(24 * 60 * 60);

/// How often rounds are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceSettings {
    /// Between rounds that went well.
    pub interval: Duration,
    /// How long changes are gathered before they make a round, so that whoever watches the place does not see each.
    pub gather: Duration,
    /// After the first round that failed. Doubled with each further one.
    pub first_pause: Duration,
    /// The longest pause after failures.
    pub ceiling: Duration,
}

impl Default for PaceSettings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(15 * 60),
            gather: Duration::from_secs(30),
            first_pause: Duration::from_secs(30),
            ceiling: Duration::from_secs(4 * 60 * 60),
        }
    }
}

/// When the next round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// After this time.
    In(Duration),
    /// When its owner did something: the place refuses, and asking again may lock an account.
    WhenAsked,
}

/// Keeps the pace of one road. All `dice` are random, each number as likely as any other; the same dice give the same.
#[derive(Debug, Clone)]
pub struct Pace {
    settings: PaceSettings,
    /// Rounds that failed one after the other.
    failures: u32,
    is_refused: bool,
}

impl Pace {
    /// Makes the pace of a road that was never tried.
    pub fn new(settings: PaceSettings) -> Self {
        Self {
            settings,
            failures: 0,
            is_refused: false,
        }
    }

    /// Returns when the next round is after one that ended so.
    ///
    /// - Well: an interval, a quarter more or less.
    /// - With what may pass: a pause that doubles up to the ceiling, shortened by up to half, and never before the
    ///   moment that the place named.
    /// - Refused: not before [`asked`](Self::asked).
    /// - With what seldom passes by itself, a place that is full or talks nonsense: the ceiling, shortened by up to half.
    pub fn after(&mut self, round: Result<(), &BlobError>, dice: u32) -> Next {
        let settings = &self.settings;
        let pause = match round {
            Ok(()) | Err(BlobError::Cancelled) => {
                if round.is_ok() {
                    self.failures = 0;
                }
                let least = settings.interval / 4 * 3;
                return Next::In(least.saturating_add(part(settings.interval / 2, dice)));
            }
            Err(BlobError::Denied { .. }) => {
                self.is_refused = true;
                return Next::WhenAsked;
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                if error.is_transient() {
                    doubled(settings, self.failures)
                } else {
                    settings.ceiling
                }
            }
        };
        let pause = pause / 2 + part(pause / 2, dice);
        let wish = match round {
            Err(BlobError::Busy {
                after_s: Some(after_s),
                ..
            }) => Duration::from_secs((*after_s).into()).min(LONGEST_WISH),
            _ => Duration::ZERO,
        };
        // Not all at the moment that was named to all.
        let spread = part(settings.first_pause, dice);
        let named = if wish.is_zero() {
            Duration::ZERO
        } else {
            wish.saturating_add(spread)
        };
        Next::In(pause.max(named))
    }

    /// Returns when a round is to be made for something that changed here; `None` where the round that is planned is
    /// soon enough or nothing can be done: after failures, and while the place refuses.
    pub fn after_change(&self, dice: u32) -> Option<Duration> {
        let may = self.failures == 0 && !self.is_refused;
        may.then(|| {
            self.settings
                .gather
                .saturating_add(part(self.settings.gather, dice))
        })
    }

    /// Forgets failures: the owner asks for a round, gave another login, or the network came back.
    pub fn asked(&mut self) {
        self.failures = 0;
        self.is_refused = false;
    }
}

/// Returns the pause after so many failures.
fn doubled(settings: &PaceSettings, failures: u32) -> Duration {
    let factor = 1_u32
        .checked_shl(failures.saturating_sub(1))
        .unwrap_or(u32::MAX);
    settings
        .first_pause
        .saturating_mul(factor)
        .min(settings.ceiling)
}

/// Returns a part of a time: nothing for the lowest dice, nearly all for the highest.
fn part(whole: Duration, dice: u32) -> Duration {
    let nanos = whole.as_nanos().saturating_mul(dice.into()) >> 32;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> String {
        "there".to_owned()
    }

    fn away() -> BlobError {
        BlobError::Unreachable { place: place() }
    }

    fn busy(after_s: Option<u32>) -> BlobError {
        let place = place();
        BlobError::Busy { place, after_s }
    }

    fn wait(next: Next) -> Duration {
        match next {
            Next::In(wait) => wait,
            Next::WhenAsked => panic!("a pause was expected"),
        }
    }

    prop_compose! {
        /// Settings of whoever sets them, also odd ones.
        fn settings()(
            interval in 0_u64..1_000_000,
            gather in 0_u64..1_000,
            first in 0_u64..10_000,
            ceiling in 0_u64..1_000_000,
        ) -> PaceSettings {
            PaceSettings {
                interval: Duration::from_secs(interval),
                gather: Duration::from_secs(gather),
                first_pause: Duration::from_secs(first),
                ceiling: Duration::from_secs(ceiling),
            }
        }
    }

    proptest! {
        #[test]
        fn rounds_that_go_well_keep_the_interval_within_a_quarter(s in settings(), dice: u32) {
            let wait = wait(Pace::new(s.clone()).after(Ok(()), dice));
            prop_assert!(wait >= s.interval / 4 * 3);
            prop_assert!(wait <= s.interval + s.interval / 4);
        }

        #[test]
        fn pauses_double_up_to_the_ceiling_and_lose_at_most_half(
            s in settings(),
            dice in proptest::collection::vec(any::<u32>(), 1..60),
        ) {
            let mut pace = Pace::new(s.clone());
            let mut full = s.first_pause;
            for dice in dice {
                let bound = full.min(s.ceiling);
                let wait = wait(pace.after(Err(&away()), dice));
                prop_assert!(wait <= bound, "{wait:?} {bound:?}");
                prop_assert!(wait >= bound / 2, "{wait:?} {bound:?}");
                full = full.saturating_mul(2);
            }
        }

        #[test]
        fn no_place_is_asked_before_it_wants_and_none_can_want_for_ever(
            s in settings(),
            after: u32,
            before in 0_u32..50,
            dice: u32,
        ) {
            let mut pace = Pace::new(s.clone());
            for _ in 0..before {
                pace.after(Err(&away()), dice);
            }
            let wait = wait(pace.after(Err(&busy(Some(after))), dice));
            let wish = Duration::from_secs(after.into()).min(LONGEST_WISH);
            prop_assert!(wait >= wish);
            prop_assert!(wait <= (LONGEST_WISH + s.first_pause).max(s.ceiling));
        }

        #[test]
        fn one_round_that_went_well_forgets_all_failures(
            s in settings(),
            failures in 1_u32..100,
            dice: u32,
        ) {
            let mut pace = Pace::new(s.clone());
            let first = pace.after(Err(&away()), dice);
            for _ in 0..failures {
                pace.after(Err(&busy(None)), dice);
            }
            prop_assert_eq!(pace.after_change(dice), None, "the place is not pressed");
            pace.after(Ok(()), dice);
            prop_assert!(pace.after_change(dice).is_some());
            prop_assert_eq!(pace.after(Err(&away()), dice), first);
        }

        #[test]
        fn a_refusal_ends_it_until_somebody_asks(s in settings(), dice: u32) {
            let mut pace = Pace::new(s);
            let denied = BlobError::Denied { place: place() };
            prop_assert_eq!(pace.after(Err(&denied), dice), Next::WhenAsked);
            prop_assert_eq!(pace.after_change(dice), None);
            pace.asked();
            prop_assert!(pace.after_change(dice).is_some());
            prop_assert!(matches!(pace.after(Ok(()), dice), Next::In(_)));
        }

        #[test]
        fn changes_are_gathered_for_once_to_twice_the_time(s in settings(), dice: u32) {
            let wait = Pace::new(s.clone()).after_change(dice).expect("nothing failed");
            prop_assert!(wait >= s.gather && wait <= s.gather * 2);
        }

        #[test]
        fn what_seldom_passes_is_tried_seldom(s in settings(), dice: u32) {
            for error in [
                BlobError::Full { place: place() },
                BlobError::Nonsense { place: place(), what: "x" },
            ] {
                let wait = wait(Pace::new(s.clone()).after(Err(&error), dice));
                prop_assert!(wait >= s.ceiling / 2 && wait <= s.ceiling);
            }
        }
    }

    #[test]
    fn the_dice_spread_rounds_over_the_whole_of_it() {
        let s = PaceSettings::default();
        let at = |dice| wait(Pace::new(s.clone()).after(Ok(()), dice));
        assert_eq!(at(0), s.interval / 4 * 3);
        assert_eq!(at(1 << 31), s.interval);
        assert!(at(u32::MAX) > s.interval / 4 * 5 - Duration::from_millis(1));
    }

    #[test]
    fn a_cancelled_round_is_no_failure() {
        let mut pace = Pace::new(PaceSettings::default());
        let next = pace.after(Err(&BlobError::Cancelled), 0);
        assert!(matches!(next, Next::In(_)));
        assert!(pace.after_change(0).is_some());
    }
}
