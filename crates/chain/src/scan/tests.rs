//! Scans of an honest model server.

mod lies;
mod stopping;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use bitcoin::hashes::{Hash, sha256};
use bitcoin::{BlockHash, ScriptBuf, Txid};
use satchel_ports::ChainError;
use satchel_types::{
    BlockRef, ChainSide, ScanBatch, ScanEnd, ScanRequest, ScannedTx, SideScan, TxSeen,
};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::fake::{Answer, Fake, World, lock, payment, script, settings};
use crate::limits;

/// Runs a scan and collects everything.
async fn run(fake: &Fake, request: ScanRequest) -> (Result<ScanEnd, ChainError>, Vec<ScanBatch>) {
    let source = fake.source();
    let (send, mut receive) = mpsc::channel(1);
    let collect = async {
        let mut batches = Vec::new();
        while let Some(batch) = receive.recv().await {
            batches.push(batch);
        }
        batches
    };
    tokio::join!(
        source.scan(request, send, CancellationToken::new()),
        collect
    )
}

async fn run_ok(fake: &Fake, request: ScanRequest) -> (ScanEnd, Vec<ScanBatch>) {
    let (end, batches) = run(fake, request).await;
    (end.expect("an honest server"), batches)
}

async fn failure(fake: &Fake, request: ScanRequest) -> ChainError {
    run(fake, request).await.0.expect_err("must fail")
}

fn what(error: ChainError) -> &'static str {
    match error {
        ChainError::Nonsense { what, .. } => what,
        other => panic!("expected nonsense, got {other:?}"),
    }
}

fn of_scripts(numbers: impl IntoIterator<Item = u32>) -> ScanRequest {
    ScanRequest {
        scripts: numbers.into_iter().map(script).collect(),
        ..ScanRequest::default()
    }
}

fn side(side: ChainSide, first: u32, stop_gap: u32) -> SideScan {
    SideScan {
        side,
        scripts: Box::new((0..).map(move |i| (i, script(first + i)))),
        stop_gap,
        unused: 0,
    }
}

fn txs(batches: &[ScanBatch]) -> HashMap<Txid, &ScannedTx> {
    batches
        .iter()
        .flat_map(|b| &b.txs)
        .map(|tx| (tx.txid, tx))
        .collect()
}

fn scripthash(n: u32) -> String {
    sha256::Hash::hash(script(n).as_bytes()).to_string()
}

fn heights(batches: &[ScanBatch]) -> Vec<u32> {
    batches[0].blocks.iter().map(|b| b.height).collect()
}

// -- agreement --

#[tokio::test]
async fn nothing_new_costs_one_request_a_script_and_two_more() {
    let world = World::new(40).shared();
    let tip = lock(&world).tip();
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        checkpoints: vec![tip, lock(&world).at(0)],
        ..of_scripts(0..30)
    };
    let (end, batches) = run_ok(&fake, request).await;
    assert_eq!(end.tip, tip);
    assert_eq!(end.requests, 32);
    assert_eq!(fake.asked().len(), 32);
    assert_eq!(batches.len(), 1);
    assert_eq!(*batches[0].blocks, vec![tip]);
    assert_eq!(batches[0].scripts.len(), 30);
    assert_eq!((batches[0].done, batches[0].expected), (30, 30));
}

#[tokio::test]
async fn an_empty_request_still_tells_the_blocks() {
    let world = World::new(3).shared();
    let fake = Fake::play(&world).await;
    let (end, batches) = run_ok(&fake, ScanRequest::default()).await;
    assert_eq!(end.tip.height, 3);
    assert_eq!(heights(&batches), [0, 1, 2, 3]);
}

#[tokio::test]
async fn blocks_go_from_the_newest_agreed_one_to_the_tip() {
    let world = World::new(40).shared();
    let old = lock(&world).at(36);
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        checkpoints: vec![old],
        ..ScanRequest::default()
    };
    let (_, batches) = run_ok(&fake, request).await;
    assert_eq!(heights(&batches), [36, 37, 38, 39, 40]);
}

