//! JSON-RPC about mining and fees.

use bitcoin::consensus::encode;
use serde_json::{Value, json};

use crate::common::{Coin, Key, World};

#[test]
fn blocks_are_generated_to_an_address_with_subsidy_and_fees() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    world.send(&key.pay(&coin, &key.script(), 12_345));
    let hashes = world.rpc(
        "generatetoaddress",
        json!([3, Key::new(2).address().to_string()]),
    );
    assert_eq!(hashes.as_array().unwrap().len(), 3);
    assert_eq!(hashes[2], world.rpc("getbestblockhash", json!([])));
    let block = world.rpc("getblock", json!([hashes[0], 2]));
    let paid = &block["tx"][0]["vout"][0];
    assert_eq!(paid["value"], 50.000_123_45);
    assert_eq!(
        paid["scriptPubKey"]["address"],
        Key::new(2).address().to_string()
    );
    assert_eq!(
        block["tx"][0]["vout"][1]["scriptPubKey"]["type"],
        "nulldata"
    );
    let error = world
        .try_rpc("generatetoaddress", json!([1, "nobody"]))
        .unwrap_err();
    assert_eq!(error, (-5, "Error: Invalid address".to_owned()));
    assert_eq!(
        world.rpc("generatetoaddress", json!([0, key.address().to_string()])),
        json!([])
    );
}

#[test]
fn the_subsidy_halves_at_block_150() {
    let world = World::new();
    let mined = world.sandbox.mine(41).unwrap();
    let value = |hash: &bitcoin::BlockHash| {
        world.rpc("getblock", json!([hash.to_string(), 2]))["tx"][0]["vout"][0]["value"].clone()
    };
    assert_eq!(value(&mined[38]), 50.0);
    assert_eq!(value(&mined[39]), 25.0);
    assert_eq!(value(&mined[40]), 25.0);
}

#[test]
fn mining_is_described() {
    let world = World::new();
    let info = world.rpc("getmininginfo", json!([]));
    for field in [
        "blocks",
        "difficulty",
        "networkhashps",
        "pooledtx",
        "chain",
        "warnings",
        "bits",
    ] {
        assert!(info.get(field).is_some(), "{field}");
    }
    assert_eq!(
        (&info["blocks"], &info["chain"]),
        (&json!(110), &json!("regtest"))
    );
    assert_eq!(info["next"]["height"], 111);
}

#[test]
fn a_block_is_generated_with_exactly_these_transactions() {
    let world = World::new();
    let key = Key::new(1);
    let (first, second) = (world.fund(&key, 100_000), world.fund(&key, 100_000));
    let waiting = key.pay(&first, &key.script(), 500);
    let left = key.pay(&second, &key.script(), 500);
    let (waiting_id, left_id) = (world.send(&waiting), world.send(&left));
    let raw = key.pay(&Coin::of(&waiting, 0), &key.script(), 0);
    let output = key.address().to_string();
    let txs = json!([waiting_id, encode::serialize_hex(&raw)]);
    let made = world.rpc("generateblock", json!([output, txs]));
    let block = world.rpc("getblock", json!([made["hash"]]));
    assert_eq!(block["nTx"], 3);
    assert_eq!(world.sandbox.mempool_txids(), [left_id]);
    let mut bad = key.pay(&second, &key.script(), 700);
    bad.input[0].witness = bitcoin::Witness::new();
    let txs = json!([encode::serialize_hex(&bad)]);
    let error = world
        .try_rpc("generateblock", json!([output, txs]))
        .unwrap_err();
    assert_eq!(
        error,
        (-25, "TestBlockValidity failed: rejected".to_owned())
    );
    assert_eq!(
        world.rpc("getblockcount", json!([])),
        113,
        "the kernel refused it"
    );
    let error = world
        .try_rpc("generateblock", json!([output, ["11".repeat(32)]]))
        .unwrap_err();
    assert_eq!(error.0, -5);
    let descriptor = format!("wpkh({})", key.public());
    let by_descriptor = world.rpc("generatetodescriptor", json!([1, descriptor]));
    assert_eq!(by_descriptor.as_array().unwrap().len(), 1);
}

#[test]
fn fees_are_estimated_within_bounds() {
    let world = World::new();
    let estimate = |params: Value| world.try_rpc("estimatesmartfee", params);
    assert_eq!(
        estimate(json!([6])).unwrap(),
        json!({ "feerate": 0.000_01, "blocks": 6 })
    );
    assert_eq!(estimate(json!([1, "CONSERVATIVE"])).unwrap()["blocks"], 2);
    for bad in [0, 1_009, -1] {
        assert_eq!(
            estimate(json!([bad])).unwrap_err(),
            (
                -8,
                "Invalid conf_target, must be between 1 and 1008".to_owned()
            )
        );
    }
    assert_eq!(estimate(json!([6, "fast"])).unwrap_err().0, -8);
}
