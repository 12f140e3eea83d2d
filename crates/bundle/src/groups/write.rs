//! Writing groups.

use std::collections::BTreeMap;

use satchel_types::{ChainSide, DeviceId, WalletId};

use super::columns::{fixed, texts, uints, written};
use super::kind;
use crate::cbor::Writer;
use crate::state::{
    AddressKey, Change, Coin, Payment, SharedWallet, Tag, TxidBytes, Value, ValueKey,
};

/// Writes changes as the array of groups that a body holds. The order in which they are given
/// does not matter.
pub(crate) fn write_groups(mut changes: Vec<Change>) -> Vec<u8> {
    changes.sort_unstable();
    changes.dedup();
    let mut groups = Groups::default();
    for change in &changes {
        groups.add(change);
    }
    let groups = groups.written();
    written(|w| {
        w.array(groups.len());
        for (kind, content) in &groups {
            w.array(2);
            w.uint(u64::from(*kind));
            w.bytes(content);
        }
    })
}

#[derive(Default)]
struct Groups<'a> {
    wallets: Vec<&'a SharedWallet>,
    values: BTreeMap<u16, Vec<(&'a ValueKey, &'a Value)>>,
    locks: Vec<(&'a WalletId, &'a Coin, &'a Tag)>,
    unlocks: Vec<(&'a WalletId, &'a Coin, &'a Tag)>,
    revealed: Vec<(&'a AddressKey, &'a DeviceId, u64)>,
    leased: Vec<(&'a AddressKey, &'a DeviceId, u64)>,
    payments: Vec<(&'a WalletId, &'a TxidBytes, &'a Payment)>,
    opaque: Vec<(u8, Vec<u8>)>,
}

impl<'a> Groups<'a> {
    fn add(&mut self, change: &'a Change) {
        match change {
            Change::Wallet(wallet) => self.wallets.push(wallet),
            Change::Value { key, value } => {
                let space = self.values.entry(key.space.0).or_default();
                space.push((key, value));
            }
            Change::Lock { wallet, coin, tag } => self.locks.push((wallet, coin, tag)),
            Change::Unlock { wallet, coin, tag } => self.unlocks.push((wallet, coin, tag)),
            Change::Revealed { key, device, at } => self.revealed.push((key, device, *at)),
            Change::Leased { key, device, at } => self.leased.push((key, device, *at)),
            Change::Payment {
                wallet,
                txid,
                payment,
            } => self.payments.push((wallet, txid, payment)),
            Change::Opaque { kind, content } => self.opaque.push((*kind, content.clone())),
        }
    }

    fn written(self) -> Vec<(u8, Vec<u8>)> {
        let mut groups = self.opaque;
        if !self.wallets.is_empty() {
            groups.push((kind::WALLETS, wallets(&self.wallets)));
        }
        for (space, rows) in &self.values {
            groups.push((kind::VALUES, values(*space, rows)));
        }
        for (kind, rows) in [(kind::LOCKS, &self.locks), (kind::UNLOCKS, &self.unlocks)] {
            if !rows.is_empty() {
                groups.push((kind, locks(rows)));
            }
        }
        for (kind, rows) in [
            (kind::REVEALED, &self.revealed),
            (kind::LEASED, &self.leased),
        ] {
            if !rows.is_empty() {
                groups.push((kind, addresses(rows)));
            }
        }
        if !self.payments.is_empty() {
            groups.push((kind::PAYMENTS, payments(&self.payments)));
        }
        groups.sort_unstable();
        groups
    }
}

fn wallets(rows: &[&SharedWallet]) -> Vec<u8> {
    written(|w| {
        w.array(8);
        fixed(w, rows.iter().map(|row| row.id.as_bytes()));
        texts(w, rows.iter().map(|row| row.network.to_string()));
        texts(w, rows.iter().map(|row| row.script_type.as_str()));
        uints(w, rows.iter().map(|row| u64::from(row.account)));
        texts(w, rows.iter().map(|row| &row.descriptors.external));
        texts(w, rows.iter().map(|row| &row.descriptors.internal));
        fixed(
            w,
            rows.iter()
                .map(|row| row.descriptors.fingerprint.as_bytes()),
        );
        uints(w, rows.iter().map(|row| row.created_at.as_secs()));
    })
}

fn values(space: u16, rows: &[(&ValueKey, &Value)]) -> Vec<u8> {
    written(|w| {
        w.array(8);
        w.uint(u64::from(space));
        fixed(w, rows.iter().map(|(key, _)| &key.owner));
        w.array(rows.len());
        for (key, _) in rows {
            w.bytes(&key.field);
        }
        uints(w, rows.iter().map(|(_, value)| value.version));
        uints(w, rows.iter().map(|(_, value)| value.clock));
        fixed(w, rows.iter().map(|(_, value)| value.stream.as_bytes()));
        w.array(rows.len());
        for (_, value) in rows {
            let seen = value.seen.iter();
            w.array(seen.len());
            for (stream, version) in seen {
                w.array(2);
                w.bytes(stream.as_bytes());
                w.uint(version);
            }
        }
        w.array(rows.len());
        for (_, value) in rows {
            match &value.text {
                Some(text) => w.text(text),
                None => w.null(),
            }
        }
    })
}

fn locks(rows: &[(&WalletId, &Coin, &Tag)]) -> Vec<u8> {
    written(|w| {
        w.array(3);
        fixed(w, rows.iter().map(|(wallet, _, _)| wallet.as_bytes()));
        fixed(w, rows.iter().map(|(_, coin, _)| *coin));
        fixed(w, rows.iter().map(|(_, _, tag)| *tag));
    })
}

fn addresses(rows: &[(&AddressKey, &DeviceId, u64)]) -> Vec<u8> {
    written(|w| {
        w.array(5);
        fixed(w, rows.iter().map(|(key, _, _)| key.wallet.as_bytes()));
        uints(w, rows.iter().map(|(key, _, _)| side_number(key.side)));
        uints(w, rows.iter().map(|(key, _, _)| u64::from(key.index)));
        fixed(w, rows.iter().map(|(_, device, _)| device.as_bytes()));
        uints(w, rows.iter().map(|(_, _, at)| *at));
    })
}

fn side_number(side: ChainSide) -> u64 {
    match side {
        ChainSide::Receive => 0,
        ChainSide::Change => 1,
    }
}

fn payments(rows: &[(&WalletId, &TxidBytes, &Payment)]) -> Vec<u8> {
    written(|w| {
        w.array(7);
        fixed(w, rows.iter().map(|(wallet, _, _)| wallet.as_bytes()));
        fixed(w, rows.iter().map(|(_, txid, _)| *txid));
        uints(w, rows.iter().map(|(_, _, payment)| payment.stage as u64));
        uints(w, rows.iter().map(|(_, _, payment)| payment.reserved_until));
        w.array(rows.len());
        for (_, _, payment) in rows {
            list(w, payment.devices.iter().map(|device| device.as_bytes()));
        }
        w.array(rows.len());
        for (_, _, payment) in rows {
            list(w, payment.coins.iter());
        }
        w.array(rows.len());
        for (_, _, payment) in rows {
            list(w, payment.psbts.iter());
        }
    })
}

fn list<T: AsRef<[u8]>>(w: &mut Writer<'_>, items: impl ExactSizeIterator<Item = T>) {
    w.array(items.len());
    for item in items {
        w.bytes(item.as_ref());
    }
}
