#![allow(clippy::unwrap_used)]

use bitcoin::ScriptBuf;

use super::*;
use crate::mempool::Template;
use crate::miner::{Chance, build_block};

fn open(root: &Path) -> Chain {
    Chain::open(root, true).unwrap()
}

fn script() -> ScriptBuf {
    ScriptBuf::from_bytes(vec![0x51])
}

/// A block on any known block, one second after its median time.
fn block_on(chain: &Chain, parent: &BlockHash) -> Block {
    let parent = chain.block(parent).unwrap();
    build_block(
        parent,
        &script(),
        &Template::default(),
        parent.median_time + 600,
        Chance::System.extra(0).unwrap(),
    )
    .unwrap()
}

fn extend(chain: &mut Chain, count: usize) -> Vec<BlockHash> {
    (0..count)
        .map(|_| {
            let block = block_on(chain, &chain.tip().hash.clone());
            let hash = block.block_hash();
            let (outcome, change) = chain.submit(block).unwrap();
            assert_eq!(outcome, Submitted::Stored);
            assert_eq!(change.connected.len(), 1);
            hash
        })
        .collect()
}

#[test]
fn a_longer_branch_wins_and_says_what_moved() {
    let dir = tempfile::tempdir().unwrap();
    let mut chain = open(dir.path());
    let old = extend(&mut chain, 3);
    let mut at = old[0];
    for _ in 0..2 {
        let block = block_on(&chain, &at);
        at = block.block_hash();
        let (_, change) = chain.submit(block).unwrap();
        assert!(change.connected.is_empty(), "equal work does not win");
    }
    let block = block_on(&chain, &at);
    let (_, change) = chain.submit(block).unwrap();
    let gone: Vec<BlockHash> = change.disconnected.iter().map(|entry| entry.hash).collect();
    assert_eq!(gone, [old[2], old[1]]);
    assert_eq!(change.connected.len(), 3);
    assert_eq!(chain.tip().height, 4);
    assert_eq!(chain.tips().len(), 2);
}

#[test]
fn a_reopened_tree_is_the_same_tree() {
    let dir = tempfile::tempdir().unwrap();
    let (tip, tips);
    {
        let mut chain = open(dir.path());
        let made = extend(&mut chain, 5);
        let side = block_on(&chain, &made[1]);
        chain.submit(side).unwrap();
        chain.sync().unwrap();
        tip = chain.tip().hash;
        tips = chain
            .tips()
            .iter()
            .map(|(entry, length)| (entry.hash, *length))
            .collect::<Vec<_>>();
    }
    let chain = open(dir.path());
    assert_eq!(chain.tip().hash, tip);
    let again: Vec<_> = chain
        .tips()
        .iter()
        .map(|(entry, length)| (entry.hash, *length))
        .collect();
    assert_eq!(again, tips);
}

#[test]
fn the_journal_alone_is_enough_and_so_is_the_kernel_alone() {
    let dir = tempfile::tempdir().unwrap();
    let tip = {
        let mut chain = open(dir.path());
        extend(&mut chain, 5);
        chain.sync().unwrap();
        chain.tip().hash
    };
    fs::remove_dir_all(dir.path().join("kernel-0")).unwrap();
    assert_eq!(open(dir.path()).tip().hash, tip);
    fs::remove_file(dir.path().join("blocks.journal")).unwrap();
    assert_eq!(open(dir.path()).tip().hash, tip);
    // What was only in the kernel is in the journal again.
    fs::remove_dir_all(dir.path().join("kernel-0")).unwrap();
    assert_eq!(open(dir.path()).tip().hash, tip);
}

#[test]
fn a_folder_is_opened_once() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    assert!(matches!(
        Chain::open(dir.path(), true),
        Err(ChainError::Locked(_))
    ));
    drop(first);
    open(dir.path());
}

#[test]
fn a_marked_block_stays_out_over_a_restart_until_the_mark_is_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let mut chain = open(dir.path());
    let made = extend(&mut chain, 5);
    let change = chain.invalidate(made[2]).unwrap();
    assert_eq!(change.disconnected.len(), 3);
    assert!(change.connected.is_empty());
    assert_eq!(chain.tip().hash, made[1]);
    assert!(chain.is_invalidated(&made[4]));
    drop(chain);
    let mut chain = open(dir.path());
    assert_eq!(chain.tip().hash, made[1]);
    // Taking the mark from a descendant clears its ancestors, as in Core.
    let change = chain.reconsider(made[4]).unwrap();
    assert_eq!(change.connected.len(), 3);
    assert_eq!(chain.tip().hash, made[4]);
    assert!(matches!(
        chain.invalidate(chain.active()[0].hash),
        Err(ChainError::Genesis)
    ));
}

#[test]
fn invalidating_the_active_branch_turns_to_the_best_other_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut chain = open(dir.path());
    let made = extend(&mut chain, 4);
    let side = block_on(&chain, &made[0]);
    let side_hash = side.block_hash();
    chain.submit(side).unwrap();
    let change = chain.invalidate(made[1]).unwrap();
    assert_eq!(change.disconnected.len(), 3);
    assert_eq!(change.connected.len(), 1);
    assert_eq!(chain.tip().hash, side_hash);
}

#[test]
fn the_kernel_refuses_what_breaks_a_rule() {
    let dir = tempfile::tempdir().unwrap();
    let mut chain = open(dir.path());
    extend(&mut chain, 1);
    let tip = chain.tip().hash;
    let solve = |mut block: Block| {
        block.header.merkle_root = block.compute_merkle_root().unwrap();
        while block.header.validate_pow(block.header.target()).is_err() {
            block.header.nonce += 1;
        }
        block
    };
    let mut early = block_on(&chain, &tip);
    early.header.time = chain.tip().median_time;
    let mut late = block_on(&chain, &tip);
    late.header.time = now() + 3 * 3600;
    let mut rich = block_on(&chain, &tip);
    rich.txdata[0].output[0].value += bitcoin::Amount::ONE_SAT;
    let mut bare = block_on(&chain, &tip);
    bare.txdata.clear();
    bare.txdata
        .push(bitcoin::constants::genesis_block(bitcoin::Network::Regtest).txdata[0].clone());
    for (name, block) in [
        ("early", early),
        ("late", late),
        ("rich", rich),
        ("bare", bare),
    ] {
        let (outcome, _) = chain.submit(solve(block)).unwrap();
        assert!(
            matches!(outcome, Submitted::Invalid(_)),
            "{name}: {outcome:?}"
        );
        assert_eq!(chain.tip().hash, tip);
    }
    extend(&mut chain, 1);
}

#[test]
fn the_kernel_writes_its_databases_while_it_runs() {
    let dir = tempfile::tempdir().unwrap();
    let mut chain = open(dir.path());
    extend(&mut chain, FLUSH_EVERY + 1);
    // The folder as a crash would leave it now, without the journal.
    let after = tempfile::tempdir().unwrap();
    copy(&dir.path().join("kernel-0"), &after.path().join("kernel-0"));
    let revived = open(after.path());
    assert_eq!(revived.tip().height as usize, FLUSH_EVERY);
    assert_eq!(revived.tip().hash, chain.active()[FLUSH_EVERY].hash);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
