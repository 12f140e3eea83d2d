//! Two devices share a wallet through a place, whatever each does alone.
#![allow(clippy::unwrap_used, missing_docs)] // a test that panics has failed

mod addresses;
mod alone;
mod asleep;
mod chain_world;
mod contacts;
mod contacts_come_along;
mod copied;
mod files;
mod high_water;
mod keys;
mod offered;
mod own_affairs;
mod pairing;
mod payments;
mod place_password;
mod shown_alike;
mod sweep;
mod told;
mod unready;
mod withheld;
mod words;
mod world;

use bitcoin::Txid;
use bitcoin::hashes::Hash;
use satchel_app::conflicts::{ConflictOn, ShownBecause};
use satchel_app::found_circle::CircleError;
use satchel_app::take_wallet::TakeWalletError;
use satchel_ports::{Answer, ConfirmError};
use satchel_types::LabelTarget;
use world::{Device, pair};

fn tx(byte: u8) -> LabelTarget {
    LabelTarget::Tx(Txid::from_byte_array([byte; 32]))
}

#[tokio::test]
async fn what_was_there_before_comes_along_and_waits_to_be_taken_in() {
    let (first, second) = pair().await;
    first.label(tx(1), "rent");
    first.step().await;
    second.step().await;
    let circle = second.app.circle().unwrap().unwrap();
    assert_eq!(circle.devices.len(), 2);
    let names: Vec<_> = circle.devices.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["Device 1", "Device 2"]);
    assert!(circle.devices.iter().all(|d| d.system == "Test"));
    assert!(!circle.owner && first.app.circle().unwrap().unwrap().owner);
    assert_eq!(circle.offered.len(), 1);
    assert_eq!(circle.offered[0].name.as_deref(), Some("Main"));
    assert!(
        second.app.wallets().unwrap().is_empty(),
        "not before consent"
    );
    let record = second.app.take_wallet(first.wallet).await.unwrap();
    assert!(!record.has_seed);
    assert_eq!(second.labels(), first.labels());
    let asked = second.confirm.asked().pop().unwrap();
    assert!(asked.lines.iter().any(|line| line.label == "First address"));
    assert!(matches!(
        second.app.take_wallet(first.wallet).await,
        Err(TakeWalletError::AlreadyHere)
    ));
}

#[tokio::test]
async fn a_wallet_that_is_declined_is_not_there() {
    let (first, second) = pair().await;
    first.step().await;
    second.step().await;
    second.confirm.then(Ok(Answer::Declined));
    let declined = second.app.take_wallet(first.wallet).await;
    assert!(matches!(
        declined,
        Err(TakeWalletError::Confirm(ConfirmError::Declined))
    ));
    assert!(second.app.wallets().unwrap().is_empty());
}

#[tokio::test]
async fn what_two_devices_write_apart_is_on_both_afterwards() {
    let (first, second) = shared().await;
    first.label(tx(1), "rent");
    second.label(tx(2), "salary");
    first.label(tx(3), "books");
    second.label(tx(3), "bread");
    let coins = first.find_coins().await;
    first.lock(coins[1], true).await;
    meet(&first, &second).await;
    assert_eq!(first.labels(), second.labels());
    assert_eq!(first.labels().len(), 3);
    assert_eq!(first.locked(), [coins[1]]);
    assert_eq!(second.locked(), [coins[1]]);
    let conflicts = |device: &Device| device.app.circle().unwrap().unwrap().conflicts;
    assert_eq!((conflicts(&first), conflicts(&second)), (1, 1));
    // Whoever writes knowing both has the last word.
    second.label(tx(3), "bread and books");
    second.label(tx(1), "");
    meet(&first, &second).await;
    assert_eq!((conflicts(&first), conflicts(&second)), (0, 0));
    assert_eq!(first.labels(), second.labels());
    assert_eq!(first.labels().len(), 2);
}

#[tokio::test]
async fn a_value_is_called_the_later_one_only_where_clocks_say_so() {
    let (first, second) = shared().await;
    for target in [1, 2, 3] {
        first.label(tx(target), "first");
    }
    // Of the same second, later, and later than what was written over before.
    second.label(tx(1), "second");
    second.label(tx(3), "second");
    second.label(tx(3), "second, put better");
    second.clock.advance(1);
    second.label(tx(2), "second");
    first.clock.advance(2);
    first.label(tx(4), "first");
    second.label(tx(4), "second, before");
    first.label(tx(5), "first");
    second.label(tx(5), "second");
    second.label(tx(5), "second, put better");
    meet(&first, &second).await;
    for device in [&first, &second] {
        let conflicts = device.app.conflicts().unwrap();
        let because = |target: u8| {
            let wanted = ConflictOn::Label(device.wallet, tx(target));
            let one = conflicts.iter().find(|one| one.on == wanted).unwrap();
            let shown = one.shown.text.as_deref();
            (shown.unwrap().split(',').next().unwrap(), one.because)
        };
        assert_eq!(because(1).1, ShownBecause::SameSecond);
        assert_eq!(because(2), ("second", ShownBecause::Later));
        assert_eq!(because(3), ("second", ShownBecause::SameSecond));
        assert_eq!(because(4), ("first", ShownBecause::Later));
        assert_eq!(because(5), ("second", ShownBecause::MoreChanges));
    }
}

