//! JSON-RPC about chain, blocks, coins and filters: fields and values.

use bitcoin::consensus::encode;
use bitcoin::{Amount, Block};
use serde_json::{Value, json};

use crate::common::{Key, World};

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

const HEADER: [&str; 16] = [
    "hash",
    "confirmations",
    "height",
    "version",
    "versionHex",
    "merkleroot",
    "time",
    "mediantime",
    "nonce",
    "bits",
    "target",
    "difficulty",
    "chainwork",
    "nTx",
    "previousblockhash",
    "nextblockhash",
];

#[test]
fn the_state_of_the_chain_has_cores_fields() {
    let world = World::new();
    let info = world.rpc("getblockchaininfo", json!([]));
    keys(
        &info,
        &[
            "chain",
            "blocks",
            "headers",
            "bestblockhash",
            "bits",
            "target",
            "difficulty",
            "time",
            "mediantime",
            "verificationprogress",
            "initialblockdownload",
            "chainwork",
            "size_on_disk",
            "pruned",
            "warnings",
        ],
    );
    assert_eq!(info["chain"], "regtest");
    assert_eq!(
        (&info["blocks"], &info["headers"]),
        (&json!(110), &json!(110))
    );
    assert_eq!(info["bestblockhash"], world.sandbox.tip().hash.to_string());
    assert_eq!(info["initialblockdownload"], false);
    // 111 blocks of work 2 each
    assert_eq!(info["chainwork"], format!("{:064x}", 222));
    assert_eq!(info["bits"], "207fffff");
    let difficulty = info["difficulty"].as_f64().unwrap();
    assert!((difficulty / 4.656_542_373_906_925e-10 - 1.0).abs() < 1e-12);
    assert_eq!(world.rpc("getblockcount", json!([])), 110);
    assert_eq!(
        world.rpc("getbestblockhash", json!([])),
        info["bestblockhash"]
    );
    assert_eq!(world.rpc("getdifficulty", json!([])), info["difficulty"]);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let time = info["time"].as_u64().unwrap();
    assert!(time <= now.as_secs(), "blocks are not in the future");
}

#[test]
fn headers_come_as_objects_and_in_hex() {
    let world = World::new();
    let hash = world.rpc("getblockhash", json!([7]));
    let header = world.rpc("getblockheader", json!([hash]));
    keys(&header, &HEADER);
    assert_eq!(header["height"], 7);
    assert_eq!(header["confirmations"], 104);
    assert_eq!(header["versionHex"], "20000000");
    assert_eq!(
        header["previousblockhash"],
        world.rpc("getblockhash", json!([6]))
    );
    assert_eq!(
        header["nextblockhash"],
        world.rpc("getblockhash", json!([8]))
    );
    let hex = world.rpc("getblockheader", json!([hash, false]));
    let parsed: bitcoin::block::Header = encode::deserialize_hex(hex.as_str().unwrap()).unwrap();
    assert_eq!(parsed.block_hash().to_string(), hash.as_str().unwrap());
    let genesis = world.rpc("getblockhash", json!([0]));
    let genesis = world.rpc("getblockheader", json!([genesis]));
    assert!(genesis.get("previousblockhash").is_none());
    assert_eq!(genesis["chainwork"], format!("{:064x}", 2));
    let error = world.try_rpc("getblockhash", json!([111])).unwrap_err();
    assert_eq!(error, (-8, "Block height out of range".to_owned()));
    assert_eq!(
        world.try_rpc("getblockhash", json!([-1])).unwrap_err().0,
        -8
    );
}

