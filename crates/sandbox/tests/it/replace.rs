//! Replacing waiting transactions, packages, and what the miner picks.

use bitcoin::consensus::encode;
use serde_json::json;

use crate::common::{Coin, Key, World};

const COIN: u64 = 100_000;

#[test]
fn a_better_fee_replaces_a_waiting_payment_and_its_children() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, COIN);
    let old = key.pay(&coin, &key.script(), 200);
    world.send(&old);
    let child = key.pay(&Coin::of(&old, 0), &key.script(), 200);
    world.send(&child);
    let new = key.pay(&coin, &Key::new(2).script(), 600);
    let txid = world.send(&new);
    assert_eq!(world.sandbox.mempool_txids(), [txid]);
    assert_eq!(
        world.api(&format!("/tx/{}", old.compute_txid())).status,
        404
    );
    assert_eq!(
        world.api(&format!("/tx/{}", child.compute_txid())).status,
        404
    );
    let outspend = world.api_json(&format!("/tx/{}/outspend/0", coin.outpoint.txid));
    assert_eq!(outspend["txid"], txid.to_string());
}

#[track_caller]
fn refused(world: &World, tx: &bitcoin::Transaction, message: &str) {
    let error = world
        .try_rpc("sendrawtransaction", json!([encode::serialize_hex(tx)]))
        .unwrap_err();
    assert_eq!(error.0, -26);
    assert!(
        error.1.starts_with(message),
        "expected {message}, got {}",
        error.1
    );
}

#[test]
fn a_replacement_that_pays_too_little_is_refused_with_cores_words() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, COIN);
    let old = key.pay(&coin, &key.script(), 500);
    world.send(&old);
    let other = Key::new(2).script();
    // Same rate: rule of higher rate.
    let tx = key.pay(&coin, &other, 500);
    let words = format!(
        "insufficient fee, rejecting replacement {}; new feerate 0.00004545 BTC/kvB <= old feerate 0.00004545 BTC/kvB",
        tx.compute_txid()
    );
    refused(&world, &tx, &words);
    // Higher rate, but less than 1 sat/vB on top (rule 4).
    let tx = key.pay(&coin, &other, 609);
    let words = format!(
        "insufficient fee, rejecting replacement {}, not enough additional fees to relay; 0.00000109 < 0.0000011",
        tx.compute_txid()
    );
    refused(&world, &tx, &words);
    // With a child in the way, both their fees must be beaten (rule 3).
    world.send(&key.pay(&Coin::of(&old, 0), &key.script(), 2_000));
    let tx = key.pay(&coin, &other, 1_000);
    let words = format!(
        "insufficient fee, rejecting replacement {}, less fees than conflicting txs; 0.00001 < 0.000025",
        tx.compute_txid()
    );
    refused(&world, &tx, &words);
    assert_eq!(world.sandbox.mempool_txids().len(), 2);
    world.send(&key.pay(&coin, &other, 2_610));
    assert_eq!(world.sandbox.mempool_txids().len(), 1);
}

#[test]
fn a_replacement_must_not_add_unconfirmed_coins_or_spend_what_it_replaces() {
    let world = World::new();
    let key = Key::new(1);
    let first = world.fund(&key, COIN);
    let second = world.fund(&key, COIN);
    let old = key.pay(&first, &key.script(), 200);
    world.send(&old);
    let unrelated = key.pay(&second, &key.script(), 200);
    world.send(&unrelated);
    let both = [first.clone(), Coin::of(&unrelated, 0)];
    let tx = key.spend(&both, &[(key.script(), 100_000)]);
    refused(&world, &tx, "replacement-adds-unconfirmed, replacement");
    let own = [first, Coin::of(&old, 0)];
    let tx = key.spend(&own, &[(key.script(), 100_000)]);
    refused(&world, &tx, "bad-txns-spends-conflicting-tx");
}

#[test]
fn a_child_pays_for_its_parent_in_the_miners_choice() {
    let world = World::new();
    let key = Key::new(1);
    let coins: Vec<Coin> = (0..3).map(|_| world.fund(&key, COIN)).collect();
    let parent = key.pay(&coins[0], &key.script(), 120);
    let child = key.pay(&Coin::of(&parent, 0), &key.script(), 20_000);
    let middle = key.pay(&coins[1], &key.script(), 1_000);
    let low = key.pay(&coins[2], &key.script(), 150);
    for tx in [&low, &middle, &parent, &child] {
        world.send(tx);
    }
    let block = world.sandbox.mine(1).unwrap()[0];
    let txids = world.api_json(&format!("/block/{block}/txids"));
    let expected = [&parent, &child, &middle, &low].map(|tx| tx.compute_txid().to_string());
    assert_eq!(txids.as_array().unwrap()[1..], expected);
}

