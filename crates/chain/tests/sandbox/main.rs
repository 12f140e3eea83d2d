//! Against a real chain: the sandbox's consensus engine, mempool and Esplora API.

mod peer;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use bdk_wallet::KeychainKind::{External, Internal};
use bdk_wallet::chain::spk_client::FullScanResponse;
use bitcoin::{Address, Amount, Network, Transaction, Txid};
use peer::{Peer, sandbox, scan, source};
use satchel_ports::{BroadcastError, ChainError};
use satchel_sandbox::Sandbox;
use satchel_types::TxSeen;

/// Some history: gaps, a script of more than a page, own payments in a block and waiting.
async fn history(sandbox: &Sandbox) -> (Peer, Transaction) {
    let mut peer = Peer::new(1);
    let source = source(sandbox);
    for (index, sat) in [(0, 100_000), (3, 250_000), (22, 70_000)] {
        let script = peer.script(External, index);
        sandbox
            .faucet(script, Amount::from_sat(sat))
            .expect("the faucet has coins");
    }
    let often = [peer.script(External, 5)];
    sandbox
        .fill_history(&often, 60, 7, Amount::from_sat(5_000))
        .expect("the faucet has coins");
    peer.sync_first(&*source).await;

    let to = Peer::new(9).script(External, 0);
    for sat in [60_000, 300_000] {
        let tx = peer.pay(&to, sat, 3);
        assert_eq!(source.broadcast(&tx).await, Ok(()));
        sandbox.mine(1).expect("a block");
        peer.sync_first(&*source).await;
    }
    let waiting = peer.pay(&to, 20_000, 2);
    assert_eq!(source.broadcast(&waiting).await, Ok(()));
    (peer, waiting)
}

fn by_txid(txs: &[std::sync::Arc<Transaction>]) -> Vec<(Txid, &Transaction)> {
    let mut all: Vec<_> = txs.iter().map(|tx| (tx.compute_txid(), &**tx)).collect();
    all.sort_by_key(|(txid, _)| *txid);
    all
}

fn assert_same(ours: &peer::Scan, theirs: &FullScanResponse<bdk_wallet::KeychainKind>) {
    let mine = ours.tx_update(1);
    let its = &theirs.tx_update;
    assert_eq!(by_txid(&mine.txs), by_txid(&its.txs));
    assert_eq!(mine.anchors, its.anchors);
    assert_eq!(mine.seen_ats, its.seen_ats);
    assert_eq!(mine.txouts, its.txouts);
    assert_eq!(ours.last_used(), theirs.last_active_indices);
    let tip = theirs.chain_update.as_ref().expect("a tip was given");
    assert_eq!(
        (ours.end.tip.height, ours.end.tip.hash),
        (tip.height(), tip.hash())
    );
}

#[tokio::test]
async fn a_full_scan_finds_what_bdk_finds() {
    let sandbox = sandbox();
    let (spender, waiting) = history(&sandbox).await;
    let source = source(&sandbox);
    let mut fresh = Peer::new(1);
    let ours = scan(&*source, fresh.first_request()).await.expect("a scan");
    let theirs = fresh.scan_by_bdk(&sandbox).await;
    assert_same(&ours, &theirs);
    assert!(ours.tx_update(1).txs.len() >= 66);
    assert_eq!(
        ours.seen().get(&waiting.compute_txid()),
        Some(&TxSeen::Mempool)
    );

    fresh.sync_first(&*source).await;
    let mut other = Peer::new(1);
    other.wallet.apply_update(theirs).expect("it connects");
    assert_eq!(fresh.wallet.balance(), other.wallet.balance());
    let coins = |peer: &Peer| -> HashSet<_> {
        peer.wallet
            .list_unspent()
            .map(|coin| coin.outpoint)
            .collect()
    };
    assert_eq!(coins(&fresh), coins(&other));
    assert!(fresh.wallet.balance().total() < spender.wallet.balance().total());
}

#[tokio::test]
async fn an_unused_wallet_is_scanned_in_two_gaps() {
    let sandbox = sandbox();
    let peer = Peer::new(7);
    let ours = scan(&*source(&sandbox), peer.first_request())
        .await
        .expect("a scan");
    assert_same(&ours, &peer.scan_by_bdk(&sandbox).await);
    // Both gaps; the newest blocks, the wallet's genesis, the tip at the end.
    assert_eq!(ours.end.requests, u64::from(2 * peer::GAP) + 3);
}

