//! New payments: what they spend, cost and say.

use std::collections::HashSet;

use bitcoin::{Amount, OutPoint, Sequence, transaction::Version};
use proptest::prelude::*;
use satchel_types::{ChainSide, CoinRow, FeeRate, Recipient, ScriptType};
use satchel_wallet::{CoinChoice, PaymentSpec, Plan, PlanError, ScanScope, extract, summarize};

use crate::flows::{funded, send};
use crate::world::{NETWORK, World, cases, foreign_address, pay, sign};

fn wish(world: &World, recipients: Vec<Recipient>, rate: &str) -> PaymentSpec {
    PaymentSpec {
        recipients,
        fee_rate: rate.parse().unwrap(),
        send_all: false,
        coins: CoinChoice::Auto,
        change: None,
        tip_height: world.height(),
    }
}

fn plan(world: &World, spec: &PaymentSpec, seed: u64) -> Result<Plan, PlanError> {
    world.engine.plan_payment(spec, &world.coins(), seed)
}

/// What holds for every plan, whatever it is for.
pub fn check(world: &World, plan: &Plan) {
    let tx = &plan.psbt.unsigned_tx;
    let spent: Vec<OutPoint> = tx.input.iter().map(|input| input.previous_output).collect();
    let distinct: HashSet<_> = spent.iter().collect();
    assert_eq!(distinct.len(), spent.len(), "no coin twice");
    let rows: Vec<OutPoint> = plan.inputs.iter().map(|coin| coin.outpoint).collect();
    assert_eq!(rows, spent);
    let total_in: Amount = plan.inputs.iter().map(|coin| coin.amount).sum();
    let total_out: Amount = tx.output.iter().map(|out| out.value).sum();
    assert_eq!(total_in, total_out + plan.fee, "nothing is lost");
    let said: Amount = plan.recipients.iter().map(|r| r.amount).sum();
    assert_eq!(total_out, said + plan.change.unwrap_or_default());
    assert_eq!(plan.change.is_some(), plan.change_index.is_some());
    assert_eq!(tx.version, Version::TWO);
    assert!(
        tx.input
            .iter()
            .all(|input| input.sequence == Sequence(0xFFFF_FFFD))
    );
    assert!(
        tx.output
            .iter()
            .all(|out| out.value >= out.script_pubkey.minimal_non_dust())
    );

    let summary = summarize(&plan.psbt, NETWORK, |s| world.engine.is_mine(s).is_some()).unwrap();
    assert_eq!(
        (summary.fee, summary.vsize),
        (plan.fee, plan.vsize),
        "the dialog's words"
    );

    let signed = extract(sign(&plan.psbt)).expect("signed");
    let vsize = signed.vsize() as u64;
    assert!(vsize <= plan.vsize, "{vsize} against {}", plan.vsize);
    let slack = 2 + 3 * tx.input.len() as u64;
    assert!(
        vsize + slack >= plan.vsize,
        "{vsize} against {}",
        plan.vsize
    );
    assert!(
        plan.fee >= plan.fee_rate.fee_for_vsize(vsize),
        "the rate asked for is kept"
    );
}