#[tokio::test]
async fn after_a_long_absence_one_more_request_finds_the_agreed_block() {
    let world = World::new(500).shared();
    let checkpoints = [120, 80, 0].map(|h| lock(&world).at(h)).to_vec();
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        checkpoints,
        ..ScanRequest::default()
    };
    let (end, batches) = run_ok(&fake, request).await;
    assert_eq!(end.requests, 3);
    let mut expected = vec![120];
    expected.extend(491..=500);
    assert_eq!(heights(&batches), expected);
}

#[tokio::test]
async fn every_stale_checkpoint_is_replaced_after_a_deep_reorganisation() {
    for depth in [1, 3, 9, 15, 70, 180] {
        let world = World::new(200).shared();
        let mut checkpoints: Vec<BlockRef> = (0..=200)
            .rev()
            .filter(|h| h % 3 == 0 || *h > 190)
            .map(|h| lock(&world).at(h))
            .collect();
        lock(&world).reorg(depth);
        let fake = Fake::play(&world).await;
        // Order must not matter.
        checkpoints.rotate_left(7);
        let request = ScanRequest {
            checkpoints: checkpoints.clone(),
            ..ScanRequest::default()
        };
        let (end, batches) = run_ok(&fake, request).await;
        let blocks = &batches[0].blocks;
        let world = lock(&world);
        let agreed = checkpoints
            .iter()
            .filter(|c| world.at(c.height) == **c)
            .max_by_key(|c| c.height)
            .expect("genesis");
        assert_eq!(blocks.first(), Some(agreed), "depth {depth}");
        assert_eq!(blocks.last(), Some(&world.tip()));
        assert!(blocks.is_sorted());
        assert!(blocks.iter().all(|b| world.at(b.height) == *b));
        for stale in checkpoints.iter().filter(|c| c.height > agreed.height) {
            assert!(blocks.iter().any(|b| b.height == stale.height));
        }
        // The newest, the stale ones, the search and the end.
        let stale = checkpoints
            .iter()
            .filter(|c| c.height > agreed.height)
            .count() as u64;
        assert!(
            end.requests <= stale + 12,
            "{} for depth {depth}",
            end.requests
        );
    }
}

#[tokio::test]
async fn a_server_behind_the_wallet_refutes_nothing() {
    let mut ahead = World::new(50);
    let (known, low) = (ahead.at(50), ahead.at(45));
    ahead.reorg(5);
    // Rebuild the same chain up to height 45 only.
    let world = World::new(45).shared();
    assert_eq!(lock(&world).tip(), low);
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        checkpoints: vec![known, low],
        ..ScanRequest::default()
    };
    let (end, batches) = run_ok(&fake, request).await;
    assert_eq!(end.tip, low);
    assert_eq!(*batches[0].blocks, vec![low]);
}

#[tokio::test]
async fn another_chain_is_refused() {
    let world = World::new(500).shared();
    let other = |height| BlockRef {
        height,
        hash: BlockHash::hash(b"elsewhere"),
    };
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        checkpoints: vec![other(300), other(200), other(0)],
        ..of_scripts([1])
    };
    assert_eq!(
        what(failure(&fake, request).await),
        "its chain begins with another block"
    );
    assert_eq!(fake.count("/scripthash"), 0, "no script is told to it");
}

// -- histories --

#[tokio::test]
async fn transactions_come_with_bytes_block_and_what_they_spend() {
    let world = World::new(40).shared();
    let (mined, waiting) = {
        let mut world = lock(&world);
        (world.pay(1, 1, Some(17)), world.pay(2, 2, None))
    };
    let fake = Fake::play(&world).await;
    let (_, batches) = run_ok(&fake, of_scripts([1, 2, 3])).await;
    let found = txs(&batches);
    assert_eq!(found.len(), 2);
    let block = lock(&world).at(17);
    assert!(
        matches!(found[&mined].seen, TxSeen::Block { block: b, time } if b == block && time.as_secs() == 1_000_017)
    );
    assert_eq!(found[&waiting].seen, TxSeen::Mempool);
    assert_eq!(found[&mined].tx.as_deref(), Some(&payment(&script(1), 1)));
}

