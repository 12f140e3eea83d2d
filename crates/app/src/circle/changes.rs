//! What of a write is shared, as changes that join.

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use satchel_bundle::container::payment_label_key;
use satchel_bundle::replica::Replica;
use satchel_bundle::state::{
    AddressKey, Change, Coin, Payment, SharedWallet, Space, Stage, Tag, ValueKey,
};
use satchel_ports::{StoreError, WalletStore};
use satchel_types::{
    AddressQuery, AddressRow, Batch, ChainSide, ContactName, DeviceId, Draft, DraftState, Label,
    LabelTarget, PageSize, PaymentFate, Timestamp, WalletId, WalletRecord, Write,
};

use super::payments::{bytes_of, name_of, shared_form};
use super::person::{
    all_of_person, contact_address_key, contact_name_key, contact_note_key, keys_of_contact,
};
use crate::found_circle::DeviceName;
use crate::shared_setting::SharedSetting;
use crate::sweep::away_key;
use crate::sweep_steps::AWAY;
use crate::used_addresses::{TOLD, paid};

/// An outpoint as it is written: as in a transaction, 36 bytes.
pub(super) fn coin(outpoint: OutPoint) -> Coin {
    let mut coin = [0; 36];
    coin.copy_from_slice(&serialize(&outpoint));
    coin
}

/// What is labelled, as the key of a value.
pub(crate) fn label_key(wallet: WalletId, target: &LabelTarget) -> ValueKey {
    let (space, field) = match target {
        LabelTarget::Tx(txid) => (Space::TX_LABEL, txid.to_byte_array().to_vec()),
        LabelTarget::Address(address) => (Space::ADDRESS_LABEL, address.as_bytes().to_vec()),
        LabelTarget::Output(outpoint) => (Space::OUTPUT_LABEL, coin(*outpoint).to_vec()),
        LabelTarget::Input(outpoint) => (Space::INPUT_LABEL, coin(*outpoint).to_vec()),
        LabelTarget::Key(key) => (Space::KEY_LABEL, key.as_bytes().to_vec()),
    };
    ValueKey {
        space,
        owner: *wallet.as_bytes(),
        field,
    }
}

pub(crate) fn name_key(wallet: WalletId) -> ValueKey {
    ValueKey {
        space: Space::WALLET_NAME,
        owner: *wallet.as_bytes(),
        field: Vec::new(),
    }
}

/// What a device is called, or its system. The roster is signed and not sealed, so that names are kept
/// out of it: a place would read them.
pub(crate) fn device_key(device: DeviceId, field: &[u8]) -> ValueKey {
    ValueKey {
        space: Space::DEVICE_NAME,
        owner: *device.as_bytes(),
        field: field.to_vec(),
    }
}

/// Field of [`device_key`] under which a device's system is.
pub(crate) const SYSTEM: &[u8] = b"system";

/// Field of [`device_key`] under which the id of the device is that added it.
pub(crate) const ADDED_BY: &[u8] = b"by";

/// Whether a device holds the keys of a wallet, as it says itself or as who gave them says. Never taken back: whoever
/// had keys may have kept a copy.
pub(crate) fn holds_key(device: DeviceId, wallet: WalletId) -> ValueKey {
    ValueKey {
        space: Space::DEVICE_HOLDS,
        owner: *device.as_bytes(),
        field: wallet.as_bytes().to_vec(),
    }
}

/// What [`holds_key`] says.
pub(crate) const HOLDS: &str = "1";

/// Makes the changes that give a device its name and system.
pub(crate) fn named(
    device: DeviceId,
    name: &DeviceName,
    replica: &Replica,
    now: Timestamp,
) -> [Change; 2] {
    [(&b""[..], &name.name), (SYSTEM, &name.system)].map(|(field, text)| {
        replica.set_value(device_key(device, field), now.as_secs(), Some(text.clone()))
    })
}

