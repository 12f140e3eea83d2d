//! Questions to a person: not too often, and none that stands for long.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use satchel_types::Attempts;
use tokio_util::sync::CancellationToken;

use crate::{Act, Clock, Confirm, ConfirmError, Confirmed, Deadline, ask};

/// Seconds for which a question may stand, and for which what was agreed to may wait to be done.
const STANDS: u64 = 600;

/// Puts one window's questions.
///
/// A page that was taken over could ask again and again until a tired person agrees. So each "no" after the third makes the
/// next question wait longer, up to a minute; a "yes" forgives.
#[derive(Debug, Default)]
pub struct Questions {
    refusals: Mutex<Attempts>,
}

impl Questions {
    /// Begins the time within which what was agreed to just now has to be done.
    pub fn good_for_now(clock: &dyn Clock) -> Deadline {
        Deadline::after(STANDS, clock.now(), Instant::now())
    }

    /// Refuses what was agreed to too long ago.
    ///
    /// # Errors
    /// [`ConfirmError::TooLate`].
    pub fn still_good(agreed: &Deadline, clock: &dyn Clock) -> Result<(), ConfirmError> {
        match agreed.is_over(clock.now(), Instant::now()) {
            true => Err(ConfirmError::TooLate),
            false => Ok(()),
        }
    }

    /// Asks for consent to an act. The question is taken back when `over` is cancelled: whatever is answered afterwards
    /// counts for nothing. So does time: a question that stood while its device slept asks about what was true then.
    ///
    /// # Errors
    /// As [`ask`]; [`ConfirmError::TooOften`] after several times no, [`ConfirmError::Withdrawn`] and
    /// [`ConfirmError::TooLate`].
    pub async fn put<A: Act>(
        &self,
        confirm: &dyn Confirm,
        clock: &dyn Clock,
        over: &CancellationToken,
        act: A,
    ) -> Result<Confirmed<A>, ConfirmError> {
        let seconds = self.refusals().wait(clock.now());
        if seconds > 0 {
            return Err(ConfirmError::TooOften { seconds });
        }
        let asked = Self::good_for_now(clock);
        let answer = tokio::select! {
            biased;
            () = over.cancelled() => return Err(ConfirmError::Withdrawn),
            () = asked.passed(clock) => return Err(ConfirmError::TooLate),
            answer = ask(confirm, act) => answer,
        };
        match &answer {
            Ok(_) => self.refusals().right(),
            Err(ConfirmError::Declined) => self.refusals().wrong(clock.now()),
            Err(_) => {}
        }
        if over.is_cancelled() {
            return Err(ConfirmError::Withdrawn);
        }
        // A timer may be late where the answer is not.
        answer.and_then(|agreed| Self::still_good(&asked, clock).map(|()| agreed))
    }

    fn refusals(&self) -> MutexGuard<'_, Attempts> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