#[tokio::test]
async fn long_histories_are_paged_to_their_end() {
    for count in [24, 25, 26, 50, 51, 130] {
        let world = World::new(400).shared();
        for i in 0..count {
            lock(&world).pay(1, i, Some(i + 1));
        }
        lock(&world).pay(1, 1_000, None);
        let fake = Fake::play(&world).await;
        let (_, batches) = run_ok(&fake, of_scripts([1])).await;
        assert_eq!(txs(&batches).len(), count as usize + 1);
        assert_eq!(
            fake.count("/scripthash"),
            count as usize / 25 + 1,
            "{count}"
        );
    }
}

#[tokio::test]
async fn whether_a_script_was_used_is_one_page_however_long_its_history() {
    let world = World::new(400).shared();
    for i in 0..130 {
        lock(&world).pay(3, i, Some(i + 1));
    }
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        sides: vec![SideScan {
            scripts: Box::new((0..20).map(|i| (i, script(i)))),
            ..side(ChainSide::Receive, 0, 20)
        }],
        usage_only: true,
        ..ScanRequest::default()
    };
    let (_, batches) = run_ok(&fake, request).await;
    assert_eq!(
        batches.last().expect("one").last_used,
        [(ChainSide::Receive, 3)]
    );
    assert!(txs(&batches).is_empty());
    assert_eq!(fake.count("/scripthash"), 20);
}

/// A world with a long history of script 1, and what a wallet knows that holds its first `known`.
fn long_history(count: u32, known: u32) -> (World, Arc<HashMap<Txid, BlockHash>>) {
    let mut world = World::new(count + 5);
    let mut held = HashMap::new();
    for i in 0..count {
        let txid = world.pay(1, i, Some(i + 1));
        if i < known {
            held.insert(txid, world.at(i + 1).hash);
        }
    }
    (world, Arc::new(held))
}

#[tokio::test]
async fn paging_stops_where_the_wallet_knows_the_rest() {
    let (world, known_confirmed) = long_history(300, 270);
    let fake = Fake::play(&world.shared()).await;
    let request = ScanRequest {
        known_txids: Arc::new(known_confirmed.keys().copied().collect()),
        known_confirmed,
        ..of_scripts([1])
    };
    let (_, batches) = run_ok(&fake, request).await;
    assert_eq!(fake.count("/scripthash"), 2);
    let with_bytes = batches[0].txs.iter().filter(|t| t.tx.is_some()).count();
    assert_eq!(with_bytes, 30, "the new ones, and no others");
}

#[tokio::test]
async fn paging_goes_on_where_the_known_transaction_moved_to_another_block() {
    let (mut world, known_confirmed) = long_history(60, 60);
    world.reorg(64);
    world.mine(70);
    for txid in known_confirmed.keys() {
        world.confirm(*txid, 3);
    }
    let fake = Fake::play(&world.shared()).await;
    let request = ScanRequest {
        known_confirmed,
        ..of_scripts([1])
    };
    let (_, batches) = run_ok(&fake, request).await;
    assert_eq!(txs(&batches).len(), 60);
}

#[tokio::test]
async fn a_gap_in_what_the_wallet_knows_makes_paging_go_on() {
    // The newest is known through another script; the rest is not known at all.
    let (world, known) = long_history(60, 60);
    let newest = known
        .iter()
        .find(|(_, hash)| **hash == world.at(60).hash)
        .map(|(txid, hash)| (*txid, *hash))
        .expect("in block 60");
    let fake = Fake::play(&world.shared()).await;
    let request = ScanRequest {
        known_confirmed: Arc::new(HashMap::from([newest])),
        ..of_scripts([1])
    };
    let (_, batches) = run_ok(&fake, request).await;
    assert_eq!(txs(&batches).len(), 60);
}

