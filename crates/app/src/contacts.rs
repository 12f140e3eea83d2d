//! Whom the owner pays.
//!
//! A contact belongs to the person and to no wallet; its addresses say of which network they are. An address counts on a device
//! once its owner agreed to it there, in a question that the platform draws: it can be chosen to pay, and its contact's name is
//! shown beside it. What another device wrote or changed is shown and counts for nothing until then (SYNC, H11), and so does
//! what a page that was taken over would have written. Which addresses count is never shared.

pub mod add;
pub mod address;
pub mod compare;
mod import;
pub mod pay;
pub mod remove;
pub mod rename;

use std::collections::{BTreeMap, HashMap};

use bitcoin::Network;
use satchel_bundle::replica::Replica;
use satchel_bundle::state::ValueKey;
use satchel_types::{
    Compared, ContactAddressId, ContactId, ContactQuery, ContactRow, DeviceId, Page, StreamId,
};

use crate::access_error::AccessError;
use crate::circle::{Circle, contact_address_key, contact_name_key};
use crate::open::Open;
use crate::session::App;

/// Somebody whom the owner pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Its name; `None`: one device took the contact away while another kept an address for it.
    pub name: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// Its addresses, those that count here first.
    pub addresses: Vec<ContactAddress>,
}

/// An address of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactAddress {
    /// Its id.
    pub id: ContactAddressId,
    /// The address.
    pub address: String,
    /// Whether it counts here.
    pub standing: Standing,
}

/// Whether an address counts on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its owner agreed to it here.
    Counts,
    /// Nobody compared it here yet: it cannot be chosen.
    NotCompared {
        /// The device that wrote what is not compared, if that is known.
        from: Option<String>,
        /// What its owner agreed to here before it was changed elsewhere.
        before: Option<Compared>,
    },
}

/// Which device wrote what, of those that share.
pub(crate) struct Writers<'a> {
    circle: &'a Circle,
    replica: &'a Replica,
    by: BTreeMap<StreamId, DeviceId>,
}

impl<'a> Writers<'a> {
    pub(crate) fn of(circle: &'a Circle, replica: &'a Replica) -> Self {
        let written = replica
            .objects()
            .filter_map(|(hash, place)| Some((place.stream, replica.writer(hash)?)));
        Self {
            circle,
            replica,
            by: written.collect(),
        }
    }

    /// Returns what the device is called that writes a stream.
    pub(crate) fn name(&self, stream: &StreamId) -> Option<String> {
        let device = self.by.get(stream)?;
        Some(self.circle.name_of(self.replica, *device).0)
    }

    /// Returns what the device is called that wrote the value that is shown.
    fn of_value(&self, key: &ValueKey) -> Option<String> {
        let shown = self.replica.state().register(key)?.shown()?;
        self.name(&shown.stream)
    }
}

impl App {
    /// Returns a page of the contacts, by name.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn contacts(&self, query: &ContactQuery) -> Result<Page<Contact>, AccessError> {
        let open = self.open()?;
        let page = open.store.contacts(query)?;
        Ok(Page {
            rows: told(&open, page.rows),
            next: page.next,
            total: page.total,
        })
    }

    /// Returns one contact; `None`: there is none.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn contact(&self, id: ContactId) -> Result<Option<Contact>, AccessError> {
        let open = self.open()?;
        let row = open.store.contact(id)?;
        Ok(told(&open, row.into_iter().collect()).pop())
    }

    /// Returns whose addresses are that count here, by address.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn payee_names(
        &self,
        network: Network,
        addresses: impl IntoIterator<Item = String>,
    ) -> Result<HashMap<String, String>, AccessError> {
        payee_names(&*self.open()?, network, addresses)
    }
}

/// The same within a session.
pub(crate) fn payee_names(
    open: &Open,
    network: Network,
    addresses: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, String>, AccessError> {
    let addresses: Vec<String> = addresses.into_iter().collect();
    if addresses.is_empty() {
        return Ok(HashMap::new());
    }
    let payees = open.store.payees(network, &addresses)?;
    let named = addresses.into_iter().zip(payees);
    Ok(named
        .filter_map(|(address, payee)| Some((address, payee?.name)))
        .collect())
}

/// Says of rows what counts here and where the rest is from.
fn told(open: &Open, rows: Vec<ContactRow>) -> Vec<Contact> {
    let circle = open.shared.circle();
    let all_count = rows
        .iter()
        .flat_map(|row| &row.addresses)
        .all(|it| it.counts);
    let replica = circle
        .as_ref()
        .filter(|_| !all_count)
        .map(|it| it.replica());
    let writers = circle.as_ref().zip(replica.as_ref());
    let writers = writers.map(|(circle, replica)| Writers::of(circle, replica));
    let told = rows.into_iter().map(|row| {
        let ContactRow {
            id,
            name,
            note,
            addresses,
        } = row;
        let addresses = addresses.into_iter().map(|it| {
            // Of an address that was compared the name is what changed.
            let same = it
                .compared
                .as_ref()
                .is_some_and(|c| c.address == it.address);
            let key = if same {
                contact_name_key(id)
            } else {
                contact_address_key(id, it.id)
            };
            ContactAddress {
                id: it.id,
                standing: if it.counts {
                    Standing::Counts
                } else {
                    Standing::NotCompared {
                        from: writers.as_ref().and_then(|writers| writers.of_value(&key)),
                        before: it.compared,
                    }
                },
                address: it.address,
            }
        });
        Contact {
            id,
            name,
            note,
            addresses: addresses.collect(),
        }
    });
    told.collect()
}
