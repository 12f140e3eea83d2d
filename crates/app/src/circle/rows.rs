//! What others wrote, as rows of this device.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::OutPoint;
use bitcoin::Txid;
use bitcoin::consensus::encode::deserialize;
use satchel_bundle::container::label_target;
use satchel_bundle::state::{AddressKey, Space, State, Touched, TxidBytes, ValueKey};
use satchel_ports::{StoreError, WalletStore};
use satchel_types::{Batch, ChainSide, Label, Timestamp, WalletId, WalletName, Write};

use super::changes::{coin, label_key, name_key};
use super::person::{contact_of, contact_rows, keys_of_contacts, setting_row};
use crate::shared_setting::SharedSetting;
use crate::sweep::away_key;
use crate::sweep_steps::{away_setting, put_away};

use super::payments::{name_from, reserved_until};

/// Rows to be written, and addresses that an engine has to know as handed out.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// The rows.
    pub(crate) batch: Batch,
    /// The highest index of each side that somebody handed out.
    pub(crate) revealed: BTreeMap<(WalletId, ChainSide), u32>,
    /// Payments of which something new is known.
    pub(crate) payments: BTreeSet<(WalletId, Txid)>,
    /// Wallets in which something changed.
    pub(crate) wallets: BTreeSet<WalletId>,
    /// Whether one got another name.
    pub(crate) renamed: bool,
    /// Whether something changed of contacts.
    pub(crate) contacts: bool,
    /// Whether something changed of how things are shown.
    pub(crate) settings: bool,
}

/// Returns the rows that what was touched makes. A wallet that is not on this device has none:
/// it waits for its owner to take it in.
pub(crate) fn of_touched(
    touched: &BTreeSet<Touched>,
    state: &State,
    store: &dyn WalletStore,
    now: Timestamp,
) -> Result<Rows, StoreError> {
    let here: BTreeSet<WalletId> = store.wallets()?.iter().map(|record| record.id).collect();
    let mut rows = Rows::default();
    let mut contacts = BTreeSet::new();
    for touched in touched {
        match touched {
            Touched::Value(key) if contact_of(key).is_some() => {
                contacts.insert(key.clone());
            }
            Touched::Value(key) if key.space == Space::SETTING => {
                if let Some(setting) = SharedSetting::of_value(key) {
                    rows.setting(setting, state, store)?;
                }
            }
            Touched::Value(key) => {
                let owner = WalletId::from_bytes(key.owner);
                if here.contains(&owner) {
                    rows.value(owner, key, state.value(key));
                }
            }
            Touched::Lock(wallet, coin) if here.contains(wallet) => {
                if let Ok(outpoint) = deserialize::<OutPoint>(coin) {
                    let locked = state
                        .lock(*wallet, coin)
                        .is_some_and(|lock| lock.is_locked());
                    rows.push(*wallet, Write::PutCoinLock(*wallet, outpoint, locked));
                }
            }
            Touched::Address(key) if here.contains(&key.wallet) => rows.reveal(key),
            Touched::Payment(wallet, name) if here.contains(wallet) => {
                rows.payment(*wallet, name, state, now);
            }
            _ => {}
        }
    }
    rows.contacts(&contacts, state, store)?;
    Ok(rows)
}

/// Returns the rows in which what belongs to the person differs from what is shared: where an older version of this program, which
/// knew nothing of it, kept what others said.
pub(crate) fn of_person(state: &State, store: &dyn WalletStore) -> Result<Rows, StoreError> {
    let mut rows = Rows::default();
    rows.contacts(&keys_of_contacts(state), state, store)?;
    for setting in SharedSetting::ALL {
        rows.setting(setting, state, store)?;
    }
    Ok(rows)
}

