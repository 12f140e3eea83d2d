//! What one member writes, and what several write together, stays within what readers take.

use bitcoin::hashes::Hash;
use bitcoin::psbt::raw::Key;
use bitcoin::{Psbt, Transaction};

use super::*;
use crate::object::SealObjectError;
use crate::state::{Payment, Seen, Stage, Value};

/// A row of the wallet's name by a stream of its own.
fn by_stream(n: u32) -> Change {
    let mut stream = [7; 16];
    stream[..4].copy_from_slice(&n.to_be_bytes());
    Change::Value {
        key: name_key(),
        value: Value {
            version: 1,
            clock: u64::from(n),
            stream: StreamId::from_bytes(stream),
            text: Some(n.to_string()),
            seen: Seen::default(),
        },
    }
}

/// A PSBT of one transaction, told apart by a number; this many bytes longer than the shortest.
fn psbt(n: u32, more: usize) -> Vec<u8> {
    let mut psbt = Psbt::from_unsigned_tx(Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![bitcoin::TxIn::default()],
        output: vec![],
    })
    .expect("nothing is signed");
    let key = Key {
        type_value: 0xf0,
        key: n.to_be_bytes().to_vec(),
    };
    psbt.unknown.insert(key, vec![1; more]);
    psbt.serialize()
}

fn txid() -> [u8; 32] {
    let psbt = Psbt::deserialize(&psbt(0, 0)).expect("just written");
    psbt.unsigned_tx.compute_txid().to_byte_array()
}

fn payment(psbts: impl IntoIterator<Item = Vec<u8>>) -> Payment {
    Payment {
        stage: Stage::Reserved,
        reserved_until: 1,
        devices: [id(1)].into(),
        coins: [[1; 36]].into(),
        psbts: psbts.into_iter().collect(),
    }
}

fn prepared(wallet: u8, payment: Payment) -> Change {
    Change::Payment {
        wallet: WalletId::from_bytes([wallet; 16]),
        txid: txid(),
        payment,
    }
}

#[test]
fn many_streams_of_one_key_do_not_keep_anybody_from_writing_over_it() {
    let (mut one, mut two) = two();
    // More than one row may name.
    let object = one.write((0..4_200).map(by_stream).collect());
    two.take(&object);
    let over = two.rename("mine");
    one.take(&over);
    assert_eq!(one.name(), Some("mine"));
    assert_eq!(one.replica.digest(), two.replica.digest());
    let register = one.replica.state().register(&name_key()).expect("written");
    let beside: Vec<_> = register.beside().map(|value| value.clock).collect();
    assert_eq!(beside.len(), 4_200 - 4_096);
    assert!(beside.iter().all(|clock| *clock < 104), "the least of them");
}

#[test]
fn what_two_objects_say_of_one_payment_goes_into_a_snapshot() {
    let (mut one, mut two) = two();
    for half in [0, 33] {
        let object = one.write(vec![prepared(
            9,
            payment((half..half + 33).map(|n| psbt(n, 0))),
        )]);
        two.take(&object);
    }
    let many = |half: u32| {
        let mut payment = payment([]);
        for n in half..half + 4_000 {
            let mut coin = [0; 36];
            coin[..4].copy_from_slice(&n.to_be_bytes());
            payment.coins.insert(coin);
            let mut device = [0; 16];
            device[..4].copy_from_slice(&n.to_be_bytes());
            payment.devices.insert(DeviceId::from_bytes(device));
        }
        prepared(8, payment)
    };
    for half in [0, 4_000] {
        let object = two.write(vec![many(half)]);
        one.take(&object);
    }
    assert_eq!(one.replica.digest(), two.replica.digest());
    let snapshot = two.snapshot();
    let mut three = Node::new(3);
    let keys = one.found(&[(3, true)]);
    three.take(&keys);
    three.take(&snapshot);
    assert_eq!(three.replica.digest(), one.replica.digest());
}

#[test]
fn the_psbts_of_a_payment_are_no_more_than_a_snapshot_holds() {
    let (mut one, mut two) = two();
    for n in 0..40 {
        let object = one.write(vec![prepared(9, payment([psbt(n, 1_900_000)]))]);
        two.take(&object);
    }
    assert_eq!(one.replica.digest(), two.replica.digest());
    two.snapshot();
}

#[test]
fn many_groups_that_are_not_known_go_into_a_snapshot() {
    let (mut one, mut two) = two();
    let newer = |n: u16| Change::Opaque {
        kind: 99,
        content: n.to_be_bytes().to_vec(),
    };
    for half in [0, 3_000] {
        let object = one.write((half..half + 3_000).map(newer).collect());
        two.take(&object);
    }
    two.snapshot();
}

#[test]
fn values_of_many_spaces_go_into_a_snapshot() {
    let (mut one, mut two) = two();
    let newer = |n: u16| match by_stream(0) {
        Change::Value { key, value } => Change::Value {
            key: ValueKey {
                space: Space(n),
                ..key
            },
            value,
        },
        other => other,
    };
    for half in [100, 3_100] {
        let object = one.write((half..half + 3_000).map(newer).collect());
        two.take(&object);
    }
    two.snapshot();
}

#[test]
fn what_waits_for_keys_is_read_again_though_it_says_two_things_of_one_payment() {
    let (mut one, _) = two();
    for n in [1, 2] {
        let change = prepared(9, payment([psbt(n, 0)]));
        let kept = one.replica.unsaid_with(std::slice::from_ref(&change));
        let kept = kept.expect("an object holds it");
        one.replica.hold(vec![change]);
        let mut again = Node::new(1);
        assert_eq!(again.replica.hold_kept(&kept), Ok(()));
        assert_eq!(again.replica.state(), one.replica.state());
    }
}

#[test]
fn what_no_object_can_say_is_not_kept_for_when_keys_come() {
    let one = Node::new(1);
    let text = Some("x".repeat(Value::MAX_TEXT + 1));
    let change = one.replica.set_value(name_key(), 1, text);
    let kept = one.replica.unsaid_with(&[change]);
    assert_eq!(kept, Err(SealObjectError::Invalid("a value")));
}
