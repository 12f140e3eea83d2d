//! How large a state is at most when it is written, and when no more of what its owner could do without goes in.
//!
//! A snapshot holds all of it or is not written, and without one nothing is ever taken out of places and each start reads
//! everything. So long before that, writers say that it is full.

use super::{Change, Payment, SharedWallet, State, Value, ValueKey};

/// An array's or a string's head in CBOR, or an integer.
const HEAD: usize = 9;
/// Each group and each of its columns.
const GROUP: usize = 16 * HEAD;

/// What there is room for, in bytes before packing. A snapshot may have 64 MiB.
const FOR_WORDS: u64 = 48 * 1024 * 1024;
/// Payments are let in further: nobody should be kept from their money by labels.
const FOR_PAYMENTS: u64 = 60 * 1024 * 1024;

fn wallet(wallet: &SharedWallet) -> usize {
    let descriptors = wallet.descriptors.external.len() + wallet.descriptors.internal.len();
    16 + 8 * HEAD + 32 + descriptors
}

fn value(key: &ValueKey, value: &Value) -> usize {
    let text = value.text.as_ref().map_or(0, String::len);
    32 + 5 * HEAD + key.field.len() + value.seen.iter().len() * (16 + 3 * HEAD) + text
}

fn payment(payment: &Payment) -> usize {
    let psbts: usize = payment.psbts.iter().map(|psbt| psbt.len() + HEAD).sum();
    let (devices, coins) = (payment.devices.len(), payment.coins.len());
    48 + 5 * HEAD + devices * (16 + HEAD) + coins * (36 + HEAD) + psbts
}

const LOCK: usize = 16 + 36 + 8;
const ADDRESS: usize = 2 * 16 + 3 * HEAD;

fn sum(parts: impl Iterator<Item = usize>) -> u64 {
    let parts = parts.map(|part| u64::try_from(part).unwrap_or(u64::MAX));
    parts.fold(0, u64::saturating_add)
}

impl Change {
    /// Returns how many bytes it takes at most, beside its group's.
    fn weight(&self) -> usize {
        match self {
            Self::Wallet(row) => wallet(row),
            Self::Value { key, value: row } => value(key, row),
            Self::Lock { .. } | Self::Unlock { .. } => LOCK,
            Self::Revealed { .. } | Self::Leased { .. } => ADDRESS,
            Self::Payment { payment: row, .. } => payment(row),
            Self::Opaque { content, .. } => 3 * HEAD + content.len(),
        }
    }

    /// Returns up to how large a state may be for this to go in; `None`: it always goes in, since it makes the state smaller, or
    /// keeps coins and addresses from harm.
    fn room(&self) -> Option<u64> {
        match self {
            Self::Value { value, .. } if value.text.is_some() => Some(FOR_WORDS),
            Self::Wallet(_) => Some(FOR_PAYMENTS),
            Self::Payment { payment, .. } if payment.stage.is_open() => Some(FOR_PAYMENTS),
            _ => None,
        }
    }
}

impl State {
    /// Returns how many bytes it has at most when it is written, before packing.
    pub fn weight(&self) -> u64 {
        let values = self.values.iter();
        let values = values.flat_map(|(key, register)| register.all().map(|row| value(key, row)));
        let locks = self.locks.values();
        let locks = locks.map(|lock| (lock.tags_set().count() + lock.tags_off().count()) * LOCK);
        let addresses = self.revealed.values().chain(self.leased.values());
        let addresses = addresses.map(|by| by.len() * ADDRESS);
        let opaque = self
            .opaque
            .iter()
            .map(|(_, content)| 3 * HEAD + content.len());
        sum(self.wallets.values().map(wallet))
            .saturating_add(sum(values))
            .saturating_add(sum(locks))
            .saturating_add(sum(addresses))
            .saturating_add(sum(self.payments.values().map(payment)))
            .saturating_add(sum(opaque))
            .saturating_add(sum(std::iter::repeat_n(GROUP, 8 + self.spaces())))
    }

    /// Returns whether changes still go in. Writers ask; whoever reads takes in what others wrote.
    pub fn has_room_for(&self, changes: &[Change]) -> bool {
        let Some(room) = changes.iter().filter_map(Change::room).min() else {
            return true;
        };
        let more = sum(changes.iter().map(Change::weight));
        self.weight().saturating_add(more) <= room
    }

    fn spaces(&self) -> usize {
        let mut last = None;
        let spaces = self.values.keys().map(|key| key.space);
        spaces
            .filter(|space| last.replace(*space) != Some(*space))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use satchel_types::StreamId;

    use super::super::tests::change;
    use super::super::{Register, Space, Stage};
    use super::*;

    proptest! {
        #[test]
        fn nothing_that_is_written_is_larger_than_its_weight(changes in proptest::collection::vec(change(), 0..40)) {
            let mut state = State::default();
            state.apply_all(changes);
            let written = crate::groups::write_groups(state.clone().into_changes().collect());
            prop_assert!(written.len() as u64 <= state.weight());
        }
    }

    fn label(n: u16, text: Option<String>) -> Change {
        let key = ValueKey {
            space: Space::TX_LABEL,
            owner: [1; 16],
            field: [&n.to_be_bytes()[..], &[7; 200]].concat(),
        };
        let value = Register::default().next(StreamId::from_bytes([1; 16]), 1, text);
        Change::Value { key, value }
    }

    fn paid(stage: Stage) -> Change {
        Change::Payment {
            wallet: satchel_types::WalletId::from_bytes([1; 16]),
            txid: [1; 32],
            payment: Payment {
                stage,
                reserved_until: 0,
                devices: [].into(),
                coins: [].into(),
                psbts: [].into(),
            },
        }
    }

    #[test]
    fn words_stop_first_then_payments_and_what_protects_or_takes_away_never() {
        let mut state = State::default();
        let text = |n: u16| Some(format!("{n:04}").repeat(Value::MAX_TEXT / 4));
        let mut n = 0;
        while state.has_room_for(&[label(n, text(n))]) {
            state.apply_all((n..n + 250).map(|n| label(n, text(n))));
            n += 250;
        }
        assert!(n > 30_000, "as many as go in");
        assert!(state.has_room_for(&[label(0, None)]), "taken away");
        assert!(state.has_room_for(&[paid(Stage::Reserved)]));
        let lock = Change::Lock {
            wallet: satchel_types::WalletId::from_bytes([1; 16]),
            coin: [1; 36],
            tag: [1; 8],
        };
        assert!(!state.has_room_for(&[lock.clone(), label(n, text(n))]));
        // Others may have written at the same time.
        while state.weight() < FOR_PAYMENTS {
            state.apply_all((n..n + 250).map(|n| label(n, text(n))));
            n += 250;
        }
        assert!(!state.has_room_for(&[paid(Stage::Reserved)]));
        assert!(state.has_room_for(&[paid(Stage::GivenUp)]));
        assert!(state.has_room_for(&[lock]));
    }
}