#[test]
fn a_block_comes_at_four_levels() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let tx = key.pay(&coin, &key.script(), 700);
    let txid = world.send(&tx).to_string();
    let hash = world.sandbox.mine(1).unwrap()[0].to_string();
    world.sandbox.mine(1).unwrap();

    let hex = world.rpc("getblock", json!([hash, 0]));
    let parsed: Block = encode::deserialize_hex(hex.as_str().unwrap()).unwrap();
    let ids = world.rpc("getblock", json!([hash]));
    let mut expected = HEADER.to_vec();
    expected.extend(["strippedsize", "size", "weight", "tx"]);
    keys(&ids, &expected);
    assert_eq!(ids["tx"][1], txid);
    assert_eq!(ids["size"], parsed.total_size());
    assert_eq!(ids["weight"], parsed.weight().to_wu());
    assert_eq!(
        ids["strippedsize"].as_u64().unwrap() * 3 + ids["size"].as_u64().unwrap(),
        parsed.weight().to_wu()
    );

    let txs = world.rpc("getblock", json!([hash, 2]));
    let shown = &txs["tx"][1];
    keys(
        shown,
        &[
            "txid", "hash", "version", "size", "vsize", "weight", "locktime", "vin", "vout", "fee",
            "hex",
        ],
    );
    assert_eq!(shown["fee"], 0.000_007);
    assert_eq!(shown["hash"], tx.compute_wtxid().to_string());
    keys(
        &shown["vin"][0],
        &["txid", "vout", "scriptSig", "txinwitness", "sequence"],
    );
    let script = &shown["vout"][0]["scriptPubKey"];
    keys(script, &["asm", "desc", "hex", "address", "type"]);
    assert_eq!(script["type"], "witness_v0_keyhash");
    assert_eq!(script["address"], key.address().to_string());
    assert!(
        script["desc"]
            .as_str()
            .unwrap()
            .starts_with(&format!("addr({})#", key.address()))
    );
    assert!(script["asm"].as_str().unwrap().starts_with("0 "));
    let coinbase = &txs["tx"][0];
    keys(
        &coinbase["vin"][0],
        &["coinbase", "txinwitness", "sequence"],
    );
    assert!(coinbase.get("fee").is_none());

    let full = world.rpc("getblock", json!([hash, 3]));
    let prevout = &full["tx"][1]["vin"][0]["prevout"];
    keys(prevout, &["generated", "height", "value", "scriptPubKey"]);
    assert_eq!(prevout["generated"], false);
    assert_eq!(prevout["height"], 111);
    assert_eq!(prevout["value"], 0.001);
}

#[test]
fn an_unspent_output_is_shown_with_and_without_the_pool() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let id = coin.outpoint.txid.to_string();
    let out = world.rpc("gettxout", json!([id, 0]));
    keys(
        &out,
        &[
            "bestblock",
            "confirmations",
            "value",
            "scriptPubKey",
            "coinbase",
        ],
    );
    assert_eq!(out["confirmations"], 1);
    assert_eq!(out["value"], 0.001);
    assert_eq!(out["coinbase"], false);
    let tx = key.pay(&coin, &key.script(), 500);
    let spender = world.send(&tx).to_string();
    assert_eq!(world.rpc("gettxout", json!([id, 0])), Value::Null);
    assert_eq!(world.rpc("gettxout", json!([id, 0, false]))["value"], 0.001);
    assert_eq!(
        world.rpc("gettxout", json!([spender, 0]))["confirmations"],
        0
    );
    assert_eq!(
        world.rpc("gettxout", json!([spender, 0, false])),
        Value::Null
    );
    assert_eq!(world.rpc("gettxout", json!([id, 9])), Value::Null);
    world.sandbox.mine(1).unwrap();
    assert_eq!(world.rpc("gettxout", json!([id, 0, false])), Value::Null);
    let spending = world.rpc("gettxspendingprevout", json!([[{ "txid": id, "vout": 0 }]]));
    assert!(spending[0].get("spendingtxid").is_none());
    let set = world.rpc("gettxoutsetinfo", json!(["none"]));
    // 112 coinbases, the faucet's change, the key's new coin; the fees went to a coinbase.
    assert_eq!(set["txouts"], 113);
    assert_eq!(set["total_amount"], 112.0 * 50.0);
}

