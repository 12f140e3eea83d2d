//! What a contact is called, and the note on it.

use satchel_ports::StoreError;
use satchel_types::{Batch, ContactId, ContactName, Label, Write};

use super::Contact;
use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

/// Why a contact keeps its name and note.
#[derive(Debug, thiserror::Error)]
pub enum RenameContactError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such contact.
    #[error("there is no such contact")]
    UnknownContact,
}

impl From<StoreError> for RenameContactError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Sets a contact's name and note. What counts here goes on counting under the new name; the question before a payment says
    /// the one that was agreed to.
    ///
    /// # Errors
    /// See [`RenameContactError`].
    pub fn rename_contact(
        &self,
        contact: ContactId,
        name: ContactName,
        note: Option<Label>,
    ) -> Result<Contact, RenameContactError> {
        let open = self.open()?;
        let unknown = RenameContactError::UnknownContact;
        let row = open.store.contact(contact)?.ok_or(unknown)?;
        let mut batch = Batch::new();
        if row.name.as_deref() != Some(name.as_str()) {
            batch.push(Write::PutContactName {
                contact,
                name: Some(name),
                here: true,
            });
        }
        if row.note.as_deref() != note.as_ref().map(Label::as_str) {
            batch.push(Write::PutContactNote(contact, note));
        }
        if !batch.is_empty() {
            open.store.apply(&batch)?;
            self.tell(Event::ContactsChanged);
        }
        let known = self.contact(contact)?;
        known.ok_or(RenameContactError::UnknownContact)
    }
}
