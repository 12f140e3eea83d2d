//! Scans of an honest model server, and of one that lies.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use bitcoin::hashes::{Hash, sha256};
use bitcoin::{Amount, BlockHash, ScriptBuf, TxOut, Txid};
use satchel_ports::ChainError;
use satchel_types::{
    BlockRef, ChainSide, ScanBatch, ScanEnd, ScanRequest, ScannedTx, SideScan, TxSeen,
};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::HttpSettings;
use crate::fake::{Answer, Fake, World, lock, payment, script, settings, tx_json};
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

// -- stopping --

#[tokio::test]
async fn a_cancelled_scan_of_a_slow_server_ends() {
    let arrived = Arc::new(Notify::new());
    let signal = Arc::clone(&arrived);
    let fake = Fake::start(move |path, _| {
        if path.starts_with("/scripthash") {
            signal.notify_one();
            return Answer::Silent;
        }
        World::new(20).answer(path)
    })
    .await;
    let source = fake.source();
    let (send, _receive) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let scan = source.scan(of_scripts(0..100), send, cancel.clone());
    let stop = async {
        arrived.notified().await;
        cancel.cancel();
    };
    let (end, ()) = tokio::join!(scan, stop);
    assert_eq!(end.expect_err("cancelled"), ChainError::Cancelled);
    assert!(fake.count("/scripthash") <= settings().parallel);
}

#[tokio::test]
async fn a_scan_is_cancelled_while_the_receiver_is_busy() {
    let fake = Fake::play(&World::new(20).shared()).await;
    let source = fake.source();
    let (send, mut receive) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let scan = source.scan(of_scripts(0..5_000), send, cancel.clone());
    let stop = async {
        let first = receive.recv().await.expect("a batch");
        // The channel fills up again, and nobody takes from it.
        while receive.is_empty() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
        first
    };
    let (end, first) = tokio::join!(scan, stop);
    assert_eq!(end.expect_err("cancelled"), ChainError::Cancelled);
    assert!(first.scripts.len() >= limits::BATCH_SCRIPTS);
    assert!(
        fake.count("/scripthash") < 1_000,
        "a busy receiver holds the requests back"
    );
}

#[tokio::test]
async fn a_scan_nobody_listens_to_ends() {
    let fake = Fake::play(&World::new(20).shared()).await;
    for scripts in [3, 2_000] {
        let (send, receive) = mpsc::channel(1);
        drop(receive);
        let end = fake
            .source()
            .scan(of_scripts(0..scripts), send, CancellationToken::new())
            .await;
        assert_eq!(end.expect_err("no receiver"), ChainError::Abandoned);
    }
}

// -- lies --

/// Plays an honest world, but answers the first page of every script with `page`.
async fn lie(page: impl Fn() -> Answer + Send + Sync + 'static) -> Fake {
    let world = World::new(20);
    Fake::start(move |path, _| {
        if path.starts_with("/scripthash") {
            page()
        } else {
            world.answer(path)
        }
    })
    .await
}

async fn lie_with_row(row: Value) -> &'static str {
    let fake = lie(move || Answer::json(&json!([row]))).await;
    what(failure(&fake, of_scripts([1])).await)
}

fn good_row() -> Value {
    let prevout = TxOut {
        value: Amount::from_sat(5_000),
        script_pubkey: script(77),
    };
    tx_json(&payment(&script(1), 1), None, &[prevout])
}

#[tokio::test]
async fn the_row_that_the_lies_are_made_from_is_good() {
    let fake = lie(|| Answer::json(&json!([good_row()]))).await;
    let (_, batches) = run_ok(&fake, of_scripts([1])).await;
    let tx = &batches[0].txs[0];
    assert_eq!(tx.prevouts.len(), 1);
    assert_eq!(tx.prevouts[0].1.value.to_sat(), 5_000);
}

#[tokio::test]
async fn a_wrong_txid_is_refused() {
    let mut row = good_row();
    row["txid"] = json!("ab".repeat(32));
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that does not hash to its id"
    );
    let mut row = good_row();
    row["vout"][0]["value"] = json!(4_999);
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that does not hash to its id"
    );
}

#[tokio::test]
async fn raw_bytes_help_where_json_does_not_hash_but_only_the_right_ones() {
    let tx = payment(&script(1), 1);
    for right in [true, false] {
        let mut row = good_row();
        row["version"] = json!(77);
        let bytes = bitcoin::consensus::serialize(&payment(&script(1), if right { 1 } else { 2 }));
        let world = World::new(20);
        let fake = Fake::start(move |path, _| {
            if path.starts_with("/scripthash") {
                Answer::json(&json!([row]))
            } else if path.ends_with("/raw") {
                Answer::Full(200, Vec::new(), bytes.clone())
            } else {
                world.answer(path)
            }
        })
        .await;
        let (end, batches) = run(&fake, of_scripts([1])).await;
        if right {
            assert!(end.is_ok());
            assert_eq!(batches[0].txs[0].tx.as_deref(), Some(&tx));
        } else {
            assert_eq!(
                what(end.expect_err("other bytes")),
                "a transaction that does not hash to its id"
            );
        }
    }
}