#[tokio::test]
async fn bytes_the_wallet_holds_are_not_sent_again_but_a_new_state_is() {
    let world = World::new(20).shared();
    let txid = lock(&world).pay(1, 1, Some(9));
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        known_txids: Arc::new(HashSet::from([txid])),
        ..of_scripts([1])
    };
    let (_, batches) = run_ok(&fake, request).await;
    let tx = txs(&batches)[&txid];
    assert!(tx.tx.is_none());
    assert!(matches!(tx.seen, TxSeen::Block { block, .. } if block.height == 9));
}

// -- sides --

#[tokio::test]
async fn sides_are_walked_until_the_gap_and_no_further() {
    let world = World::new(20).shared();
    {
        let mut world = lock(&world);
        world.pay(0, 1, Some(5));
        world.pay(14, 2, Some(6));
        world.pay(1_000, 3, Some(7));
        // Beyond the gap.
        world.pay(14 + 21, 4, Some(7));
    }
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        sides: vec![
            side(ChainSide::Receive, 0, 20),
            side(ChainSide::Change, 1_000, 20),
        ],
        ..of_scripts([5_000])
    };
    let (end, batches) = run_ok(&fake, request).await;
    assert_eq!(txs(&batches).len(), 3);
    let last = batches.last().expect("one batch");
    assert_eq!(
        last.last_used,
        [(ChainSide::Receive, 14), (ChainSide::Change, 0)]
    );
    let scripts = 1 + 35 + 21;
    assert_eq!((last.done, last.expected), (scripts, scripts));
    assert_eq!(end.requests, scripts + 2);
}

#[tokio::test]
async fn batches_hold_whole_scripts_in_order_and_say_how_far_they_are() {
    let world = World::new(20).shared();
    for i in (0..600).step_by(15) {
        lock(&world).pay(i, i, Some(5));
    }
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        sides: vec![side(ChainSide::Receive, 0, 20)],
        ..ScanRequest::default()
    };
    let (_, batches) = run_ok(&fake, request).await;
    assert!(batches.len() >= 3);
    let covered: Vec<ScriptBuf> = batches.iter().flat_map(|b| b.scripts.clone()).collect();
    assert_eq!(covered, (0..606).map(script).collect::<Vec<_>>());
    let mut done = 0;
    for batch in &batches {
        assert!(batch.scripts.len() <= limits::BATCH_SCRIPTS + 2 * settings().parallel);
        done += batch.scripts.len() as u64;
        assert_eq!(batch.done, done);
        assert!(batch.expected >= done);
        // All transactions of the scripts covered so far are told, and none of later ones.
        let highest = (done as u32 - 1) / 15 * 15;
        assert_eq!(batch.last_used, [(ChainSide::Receive, highest.min(585))]);
        assert!(Arc::ptr_eq(&batch.blocks, &batches[0].blocks));
    }
    assert_eq!(txs(&batches).len(), 40);
}

#[tokio::test]
async fn a_transaction_of_several_scripts_is_told_once_a_batch() {
    let world = World::new(20).shared();
    let tx = payment(&script(1), 1);
    lock(&world).add(&tx, &[script(1), script(2)], Some(3));
    let fake = Fake::play(&world).await;
    // Told without what it spends, so it may touch script 2 as well.
    let (_, batches) = run_ok(&fake, of_scripts([1, 2])).await;
    assert_eq!(batches[0].txs.len(), 1);
    assert_eq!(batches[0].scripts.len(), 2);
}

// -- pending --

