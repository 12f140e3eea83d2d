//! Addresses of a contact: one more, another one in an address's place, one less; and the question that goes before.

use bitcoin::Network;
use satchel_ports::{Act, ConfirmError, ConfirmText, StoreError};
use satchel_types::{
    Batch, ContactAddressId, ContactId, ContactName, ContactQuery, RequestId, WalletId, Write,
};

use super::Contact;
use crate::access_error::AccessError;
use crate::acts::line;
use crate::events::Event;
use crate::open::Open;
use crate::payment::{PaymentTextError, parse_payment};
use crate::session::App;
use crate::text;

/// Most addresses that are added to one contact here.
pub const MAX_ADDRESSES: usize = 16;

/// Why its owner is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    NewContact,
    MoreAddress,
    OtherAddress,
    FromElsewhere,
}

/// Whether an address is a contact's.
#[derive(Debug)]
pub(super) struct QuestionOn {
    pub(super) why: Why,
    pub(super) contact: ContactId,
    pub(super) name: ContactName,
    pub(super) id: ContactAddressId,
    pub(super) address: String,
    /// What its owner agreed to before in its place.
    pub(super) before: Option<String>,
    /// The device that wrote it.
    pub(super) from: Option<String>,
    /// Whether the address is one of the wallet's own.
    pub(super) mine: bool,
    /// An address of another contact of this name.
    pub(super) same_name: Option<String>,
}

impl QuestionOn {
    /// Makes the writes for what was agreed to.
    pub(super) fn into_writes(self) -> Batch {
        let (contact, id) = (self.contact, self.id);
        let address = Some(self.address.clone());
        let mut batch = Batch::from(Write::PutContactAddress(contact, id, address));
        batch.push(self.into_compared());
        batch
    }

    /// Makes the write that says that it was agreed to.
    pub(super) fn into_compared(self) -> Write {
        Write::CompareContactAddress {
            contact: self.contact,
            id: self.id,
            address: self.address,
            name: self.name,
        }
    }
}

impl Act for QuestionOn {
    fn text(&self) -> ConfirmText {
        let (title, agree) = match self.why {
            Why::NewContact => ("Keep this contact?", "Keep"),
            Why::MoreAddress => ("Keep this address for the contact?", "Keep"),
            Why::OtherAddress => ("Change the contact's address?", "Change"),
            Why::FromElsewhere => ("Is this the contact's address?", "It is the same"),
        };
        let mut lines = vec![line("Name", self.name.as_str())];
        if let Some(before) = &self.before {
            lines.push(line("Until now", text::address(before)));
        }
        lines.push(line("Address", text::address(&self.address)));
        lines.push(line("Network", text::network(self.id.network)));
        if let Some(from) = &self.from {
            lines.push(line("Written on", from.as_str()));
        }
        let mut warnings = vec![match self.why {
            Why::FromElsewhere => {
                "Compare the address with what this person gave you, not with what another device shows. What you pay to a \
                 wrong address is lost."
                    .to_owned()
            }
            _ => "Compare the address with what this person gave you. What you pay to a wrong address is lost."
                .to_owned(),
        }];
        if self.why == Why::FromElsewhere && self.before.is_some() {
            warnings.push("It takes the place of the address that you agreed to here.".to_owned());
        }
        if self.mine {
            warnings.push("It is an address of your own wallet.".to_owned());
        }
        if let Some(other) = &self.same_name {
            let other = text::address(other);
            warnings.push(format!(
                "Another contact has the same name, with the address {other}."
            ));
        }
        ConfirmText {
            title: title.to_owned(),
            lines,
            warnings,
            agree: agree.to_owned(),
        }
    }
}

/// An address that counts for somebody already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this address is kept already, as {name}")]
pub struct Kept {
    /// For whom.
    pub name: String,
}

/// Refuses an address that counts for somebody.
pub(super) fn kept_by<E: From<StoreError> + From<Kept>>(
    open: &Open,
    network: Network,
    address: &str,
) -> Result<(), E> {
    let payees = open.store.payees(network, &[address.to_owned()])?;
    match payees.into_iter().flatten().next() {
        Some(payee) => Err(Kept { name: payee.name }.into()),
        None => Ok(()),
    }
}

/// Returns an address of another contact of the same name, whatever its case.
pub(super) fn addresses_of(
    open: &Open,
    name: &str,
    but: ContactId,
) -> Result<Option<String>, StoreError> {
    let folded = name.to_lowercase();
    let query = ContactQuery {
        search: Some(name.to_owned()),
        ..ContactQuery::default()
    };
    let page = open.store.contacts(&query)?;
    let others = page.rows.into_iter().filter(|row| {
        let same = row
            .name
            .as_ref()
            .is_some_and(|it| it.to_lowercase() == folded);
        same && row.id != but
    });
    Ok(others
        .flat_map(|row| row.addresses)
        .map(|it| it.address)
        .next())
}

