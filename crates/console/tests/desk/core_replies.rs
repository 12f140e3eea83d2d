//! A node of the main chain, in the shape in which Bitcoin Core answers: its replies as they were recorded, of regtest, with
//! other values written over. By hand is what it answered nowhere in the recording: a payment with data beside it, and
//! lists of other wallets.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::{Value, json};

/// The recording, which `crates/node-api` makes and reads.
const RECORDED: &str = include_str!("../../../node-api/tests/replies/core-28.99.jsonl");

/// What later versions tell besides.
const LATER: &[(&str, &str)] = &[
    ("getblockchaininfo", "bits"),
    ("getblockchaininfo", "target"),
    ("getmempoolinfo", "permitbaremultisig"),
    ("getmempoolinfo", "maxdatacarriersize"),
    ("getmininginfo", "bits"),
    ("getmininginfo", "target"),
    ("getmininginfo", "next"),
    ("getmininginfo", "blockmintxfee"),
    ("getblockheader", "target"),
    ("getblock", "target"),
    ("getblock", "coinbase_tx"),
];
/// What a node tells that removes old blocks, a block after which there is one, and a wallet with keys and a passphrase.
const AT_TIMES: &[(&str, &str)] = &[
    ("getblockchaininfo", "pruneheight"),
    ("getblockchaininfo", "automatic_pruning"),
    ("getblockchaininfo", "prune_target_size"),
    ("getwalletinfo", "birthtime"),
    ("getwalletinfo", "unlocked_until"),
    ("getblockheader", "nextblockhash"),
    ("getblock", "nextblockhash"),
];

/// The first object that a method was answered with.
fn recorded(method: &str) -> Value {
    static FIRST: OnceLock<HashMap<String, Value>> = OnceLock::new();
    let first = FIRST.get_or_init(|| {
        let mut first = HashMap::new();
        for line in RECORDED.lines() {
            let line: Value = serde_json::from_str(line).expect("a line of JSON");
            let (Some(method), Some(result)) = (line["method"].as_str(), line.get("result")) else {
                continue;
            };
            // Those of a wallet as it is when it is loaded and used, not before.
            if result.as_object().is_some_and(|fields| !fields.is_empty()) {
                first
                    .entry(method.to_owned())
                    .or_insert_with(|| result.clone());
            }
        }
        first
    });
    first
        .get(method)
        .unwrap_or_else(|| panic!("{method} is not in the recording"))
        .clone()
}

/// A recorded reply with other values. What it does not have, Core does not tell.
fn over(method: &str, values: Value) -> Value {
    let mut reply = recorded(method);
    let Value::Object(values) = values else {
        panic!("fields of {method}");
    };
    for (field, value) in values {
        let told = reply.get(&field).is_some()
            || LATER.contains(&(method, &field))
            || AT_TIMES.contains(&(method, &field));
        assert!(told, "Core's {method} has no {field}");
        reply[field] = value;
    }
    reply
}

pub const TIP: &str = "00000000000000000001f4b1c0de8fe0cde93ca6ba38ba3e3fcbb4b0fdb1b6a2";
pub const BEFORE: &str = "00000000000000000002d1ab9a6d1a3ad9c2bc2d1df52de12bb7e0a3b6b3a1c0";
pub const TXID: &str = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
pub const ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

