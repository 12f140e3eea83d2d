//! Whether a person is there.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use satchel_wire::tags::COMMAND_TAGS;

/// How long after an event a read may be the page's own answer to it.
const ECHO: Duration = Duration::from_secs(2);

/// When somebody was last seen to use the wallet.
pub struct Idle {
    moments: Mutex<Moments>,
}

struct Moments {
    seen: Instant,
    event: Option<Instant>,
}

impl Idle {
    /// Starts with somebody there.
    pub fn new(now: Instant) -> Self {
        Self {
            moments: Mutex::new(Moments {
                seen: now,
                event: None,
            }),
        }
    }

    /// Notes that an event went to the page, which will read again by itself.
    pub fn note_event(&self, now: Instant) {
        self.lock().event = Some(now);
    }

    /// Notes a command. One that changes something is a person's; one that only reads is too,
    /// unless it follows an event so soon that the page may have sent it by itself.
    pub fn note_command(&self, command: &str, now: Instant) {
        if command == "cmd_report_page_error" || command == "cmd_frontend_ready" {
            return;
        }
        let reads = COMMAND_TAGS
            .iter()
            .any(|line| line.command == command && !line.provides.is_empty());
        let mut moments = self.lock();
        let echo = moments
            .event
            .is_some_and(|event| now.saturating_duration_since(event) < ECHO);
        if !(reads && echo) {
            moments.seen = now;
        }
    }

    /// Notes that a window got the focus or an answer came from the sealed window.
    pub fn note_presence(&self, now: Instant) {
        self.lock().seen = now;
    }

    /// Returns whether nobody was seen for as long as the shortest setting.
    pub fn is_long(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.lock().seen) >= Duration::from_secs(60)
    }

    /// Returns when the wallet is to be locked: `minutes` after somebody was last seen. `None`: never.
    pub fn lock_at(&self, minutes: u16) -> Option<Instant> {
        (minutes > 0).then(|| self.lock().seen + Duration::from_secs(u64::from(minutes) * 60))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn use_puts_the_lock_off() {
        let start = Instant::now();
        let idle = Idle::new(start);
        assert_eq!(idle.lock_at(15), Some(start + 15 * MINUTE));
        idle.note_command("cmd_get_balance", start + MINUTE);
        assert_eq!(idle.lock_at(15), Some(start + 16 * MINUTE));
        idle.note_presence(start + 2 * MINUTE);
        assert_eq!(idle.lock_at(15), Some(start + 17 * MINUTE));
        assert_eq!(idle.lock_at(0), None);
    }

    #[test]
    fn reads_that_an_event_caused_do_not() {
        let start = Instant::now();
        let idle = Idle::new(start);
        for minute in 1..30 {
            let block = start + minute * MINUTE;
            idle.note_event(block);
            idle.note_command("cmd_get_balance", block + ECHO / 2);
            idle.note_command("cmd_get_transaction_history", block + ECHO / 2);
        }
        assert_eq!(idle.lock_at(15), Some(start + 15 * MINUTE));
    }

    #[test]
    fn acts_count_even_right_after_an_event() {
        let start = Instant::now();
        let idle = Idle::new(start);
        idle.note_event(start + MINUTE);
        idle.note_command("cmd_create_draft", start + MINUTE);
        assert_eq!(idle.lock_at(1), Some(start + 2 * MINUTE));
    }
}
