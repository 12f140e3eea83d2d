//! The same blocks, transactions and calls to two nodes, and every difference in what they answer. By hand
//! with a real bitcoind (`docs/sandbox.md` says how); with two sandboxes in every run, to see that it sees.

#![allow(clippy::print_stdout)] // Who compares two nodes reads what was counted.

use bitcoin::consensus::encode;
use bitcoin::{Amount, OutPoint, TxOut};
use satchel_sandbox::SandboxConfig;
use satchel_test_servers::Bitcoind;
use serde_json::{Value, json};

use crate::common::{Coin, Key, World};

mod calls;
mod known;
mod made_up;
mod node;
mod pool;
mod wallets;

use made_up::{Draw, candidate};
use node::{Both, Node, whole};

/// Makes the same happen on both nodes and returns every difference. `world` has the coins, and is `ours`;
/// `made_up` says how many transactions are made up, and from which number.
fn differences(world: &World, ours: &Node, theirs: &Node, made_up: (u64, u64)) -> Vec<String> {
    let (rounds, number) = made_up;
    let key = Key::new(33);
    let mut coins: Vec<Coin> = (0..24)
        .map(|number| world.fund(&key, 100_000 + number * 10_000))
        .collect();
    let apart = coins.split_off(12);
    pool::follow(world, theirs, 1);
    let mut both = Both {
        ours,
        theirs,
        known: Default::default(),
        found: Vec::new(),
    };
    both.ask("getbestblockhash", json!([]), &whole);
    calls::figures(&mut both);
    pool::maturity(&mut both, world, &key);
    pool::replacement(&mut both, &key, &apart[..4]);
    pool::packages(&mut both, &key, &apart[4..8]);
    pool::chains(&mut both, &key, &apart[8]);
    pool::crowd(&mut both, &key, &apart[9..12]);
    let top = world.sandbox.tip().height;
    let mut draw = Draw(number);
    for _ in 0..rounds {
        let tx = candidate(&mut draw, &key, &coins, top);
        let hex = encode::serialize_hex(&tx);
        both.ask("testmempoolaccept", json!([[hex], 0]), &whole);
        let sent = both.ask("sendrawtransaction", json!([hex, 0]), &whole);
        if sent.get("result").is_some() && tx.output[0].script_pubkey == key.script() {
            coins.push(Coin {
                outpoint: OutPoint {
                    txid: tx.compute_txid(),
                    vout: 0,
                },
                output: tx.output[0].clone(),
            });
        }
    }
    let sorted = |value: &Value| {
        let mut list = value["result"].as_array().cloned().unwrap_or_default();
        list.sort_by_key(Value::to_string);
        json!(list)
    };
    let waiting = both.ask("getrawmempool", json!([]), &sorted);
    calls::entries(&mut both, &waiting);
    calls::figures(&mut both);
    world.sandbox.mine(1).unwrap();
    pool::follow(world, theirs, top + 1);
    both.ask("getrawmempool", json!([]), &sorted);
    calls::chain(&mut both, world, &key);
    pool::reorganisation(&mut both, world);
    calls::http(&mut both);
    wallets::compare(&mut both);
    for (why, count) in &both.known {
        println!("{count} times: {why}");
    }
    both.found
}

#[test]
fn two_sandboxes_differ_in_nothing() {
    let world = World::with(SandboxConfig {
        seed: Some(1),
        ..Default::default()
    });
    let other = World::with(SandboxConfig {
        faucet: false,
        ..Default::default()
    });
    let found = differences(&world, &Node::of(&world), &Node::of(&other), (150, 2_026));
    assert!(found.is_empty(), "{}", found.join("\n"));
    // And most of what was made up is refused for one reason or another, some of it is taken.
    let tip = world.sandbox.tip().height;
    let full = (1..=tip)
        .map(|height| world.rpc("getblockstats", json!([height, ["txs"]]))["txs"].clone())
        .filter(|txs| txs.as_u64() > Some(10));
    assert_eq!(full.count(), 1, "the block that took them");
}

#[test]
fn a_node_that_has_what_the_other_has_not_is_found_out() {
    let world = World::new();
    let other = World::with(SandboxConfig {
        faucet: false,
        ..Default::default()
    });
    let coin = TxOut {
        value: Amount::from_sat(5_000),
        script_pubkey: Key::new(1).script(),
    };
    // A branch of its own that the chain of the first does not beat.
    other.sandbox.mine_to(coin.script_pubkey, 400).unwrap();
    let found = differences(&world, &Node::of(&world), &Node::of(&other), (40, 2_026));
    for method in [
        "getbestblockhash",
        "testmempoolaccept",
        "sendrawtransaction",
        "gettxout",
    ] {
        let told = found.iter().any(|told| told.starts_with(method));
        assert!(told, "nothing was said of {method}");
    }
}

#[test]
#[ignore = "needs a bitcoind: BITCOIND_EXE names it"]
fn bitcoin_core_answers_the_same() {
    let mut found = Vec::new();
    for number in [2_026, 1, 7, 21_000_000] {
        println!("made up from {number}:");
        found.extend(differences_to_core(number));
    }
    for told in &found {
        println!("{told}");
    }
    assert!(found.is_empty(), "{} differences", found.len());
}

fn differences_to_core(number: u64) -> Vec<String> {
    let world = World::with(SandboxConfig {
        seed: Some(1),
        ..Default::default()
    });
    // The sandbox's blocks of a given number are of 2020: that is no download of the chain for it.
    let bitcoind = Bitcoind::start(&[
        "-txindex=1",
        "-blockfilterindex=1",
        "-maxtipage=1000000000",
        "-addresstype=bech32",
        "-changetype=bech32",
    ]);
    let cookie = std::fs::read_to_string(bitcoind.cookie_file()).unwrap();
    let theirs = Node::new(bitcoind.url(), cookie);
    differences(&world, &Node::of(&world), &theirs, (2_000, number))
}
