//! Several devices pay from one wallet on a real chain.

use bitcoin::OutPoint;
use satchel_app::draft::DraftError;
use satchel_app::send::SendError;
use satchel_app::shared_payments::RivalStage;
use satchel_ports::Clock;
use satchel_types::{Draft, DraftPurpose, DraftState, NoticeKind, ScriptType, TxState};
use satchel_wallet::{CoinChoice, PlanError};

use crate::chain_world::{Device, meet, world, world_of};

const DAY: u64 = 24 * 60 * 60;

fn rest(coin: OutPoint) -> CoinChoice {
    CoinChoice::Manual(vec![coin])
}

fn prepared(device: &Device) -> Vec<satchel_app::shared_payments::DraftReport> {
    let drafts = device.app.drafts(Some(device.wallet)).unwrap();
    drafts
        .into_iter()
        .map(|draft| device.app.draft_report(draft).unwrap())
        .collect()
}

#[tokio::test]
async fn coins_of_a_payment_that_another_device_prepares_are_kept_for_it_for_a_day() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    let coin = first.receive(&chain, 50_000).await;
    second.sync().await;
    first.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
    meet(&devices).await;
    let row = second.coins().remove(0);
    assert_eq!(row.reserved_by.as_deref(), Some("Device 1"));
    assert_eq!(first.coins()[0].reserved_by, None, "its own");
    let none = second.draft(10_000, 2, CoinChoice::Auto).await;
    assert!(matches!(
        none,
        Err(DraftError::Plan(PlanError::NotEnough { .. }))
    ));
    let Err(DraftError::Reserved(rival)) = second.draft(10_000, 2, rest(coin)).await else {
        panic!("a coin that another device keeps");
    };
    assert_eq!(
        (rival.stage, rival.devices.as_slice()),
        (RivalStage::Reserved, &["Device 1".to_owned()][..])
    );
    // A reservation made by a clock that is years ahead lasts no longer here than any other.
    second.clock.advance(DAY - 60);
    assert!(second.draft(10_000, 2, CoinChoice::Auto).await.is_err());
    second.clock.advance(400);
    assert!(second.coins()[0].reserved_by.is_none());
    second.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_is_years_ahead_keeps_no_coin_for_years() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    first.receive(&chain, 50_000).await;
    second.sync().await;
    first.clock.advance(10 * 365 * DAY);
    first.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
    meet(&devices).await;
    assert!(second.coins()[0].reserved_by.is_some());
    second.reopen().await;
    second.clock.advance(DAY + 400);
    assert!(second.coins()[0].reserved_by.is_none());
}

#[tokio::test]
async fn a_clock_that_was_years_ahead_here_keeps_no_coin_once_it_is_right() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    first.receive(&chain, 50_000).await;
    second.sync().await;
    let right = second.clock.now();
    second.clock.advance(10 * 365 * DAY);
    first.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
    meet(&devices).await;
    second.clock.set(right);
    meet(&devices).await;
    assert!(second.coins()[0].reserved_by.is_some(), "as before");
    // Heard of by the right clock, it lasts as long as any.
    second.clock.advance(DAY + 400);
    assert!(second.coins()[0].reserved_by.is_none());
    second.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
}

#[tokio::test]
async fn a_payment_is_the_same_on_each_device_from_when_it_is_prepared() {
    for kind in ScriptType::ALL {
        let (chain, devices) = world_of(2, true, kind).await;
        let [first, second] = &devices[..] else {
            unreachable!()
        };
        first.receive(&chain, 50_000).await;
        second.sync().await;
        let said = |draft: &Draft| {
            (
                (draft.vsize, draft.fee, draft.fee_rate),
                (draft.state, draft.change, draft.label.clone()),
            )
        };
        let coins = CoinChoice::Auto;
        let draft = first.labelled(10_000, 3, coins, Some("the rent")).await;
        let draft = draft.unwrap();
        assert_eq!(draft.label.as_deref(), Some("the rent"));
        meet(&devices).await;
        let seen = prepared(second).remove(0).draft;
        assert_eq!(said(&seen), said(&draft), "{kind:?}, open");
        // Signed by the one that did not prepare it, and also after both began anew.
        second.app.sign_transaction(seen.id).await.unwrap();
        meet(&devices).await;
        first.reopen().await;
        second.reopen().await;
        let [one, two] = [first, second].map(|device| prepared(device).remove(0).draft);
        assert!(matches!(one.state, DraftState::Signed { .. }));
        assert_eq!(said(&one), said(&two), "{kind:?}, signed");
        let tx = satchel_wallet::extract(one.psbt.clone()).unwrap();
        assert_eq!(one.vsize, tx.vsize() as u64, "{kind:?}");
        // What it was labelled it is called once it is sent, by whatever id it then has.
        let sent = second.app.send_draft(two.id).await.unwrap();
        meet(&devices).await;
        first.sync().await;
        for device in &devices {
            let row = device.app.tx_status(Some(device.wallet), sent.txid);
            assert_eq!(row.unwrap().0.label.as_deref(), Some("the rent"));
        }
    }
}

