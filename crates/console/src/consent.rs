//! Consent, asked not too often, and only while somebody is at the console.

use std::sync::PoisonError;

use satchel_ports::{Act, ConfirmError, Confirmed};

use crate::Console;

impl Console {
    /// Asks for consent. Its window's end takes an open question back.
    pub(crate) async fn consent<A: Act>(&self, act: A) -> Result<Confirmed<A>, ConfirmError> {
        let over = self
            .left
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let (confirm, clock) = (&*self.ports.confirm, &*self.ports.clock);
        self.questions.put(confirm, clock, &over, act).await
    }

    /// Says that its window is gone: what was asked of its owner until now is not done any more.
    pub fn leave(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *left).cancel();
    }
}
