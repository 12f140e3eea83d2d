//! A phone that sleeps in the middle of something, and wakes long after: its timers are late, its clock on the wall is
//! not, and whoever it spoke with has gone.

use std::sync::Arc;

use bitcoin::Amount;
use satchel_app::draft::{CoinChoice, CreateDraft};
use satchel_app::found_circle::CircleError;
use satchel_app::host_pairing::HostPairingError;
use satchel_app::join_pairing::JoinPairingError;
use satchel_app::send::SendError;
use satchel_app::sync::SyncScope;
use satchel_pairing::{EndReason, PairingFault};
use satchel_ports::{BroadcastError, ChainError, ConfirmError};
use satchel_types::{Draft, DraftState, FeeRate, RequestId};
use tokio_util::sync::CancellationToken;

use crate::pairing::{LONG, meet, never, scanned, shown_by};
use crate::world::{Device, founder_and_stranger};

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const DAY: u64 = 24 * 60 * 60;

/// A device with coins and a payment that was prepared.
async fn prepared() -> (Device, Draft) {
    let (device, _) = founder_and_stranger().await;
    device.find_coins().await;
    let request = CreateDraft {
        request: RequestId::from_bytes([50; 16]),
        wallet: Some(device.wallet),
        recipients: vec![(TO.to_owned(), Some(Amount::from_sat(700)))],
        fee_rate: FeeRate::from_sat_per_kvb(1_000).ok(),
        coins: CoinChoice::Auto,
        label: None,
        replaces: None,
    };
    let draft = device.app.create_draft(request).await.unwrap();
    (device, draft)
}

/// What makes a device sleep for a day.
fn sleep(device: &Device) -> impl FnOnce() + Send + 'static {
    let clock = Arc::clone(&device.clock);
    move || clock.advance(DAY)
}

/// What a program hears of a connection that did not outlive a sleep.
fn dead_connection() -> ChainError {
    ChainError::Unreachable {
        server: "fake.invalid:1".to_owned(),
    }
}

/// Waits for what ends though the steady clock stood still: by that one alone it would take minutes more.
async fn ends<T>(what: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(LONG, what).await;
    ended.expect("it does not wait for the steady clock")
}

fn is_too_late(sent: &Result<bitcoin::Txid, SendError>) -> bool {
    matches!(sent, Err(SendError::Confirm(ConfirmError::TooLate)))
}

fn state(device: &Device, draft: &Draft) -> DraftState {
    device.app.draft(draft.id).unwrap().state
}

#[tokio::test]
async fn a_payment_that_was_agreed_to_after_a_sleep_is_not_signed_and_can_be_looked_at_again() {
    let (device, draft) = prepared().await;
    device.confirm.meanwhile(sleep(&device));
    let sent = device.app.send_transaction(draft.id).await;
    assert!(is_too_late(&sent), "{sent:?}");
    assert_eq!(state(&device, &draft), DraftState::Open);
    assert!(device.chain.sent().is_empty());
    // It is no refusal of theirs: the next question comes at once, and is answered in time.
    let txid = device.app.send_transaction(draft.id).await.unwrap();
    assert_eq!(state(&device, &draft), DraftState::Broadcast { txid });
    assert_eq!(device.chain.sent().len(), 1);
}

#[tokio::test]
async fn a_payment_over_whose_proof_a_device_slept_is_not_signed() {
    let (device, draft) = prepared().await;
    device.authorize.meanwhile(sleep(&device));
    let sent = device.app.send_transaction(draft.id).await;
    assert!(is_too_late(&sent), "{sent:?}");
    assert_eq!(state(&device, &draft), DraftState::Open);
    device.authorize.meanwhile(sleep(&device));
    let signed = device.app.sign_transaction(draft.id).await;
    assert!(matches!(
        signed,
        Err(SendError::Confirm(ConfirmError::TooLate))
    ));
    assert_eq!(state(&device, &draft), DraftState::Open);
}

#[tokio::test]
async fn a_payment_that_was_signed_before_a_sleep_waits_to_be_sent_by_hand_and_is_the_same_then() {
    let (device, draft) = prepared().await;
    // Others are asked once more before it is sent: there it falls asleep.
    let (chain, sleeps) = (Arc::clone(&device.chain), sleep(&device));
    device.authorize.meanwhile(move || chain.meanwhile(sleeps));
    let sent = device.app.send_transaction(draft.id).await;
    assert!(is_too_late(&sent), "{sent:?}");
    let DraftState::Signed { txid } = state(&device, &draft) else {
        panic!("it was signed");
    };
    assert!(device.chain.sent().is_empty());
    // It is among what was not sent, through a death of the program as well.
    device.reopen().await;
    let left = device.app.drafts(Some(device.wallet)).unwrap();
    assert_eq!((left.len(), left[0].id), (1, draft.id));
    assert_eq!(device.app.send_transaction(draft.id).await.unwrap(), txid);
    assert_eq!(device.chain.sent().len(), 1);
}

