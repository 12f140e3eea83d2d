//! Keeping somebody as a contact.

use satchel_ports::{ConfirmError, StoreError};
use satchel_types::{
    Batch, ContactAddressId, ContactId, ContactName, Label, RequestId, WalletId, Write,
};

use super::Contact;
use super::address::{Kept, QuestionOn, Why, addresses_of, kept_by};
use crate::access_error::AccessError;
use crate::events::Event;
use crate::payment::{PaymentTextError, parse_payment};
use crate::session::App;

/// Whom to keep.
#[derive(Debug, Clone)]
pub struct AddContact {
    /// Made by the caller for this one intent; a second arrival returns the first one's contact.
    pub request: RequestId,
    /// The wallet whose network the address is of; `None`: the selected one.
    pub wallet: Option<WalletId>,
    /// The name.
    pub name: ContactName,
    /// A note.
    pub note: Option<Label>,
    /// The address, or a `bitcoin:` link with it.
    pub address: String,
}

/// Why nobody was kept.
#[derive(Debug, thiserror::Error)]
pub enum AddContactError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] PaymentTextError),
    /// The address is kept already.
    #[error(transparent)]
    Kept(#[from] Kept),
    /// What this request led to is gone.
    #[error("the contact that this led to was removed since")]
    Gone,
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

impl From<StoreError> for AddContactError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Keeps somebody with an address, after consent to both: a page that was taken over could do the same.
    ///
    /// # Errors
    /// See [`AddContactError`].
    pub async fn add_contact(&self, wanted: AddContact) -> Result<Contact, AddContactError> {
        let open = self.open()?;
        let _once = open.requests.lock(wanted.request).await;
        if let Some(made) = open.store.request(wanted.request)? {
            let id: ContactId = made.parse().map_err(|_| AddContactError::Gone)?;
            return self.contact(id)?.ok_or(AddContactError::Gone);
        }
        let record = self.wallet(&open, wanted.wallet)?;
        let address = parse_payment(&wanted.address, record.network)?.address;
        kept_by::<AddContactError>(&open, record.network, &address)?;
        let id = ContactId::from_bytes(self.random_id().map_err(AccessError::from)?);
        let act = QuestionOn {
            why: Why::NewContact,
            contact: id,
            id: ContactAddressId {
                network: record.network,
                number: self.random_id().map_err(AccessError::from)?,
            },
            mine: open.store.address(record.id, &address)?.is_some(),
            same_name: addresses_of(&open, wanted.name.as_str(), id)?,
            name: wanted.name,
            address,
            before: None,
            from: None,
        };
        let act = self.consent(&open, act).await?.into_act();
        let mut batch = Batch::from(Write::PutContactName {
            contact: id,
            name: Some(act.name.clone()),
            here: true,
        });
        batch.extend(act.into_writes());
        if wanted.note.is_some() {
            batch.push(Write::PutContactNote(id, wanted.note));
        }
        batch.push(Write::PutRequest {
            id: wanted.request,
            outcome: id.to_string(),
            at: self.now(),
        });
        batch.push(self.forget_old());
        open.store.apply(&batch)?;
        self.tell(Event::ContactsChanged);
        self.contact(id)?.ok_or(AddContactError::Gone)
    }
}