#[tokio::test]
async fn pending_transactions_are_found_or_missing() {
    let world = World::new(20).shared();
    let (in_script, waiting, mined, gone) = {
        let mut world = lock(&world);
        (
            world.pay(1, 1, None),
            world.pay(50, 2, None),
            world.pay(51, 3, Some(20)),
            payment(&script(9), 99).compute_txid(),
        )
    };
    let fake = Fake::play(&world).await;
    let request = ScanRequest {
        txids: vec![gone, in_script, waiting, mined],
        known_txids: Arc::new(HashSet::from([in_script, waiting, mined, gone])),
        ..of_scripts([1])
    };
    let (end, batches) = run_ok(&fake, request).await;
    assert_eq!(end.missing, [gone]);
    let found = txs(&batches);
    assert_eq!(found[&waiting].seen, TxSeen::Mempool);
    assert!(matches!(found[&mined].seen, TxSeen::Block { .. }));
    assert_eq!(
        fake.count("/tx/"),
        3,
        "what a script has shown is not asked for again"
    );
}

// -- a chain that moves --

/// Plays a world and changes it when a path is asked for the first time.
async fn play_until(
    world: &Arc<Mutex<World>>,
    start: &'static str,
    change: impl FnOnce(&mut World) + Send + 'static,
) -> Fake {
    let (world, change) = (Arc::clone(world), Mutex::new(Some(change)));
    Fake::start(move |path, _| {
        let mut world = lock(&world);
        if path.starts_with(start)
            && let Some(change) = lock(&change).take()
        {
            change(&mut world);
        }
        world.answer(path)
    })
    .await
}

#[tokio::test]
async fn a_reorganisation_during_the_scan_is_told() {
    let world = World::new(20).shared();
    let fake = play_until(&world, "/scripthash", |w| w.reorg(1)).await;
    assert_eq!(
        failure(&fake, of_scripts([1, 2])).await,
        ChainError::ChainMoved
    );

    // A chain that got shorter.
    let fake = Fake::start(|path, _| match path {
        "/block-height/20" => Answer::text(404, "Block not found"),
        path => World::new(20).answer(path),
    })
    .await;
    assert_eq!(
        failure(&fake, of_scripts([1])).await,
        ChainError::ChainMoved
    );
}

#[tokio::test]
async fn two_blocks_at_one_height_are_told_as_a_moved_chain() {
    let world = World::new(20).shared();
    lock(&world).pay(1, 1, Some(4));
    lock(&world).pay(2, 2, Some(4));
    let first = Mutex::new(true);
    let honest = Arc::clone(&world);
    let fake = Fake::start(move |path, _| {
        let Answer::Full(status, headers, body) = lock(&honest).answer(path) else {
            panic!("the world gives full answers");
        };
        let mut text = String::from_utf8(body).expect("text");
        if path.starts_with("/scripthash") && std::mem::take(&mut *lock(&first)) {
            text = text.replace(&lock(&honest).at(4).hash.to_string(), &"cd".repeat(32));
        }
        Answer::Full(status, headers, text.into_bytes())
    })
    .await;
    assert_eq!(
        failure(&fake, of_scripts([1, 2])).await,
        ChainError::ChainMoved
    );
}

#[tokio::test]
async fn blocks_added_during_the_scan_wait_for_the_next_one() {
    let world = World::new(20).shared();
    let pending = lock(&world).pay(1, 1, None);
    let fake = play_until(&world, "/scripthash", move |w| {
        w.mine(2);
        w.confirm(pending, 21);
    })
    .await;
    let (end, batches) = run_ok(&fake, of_scripts([1, 2])).await;
    assert_eq!(end.tip.height, 20);
    assert_eq!(heights(&batches).last(), Some(&20));
    assert_eq!(txs(&batches)[&pending].seen, TxSeen::Mempool);

    let (end, batches) = run_ok(&fake, of_scripts([1])).await;
    assert_eq!(end.tip.height, 22);
    assert!(
        matches!(txs(&batches)[&pending].seen, TxSeen::Block { block, .. } if block.height == 21)
    );
}
