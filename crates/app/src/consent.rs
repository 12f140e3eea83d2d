//! Consent, asked one question at a time, not too often, and only while it is open.

use std::sync::PoisonError;

use satchel_ports::{Act, ConfirmError, Confirmed};
use tokio_util::sync::CancellationToken;

use crate::attempts::Attempts;
use crate::open::Open;
use crate::session::App;

impl App {
    /// Asks for consent to an act.
    ///
    /// A page that was taken over could ask again and again until a tired person agrees. So each
    /// "no" after the third makes the next question wait longer, up to a minute; a "yes" forgives.
    /// A lock takes an open question back: whatever is answered afterwards counts for nothing.
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
        let answer = tokio::select! {
            biased;
            () = over.cancelled() => return Err(ConfirmError::Withdrawn),
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
        answer
    }

    fn refusals(&self) -> std::sync::MutexGuard<'_, Attempts> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
