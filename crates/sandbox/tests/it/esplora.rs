//! Every Esplora route: path, shape, page sizes, texts.

use bitcoin::consensus::encode;
use bitcoin::hashes::{Hash, sha256};
use bitcoin::{Amount, Block, MerkleBlock, Transaction};
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
    "txid", "version", "locktime", "vin", "vout", "size", "weight", "sigops", "fee", "status",
];
const BLOCK: [&str; 13] = [
    "id",
    "height",
    "version",
    "timestamp",
    "tx_count",
    "size",
    "weight",
    "merkle_root",
    "previousblockhash",
    "mediantime",
    "nonce",
    "bits",
    "difficulty",
];

#[test]
fn blocks_are_served_in_every_form() {
    let world = World::new();
    let tip = world.sandbox.tip();
    assert_eq!(world.api_text("/blocks/tip/height"), tip.height.to_string());
    assert_eq!(world.api_text("/blocks/tip/hash"), tip.hash.to_string());
    assert_eq!(world.api_text("/block-height/110"), tip.hash.to_string());
    let block = world.api_json(&format!("/block/{}", tip.hash));
    keys(&block, &BLOCK);
    assert_eq!(block["height"], 110);
    assert_eq!(block["bits"], 0x207f_ffff);
    let raw = world.api(&format!("/block/{}/raw", tip.hash));
    assert_eq!(raw.kind, "application/octet-stream");
    let parsed: Block = encode::deserialize(&raw.body).unwrap();
    assert_eq!(parsed.block_hash(), tip.hash);
    assert_eq!(block["size"], raw.body.len());
    let header = world.api_text(&format!("/block/{}/header", tip.hash));
    assert_eq!(header, encode::serialize_hex(&parsed.header));
    let txids = world.api_json(&format!("/block/{}/txids", tip.hash));
    assert_eq!(txids, json!([parsed.txdata[0].compute_txid()]));
    let txid = world.api_text(&format!("/block/{}/txid/0", tip.hash));
    assert_eq!(txid, txids[0].as_str().unwrap());
    let status = world.api_json(&format!("/block/{}/status", tip.hash));
    assert_eq!(
        status,
        json!({ "in_best_chain": true, "height": 110, "next_best": null })
    );
    let blocks = world.api_json("/blocks");
    assert_eq!(blocks.as_array().unwrap().len(), 10);
    assert_eq!(blocks[0], block);
    let blocks = world.api_json("/blocks/3");
    assert_eq!(blocks.as_array().unwrap().len(), 4);
    assert_eq!(blocks[3]["previousblockhash"], Value::Null);
}

#[test]
fn what_is_not_there_has_the_public_servers_words() {
    let world = World::new();
    let none = "11".repeat(32);
    let tip = world.sandbox.tip().hash;
    for (path, status, text) in [
        (format!("/block/{none}"), 404, "Block not found"),
        (format!("/block/{none}/txs"), 404, "Block not found"),
        (format!("/block/{none}/raw"), 404, "Block not found"),
        ("/block-height/100000".into(), 404, "Block not found"),
        ("/blocks/100000".into(), 404, "Block not found"),
        (format!("/tx/{none}"), 404, "Transaction not found"),
        (format!("/tx/{none}/hex"), 404, "Transaction not found"),
        (
            format!("/tx/{none}/outspends"),
            404,
            "Transaction not found",
        ),
        (
            format!("/tx/{none}/merkle-proof"),
            404,
            "Transaction not found or is unconfirmed",
        ),
        ("/tx/xyz".into(), 400, "Invalid hex string"),
        ("/block/12".into(), 400, "Invalid hex string"),
        ("/scripthash/12".into(), 400, "Invalid scripthash"),
        ("/scripthash/xyz".into(), 400, "Invalid hex string"),
        ("/block-height/-1".into(), 400, "Invalid number"),
        ("/block-height/9999999999".into(), 404, "Block not found"),
        ("/blocks/9999999999".into(), 404, "Block not found"),
        ("/address/hello".into(), 400, "Invalid Bitcoin address"),
        (
            "/address/bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq".into(),
            400,
            "Address on invalid network",
        ),
        (
            format!("/block/{tip}/txs/25"),
            404,
            "start index out of range",
        ),
        (format!("/block/{tip}/txid/7"), 404, "tx index out of range"),
    ] {
        let answer = world.api(&path);
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (status, text),
            "{path}"
        );
        assert_eq!(answer.kind, "text/plain");
    }
    for path in ["/nothing", "/foo/bar", "/block", "/address/x/y", "/tx"] {
        let answer = world.api(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.text().starts_with("endpoint does not exist"),
            "{path}: {}",
            answer.text()
        );
    }
    let status = world.api_json(&format!("/block/{none}/status"));
    assert_eq!(status["in_best_chain"], false);
    assert_eq!(
        world.api_json(&format!("/tx/{none}/status")),
        json!({ "confirmed": false })
    );
}