#[test]
fn a_package_lifts_a_parent_over_the_floor() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, COIN);
    let parent = key.pay_by_child(&coin, &key.script(), 0);
    let child = key.pay_by_child(&Coin::of(&parent, 0), &key.script(), 1_000);
    let hexes = [
        encode::serialize_hex(&parent),
        encode::serialize_hex(&child),
    ];
    refused(&world, &parent, "min relay fee not met");
    let result = world.rpc("submitpackage", json!([hexes]));
    assert_eq!(result["package_msg"], "success", "{result}");
    assert_eq!(result["tx-results"].as_object().unwrap().len(), 2);
    for told in result["tx-results"].as_object().unwrap().values() {
        let fees = &told["fees"];
        assert_eq!(fees["effective-includes"].as_array().unwrap().len(), 2);
        assert_eq!(fees["effective-feerate"], 0.000_045_45, "1,000 for 220 vB");
    }
    assert_eq!(
        world.sandbox.mempool_txids(),
        [parent.compute_txid(), child.compute_txid()]
    );
    world.sandbox.mine(1).unwrap();
    assert!(world.sandbox.mempool_txids().is_empty());
    // Of any other version each must pay its own way: the child could be replaced and leave it behind.
    let coin = world.fund(&key, COIN);
    let parent = key.pay(&coin, &key.script(), 10);
    let child = key.pay(&Coin::of(&parent, 0), &key.script(), 5_000);
    let hexes = [&parent, &child].map(encode::serialize_hex);
    let result = world.rpc("submitpackage", json!([hexes]));
    assert_eq!(result["package_msg"], "transaction failed");
    let told = &result["tx-results"][parent.compute_wtxid().to_string()];
    assert_eq!(told["error"], "min relay fee not met, 10 < 110");
    assert!(world.sandbox.mempool_txids().is_empty());
}

#[test]
fn a_package_that_pays_too_little_stays_out() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, COIN);
    let parent = key.pay(&coin, &key.script(), 0);
    let child = key.pay(&Coin::of(&parent, 0), &key.script(), 150);
    let hexes = [
        encode::serialize_hex(&parent),
        encode::serialize_hex(&child),
    ];
    let answer = world.http.post(
        &format!("{}/txs/package", world.sandbox.esplora_url()),
        serde_json::to_string(&hexes).unwrap(),
    );
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["package_msg"], "transaction failed");
    assert!(world.sandbox.mempool_txids().is_empty());
    let turned = [&hexes[1], &hexes[0]];
    let error = world.try_rpc("submitpackage", json!([turned])).unwrap_err();
    assert_eq!(
        error,
        (
            -25,
            "package topology disallowed. not child-with-parents or parents depend on each other."
                .to_owned()
        )
    );
}

#[test]
fn transactions_that_spend_each_other_are_tested_together() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, COIN);
    let parent = key.pay(&coin, &key.script(), 200);
    let child = key.pay(&Coin::of(&parent, 0), &key.script(), 200);
    let hexes = [
        encode::serialize_hex(&parent),
        encode::serialize_hex(&child),
    ];
    let verdicts = world.rpc("testmempoolaccept", json!([hexes]));
    assert_eq!(verdicts[0]["allowed"], true);
    assert_eq!(verdicts[1]["allowed"], true);
    assert!(
        world.sandbox.mempool_txids().is_empty(),
        "testing enters nothing"
    );
}

#[test]
fn what_is_tested_together_is_judged_as_core_judges_packages() {
    let world = World::new();
    let key = Key::new(1);
    let (coin, other) = (world.fund(&key, COIN), world.fund(&key, COIN));
    let parent = key.pay(&coin, &key.script(), 200);
    let child = key.pay(&Coin::of(&parent, 0), &key.script(), 200);
    let poor = key.pay(&Coin::of(&parent, 0), &key.script(), 1);
    let rival = key.pay(&coin, &key.script(), 9_000);
    let alone = key.pay(&other, &key.script(), 200);
    let test = |txs: &[&bitcoin::Transaction]| {
        let hexes: Vec<String> = txs.iter().map(|tx| encode::serialize_hex(*tx)).collect();
        world.rpc("testmempoolaccept", json!([hexes]))
    };
    for (txs, fault) in [
        ([&child, &parent], "package-not-sorted"),
        ([&parent, &parent], "package-contains-duplicates"),
        ([&parent, &rival], "conflict-in-package"),
    ] {
        let verdicts = test(&txs);
        for verdict in verdicts.as_array().unwrap() {
            assert_eq!(verdict["package-error"], fault);
            assert!(verdict.get("allowed").is_none(), "{verdict}");
        }
    }
    // A refusal before the scripts leaves the others unfinished.
    let verdicts = test(&[&parent, &poor]);
    assert!(verdicts[0].get("allowed").is_none(), "{verdicts}");
    assert_eq!(verdicts[1]["reject-reason"], "min relay fee not met");
    // A bad script does not: the one before has passed.
    let mut bad = child.clone();
    bad.input[0].witness = bitcoin::Witness::new();
    let verdicts = test(&[&parent, &bad, &alone]);
    assert_eq!(verdicts[0]["allowed"], true);
    assert_eq!(verdicts[1]["allowed"], false);
    assert!(verdicts[2].get("allowed").is_none(), "{verdicts}");
    world.send(&parent);
    let verdicts = test(&[&rival, &alone]);
    assert_eq!(
        verdicts[0]["reject-reason"],
        "bip125-replacement-disallowed"
    );
}
