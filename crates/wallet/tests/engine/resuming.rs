//! Full scans that are cut off and gone on with.

use std::collections::HashSet;

use bitcoin::ScriptBuf;
use satchel_types::{ChainSide, ScanRequest, ScriptType};
use satchel_wallet::{FullScan, ScanScope};

use crate::world::World;

const SERVER: &str = "server:1";

/// Begins a full scan, or goes on with one, as whoever asks this server.
fn begin(world: &World, server: &str) -> (FullScan, ScanRequest) {
    world.engine.full_scan(20, server, world.now())
}

/// A full scan, or the rest of one, cut off after some batches or whole.
pub fn full(world: &mut World, cut: Option<usize>, chunk: usize) {
    world.now += 1;
    let (scan, request) = begin(world, SERVER);
    let (batches, end) = world.answer_to(request, chunk);
    for batch in batches.iter().take(cut.unwrap_or(usize::MAX)) {
        let update = world
            .engine
            .apply_full_batch(&scan, batch, world.now())
            .expect("honest");
        world.keep(update);
        if !world.engine.goes_on(&scan) {
            return;
        }
    }
    if cut.is_none() {
        let update = world.engine.apply_full_end(&scan, &end, world.now());
        world.keep(update);
    }
}

/// Every script that a request asks for, if nothing turns out to be used.
fn asked(mut request: ScanRequest) -> HashSet<ScriptBuf> {
    let mut all: HashSet<_> = request.scripts.drain(..).collect();
    for side in &mut request.sides {
        let open = side.stop_gap.saturating_sub(side.unused);
        let scripts = side.scripts.by_ref().take(open as usize);
        all.extend(scripts.map(|(_, script)| script));
    }
    all
}

/// A wallet of which others hold payments, so that a scan finds a long history.
fn used(kind: ScriptType) -> World {
    let mut world = World::new(kind);
    for index in 0..60 {
        let script = world.script(ChainSide::Receive, index);
        world.receive(&script, 1_000 + u64::from(index));
        if index % 3 == 0 {
            // Several scripts of one transaction, in parts of the scan far from each other.
            let change = world.script(ChainSide::Change, index / 2);
            let txid = world.stranger_pays(None, &[(script, 700), (change, 900)]);
            world.mempool.push(txid);
        }
        if index % 4 == 3 {
            world.mine();
        }
    }
    world.mine_empty(2);
    let waiting = world.script(ChainSide::Receive, 11);
    world.receive(&waiting, 5_000);
    world
}

fn looked_at(world: &World) -> u64 {
    begin(world, SERVER).0.skipped()
}

#[test]
fn the_rest_of_a_scan_asks_what_was_not_asked_and_finds_the_same() {
    for kind in [ScriptType::Taproot, ScriptType::Segwit] {
        for cuts in [vec![1], vec![3], vec![9], vec![2, 0, 3, 4]] {
            for restart in [false, true] {
                let mut world = used(kind);
                let mut whole = used(kind);
                let everything = asked(begin(&world, SERVER).1).len();
                let mut done = 0;
                for cut in &cuts {
                    full(&mut world, Some(*cut), 7);
                    done += 7 * *cut as u64;
                    if restart {
                        world.restart();
                    }
                    assert_eq!(looked_at(&world), done);
                }
                let (scan, request) = begin(&world, SERVER);
                assert!(scan.resumes());
                let (batches, end) = world.answer_to(request, 7);
                // 60 and 30 used ones, and a gap on both sides.
                assert_eq!(end.requests + done, 60 + 29 + 2 * 20, "{everything}");
                assert_eq!(batches.len() as u64, end.requests.div_ceil(7));

                full(&mut world, None, 7);
                full(&mut whole, None, 7);
                assert_eq!(world.store.txs.len(), whole.store.txs.len());
                let strip = |world: &World| {
                    let mut rows: Vec<_> = world.store.txs.values().cloned().collect();
                    for row in &mut rows {
                        if let satchel_types::TxState::Pending { first_seen } = &mut row.state {
                            *first_seen = Default::default();
                        }
                    }
                    rows.sort_by_key(|row| row.txid);
                    rows
                };
                assert_eq!(strip(&world), strip(&whole));
                assert_eq!(world.store.coins.len(), whole.store.coins.len());
                assert_eq!(world.store.addresses, whole.store.addresses);
                assert_eq!(world.store.balance, whole.store.balance);
                world.store.agrees_with(&world.engine);
                assert!(world.engine.audit());
                // A later scan may stop where one of the whole would.
                let known = |world: &World| {
                    let request = world.engine.scan_request(ScanScope::Revealed);
                    request.known_confirmed.len()
                };
                assert_eq!(known(&world), known(&whole));
                // What was looked at is asked again only by the next full scan.
                assert_eq!(looked_at(&world), 0);
            }
        }
    }
}

#[test]
fn a_gap_that_was_looked_at_counts() {
    let mut world = used(ScriptType::Segwit);
    full(&mut world, None, 7);
    // All but the last script: ninety handed out, twenty and nineteen beyond.
    let before = asked(begin(&world, SERVER).1).len();
    full(&mut world, Some((before - 1) / 2), 2);
    let (scan, request) = begin(&world, SERVER);
    assert_eq!(scan.skipped() as usize, (before - 1) / 2 * 2);
    assert_eq!(asked(request).len(), before - (before - 1) / 2 * 2);
}