#[tokio::test]
async fn nothing_new_costs_a_request_a_script_and_two_more() {
    let sandbox = sandbox();
    let (mut peer, _) = history(&sandbox).await;
    let source = source(&sandbox);
    peer.sync_first(&*source).await;
    let request = peer.next_request();
    assert!(!request.known_confirmed.is_empty() && !request.txids.is_empty());
    let scripts = request.scripts.len() as u64;
    let (before, balance) = (peer.wallet.latest_checkpoint(), peer.wallet.balance());
    let scan = peer.sync(&*source, request).await;
    assert_eq!(scan.end.requests, scripts + 2);
    assert!(scan.end.missing.is_empty());
    let sent = scan.batches.iter().flat_map(|b| &b.txs);
    assert_eq!(sent.filter(|tx| tx.tx.is_some()).count(), 0);
    assert_eq!(peer.wallet.latest_checkpoint(), before);
    assert_eq!(peer.wallet.balance(), balance);
}

#[tokio::test]
async fn a_reorganisation_takes_confirmations_back_and_gives_them_again() {
    let sandbox = sandbox();
    let (mut peer, waiting) = history(&sandbox).await;
    let (source, txid) = (source(&sandbox), waiting.compute_txid());
    sandbox.mine(1).expect("a block");
    let scan = peer.sync_first(&*source).await;
    let TxSeen::Block { block: first, .. } = scan.seen()[&txid] else {
        panic!("it was mined");
    };
    sandbox.mine(14).expect("blocks");
    peer.sync_next(&*source).await;

    // Deeper than the ten blocks that the server lists, so that the search is needed; and not
    // down to the faucet's payments, whose chains are longer than a pool takes back.
    sandbox.reorg(15, 16).expect("blocks");
    let scan = peer.sync_next(&*source).await;
    assert_eq!(scan.seen()[&txid], TxSeen::Mempool);
    let tip = sandbox.tip();
    assert_eq!(peer.wallet.latest_checkpoint().hash(), tip.hash);
    let waits = |peer: &Peer| {
        let tx = peer.wallet.get_tx(txid).expect("ours");
        tx.chain_position.is_unconfirmed()
    };
    assert!(waits(&peer));

    sandbox.mine(1).expect("a block");
    let scan = peer.sync_next(&*source).await;
    assert!(matches!(scan.seen()[&txid], TxSeen::Block { block, .. } if block != first));
    assert!(!waits(&peer));
}

#[tokio::test]
async fn a_replaced_payment_is_missing_and_its_replacement_is_found() {
    let sandbox = sandbox();
    let (mut peer, waiting) = history(&sandbox).await;
    let source = source(&sandbox);
    peer.sync_first(&*source).await;
    let bumped = peer.bump(waiting.compute_txid(), 10);
    assert_eq!(source.broadcast(&bumped).await, Ok(()));

    let scan = peer.sync_next(&*source).await;
    assert_eq!(scan.end.missing, [waiting.compute_txid()]);
    assert_eq!(scan.seen()[&bumped.compute_txid()], TxSeen::Mempool);
    assert!(peer.wallet.get_tx(waiting.compute_txid()).is_none());

    sandbox.mine(1).expect("a block");
    let scan = peer.sync_next(&*source).await;
    assert!(scan.end.missing.is_empty());
    assert!(matches!(
        scan.seen()[&bumped.compute_txid()],
        TxSeen::Block { .. }
    ));
}

#[tokio::test]
async fn a_broadcast_is_taken_once_and_known_ever_after() {
    let sandbox = sandbox();
    let (mut peer, waiting) = history(&sandbox).await;
    let source = source(&sandbox);
    assert_eq!(source.broadcast(&waiting).await, Ok(()), "it waits already");
    sandbox.mine(1).expect("a block");
    assert_eq!(source.broadcast(&waiting).await, Ok(()), "it is in a block");

    peer.sync_first(&*source).await;
    let to = peer.script(Internal, 0);
    let mut forged = peer.pay(&to, 10_000, 2);
    forged.output[0].value -= Amount::from_sat(1);
    for (tx, words) in [
        (forged, "script"),
        (peer.pay(&to, 10_000, 0), "min relay fee not met"),
    ] {
        let Err(BroadcastError::Rejected { reason }) = source.broadcast(&tx).await else {
            panic!("it must be refused");
        };
        assert!(reason.to_lowercase().contains(words), "{reason}");
    }
    // It spends what is spent in a block.
    let mut late = waiting.clone();
    late.output[0].value -= Amount::from_sat(1);
    assert_eq!(
        source.broadcast(&late).await,
        Err(BroadcastError::Rejected {
            reason: "bad-txns-inputs-missingorspent".to_owned()
        })
    );
}

