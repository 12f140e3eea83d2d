//! What belongs to the person and to no wallet: whom they pay, and how things are shown. As values that are shared, and as rows.

use std::collections::{BTreeMap, BTreeSet};

use satchel_bundle::container::contact_address;
use satchel_bundle::replica::Replica;
use satchel_bundle::state::{Change, Space, State, ValueKey};
use satchel_ports::{StoreError, WalletStore};
use satchel_types::{
    Batch, ContactAddressId, ContactId, ContactName, ContactQuery, ContactRow, Label, PageSize,
    Timestamp, Write,
};

use crate::payment::parse_address;
use crate::shared_setting::SharedSetting;

/// Field under which the note on a contact is, beside its name.
const NOTE: &[u8] = b"note";

fn key(space: Space, contact: ContactId, field: &[u8]) -> ValueKey {
    ValueKey {
        space,
        owner: *contact.as_bytes(),
        field: field.to_vec(),
    }
}

pub(crate) fn contact_name_key(contact: ContactId) -> ValueKey {
    key(Space::CONTACT_NAME, contact, b"")
}

pub(crate) fn contact_note_key(contact: ContactId) -> ValueKey {
    key(Space::CONTACT_NAME, contact, NOTE)
}

pub(crate) fn contact_address_key(contact: ContactId, id: ContactAddressId) -> ValueKey {
    let field = id.to_string();
    key(Space::CONTACT_ADDRESS, contact, field.as_bytes())
}

/// Returns all keys under which something was said of a contact.
pub(crate) fn keys_of_contact(state: &State, contact: ContactId) -> Vec<ValueKey> {
    let spaces = [Space::CONTACT_NAME, Space::CONTACT_ADDRESS];
    let values = spaces.map(|space| state.values_of(space, contact.as_bytes()));
    values
        .into_iter()
        .flatten()
        .map(|(key, _)| key.clone())
        .collect()
}

/// Returns the contact that a value is of.
pub(crate) fn contact_of(key: &ValueKey) -> Option<ContactId> {
    let spaces = [Space::CONTACT_NAME, Space::CONTACT_ADDRESS];
    spaces
        .contains(&key.space)
        .then(|| ContactId::from_bytes(key.owner))
}

/// Returns all contacts that a store holds.
pub(crate) fn all_contacts(store: &dyn WalletStore) -> Result<Vec<ContactRow>, StoreError> {
    let mut all = Vec::new();
    let mut query = ContactQuery {
        size: PageSize::clamped(u32::MAX),
        ..ContactQuery::default()
    };
    loop {
        let page = store.contacts(&query)?;
        all.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(all);
        }
    }
}

/// Returns the shared part of what belongs to the person, as far as it is not known, for a device that founds or joins a circle
/// and for a file.
pub(crate) fn all_of_person(
    store: &dyn WalletStore,
    replica: &Replica,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    let mut say = |key: ValueKey, at: u64, text: Option<String>| {
        if text.is_some() && replica.state().value(&key) != text.as_deref() {
            changes.push(replica.set_value(key, at, text));
        }
    };
    let now = now.as_secs();
    for contact in all_contacts(store)? {
        say(contact_name_key(contact.id), now, contact.name);
        say(contact_note_key(contact.id), now, contact.note);
        for address in contact.addresses {
            let key = contact_address_key(contact.id, address.id);
            say(key, now, Some(address.address));
        }
    }
    for setting in SharedSetting::ALL {
        // Whoever comes to others shows things as they do: said at a time before theirs.
        let value = store.setting(&setting.key())?;
        say(setting.value_key(), 0, value);
    }
    Ok(changes)
}

/// What a state says of a contact, as far as this version can show it.
struct Said {
    name: Option<ContactName>,
    note: Option<Label>,
    addresses: BTreeMap<ContactAddressId, String>,
}