/// What address to keep for a contact.
#[derive(Debug, Clone)]
pub struct KeepAddress {
    /// Made by the caller for this one intent; a second arrival changes nothing.
    pub request: RequestId,
    /// Whose.
    pub contact: ContactId,
    /// In whose place; `None`: it is one more.
    pub instead_of: Option<ContactAddressId>,
    /// The wallet whose network the address is of; `None`: the selected one.
    pub wallet: Option<WalletId>,
    /// The address, or a `bitcoin:` link with it.
    pub address: String,
}

/// Why an address was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepAddressError {
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
    /// More than a contact may have.
    #[error("a contact has at most {max} addresses")]
    TooMany {
        /// Addresses allowed.
        max: usize,
    },
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] PaymentTextError),
    /// The address is kept already.
    #[error(transparent)]
    Kept(#[from] Kept),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

impl From<StoreError> for KeepAddressError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

/// Why an address was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveAddressError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such contact.
    #[error("there is no such contact")]
    UnknownContact,
    /// The contact has no such address.
    #[error("the contact has no such address")]
    UnknownAddress,
}

impl App {
    /// Keeps an address for a contact, one more or in another's place, after consent.
    ///
    /// # Errors
    /// See [`KeepAddressError`].
    pub async fn keep_contact_address(
        &self,
        wanted: KeepAddress,
    ) -> Result<Contact, KeepAddressError> {
        let open = self.open()?;
        let _once = open.requests.lock(wanted.request).await;
        let contact = wanted.contact;
        let known = || -> Result<Contact, KeepAddressError> {
            self.contact(contact)?
                .ok_or(KeepAddressError::UnknownContact)
        };
        if open.store.request(wanted.request)?.is_some() {
            return known();
        }
        let row = open
            .store
            .contact(contact)?
            .ok_or(KeepAddressError::UnknownContact)?;
        let name = row
            .name
            .as_deref()
            .and_then(|name| ContactName::new(name).ok());
        let name = name.ok_or(KeepAddressError::NoName)?;
        let record = self.wallet(&open, wanted.wallet)?;
        let old = match wanted.instead_of {
            Some(id) => {
                let old = row.addresses.iter().find(|it| it.id == id);
                Some(old.ok_or(KeepAddressError::UnknownAddress)?)
            }
            None if row.addresses.len() >= MAX_ADDRESSES => {
                return Err(KeepAddressError::TooMany { max: MAX_ADDRESSES });
            }
            None => None,
        };
        let id = match old {
            Some(old) => old.id,
            None => ContactAddressId {
                network: record.network,
                number: self.random_id().map_err(AccessError::from)?,
            },
        };
        // An address stays of its network, whichever wallet is looked at.
        let address = parse_payment(&wanted.address, id.network)?.address;
        kept_by::<KeepAddressError>(&open, id.network, &address)?;
        let act = QuestionOn {
            why: match old {
                Some(_) => Why::OtherAddress,
                None => Why::MoreAddress,
            },
            contact,
            mine: open.store.address(record.id, &address)?.is_some(),
            same_name: addresses_of(&open, name.as_str(), contact)?,
            name,
            id,
            before: old.map(|old| old.address.clone()),
            address,
            from: None,
        };
        let act = self.consent(&open, act).await?.into_act();
        let mut batch = act.into_writes();
        batch.push(Write::PutRequest {
            id: wanted.request,
            outcome: id.to_string(),
            at: self.now(),
        });
        batch.push(self.forget_old());
        open.store.apply(&batch)?;
        self.tell(Event::ContactsChanged);
        known()
    }

    /// Removes an address of a contact. What was paid to it stays paid.
    ///
    /// # Errors
    /// See [`RemoveAddressError`].
    pub fn remove_contact_address(
        &self,
        contact: ContactId,
        id: ContactAddressId,
    ) -> Result<(), RemoveAddressError> {
        let open = self.open()?;
        let row = open.store.contact(contact).map_err(AccessError::from)?;
        let row = row.ok_or(RemoveAddressError::UnknownContact)?;
        if !row.addresses.iter().any(|it| it.id == id) {
            return Err(RemoveAddressError::UnknownAddress);
        }
        let gone = Batch::from(Write::PutContactAddress(contact, id, None));
        open.store.apply(&gone).map_err(AccessError::from)?;
        self.tell(Event::ContactsChanged);
        Ok(())
    }
}
