//! Contacts that a file brings, or what devices left that are all lost.
//!
//! They come as from another device: whoever had the file could have written into it, and what its owner compared on the device
//! that is gone was compared there. So nothing of it counts before it is compared here.

use satchel_bundle::container::{PortableContact, PortablePerson};
use satchel_types::{Batch, ContactId, Write};

use crate::access_error::AccessError;
use crate::circle::{contact_address_key, contact_name_key, contact_note_key};
use crate::events::Event;
use crate::open::Open;
use crate::payment::parse_address;
use crate::session::App;
use crate::shared_settings::SharedSetting;

impl App {
    /// Adds what is not known here. What is here stays, and what was taken away here does not come back.
    pub(crate) fn take_person(
        &self,
        open: &Open,
        person: PortablePerson,
    ) -> Result<(), AccessError> {
        let mut batch = Batch::new();
        for contact in person.contacts {
            batch.extend(news(open, contact)?);
        }
        let contacts = !batch.is_empty();
        let mut settings = false;
        for setting in SharedSetting::ALL {
            let value = person.settings.get(setting.name());
            let put = value.and_then(|value| setting.put(value));
            if let Some(put) = put
                && open.store.setting(&setting.key())?.is_none()
            {
                batch.push(put);
                settings = true;
            }
        }
        open.store.apply(&batch)?;
        if contacts {
            self.tell(Event::ContactsChanged);
        }
        if settings {
            self.tell(Event::SettingsChanged);
        }
        Ok(())
    }
}

/// Returns what a file knows of a contact that is not known here.
fn news(open: &Open, contact: PortableContact) -> Result<Batch, AccessError> {
    let id: ContactId = contact.id;
    let circle = open.shared.circle();
    let was_written = |key| {
        let circle = circle.as_ref();
        circle.is_some_and(|circle| circle.replica().state().register(&key).is_some())
    };
    let here = open.store.contact(id)?;
    let mut batch = Batch::new();
    let unnamed = here.as_ref().is_none_or(|here| here.name.is_none());
    if unnamed && contact.name.is_some() && !was_written(contact_name_key(id)) {
        batch.push(Write::PutContactName {
            contact: id,
            name: contact.name,
            here: false,
        });
    }
    for (address_id, address) in contact.addresses {
        let known = here.as_ref().map(|here| here.addresses.iter());
        let known = known.is_some_and(|mut known| known.any(|it| it.id == address_id));
        let is_one = parse_address(&address, address_id.network).as_ref() == Ok(&address);
        if is_one && !known && !was_written(contact_address_key(id, address_id)) {
            batch.push(Write::PutContactAddress(id, address_id, Some(address)));
        }
    }
    let unnoted = here.is_none_or(|here| here.note.is_none());
    if unnoted && contact.note.is_some() && !was_written(contact_note_key(id)) {
        batch.push(Write::PutContactNote(id, contact.note));
    }
    Ok(batch)
}
