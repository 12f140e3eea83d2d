//! Consent, asked one question at a time, not too often, and only while it is open.

use std::sync::PoisonError;
use std::time::Instant;

use satchel_ports::{Act, ConfirmError, Confirmed};
use tokio_util::sync::CancellationToken;

use crate::attempts::Attempts;
use crate::deadline::Deadline;
use crate::open::Open;
use crate::session::App;

/// Seconds for which a question may stand, and for which what was agreed to may wait to be done.
const STANDS: u64 = 600;

impl App {
    /// Begins the time within which what was agreed to just now has to be done.
    pub(crate) fn good_for_now(&self) -> Deadline {
        Deadline::after(STANDS, self.now(), Instant::now())
    }

    /// Refuses what was agreed to too long ago.
    pub(crate) fn still_good(&self, agreed: &Deadline) -> Result<(), ConfirmError> {
        match agreed.is_over(self.now(), Instant::now()) {
            true => Err(ConfirmError::TooLate),
            false => Ok(()),
        }
    }

    /// Asks for consent to an act.
    ///
    /// A page that was taken over could ask again and again until a tired person agrees. So each
    /// "no" after the third makes the next question wait longer, up to a minute; a "yes" forgives.
    /// A lock takes an open question back: whatever is answered afterwards counts for nothing. So does time: a
    /// question that stood while its device slept asks about what was true then.
    pub(crate) async fn consent<A: Act>(
        &self,
        open: &Open,
        act: A,
    ) -> Result<Confirmed<A>, ConfirmError> {
        self.consent_until(&open.closed, act).await
    }

    /// The same where no vault is needed, or none is there yet: the question is taken back when `over` is cancelled.
    pub(crate) async fn consent_until<A: Act>(
        &self,
        over: &CancellationToken,
        act: A,
    ) -> Result<Confirmed<A>, ConfirmError> {
        let seconds = self.refusals().wait(self.now());
        if seconds > 0 {
            return Err(ConfirmError::TooOften { seconds });
        }
        let asked = self.good_for_now();
        let answer = tokio::select! {
            biased;
            () = over.cancelled() => return Err(ConfirmError::Withdrawn),
            () = asked.passed(&*self.ports.clock) => return Err(ConfirmError::TooLate),
            answer = satchel_ports::ask(&*self.ports.confirm, act) => answer,
        };
        match &answer {
            Ok(_) => self.refusals().right(),
            Err(ConfirmError::Declined) => self.refusals().wrong(self.now()),
            Err(_) => {}
        }
        if over.is_cancelled() {
            return Err(ConfirmError::Withdrawn);
        }
        // A timer may be late where the answer is not.
        answer.and_then(|agreed| self.still_good(&asked).map(|()| agreed))
    }

    fn refusals(&self) -> std::sync::MutexGuard<'_, Attempts> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
