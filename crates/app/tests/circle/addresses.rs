//! Several devices hand out addresses of one wallet, apart from each other.

use std::collections::BTreeSet;

use satchel_app::sync::GAP;
use satchel_types::NoticeKind;

use crate::chain_world::{Device, meet, world};

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
                NoticeKind::PaymentReplaced { .. } => None,
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