/// Answers as a node of the main chain whose newest block is at height 900,000.
pub fn core(method: &str, params: &Value) -> Result<Value, (i64, &'static str)> {
    Ok(match method {
        "getblockchaininfo" => over(
            "getblockchaininfo",
            json!({
                "chain": "main", "blocks": 900_000, "headers": 900_001, "bestblockhash": TIP,
                "bits": "17023a04", "target": "0000000000000000000231a40000000000000000000000000000000000000000",
                "difficulty": 126_411_437_451_912.23, "time": 1_799_999_400, "mediantime": 1_799_997_000,
                "verificationprogress": 0.999_998_123_4, "initialblockdownload": false,
                "chainwork": "0000000000000000000000000000000000000000c9ffb1bf37c51f9a5e5c0ad0",
                "size_on_disk": 750_123_456_789_u64, "pruned": true, "pruneheight": 880_000,
                "automatic_pruning": true, "prune_target_size": 576_716_800,
                "warnings": ["This is a pre-release test build - use at your own risk"],
            }),
        ),
        "getnetworkinfo" => over(
            "getnetworkinfo",
            json!({
                "version": 300_000, "subversion": "/Satoshi:30.0.0/", "protocolversion": 70_016,
                "localservices": "0000000000000c09", "localservicesnames": ["NETWORK", "WITNESS"], "localrelay": true,
                "timeoffset": 0, "networkactive": true, "connections": 11, "connections_in": 1, "connections_out": 10,
                "networks": [{ "name": "ipv4", "limited": false, "reachable": true, "proxy": "",
                    "proxy_randomize_credentials": false }],
                "relayfee": 0.000_001, "incrementalfee": 0.000_001, "localaddresses": [], "warnings": [],
            }),
        ),
        "uptime" => json!(86_400),
        "getmempoolinfo" => over(
            "getmempoolinfo",
            json!({
                "loaded": true, "size": 2, "bytes": 361, "usage": 2_368, "total_fee": 0.000_043_21,
                "maxmempool": 300_000_000, "mempoolminfee": 0.000_001, "minrelaytxfee": 0.000_001,
                "incrementalrelayfee": 0.000_001, "unbroadcastcount": 0, "fullrbf": true,
                "permitbaremultisig": true, "maxdatacarriersize": 100_000,
            }),
        ),
        "getmininginfo" => over(
            "getmininginfo",
            json!({
                "blocks": 900_000, "bits": "17023a04", "difficulty": 126_411_437_451_912.23,
                "target": "0000000000000000000231a40000000000000000000000000000000000000000",
                "networkhashps": 8.123_456_789e20, "pooledtx": 2, "blockmintxfee": 0.000_000_01, "chain": "main",
                "next": { "height": 900_001, "bits": "17023a04", "difficulty": 126_411_437_451_912.23, "target": "00" },
                "warnings": [],
            }),
        ),
        "getblockhash" if params[0] == 900_000 => json!(TIP),
        "getblockhash" if params[0] == 899_999 => json!(BEFORE),
        "getblockhash" => return Err((-8, "Block height out of range")),
        "getblockheader" => header("getblockheader", params[0].as_str().unwrap_or_default()),
        "getblock" => block(
            params[0].as_str().unwrap_or_default(),
            params[1].as_u64().unwrap_or(1),
        ),
        "getblockstats" => over("getblockstats", json!({ "totalfee": 4_321_987 })),
        "getrawtransaction" => placed_tx(),
        "getrawmempool" if params[0] == true => json!({ TXID: entry() }),
        "getrawmempool" => json!([TXID]),
        "getmempoolentry" if params[0] == TXID => entry(),
        "getmempoolentry" => return Err((-5, "Transaction not in mempool")),
        "scantxoutset" => over(
            "scantxoutset",
            json!({
                "success": true, "txouts": 171_234_567, "height": 900_000, "bestblock": TIP,
                "unspents": [{
                    "txid": TXID, "vout": 0, "scriptPubKey": "0014751e76e8199196d454941c45d1b3a323f1433bd6",
                    "desc": "addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)#uyjndxcw", "amount": 0.123_456_78,
                    "coinbase": false, "height": 899_990, "blockhash": BEFORE, "confirmations": 11,
                }],
                "total_amount": 0.123_456_78,
            }),
        ),
        "generatetoaddress" => json!([TIP]),
        other => return wallet(other, params),
    })
}

fn wallet(method: &str, params: &Value) -> Result<Value, (i64, &'static str)> {
    Ok(match method {
        "listwallets" => json!(["", "shop"]),
        "listwalletdir" => {
            json!({ "wallets": [{ "name": "shop" }, { "name": "old one", "warnings": [] }] })
        }
        "getwalletinfo" => over(
            "getwalletinfo",
            json!({
                "walletname": "shop", "walletversion": 169_900, "format": "sqlite", "txcount": 7, "keypoolsize": 4_000,
                "keypoolsize_hd_internal": 4_000, "unlocked_until": 0, "paytxfee": 0.0, "private_keys_enabled": true,
                "avoid_reuse": false, "scanning": { "duration": 12, "progress": 0.25 }, "descriptors": true,
                "external_signer": false, "blank": false, "birthtime": 1_700_000_000,
                "lastprocessedblock": { "hash": TIP, "height": 900_000 },
            }),
        ),
        "getbalances" => over(
            "getbalances",
            json!({
                "mine": { "trusted": 1.5, "untrusted_pending": 0.0, "immature": 3.125_000_01 },
                "lastprocessedblock": { "hash": TIP, "height": 900_000 },
            }),
        ),
        "getnewaddress" => json!(ADDRESS),
        "listreceivedbyaddress" => json!([
            { "address": ADDRESS, "amount": 0.000_000_01, "confirmations": 3, "label": "till", "txids": [TXID] },
            { "address": "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3", "amount": 0.0,
              "confirmations": 0, "label": "", "txids": [] },
        ]),
        "createwallet" | "loadwallet" => json!({ "name": params[0] }),
        "sendtoaddress" => json!(TXID),
        _ => return Err((-32_601, "Method not found")),
    })
}

