//! JSON-RPC about transactions and the pool: fields and values.

use bitcoin::consensus::encode;
use serde_json::{Value, json};

use crate::common::{Coin, Key, World};

#[track_caller]
fn keys(value: &Value, expected: &[&str]) {
    let mut got: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    got.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(got, expected);
}

const TX: [&str; 10] = [
    "txid", "hash", "version", "size", "vsize", "weight", "locktime", "vin", "vout", "hex",
];

#[test]
fn a_transaction_comes_at_three_levels() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let tx = key.pay(&coin, &key.script(), 700);
    let hex = encode::serialize_hex(&tx);
    let txid = world.send(&tx).to_string();
    assert_eq!(world.rpc("getrawtransaction", json!([txid])), hex);
    assert_eq!(world.rpc("getrawtransaction", json!([txid, false])), hex);
    keys(&world.rpc("getrawtransaction", json!([txid, 1])), &TX);
    let block = world.sandbox.mine(1).unwrap()[0].to_string();
    let shown = world.rpc("getrawtransaction", json!([txid, true]));
    let mut expected = TX.to_vec();
    expected.extend(["blockhash", "confirmations", "time", "blocktime"]);
    keys(&shown, &expected);
    assert_eq!(shown["blockhash"], block);
    let full = world.rpc("getrawtransaction", json!([txid, 2]));
    expected.push("fee");
    keys(&full, &expected);
    assert_eq!(full["fee"], 0.000_007);
    assert_eq!(full["vin"][0]["prevout"]["value"], 0.001);
    let inside = world.rpc("getrawtransaction", json!([txid, 1, block]));
    assert_eq!(inside["in_active_chain"], true);
    let error = |params: Value| world.try_rpc("getrawtransaction", params).unwrap_err();
    let none = "11".repeat(32);
    assert_eq!(
        error(json!([none])),
        (
            -5,
            "No such mempool or blockchain transaction. Use gettransaction for wallet transactions."
                .to_owned()
        )
    );
    assert_eq!(
        error(json!([txid, 1, none])),
        (-5, "Block hash not found".to_owned())
    );
    let other = world.rpc("getblockhash", json!([1]));
    assert_eq!(error(json!([txid, 1, other])).0, -5);
    assert_eq!(
        error(json!(["abc"])),
        (
            -8,
            "parameter 1 must be of length 64 (not 3, for 'abc')".to_owned()
        )
    );
    let decoded = world.rpc("decoderawtransaction", json!([hex]));
    assert_eq!(decoded["txid"], txid);
    assert!(decoded.get("hex").is_none());
}

#[test]
fn the_pool_is_shown_as_ids_entries_and_figures() {
    let world = World::new();
    let empty = world.rpc("getmempoolinfo", json!([]));
    keys(
        &empty,
        &[
            "loaded",
            "size",
            "bytes",
            "usage",
            "total_fee",
            "maxmempool",
            "mempoolminfee",
            "minrelaytxfee",
            "incrementalrelayfee",
            "unbroadcastcount",
            "fullrbf",
        ],
    );
    assert_eq!(
        (&empty["loaded"], &empty["size"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(empty["minrelaytxfee"], 0.000_01);
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let parent = key.pay(&coin, &key.script(), 300);
    let child = key.pay(&Coin::of(&parent, 0), &key.script(), 500);
    let (first, second) = (
        world.send(&parent).to_string(),
        world.send(&child).to_string(),
    );
    let info = world.rpc("getmempoolinfo", json!([]));
    assert_eq!((&info["size"], &info["bytes"]), (&json!(2), &json!(220)));
    assert_eq!(info["total_fee"], 0.000_008);
    assert_eq!(
        world.rpc("getrawmempool", json!([])),
        json!([first, second])
    );
    let sequence = world.rpc("getrawmempool", json!([false, true]));
    keys(&sequence, &["txids", "mempool_sequence"]);
    let entry = world.rpc("getmempoolentry", json!([second]));
    keys(
        &entry,
        &[
            "vsize",
            "weight",
            "time",
            "height",
            "descendantcount",
            "descendantsize",
            "ancestorcount",
            "ancestorsize",
            "wtxid",
            "fees",
            "depends",
            "spentby",
            "bip125-replaceable",
            "unbroadcast",
        ],
    );
    keys(
        &entry["fees"],
        &["base", "modified", "ancestor", "descendant"],
    );
    assert_eq!(
        (&entry["ancestorcount"], &entry["ancestorsize"]),
        (&json!(2), &json!(220))
    );
    assert_eq!(entry["descendantcount"], 1);
    assert_eq!(entry["fees"]["base"], 0.000_005);
    assert_eq!(entry["fees"]["ancestor"], 0.000_008);
    assert_eq!(entry["depends"], json!([first]));
    assert_eq!(entry["bip125-replaceable"], true);
    let verbose = world.rpc("getrawmempool", json!([true]));
    assert_eq!(verbose[&second], entry);
    assert_eq!(verbose[&first]["spentby"], json!([second]));
    assert_eq!(
        world.rpc("getmempoolancestors", json!([second])),
        json!([first])
    );
    assert_eq!(
        world.rpc("getmempooldescendants", json!([first])),
        json!([second])
    );
    let spending = json!([[{ "txid": coin.outpoint.txid, "vout": 0 }]]);
    assert_eq!(
        world.rpc("gettxspendingprevout", spending)[0]["spendingtxid"],
        first
    );
    let error = world
        .try_rpc("getmempoolentry", json!(["11".repeat(32)]))
        .unwrap_err();
    assert_eq!(error, (-5, "Transaction not in mempool".to_owned()));
}

#[test]
fn a_test_of_acceptance_shows_size_and_fees() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let tx = key.pay(&coin, &key.script(), 220);
    let verdict = world.rpc("testmempoolaccept", json!([[encode::serialize_hex(&tx)]]));
    assert_eq!(
        verdict,
        json!([{
            "txid": tx.compute_txid(),
            "wtxid": tx.compute_wtxid(),
            "allowed": true,
            "vsize": 110,
            "fees": {
                "base": 0.000_002_2,
                "effective-feerate": 0.000_02,
                "effective-includes": [tx.compute_wtxid()],
            },
        }])
    );
    let error = |params: Value| world.try_rpc("testmempoolaccept", params).unwrap_err();
    let message = "Array must contain between 1 and 25 transactions.";
    assert_eq!(error(json!([[]])), (-8, message.to_owned()));
    assert_eq!(error(json!([vec!["00"; 26]])), (-8, message.to_owned()));
    assert_eq!(error(json!(["00"])).0, -3);
}