#[tokio::test]
async fn impossible_amounts_are_refused() {
    let json = "it is not the JSON expected";
    for (value, expected) in [
        (json!(-1), json),
        (
            json!(18_446_744_073_709_551_615u64),
            "an amount above all the money there is",
        ),
        (
            json!(2_100_000_000_000_001u64),
            "an amount above all the money there is",
        ),
        (json!(1e300), json),
        (json!("5"), json),
        (json!(4_999.5), json),
    ] {
        let mut row = good_row();
        row["vout"][0]["value"] = value.clone();
        assert_eq!(lie_with_row(row).await, expected, "{value}");
        let mut row = good_row();
        row["vin"][0]["prevout"]["value"] = value.clone();
        assert_eq!(lie_with_row(row).await, expected, "prevout {value}");
    }
    let mut row = good_row();
    row["vin"][0]["prevout"]["value"] = json!(1);
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that pays more than it spends"
    );
}

#[tokio::test]
async fn impossible_blocks_are_refused() {
    let block = json!({
        "confirmed": true, "block_height": 5, "block_hash": "ab".repeat(32), "block_time": 1,
    });
    for (key, value, expected) in [
        (
            "block_height",
            json!(4_000_000_000u32),
            "a block height that is far away",
        ),
        ("block_height", json!(-5), "it is not the JSON expected"),
        (
            "block_height",
            json!(null),
            "a confirmed transaction without a block",
        ),
        ("block_hash", json!("abcd"), "it is not the JSON expected"),
        (
            "block_time",
            json!(1u64 << 40),
            "it is not the JSON expected",
        ),
        ("confirmed", json!("yes"), "it is not the JSON expected"),
    ] {
        let mut row = good_row();
        row["status"] = block.clone();
        row["status"][key] = value;
        assert_eq!(lie_with_row(row).await, expected, "{key}");
    }
}

#[tokio::test]
async fn a_transaction_of_somebody_else_is_refused() {
    let mut row = good_row();
    row["vout"][0]["scriptpubkey"] = json!(script(2).to_hex_string());
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that was not asked for"
    );
}

#[tokio::test]
async fn giant_pages_are_refused() {
    let row = good_row().to_string();
    let many = format!("[{}{row}]", format!("{row},").repeat(limits::PAGE_ROWS));
    let fake = lie(move || Answer::text(200, many.clone())).await;
    assert_eq!(
        what(failure(&fake, of_scripts([1])).await),
        "a page that is longer than allowed"
    );
    let fake = lie(|| Answer::Endless).await;
    assert_eq!(
        what(failure(&fake, of_scripts([1])).await),
        "the answer is longer than allowed"
    );
}

#[tokio::test]
async fn a_page_that_repeats_itself_is_refused() {
    let page: Vec<Value> = (0..25)
        .map(|i| {
            let block = BlockRef {
                height: 20 - i % 10,
                hash: BlockHash::hash(&[(20 - i % 10) as u8]),
            };
            tx_json(&payment(&script(1), i), Some((block, 5)), &[])
        })
        .collect();
    let fake = lie(move || Answer::json(&json!(page))).await;
    assert_eq!(
        what(failure(&fake, of_scripts([1])).await),
        "a page that repeats the ones before"
    );
}

#[tokio::test]
async fn a_failure_names_the_server_but_no_word_of_it() {
    let fake = lie(|| Answer::text(200, "SECRET")).await;
    let error = failure(&fake, of_scripts([1])).await;
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("SECRET"));
    assert!(!shown.contains(&scripthash(1)), "nor what was asked");
    assert!(shown.contains(fake.source().server()));
}

#[tokio::test]
async fn a_server_that_fails_in_the_middle_keeps_what_came_before() {
    let world = World::new(20);
    let seen = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::start(move |path, _| {
        if path.starts_with("/scripthash")
            && seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 700
        {
            return Answer::text(500, "");
        }
        world.answer(path)
    })
    .await;
    let source = fake.source_with(HttpSettings {
        retries: 0,
        ..settings()
    });
    let (send, mut receive) = mpsc::channel(100);
    let end = source
        .scan(of_scripts(0..1_000), send, CancellationToken::new())
        .await;
    assert!(matches!(end, Err(ChainError::Refused { status: 500, .. })));
    let mut whole = 0;
    while let Some(batch) = receive.recv().await {
        whole += batch.scripts.len();
    }
    assert!(whole >= 2 * limits::BATCH_SCRIPTS, "{whole}");
}
