//! Several devices hand out addresses of one wallet, apart from each other.

use std::collections::BTreeSet;

use satchel_app::sync::GAP;
use satchel_types::NoticeKind;
use satchel_wallet::CoinChoice;

use crate::chain_world::{Device, ELSEWHERE, meet, world};

/// Shows so many addresses, each set aside for this device, and returns their indices.
async fn own(device: &Device, count: usize) -> Vec<u32> {
    let mut indices = Vec::new();
    for _ in 0..count {
        let row = device.address().await;
        assert!(row.maybe_on.is_empty(), "set aside: {row:?}");
        indices.push(row.index);
    }
    indices
}

#[tokio::test]
async fn devices_that_are_apart_show_no_address_twice_while_what_was_set_aside_lasts() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    meet(&devices).await;
    first.away(true);
    second.away(true);
    let (one, two) = (own(first, 8).await, own(second, 8).await);
    let all: BTreeSet<u32> = one.iter().chain(&two).copied().collect();
    assert_eq!(all.len(), 16, "{one:?} {two:?}");
    assert!(all.iter().all(|index| *index < GAP), "within the gap");

    // What is left of the gap is nobody's: it is shown and marked, and told when they meet.
    let mut strange = Vec::new();
    for _ in 0..4 {
        let row = first.address().await;
        assert_eq!(row.maybe_on, ["Device 2"]);
        strange.push(row.index);
        assert_eq!(second.address().await.maybe_on, ["Device 1"]);
    }
    assert!(strange.iter().all(|i| *i < GAP && !all.contains(i)));
    first.away(false);
    second.away(false);
    meet(&devices).await;
    for (device, other) in [(first, "Device 2"), (second, "Device 1")] {
        let told = device.app.notices(false).unwrap();
        let twice: BTreeSet<u32> = told
            .iter()
            .filter_map(|view| match view.notice.kind {
                NoticeKind::AddressTwice { index, .. } => Some(index),
                _ => None,
            })
            .collect();
        assert_eq!(twice, strange.iter().copied().collect(), "all of these");
        assert!(told[0].text.ends_with(&format!("and by {other}.")));
    }
    // A payment to the last of them moves the gap on: there is something to set aside again.
    let last = second.app.addresses(
        Some(second.wallet),
        &satchel_types::AddressQuery {
            side: satchel_types::ChainSide::Receive,
            after: None,
            size: satchel_types::PageSize::default(),
            unused_only: false,
        },
    );
    let last = last.unwrap().rows.remove(0);
    assert_eq!(last.index, GAP - 1);
    let address: bitcoin::Address<_> = last.address.parse().unwrap();
    let script = address.assume_checked().script_pubkey();
    chain
        .faucet(script, bitcoin::Amount::from_sat(10_000))
        .unwrap();
    first.sync().await;
    second.sync().await;
    meet(&devices).await;
    meet(&devices).await;
    let (one, two) = (own(first, 3).await, own(second, 3).await);
    assert!(one.iter().chain(&two).all(|index| *index >= GAP));
    assert!(one.iter().all(|index| !two.contains(index)));
}

/// Prepares so many payments and returns the addresses that their change goes to.
async fn change_of(device: &Device, count: usize) -> Vec<String> {
    let elsewhere: bitcoin::Address<_> = ELSEWHERE.parse().unwrap();
    let elsewhere = elsewhere.assume_checked().script_pubkey();
    let mut found = Vec::new();
    for _ in 0..count {
        let draft = device.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
        let outputs = draft.psbt.unsigned_tx.output.into_iter();
        let change = outputs.filter(|out| out.script_pubkey != elsewhere);
        found.extend(change.map(|out| out.script_pubkey.to_hex_string()));
    }
    assert_eq!(found.len(), count, "each has change");
    found
}

#[tokio::test]
async fn payments_that_are_prepared_apart_let_no_change_go_to_one_address() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    first.receive(&chain, 1_000_000).await;
    second.sync().await;
    meet(&devices).await;
    meet(&devices).await;
    first.away(true);
    second.away(true);
    let (one, two) = (change_of(first, 8).await, change_of(second, 8).await);
    let all: BTreeSet<&String> = one.iter().chain(&two).collect();
    assert_eq!(all.len(), 16, "{one:?} {two:?}");

    // Nothing is left of its own but what a draft goes to that is dropped.
    let drafts = first.app.drafts(Some(first.wallet)).unwrap();
    let dropped = drafts.last().unwrap();
    first.app.drop_draft(dropped.id).await.unwrap();
    let again = change_of(first, 1).await;
    let outputs = &dropped.psbt.unsigned_tx.output;
    assert!(
        outputs
            .iter()
            .any(|out| out.script_pubkey.to_hex_string() == again[0])
    );
    // What is nobody's is within the gap, and never the other's.
    let more = change_of(first, 4).await;
    assert!(more.iter().all(|script| !two.contains(script)));
    let query = satchel_types::AddressQuery {
        side: satchel_types::ChainSide::Change,
        after: None,
        size: satchel_types::PageSize::default(),
        unused_only: false,
    };
    let rows = first.app.addresses(Some(first.wallet), &query).unwrap();
    assert!(rows.rows.iter().all(|row| row.index < GAP));
    let unsure = rows.rows.iter().filter(|row| !row.maybe_on.is_empty());
    assert_eq!(unsure.count(), 4);

    // A receive address is set aside all the same.
    own(first, 2).await;
    first.away(false);
    second.away(false);
    meet(&devices).await;
    assert_eq!(first.notices(), Vec::<String>::new());
}

#[tokio::test]
async fn an_address_is_ones_own_only_once_every_other_device_has_heard_of_it() {
    let (_chain, devices) = world(3, true).await;
    let [first, second, third] = &devices[..] else {
        unreachable!()
    };
    meet(&devices).await;
    third.away(true);
    let before = own(first, 5).await;
    let two = [&first, &second];
    for _ in 0..3 {
        for device in two {
            device.step().await;
        }
    }
    let unsure = first.address().await;
    assert_eq!(unsure.maybe_on, ["Device 2", "Device 3"], "{unsure:?}");
    third.away(false);
    meet(&devices).await;
    meet(&devices).await;
    let after = own(first, 1).await;
    assert!(after.iter().all(|index| !before.contains(index)));
    assert!(own(third, 3).await.iter().all(|i| !after.contains(i)));
}

#[tokio::test]
async fn a_device_that_shares_with_nobody_yet_goes_on_as_before() {
    let (_chain, devices) = world(1, true).await;
    assert_eq!(own(&devices[0], 3).await, [0, 1, 2]);
}
