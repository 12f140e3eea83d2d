//! Whom the owner pays.

use satchel_app::contacts as core;
use satchel_types::Page;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::parse;
use crate::wallet::Network;

/// Asks for a page of the contacts, by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct ContactQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// Contacts wanted, 1 to 500.
    pub limit: Option<u32>,
    /// Only those whose name or note has this in it, or one of whose addresses does.
    pub search: Option<String>,
}

/// Somebody whom the owner pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Contact {
    /// Its id.
    pub id: String,
    /// Its name; none: one device took the contact away while another kept an address for it.
    pub name: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// Its addresses, those that count here first.
    pub addresses: Vec<ContactAddress>,
}

/// An address of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ContactAddress {
    /// Its id.
    pub id: String,
    /// The address.
    pub address: String,
    /// Its network.
    pub network: Network,
    /// Whether its owner agreed to it on this device. Only then it can be chosen to pay, and its contact's name is shown with it.
    pub counts: bool,
    /// The device that wrote what is not compared, if that is known.
    pub from: Option<String>,
    /// What its owner agreed to here before it was changed elsewhere.
    pub before: Option<ComparedBefore>,
}

/// What an owner agreed to on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ComparedBefore {
    /// The address.
    pub address: String,
    /// The contact's name at that time.
    pub name: String,
}

/// A page of the contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ContactPage {
    /// The contacts.
    pub contacts: Vec<Contact>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// Contacts of the whole list under the same filter.
    #[specta(type = u32)]
    pub total: u64,
}

/// Keeps somebody as a contact.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AddContactRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The wallet whose network the address is of; none: the selected one.
    pub wallet_id: Option<String>,
    /// The name, 1 to 64 characters.
    pub name: String,
    /// A note; none or empty: no note.
    pub note: Option<String>,
    /// The address, or a `bitcoin:` link with it.
    pub address: String,
}

/// Sets a contact's name and note.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RenameContactRequest {
    /// Which contact.
    pub contact_id: String,
    /// The name, 1 to 64 characters.
    pub name: String,
    /// The note; none or empty: no note.
    pub note: Option<String>,
}

/// Keeps an address for a contact.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct KeepContactAddressRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Which contact.
    pub contact_id: String,
    /// In which address's place; none: it is one more.
    pub instead_of: Option<String>,
    /// The wallet whose network the address is of; none: the selected one.
    pub wallet_id: Option<String>,
    /// The address, or a `bitcoin:` link with it.
    pub address: String,
}

/// Names a contact.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ContactRef {
    /// Which contact.
    pub contact_id: String,
}

/// Names an address of a contact.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ContactAddressRef {
    /// Which contact.
    pub contact_id: String,
    /// Which of its addresses.
    pub address_id: String,
}

/// Chooses a contact to pay.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ChooseContactRequest {
    /// The wallet that would pay; none: the selected one.
    pub wallet_id: Option<String>,
    /// Which contact.
    pub contact_id: String,
    /// Which of its addresses; none: the only one that counts here.
    pub address_id: Option<String>,
}

/// A contact that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChosenContact {
    /// Which contact.
    pub contact_id: String,
    /// Its name.
    pub name: String,
    /// The address to pay to.
    pub address: String,
    /// The network of the address.
    pub network: Network,
    /// Whether the address is the wallet's own.
    pub mine: bool,
    /// Whether the wallet paid to this address before.
    pub paid_before: bool,
}

impl From<ContactQuery> for satchel_types::ContactQuery {
    fn from(query: ContactQuery) -> Self {
        Self {
            after: query.after,
            size: parse::page_size(query.limit),
            search: query.search,
        }
    }
}

impl From<core::Contact> for Contact {
    fn from(contact: core::Contact) -> Self {
        Self {
            id: contact.id.to_string(),
            name: contact.name,
            note: contact.note,
            addresses: contact.addresses.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<core::ContactAddress> for ContactAddress {
    fn from(address: core::ContactAddress) -> Self {
        let (counts, from, before) = match address.standing {
            core::Standing::Counts => (true, None, None),
            core::Standing::NotCompared { from, before } => (false, from, before),
        };
        Self {
            id: address.id.to_string(),
            address: address.address,
            network: address.id.network.into(),
            counts,
            from,
            before: before.map(|before| ComparedBefore {
                address: before.address,
                name: before.name,
            }),
        }
    }
}

impl From<Page<core::Contact>> for ContactPage {
    fn from(page: Page<core::Contact>) -> Self {
        Self {
            contacts: page.rows.into_iter().map(Contact::from).collect(),
            next: page.next,
            total: page.total,
        }
    }
}

impl From<core::pay::ChosenContact> for ChosenContact {
    fn from(chosen: core::pay::ChosenContact) -> Self {
        Self {
            contact_id: chosen.contact.to_string(),
            name: chosen.name,
            address: chosen.address,
            network: chosen.network.into(),
            mine: chosen.mine,
            paid_before: chosen.paid_before,
        }
    }
}
