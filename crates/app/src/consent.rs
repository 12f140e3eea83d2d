//! Consent, asked one question at a time, not too often, and only while it is open.

use satchel_ports::{Act, ConfirmError, Confirmed, Deadline, Questions};
use tokio_util::sync::CancellationToken;

use crate::open::Open;
use crate::session::App;

impl App {
    /// Begins the time within which what was agreed to just now has to be done.
    pub(crate) fn good_for_now(&self) -> Deadline {
        Questions::good_for_now(&*self.ports.clock)
    }

    /// Refuses what was agreed to too long ago.
    pub(crate) fn still_good(&self, agreed: &Deadline) -> Result<(), ConfirmError> {
        Questions::still_good(agreed, &*self.ports.clock)
    }

    /// Asks for consent to an act. A lock takes an open question back.
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
        let (confirm, clock) = (&*self.ports.confirm, &*self.ports.clock);
        self.questions.put(confirm, clock, over, act).await
    }
}