/// Returns the rows in which a wallet's own differ from what is shared: after it was taken in, or
/// where this device ended between keeping an object and writing what is in it.
pub(crate) fn of_wallet(
    id: WalletId,
    state: &State,
    store: &dyn WalletStore,
    now: Timestamp,
) -> Result<Rows, StoreError> {
    let mut rows = Rows::default();
    let labels: BTreeMap<ValueKey, String> = store
        .labels(id)?
        .into_iter()
        .map(|(target, label)| (label_key(id, &target), label))
        .collect();
    for space in Space::LABELS {
        for (key, _) in state.values_of(space, id.as_bytes()) {
            let shown = state.value(key);
            if labels.get(key).map(String::as_str) != shown {
                rows.value(id, key, shown);
            }
        }
    }
    let name = name_key(id);
    if let Some(shown) = state.value(&name).filter(|shown| {
        store
            .wallet(id)
            .is_ok_and(|record| record.name.as_str() != *shown)
    }) {
        rows.value(id, &name, Some(shown));
    }
    let away = away_key(id);
    if state.value(&away).is_some() && store.setting(&away_setting(id))?.is_none() {
        rows.value(id, &away, Some("1"));
    }
    let locked: BTreeSet<_> = store.locked_coins(id)?.into_iter().map(coin).collect();
    for (wallet, coin, lock) in state.locks() {
        let differs = wallet == id && lock.is_locked() != locked.contains(coin);
        if differs && let Ok(outpoint) = deserialize::<OutPoint>(coin) {
            rows.push(id, Write::PutCoinLock(id, outpoint, lock.is_locked()));
        }
    }
    for (wallet, name, _) in state.payments() {
        if wallet == id {
            rows.payment(id, name, state, now);
        }
    }
    for side in [ChainSide::Receive, ChainSide::Change] {
        if let Some((index, _)) = state.revealed(id, side).next_back() {
            rows.reveal(&AddressKey {
                wallet: id,
                side,
                index,
            });
        }
    }
    Ok(rows)
}

impl Rows {
    fn push(&mut self, wallet: WalletId, write: Write) {
        self.batch.push(write);
        self.wallets.insert(wallet);
    }

    fn contacts(
        &mut self,
        contacts: &BTreeSet<ValueKey>,
        state: &State,
        store: &dyn WalletStore,
    ) -> Result<(), StoreError> {
        let batch = contact_rows(contacts, state, store)?;
        self.contacts |= !batch.is_empty();
        self.batch.extend(batch);
        Ok(())
    }

    fn setting(
        &mut self,
        setting: SharedSetting,
        state: &State,
        store: &dyn WalletStore,
    ) -> Result<(), StoreError> {
        if let Some(write) = setting_row(setting, state, store)? {
            self.settings = true;
            self.batch.push(write);
        }
        Ok(())
    }

    /// The coins of a payment are kept from the moment at which it was heard of.
    fn payment(&mut self, wallet: WalletId, name: &TxidBytes, state: &State, now: Timestamp) {
        let Some(payment) = state.payment(wallet, name) else {
            return;
        };
        let name = name_from(name);
        if payment.stage.is_open() {
            let ends = reserved_until(payment, now);
            self.batch.push(Write::Reserve(wallet, name, ends));
        }
        self.payments.insert((wallet, name));
        self.wallets.insert(wallet);
    }

    fn reveal(&mut self, key: &AddressKey) {
        let index = self.revealed.entry((key.wallet, key.side)).or_default();
        *index = (*index).max(key.index);
        self.wallets.insert(key.wallet);
    }

    /// A value that this version cannot show, such as a label that is too long, makes no row; it stays
    /// shared as it is.
    fn value(&mut self, wallet: WalletId, key: &ValueKey, shown: Option<&str>) {
        if key.space == Space::WALLET_NAME {
            if let Some(Ok(name)) = shown.map(WalletName::new) {
                self.renamed = true;
                self.push(wallet, Write::RenameWallet(wallet, name));
            }
            return;
        }
        if key.space == Space::WALLET_AWAY && shown.is_some() {
            self.renamed = true;
            self.push(wallet, put_away(wallet));
            return;
        }
        if let (Space::PAYMENT_LABEL, Ok(name)) = (key.space, key.field.as_slice().try_into()) {
            self.payments.insert((wallet, name_from(name)));
            self.wallets.insert(wallet);
            return;
        }
        let Some(target) = label_target(key) else {
            return;
        };
        let label = match shown.map(Label::new) {
            None => None,
            Some(Ok(label)) => label,
            Some(Err(_)) => return,
        };
        self.push(wallet, Write::PutLabel(wallet, target, label));
    }
}
