//! What owners do: few things, so that many devices touch the same.

use bitcoin::hashes::Hash;
use bitcoin::{Network, Psbt, Transaction, TxIn, TxOut};
use satchel_bundle::object::{Contents, Secrets};
use satchel_bundle::replica::Replica;
use satchel_bundle::state::{
    AddressKey, Change, Coin, Payment, SharedWallet, Space, Stage, ValueKey,
};
use satchel_secrets::SecretVec;
use satchel_types::{ChainSide, DeviceId, PublicDescriptors, ScriptType, Timestamp, WalletId};

use crate::dice::Dice;

fn wallet(n: usize, made_at: u64) -> SharedWallet {
    SharedWallet::new(
        Network::Regtest,
        ScriptType::Taproot,
        0,
        PublicDescriptors {
            external: format!("tr({n}/0/*)"),
            internal: format!("tr({n}/1/*)"),
            fingerprint: [0; 4].into(),
        },
        Timestamp::from_secs(made_at),
    )
}

fn wallet_id(n: usize) -> WalletId {
    WalletId::from_bytes([u8::try_from(n).unwrap_or(0); 16])
}

fn coin(n: usize) -> Coin {
    [u8::try_from(n).unwrap_or(0); 36]
}

fn value_key(n: usize) -> ValueKey {
    let (space, field) = match n {
        0 => (Space::WALLET_NAME, Vec::new()),
        1 => (Space::SETTING, b"unit".to_vec()),
        2 => (Space::CONTACT_NAME, Vec::new()),
        // One that a newer version made up.
        3 => (Space(900), b"?".to_vec()),
        _ => (Space::OUTPUT_LABEL, coin(n).to_vec()),
    };
    ValueKey {
        space,
        owner: [7; 16],
        field,
    }
}

fn address(dice: &Dice) -> AddressKey {
    AddressKey {
        wallet: wallet_id(dice.below(2)),
        side: [ChainSide::Receive, ChainSide::Change][dice.below(2)],
        index: u32::try_from(dice.below(5)).unwrap_or(0),
    }
}

fn psbt(n: usize, more: usize) -> Psbt {
    let tx = Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::from_consensus(u32::try_from(n).unwrap_or(0)),
        input: vec![TxIn::default()],
        output: vec![TxOut::NULL],
    };
    let mut psbt = Psbt::from_unsigned_tx(tx).expect("it has no signature");
    // Each device adds something of its own.
    psbt.unknown.insert(
        bitcoin::psbt::raw::Key {
            type_value: 200,
            key: vec![u8::try_from(more).unwrap_or(0)],
        },
        vec![1],
    );
    psbt
}

fn payment(dice: &Dice, device: DeviceId, clock: u64) -> Change {
    let n = dice.below(3);
    let psbt = psbt(n, dice.below(3));
    let stage = u64::try_from(dice.below(7)).unwrap_or(0);
    Change::Payment {
        wallet: wallet_id(n),
        txid: psbt.unsigned_tx.compute_txid().to_byte_array(),
        payment: Payment {
            stage: Stage::from_number(stage).unwrap_or(Stage::Draft),
            reserved_until: clock + 100,
            devices: [device].into(),
            coins: [coin(dice.below(4))].into(),
            psbts: [psbt.serialize()].into(),
        },
    }
}

fn one(replica: &Replica, dice: &Dice, clock: u64) -> Vec<Change> {
    let device = replica.device();
    match dice.below(16) {
        0..=4 => {
            let text = (!dice.one_in(8)).then(|| format!("text {}", dice.below(1_000)));
            vec![replica.set_value(value_key(dice.below(7)), clock, text)]
        }
        5..=6 => vec![Change::Lock {
            wallet: wallet_id(0),
            coin: coin(dice.below(4)),
            tag: dice.bytes(),
        }],
        7..=8 => replica.unlock(wallet_id(0), &coin(dice.below(4))),
        9 => vec![Change::Wallet(wallet(dice.below(3), clock))],
        10..=11 => vec![Change::Revealed {
            key: address(dice),
            device,
            at: clock,
        }],
        12 => vec![Change::Leased {
            key: address(dice),
            device,
            at: clock,
        }],
        13..=14 => vec![payment(dice, device, clock)],
        _ => vec![Change::Opaque {
            kind: 99,
            content: vec![u8::try_from(dice.below(5)).unwrap_or(0)],
        }],
    }
}

/// Some changes that an owner makes at once.
pub fn changes(replica: &Replica, dice: &Dice, clock: u64) -> Vec<Change> {
    let count = 1 + dice.below(4);
    (0..count).flat_map(|_| one(replica, dice, clock)).collect()
}

/// A seed that is shared.
pub fn seeds(dice: &Dice) -> Contents {
    Contents::Secret(Secrets {
        seeds: vec![(
            wallet_id(dice.below(3)),
            SecretVec::from_slice(&dice.bytes::<20>()),
        )],
        owner: None,
    })
}