/// A header, or a block as far as it is its header.
fn header(method: &str, hash: &str) -> Value {
    let (height, previous, next) = match hash {
        TIP => (900_000, BEFORE, None),
        _ => (899_999, TIP, Some(TIP)),
    };
    let mut header = over(
        method,
        json!({
            "hash": hash, "confirmations": 900_001 - height, "height": height, "version": 0x2000_4000,
            "versionHex": "20004000", "merkleroot": TXID, "time": 1_799_999_400, "mediantime": 1_799_997_000,
            "nonce": 4_024_011_203_u32, "bits": "17023a04", "target": "00", "difficulty": 126_411_437_451_912.23,
            "chainwork": "0000000000000000000000000000000000000000c9ffb1bf37c51f9a5e5c0ad0", "nTx": 1,
            "previousblockhash": previous,
        }),
    );
    match next {
        Some(next) => header["nextblockhash"] = json!(next),
        None => {
            header
                .as_object_mut()
                .and_then(|fields| fields.remove("nextblockhash"));
        }
    }
    header
}

fn block(hash: &str, verbosity: u64) -> Value {
    let mut block = header("getblock", hash);
    for (field, value) in [
        ("strippedsize", 780_000),
        ("size", 1_653_000),
        ("weight", 3_993_000),
    ] {
        block[field] = json!(value);
    }
    // Told since version 30.
    block["coinbase_tx"] = json!({ "version": 2, "locktime": 0, "coinbase": "03a0bb0d" });
    block["tx"] = if verbosity == 1 {
        json!([TXID])
    } else {
        json!([tx()])
    };
    block
}

/// A transaction that spends one output and pays to a script with an address and to one without.
fn tx() -> Value {
    json!({
        "txid": TXID, "hash": TXID, "version": 2, "size": 222, "vsize": 141, "weight": 561, "locktime": 899_998,
        "vin": [{
            "txid": BEFORE, "vout": 1, "scriptSig": { "asm": "", "hex": "" }, "txinwitness": ["3044", "02ab"],
            "prevout": { "generated": false, "height": 850_000, "value": 0.2, "scriptPubKey": {
                "asm": "0 751e76e8199196d454941c45d1b3a323f1433bd6", "desc": "addr(x)#y",
                "hex": "0014751e76e8199196d454941c45d1b3a323f1433bd6", "address": ADDRESS,
                "type": "witness_v0_keyhash",
            } },
            "sequence": 4_294_967_293_u32,
        }],
        "vout": [
            { "value": 0.123_456_78, "n": 0, "scriptPubKey": { "asm": "0 751e", "desc": "addr(x)#y", "hex": "0014751e",
                "address": ADDRESS, "type": "witness_v0_keyhash" } },
            { "value": 0.0, "n": 1, "scriptPubKey": { "asm": "OP_RETURN 6869", "desc": "raw(6a026869)#x",
                "hex": "6a026869", "type": "nulldata" } },
        ],
        "fee": 0.076_543_22, "hex": "0200000001",
    })
}

fn placed_tx() -> Value {
    let mut tx = tx();
    tx["in_active_chain"] = json!(true);
    tx["blockhash"] = json!(TIP);
    tx["confirmations"] = json!(1);
    tx["time"] = json!(1_799_999_400);
    tx["blocktime"] = json!(1_799_999_400);
    tx
}

fn entry() -> Value {
    over(
        "getmempoolentry",
        json!({
            "vsize": 141, "weight": 561, "time": 1_799_999_900, "height": 900_000, "descendantcount": 2,
            "descendantsize": 361, "ancestorcount": 1, "ancestorsize": 141, "wtxid": TXID,
            "fees": { "base": 0.000_014_1, "modified": 0.000_014_1, "ancestor": 0.000_014_1, "descendant": 0.000_043_21 },
            "depends": [], "spentby": [BEFORE], "bip125-replaceable": true, "unbroadcast": false,
        }),
    )
}
