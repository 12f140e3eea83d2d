//! Agreeing on this device to an address that came from elsewhere.

use satchel_ports::{ConfirmError, StoreError};
use satchel_types::{Batch, ContactAddressId, ContactId, ContactName};

use super::address::{QuestionOn, Why, addresses_of};
use super::{Contact, Standing};
use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

/// Why an address does not count.
#[derive(Debug, thiserror::Error)]
pub enum CompareContactError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such contact.
    #[error("there is no such contact")]
    UnknownContact,
    /// The contact has no such address.
    #[error("the contact has no such address")]
    UnknownAddress,
    /// The contact has no name that a question could say.
    #[error("give the contact a name first")]
    NoName,
    /// Another device changed the contact while the question stood.
    #[error("another device changed this contact meanwhile; look again")]
    Changed,
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

impl From<StoreError> for CompareContactError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Lets an address count on this device, after its owner compared it. One that counts already changes nothing.
    ///
    /// # Errors
    /// See [`CompareContactError`].
    pub async fn compare_contact_address(
        &self,
        contact: ContactId,
        id: ContactAddressId,
    ) -> Result<Contact, CompareContactError> {
        let open = self.open()?;
        let known = self.contact(contact)?;
        let known = known.ok_or(CompareContactError::UnknownContact)?;
        let address = known.addresses.iter().find(|it| it.id == id);
        let address = address.ok_or(CompareContactError::UnknownAddress)?;
        let Standing::NotCompared { from, before } = address.standing.clone() else {
            return Ok(known);
        };
        let name = known
            .name
            .as_deref()
            .and_then(|name| ContactName::new(name).ok());
        let name = name.ok_or(CompareContactError::NoName)?;
        let mut mine = false;
        for record in open.store.wallets()? {
            let own = record.network == id.network;
            mine |= own && open.store.address(record.id, &address.address)?.is_some();
        }
        let before = before.map(|before| before.address);
        let act = QuestionOn {
            why: Why::FromElsewhere,
            contact,
            id,
            mine,
            same_name: addresses_of(&open, name.as_str(), contact)?,
            name,
            before: before.filter(|before| *before != address.address),
            address: address.address.clone(),
            from,
        };
        let act = self.consent(&open, act).await?.into_act();
        open.store.apply(&Batch::from(act.into_compared()))?;
        self.tell(Event::ContactsChanged);
        let now = self.contact(contact)?;
        let now = now.ok_or(CompareContactError::UnknownContact)?;
        let counts = now.addresses.iter().find(|it| it.id == id);
        // What was agreed to is what the question said; whatever came meanwhile is another address.
        match counts.map(|it| &it.standing) {
            Some(Standing::Counts) => Ok(now),
            Some(Standing::NotCompared { .. }) => Err(CompareContactError::Changed),
            None => Err(CompareContactError::UnknownAddress),
        }
    }
}