#[tokio::test]
async fn a_lock_wins_over_taking_an_older_one_off() {
    let (first, second) = shared().await;
    let coins = first.find_coins().await;
    assert_eq!(second.find_coins().await, coins);
    first.lock(coins[1], true).await;
    meet(&first, &second).await;
    // One takes it off; the other, which cannot know, takes it off and puts it on again.
    first.lock(coins[1], false).await;
    second.lock(coins[1], false).await;
    second.lock(coins[1], true).await;
    meet(&first, &second).await;
    assert_eq!(first.locked(), [coins[1]]);
    assert_eq!(second.locked(), [coins[1]]);
    // Also where it was locked already for whoever locks it.
    first.lock(coins[1], false).await;
    second.lock(coins[1], true).await;
    meet(&first, &second).await;
    assert_eq!(first.locked(), [coins[1]]);
    assert_eq!(second.locked(), [coins[1]]);
    first.lock(coins[1], false).await;
    meet(&first, &second).await;
    assert!(first.locked().is_empty() && second.locked().is_empty());
}

#[tokio::test]
async fn an_address_that_one_handed_out_is_handed_out_on_the_other() {
    let (first, second) = shared().await;
    let shown = [first.address(1).await, first.address(2).await];
    meet(&first, &second).await;
    let next = second.address(3).await;
    assert!(!shown.contains(&next), "the same address twice");
    let known = second.handed_out();
    assert!(shown.iter().all(|address| known.contains(address)));
    meet(&first, &second).await;
    assert_eq!(first.handed_out(), second.handed_out());
}

#[tokio::test]
async fn it_is_all_there_again_after_locking_and_a_round_with_nothing_new_changes_nothing() {
    let (first, second) = shared().await;
    second.label(tx(1), "rent");
    second.reopen().await;
    meet(&first, &second).await;
    meet(&first, &second).await;
    second.step().await;
    first.reopen().await;
    assert_eq!(first.labels(), second.labels());
    assert_eq!(first.labels().len(), 1);
    for device in [&first, &second] {
        let round = device.step().await;
        assert_eq!((round.taken, round.pending, round.unknown), (0, 0, 0));
        assert!(round.is_in_step() && round.confirmed > 0);
    }
}

#[tokio::test]
async fn keys_that_only_this_device_has_are_pending_at_a_place() {
    let (first, _) = shared().await;
    first.step().await;
    let place = first.app.places().unwrap()[0].id;
    let pending = || first.app.place_standing(place).unwrap().pending;
    assert_eq!(pending(), 0);
    // Words that open what is shared, of which nobody but this device knows yet.
    first.app.new_recovery_key().await.unwrap();
    assert_eq!(pending(), 1);
    let round = first.step().await;
    assert!(round.is_in_step());
    assert_eq!(pending(), 0);
}

#[tokio::test]
async fn nobody_is_added_without_consent_proof_and_the_owners_key() {
    let (first, second) = pair().await;
    let third = Device::new(3).await;
    let request = third.new_device().await.request().unwrap();
    assert!(matches!(
        second.app.admit_device(request.clone(), false).await,
        Err(CircleError::NotTheOwner)
    ));
    first.confirm.then(Ok(Answer::Declined));
    assert!(matches!(
        first.app.admit_device(request.clone(), true).await,
        Err(CircleError::Confirm(ConfirmError::Declined))
    ));
    let asked = first.confirm.asked().pop().unwrap();
    assert_eq!(asked.warnings.len(), 2, "that it may hold keys is said");
    assert!(matches!(
        third.app.admit_device(request, false).await,
        Err(CircleError::NotIn)
    ));
    // What was given to another device opens nothing here.
    let other = Device::new(4).await;
    let request = other.new_device().await.request().unwrap();
    let admission = first.app.admit_device(request, false).await.unwrap();
    let joined = third
        .app
        .join_circle(third.new_device().await, &admission)
        .await;
    assert!(matches!(joined, Err(CircleError::NotForUs)));
    assert!(third.app.circle().unwrap().is_none());
}

#[tokio::test]
async fn a_device_that_was_removed_hears_nothing_more_and_is_not_heard() {
    let (first, second) = shared().await;
    second.label(tx(1), "before");
    meet(&first, &second).await;
    let of = |device: &Device| device.app.circle().unwrap().unwrap();
    let gone = of(&second).devices.iter().find(|d| d.this).unwrap().id;
    assert!(matches!(
        second.app.remove_device(of(&first).devices[0].id).await,
        Err(CircleError::NotTheOwner)
    ));
    first.confirm.then(Ok(Answer::Declined));
    assert!(first.app.remove_device(gone).await.is_err());
    let removed = first.app.remove_device(gone).await.unwrap();
    assert!(!removed.held_seeds);
    // What it had written counts; what either writes now stays with its writer.
    first.label(tx(2), "of the first alone");
    second.label(tx(3), "of the second alone");
    meet(&first, &second).await;
    assert_eq!(first.labels().len(), 2, "what was before, and its own");
    assert!(
        !second
            .labels()
            .iter()
            .any(|(_, text)| text.contains("first"))
    );
    assert!(of(&first).devices.iter().any(|d| d.removed_at.is_some()));
    assert!(matches!(
        first.app.remove_device(gone).await,
        Err(CircleError::UnknownDevice)
    ));
    first.reopen().await;
    assert_eq!(first.labels().len(), 2);
}

async fn shared() -> (Device, Device) {
    let (first, second) = pair().await;
    first.step().await;
    second.step().await;
    second.app.take_wallet(first.wallet).await.unwrap();
    first.step().await;
    (first, second)
}

/// Everything of both is with both afterwards.
async fn meet(first: &Device, second: &Device) {
    first.step().await;
    second.step().await;
    first.step().await;
}
