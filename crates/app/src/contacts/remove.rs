//! Taking a contact away.

use satchel_ports::StoreError;
use satchel_types::{Batch, ContactId, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

/// Why a contact stays.
#[derive(Debug, thiserror::Error)]
pub enum RemoveContactError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such contact.
    #[error("there is no such contact")]
    UnknownContact,
}

impl From<StoreError> for RemoveContactError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Takes a contact away, here and on the owner's other devices. An address that another device kept for it meanwhile brings it
    /// back, without a name.
    ///
    /// # Errors
    /// See [`RemoveContactError`].
    pub fn remove_contact(&self, contact: ContactId) -> Result<(), RemoveContactError> {
        let open = self.open()?;
        let known = open.store.contact(contact)?;
        known.ok_or(RemoveContactError::UnknownContact)?;
        open.store
            .apply(&Batch::from(Write::RemoveContact(contact)))?;
        self.tell(Event::ContactsChanged);
        Ok(())
    }
}