#[test]
fn coins_are_found_by_descriptor() {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    let scan = |objects: Value| world.rpc("scantxoutset", json!(["start", objects]));
    let found = scan(json!([format!("addr({})", key.address())]));
    keys(
        &found,
        &[
            "success",
            "txouts",
            "height",
            "bestblock",
            "unspents",
            "total_amount",
        ],
    );
    assert_eq!(found["total_amount"], 0.001);
    let coin_json = &found["unspents"][0];
    keys(
        coin_json,
        &[
            "txid",
            "vout",
            "scriptPubKey",
            "desc",
            "amount",
            "coinbase",
            "height",
            "blockhash",
            "confirmations",
        ],
    );
    assert_eq!(coin_json["txid"], coin.outpoint.txid.to_string());
    assert_eq!(
        (&coin_json["height"], &coin_json["confirmations"]),
        (&json!(111), &json!(1))
    );
    let public = key.public().to_string();
    for object in [
        json!(format!("raw({})", key.script().to_hex_string())),
        json!(format!("wpkh({public})")),
        json!(format!("combo({public})")),
        json!({ "desc": format!("wpkh({public})"), "range": 5 }),
    ] {
        assert_eq!(
            scan(json!([object]))["unspents"].as_array().unwrap().len(),
            1,
            "{object}"
        );
    }
    // BIP-0086's account key, the third external address.
    let xpub = "tpubDDfvzhdVV4unsoKt5aE6dcsNsfeWbTgmLZPi8LQDYU2xixrYemMfWJ3BaVneH3u7DBQePdTwhpybaKRU95pi6PMUtLPBJLVQRpzEnjfjZzX";
    let descriptor = format!("tr({xpub}/0/*)");
    let addresses = world.rpc(
        "deriveaddresses",
        json!([with_checksum(&world, &descriptor), [0, 4]]),
    );
    let third = addresses[2].as_str().unwrap().to_owned();
    let third: bitcoin::Address<_> = third.parse().unwrap();
    let third = third.assume_checked().script_pubkey();
    world
        .sandbox
        .faucet(third, Amount::from_sat(5_000))
        .unwrap();
    assert_eq!(scan(json!([descriptor]))["total_amount"], 0.000_05);
    let short = scan(json!([{ "desc": descriptor, "range": 1 }]));
    assert_eq!(short["total_amount"], 0.0);
    let ranged = scan(json!([{ "desc": descriptor, "range": [2, 2] }]));
    assert_eq!(ranged["total_amount"], 0.000_05);

    assert_eq!(world.rpc("scantxoutset", json!(["status"])), Value::Null);
    assert_eq!(world.rpc("scantxoutset", json!(["abort"])), false);
    let error = |params: Value| world.try_rpc("scantxoutset", params).unwrap_err();
    assert_eq!(
        error(json!(["jump"])),
        (-8, "Invalid action 'jump'".to_owned())
    );
    assert_eq!(error(json!(["start"])).0, -1);
    assert_eq!(error(json!(["start", ["addr(x)"]])).0, -5);
    assert_eq!(error(json!(["start", ["wpkh(x)"]])).0, -5);
    assert_eq!(
        error(json!(["start", [{ "desc": descriptor, "range": [3, 1] }]])).0,
        -8
    );
    let hardened = format!("tr({xpub}/0/*')");
    assert_eq!(error(json!(["start", [hardened]])).0, -5);
    let wrong = format!("{descriptor}#aaaaaaaa");
    assert_eq!(error(json!(["start", [wrong]])).0, -5);
}

fn with_checksum(world: &World, descriptor: &str) -> String {
    let info = world.rpc("getdescriptorinfo", json!([descriptor]));
    info["descriptor"].as_str().unwrap().to_owned()
}

#[test]
fn filters_match_what_their_block_holds() {
    use bitcoin::bip158::{BlockFilter, FilterHash};
    use bitcoin::hashes::Hash;
    let world = World::new();
    // BIP-0157: the header of a chain's first filter is hashed over zeros.
    let genesis = world.rpc("getblockhash", json!([0]));
    let filter = world.rpc("getblockfilter", json!([genesis, "basic"]));
    keys(&filter, &["filter", "header"]);
    let content = hex::decode(filter["filter"].as_str().unwrap()).unwrap();
    let mut data = FilterHash::hash(&content).to_byte_array().to_vec();
    data.extend([0; 32]);
    let header = bitcoin::bip158::FilterHeader::hash(&data);
    assert_eq!(filter["header"], header.to_string());

    let key = Key::new(1);
    let coin = world.fund(&key, 100_000);
    world.send(&key.pay(&coin, &Key::new(2).script(), 500));
    let hash = world.sandbox.mine(1).unwrap()[0];
    let filter = world.rpc("getblockfilter", json!([hash.to_string()]));
    let content = hex::decode(filter["filter"].as_str().unwrap()).unwrap();
    let matches = |script: bitcoin::ScriptBuf| {
        BlockFilter::new(&content)
            .match_any(&hash, std::iter::once(script.as_bytes()))
            .unwrap()
    };
    assert!(matches(key.script()), "what is spent is in the filter");
    assert!(
        matches(Key::new(2).script()),
        "what is paid is in the filter"
    );
    assert!(!matches(Key::new(3).script()));
    let error = |params: Value| world.try_rpc("getblockfilter", params).unwrap_err();
    assert_eq!(
        error(json!([hash.to_string(), "extended"])),
        (-5, "Unknown filtertype".to_owned())
    );
    assert_eq!(
        error(json!(["11".repeat(32)])),
        (-5, "Block not found".to_owned())
    );
}

#[test]
fn the_network_that_is_not_there_is_described() {
    let world = World::new();
    let info = world.rpc("getnetworkinfo", json!([]));
    assert_eq!(info["version"], 290_000);
    assert_eq!(info["relayfee"], 0.000_01);
    assert_eq!(info["connections"], 0);
    assert_eq!(world.rpc("getconnectioncount", json!([])), 0);
    let good = world.rpc(
        "validateaddress",
        json!([Key::new(1).address().to_string()]),
    );
    assert_eq!(
        (&good["isvalid"], &good["iswitness"]),
        (&json!(true), &json!(true))
    );
    let bad = world.rpc(
        "validateaddress",
        json!(["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]),
    );
    assert_eq!(bad["isvalid"], false);
    assert_eq!(
        world.rpc("getindexinfo", json!([]))["txindex"]["synced"],
        true
    );
}
