//! What happens to a wallet, step by step.

use bitcoin::{Amount, OutPoint};
use satchel_types::{ChainSide, CoinState, Direction, ScriptType, Timestamp, TxState, Write};
use satchel_wallet::{
    ApplyError, CoinChoice, CreateError, Engine, LoadError, PaymentSpec, Plan, ScanScope,
    WalletEvent,
};

use crate::world::{World, foreign, foreign_address, pay, record, sign, transaction};

fn sats(amount: u64) -> Amount {
    Amount::from_sat(amount)
}

fn spec(world: &World, recipients: Vec<satchel_types::Recipient>) -> PaymentSpec {
    PaymentSpec {
        recipients,
        fee_rate: "2".parse().unwrap(),
        send_all: false,
        coins: CoinChoice::Auto,
        change: None,
        tip_height: world.height(),
    }
}

/// A wallet with confirmed coins of the given amounts.
pub fn funded(kind: ScriptType, amounts: &[u64]) -> World {
    let mut world = World::new(kind);
    for amount in amounts {
        let script = world.address();
        world.receive(&script, *amount);
    }
    world.mine();
    world.sync(ScanScope::Revealed);
    world
}

/// Plans, signs and sends a payment.
pub fn send(world: &mut World, recipients: Vec<satchel_types::Recipient>) -> (Plan, bitcoin::Txid) {
    let plan = world
        .engine
        .plan_payment(&spec(world, recipients), &world.coins(), 1)
        .expect("enough coins");
    let txid = send_plan(world, &plan, None);
    (plan, txid)
}

pub fn send_plan(world: &mut World, plan: &Plan, cancels: Option<bitcoin::Txid>) -> bitcoin::Txid {
    let batch = world.engine.commit_plan(plan);
    world.store.apply(&batch);
    let tx = satchel_wallet::extract(sign(&plan.psbt)).expect("signed");
    let update = world.engine.note_sent(&tx, cancels, world.now());
    world.keep(update);
    world.submit(tx)
}

#[test]
fn a_payment_received_is_pending_then_confirmed() {
    let mut world = World::new(ScriptType::Taproot);
    assert_eq!(world.engine.tip(), None);
    let script = world.address();
    let txid = world.receive(&script, 50_000);
    let events = world.sync(ScanScope::Revealed);
    assert!(events.contains(&WalletEvent::NewTransaction {
        txid,
        direction: Direction::Incoming,
        net: sats(50_000),
        confirmed: false
    }));
    assert_eq!(world.store.balance.pending_incoming, sats(50_000));
    assert_eq!(world.store.balance.spendable(), Amount::ZERO);

    world.mine();
    let events = world.sync(ScanScope::Revealed);
    assert!(events.contains(&WalletEvent::Confirmed { txid, height: 1 }));
    assert_eq!(world.store.balance.confirmed, sats(50_000));
    assert_eq!(world.store.balance.total(), sats(50_000));
    let row = &world.store.txs[&txid];
    assert_eq!(
        row.address.as_deref(),
        Some(
            world.store.addresses[&(ChainSide::Receive, 0)]
                .address
                .as_str()
        )
    );
    assert_eq!(row.fee, Some(sats(500)), "the sender's amounts came along");
    let address = &world.store.addresses[&(ChainSide::Receive, 0)];
    assert_eq!(
        (address.payments, address.received, address.used),
        (1, sats(50_000), true)
    );
    world.store.agrees_with(&world.engine);
}

