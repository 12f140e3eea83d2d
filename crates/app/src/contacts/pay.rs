//! Choosing a contact to pay.
//!
//! The address comes from here and not from a list that a page was shown: one that was not compared on this device has no way into
//! a payment as a contact's.

use bitcoin::Network;
use satchel_ports::StoreError;
use satchel_types::{
    ContactAddressId, ContactId, ContactName, ContactQuery, Direction, HistoryQuery, WalletId,
};

use super::payee_names;
use crate::access_error::AccessError;
use crate::open::Open;
use crate::session::App;

/// A contact that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenContact {
    /// Its id.
    pub contact: ContactId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The network of the address.
    pub network: Network,
    /// Whether the address is the wallet's own.
    pub mine: bool,
    /// Whether the wallet paid to this address before.
    pub paid_before: bool,
}

/// Why a contact cannot be paid.
#[derive(Debug, thiserror::Error)]
pub enum ChooseContactError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such contact.
    #[error("there is no such contact")]
    UnknownContact,
    /// The contact has no such address.
    #[error("the contact has no such address")]
    UnknownAddress,
    /// Nobody compared the address on this device.
    #[error("this address of {name} came from elsewhere: compare it on this device first")]
    NotCompared {
        /// Whose it is said to be.
        name: String,
    },
    /// The contact has no address of the wallet's network.
    #[error("this contact has no address for {wanted}")]
    OtherNetwork {
        /// The wallet's network.
        wanted: Network,
    },
    /// Several contacts are called so.
    #[error("{count} contacts are called so")]
    SeveralContacts {
        /// How many.
        count: usize,
    },
    /// The contact has several addresses, and none was named.
    #[error("this contact has {count} addresses; say which")]
    SeveralAddresses {
        /// How many.
        count: usize,
    },
}

impl From<StoreError> for ChooseContactError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Returns the address to pay to. `None` for the address: the only one that counts here.
    ///
    /// # Errors
    /// See [`ChooseContactError`]; an address that was not compared here is refused.
    pub fn choose_contact(
        &self,
        wallet: Option<WalletId>,
        contact: ContactId,
        address: Option<ContactAddressId>,
    ) -> Result<ChosenContact, ChooseContactError> {
        let open = self.open()?;
        let record = self.wallet(&open, wallet)?;
        let row = open.store.contact(contact)?;
        let row = row.ok_or(ChooseContactError::UnknownContact)?;
        let name = row.name.unwrap_or_default();
        if let Some(id) = address
            && !row.addresses.iter().any(|it| it.id == id)
        {
            return Err(ChooseContactError::UnknownAddress);
        }
        let mut fit: Vec<_> = row
            .addresses
            .into_iter()
            .filter(|it| it.id.network == record.network)
            .filter(|it| address.is_none_or(|id| id == it.id))
            .collect();
        if fit.is_empty() {
            let wanted = record.network;
            return Err(ChooseContactError::OtherNetwork { wanted });
        }
        fit.retain(|it| it.counts);
        let count = fit.len();
        let chosen = fit
            .pop()
            .ok_or(ChooseContactError::NotCompared { name: name.clone() })?;
        if count > 1 {
            return Err(ChooseContactError::SeveralAddresses { count });
        }
        Ok(ChosenContact {
            contact,
            name,
            network: record.network,
            mine: open.store.address(record.id, &chosen.address)?.is_some(),
            paid_before: paid_before(&open, record.id, &chosen.address)?,
            address: chosen.address,
        })
    }

    /// Returns the one contact of a name, whatever its case.
    ///
    /// # Errors
    /// See [`ChooseContactError`].
    pub fn contact_named(&self, name: &str) -> Result<ContactId, ChooseContactError> {
        let open = self.open()?;
        let name = ContactName::new(name).map_err(|_| ChooseContactError::UnknownContact)?;
        let folded = name.as_str().to_lowercase();
        let mut query = ContactQuery {
            search: Some(folded.clone()),
            ..ContactQuery::default()
        };
        let mut found = Vec::new();
        loop {
            let page = open.store.contacts(&query)?;
            let called = page.rows.iter().filter(|row| {
                let name = row.name.as_ref();
                name.is_some_and(|name| name.to_lowercase() == folded)
            });
            found.extend(called.map(|row| row.id));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        match found.as_slice() {
            [] => Err(ChooseContactError::UnknownContact),
            [one] => Ok(*one),
            several => Err(ChooseContactError::SeveralContacts {
                count: several.len(),
            }),
        }
    }
}

/// Whether a wallet paid to an address before, and that payment counts.
pub(crate) fn paid_before(
    open: &Open,
    wallet: WalletId,
    address: &str,
) -> Result<bool, AccessError> {
    let query = HistoryQuery {
        search: Some(address.to_owned()),
        direction: Some(Direction::Outgoing),
        ..HistoryQuery::default()
    };
    let page = open.store.history(wallet, &query)?;
    let mut rows = page.rows.iter();
    Ok(rows.any(|row| row.state.is_live() && row.address.as_deref() == Some(address)))
}

/// Returns the name of whose an address is, if it counts here.
pub(crate) fn payee(
    open: &Open,
    network: Network,
    address: &str,
) -> Result<Option<String>, AccessError> {
    Ok(payee_names(open, network, [address.to_owned()])?.remove(address))
}
