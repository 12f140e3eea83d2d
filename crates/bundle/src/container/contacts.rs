//! What a container says of whom its owner pays, and of how things are shown.

use std::collections::{BTreeMap, BTreeSet};

use satchel_types::{ContactAddressId, ContactId, ContactName, Label};

use crate::replica::Replica;
use crate::state::{Space, State, ValueKey};

/// A contact of somebody who wrote it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortableContact {
    /// Its id.
    pub id: ContactId,
    /// Its name.
    pub name: Option<ContactName>,
    /// A note.
    pub note: Option<Label>,
    /// Its addresses, as they were written: nobody checked that they are any.
    pub addresses: Vec<(ContactAddressId, String)>,
}

/// What belongs to the person and to no wallet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PortablePerson {
    /// Whom they pay.
    pub contacts: Vec<PortableContact>,
    /// Settings by name.
    pub settings: BTreeMap<String, String>,
}

/// Returns which address of a contact a value is; `None` for other values, and what names none.
pub fn contact_address(key: &ValueKey) -> Option<ContactAddressId> {
    if key.space != Space::CONTACT_ADDRESS {
        return None;
    }
    std::str::from_utf8(&key.field).ok()?.parse().ok()
}

/// Returns what somebody has of some circles of what belongs to the person. What cannot be shown, such as a name that is too long,
/// is not among it.
pub fn person_in<'a>(read: impl IntoIterator<Item = &'a Replica>) -> PortablePerson {
    let mut state = State::default();
    for replica in read {
        state.join(replica.state());
    }
    let spaces = [Space::CONTACT_NAME, Space::CONTACT_ADDRESS];
    let keys = spaces.into_iter().flat_map(|space| state.values(space));
    let contacts: BTreeSet<_> = keys
        .map(|(key, _)| ContactId::from_bytes(key.owner))
        .collect();
    let contacts = contacts.into_iter().map(|id| contact(&state, id));
    let settings = state.values(Space::SETTING).filter_map(|(key, register)| {
        let name = String::from_utf8(key.field.clone()).ok()?;
        let value = register.shown()?.text.clone()?;
        (key.owner == [0; 16]).then_some((name, value))
    });
    PortablePerson {
        contacts: contacts
            .filter(|contact| contact.name.is_some() || !contact.addresses.is_empty())
            .collect(),
        settings: settings.collect(),
    }
}

fn contact(state: &State, id: ContactId) -> PortableContact {
    let text = |field: &[u8]| {
        state.value(&ValueKey {
            space: Space::CONTACT_NAME,
            owner: *id.as_bytes(),
            field: field.to_vec(),
        })
    };
    let addresses = state.values_of(Space::CONTACT_ADDRESS, id.as_bytes());
    let addresses = addresses.filter_map(|(key, register)| {
        let address = register.shown()?.text.clone()?;
        Some((contact_address(key)?, address))
    });
    PortableContact {
        id,
        name: text(b"").and_then(|name| ContactName::new(name).ok()),
        note: text(b"note").and_then(|note| Label::new(note).ok()?),
        addresses: addresses.collect(),
    }
}
