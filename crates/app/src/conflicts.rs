//! Values that two devices wrote without knowing of each other: one is shown, the other is kept beside it
//! until its owner chooses.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use satchel_bundle::container::{contact_address, label_target};
use satchel_bundle::replica::Replica;
use satchel_bundle::state::{Register, Space, Value, ValueKey};
use satchel_types::{
    Batch, ContactAddressId, ContactId, ContactName, DeviceId, Label, LabelTarget, StreamId,
    Timestamp, WalletId, WalletName, Write,
};

use crate::access_error::AccessError;
use crate::circle::{
    contact_address_key, contact_name_key, contact_note_key, contact_of, device_key, label_key,
    name_key,
};
use crate::events::Event;
use crate::payment::parse_address;
use crate::session::App;

/// Kinds of values that an owner reads and can choose between.
const SPACES: [Space; 9] = [
    Space::WALLET_NAME,
    Space::TX_LABEL,
    Space::ADDRESS_LABEL,
    Space::OUTPUT_LABEL,
    Space::INPUT_LABEL,
    Space::KEY_LABEL,
    Space::DEVICE_NAME,
    Space::CONTACT_NAME,
    Space::CONTACT_ADDRESS,
];

/// What two devices wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictOn {
    /// A wallet's name.
    WalletName(WalletId),
    /// A label in a wallet.
    Label(WalletId, LabelTarget),
    /// What a device is called.
    DeviceName(DeviceId),
    /// A contact's name.
    ContactName(ContactId),
    /// The note on a contact.
    ContactNote(ContactId),
    /// An address of a contact. Whichever is chosen counts here only if it was compared here.
    ContactAddress(ContactId, ContactAddressId),
}

/// One of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenValue {
    /// What it says; `None`: it was deleted.
    pub text: Option<String>,
    /// The name of the device that wrote it, if that is known.
    pub device: Option<String>,
    /// When, by that device's clock.
    pub at: Timestamp,
}

/// Why one of the values is shown, which every device reckons alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownBecause {
    /// It is later than each other, by its device's clock.
    Later,
    /// Another is of the same second, and none is later: which of them is shown says nothing.
    SameSecond,
    /// Another is later by its device's clock, but its device knew of fewer changes.
    MoreChanges,
}

/// Values of which one is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// On what.
    pub on: ConflictOn,
    /// The one that is shown.
    pub shown: WrittenValue,
    /// Why that one.
    pub because: ShownBecause,
    /// The others, each once.
    pub beside: Vec<WrittenValue>,
}

/// Why nothing was chosen.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// This device shares with no others.
    #[error("this device shares with no others")]
    NotIn,
    /// There is no choice left, or it was none of the values.
    #[error("there is nothing to choose between any more")]
    Settled,
}

impl From<satchel_ports::StoreError> for SettleError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

/// Returns what is open, as keys and registers.
pub(crate) fn open(replica: &Replica) -> impl Iterator<Item = (&ValueKey, &Register)> {
    SPACES
        .into_iter()
        .flat_map(|space| replica.state().values(space))
        .filter(|(_, register)| register.beside().next().is_some())
}

