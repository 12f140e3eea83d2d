//! Whether the program is in front, where the system puts programs away.
//!
//! A phone tells when its person goes elsewhere and when they come back. In between it may stop the
//! program altogether, timers and all, so what was due meanwhile is done when it comes back, before
//! anything else.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use satchel_wire::session::{OutOfSight, Settings};
use tauri::WindowEvent;

/// Longest time for which an open wallet may be out of sight.
pub const LONGEST_AWAY: Duration = Duration::from_secs(60);
/// The same where its owner wants it locked at once: as long as a phone may take from one window of this program to the next.
pub const AT_ONCE: Duration = Duration::from_secs(2);

/// A moment by two clocks: the steady one stands still while a phone sleeps, and the other one can be set.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// By the clock that only goes on.
    pub steady: Instant,
    /// By the clock on the wall.
    pub wall: SystemTime,
}

impl Moment {
    /// Returns this moment.
    pub fn now() -> Self {
        Self {
            steady: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// Returns the moment so much later, by both clocks.
    #[must_use]
    pub fn later(self, passed: Duration) -> Self {
        Self {
            steady: self.steady + passed,
            wall: self.wall + passed,
        }
    }

    /// Returns how long ago another moment was, by the clock that says more.
    pub fn since(self, earlier: Self) -> Duration {
        let steady = self.steady.saturating_duration_since(earlier.steady);
        // Set back, it says nothing.
        let wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        steady.max(wall)
    }
}

/// Since when nobody can see the program.
#[derive(Debug, Default)]
pub struct Foreground {
    left: Mutex<Option<Moment>>,
}

impl Foreground {
    /// Notes that the program was put away. Of several such notes the first one counts.
    pub fn note_left(&self, now: Moment) {
        self.lock().get_or_insert(now);
    }

    /// Notes that it is in front again.
    pub fn note_back(&self) {
        *self.lock() = None;
    }

    /// Returns whether it was put away.
    pub fn is_away(&self) -> bool {
        self.lock().is_some()
    }

    /// Returns in what time an open wallet is to be locked because it is out of sight, none if it is
    /// overdue. `None`: it is in front, or never locked. `asked` is until when the system asked its person something.
    pub fn locks_in(
        &self,
        settings: &Settings,
        asked: Option<Moment>,
        now: Moment,
    ) -> Option<Duration> {
        let away = now.since((*self.lock())?);
        let longest = LONGEST_AWAY.saturating_sub(away);
        match settings.out_of_sight {
            // Whoever answers the system is there.
            OutOfSight::AtOnce => {
                let alone = asked.map_or(away, |asked| away.min(now.since(asked)));
                Some(AT_ONCE.saturating_sub(alone).min(longest))
            }
            // Never by time, not by this one either.
            OutOfSight::AfterAMinute if settings.auto_lock_minutes == 0 => None,
            OutOfSight::AfterAMinute => Some(longest),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Moment>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what an event of any window says: in front again, or put away. `None`: neither.
///
/// Android puts a window away when another of this program's comes above it, too; that one then says
/// that it has the focus. iOS puts it away for its own questions and tells their end by the focus alone.
pub fn seen(event: &WindowEvent) -> Option<bool> {
    match event {
        WindowEvent::Focused(true) => Some(true),
        #[cfg(mobile)]
        WindowEvent::Resumed => Some(true),
        #[cfg(mobile)]
        WindowEvent::Suspended => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn idle_after(minutes: u16) -> Settings {
        Settings {
            auto_lock_minutes: minutes,
            ..Settings::default()
        }
    }

    #[test]
    fn at_once_is_as_soon_as_no_other_window_of_it_came_and_waits_for_the_systems_question() {
        let (front, start) = (Foreground::default(), Moment::now());
        for minutes in [0, 15] {
            let settings = Settings {
                out_of_sight: OutOfSight::AtOnce,
                ..idle_after(minutes)
            };
            front.note_back();
            assert_eq!(front.locks_in(&settings, None, start), None);
            front.note_left(start);
            assert_eq!(front.locks_in(&settings, None, start), Some(AT_ONCE));
            let soon = start.later(30 * SECOND);
            let locks = |asked| front.locks_in(&settings, asked, soon);
            assert_eq!(locks(None), Some(Duration::ZERO));
            assert_eq!(locks(Some(start)), Some(Duration::ZERO), "long answered");
            assert_eq!(locks(Some(soon)), Some(AT_ONCE), "it stands");
            let answered = start.later(29 * SECOND);
            assert_eq!(locks(Some(answered)), Some(SECOND), "just answered");
            let late = start.later(60 * SECOND);
            let late = front.locks_in(&settings, Some(late), late);
            assert_eq!(late, Some(Duration::ZERO), "nobody answers");
        }
    }

    fn after(start: Moment, steady: Duration, wall: Duration) -> Moment {
        Moment {
            steady: start.steady + steady,
            wall: start.wall + wall,
        }
    }

    #[test]
    fn out_of_sight_it_locks_after_a_minute() {
        let (front, start) = (Foreground::default(), Moment::now());
        assert_eq!(front.locks_in(&idle_after(15), None, start), None);
        front.note_left(start);
        let soon = after(start, 59 * SECOND, 59 * SECOND);
        assert_eq!(front.locks_in(&idle_after(15), None, soon), Some(SECOND));
        // Another window of the program was put away as well.
        front.note_left(soon);
        let later = after(start, 60 * SECOND, 60 * SECOND);
        assert_eq!(
            front.locks_in(&idle_after(15), None, later),
            Some(Duration::ZERO)
        );
        assert_eq!(
            front.locks_in(&idle_after(1), None, later),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn back_in_time_it_starts_anew() {
        let (front, start) = (Foreground::default(), Moment::now());
        front.note_left(start);
        front.note_back();
        assert_eq!(
            front.locks_in(
                &idle_after(15),
                None,
                after(start, 90 * SECOND, 90 * SECOND)
            ),
            None
        );
        let again = after(start, 90 * SECOND, 90 * SECOND);
        front.note_left(again);
        assert_eq!(
            front.locks_in(&idle_after(15), None, again),
            Some(60 * SECOND)
        );
    }

    #[test]
    fn whoever_never_locks_by_time_does_not_lock_out_of_sight_either() {
        let (front, start) = (Foreground::default(), Moment::now());
        front.note_left(start);
        assert_eq!(
            front.locks_in(&idle_after(0), None, after(start, 90 * SECOND, 90 * SECOND)),
            None
        );
    }

    #[test]
    fn a_sleep_that_stops_one_clock_and_a_clock_that_was_set_back_change_nothing() {
        let (front, start) = (Foreground::default(), Moment::now());
        front.note_left(start);
        let slept = after(start, SECOND, 3600 * SECOND);
        assert_eq!(
            front.locks_in(&idle_after(15), None, slept),
            Some(Duration::ZERO)
        );
        let set_back = Moment {
            steady: start.steady + 60 * SECOND,
            wall: start.wall - 3600 * SECOND,
        };
        assert_eq!(
            front.locks_in(&idle_after(15), None, set_back),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn the_focus_says_that_it_is_in_front_and_losing_it_says_nothing() {
        assert_eq!(seen(&WindowEvent::Focused(true)), Some(true));
        // Another window, or the system's question, has it.
        assert_eq!(seen(&WindowEvent::Focused(false)), None);
        assert_eq!(seen(&WindowEvent::Destroyed), None);
    }
}