#[tokio::test]
async fn the_faucet_pays_and_the_small_questions_are_answered() {
    let sandbox = sandbox();
    let source = source(&sandbox);
    let genesis = bitcoin::blockdata::constants::genesis_block(Network::Regtest).block_hash();
    assert_eq!(source.genesis().await, Ok(genesis));

    let peer = Peer::new(3);
    let address =
        Address::from_script(&peer.script(External, 0), Network::Regtest).expect("a segwit script");
    let amount = Amount::from_sat(123_456);
    let txid = satchel_chain::faucet(&sandbox.esplora_url(), &address, amount)
        .await
        .expect("the faucet pays");
    let scan = scan(&*source, peer.first_request()).await.expect("a scan");
    assert!(matches!(scan.seen()[&txid], TxSeen::Block { .. }));
    let too_much = satchel_chain::faucet(&sandbox.esplora_url(), &address, Amount::MAX_MONEY).await;
    assert!(matches!(too_much, Err(ChainError::Refused { .. })));

    let tip = source.tip().await.expect("a tip");
    assert_eq!(
        (tip.height, tip.hash),
        (sandbox.tip().height, sandbox.tip().hash)
    );
    let fees = source.fee_estimates().await.expect("estimates");
    assert!(!fees.targets.is_empty());
    assert!(fees.targets.is_sorted_by(|a, b| a.0 < b.0 && a.1 >= b.1));
}

#[tokio::test]
async fn blocks_mined_in_the_middle_of_scans_never_tear_a_picture() {
    let sandbox = std::sync::Arc::new(sandbox());
    let (peer, _) = history(&sandbox).await;
    let source = source(&sandbox);
    let miner = std::sync::Arc::clone(&sandbox);
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    let stopped = std::sync::Arc::clone(&stop);
    let mining = std::thread::spawn(move || {
        let mut turn = 0;
        while !stopped.load(Ordering::Relaxed) {
            turn += 1;
            if turn % 50 == 0 {
                miner.reorg(2, 3).expect("blocks");
            } else {
                miner.mine(1).expect("a block");
            }
        }
    });
    let mut whole = 0;
    for _ in 0..20 {
        match scan(&*source, peer.first_request()).await {
            Ok(scan) => {
                whole += 1;
                let blocks = &scan.batches[0].blocks;
                assert_eq!(blocks.last(), Some(&scan.end.tip));
                let all: Vec<_> = scan.batches.iter().flat_map(|b| &b.txs).collect();
                assert!(all.len() >= 66, "{} transactions", all.len());
                for tx in all {
                    if let TxSeen::Block { block, .. } = tx.seen {
                        assert!(block.height <= scan.end.tip.height);
                        let other = blocks.iter().find(|b| b.height == block.height);
                        assert!(other.is_none_or(|b| *b == block));
                    }
                }
            }
            Err(error) => assert_eq!(error, ChainError::ChainMoved),
        }
    }
    stop.store(true, Ordering::Relaxed);
    mining.join().expect("the miner does not panic");
    let last = scan(&*source, peer.first_request()).await.expect("quiet");
    assert_eq!(last.end.tip.hash, sandbox.tip().hash);
    assert!(whole > 0, "some scans fit between two reorganisations");
}

/// Prints how long a first look at 10,000 transactions takes, here and by bdk, one transaction in
/// each block and twenty in each.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement; run it by name, with --release and --nocapture"]
async fn measure_a_first_scan_of_ten_thousand_transactions() {
    for per_block in [20, 1] {
        let sandbox = Sandbox::start(satchel_sandbox::SandboxConfig {
            chain_age: Some(std::time::Duration::from_secs(200 * 24 * 3600)),
            ..Default::default()
        })
        .expect("a sandbox");
        let mut peer = Peer::new(1);
        let scripts: Vec<_> = (0..10_000).map(|i| peer.script(External, i)).collect();
        sandbox
            .fill_history(&scripts, 10_000, per_block, Amount::from_sat(1_000))
            .expect("coins");
        let source = source(&sandbox);
        let start = std::time::Instant::now();
        let request = peer.first_request();
        let mut sides = request.sides.into_iter();
        let derived = sides
            .next()
            .expect("two sides")
            .scripts
            .take(10_000)
            .count();
        eprintln!("{derived} scripts derived in {:?}", start.elapsed());
        // Twice each, so that neither has the warmer server.
        let (mut ours, mut bdk, mut last) = (Vec::new(), Vec::new(), None);
        for _ in 0..2 {
            let start = std::time::Instant::now();
            let scan = scan(&*source, peer.first_request()).await.expect("a scan");
            ours.push(start.elapsed());
            let start = std::time::Instant::now();
            let theirs = peer.scan_by_bdk(&sandbox).await;
            bdk.push(start.elapsed());
            assert_same(&scan, &theirs);
            last = Some(scan);
        }
        let scan = last.expect("two rounds");
        peer.sync_first(&*source).await;
        let start = std::time::Instant::now();
        let request = peer.next_request();
        let prepared = start.elapsed();
        let again = self::scan(&*source, request).await.expect("a scan");
        eprintln!(
            "{per_block} a block: ours {ours:?} with {} requests, bdk {bdk:?}; \
             nothing new: {:?} with {} requests",
            scan.end.requests,
            start.elapsed() - prepared,
            again.end.requests,
        );
    }
}