impl Said {
    /// What cannot be shown, such as a name that is too long or an address of another network than it says, is not among it;
    /// it stays shared as it is.
    fn of(state: &State, contact: ContactId) -> Self {
        let name = state.value(&contact_name_key(contact));
        let note = state.value(&contact_note_key(contact));
        let mut addresses = BTreeMap::new();
        for (key, register) in state.values_of(Space::CONTACT_ADDRESS, contact.as_bytes()) {
            let shown = register.shown().and_then(|value| value.text.as_deref());
            let id = contact_address(key);
            if let (Some(id), Some(address)) = (id, shown)
                && parse_address(address, id.network).as_deref() == Ok(address)
            {
                addresses.insert(id, address.to_owned());
            }
        }
        Self {
            name: name.and_then(|name| ContactName::new(name).ok()),
            note: note.and_then(|note| Label::new(note).ok()?),
            addresses,
        }
    }

    fn is_as(&self, row: Option<&ContactRow>) -> bool {
        let Some(row) = row else {
            return self.name.is_none() && self.addresses.is_empty();
        };
        let known: BTreeMap<_, _> = row
            .addresses
            .iter()
            .map(|it| (it.id, &it.address))
            .collect();
        self.name.as_ref().map(ContactName::as_str) == row.name.as_deref()
            && self.note.as_ref().map(Label::as_str) == row.note.as_deref()
            && self.addresses.len() == known.len()
            && self
                .addresses
                .iter()
                .all(|(id, address)| known.get(id) == Some(&address))
    }
}

/// Returns the rows that values make that were touched. What was not stays as it is here: it may have been written and not be said
/// yet. Nothing that others wrote counts here before its owner compared it: that is for no row of theirs to say.
pub(crate) fn contact_rows(
    touched: &BTreeSet<ValueKey>,
    state: &State,
    store: &dyn WalletStore,
) -> Result<Batch, StoreError> {
    let mut batch = Batch::new();
    let contacts: BTreeSet<_> = touched.iter().filter_map(contact_of).collect();
    for contact in contacts {
        let (said, row) = (Said::of(state, contact), store.contact(contact)?);
        if said.is_as(row.as_ref()) {
            continue;
        }
        let is_due = |key: &ValueKey| row.is_none() || touched.contains(key);
        if is_due(&contact_name_key(contact)) {
            batch.push(Write::PutContactName {
                contact,
                name: said.name,
                here: false,
            });
        }
        // With those of which nothing is said any more.
        let here = touched
            .iter()
            .filter(|key| contact_of(key) == Some(contact));
        let known = state.values_of(Space::CONTACT_ADDRESS, contact.as_bytes());
        let keys: BTreeSet<_> = known.map(|(key, _)| key).chain(here).collect();
        for key in keys.into_iter().filter(|key| is_due(key)) {
            if let Some(id) = contact_address(key) {
                let address = said.addresses.get(&id).cloned();
                batch.push(Write::PutContactAddress(contact, id, address));
            }
        }
        if is_due(&contact_note_key(contact)) {
            batch.push(Write::PutContactNote(contact, said.note));
        }
    }
    Ok(batch)
}

/// Returns the row of a setting that others share, if this version knows it and what it says.
pub(crate) fn setting_row(
    setting: SharedSetting,
    state: &State,
    store: &dyn WalletStore,
) -> Result<Option<Write>, StoreError> {
    let Some(value) = state.value(&setting.value_key()) else {
        return Ok(None);
    };
    if store.setting(&setting.key())?.as_deref() == Some(value) {
        return Ok(None);
    }
    Ok(setting.put(value))
}

/// Returns the keys of all that was ever said of contacts.
pub(crate) fn keys_of_contacts(state: &State) -> BTreeSet<ValueKey> {
    let spaces = [Space::CONTACT_NAME, Space::CONTACT_ADDRESS];
    let keys = spaces.into_iter().flat_map(|space| state.values(space));
    keys.map(|(key, _)| key.clone()).collect()
}