#[test]
fn an_own_payment_counts_at_once_and_its_change_can_be_spent() {
    let mut world = funded(ScriptType::Segwit, &[100_000]);
    let (plan, txid) = send(&mut world, vec![pay(1, 30_000)]);
    let change = plan.change.expect("much is left");
    let balance = world.store.balance;
    assert_eq!(balance.confirmed, Amount::ZERO);
    assert_eq!(balance.pending_change, change);
    assert_eq!(balance.pending_outgoing, sats(30_000) + plan.fee);
    let row = &world.store.txs[&txid];
    assert_eq!(row.direction, Direction::Outgoing);
    assert_eq!(row.address, Some(foreign_address(1)));
    assert_eq!((row.fee, row.vsize <= plan.vsize), (Some(plan.fee), true));

    let (_, second) = send(&mut world, vec![pay(2, 20_000)]);
    assert_eq!(
        world.engine.transaction(second).unwrap().inputs[0]
            .outpoint
            .txid,
        txid
    );
    world.mine();
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.pending_outgoing, Amount::ZERO);
    assert_eq!(world.store.balance.confirmed, world.store.balance.total());
    assert_eq!(world.truth().0, world.store.balance.confirmed.to_sat());
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_payment_to_oneself_costs_its_fee_only() {
    let mut world = funded(ScriptType::Taproot, &[100_000]);
    world.address();
    let own = world.store.addresses[&(ChainSide::Receive, 1)]
        .address
        .clone();
    let recipient = satchel_types::Recipient {
        address: own.clone(),
        amount: sats(40_000),
    };
    let (plan, txid) = send(&mut world, vec![recipient]);
    let row = &world.store.txs[&txid];
    assert_eq!(row.direction, Direction::Internal);
    assert_eq!(row.address, Some(own));
    assert_eq!(world.store.balance.pending_outgoing, plan.fee);
    assert_eq!(world.store.balance.total(), sats(100_000) - plan.fee);
}

#[test]
fn unconfirmed_change_of_a_payment_that_spends_a_strangers_unconfirmed_coin_is_not_trusted() {
    let mut world = World::new(ScriptType::Segwit);
    let script = world.address();
    let incoming = world.receive(&script, 90_000);
    world.sync(ScanScope::Revealed);
    let mut wish = spec(&world, vec![pay(1, 10_000)]);
    assert!(
        world.engine.plan_payment(&wish, &world.coins(), 1).is_err(),
        "not by itself"
    );
    wish.coins = CoinChoice::Manual(vec![OutPoint::new(incoming, 0)]);
    let plan = world.engine.plan_payment(&wish, &world.coins(), 1).unwrap();
    send_plan(&mut world, &plan, None);
    assert_eq!(world.store.balance.pending_change, Amount::ZERO);
    assert_eq!(Some(world.store.balance.pending_incoming), plan.change);
    // Once the stranger's payment is in a block, nobody else can take the change back.
    world.mempool.retain(|txid| *txid == incoming);
    world.mine();
    world.sync(ScanScope::Revealed);
    assert_eq!(Some(world.store.balance.pending_change), plan.change);
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_coinbase_ripens_with_its_hundredth_confirmation() {
    let mut world = World::new(ScriptType::Segwit);
    let script = world.address();
    let txid = world.mine_coinbase_to(&script, 5_000_000_000);
    world.mine_empty(98);
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.immature, sats(5_000_000_000));
    let coin = OutPoint::new(txid, 0);
    let mut wish = spec(&world, vec![pay(1, 1_000)]);
    wish.coins = CoinChoice::Manual(vec![coin]);
    assert_eq!(
        world.engine.plan_payment(&wish, &world.coins(), 1).err(),
        Some(satchel_wallet::PlanError::CoinImmature { outpoint: coin })
    );
    world.mine_empty(1);
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.immature, Amount::ZERO);
    assert_eq!(world.store.balance.confirmed, sats(5_000_000_000));
    assert!(matches!(
        world.store.coins[&coin].state,
        CoinState::Confirmed { height: 1, .. }
    ));
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_reorganization_makes_payments_pending_and_a_coinbase_vanish() {
    let mut world = funded(ScriptType::Taproot, &[10_000]);
    let script = world.address();
    let late = world.receive(&script, 20_000);
    world.mine();
    let coinbase = world.mine_coinbase_to(&script, 7_000);
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.total(), sats(37_000));

    world.unmine(2, true);
    world.mine_empty(3);
    let events = world.sync(ScanScope::Revealed);
    assert!(events.contains(&WalletEvent::Unconfirmed { txid: late }));
    assert!(events.contains(&WalletEvent::Dropped { txid: coinbase }));
    assert!(matches!(world.state(late), TxState::Pending { .. }));
    assert_eq!(world.store.balance.confirmed, sats(10_000));
    assert_eq!(world.store.balance.pending_incoming, sats(20_000));
    world.store.agrees_with(&world.engine);

    world.mine();
    world.sync(ScanScope::Recent { rotation: 0 });
    assert_eq!(world.store.balance.confirmed, sats(30_000));
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_payment_that_a_reorganization_lost_is_given_up_after_two_misses() {
    let mut world = funded(ScriptType::Taproot, &[10_000]);
    world.unmine(1, false);
    world.mine_empty(2);
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.pending_incoming, sats(10_000));
    world.settle();
    assert_eq!(world.store.balance.total(), Amount::ZERO);
}

