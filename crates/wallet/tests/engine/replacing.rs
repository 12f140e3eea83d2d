//! Taking a pending payment back, and paying more for it.

use bitcoin::{Amount, OutPoint};
use satchel_types::{FeeRate, ScriptType, TxState};
use satchel_wallet::{PlanError, ScanScope, WalletEvent};

use crate::flows::{funded, send, send_plan};
use crate::plans::check;
use crate::world::{pay, transaction};

fn rate(text: &str) -> FeeRate {
    text.parse().unwrap()
}

#[test]
fn a_cancellation_brings_the_money_back_and_says_what_it_cancels() {
    let mut world = funded(ScriptType::Taproot, &[100_000]);
    let (_, txid) = send(&mut world, vec![pay(1, 30_000)]);
    let plan = world.engine.plan_cancel(txid, rate("8"), None, 1).unwrap();
    check(&world, &plan);
    assert!(plan.recipients.is_empty());
    assert_eq!(plan.replaces, [txid]);
    let cancel = send_plan(&mut world, &plan, Some(txid));
    assert_eq!(
        world.state(txid),
        TxState::Replaced {
            by: cancel,
            at: world.now()
        }
    );
    assert_eq!(world.store.txs[&cancel].cancels, Some(txid));
    assert_eq!(
        world.store.balance.total(),
        Amount::from_sat(100_000) - plan.fee
    );
    world.sync(ScanScope::Revealed);
    world.mine();
    let events = world.sync(ScanScope::Revealed);
    assert!(events.contains(&WalletEvent::Confirmed {
        txid: cancel,
        height: 2
    }));
    world.restart();
    world.store.agrees_with(&world.engine);
    assert_eq!(world.store.txs[&cancel].cancels, Some(txid));
    assert_eq!(
        world.engine.plan_cancel(cancel, rate("20"), None, 1).err(),
        Some(PlanError::NotPending),
        "it is in a block"
    );
}

#[test]
fn a_bump_pays_the_same_people_out_of_the_change() {
    let mut world = funded(ScriptType::Segwit, &[100_000]);
    let (first, txid) = send(&mut world, vec![pay(1, 30_000), pay(2, 10_000)]);
    let plan = world
        .engine
        .plan_bump(txid, rate("9"), &world.coins(), None, 7)
        .unwrap();
    check(&world, &plan);
    let mut paid: Vec<_> = plan
        .recipients
        .iter()
        .map(|r| (r.address.clone(), r.amount))
        .collect();
    let mut before: Vec<_> = first
        .recipients
        .iter()
        .map(|r| (r.address.clone(), r.amount))
        .collect();
    paid.sort();
    before.sort();
    assert_eq!(paid, before);
    assert_eq!(
        plan.change_index, first.change_index,
        "no address is wasted"
    );
    assert_eq!(
        plan.change.unwrap() + plan.fee,
        first.change.unwrap() + first.fee
    );
    let bumped = send_plan(&mut world, &plan, None);
    world.sync(ScanScope::Revealed);
    assert!(matches!(world.state(txid), TxState::Replaced { by, .. } if by == bumped));
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_bump_without_change_adds_a_confirmed_coin() {
    let mut world = funded(ScriptType::Taproot, &[50_000, 8_000, 90_000]);
    let spent = world
        .coins()
        .iter()
        .find(|c| c.amount.to_sat() == 50_000)
        .unwrap()
        .outpoint;
    let spec = satchel_wallet::PaymentSpec {
        recipients: vec![pay(1, 0)],
        fee_rate: rate("1"),
        send_all: true,
        coins: satchel_wallet::CoinChoice::Manual(vec![spent]),
        change: None,
        tip_height: 1,
    };
    let plan = world.engine.plan_payment(&spec, &world.coins(), 1).unwrap();
    let txid = send_plan(&mut world, &plan, None);
    let bump = world
        .engine
        .plan_bump(txid, rate("10"), &world.coins(), None, 1)
        .unwrap();
    check(&world, &bump);
    assert_eq!(bump.recipients, plan.recipients);
    let amounts: Vec<u64> = bump.inputs.iter().map(|c| c.amount.to_sat()).collect();
    assert_eq!(
        amounts.iter().sum::<u64>(),
        58_000,
        "the smallest that suffices: {amounts:?}"
    );

    let refused = world.engine.plan_bump(txid, rate("10"), &[], None, 1);
    assert!(
        matches!(refused, Err(PlanError::NotEnough { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_replacement_must_pay_for_what_it_pushes_out() {
    let mut world = funded(ScriptType::Segwit, &[200_000]);
    let (first, txid) = send(&mut world, vec![pay(1, 30_000)]);
    let (second, child) = send(&mut world, vec![pay(2, 30_000)]);
    let both = first.fee + second.fee;
    let Err(PlanError::FeeTooLow { at_least }) =
        world.engine.plan_cancel(txid, rate("2.1"), None, 1)
    else {
        panic!("its child's fee has to be paid as well");
    };
    let just_below = FeeRate::from_sat_per_kvb(at_least.sat_per_kvb() - 1).unwrap();
    assert!(matches!(
        world.engine.plan_cancel(txid, just_below, None, 1),
        Err(PlanError::FeeTooLow { .. })
    ));
    let plan = world.engine.plan_cancel(txid, at_least, None, 1).unwrap();
    assert!(
        plan.fee >= both + Amount::from_sat(plan.vsize),
        "rules 3 and 4"
    );
    assert_eq!(plan.replaces, [txid, child]);
    check(&world, &plan);

    let Err(PlanError::FeeTooLow { at_least }) =
        world
            .engine
            .plan_bump(child, rate("2"), &world.coins(), None, 1)
    else {
        panic!("the same rate is no bump");
    };
    let plan = world
        .engine
        .plan_bump(child, at_least, &world.coins(), None, 1)
        .unwrap();
    assert!(plan.fee >= second.fee + Amount::from_sat(plan.vsize));
    assert!(
        plan.inputs.iter().all(|coin| coin.outpoint.txid != child),
        "it cannot spend what it pushes out"
    );
}

#[test]
fn only_own_pending_payments_can_be_replaced() {
    let mut world = funded(ScriptType::Segwit, &[100_000]);
    let script = world.address();
    let incoming = world.receive(&script, 5_000);
    let coin = world.coins()[0].outpoint;
    let shared = transaction(
        vec![coin, OutPoint::new(incoming, 9)],
        &[(crate::world::foreign(3), 90_000)],
    );
    world.sync(ScanScope::Revealed);
    let refused = |world: &crate::world::World, txid| {
        let cancel = world.engine.plan_cancel(txid, rate("20"), None, 1).err();
        assert_eq!(
            cancel,
            world.engine.plan_bump(txid, rate("20"), &[], None, 1).err()
        );
        cancel
    };
    assert_eq!(refused(&world, incoming), Some(PlanError::NotReplaceable));
    let shared = world.submit(shared);
    world.sync(ScanScope::Revealed);
    assert_eq!(refused(&world, shared), Some(PlanError::NotReplaceable));
    let unknown = bitcoin::hashes::Hash::all_zeros();
    assert_eq!(refused(&world, unknown), Some(PlanError::NothingToCancel));
}

#[test]
fn a_cancellation_that_would_burn_everything_is_refused() {
    let mut world = funded(ScriptType::Taproot, &[2_000]);
    let (_, txid) = send(&mut world, vec![pay(1, 1_000)]);
    let refused = world.engine.plan_cancel(txid, rate("20"), None, 1);
    assert!(
        matches!(refused, Err(PlanError::NotEnough { .. })),
        "{refused:?}"
    );
}
