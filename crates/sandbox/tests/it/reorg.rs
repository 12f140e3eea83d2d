//! The chain turning: branches, invalidated blocks, what comes back.

use bitcoin::Sequence;
use bitcoin::consensus::encode;
use bitcoin::transaction::Version;
use serde_json::json;

use crate::common::{Coin, Key, World};

#[test]
fn an_invalidated_block_leaves_and_comes_back_as_with_core() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let tx = key.pay(&coin, &key.script(), 500);
    let txid = world.send(&tx).to_string();
    let block = world.sandbox.mine(1).unwrap()[0].to_string();
    world.sandbox.mine(2).unwrap();
    let tip = world.sandbox.tip();
    assert_eq!(tip.height, 114);

    assert_eq!(world.rpc("invalidateblock", json!([block])), json!(null));
    assert_eq!(world.rpc("getblockcount", json!([])), 111);
    assert_eq!(world.rpc("getrawmempool", json!([])), json!([txid]));
    let header = world.rpc("getblockheader", json!([block]));
    assert_eq!(header["confirmations"], -1);
    let tips = world.rpc("getchaintips", json!([]));
    assert_eq!(tips[0]["status"], "invalid");
    assert_eq!(tips[0]["hash"], tip.hash.to_string());
    assert_eq!(tips[0]["branchlen"], 3);
    assert_eq!(tips[1]["status"], "active");
    let status = world.api_json(&format!("/block/{block}/status"));
    assert_eq!(
        status,
        json!({ "in_best_chain": false, "height": null, "next_best": null })
    );
    assert_eq!(world.api_text("/blocks/tip/height"), "111");
    let address = world.api_json(&format!("/address/{}", key.address()));
    assert_eq!(address["chain_stats"]["tx_count"], 1);
    assert_eq!(address["mempool_stats"]["tx_count"], 1);

    // A new block goes on from there, shorter than the branch that was invalidated.
    let other = world.rpc("generatetoaddress", json!([1, key.address().to_string()]));
    assert_eq!(world.rpc("getbestblockhash", json!([])), other[0]);
    assert_eq!(world.rpc("getrawmempool", json!([])), json!([]));

    assert_eq!(world.rpc("reconsiderblock", json!([block])), json!(null));
    assert_eq!(world.sandbox.tip(), tip);
    let tips = world.rpc("getchaintips", json!([]));
    assert_eq!(tips[1]["status"], "valid-fork");
    let fetched = world.rpc("getrawtransaction", json!([txid, 1]));
    assert_eq!(fetched["blockhash"], block);
    let unknown = "11".repeat(32);
    let error = world
        .try_rpc("invalidateblock", json!([unknown]))
        .unwrap_err();
    assert_eq!(error, (-5, "Block not found".to_owned()));
}

#[test]
fn a_block_on_an_invalidated_one_is_refused() {
    let source = World::new();
    let world = World::new();
    let blocks: Vec<String> = (1..=112)
        .map(|height| {
            if height > 110 {
                source.sandbox.mine(1).unwrap();
            }
            let hash = source.rpc("getblockhash", json!([height]));
            source
                .rpc("getblock", json!([hash, 0]))
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    for block in &blocks[..111] {
        world.rpc("submitblock", json!([block]));
    }
    let hash = source.rpc("getblockhash", json!([111]));
    assert_eq!(world.rpc("getbestblockhash", json!([])), hash);
    world.rpc("invalidateblock", json!([hash]));
    assert_eq!(
        world.rpc("submitblock", json!([blocks[111]])),
        "bad-prevblk"
    );
    assert_eq!(
        world.rpc("submitblock", json!([blocks[110]])),
        "duplicate-invalid"
    );
}

#[test]
fn blocks_of_another_node_are_judged_by_the_kernel() {
    let source = World::new();
    let world = World::with(satchel_sandbox::SandboxConfig {
        faucet: false,
        ..Default::default()
    });
    let block_at = |height: u32| -> bitcoin::Block {
        let hash = source.rpc("getblockhash", json!([height]));
        let hex = source.rpc("getblock", json!([hash, 0]));
        encode::deserialize_hex(hex.as_str().unwrap()).unwrap()
    };
    let submit =
        |block: &bitcoin::Block| world.rpc("submitblock", json!([encode::serialize_hex(block)]));
    let first = block_at(1);
    assert_eq!(submit(&first), json!(null));
    assert_eq!(submit(&first), "duplicate");
    assert_eq!(world.sandbox.tip().height, 1);
    assert_eq!(submit(&block_at(3)), "prev-blk-not-found");

    // One satoshi too many in the coinbase, with work and commitments redone.
    let mut greedy = block_at(2);
    greedy.txdata[0].output[0].value += bitcoin::Amount::ONE_SAT;
    greedy.header.merkle_root = greedy.compute_merkle_root().unwrap();
    while greedy.header.validate_pow(greedy.header.target()).is_err() {
        greedy.header.nonce += 1;
    }
    assert_eq!(submit(&greedy), "rejected");
    let mut torn = block_at(2);
    torn.txdata[0].output[0].value += bitcoin::Amount::ONE_SAT;
    assert_eq!(submit(&torn), "bad-txnmrklroot");
    assert_eq!(world.sandbox.tip().height, 1);
    assert_eq!(submit(&block_at(2)), json!(null));
    assert_eq!(world.sandbox.tip().height, 2);
    let error = world.try_rpc("submitblock", json!(["00"])).unwrap_err();
    assert_eq!(error, (-22, "Block decode failed".to_owned()));
}

#[test]
fn a_payment_that_lost_its_coin_in_a_reorganisation_is_gone() {
    let world = World::new();
    let key = Key::new(1);
    // A coinbase on the old branch: its coins vanish with it.
    let block = world.sandbox.mine_to(key.script(), 1).unwrap()[0];
    world.sandbox.mine(99).unwrap();
    let hex = world.rpc("getblock", json!([block.to_string(), 0]));
    let parsed: bitcoin::Block = encode::deserialize_hex(hex.as_str().unwrap()).unwrap();
    let tx = key.pay(&Coin::of(&parsed.txdata[0], 0), &key.script(), 500);
    world.send(&tx);
    world.sandbox.reorg(1, 2).unwrap();
    assert_eq!(world.sandbox.mempool_txids().len(), 1, "still deep enough");
    world.sandbox.reorg(102, 103).unwrap();
    assert!(world.sandbox.mempool_txids().is_empty());
    assert_eq!(world.api(&format!("/tx/{}", tx.compute_txid())).status, 404);
    let stats = world.api_json(&format!("/address/{}", key.address()));
    assert_eq!(stats["chain_stats"]["tx_count"], 0);
}

#[test]
fn what_waits_behind_a_waiting_one_under_a_relative_lock_leaves_with_a_block() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    world.sandbox.mine(1).unwrap();
    let parent = key.pay(&coin, &key.script(), 500);
    world.send(&parent);
    let spend = |coin: Coin, sequence: u32| {
        let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), 90_000)]);
        tx.version = Version::TWO;
        tx.input[0].sequence = Sequence(sequence);
        key.sign(tx, &[coin])
    };
    // A lock of no blocks at all, which counts from the block that the parent is first expected in.
    let child = spend(Coin::of(&parent, 0), 0);
    world.send(&child);
    world.sandbox.reorg(1, 2).unwrap();
    assert_eq!(world.sandbox.mempool_txids().len(), 2, "one block higher");
    let lower = world.rpc("getblockhash", json!([world.sandbox.tip().height - 1]));
    world.rpc("invalidateblock", json!([lower]));
    assert_eq!(world.sandbox.mempool_txids(), [parent.compute_txid()]);
    world.send(&child);
}