#[test]
fn an_abandoned_payment_frees_its_coins_with_all_that_builds_on_it() {
    let mut world = funded(ScriptType::Segwit, &[100_000]);
    let (_, first) = send(&mut world, vec![pay(1, 30_000)]);
    let (_, second) = send(&mut world, vec![pay(2, 30_000)]);
    world.now += 5;
    let update = world.engine.abandon(first, world.now());
    let events = world.keep(update);
    assert!(events.contains(&WalletEvent::Dropped { txid: second }));
    assert_eq!(world.state(first), TxState::Dropped { at: world.now() });
    assert_eq!(world.store.balance.confirmed, sats(100_000));
    let again = world.engine.abandon(first, world.now());
    assert!(again.batch.is_empty() && again.events.is_empty());
    world.restart();
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_payment_that_a_stranger_replaced_is_marked_with_what_replaced_it() {
    let mut world = World::new(ScriptType::Taproot);
    let (first, second) = (world.address(), world.address());
    let txid = world.receive(&first, 50_000);
    world.sync(ScanScope::Revealed);
    let from = world.txs[&txid].input[0].previous_output;
    let by = world.submit(transaction(vec![from], &[(second, 49_000)]));
    let events = world.sync(ScanScope::Revealed);
    assert!(events.contains(&WalletEvent::Replaced { txid, by }));
    assert_eq!(
        world.state(txid),
        TxState::Replaced {
            by,
            at: world.now()
        }
    );
    assert_eq!(world.store.balance.pending_incoming, sats(49_000));
    let details = world.engine.transaction(by).unwrap();
    assert_eq!(details.conflicts, [txid]);
    world.restart();
    world.store.agrees_with(&world.engine);
}

#[test]
fn an_address_paid_twice_says_so() {
    let mut world = World::new(ScriptType::Legacy);
    let script = world.address();
    for amount in [1_000, 2_000, 3_000] {
        world.receive(&script, amount);
        world.mine();
        world.sync(ScanScope::Revealed);
    }
    let address = &world.store.addresses[&(ChainSide::Receive, 0)];
    assert_eq!((address.payments, address.received), (3, sats(6_000)));
}

#[test]
fn a_wallet_restored_from_its_words_finds_everything_within_the_gap() {
    let mut world = World::new(ScriptType::Taproot);
    for (side, index, amount) in [
        (ChainSide::Receive, 3, 1_000),
        (ChainSide::Receive, 21, 2_000),
        (ChainSide::Receive, 41, 4_000),
        (ChainSide::Change, 7, 8_000),
        (ChainSide::Receive, 63, 16_000),
    ] {
        let script = world.script(side, index);
        world.receive(&script, amount);
    }
    world.mine();
    world.sync(ScanScope::Discover { stop_gap: 20 });
    assert_eq!(
        world.store.balance.confirmed,
        sats(15_000),
        "63 lies behind a gap of 21"
    );
    assert_eq!(world.engine.last_revealed(ChainSide::Receive), Some(41));
    assert_eq!(world.store.addresses.len(), 42 + 8);
    world.sync(ScanScope::Discover { stop_gap: 30 });
    assert_eq!(world.store.balance.confirmed, sats(31_000));
    let (row, _) = world.engine.new_address(ChainSide::Receive);
    assert_eq!(row.index, 64);
}

#[test]
fn an_output_to_a_script_derived_later_is_found_in_a_transaction_known_before() {
    let mut world = World::new(ScriptType::Segwit);
    let near = world.script(ChainSide::Receive, 0);
    let far = world.script(ChainSide::Receive, 70);
    let txid = world.stranger_pays(None, &[(near, 1_000), (far.clone(), 2_000)]);
    world.mempool.push(txid);
    world.mine();
    // Older than that transaction in the far script's history, so a server that stops at it
    // would never tell.
    world.unmine(1, true);
    let older = world.receive(&far, 4_000);
    world.mempool.retain(|t| *t == older);
    world.mine();
    world.mine_only(&[txid]);
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.confirmed, sats(1_000));
    let batch = world.engine.reveal_to(ChainSide::Receive, 70);
    world.store.apply(&batch);
    assert_eq!(world.store.balance.confirmed, sats(3_000));
    world.store.agrees_with(&world.engine);
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.confirmed, sats(7_000));
    world.restart();
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_restart_gives_the_same_wallet_and_so_does_the_compacted_state() {
    let mut world = funded(ScriptType::Taproot, &[100_000, 50_000]);
    send(&mut world, vec![pay(1, 30_000)]);
    world.sync(ScanScope::Revealed);
    world.restart();
    world.store.agrees_with(&world.engine);
    assert!(world.engine.audit());
    world.store.changes = vec![world.engine.whole_changes()];
    world.restart();
    world.store.agrees_with(&world.engine);
    assert_eq!(
        Engine::load(
            &world.record,
            &[world.engine.whole_changes(), world.engine.whole_changes()]
        )
        .unwrap()
        .balance(),
        world.store.balance,
        "a piece stored twice changes nothing"
    );
    let all = world.engine.all_rows();
    let mut fresh = crate::world::Store::default();
    fresh.apply(&all);
    fresh.agrees_with(&world.engine);
}