impl App {
    /// Returns the values of which one has to be chosen, of wallets that are here and of devices.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>, AccessError> {
        let open = self.open()?;
        let Some(circle) = open.shared.circle() else {
            return Ok(Vec::new());
        };
        let here: Vec<_> = open.store.wallets()?.iter().map(|one| one.id).collect();
        let replica = circle.replica();
        let writers: BTreeMap<StreamId, DeviceId> = replica
            .objects()
            .filter_map(|(hash, place)| Some((place.stream, replica.writer(hash)?)))
            .collect();
        let value = |value: &Value| WrittenValue {
            text: value.text.clone(),
            device: writers
                .get(&value.stream)
                .map(|device| circle.name_of(&replica, *device).0),
            at: Timestamp::from_secs(value.clock),
        };
        let conflicts = self::open(&replica).filter_map(|(key, register)| {
            let shown = register.shown()?;
            let mut beside: Vec<WrittenValue> = Vec::new();
            for other in register.beside() {
                if !beside.iter().any(|known| known.text == other.text) {
                    beside.push(value(other));
                }
            }
            Some(Conflict {
                on: on(key, &here)?,
                shown: value(shown),
                because: because(shown, register.beside()),
                beside,
            })
        });
        Ok(conflicts.collect())
    }

    /// Writes one of the values over all of them. Nothing else can be written by this.
    ///
    /// # Errors
    /// See [`SettleError`].
    pub fn settle_conflict(&self, on: &ConflictOn, text: Option<&str>) -> Result<(), SettleError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(SettleError::NotIn)?;
        let key = match on {
            ConflictOn::WalletName(wallet) => name_key(*wallet),
            ConflictOn::Label(wallet, target) => label_key(*wallet, target),
            ConflictOn::DeviceName(device) => device_key(*device, b""),
            ConflictOn::ContactName(contact) => contact_name_key(*contact),
            ConflictOn::ContactNote(contact) => contact_note_key(*contact),
            ConflictOn::ContactAddress(contact, id) => contact_address_key(*contact, *id),
        };
        let wallet = match on {
            ConflictOn::WalletName(wallet) | ConflictOn::Label(wallet, _) => {
                Some(open.store.wallet(*wallet)?.id)
            }
            ConflictOn::DeviceName(_)
            | ConflictOn::ContactName(_)
            | ConflictOn::ContactNote(_)
            | ConflictOn::ContactAddress(..) => None,
        };
        {
            // Held until it is stored, so that what is chosen is chosen among what is known.
            let mut replica = circle.replica();
            let register = replica.state().register(&key).ok_or(SettleError::Settled)?;
            let is_open = register.beside().next().is_some();
            let is_one = register
                .beside()
                .chain(register.shown())
                .any(|value| value.text.as_deref() == text);
            if !is_open || !is_one {
                return Err(SettleError::Settled);
            }
            let now = self.now().as_secs();
            let change = replica.set_value(key.clone(), now, text.map(str::to_owned));
            let batch = row(on, text).map_or_else(Batch::new, Batch::from);
            open.shared.write(&mut replica, &batch, &[change])?;
        }
        self.tell(Event::CircleChanged);
        match wallet {
            Some(wallet) if matches!(on, ConflictOn::Label(..)) => {
                self.tell(Event::Changed { wallet });
            }
            Some(_) => self.tell(Event::WalletsChanged),
            None if contact_of(&key).is_some() => self.tell(Event::ContactsChanged),
            None => {}
        }
        Ok(())
    }
}

/// Returns why a value is shown and none of the others.
fn because<'a>(shown: &Value, beside: impl Iterator<Item = &'a Value>) -> ShownBecause {
    let latest = beside.map(|value| value.clock).max();
    match latest.map(|latest| shown.clock.cmp(&latest)) {
        None | Some(Ordering::Greater) => ShownBecause::Later,
        Some(Ordering::Equal) => ShownBecause::SameSecond,
        Some(Ordering::Less) => ShownBecause::MoreChanges,
    }
}

/// Returns what a key is about, if it is on this device.
fn on(key: &ValueKey, here: &[WalletId]) -> Option<ConflictOn> {
    if key.space == Space::DEVICE_NAME {
        let name = key.field.is_empty();
        return name.then(|| ConflictOn::DeviceName(DeviceId::from_bytes(key.owner)));
    }
    if let Some(contact) = contact_of(key) {
        return match key.space {
            Space::CONTACT_ADDRESS => {
                Some(ConflictOn::ContactAddress(contact, contact_address(key)?))
            }
            _ if *key == contact_name_key(contact) => Some(ConflictOn::ContactName(contact)),
            _ if *key == contact_note_key(contact) => Some(ConflictOn::ContactNote(contact)),
            _ => None,
        };
    }
    let wallet = WalletId::from_bytes(key.owner);
    if !here.contains(&wallet) {
        return None;
    }
    if key.space == Space::WALLET_NAME {
        return Some(ConflictOn::WalletName(wallet));
    }
    Some(ConflictOn::Label(wallet, label_target(key)?))
}

/// Returns the row that a chosen value makes. One that this version cannot show makes none.
fn row(on: &ConflictOn, text: Option<&str>) -> Option<Write> {
    match on {
        ConflictOn::WalletName(wallet) => {
            let name = WalletName::new(text?).ok()?;
            Some(Write::RenameWallet(*wallet, name))
        }
        ConflictOn::Label(wallet, target) => {
            let label = Label::new(text.unwrap_or_default()).ok()?;
            Some(Write::PutLabel(*wallet, target.clone(), label))
        }
        ConflictOn::DeviceName(_) => None,
        // Chosen by a click that no question went with: it lends no address to another name, and makes none count.
        ConflictOn::ContactName(contact) => Some(Write::PutContactName {
            contact: *contact,
            name: text.map(ContactName::new).transpose().ok()?,
            here: false,
        }),
        ConflictOn::ContactNote(contact) => {
            let note = Label::new(text.unwrap_or_default()).ok()?;
            Some(Write::PutContactNote(*contact, note))
        }
        ConflictOn::ContactAddress(contact, id) => {
            let is_one = |text: &&str| parse_address(text, id.network).as_deref() == Ok(*text);
            let address = text.filter(is_one).map(str::to_owned);
            Some(Write::PutContactAddress(*contact, *id, address))
        }
    }
}
