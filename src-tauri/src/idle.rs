//! Whether a person is there.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use satchel_wire::tags::COMMAND_TAGS;

use crate::asking::Asking;
use crate::foreground::Moment;

/// How long after an event a read may be the page's own answer to it.
const ECHO: Duration = Duration::from_secs(2);
/// The shortest setting.
const SHORTEST: Duration = Duration::from_secs(60);

/// When somebody was last seen to use the wallet.
///
/// By two clocks, of which the one counts that says more: the steady one stands still while a computer
/// sleeps, and nobody was there meanwhile.
pub struct Idle {
    moments: Mutex<Moments>,
    asking: Asking,
}

struct Moments {
    seen: Moment,
    event: Option<Instant>,
}

impl Idle {
    /// Starts with somebody there.
    pub fn new(now: Moment) -> Self {
        Self {
            moments: Mutex::new(Moments {
                seen: now,
                event: None,
            }),
            asking: Asking::default(),
        }
    }

    /// Returns what counts the questions of the system, for whoever asks them.
    pub fn asking(&self) -> &Asking {
        &self.asking
    }

    /// Notes that an event went to the page, which will read again by itself.
    pub fn note_event(&self, now: Instant) {
        self.lock().event = Some(now);
    }

    /// Notes a command. One that changes something is a person's; one that only reads is too,
    /// unless it follows an event so soon that the page may have sent it by itself.
    pub fn note_command(&self, command: &str, now: Moment) {
        if command == "cmd_report_page_error" || command == "cmd_frontend_ready" {
            return;
        }
        let reads = COMMAND_TAGS
            .iter()
            .any(|line| line.command == command && !line.provides.is_empty());
        let mut moments = self.lock();
        let echo = moments
            .event
            .is_some_and(|event| now.steady.saturating_duration_since(event) < ECHO);
        if !(reads && echo) {
            moments.seen = now;
        }
    }

    /// Notes that a window got the focus or an answer came from the sealed window.
    pub fn note_presence(&self, now: Moment) {
        self.lock().seen = now;
    }

    /// Returns whether nobody was seen for as long as the shortest setting.
    pub fn is_long(&self, now: Moment) -> bool {
        now.since(self.lock().seen) >= SHORTEST
    }

    /// Returns in what time the wallet is to be locked: `minutes` after somebody was last seen, none if
    /// that is over. `None`: never.
    pub fn locks_in(&self, minutes: u16, now: Moment) -> Option<Duration> {
        let after = Duration::from_secs(u64::from(minutes) * 60);
        (minutes > 0).then(|| after.saturating_sub(now.since(self.lock().seen)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(3600);
    const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

    fn after(start: Moment, passed: Duration) -> Moment {
        Moment {
            steady: start.steady + passed,
            wall: start.wall + passed,
        }
    }

    #[test]
    fn use_puts_the_lock_off() {
        let start = Moment::now();
        let idle = Idle::new(start);
        assert_eq!(idle.locks_in(15, start), Some(15 * MINUTE));
        idle.note_command("cmd_get_balance", after(start, MINUTE));
        assert_eq!(idle.locks_in(15, start), Some(15 * MINUTE), "no time ran");
        assert_eq!(
            idle.locks_in(15, after(start, 2 * MINUTE)),
            Some(14 * MINUTE)
        );
        idle.note_presence(after(start, 2 * MINUTE));
        assert_eq!(
            idle.locks_in(15, after(start, 2 * MINUTE)),
            Some(15 * MINUTE)
        );
        assert_eq!(idle.locks_in(15, after(start, HOUR)), Some(Duration::ZERO));
        assert_eq!(idle.locks_in(0, after(start, HOUR)), None);
    }

    #[test]
    fn reads_that_an_event_caused_do_not() {
        let start = Moment::now();
        let idle = Idle::new(start);
        for minute in 1..30 {
            let block = after(start, minute * MINUTE);
            idle.note_event(block.steady);
            idle.note_command("cmd_get_balance", after(block, ECHO / 2));
            idle.note_command("cmd_get_transaction_history", after(block, ECHO / 2));
        }
        assert_eq!(idle.locks_in(15, after(start, 14 * MINUTE)), Some(MINUTE));
        assert!(idle.is_long(after(start, MINUTE)));
    }

    #[test]
    fn acts_count_even_right_after_an_event() {
        let start = Moment::now();
        let idle = Idle::new(start);
        idle.note_event(after(start, MINUTE).steady);
        idle.note_command("cmd_create_draft", after(start, MINUTE));
        assert_eq!(idle.locks_in(1, after(start, MINUTE)), Some(MINUTE));
    }

    #[test]
    fn a_computer_that_slept_was_used_by_nobody_meanwhile() {
        let start = Moment::now();
        let idle = Idle::new(start);
        // It fell asleep at once: its steady clock stood still.
        let woken = Moment {
            steady: start.steady,
            wall: start.wall + HOUR,
        };
        assert!(idle.is_long(woken));
        assert_eq!(idle.locks_in(15, woken), Some(Duration::ZERO));
    }

    #[test]
    fn a_clock_that_is_set_may_lock_sooner_and_never_later() {
        let start = Moment::now();
        for jump in [HOUR, TEN_YEARS] {
            let idle = Idle::new(start);
            let ahead = Moment {
                wall: start.wall + jump,
                ..after(start, MINUTE)
            };
            assert_eq!(idle.locks_in(15, ahead), Some(Duration::ZERO));
            let back = |minutes: u32| Moment {
                wall: start.wall - jump,
                ..after(start, minutes * MINUTE)
            };
            assert_eq!(idle.locks_in(15, back(14)), Some(MINUTE));
            assert_eq!(idle.locks_in(15, back(15)), Some(Duration::ZERO));
        }
    }
}