#[test]
fn a_scan_without_news_writes_no_rows() {
    let mut world = funded(ScriptType::Taproot, &[100_000]);
    send(&mut world, vec![pay(1, 30_000)]);
    world.sync(ScanScope::Revealed);
    let (batches, end) = world.answer(ScanScope::Revealed, 1_000);
    for batch in &batches {
        let update = world.engine.apply_batch(batch, world.now()).unwrap();
        assert!(update.batch.is_empty(), "{:?}", update.batch);
        assert!(update.events.is_empty());
    }
    let update = world.engine.apply_end(&end, "server:1", world.now());
    assert!(matches!(
        update.batch.writes[..],
        [Write::PutBalance(..), Write::PutFreshness(..)]
    ));
}

#[test]
fn a_batch_that_contradicts_itself_changes_nothing() {
    let mut world = funded(ScriptType::Taproot, &[100_000]);
    let script = world.address();
    world.receive(&script, 1_000);
    world.mine();
    let (mut batches, _) = world.answer(ScanScope::Revealed, 1_000);
    let before = world.engine.whole_changes();
    let batch = &mut batches[0];
    let honest = batch.txs[0].clone();
    batch.txs[0].seen = satchel_types::TxSeen::Block {
        block: satchel_types::BlockRef {
            height: 1,
            hash: bitcoin::hashes::Hash::all_zeros(),
        },
        time: world.now(),
    };
    assert_eq!(
        world.engine.apply_batch(batch, world.now()).err(),
        Some(ApplyError::ChainConflict { height: 1 })
    );
    batch.txs[0] = honest.clone();
    batch.txs[0].tx = None;
    batch.txs[0].txid = bitcoin::hashes::Hash::all_zeros();
    assert!(matches!(
        world.engine.apply_batch(batch, world.now()).err(),
        Some(ApplyError::MissingTransaction { .. })
    ));
    batch.txs[0] = honest.clone();
    batch.txs[0].tx = Some(std::sync::Arc::new(transaction(vec![], &[(foreign(1), 1)])));
    assert!(
        world.engine.apply_batch(batch, world.now()).is_err(),
        "bytes of another"
    );
    assert_eq!(world.engine.whole_changes(), before);
    batch.txs[0] = honest;
    assert!(world.engine.apply_batch(batch, world.now()).is_ok());
}

#[test]
fn transactions_that_are_none_of_ours_and_impossible_amounts_are_harmless() {
    let mut world = funded(ScriptType::Taproot, &[100_000]);
    let script = world.address();
    world.receive(&script, 1_000);
    let (mut batches, _) = world.answer(ScanScope::Revealed, 1_000);
    let template = batches[0].txs[0].clone();
    let mut add = |tx: bitcoin::Transaction| {
        let mut told = template.clone();
        told.txid = tx.compute_txid();
        told.tx = Some(std::sync::Arc::new(tx));
        batches[0].txs.push(told);
    };
    let unrelated = transaction(vec![OutPoint::null()], &[(foreign(9), 1)]);
    let unrelated_id = unrelated.compute_txid();
    add(unrelated);
    let huge = u64::MAX / 2 + 1;
    let script = world.script(ChainSide::Receive, 0);
    let from = OutPoint::new(template.txid, 9);
    add(transaction(
        vec![from],
        &[(script.clone(), huge), (script, huge), (foreign(1), huge)],
    ));
    let update = world.engine.apply_batch(&batches[0], world.now()).unwrap();
    world.keep(update);
    assert_eq!(world.engine.history_row(unrelated_id), None);
    world.store.agrees_with(&world.engine);
    let _ = world.engine.balance().total();
}