#[test]
fn another_server_another_day_or_another_chain_starts_over() {
    let mut world = used(ScriptType::Taproot);
    full(&mut world, Some(4), 7);
    assert_eq!(looked_at(&world), 28);
    assert_eq!(begin(&world, "server:2").0.skipped(), 0);

    let then = world.now;
    world.now = then + 24 * 60 * 60;
    assert_eq!(looked_at(&world), 28);
    world.now += 1;
    assert_eq!(looked_at(&world), 0, "a day later");
    world.now = then - 1;
    assert_eq!(looked_at(&world), 0, "the clock went back");
    world.now = then;

    // New blocks on top change nothing; one that takes the tip's place does.
    world.mine();
    world.sync(ScanScope::Revealed);
    assert_eq!(looked_at(&world), 28);
    world.unmine(2, true);
    world.mine_empty(3);
    world.sync(ScanScope::Revealed);
    assert_eq!(looked_at(&world), 0);
    world.restart();
    assert_eq!(looked_at(&world), 0);
}

#[test]
fn a_scan_that_learns_of_another_chain_does_not_go_on() {
    let mut world = used(ScriptType::Taproot);
    full(&mut world, Some(4), 7);
    world.unmine(1, true);
    world.mine_empty(2);
    let (scan, request) = begin(&world, SERVER);
    assert_eq!(scan.skipped(), 28);
    let (batches, _) = world.answer_to(request, 7);
    let update = world
        .engine
        .apply_full_batch(&scan, &batches[0], world.now())
        .expect("the batch is true");
    world.keep(update);
    assert!(!world.engine.goes_on(&scan));
    // Nor does the rest of it make believe.
    let update = world
        .engine
        .apply_full_batch(&scan, &batches[1], world.now())
        .expect("the batch is true");
    world.keep(update);
    assert!(!world.engine.goes_on(&scan));
    world.restart();
    assert_eq!(looked_at(&world), 0);
    full(&mut world, None, 7);
    let (mined, pending) = world.truth();
    let balance = world.engine.balance();
    assert_eq!(balance.confirmed.to_sat(), mined);
    assert_eq!(balance.pending_incoming.to_sat(), pending);
}

#[test]
fn a_resumed_scan_is_as_fresh_as_its_beginning() {
    let mut world = used(ScriptType::Segwit);
    full(&mut world, Some(2), 7);
    let (height, began) = (world.height(), world.now());
    world.now += 500;
    world.mine_empty(1);
    full(&mut world, Some(2), 7);
    world.now += 500;
    world.mine_empty(1);
    full(&mut world, None, 7);
    let fresh = world.store.freshness.clone().expect("it ended");
    assert_eq!((fresh.height, fresh.synced_at), (height, began));
    assert_eq!(fresh.hash, world.blocks[height as usize].hash);

    // One that did not have to be gone on with is of now.
    full(&mut world, None, 7);
    let fresh = world.store.freshness.clone().expect("it ended");
    assert_eq!(
        (fresh.height, fresh.synced_at),
        (world.height(), world.now())
    );
}

#[test]
fn a_server_that_lags_behind_makes_the_picture_older_and_not_newer() {
    let mut world = used(ScriptType::Segwit);
    full(&mut world, Some(2), 7);
    let ahead = world.blocks.pop().expect("a block");
    let height = world.height();
    full(&mut world, Some(2), 7);
    world.blocks.push(ahead);
    full(&mut world, None, 7);
    assert_eq!(
        world.store.freshness.clone().expect("it ended").height,
        height
    );
}

#[test]
fn what_happened_to_skipped_scripts_meanwhile_is_found_by_the_usual_scans() {
    let mut world = used(ScriptType::Segwit);
    full(&mut world, Some(5), 7);
    assert!(looked_at(&world) > 30);
    // A used one is paid again, a coin is spent by someone with the same keys, a pending one
    // confirms, and the gap that was looked at is used up to its end and beyond.
    let (again, spent) = (
        world.script(ChainSide::Receive, 3),
        world.script(ChainSide::Receive, 5),
    );
    world.receive(&again, 40_000);
    let coin = world
        .coins()
        .into_iter()
        .find(|coin| coin.script == spent)
        .expect("it was looked at");
    let away = world.stranger_pays(Some(coin.outpoint), &[(crate::world::foreign(7), 500)]);
    world.mempool.push(away);
    world.mine();
    full(&mut world, None, 7);
    world.restart();
    for turn in 0..20 {
        world.sync(ScanScope::Recent { rotation: turn });
    }
    for index in [75, 92] {
        let script = world.script(ChainSide::Receive, index);
        world.receive(&script, 600);
    }
    world.sync(ScanScope::Recent { rotation: 21 });
    let (mined, pending) = world.truth();
    let balance = world.engine.balance();
    assert_eq!(balance.confirmed.to_sat(), mined);
    assert_eq!(balance.pending_incoming.to_sat(), pending);
}