fn kinds() -> impl Strategy<Value = ScriptType> {
    prop::sample::select(ScriptType::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(48), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_keeps_the_rate_and_every_satoshi(
        kind in kinds(),
        amounts in prop::collection::vec(600..300_000u64, 1..14),
        wanted in prop::collection::vec(600..400_000u64, 1..4),
        rate in 100..60_000u64,
        seed in any::<u64>(),
        send_all in proptest::bool::weighted(0.2),
        manual in proptest::bool::weighted(0.3),
        foreign_kind in 0..4u64,
    ) {
        let mut world = funded(kind, &amounts);
        world.next_number();
        let coins = world.coins();
        let recipients: Vec<_> = (foreign_kind..).zip(&wanted).map(|(n, sats)| pay(n, *sats)).collect();
        let spec = PaymentSpec {
            recipients: recipients.clone(),
            fee_rate: FeeRate::from_sat_per_kvb(rate).unwrap(),
            send_all,
            coins: if manual {
                CoinChoice::Manual(coins.iter().step_by(2).map(|c| c.outpoint).collect())
            } else {
                CoinChoice::Auto
            },
            change: None,
            tip_height: world.height(),
        };
        match world.engine.plan_payment(&spec, &coins, seed) {
            Ok(plan) => {
                check(&world, &plan);
                if manual {
                    prop_assert_eq!(plan.inputs.len(), coins.len().div_ceil(2), "all the named coins");
                }
                let fixed = if send_all { wanted.len() - 1 } else { wanted.len() };
                prop_assert_eq!(&plan.recipients[..fixed], &recipients[..fixed]);
                prop_assert!(!send_all || plan.change.is_none());
                // A fee above the rate is less than what change would have been worth.
                let at_rate = plan.fee_rate.fee_for_vsize(plan.vsize);
                let spare = plan.fee - at_rate;
                prop_assert!(spare.to_sat() < 10_000, "{spare} given away");
                prop_assert!(plan.change.is_none() || spare == Amount::ZERO);
            }
            Err(PlanError::NotEnough { needed, available, missing }) => {
                prop_assert_eq!(needed - available, missing);
                prop_assert!(missing > Amount::ZERO);
            }
            Err(PlanError::DustOutput { index, .. }) => {
                prop_assert!(send_all && index == wanted.len() - 1);
            }
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }
}

#[test]
fn change_goes_to_an_address_never_used_and_the_store_is_told() {
    let mut world = funded(ScriptType::Taproot, &[100_000]);
    let made = plan(&world, &wish(&world, vec![pay(1, 1_000)], "1"), 1).unwrap();
    assert_eq!(made.change_index, Some(0));
    assert_eq!(
        world.engine.last_revealed(ChainSide::Change),
        None,
        "a plan changes nothing"
    );
    let batch = world.engine.commit_plan(&made);
    world.store.apply(&batch);
    assert!(world.store.addresses.contains_key(&(ChainSide::Change, 0)));
    let next = plan(&world, &wish(&world, vec![pay(1, 1_000)], "1"), 1).unwrap();
    assert_eq!(next.change_index, Some(1));
    assert!(world.engine.commit_plan(&made).is_empty(), "once is enough");
}

#[test]
fn drafts_that_are_never_sent_open_no_gap_that_a_restore_would_not_cross() {
    let mut world = funded(ScriptType::Taproot, &[100_000]);
    for _ in 0..60 {
        let made = plan(&world, &wish(&world, vec![pay(1, 1_000)], "1"), 1).unwrap();
        assert!(made.change_index.unwrap() < 19);
        let _ = world.engine.commit_plan(&made);
    }
}

#[test]
fn change_not_worth_its_spending_goes_to_the_fee() {
    let world = funded(ScriptType::Segwit, &[10_000]);
    // One input and one output are 110 vB at most, with change 141.
    let made = plan(&world, &wish(&world, vec![pay(1, 9_600)], "1"), 1).unwrap();
    assert_eq!((made.change, made.fee), (None, Amount::from_sat(400)));
    check(&world, &made);
    let made = plan(&world, &wish(&world, vec![pay(1, 9_000)], "1"), 1).unwrap();
    assert!(made.change > Some(Amount::from_sat(800)));
    check(&world, &made);
}

#[test]
fn a_selection_without_change_is_preferred() {
    let world = funded(ScriptType::Taproot, &[50_000, 31_000, 20_180, 7_000]);
    let made = plan(&world, &wish(&world, vec![pay(1, 51_000)], "1"), 3).unwrap();
    assert_eq!(made.change, None);
    assert_eq!(made.fee, Amount::from_sat(180));
    let amounts: HashSet<u64> = made.inputs.iter().map(|c| c.amount.to_sat()).collect();
    assert_eq!(amounts, [31_000, 20_180].into());
}

#[test]
fn coins_not_worth_their_own_fee_stay() {
    let world = funded(ScriptType::Legacy, &[900, 900, 900, 90_000]);
    let mut spec = wish(&world, vec![pay(1, 1_000)], "10");
    spec.send_all = true;
    let made = plan(&world, &spec, 1).unwrap();
    assert_eq!(made.inputs.len(), 1);
    check(&world, &made);
    let all = world.coins().iter().map(|coin| coin.outpoint).collect();
    spec.coins = CoinChoice::Manual(all);
    assert_eq!(
        plan(&world, &spec, 1).unwrap().inputs.len(),
        4,
        "named ones go along"
    );
}

#[test]
fn locked_coins_are_never_spent() {
    let world = funded(ScriptType::Taproot, &[10_000, 20_000]);
    let mut coins = world.coins();
    let locked = coins
        .iter_mut()
        .find(|coin| coin.amount.to_sat() == 20_000)
        .unwrap();
    locked.locked = true;
    let outpoint = locked.outpoint;
    let mut spec = wish(&world, vec![pay(1, 15_000)], "1");
    let refused = world.engine.plan_payment(&spec, &coins, 1);
    assert!(matches!(
        refused,
        Err(PlanError::NotEnough { available, .. }) if available.to_sat() == 10_000
    ));
    spec.coins = CoinChoice::Manual(vec![outpoint]);
    assert_eq!(
        world.engine.plan_payment(&spec, &coins, 1).err(),
        Some(PlanError::CoinLocked { outpoint })
    );
}

#[test]
fn a_coin_that_is_not_there_cannot_be_named_nor_offered() {
    let world = funded(ScriptType::Taproot, &[10_000]);
    let outpoint = OutPoint::new(world.coins()[0].outpoint.txid, 7);
    let mut spec = wish(&world, vec![pay(1, 1_000)], "1");
    spec.coins = CoinChoice::Manual(vec![outpoint]);
    assert_eq!(
        plan(&world, &spec, 1).err(),
        Some(PlanError::UnknownCoin { outpoint })
    );
    spec.coins = CoinChoice::Auto;
    let invented = CoinRow {
        outpoint,
        ..world.coins()[0].clone()
    };
    let mut richer = world.coins()[0].clone();
    richer.amount = Amount::from_sat(1_000_000);
    let refused = world.engine.plan_payment(&spec, &[invented, richer], 1);
    assert!(
        matches!(refused, Err(PlanError::NotEnough { .. })),
        "{refused:?}"
    );
}

#[test]
fn confirmed_coins_go_before_own_unconfirmed_change() {
    let mut world = funded(ScriptType::Segwit, &[50_000, 40_000]);
    send(&mut world, vec![pay(1, 5_000)]);
    let small = plan(&world, &wish(&world, vec![pay(2, 5_000)], "1"), 1).unwrap();
    assert!(
        small
            .inputs
            .iter()
            .all(|c| matches!(c.state, satchel_types::CoinState::Confirmed { .. }))
    );
    let large = plan(&world, &wish(&world, vec![pay(2, 70_000)], "1"), 1).unwrap();
    assert_eq!(large.inputs.len(), 2);
    check(&world, &large);
}

#[test]
fn wishes_that_make_no_sense_are_refused_with_the_reason() {
    let world = funded(ScriptType::Taproot, &[100_000]);
    let refused =
        |recipients: Vec<Recipient>| plan(&world, &wish(&world, recipients, "1"), 1).err();
    let to = |address: &str, sats| Recipient {
        address: address.into(),
        amount: Amount::from_sat(sats),
    };
    assert_eq!(refused(vec![]), Some(PlanError::NoRecipients));
    assert_eq!(
        refused(vec![pay(1, 1_000), to("bcrt1qnonsense", 1_000)]),
        Some(PlanError::BadAddress { index: 1 })
    );
    assert_eq!(
        refused(vec![to(
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            1_000
        )]),
        Some(PlanError::WrongNetwork { index: 0 })
    );
    assert_eq!(
        refused(vec![pay(1, 293)]),
        Some(PlanError::DustOutput {
            index: 0,
            min: Amount::from_sat(294)
        })
    );
    let all = 21_000_000 * 100_000_000;
    assert_eq!(
        refused(vec![pay(1, all), pay(2, all)]),
        Some(PlanError::AmountTooLarge)
    );
    assert_eq!(
        refused(vec![pay(1, 100_000)]),
        Some(PlanError::NotEnough {
            needed: Amount::from_sat(100_100),
            available: Amount::from_sat(100_000),
            missing: Amount::from_sat(100),
        }),
        "one taproot input and one output are 99 to 100 vB"
    );
}

#[test]
fn a_fee_or_a_size_beyond_reason_is_refused() {
    let world = funded(ScriptType::Taproot, &[4_000_000_000]);
    let many: Vec<_> = (0..3_300).map(|n| pay(n, 1_000)).collect();
    assert!(matches!(
        plan(&world, &wish(&world, many, "1"), 1),
        Err(PlanError::TooLarge { max: 100_000, .. })
    ));
    let hundred: Vec<_> = (0..400).map(|n| pay(n, 1_000)).collect();
    assert!(matches!(
        plan(&world, &wish(&world, hundred, "1000"), 1),
        Err(PlanError::FeeTooHigh { .. })
    ));
}

#[test]
fn the_seed_decides_the_order_and_nothing_else_does() {
    let world = funded(ScriptType::Taproot, &[30_000, 30_000, 30_000]);
    let spec = wish(
        &world,
        vec![pay(1, 20_000), pay(2, 20_000), pay(3, 20_000)],
        "1",
    );
    let made = |seed| plan(&world, &spec, seed).unwrap().psbt.unsigned_tx;
    assert_eq!(made(5), made(5));
    let orders: HashSet<Vec<bitcoin::ScriptBuf>> = (0..30)
        .map(|seed| {
            made(seed)
                .output
                .into_iter()
                .map(|out| out.script_pubkey)
                .collect()
        })
        .collect();
    assert!(orders.len() > 8, "{} orders", orders.len());
    let positions: HashSet<usize> = (0..30)
        .filter_map(|seed| {
            made(seed)
                .output
                .iter()
                .position(|out| world.engine.is_mine(&out.script_pubkey).is_some())
        })
        .collect();
    assert!(positions.len() > 2, "change hides in all places");
}

#[test]
fn the_lock_time_is_the_tip_or_a_little_less() {
    let mut world = funded(ScriptType::Taproot, &[30_000]);
    world.mine_empty(500);
    world.sync(ScanScope::Revealed);
    let spec = wish(&world, vec![pay(1, 20_000)], "1");
    let locks: Vec<u32> = (0..200)
        .map(|seed| {
            plan(&world, &spec, seed)
                .unwrap()
                .psbt
                .unsigned_tx
                .lock_time
        })
        .map(|lock| lock.to_consensus_u32())
        .collect();
    assert!(locks.iter().all(|lock| (402..=501).contains(lock)));
    let at_tip = locks.iter().filter(|lock| **lock == 501).count();
    assert!((150..200).contains(&at_tip), "{at_tip} of 200");
}

#[test]
fn a_psbt_proves_its_amounts_as_its_script_type_needs() {
    for kind in ScriptType::ALL {
        let world = funded(kind, &[100_000]);
        let made = plan(&world, &wish(&world, vec![pay(1, 1_000)], "1"), 1).unwrap();
        let input = &made.psbt.inputs[0];
        assert_eq!(
            input.non_witness_utxo.is_some(),
            kind != ScriptType::Taproot
        );
        assert_eq!(input.witness_utxo.is_some(), kind != ScriptType::Legacy);
        let change = made
            .psbt
            .unsigned_tx
            .output
            .iter()
            .position(|out| world.engine.is_mine(&out.script_pubkey).is_some());
        let change = &made.psbt.outputs[change.expect("there is change")];
        assert!(
            !change.bip32_derivation.is_empty() || !change.tap_key_origins.is_empty(),
            "a signing device recognises the change"
        );
    }
}

#[test]
fn everything_can_be_sent_beside_a_fixed_amount() {
    let world = funded(ScriptType::NestedSegwit, &[10_000, 20_000]);
    let mut spec = wish(&world, vec![pay(1, 5_000), pay(2, 0)], "3");
    spec.send_all = true;
    let made = plan(&world, &spec, 1).unwrap();
    check(&world, &made);
    assert_eq!(made.recipients[0], pay(1, 5_000));
    assert_eq!(made.recipients[1].address, foreign_address(2));
    assert_eq!(
        made.recipients[1].amount,
        Amount::from_sat(25_000) - made.fee
    );
    spec.recipients[0].amount = Amount::from_sat(29_200);
    let refused = plan(&world, &spec, 1).err();
    assert!(
        matches!(
            refused,
            Some(PlanError::DustOutput { index: 1, .. } | PlanError::NotEnough { .. })
        ),
        "{refused:?}"
    );
}