#[test]
fn a_private_key_is_refused_before_anything_else() {
    let mut with_key = record(ScriptType::Segwit);
    with_key.descriptors.external = format!("wpkh({}/0/*)", crate::world::master());
    assert!(matches!(
        Engine::create(&with_key).map(|_| ()),
        Err(CreateError::HoldsPrivateKey { .. })
    ));
    let text = Engine::create(&with_key)
        .map(|_| ())
        .unwrap_err()
        .to_string();
    assert!(!text.contains("tprv"), "{text}");

    let mut other_network = record(ScriptType::Segwit);
    other_network.network = bitcoin::Network::Bitcoin;
    assert!(matches!(
        Engine::create(&other_network),
        Err(CreateError::WrongNetwork { .. })
    ));
    let mut same = record(ScriptType::Segwit);
    same.descriptors.internal = same.descriptors.external.clone();
    assert!(matches!(
        Engine::create(&same),
        Err(CreateError::SameDescriptors)
    ));
    let mut single = record(ScriptType::Segwit);
    single.descriptors.internal = single
        .descriptors
        .internal
        .replace("/*", "/0")
        .split('#')
        .next()
        .unwrap()
        .into();
    assert!(matches!(
        Engine::create(&single),
        Err(CreateError::NotRanged { .. })
    ));
    let mut bare = record(ScriptType::Segwit);
    for text in [
        &mut bare.descriptors.external,
        &mut bare.descriptors.internal,
    ] {
        *text = text
            .replace("wpkh(", "pk(")
            .split('#')
            .next()
            .unwrap()
            .into();
    }
    assert!(matches!(
        Engine::create(&bare),
        Err(CreateError::NoAddress { .. })
    ));
    let mut garbage = record(ScriptType::Segwit);
    garbage.descriptors.external = "wpkh(".into();
    assert!(matches!(
        Engine::create(&garbage),
        Err(CreateError::Unreadable { .. })
    ));
}

#[test]
fn state_of_another_wallet_or_without_its_beginning_is_refused() {
    let world = funded(ScriptType::Taproot, &[1_000]);
    let other = record(ScriptType::Segwit);
    assert!(matches!(
        Engine::load(&other, &world.store.changes),
        Err(LoadError::OtherWallet)
    ));
    assert!(matches!(
        Engine::load(&world.record, &[]),
        Err(LoadError::NotWhole)
    ));
    assert!(matches!(
        Engine::load(&world.record, &world.store.changes[1..]),
        Err(LoadError::NotWhole)
    ));
    assert!(matches!(
        Engine::load(&world.record, &[vec![1, 2, 3]]),
        Err(LoadError::Damaged { index: 0 })
    ));
}

#[test]
fn a_clock_that_goes_back_does_not_hide_a_payment() {
    let mut world = funded(ScriptType::Segwit, &[100_000]);
    let (_, txid) = send(&mut world, vec![pay(1, 30_000)]);
    let update = world.engine.abandon(txid, world.now());
    world.keep(update);
    world.now -= 50_000;
    world.sync(ScanScope::Revealed);
    assert!(matches!(world.state(txid), TxState::Pending { .. }));
    let update = world.engine.abandon(txid, Timestamp::from_secs(1));
    world.keep(update);
    assert!(matches!(world.state(txid), TxState::Dropped { .. }));
}

#[test]
fn an_engine_can_move_to_another_thread() {
    let world = funded(ScriptType::Taproot, &[1_000]);
    let engine = world.engine;
    let total = std::thread::spawn(move || engine.balance().total())
        .join()
        .expect("it only reads");
    assert_eq!(total, sats(1_000));
}