#[tokio::test]
async fn a_payment_whose_answer_was_slept_over_is_sent_once() {
    let (device, draft) = prepared().await;
    let dead = BroadcastError::Unanswered(dead_connection());
    device.chain.then_broadcast(Err(dead));
    let sent = device.app.send_transaction(draft.id).await;
    assert!(matches!(sent, Err(SendError::Broadcast(_))), "{sent:?}");
    device.clock.advance(DAY);
    let asked = device.confirm.asked().len();
    let txid = device.app.send_transaction(draft.id).await.unwrap();
    assert_eq!(device.confirm.asked().len(), asked, "nobody is asked twice");
    let handed = device.chain.sent();
    assert!(handed.iter().all(|tx| tx.compute_txid() == txid));
}

#[tokio::test]
async fn a_sync_that_was_slept_over_leaves_the_picture_as_old_as_it_is() {
    let (device, _) = founder_and_stranger().await;
    device.find_coins().await;
    let before = device.app.balance(Some(device.wallet), None).unwrap();
    device.chain.meanwhile(sleep(&device));
    device.chain.fail_next(dead_connection());
    let sync = |cancel| {
        device
            .app
            .sync(Some(device.wallet), SyncScope::Usual, cancel)
    };
    assert!(sync(CancellationToken::new()).await.is_err());
    let after = device.app.balance(Some(device.wallet), None).unwrap();
    assert_eq!(format!("{after:?}"), format!("{before:?}"));
    sync(CancellationToken::new()).await.unwrap();
    let fresh = device.app.balance(Some(device.wallet), None).unwrap();
    assert_ne!(format!("{fresh:?}"), format!("{before:?}"));
}

#[tokio::test]
async fn a_sync_that_goes_on_when_it_locks_ends_and_is_not_in_the_next_ones_way() {
    let (device, _) = founder_and_stranger().await;
    device.find_coins().await;
    device.chain.hold();
    let scans = device.chain.scans().len();
    let sync = |cancel| {
        device
            .app
            .sync(Some(device.wallet), SyncScope::Usual, cancel)
    };
    let lock = async {
        while device.chain.scans().len() == scans {
            tokio::task::yield_now().await;
        }
        device.app.lock();
    };
    let (ended, ()) = tokio::join!(sync(CancellationToken::new()), lock);
    assert!(ended.is_err());
    device.chain.release();
    device.reopen().await;
    sync(CancellationToken::new()).await.unwrap();
}

#[tokio::test]
async fn a_code_that_was_slept_over_ends_by_itself() {
    let (first, second) = founder_and_stranger().await;
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let asleep = async { first.clock.advance(DAY) };
    let cancel = never();
    // Its steady clock stood still: by that one there are two minutes left.
    let waiting = ends(first.app.await_guest(&mut shown, &cancel));
    let (ended, ()) = tokio::join!(waiting, asleep);
    assert!(matches!(
        ended,
        Err(HostPairingError::Fault(PairingFault::TooLate))
    ));
    let joined = second.app.join_pairing(&code, second.name(), &cancel).await;
    assert!(joined.is_err());
}

#[tokio::test]
async fn digits_that_nobody_typed_before_a_sleep_are_not_waited_for_and_the_other_hears_why() {
    let (first, second) = founder_and_stranger().await;
    let (arrived, joining) = meet(&first, &second).await;
    let asleep = async { first.clock.advance(DAY) };
    tokio::join!(ends(first.app.too_late_for(&arrived)), asleep);
    let cancel = never();
    let ((), joined) = tokio::join!(
        arrived.end_too_late(),
        second.app.finish_joining(joining, &cancel)
    );
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::Ended(
            EndReason::TooLate
        )))
    ));
}

#[tokio::test]
async fn a_device_that_was_asked_about_before_a_sleep_is_not_added_and_hears_why() {
    let (first, second) = founder_and_stranger().await;
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    first.confirm.meanwhile(sleep(&first));
    let cancel = never();
    let (added, joined) = tokio::join!(
        ends(first.app.admit_guest(arrived, &digits, &cancel)),
        ends(second.app.finish_joining(joining, &cancel))
    );
    let late = matches!(
        added,
        Err(
            HostPairingError::Circle(CircleError::Confirm(ConfirmError::TooLate))
                | HostPairingError::Fault(PairingFault::TooLate)
        )
    );
    assert!(late, "{added:?}");
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::Ended(_)))
    ));
    let circle = first.app.circle().unwrap().unwrap();
    assert_eq!(circle.devices.len(), 1);
    assert!(second.app.circle().unwrap().is_none());
}

#[tokio::test]
async fn a_new_device_that_slept_over_its_digits_ends_by_itself_and_the_other_adds_nobody() {
    let (first, second) = founder_and_stranger().await;
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    let asleep = async { second.clock.advance(DAY) };
    let cancel = never();
    let waiting = ends(second.app.finish_joining(joining, &cancel));
    let (joined, ()) = tokio::join!(waiting, asleep);
    assert!(matches!(
        joined,
        Err(JoinPairingError::Fault(PairingFault::TooLate))
    ));
    let added = first.app.admit_guest(arrived, &digits, &cancel).await;
    assert!(added.is_err(), "who has gone is not added");
    let circle = first.app.circle().unwrap().unwrap();
    assert_eq!(circle.devices.len(), 1);
}