#[tokio::test]
async fn dropping_a_draft_on_either_device_frees_its_coins_on_both() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    first.receive(&chain, 50_000).await;
    second.sync().await;
    let draft = first.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
    meet(&devices).await;
    let seen = prepared(second).remove(0);
    assert_eq!(seen.prepared_on.as_deref(), Some("Device 1"));
    assert_eq!(seen.draft.recipients, draft.recipients);
    assert_eq!(
        (seen.draft.fee, seen.draft.change),
        (draft.fee, draft.change)
    );
    second.app.drop_draft(seen.draft.id).await.unwrap();
    meet(&devices).await;
    assert!(prepared(first).is_empty() && prepared(second).is_empty());
    assert!(second.coins()[0].reserved_by.is_none());
    first.draft(11_000, 2, CoinChoice::Auto).await.unwrap();
    meet(&devices).await;
    assert_eq!(prepared(second).len(), 1);
}

#[tokio::test]
async fn what_a_watching_device_prepares_is_signed_and_sent_by_the_one_that_holds_the_keys() {
    let (chain, devices) = world(2, false).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    first.receive(&chain, 50_000).await;
    second.sync().await;
    let draft = second.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
    assert!(matches!(
        second.app.send_draft(draft.id).await,
        Err(SendError::Signing(_))
    ));
    meet(&devices).await;
    let seen = prepared(first).remove(0);
    assert_eq!(seen.draft.purpose, DraftPurpose::Payment);
    let signed = first.app.sign_transaction(seen.draft.id).await.unwrap();
    let asked = first.confirm.asked().pop().unwrap();
    assert!(
        asked
            .warnings
            .iter()
            .any(|note| note == "It was prepared on Device 2."),
        "{asked:?}"
    );
    meet(&devices).await;
    // The signature arrived at the device that began it, which sends it.
    let txid = signed.tx.compute_txid();
    let state = second.app.draft(draft.id).unwrap().state;
    assert_eq!(state, DraftState::Signed { txid });
    let sent = second.app.send_draft(draft.id).await.unwrap();
    assert_eq!(sent.txid, txid);
    assert!(chain.mempool_txids().contains(&txid));
    meet(&devices).await;
    first.sync().await;
    assert!(matches!(first.status(txid), TxState::Pending { .. }));
    assert!(prepared(first).is_empty());
}

#[tokio::test]
async fn two_payments_signed_apart_are_a_conflict_on_both_devices_until_one_is_given_up() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    let coin = first.receive(&chain, 50_000).await;
    second.sync().await;
    first.away(true);
    second.away(true);
    let one = first.draft(10_000, 2, rest(coin)).await.unwrap();
    let two = second.draft(20_000, 9, rest(coin)).await.unwrap();
    first.app.sign_transaction(one.id).await.unwrap();
    second.app.sign_transaction(two.id).await.unwrap();
    let note = &first.confirm.asked().pop().unwrap().warnings[0];
    assert!(note.contains("meeting could not be asked"), "{note}");
    first.away(false);
    second.away(false);
    meet(&devices).await;
    for (device, mine, other) in [(first, &one, "Device 2"), (second, &two, "Device 1")] {
        let draft = device.app.draft(mine.id).unwrap();
        let rivals = device.app.draft_report(draft).unwrap().rivals;
        assert_eq!(rivals[0].devices, [other]);
        assert_eq!(rivals[0].coins, [coin]);
        let Err(SendError::Conflict { rival, draft, .. }) = device.app.send_draft(mine.id).await
        else {
            panic!("both spend one coin");
        };
        assert_eq!((draft, rival.stage), (mine.id, RivalStage::Signed));
        assert_eq!(rival.devices, [other]);
    }
    assert!(chain.mempool_txids().is_empty(), "nothing was sent");
    // The owner chooses: the second one's payment is given up, on the first device.
    let other = prepared(first)
        .into_iter()
        .find(|report| report.draft.id != one.id)
        .unwrap();
    first.app.drop_draft(other.draft.id).await.unwrap();
    let sent = first.app.send_draft(one.id).await.unwrap();
    assert!(sent.unasked.is_empty());
    meet(&devices).await;
    second.sync().await;
    assert!(prepared(second).is_empty(), "{:?}", prepared(second));
    assert!(matches!(second.status(sent.txid), TxState::Pending { .. }));
}

#[tokio::test]
async fn a_coin_that_another_device_spent_meanwhile_is_found_on_the_chain_without_the_place() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    let coin = first.receive(&chain, 50_000).await;
    second.sync().await;
    first.away(true);
    second.away(true);
    let one = first.draft(10_000, 2, rest(coin)).await.unwrap();
    let two = second.draft(20_000, 9, rest(coin)).await.unwrap();
    let sent = first.app.send_draft(one.id).await.unwrap();
    assert_eq!(sent.unasked, ["meeting"], "it is said, and no error");
    let asked = second.confirm.asked().len();
    let Err(SendError::Conflict { rival, .. }) = second.app.send_draft(two.id).await else {
        panic!("the coin is spent");
    };
    assert_eq!((rival.txid, rival.stage), (sent.txid, RivalStage::Sent));
    assert!(rival.devices.is_empty(), "not known whose it is");
    assert_eq!(second.confirm.asked().len(), asked, "nothing was asked");
    second.away(false);
    first.away(false);
    meet(&devices).await;
    let Err(SendError::Conflict { rival, .. }) = second.app.send_draft(two.id).await else {
        panic!("the coin is spent");
    };
    assert_eq!(rival.devices, ["Device 1"]);
}