#[test]
fn what_is_no_page_means_the_first_one_as_on_the_public_servers() {
    let world = World::new();
    let key = Key::new(1);
    world.fund(&key, 100_000);
    assert_eq!(world.api_json("/blocks/newest"), world.api_json("/blocks"));
    let tip = world.sandbox.tip().hash;
    assert_eq!(
        world.api_json(&format!("/block/{tip}/txs/first")),
        world.api_json(&format!("/block/{tip}/txs"))
    );
    let pages = format!("/address/{}/txs/chain", key.address());
    let first = world.api_json(&pages);
    assert_eq!(first.as_array().unwrap().len(), 1);
    assert_eq!(world.api_json(&format!("{pages}/xyz")), first);
}

#[test]
fn versions_are_unsigned_as_on_the_public_servers() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), 99_000)]);
    tx.version = bitcoin::transaction::Version(-2);
    let tx = key.sign(tx, &[coin]);
    // No pool takes it; a block may hold it.
    let params = json!([key.address().to_string(), [encode::serialize_hex(&tx)]]);
    world.rpc("generateblock", params);
    let seen = world.api_json(&format!("/tx/{}", tx.compute_txid()));
    assert_eq!(seen["version"], 0xffff_fffe_u32);
}

#[test]
fn a_package_is_checked_as_on_the_public_servers() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let parent = key.pay_by_child(&coin, &key.script(), 0);
    let child = key.pay_by_child(&Coin::of(&parent, 0), &key.script(), 30_000);
    let url = format!("{}/txs/package", world.sandbox.esplora_url());
    let both = [&parent, &child].map(encode::serialize_hex);
    for (query, body, text) in [
        ("", json!(["00"]), "Invalid transaction size for item 0"),
        (
            "",
            json!([both[0], "zz".repeat(100)]),
            "Invalid transaction hex for item 1",
        ),
        (
            "",
            json!(vec!["00"; 26]),
            "Exceeded maximum of 25 transactions",
        ),
        ("?maxfeerate=much", json!(both), "Invalid maxfeerate"),
        ("?maxburnamount=all", json!(both), "Invalid maxburnamount"),
    ] {
        let answer = world.http.post(&format!("{url}{query}"), body.to_string());
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (400, text),
            "{query} {body}"
        );
    }
    // 30,000 sat for one of these is far above 0.00001 BTC/kvB.
    let answer = world.http.post(
        &format!("{url}?maxfeerate=0.00001"),
        json!(both).to_string(),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["package_msg"], "transaction failed");
    assert!(world.sandbox.mempool_txids().is_empty());
    let answer = world.http.post(&url, json!(both).to_string());
    assert_eq!(answer.json()["package_msg"], "success", "{}", answer.text());
    assert_eq!(world.sandbox.mempool_txids().len(), 2);
}

