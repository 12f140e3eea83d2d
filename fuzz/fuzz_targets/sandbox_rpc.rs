//! The sandbox's JSON-RPC, by its own door, on a chain of a few blocks.
#![no_main]

use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{frugal_bitcoin, seeds};
use satchel_sandbox::fuzzing::{
    COOKIE, House, decode_tx, journal, journal_rewritten, pool_log, sat_per_kvb, satoshis,
    wallet_log,
};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

static HOUSE: LazyLock<House> = LazyLock::new(|| House::open(3));
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
});
/// Methods that make blocks, take them away, change wallets or end the node: chain and wallets stay as they
/// are, so that a try can be repeated.
const LEFT_OUT: [&str; 14] = [
    "stop",
    "generatetoaddress",
    "generatetodescriptor",
    "generateblock",
    "invalidateblock",
    "reconsiderblock",
    "submitblock",
    "createwallet",
    "loadwallet",
    "unloadwallet",
    "getnewaddress",
    "getrawchangeaddress",
    "setlabel",
    "sendtoaddress",
];

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => call(data),
        1 => money(data),
        2 => transaction(data),
        3 => files(data),
        4 => wallets(data),
        _ => {}
    }
});

fn is_left_out(call: &Value) -> bool {
    call["method"]
        .as_str()
        .is_some_and(|name| LEFT_OUT.contains(&name))
}

/// Any body is answered in JSON: by one reply for a call, by as many as were asked for a batch.
fn call(body: &[u8]) {
    let asked: Option<Value> = serde_json::from_slice(body).ok();
    let left_out = match &asked {
        Some(Value::Array(calls)) => calls.iter().any(is_left_out),
        Some(call) => is_left_out(call),
        None => false,
    };
    if left_out {
        return;
    }
    let request = Request::post("/")
        .header(
            header::AUTHORIZATION,
            format!("Basic {}", STANDARD.encode(COOKIE)),
        )
        .body(Body::from(body.to_vec()))
        .expect("a request");
    let (status, reply) = RUNTIME.block_on(async {
        let answer = HOUSE
            .router()
            .oneshot(request)
            .await
            .expect("it never fails");
        let status = answer.status();
        (
            status,
            to_bytes(answer.into_body(), 64 << 20)
                .await
                .expect("a bounded answer"),
        )
    });
    if status == StatusCode::NO_CONTENT {
        assert!(reply.is_empty());
        return;
    }
    let reply: Value = serde_json::from_slice(&reply).expect("JSON in, JSON out");
    match (&asked, &reply) {
        (Some(Value::Array(calls)), Value::Array(replies)) => assert!(replies.len() <= calls.len()),
        (Some(Value::Array(calls)), Value::Object(_)) => assert!(calls.len() > 1_000),
        (Some(call @ Value::Object(_)), Value::Object(_)) => {
            assert_eq!(reply.get("id"), call.get("id"));
            answered(&reply);
        }
        (_, Value::Object(_)) => answered(&reply),
        _ => panic!("{reply}"),
    }
    assert!(
        status != StatusCode::INTERNAL_SERVER_ERROR || reply["error"]["code"] != -32603,
        "a handler ended"
    );
}

fn answered(reply: &Value) {
    let error = &reply["error"];
    if !error.is_null() {
        assert!(error["code"].is_i64() && error["message"].is_string());
        assert!(reply.get("result").is_none_or(Value::is_null));
    }
}

/// An amount is read to the satoshi or refused.
fn money(text: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(text) else {
        return;
    };
    if let Some(sats) = satoshis(&value) {
        assert!(sats <= 2_100_000_000_000_000);
        let shown = format!("{}.{:08}", sats / 100_000_000, sats % 100_000_000);
        assert_eq!(satoshis(&Value::String(shown)), Some(sats));
    }
    if let Some(rate) = sat_per_kvb(&value) {
        let shown = format!("{}.{:03}", rate / 1_000, rate % 1_000);
        assert_eq!(sat_per_kvb(&Value::String(shown)), Some(rate));
    }
}

/// Hex of a transaction has one meaning.
fn transaction(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    if let Some(tx) = frugal_bitcoin(text.len(), || decode_tx(text)) {
        let bytes = hex::decode(text.trim()).expect("it was read as hex");
        let written = bitcoin::consensus::serialize(&tx);
        // Without inputs, the form with a witness is all there is to write.
        assert!(
            written == bytes || tx.input.is_empty(),
            "another form of the same"
        );
    }
}

/// Journal and pool file: what is whole is kept, what follows is cut off.
fn files(bytes: &[u8]) {
    // A record may be eight million bytes, and room for it is made before it is read.
    let (records, read) = journal(bytes);
    assert!(read as usize <= bytes.len());
    assert_eq!(
        journal_rewritten(bytes),
        bytes[..read as usize],
        "{records} records"
    );
    let txs = frugal_bitcoin(bytes.len(), || pool_log(bytes));
    let size: usize = txs.iter().map(|tx| 4 + tx.total_size()).sum();
    assert!(size <= bytes.len());
}

