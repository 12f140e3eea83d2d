//! Payments as the circle knows them: which coins are spoken for, and by whom.

use std::collections::{BTreeSet, HashMap};

use bitcoin::consensus::encode::deserialize;
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Transaction, Txid};
use satchel_bundle::replica::Replica;
use satchel_bundle::state::{Payment, Stage, TxidBytes};
use satchel_ports::{StoreError, WalletStore};
use satchel_types::{DeviceId, Draft, DraftState, Timestamp, WalletId};

use super::changes::coin;

use crate::combine::{unsigned_txid, without_strangers};

/// Seconds for which the coins of a payment are kept for the device that prepares it.
pub(crate) const KEPT_FOR: u64 = 24 * 60 * 60;
/// Seconds by which another device's clock may be ahead and is still believed.
const SKEW: u64 = 5 * 60;
/// Largest PSBT that is shared, in bytes: an object has room for it and its neighbours. The coins of a larger one
/// are kept all the same.
const MAX_SHARED_PSBT: usize = 1_500_000;

/// Returns the id by which devices know what a draft prepares.
pub(crate) fn name_of(draft: &Draft) -> Txid {
    unsigned_txid(&draft.psbt.unsigned_tx)
}

/// Returns the coins that a transaction spends.
pub(crate) fn spends(tx: &Transaction) -> BTreeSet<OutPoint> {
    tx.input.iter().map(|input| input.previous_output).collect()
}

/// Returns a draft as it is shared.
pub(super) fn shared_form(draft: &Draft, device: DeviceId, now: Timestamp) -> Payment {
    let stage = match draft.state {
        DraftState::Open => Stage::Reserved,
        DraftState::Signed { .. } => Stage::Signed,
        DraftState::Broadcast { .. } => Stage::Broadcast,
    };
    let psbt = without_strangers(draft.psbt.clone()).serialize();
    let whole = stage.is_open() && psbt.len() <= MAX_SHARED_PSBT;
    Payment {
        stage,
        reserved_until: now.as_secs().saturating_add(KEPT_FOR),
        devices: BTreeSet::from([device]),
        coins: spends(&draft.psbt.unsigned_tx)
            .into_iter()
            .map(coin)
            .collect(),
        psbts: whole.then_some(psbt).into_iter().collect(),
    }
}

/// Returns the id of a payment, as it is in the shared state.
pub(crate) fn bytes_of(name: Txid) -> TxidBytes {
    name.to_byte_array()
}

/// Returns the id of a payment that the shared state has.
pub(crate) fn name_from(bytes: &TxidBytes) -> Txid {
    Txid::from_byte_array(*bytes)
}

/// Returns until when coins are kept for a payment that was heard of now. The other device's clock is
/// believed as far as it can be right: no reservation lasts longer here than one that was made just now.
pub(super) fn reserved_until(payment: &Payment, now: Timestamp) -> Timestamp {
    Timestamp::from_secs(payment.reserved_until).min(longest(now))
}

/// Returns until when coins are kept at the most for a payment that is heard of now.
fn longest(now: Timestamp) -> Timestamp {
    Timestamp::from_secs(now.as_secs().saturating_add(KEPT_FOR + SKEW))
}

/// What is known of payments of one wallet, for whoever is about to spend.
pub(crate) struct Payments<'a> {
    replica: &'a Replica,
    wallet: WalletId,
    ends: HashMap<Txid, Timestamp>,
    now: Timestamp,
}

/// A payment that another device works on or sent.
#[derive(Debug, Clone)]
pub(crate) struct Other {
    /// Its id.
    pub name: Txid,
    /// How far it is.
    pub stage: Stage,
    /// Who worked on it, this device not among them.
    pub devices: Vec<DeviceId>,
    /// What it spends.
    pub coins: BTreeSet<OutPoint>,
}

impl<'a> Payments<'a> {
    pub(crate) fn of(
        replica: &'a Replica,
        store: &dyn WalletStore,
        wallet: WalletId,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        // What ends later than anything can was heard of while this device's clock was ahead, and would keep its coins
        // until it is as late again: it is as good as heard of now.
        let ends = store.reservations(wallet)?.into_iter();
        let ends = ends.filter(|(_, ends)| *ends <= longest(now)).collect();
        Ok(Self {
            replica,
            wallet,
            ends,
            now,
        })
    }

    /// Returns the payments that other devices worked on: those whose coins are spoken for, and those
    /// that were sent.
    pub(crate) fn others(&self) -> impl Iterator<Item = Other> {
        let me = self.replica.device();
        let here = self.replica.state().payments();
        here.filter(|(wallet, ..)| *wallet == self.wallet)
            .filter_map(move |(_, name, payment)| {
                let name = name_from(name);
                let counts = match payment.stage {
                    Stage::Reserved => self.is_kept(name, payment),
                    // It may be on its way whatever the hour: only giving it up frees its coins.
                    Stage::Signed | Stage::Broadcast | Stage::Confirmed => true,
                    Stage::Draft | Stage::GivenUp | Stage::Replaced => false,
                };
                let devices: Vec<DeviceId> = payment
                    .devices
                    .iter()
                    .copied()
                    .filter(|device| *device != me && self.counts(*device, payment.stage))
                    .collect();
                (counts && !devices.is_empty()).then(|| Other {
                    name,
                    stage: payment.stage,
                    devices,
                    coins: coins_of(payment),
                })
            })
    }

    /// Whether a device's word counts: one that was removed keeps no coins any more.
    fn counts(&self, device: DeviceId, stage: Stage) -> bool {
        stage >= Stage::Broadcast || self.replica.roster().removed(device).is_none()
    }

    fn is_kept(&self, name: Txid, payment: &Payment) -> bool {
        let ends = self.ends.get(&name).copied();
        self.now < ends.unwrap_or_else(|| reserved_until(payment, self.now))
    }

    /// Returns which other device keeps which coin for a payment that is not this device's too.
    pub(crate) fn kept(&self) -> HashMap<OutPoint, DeviceId> {
        let me = self.replica.device();
        let mut kept = HashMap::new();
        for other in self.others().filter(|other| other.stage.is_open()) {
            let known = self.replica.state();
            let mine = known
                .payment(self.wallet, &bytes_of(other.name))
                .is_some_and(|payment| payment.devices.contains(&me));
            if !mine && let Some(device) = other.devices.first() {
                kept.extend(other.coins.iter().map(|coin| (*coin, *device)));
            }
        }
        kept
    }

    /// Returns the payments of other devices that spend one of these coins, but for one payment itself.
    pub(crate) fn rivals(&self, name: Txid, coins: &BTreeSet<OutPoint>) -> Vec<Other> {
        self.others()
            .filter(|other| other.name != name && !other.coins.is_disjoint(coins))
            .collect()
    }
}

/// Returns the coins of a payment. What is no outpoint is none of this wallet's.
pub(crate) fn coins_of(payment: &Payment) -> BTreeSet<OutPoint> {
    let coins = payment.coins.iter();
    coins.filter_map(|coin| deserialize(coin).ok()).collect()
}
