//! Moving the coins of a wallet whose keys a lost device holds, by a program that ends anywhere.

use satchel_app::sweep::SweepStep;
use satchel_types::FeeRate;

use crate::keys::add_with_keys;
use crate::world::{Device, founder_and_stranger, passphrase};

/// A device whose wallet has so many coins, and whose second device held the keys and was removed. The new wallet is
/// made and kept.
async fn ready_to_move(coins: u32) -> Device {
    let (first, second) = founder_and_stranger().await;
    let (given, _) = add_with_keys(&first, &second).await;
    given.unwrap();
    first.find_many_coins(coins).await;
    let view = first.app.circle().unwrap().unwrap();
    let lost = view.devices.into_iter().find(|it| !it.this).unwrap().id;
    assert!(first.app.remove_device(lost).await.unwrap().held_seeds);
    let access = first.app.unlock(passphrase()).await.unwrap();
    first.app.begin_sweep(first.wallet, &access).unwrap();
    let folder = tempfile::tempdir().unwrap();
    first.app.backup(folder.path(), passphrase()).await.unwrap();
    assert_eq!(first.app.sweeps().unwrap()[0].step, SweepStep::Draft);
    first
}

#[tokio::test]
async fn the_payment_is_prepared_once_wherever_the_program_ends() {
    let device = ready_to_move(3).await;
    let (app, wallet) = (&device.app, device.wallet);
    let rate = FeeRate::from_sat_per_kvb(2_000).ok();
    let mut addresses = std::collections::BTreeSet::new();
    let mut last = 0;
    for moments in 0.. {
        device.dies_after(moments);
        let ended = app.draft_sweep(wallet, rate, None).await.is_ok();
        device.starts_again().await;
        let sweep = app.sweeps().unwrap().remove(0);
        let drafts = app.drafts(Some(wallet)).unwrap();
        assert!(drafts.len() <= 1, "dead after {moments} moments");
        assert_eq!(
            sweep.draft,
            drafts.first().map(|draft| draft.id),
            "{moments}"
        );
        let step = match sweep.draft {
            None => SweepStep::Draft,
            Some(_) => SweepStep::Send,
        };
        assert_eq!(sweep.step, step);
        assert_eq!((sweep.payments.sent, sweep.payments.left), (0, 1));
        // Prepared again, it takes the place of what is there.
        let made = app.draft_sweep(wallet, rate, None).await.unwrap();
        assert_eq!(made.draft.psbt.unsigned_tx.input.len(), 3);
        assert_eq!((made.later, made.more, made.left.0), (0, 0, 0));
        addresses.insert(made.draft.recipients[0].address.clone());
        let drafts = app.drafts(Some(wallet)).unwrap();
        assert_eq!(drafts.len(), 1, "dead after {moments} moments");
        app.drop_draft(made.draft.id).await.unwrap();
        last = moments;
        if ended {
            break;
        }
    }
    assert!(last >= 6, "it writes more often than that: {last}");
    assert_eq!(addresses.len(), 1, "none is handed out twice over");
}

#[tokio::test]
async fn more_coins_than_a_transaction_holds_take_two_payments_and_a_program_that_ends_between_them()
 {
    let device = ready_to_move(1_800).await;
    let (app, wallet) = (&device.app, device.wallet);
    let rate = FeeRate::from_sat_per_kvb(2_000).ok();
    let payments = || {
        let sweep = app.sweeps().unwrap().remove(0);
        let payments = sweep.payments;
        (sweep.step, payments.sent, payments.left, sweep.moved.0)
    };
    assert_eq!(payments(), (SweepStep::Draft, 0, 2, 0));
    let first = app.draft_sweep(wallet, rate, None).await.unwrap();
    let inputs = first.draft.psbt.unsigned_tx.input.len();
    let weight = first.draft.vsize * 4;
    assert!((390_000..=400_000).contains(&weight), "{weight}");
    assert_eq!((inputs + first.more, first.later), (1_800, 1));
    assert_eq!(payments(), (SweepStep::Send, 0, 2, 0));
    app.send_draft(first.draft.id).await.unwrap();
    device.reopen().await;
    assert_eq!(payments(), (SweepStep::Draft, 1, 1, inputs));
    let second = app.draft_sweep(wallet, rate, None).await.unwrap();
    assert_eq!(second.draft.psbt.unsigned_tx.input.len(), 1_800 - inputs);
    assert_eq!((second.more, second.later), (0, 0));
    let to = |draft: &satchel_types::Draft| draft.recipients[0].address.clone();
    assert_ne!(to(&second.draft), to(&first.draft));
    app.send_draft(second.draft.id).await.unwrap();
    assert_eq!(payments(), (SweepStep::Wait, 2, 0, 1_800));
}
