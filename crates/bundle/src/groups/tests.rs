//! What is written is read, and only that.

use proptest::prelude::*;

use super::*;
use crate::cbor::Reader;
use crate::state::{Change, State};

fn read(bytes: &[u8]) -> Result<Vec<Change>, ReadError> {
    let mut reader = Reader::new(bytes);
    let changes = read_groups(&mut reader)?;
    if reader.is_at_end() {
        Ok(changes)
    } else {
        Err(ReadError::Invalid("more"))
    }
}

/// Changes as a state holds them: readers take no PSBT that is none, and no address twice.
fn written_by_a_state(changes: Vec<Change>) -> Vec<Change> {
    let mut state = State::default();
    state.apply_all(changes.into_iter().map(|change| match change {
        Change::Payment {
            wallet,
            txid,
            mut payment,
        } => {
            payment.psbts.clear();
            Change::Payment {
                wallet,
                txid,
                payment,
            }
        }
        other => other,
    }));
    state.into_changes().collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_written_alike(
        changes in prop::collection::vec(crate::state::tests::change(), 0..60).prop_map(written_by_a_state),
    ) {
        let bytes = write_groups(changes.clone());
        let mut back = read(&bytes).expect("just written");
        prop_assert_eq!(&write_groups(back.clone()), &bytes);
        let mut sorted = changes;
        sorted.sort_unstable();
        back.sort_unstable();
        prop_assert_eq!(back, sorted);
    }

    #[test]
    fn any_bytes_are_refused_or_are_the_one_way_to_write(bytes: Vec<u8>) {
        if let Ok(changes) = read(&bytes) {
            prop_assert_eq!(write_groups(changes), bytes);
        }
    }
}

/// A PSBT of one transaction, told apart by a number.
fn psbt(n: u16) -> Vec<u8> {
    let tx = bitcoin::Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![bitcoin::TxIn::default()],
        output: vec![],
    };
    let mut psbt = bitcoin::Psbt::from_unsigned_tx(tx).expect("nothing is signed");
    let key = bitcoin::psbt::raw::Key {
        type_value: 0xf0,
        key: n.to_be_bytes().to_vec(),
    };
    psbt.unknown.insert(key, Vec::new());
    psbt.serialize()
}