/// Makes changes of what this device writes, against what it knows.
struct Sharing<'a, E> {
    replica: &'a Replica,
    now: Timestamp,
    draw: &'a mut dyn FnMut(&mut [u8]) -> Result<(), E>,
    changes: Vec<Change>,
}

/// Returns the shared part of a batch: nothing that the circle knows already, and nothing that is
/// this device's own affair, such as which server it asks. `draw` fills with random bytes.
pub(crate) fn share_of<E: From<StoreError>>(
    batch: &Batch,
    store: &dyn WalletStore,
    replica: &Replica,
    now: Timestamp,
    mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<Change>, E> {
    let mut sharing = Sharing::new(replica, now, &mut draw);
    for write in &batch.writes {
        match write {
            Write::InsertWallet { record, .. } => {
                sharing.wallet(record);
                if record.has_seed {
                    sharing.holds(record.id);
                }
            }
            Write::PutSeed(id, _) => sharing.holds(*id),
            Write::RenameWallet(id, name) => sharing.value(name_key(*id), Some(name.as_str())),
            Write::PutLabel(id, target, label) => {
                sharing.value(label_key(*id, target), label.as_ref().map(Label::as_str));
            }
            Write::PutCoinLock(id, outpoint, locked) => sharing.lock(*id, *outpoint, *locked)?,
            // What was handed out is shared and not what lies before it; of a wallet that comes with its
            // addresses it is not known which.
            Write::PutAddress(id, row) if brings(batch, *id) => sharing.address(*id, row),
            Write::HandOut(id, row) => sharing.hand_out(*id, row.side, row.index),
            Write::PutLease(id, lease) if !lease.confirmed => {
                sharing.lease(*id, lease.side, lease.index);
            }
            Write::PutDraft(draft) => sharing.draft(draft),
            Write::RemoveDraft(id) => {
                // One that takes the place of the same payment is the same payment.
                let goes = store.draft(*id)?.filter(|old| !puts_again(batch, old));
                if let Some(old) = goes {
                    sharing.drop_draft(&old);
                }
            }
            Write::PutContactName { contact, name, .. } => {
                let name = name.as_ref().map(ContactName::as_str);
                sharing.value(contact_name_key(*contact), name);
            }
            Write::PutContactNote(contact, note) => {
                let note = note.as_ref().map(Label::as_str);
                sharing.value(contact_note_key(*contact), note);
            }
            Write::PutContactAddress(contact, id, address) => {
                sharing.value(contact_address_key(*contact, *id), address.as_deref());
            }
            Write::RemoveContact(contact) => {
                for key in keys_of_contact(replica.state(), *contact) {
                    sharing.value(key, None);
                }
            }
            Write::PutSetting { key, value } => {
                if let Some(setting) = SharedSetting::of_key(key) {
                    sharing.value(setting.value_key(), Some(value));
                }
                if let Some(id) = key.strip_prefix(AWAY).and_then(|id| id.parse().ok()) {
                    sharing.value(away_key(id), Some(value));
                }
            }
            Write::DecidePayment(id, name, fate) => sharing.decide(*id, *name, *fate),
            _ => {}
        }
    }
    Ok(sharing.changes)
}

/// Whether a batch brings a wallet.
fn brings(batch: &Batch, id: WalletId) -> bool {
    let first = batch.writes.first();
    first
        .is_some_and(|write| matches!(write, Write::InsertWallet { record, .. } if record.id == id))
}

/// Whether a batch puts a draft of the payment that an old one prepared.
fn puts_again(batch: &Batch, old: &Draft) -> bool {
    batch.writes.iter().any(|write| match write {
        Write::PutDraft(draft) => draft.wallet == old.wallet && name_of(draft) == name_of(old),
        _ => false,
    })
}

/// Says how far a payment is and nothing else of it.
fn staged(stage: Stage) -> Payment {
    Payment {
        stage,
        reserved_until: 0,
        devices: Default::default(),
        coins: Default::default(),
        psbts: Default::default(),
    }
}

/// Returns the shared part of all that a store holds, for a device that founds or joins a circle.
pub(crate) fn everything<E: From<StoreError>>(
    store: &dyn WalletStore,
    replica: &Replica,
    now: Timestamp,
    draw: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<Change>, E> {
    let mut draw = draw;
    let mut all = everything_of(&store.wallets()?, store, replica, now, &mut draw)?;
    all.extend(undeclared::<E>(store, replica, now, draw)?);
    all.extend(all_of_person(store, replica, now)?);
    Ok(all)
}

/// Returns what this device has not said yet of the keys that it holds.
pub(crate) fn undeclared<E: From<StoreError>>(
    store: &dyn WalletStore,
    replica: &Replica,
    now: Timestamp,
    mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<Change>, E> {
    let mut sharing = Sharing::new(replica, now, &mut draw);
    for record in store.wallets()? {
        if record.has_seed {
            sharing.holds(record.id);
        }
    }
    Ok(sharing.changes)
}

/// The same of some wallets.
pub(crate) fn everything_of<E: From<StoreError>>(
    records: &[WalletRecord],
    store: &dyn WalletStore,
    replica: &Replica,
    now: Timestamp,
    mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<Change>, E> {
    let mut sharing = Sharing::new(replica, now, &mut draw);
    for record in records {
        sharing.wallet(record);
        for (target, label) in store.labels(record.id)? {
            sharing.value(label_key(record.id, &target), Some(&label));
        }
        for draft in store.drafts(record.id)? {
            if !matches!(draft.state, DraftState::Broadcast { .. }) {
                sharing.draft(&draft);
            }
        }
        for outpoint in store.locked_coins(record.id)? {
            let known = replica.state().lock(record.id, &coin(outpoint));
            if !known.is_some_and(satchel_bundle::state::CoinLock::is_locked) {
                sharing.lock(record.id, outpoint, true)?;
            }
        }
        for side in [ChainSide::Receive, ChainSide::Change] {
            let mut after = None;
            loop {
                let query = AddressQuery {
                    side,
                    after,
                    size: PageSize::clamped(u32::MAX),
                    unused_only: true,
                };
                let page = store.addresses(record.id, &query)?;
                for row in &page.rows {
                    sharing.address(record.id, row);
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            // Newest first.
            let used = AddressQuery {
                side,
                after: None,
                size: PageSize::clamped(TOLD),
                unused_only: false,
            };
            let page = store.addresses(record.id, &used)?;
            for row in page.rows.iter().filter(|row| row.used) {
                let key = AddressKey {
                    wallet: record.id,
                    side,
                    index: row.index,
                };
                sharing.changes.extend(paid(replica, key));
            }
        }
    }
    Ok(sharing.changes)
}

impl<'a, E> Sharing<'a, E> {
    fn new(
        replica: &'a Replica,
        now: Timestamp,
        draw: &'a mut dyn FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Self {
        Self {
            replica,
            now,
            draw,
            changes: Vec::new(),
        }
    }

    fn wallet(&mut self, record: &WalletRecord) {
        if self.replica.state().wallet(record.id).is_none() {
            self.changes.push(Change::Wallet(SharedWallet::new(
                record.network,
                record.script_type,
                record.account,
                record.descriptors.clone(),
                record.created_at,
            )));
        }
        // The name that others gave it is the better one for a wallet that was known.
        if self.replica.state().value(&name_key(record.id)).is_none() {
            self.value(name_key(record.id), Some(record.name.as_str()));
        }
    }

    fn holds(&mut self, wallet: WalletId) {
        let key = holds_key(self.replica.device(), wallet);
        self.value(key, Some(HOLDS));
    }

    fn value(&mut self, key: ValueKey, text: Option<&str>) {
        if self.replica.state().value(&key) == text {
            return;
        }
        let text = text.map(str::to_owned);
        let change = self.replica.set_value(key, self.now.as_secs(), text);
        self.changes.push(change);
    }

    fn lock(&mut self, wallet: WalletId, outpoint: OutPoint, locked: bool) -> Result<(), E> {
        let coin = coin(outpoint);
        if !locked {
            self.changes.extend(self.replica.unlock(wallet, &coin));
            return Ok(());
        }
        // Also where it is locked: another device may just be taking that lock off, and does not know of this one.
        let mut tag: Tag = Default::default();
        (self.draw)(&mut tag)?;
        self.changes.push(Change::Lock { wallet, coin, tag });
        Ok(())
    }

    /// Shares a draft as the payment it prepares, with its coins kept for this device.
    fn draft(&mut self, draft: &Draft) {
        let name = name_of(draft);
        let sent = matches!(draft.state, DraftState::Broadcast { .. });
        // Whoever sees that another device's payment was sent had no part in it.
        let known = self.replica.state();
        if sent && known.payment(draft.wallet, &bytes_of(name)).is_some() {
            self.payment(draft.wallet, name, staged(Stage::Broadcast));
            return;
        }
        let payment = shared_form(draft, self.replica.device(), self.now);
        self.payment(draft.wallet, name, payment);
        // Once it is sent its label is one of its transaction's.
        if let (false, Some(label)) = (sent, &draft.label) {
            self.value(
                payment_label_key(draft.wallet, &bytes_of(name)),
                Some(label),
            );
        }
    }

    /// A draft that was dropped before it was sent frees its coins on every device.
    fn drop_draft(&mut self, draft: &Draft) {
        if !matches!(draft.state, DraftState::Broadcast { .. }) {
            let given_up = staged(Stage::GivenUp);
            self.known_payment(draft.wallet, name_of(draft), given_up);
        }
    }

    fn decide(&mut self, wallet: WalletId, name: Txid, fate: PaymentFate) {
        let stage = match fate {
            PaymentFate::Replaced => Stage::Replaced,
            PaymentFate::Confirmed => Stage::Confirmed,
        };
        self.known_payment(wallet, name, staged(stage));
    }

    /// Says something of a payment that the circle knows.
    fn known_payment(&mut self, wallet: WalletId, name: Txid, payment: Payment) {
        let known = self.replica.state().payment(wallet, &bytes_of(name));
        if known.is_some() {
            self.payment(wallet, name, payment);
        }
    }

    fn payment(&mut self, wallet: WalletId, name: Txid, payment: Payment) {
        let txid = bytes_of(name);
        let known = self.replica.state().payment(wallet, &txid);
        if known.is_some_and(|known| !known.clone().join(payment.clone())) {
            return;
        }
        self.changes.push(Change::Payment {
            wallet,
            txid,
            payment,
        });
    }

    /// Who shows an address that another device showed says so too: both are told.
    fn hand_out(&mut self, wallet: WalletId, side: ChainSide, index: u32) {
        let device = self.replica.device();
        let key = AddressKey {
            wallet,
            side,
            index,
        };
        let known = self.replica.state().revealed_by(&key);
        if known.is_some_and(|by| by.contains_key(&device)) {
            return;
        }
        let at = self.now.as_secs();
        self.changes.push(Change::Revealed { key, device, at });
    }

    fn lease(&mut self, wallet: WalletId, side: ChainSide, index: u32) {
        let key = AddressKey {
            wallet,
            side,
            index,
        };
        self.changes.push(Change::Leased {
            key,
            device: self.replica.device(),
            at: self.now.as_secs(),
        });
    }

    /// An address that was paid tells itself to every device; one that was only shown does not.
    fn address(&mut self, wallet: WalletId, row: &AddressRow) {
        let device = self.replica.device();
        let key = AddressKey {
            wallet,
            side: row.side,
            index: row.index,
        };
        if row.used || self.replica.state().revealed_by(&key).is_some() {
            return;
        }
        self.changes.push(Change::Revealed {
            key,
            device,
            at: self.now.as_secs(),
        });
    }
}
