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