/// As much of everything as one object may say, or about that: from some number on.
fn full() -> impl Strategy<Value = Vec<Change>> {
    use crate::state::{Payment, Register, Space, Stage, Value, ValueKey};
    use bitcoin::hashes::Hash;
    use satchel_types::{DeviceId, StreamId, WalletId};
    let count =
        |most: u16| (0..3_u16, most - 2..=most).prop_map(|(from, to)| from * 60..from * 60 + to);
    let counts = (
        count(64),
        count(4_096),
        count(4_096),
        count(4_096),
        count(4_096),
    );
    counts.prop_map(|(psbts, coins, devices, streams, opaque)| {
        fn named<const N: usize>(n: u16) -> [u8; N] {
            let mut id = [0; N];
            id[..2].copy_from_slice(&n.to_be_bytes());
            id
        }
        let unsigned = bitcoin::Psbt::deserialize(&psbt(0))
            .expect("just written")
            .unsigned_tx;
        let prepared = Change::Payment {
            wallet: WalletId::from_bytes([1; 16]),
            txid: unsigned.compute_txid().to_byte_array(),
            payment: Payment {
                stage: Stage::Reserved,
                reserved_until: 0,
                devices: devices.map(|n| DeviceId::from_bytes(named(n))).collect(),
                coins: coins.map(named).collect(),
                psbts: psbts.map(psbt).collect(),
            },
        };
        let by = |n| Change::Value {
            key: ValueKey {
                space: Space(n),
                owner: [1; 16],
                field: Vec::new(),
            },
            value: Register::default().next(StreamId::from_bytes(named(n)), 1, None),
        };
        let seen = Change::Value {
            key: ValueKey {
                space: Space(0),
                owner: [1; 16],
                field: Vec::new(),
            },
            value: Value {
                version: 1,
                clock: 1,
                stream: StreamId::from_bytes([255; 16]),
                text: None,
                seen: streams
                    .clone()
                    .map(|n| (StreamId::from_bytes(named(n)), 1))
                    .collect(),
            },
        };
        let newer = opaque.map(|n| Change::Opaque {
            kind: 99,
            content: n.to_be_bytes().to_vec(),
        });
        let mut all: Vec<_> = streams.map(by).chain(newer).collect();
        all.extend([prepared, seen]);
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn what_two_readable_states_make_together_is_read(one in full(), other in full()) {
        let readable = |changes: Vec<Change>| {
            let read = read(&write_groups(changes)).expect("it is within the limits");
            read.into_iter().collect::<State>()
        };
        let (one, other) = (readable(one), readable(other));
        let mut whole = one.clone();
        whole.join(&other);
        let mut turned = other;
        turned.join(&one);
        prop_assert_eq!(&turned, &whole);
        let bytes = write_groups(whole.clone().into_changes().collect());
        prop_assert_eq!(&readable(read(&bytes).expect("what is joined is read")), &whole);
        // And who writes over all of it is understood.
        let key = crate::state::ValueKey { space: crate::state::Space(0), owner: [1; 16], field: Vec::new() };
        let over = whole.register(&key).expect("it was written").next(satchel_types::StreamId::from_bytes([9; 16]), 1, None);
        let over = write_groups(vec![Change::Value { key, value: over }]);
        prop_assert!(read(&over).is_ok());
    }
}

/// One group around some content.
fn group(kind: u8, content: &[u8]) -> Vec<u8> {
    columns::written(|w| {
        w.array(1);
        w.array(2);
        w.uint(u64::from(kind));
        w.bytes(content);
    })
}

#[test]
fn a_kind_that_must_be_understood_stops_the_reader() {
    assert_eq!(read(&group(128, b"new")), Err(ReadError::Newer));
    assert_eq!(read(&group(255, b"new")), Err(ReadError::Newer));
}

#[test]
fn a_kind_that_need_not_be_understood_is_kept_as_it_is() {
    let bytes = group(127, b"\xffanything");
    let changes = read(&bytes).expect("kept");
    assert_eq!(
        changes,
        [Change::Opaque {
            kind: 127,
            content: b"\xffanything".to_vec()
        }]
    );
    assert_eq!(write_groups(changes), bytes);
}

#[test]
fn a_secret_among_what_is_shared_is_refused() {
    for kind in [kind::SEEDS, kind::OWNER] {
        assert!(matches!(
            read(&group(kind, b"")),
            Err(ReadError::Invalid(_))
        ));
    }
}

#[test]
fn a_wallet_under_another_ones_id_is_refused() {
    use satchel_types::WalletId;
    let mut wallet = crate::state::tests::a_wallet();
    wallet.id = WalletId::from_bytes([9; 16]);
    assert_eq!(
        read(&write_groups(vec![Change::Wallet(wallet)])),
        Err(ReadError::Invalid(
            "a wallet's id is not that of its descriptors"
        ))
    );
}

#[test]
fn a_psbt_of_another_transaction_is_refused() {
    use crate::state::{Payment, Stage};
    use bitcoin::hashes::Hash;
    let tx = bitcoin::Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![bitcoin::TxIn::default()],
        output: vec![],
    };
    let txid = tx.compute_txid().to_byte_array();
    let psbt = bitcoin::Psbt::from_unsigned_tx(tx).expect("unsigned");
    let change = |txid| Change::Payment {
        wallet: satchel_types::WalletId::from_bytes([1; 16]),
        txid,
        payment: Payment {
            stage: Stage::Draft,
            reserved_until: 0,
            devices: [].into(),
            coins: [].into(),
            psbts: [psbt.serialize()].into(),
        },
    };
    assert!(read(&write_groups(vec![change(txid)])).is_ok());
    assert_eq!(
        read(&write_groups(vec![change([7; 32])])),
        Err(ReadError::Invalid("a list"))
    );
}

#[test]
fn rows_out_of_order_are_refused() {
    let content = |first: u8, second: u8| {
        columns::written(|w| {
            w.array(3);
            w.bytes(&[1; 32]);
            w.bytes(&[2; 72]);
            w.bytes_head(16);
            w.raw(&[first; 8]);
            w.raw(&[second; 8]);
        })
    };
    assert!(read(&group(kind::LOCKS, &content(1, 2))).is_ok());
    for (first, second) in [(2, 1), (1, 1)] {
        assert_eq!(
            read(&group(kind::LOCKS, &content(first, second))),
            Err(ReadError::Invalid("the order of the rows"))
        );
    }
}

#[test]
fn rows_of_one_kind_stand_in_one_group() {
    let content = |tag: u8| {
        columns::written(|w| {
            w.array(3);
            w.bytes(&[1; 16]);
            w.bytes(&[2; 36]);
            w.bytes(&[tag; 8]);
        })
    };
    let two = columns::written(|w| {
        w.array(2);
        for tag in [1, 2] {
            w.array(2);
            w.uint(u64::from(kind::LOCKS));
            w.bytes(&content(tag));
        }
    });
    assert_eq!(read(&two), Err(ReadError::Invalid("a kind twice")));
}