#[test]
fn a_transaction_is_served_in_every_form() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let tx = key.pay(&coin, &Key::new(2).script(), 700);
    let txid = world.send(&tx);
    let waiting = world.api_json(&format!("/tx/{txid}"));
    keys(&waiting, &TX);
    assert_eq!(waiting["status"], json!({ "confirmed": false }));
    assert_eq!(waiting["fee"], 700);
    assert_eq!(waiting["weight"], tx.weight().to_wu());
    assert_eq!(waiting["sigops"], 1);
    let vin = &waiting["vin"][0];
    keys(
        vin,
        &[
            "txid",
            "vout",
            "prevout",
            "scriptsig",
            "scriptsig_asm",
            "witness",
            "is_coinbase",
            "sequence",
        ],
    );
    keys(
        &vin["prevout"],
        &[
            "scriptpubkey",
            "scriptpubkey_asm",
            "scriptpubkey_type",
            "scriptpubkey_address",
            "value",
        ],
    );
    assert_eq!(vin["prevout"]["value"], 100_000);
    assert_eq!(vin["prevout"]["scriptpubkey_type"], "v0_p2wpkh");
    assert_eq!(
        vin["prevout"]["scriptpubkey_address"],
        key.address().to_string()
    );
    assert!(
        vin["prevout"]["scriptpubkey_asm"]
            .as_str()
            .unwrap()
            .starts_with("OP_0 OP_PUSHBYTES_20 ")
    );
    assert_eq!(
        world.api_text(&format!("/tx/{txid}/hex")),
        encode::serialize_hex(&tx)
    );
    let raw = world.api(&format!("/tx/{txid}/raw"));
    assert_eq!(raw.kind, "application/octet-stream");
    assert_eq!(encode::deserialize::<Transaction>(&raw.body).unwrap(), tx);
    assert_eq!(
        world.api_json(&format!("/tx/{txid}/outspend/0")),
        json!({ "spent": false })
    );
    let spent = world.api_json(&format!("/tx/{}/outspend/0", coin.outpoint.txid));
    assert_eq!(
        spent,
        json!({ "spent": true, "txid": txid, "vin": 0, "status": { "confirmed": false } })
    );
    assert_eq!(world.api(&format!("/tx/{txid}/merkle-proof")).status, 404);

    let block = world.sandbox.mine(1).unwrap()[0];
    let status = world.api_json(&format!("/tx/{txid}/status"));
    let time = world.api_json(&format!("/block/{block}"))["timestamp"].clone();
    assert_eq!(
        status,
        json!({ "confirmed": true, "block_height": 112, "block_hash": block, "block_time": time })
    );
    let mut confirmed = waiting.clone();
    confirmed["status"] = status;
    assert_eq!(world.api_json(&format!("/tx/{txid}")), confirmed);
    let outspends = world.api_json(&format!("/tx/{}/outspends", coin.outpoint.txid));
    assert_eq!(outspends.as_array().unwrap().len(), 2);
    assert_eq!(outspends[0]["status"]["confirmed"], true);
    let proof = world.api_json(&format!("/tx/{txid}/merkle-proof"));
    keys(&proof, &["block_height", "merkle", "pos"]);
    assert_eq!(
        (&proof["block_height"], &proof["pos"]),
        (&json!(112), &json!(1))
    );
    let proof = world.api_text(&format!("/tx/{txid}/merkleblock-proof"));
    let proof: MerkleBlock = encode::deserialize_hex(&proof).unwrap();
    let (mut matches, mut places) = (Vec::new(), Vec::new());
    proof.extract_matches(&mut matches, &mut places).unwrap();
    assert_eq!((matches, places), (vec![txid], vec![1]));
}

#[test]
fn a_coinbase_is_marked_as_one() {
    let world = World::new();
    let tip = world.sandbox.tip().hash;
    let tx = &world.api_json(&format!("/block/{tip}/txs"))[0];
    assert_eq!(tx["vin"][0]["is_coinbase"], true);
    assert_eq!(tx["vin"][0]["prevout"], Value::Null);
    assert_eq!(tx["vin"][0]["txid"], "00".repeat(32));
    assert_eq!(tx["vin"][0]["vout"], u32::MAX);
    assert_eq!(tx["fee"], 0);
    let commitment = &tx["vout"][1];
    assert_eq!(commitment["scriptpubkey_type"], "op_return");
    assert!(commitment.get("scriptpubkey_address").is_none());
}

#[test]
fn an_address_and_its_scripthash_say_the_same() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let waiting = key.pay(&coin, &key.script(), 1_000);
    let txid = world.send(&waiting);
    let hash = sha256::Hash::hash(key.script().as_bytes());
    let (by_address, by_hash) = (
        format!("/address/{}", key.address()),
        format!("/scripthash/{hash}"),
    );
    let stats = world.api_json(&by_address);
    keys(&stats, &["address", "chain_stats", "mempool_stats"]);
    assert_eq!(
        stats["chain_stats"],
        json!({
            "tx_count": 1, "funded_txo_count": 1, "funded_txo_sum": 100_000,
            "spent_txo_count": 0, "spent_txo_sum": 0,
        })
    );
    assert_eq!(
        stats["mempool_stats"],
        json!({
            "tx_count": 1, "funded_txo_count": 1, "funded_txo_sum": 99_000,
            "spent_txo_count": 1, "spent_txo_sum": 100_000,
        })
    );
    let other = world.api_json(&by_hash);
    keys(&other, &["scripthash", "chain_stats", "mempool_stats"]);
    assert_eq!(other["chain_stats"], stats["chain_stats"]);
    for path in ["/txs", "/txs/chain", "/txs/mempool", "/utxo"] {
        assert_eq!(
            world.api_json(&format!("{by_address}{path}")),
            world.api_json(&format!("{by_hash}{path}")),
            "{path}"
        );
    }
    let txs = world.api_json(&format!("{by_address}/txs"));
    assert_eq!(txs.as_array().unwrap().len(), 2);
    assert_eq!(txs[0]["txid"], txid.to_string());
    let utxo = world.api_json(&format!("{by_address}/utxo"));
    assert_eq!(
        utxo,
        json!([{ "txid": txid, "vout": 0, "status": { "confirmed": false }, "value": 99_000 }])
    );
    world.sandbox.mine(1).unwrap();
    let utxo = world.api_json(&format!("{by_address}/utxo"));
    assert_eq!(utxo[0]["status"]["block_height"], 112);
    let nobody = world.api_json(&format!("/address/{}", Key::new(9).address()));
    assert_eq!(nobody["chain_stats"]["tx_count"], 0);
    assert_eq!(
        world.api_json(&format!("/address/{}/txs", Key::new(9).address())),
        json!([])
    );
}