/// The wallets' file: what is whole is kept and means the same when it is written again.
fn wallets(bytes: &[u8]) {
    let (written, read) = wallet_log(bytes);
    assert!(read as usize <= bytes.len());
    let (again, whole) = wallet_log(&written);
    assert_eq!(whole as usize, written.len());
    assert_eq!(again, written);
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    let (tip, txids) = HOUSE.tip();
    let call = |method: &str, params: &str| {
        text(
            0,
            &format!(r#"{{"jsonrpc":"1.0","id":1,"method":"{method}","params":{params}}}"#),
        )
    };
    let address = HOUSE.address();
    let block = bitcoin::constants::genesis_block(bitcoin::Network::Regtest);
    let tx = bitcoin::consensus::encode::serialize_hex(&block.txdata[0]);
    let mut record = vec![2];
    record.extend_from_slice(&[7; 32]);
    let journal = [
        &33_u32.to_le_bytes()[..],
        &record,
        &blake3::hash(&record).as_bytes()[..8],
    ]
    .concat();
    let framed = |body: &str| {
        let length = (body.len() as u32).to_le_bytes();
        let checksum = blake3::hash(body.as_bytes());
        [&length[..], body.as_bytes(), &checksum.as_bytes()[..8]].concat()
    };
    let wallets = [
        framed(r#"{"create":{"name":"a","private_keys":true,"blank":false,"time":1}}"#),
        framed(r#"{"address":{"wallet":"a","kind":"bech32","change":false,"index":0,"label":""}}"#),
        framed(&format!(
            r#"{{"sent":{{"wallet":"a","hex":"{tx}","time":2,"comment":null,"to":null}}}}"#
        )),
    ]
    .concat();
    let raw = bitcoin::consensus::serialize(&block.txdata[0]);
    let pool = [&(raw.len() as u32).to_le_bytes()[..], &raw].concat();
    vec![
        ("info", call("getblockchaininfo", "[]")),
        ("block", call("getblock", &format!(r#"["{tip}",3]"#))),
        (
            "header",
            call(
                "getblockheader",
                &format!(r#"{{"blockhash":"{tip}","verbose":false}}"#),
            ),
        ),
        ("hash", call("getblockhash", "[2]")),
        (
            "raw",
            call(
                "getrawtransaction",
                &format!(r#"["{}",2,"{tip}"]"#, txids[0]),
            ),
        ),
        (
            "decode",
            call("decoderawtransaction", &format!(r#"["{tx}"]"#)),
        ),
        (
            "script",
            call(
                "decodescript",
                r#"["5121020202020202020202020202020202020202020202020202020202020202020202ae"]"#,
            ),
        ),
        (
            "send",
            call(
                "sendrawtransaction",
                &format!(r#"["{tx}","0.1",0.00000001]"#),
            ),
        ),
        (
            "test",
            call("testmempoolaccept", &format!(r#"[["{tx}"],0.5]"#)),
        ),
        (
            "package",
            call("submitpackage", &format!(r#"[["{tx}","{tx}"]]"#)),
        ),
        (
            "address",
            call("validateaddress", &format!(r#"["{address}"]"#)),
        ),
        (
            "derive",
            call("deriveaddresses", r#"["addr(x)#aaaaaaaa",[0,2]]"#),
        ),
        (
            "descriptor",
            call("getdescriptorinfo", &format!(r#"["addr({address})"]"#)),
        ),
        (
            "scan",
            call(
                "scantxoutset",
                &format!(r#"["start",["addr({address})",{{"desc":"raw(51)","range":[0,5]}}]]"#),
            ),
        ),
        ("fee", call("estimatesmartfee", r#"[6,"ECONOMICAL"]"#)),
        (
            "out",
            call("gettxout", &format!(r#"["{}",0,true]"#, txids[0])),
        ),
        (
            "spending",
            call(
                "gettxspendingprevout",
                &format!(r#"[[{{"txid":"{}","vout":0}}]]"#, txids[0]),
            ),
        ),
        (
            "filter",
            call("getblockfilter", &format!(r#"["{tip}","basic"]"#)),
        ),
        ("pool", call("getrawmempool", "[true,false]")),
        ("hashps", call("getnetworkhashps", "[120,-1]")),
        ("help", call("help", r#"["getblock"]"#)),
        (
            "second",
            text(0, r#"{"jsonrpc":"2.0","id":"a","method":"uptime"}"#),
        ),
        ("notice", text(0, r#"{"jsonrpc":"2.0","method":"uptime"}"#)),
        (
            "batch",
            text(
                0,
                r#"[{"method":"uptime","id":1},{"method":"getblockcount","id":[]},7]"#,
            ),
        ),
        ("amount", text(1, "0.00000001")),
        ("amount-text", text(1, r#""20999999.97690000""#)),
        ("amount-power", text(1, "1e-8")),
        ("tx", text(2, &tx)),
        ("tx-empty", text(2, "02000000000000000000")),
        ("journal", [&[3], &journal[..]].concat()),
        ("pool-file", [&[3], &pool[..]].concat()),
        ("wallets-file", [&[4], &wallets[..]].concat()),
        ("rate", text(1, "1.001")),
        ("balances", call("getbalances", "[]")),
        ("wallet-info", call("getwalletinfo", "[]")),
        (
            "unspent",
            call(
                "listunspent",
                &format!(r#"[0,9,["{address}"],true,{{"minimumAmount":1,"maximumCount":2}}]"#),
            ),
        ),
        ("own", call("listtransactions", r#"["*",2,1]"#)),
        (
            "own-one",
            call("gettransaction", &format!(r#"["{}",null,true]"#, txids[0])),
        ),
        (
            "own-address",
            call("getaddressinfo", &format!(r#"["{address}"]"#)),
        ),
        (
            "received",
            call("listreceivedbyaddress", r#"[0,true,false,"",true]"#),
        ),
    ]
}