#[test]
fn a_chain_that_is_longer_with_what_comes_back_is_cut_at_its_end() {
    let world = World::new();
    let key = Key::new(1);
    let first = key.pay(&world.fund(&key, 100_000), &key.script(), 500);
    world.send(&first);
    let block = world.sandbox.mine(1).unwrap()[0];
    let mut chain = vec![first];
    for _ in 0..25 {
        let next = key.pay(&Coin::of(chain.last().unwrap(), 0), &key.script(), 500);
        world.send(&next);
        chain.push(next);
    }
    world.rpc("invalidateblock", json!([block.to_string()]));
    let waiting = world.sandbox.mempool_txids();
    let expected: Vec<_> = chain[..25].iter().map(|tx| tx.compute_txid()).collect();
    assert_eq!(waiting, expected);
}

#[test]
fn what_a_block_may_hold_and_nobody_relays_does_not_come_back() {
    let world = World::new();
    let key = Key::new(1);
    // Anybody may spend it; who does so with a push that is longer than need be is relayed by nobody.
    let script = bitcoin::ScriptBuf::from_bytes(vec![0x51]);
    let coin = world.fund(&key, 100_000);
    let into = key.pay(&coin, &script.to_p2sh(), 500);
    world.send(&into);
    world.sandbox.mine(1).unwrap();
    let mut odd = key.draft(&[Coin::of(&into, 0)], &[(key.script(), 90_000)]);
    odd.input[0].script_sig = bitcoin::ScriptBuf::from_bytes(vec![0x4c, 1, 0x51]);
    let hex = encode::serialize_hex(&odd);
    let refused = world
        .try_rpc("sendrawtransaction", json!([hex]))
        .unwrap_err();
    assert!(refused.1.contains("non-mandatory"), "{refused:?}");
    let address = key.address().to_string();
    let block = world.rpc("generateblock", json!([address, [hex]]))["hash"].clone();
    let child = key.pay(&Coin::of(&odd, 0), &key.script(), 500);
    world.send(&child);
    world.rpc("invalidateblock", json!([block]));
    assert!(world.sandbox.mempool_txids().is_empty());
}

#[test]
fn below_ten_invalidated_blocks_nothing_comes_back() {
    let world = World::new();
    let key = Key::new(1);
    let tx = key.pay(&world.fund(&key, 100_000), &key.script(), 500);
    world.send(&tx);
    let block = world.sandbox.mine(1).unwrap()[0].to_string();
    world.sandbox.mine(9).unwrap();
    world.rpc("invalidateblock", json!([block]));
    assert_eq!(world.sandbox.mempool_txids(), [tx.compute_txid()]);
    world.rpc("reconsiderblock", json!([block]));
    world.sandbox.mine(1).unwrap();
    world.rpc("invalidateblock", json!([block]));
    assert!(world.sandbox.mempool_txids().is_empty());
}