#[test]
fn pages_hold_25_and_go_on_after_the_last_seen() {
    let world = World::new();
    let key = Key::new(1);
    let made = world
        .sandbox
        .fill_history(&[key.script()], 60, 60, Amount::from_sat(1_000))
        .unwrap();
    let address = key.address();
    let ids = |value: Value| -> Vec<String> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|tx| tx["txid"].as_str().unwrap().to_owned())
            .collect()
    };
    let newest: Vec<String> = made.iter().rev().map(ToString::to_string).collect();
    let first = ids(world.api_json(&format!("/address/{address}/txs")));
    assert_eq!(first, newest[..25]);
    let second = ids(world.api_json(&format!("/address/{address}/txs/chain/{}", first[24])));
    assert_eq!(second, newest[25..50]);
    let third = ids(world.api_json(&format!("/address/{address}/txs/chain/{}", second[24])));
    assert_eq!(third, newest[50..]);
    let last = ids(world.api_json(&format!("/address/{address}/txs/chain/{}", third[9])));
    assert!(last.is_empty());
    let unknown = "22".repeat(32);
    assert!(ids(world.api_json(&format!("/address/{address}/txs/chain/{unknown}"))).is_empty());
    let tip = world.sandbox.tip().hash;
    let block = ids(world.api_json(&format!("/block/{tip}/txs/50")));
    assert_eq!(block.len(), 11);
    let answer = world.api(&format!("/block/{tip}/txs/26"));
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (400, "start index must be a multipication of 25")
    );
}

#[test]
fn the_pool_is_served_with_histogram_and_recent_ones() {
    let world = World::new();
    assert_eq!(
        world.api_json("/mempool"),
        json!({ "count": 0, "vsize": 0, "total_fee": 0, "fee_histogram": [] })
    );
    let key = Key::new(1);
    let mut coin = world.fund(&key, 100_000);
    let mut ids = Vec::new();
    for _ in 0..12 {
        let tx = key.pay(&coin, &key.script(), 220);
        ids.push(world.send(&tx).to_string());
        coin = Coin::of(&tx, 0);
    }
    let mempool = world.api_json("/mempool");
    assert_eq!(mempool["count"], 12);
    assert_eq!(mempool["total_fee"], 12 * 220);
    assert_eq!(mempool["vsize"], 12 * 110);
    assert_eq!(mempool["fee_histogram"], json!([[2.0, 12 * 110]]));
    assert_eq!(world.api_json("/mempool/txids"), json!(ids));
    let recent = world.api_json("/mempool/recent");
    assert_eq!(recent.as_array().unwrap().len(), 10);
    assert_eq!(
        recent[0],
        json!({ "txid": ids[11], "fee": 220, "vsize": 110, "value": 97_360 })
    );
    let listed = world.api_json(&format!("/address/{}/txs/mempool", key.address()));
    assert_eq!(listed.as_array().unwrap().len(), 12);
}

#[test]
fn fee_estimates_cover_every_target_and_never_go_below_the_floor() {
    let world = World::new();
    let estimates = world.api_json("/fee-estimates");
    let map = estimates.as_object().unwrap();
    assert_eq!(map.len(), 28);
    for target in ["1", "2", "6", "25", "144", "504", "1008"] {
        assert_eq!(map[target], 1.0, "{target}");
    }
}

#[test]
fn any_page_may_read_but_not_change() {
    let world = World::new();
    let url = format!("{}/blocks/tip/height", world.sandbox.esplora_url());
    let client = world.http.request();
    let response = world
        .http
        .headers(client.get(url).header("origin", "https://example.org"));
    assert_eq!(response["access-control-allow-origin"], "*");
}