#[tokio::test]
async fn a_payment_that_another_devices_replaced_is_told_on_both_until_it_is_put_away() {
    let (chain, devices) = world(3, true).await;
    let [first, second, third] = &devices[..] else {
        unreachable!()
    };
    let coin = first.receive(&chain, 50_000).await;
    second.sync().await;
    third.sync().await;
    first.away(true);
    second.away(true);
    // The second one's is signed before the first one's is sent, and reaches the network by other ways.
    let two = second.draft(20_000, 9, rest(coin)).await.unwrap();
    let signed = second.app.sign_transaction(two.id).await.unwrap();
    let one = first.draft(10_000, 2, rest(coin)).await.unwrap();
    let paid = first.app.send_draft(one.id).await.unwrap().txid;
    third.sync().await;
    chain.broadcast(signed.tx.clone()).unwrap();
    let by = signed.tx.compute_txid();
    let mut events = first.app.events();
    first.sync().await;
    assert!(matches!(first.status(paid), TxState::Replaced { .. }));
    let to = crate::chain_world::ELSEWHERE;
    assert_eq!(
        first.notices(),
        [format!(
            "Payment to {to} was replaced by a payment that none of your devices is known to have \
             sent."
        )]
    );
    let mut told = 0;
    while let Ok(event) = events.try_recv() {
        told += usize::from(matches!(event, satchel_app::Event::Noticed { .. }));
    }
    assert_eq!(told, 1);
    second.sync().await;
    first.away(false);
    second.away(false);
    meet(&devices).await;
    assert_eq!(
        first.notices(),
        [format!(
            "Payment to {to} was replaced by Device 2's payment."
        )]
    );
    // The second never saw the first one's payment on the chain, and looks again now that it knows of it.
    second.sync().await;
    assert_eq!(
        second.notices(),
        ["A payment of Device 1 was replaced by a payment of this device."]
    );
    third.sync().await;
    assert_eq!(
        third.notices(),
        [format!(
            "Device 1's payment to {to} was replaced by Device 2's payment."
        )]
    );
    first.reopen().await;
    let notice = first.app.notices(false).unwrap().remove(0).notice;
    first.app.dismiss_notice(notice.id).unwrap();
    chain.mine(1).unwrap();
    for device in &devices {
        device.sync().await;
    }
    meet(&devices).await;
    assert!(first.notices().is_empty(), "put away for good");
    let all = first.app.notices(true).unwrap();
    let replaced = |kind: &NoticeKind| matches!(kind, NoticeKind::PaymentReplaced { .. });
    assert_eq!(all.iter().filter(|it| replaced(&it.notice.kind)).count(), 1);
    assert!(matches!(first.status(by), TxState::Confirmed { .. }));
    assert_eq!(second.notices().len(), 1, "each device by itself");
}

#[tokio::test]
async fn raising_a_fee_and_cancelling_on_purpose_alarms_nobody() {
    let (chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    first.receive(&chain, 50_000).await;
    second.sync().await;
    let draft = first.draft(10_000, 2, CoinChoice::Auto).await.unwrap();
    let paid = first.app.send_draft(draft.id).await.unwrap().txid;
    meet(&devices).await;
    second.sync().await;
    // The other device raises the fee: whoever is paid is paid.
    let bump = satchel_app::bump::BumpPayment {
        request: second.request(),
        wallet: Some(second.wallet),
        txid: paid,
        fee_rate: satchel_types::FeeRate::from_sat_per_kvb(8_000).unwrap(),
    };
    let raised = second.app.bump_payment(bump).await.unwrap();
    let raised = second.app.send_draft(raised.id).await.unwrap().txid;
    meet(&devices).await;
    first.sync().await;
    second.sync().await;
    assert!(matches!(first.status(paid), TxState::Replaced { .. }));
    assert!(first.notices().is_empty(), "{:?}", first.notices());
    // Cancelled where it was raised: its own affair there, and told on the other.
    let cancel = satchel_app::cancel::CancelPayment {
        request: second.request(),
        wallet: Some(second.wallet),
        txid: raised,
        fee_rate: None,
    };
    second.app.cancel_payment(cancel).await.unwrap();
    meet(&devices).await;
    first.sync().await;
    second.sync().await;
    meet(&devices).await;
    assert!(matches!(first.status(raised), TxState::Replaced { .. }));
    assert!(second.notices().is_empty(), "{:?}", second.notices());
    let told = first.notices();
    assert_eq!(told.len(), 1, "the payment is not made after all: {told:?}");
    assert!(told[0].ends_with("was replaced by Device 2's payment."));
}
