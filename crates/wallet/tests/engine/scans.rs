//! What is asked of a server.

use std::collections::HashSet;

use bitcoin::ScriptBuf;
use satchel_types::{ChainSide, ScanRequest, ScriptType};
use satchel_wallet::ScanScope;

use crate::flows::{funded, send};
use crate::world::{World, pay};

fn scripts(request: &ScanRequest) -> HashSet<ScriptBuf> {
    request.scripts.iter().cloned().collect()
}

fn ahead(request: &mut ScanRequest, side: ChainSide) -> Vec<u32> {
    let scan = request.sides.iter_mut().find(|s| s.side == side).unwrap();
    scan.scripts
        .by_ref()
        .take(40)
        .map(|(index, _)| index)
        .collect()
}

#[test]
fn a_small_wallet_asks_for_every_script_handed_out_and_looks_ahead() {
    let mut world = funded(ScriptType::Segwit, &[100_000, 50_000]);
    let (_, txid) = send(&mut world, vec![pay(1, 20_000)]);
    for scope in [ScanScope::Revealed, ScanScope::Recent { rotation: 3 }] {
        let mut request = world.engine.scan_request(scope);
        assert_eq!(
            scripts(&request),
            [
                world.script(ChainSide::Receive, 0),
                world.script(ChainSide::Receive, 1),
                world.script(ChainSide::Change, 0),
            ]
            .into()
        );
        assert_eq!(
            ahead(&mut request, ChainSide::Receive),
            (2..42).collect::<Vec<_>>()
        );
        assert_eq!(
            ahead(&mut request, ChainSide::Change),
            (1..41).collect::<Vec<_>>()
        );
        assert_eq!(request.txids, [txid]);
        assert_eq!(request.checkpoints[0].height, 1);
        assert_eq!(request.checkpoints.last().unwrap().height, 0);
    }
}

#[test]
fn derived_scripts_of_a_look_ahead_are_the_wallets_own() {
    let world = World::new(ScriptType::Taproot);
    let mut request = world
        .engine
        .scan_request(ScanScope::Discover { stop_gap: 100 });
    assert_eq!(request.sides[0].stop_gap, 100);
    for (index, script) in request.sides[1].scripts.by_ref().take(60) {
        assert_eq!(script, world.script(ChainSide::Change, index));
    }
}

#[test]
fn a_big_wallet_asks_for_what_is_recent_and_for_all_in_turn() {
    let mut world = World::new(ScriptType::Segwit);
    let batch = world.engine.reveal_to(ChainSide::Receive, 1_499);
    world.store.apply(&batch);
    let coin = world.script(ChainSide::Receive, 33);
    world.receive(&coin, 10_000);
    world.mine();
    let pending = world.script(ChainSide::Receive, 777);
    world.receive(&pending, 20_000);
    world.sync(ScanScope::Revealed);
    let mut all = HashSet::new();
    for rotation in 100..120 {
        let request = world.engine.scan_request(ScanScope::Recent { rotation });
        let asked = scripts(&request);
        assert!(asked.len() < 110, "{}", asked.len());
        for index in [33, 777].into_iter().chain(1_480..1_500) {
            assert!(
                asked.contains(&world.script(ChainSide::Receive, index)),
                "{index}"
            );
        }
        all.extend(asked);
    }
    assert_eq!(all.len(), 1_500, "twenty scans look at everything");
}

#[test]
fn a_server_may_skip_only_what_lies_below_a_transaction_of_which_every_script_was_looked_at() {
    let mut world = World::new(ScriptType::Segwit);
    let (a, b) = (world.address(), world.address());
    world.sync(ScanScope::Revealed);
    // A payment to both, heard of through one only; before it one to the other, not heard of.
    world.receive(&a, 1_000);
    world.mine();
    let both = world.stranger_pays(None, &[(a.clone(), 2_000), (b.clone(), 3_000)]);
    world.mine_only(&[both]);
    let (batches, _) = world.answer(ScanScope::Revealed, 1);
    let part = batches
        .iter()
        .find(|batch| batch.scripts == [b.clone()])
        .unwrap();
    let update = world.engine.apply_batch(part, world.now()).unwrap();
    world.keep(update);
    assert!(
        !world
            .engine
            .scan_request(ScanScope::Revealed)
            .known_confirmed
            .contains_key(&both)
    );
    world.restart();
    assert!(
        !world
            .engine
            .scan_request(ScanScope::Revealed)
            .known_confirmed
            .contains_key(&both)
    );
    world.sync(ScanScope::Revealed);
    assert_eq!(world.store.balance.confirmed.to_sat(), 6_000);
    let known = world
        .engine
        .scan_request(ScanScope::Revealed)
        .known_confirmed;
    assert_eq!(known.len(), 2, "now both of its scripts were");
    assert!(
        world
            .engine
            .scan_request(ScanScope::Discover { stop_gap: 20 })
            .known_confirmed
            .is_empty()
    );
}

#[test]
fn a_second_scan_is_told_nothing_twice() {
    let mut world = funded(ScriptType::Taproot, &[1_000; 12]);
    world.sync(ScanScope::Revealed);
    let before = world.told;
    world.sync(ScanScope::Revealed);
    assert_eq!(world.told, before);
}
