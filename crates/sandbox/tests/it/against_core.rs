//! The same blocks, transactions and calls to two nodes, and every difference in what they answer. By hand
//! with a real bitcoind (`docs/sandbox.md` says how); with two sandboxes in every run, to see that it sees.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use bitcoin::absolute::LockTime;
use bitcoin::consensus::encode;
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxOut};
use satchel_sandbox::SandboxConfig;
use serde_json::{Value, json};

use crate::common::{Coin, Http, Key, World};

/// A node that is asked by JSON-RPC.
struct Node {
    url: String,
    cookie: String,
    http: Http,
}

impl Node {
    fn of(world: &World) -> Self {
        Self {
            url: world.sandbox.url(),
            cookie: world.sandbox.rpc_cookie().to_owned(),
            http: Http::new(),
        }
    }

    /// The result, or code and message as a value.
    fn call(&self, method: &str, params: &Value) -> Value {
        match self
            .http
            .rpc(&self.url, &self.cookie, method, params.clone())
        {
            Ok(value) => json!({ "result": value }),
            Err((code, message)) => json!({ "error": { "code": code, "message": message } }),
        }
    }
}

/// Chance that is the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        // Knuth's multiplier; the high bits are good enough to choose tests by.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// A transaction of a coin: mostly good, often with one fault or two.
fn candidate(draw: &mut Draw, key: &Key, coins: &[Coin], height: u32) -> Transaction {
    let mut spent = vec![coins[draw.below(coins.len() as u64) as usize].clone()];
    if draw.below(4) == 0 {
        let other = &coins[draw.below(coins.len() as u64) as usize];
        if other.outpoint != spent[0].outpoint || draw.below(4) == 0 {
            spent.push(other.clone());
        }
    }
    if draw.below(20) == 0 {
        spent[0].outpoint.vout += 7;
    }
    let sum: u64 = spent.iter().map(|coin| coin.output.value.to_sat()).sum();
    let fee = draw.one(&[0, 50, 109, 110, 111, 150, 500, 5_000, 40_000]);
    let mut outputs = vec![(key.script(), sum.saturating_sub(fee))];
    match draw.below(12) {
        0 => outputs.push((ScriptBuf::new(), draw.one(&[0, 1, 1_000]))),
        1 => outputs.push((key.script(), draw.one(&[0, 1, 293, 294, 546]))),
        2 => outputs.push((key.taproot_script(), draw.one(&[329, 330, u64::MAX]))),
        3 => {
            let length = draw.one(&[1usize, 40, 75, 80, 81, 82, 100, 300]);
            let push = bitcoin::script::PushBytesBuf::try_from(vec![7; length]).unwrap();
            outputs.push((ScriptBuf::new_op_return(push), draw.one(&[0, 1])));
        }
        4 => outputs.push((ScriptBuf::from_bytes(vec![0x51, 0x02, 0x4e, 0x73]), 1_000)),
        5 => outputs.clear(),
        _ => {}
    }
    let mut tx = key.draft(&spent, &outputs);
    tx.version = Version(draw.one(&[1, 2, 2, 2, 3, 0, 4, -1]));
    tx.lock_time = LockTime::from_consensus(draw.one(&[
        0,
        0,
        0,
        1,
        height,
        height + 1,
        1_000_000,
        4_000_000_000,
    ]));
    for input in &mut tx.input {
        input.sequence =
            Sequence(draw.one(&[u32::MAX, 0xffff_fffd, 0xffff_fffe, 0, 1, 200, 1 << 22]));
    }
    let mut tx = key.sign(tx, &spent);
    match draw.below(12) {
        0 => tx.input[0].witness.clear(),
        1 => tx.input[0].witness.push([1]),
        2 => tx.input[0].script_sig = ScriptBuf::from_bytes(vec![0x51]),
        3 => {
            let mut items = tx.input[0].witness.to_vec();
            items[0][20] ^= 1;
            tx.input[0].witness = items.into();
        }
        _ => {}
    }
    tx
}

/// What kind of value is where: objects by their names, lists by their first value.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        Value::Array(list) => json!([list.first().map(shape)]),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("flag"),
        Value::Null => Value::Null,
    }
}

/// Makes the same happen on both nodes and returns every difference. `world` has the coins, and is `ours`.
fn differences(world: &World, ours: &Node, theirs: &Node, rounds: u64) -> Vec<String> {
    let key = Key::new(33);
    let mut coins: Vec<Coin> = (0..12)
        .map(|number| world.fund(&key, 100_000 + number * 10_000))
        .collect();
    let top = world.sandbox.tip().height;
    for height in 1..=top {
        let hash = world.rpc("getblockhash", json!([height]));
        let block = world.rpc("getblock", json!([hash, 0]));
        theirs.call("submitblock", &json!([block]));
    }
    let mut found = Vec::new();
    let mut both = |method: &str, params: Value, look: &dyn Fn(&Value) -> Value| {
        let (a, b) = (ours.call(method, &params), theirs.call(method, &params));
        let (a_seen, b_seen) = (look(&a), look(&b));
        if a_seen != b_seen {
            found.push(format!(
                "{method} {params}\n  sandbox: {a_seen}\n  other:   {b_seen}"
            ));
        }
        a
    };
    let whole = |value: &Value| value.clone();
    both("getbestblockhash", json!([]), &whole);
    let mut draw = Draw(2_026);
    for _ in 0..rounds {
        let tx = candidate(&mut draw, &key, &coins, top);
        let hex = encode::serialize_hex(&tx);
        both("testmempoolaccept", json!([[hex], 0]), &whole);
        let sent = both("sendrawtransaction", json!([hex, 0]), &whole);
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
    let pool = both("getrawmempool", json!([]), &sorted);
    let tip = world.sandbox.tip();
    let coinbase = world.rpc("getblock", json!([tip.hash.to_string()]))["tx"][0].clone();
    let nowhere = "11".repeat(32);
    let address = key.address().to_string();
    for (method, params) in [
        ("getblock", json!([tip.hash.to_string(), 0])),
        ("getblock", json!([tip.hash.to_string(), 3])),
        ("getblock", json!([nowhere])),
        ("getblockheader", json!([tip.hash.to_string()])),
        ("getblockhash", json!([top + 1])),
        ("getblockstats", json!([top])),
        (
            "getrawtransaction",
            json!([coinbase, 2, tip.hash.to_string()]),
        ),
        ("getrawtransaction", json!([nowhere])),
        ("gettxout", json!([coinbase, 0])),
        ("validateaddress", json!([address])),
        ("validateaddress", json!(["nonsense"])),
        ("decodescript", json!(["51"])),
        ("getdescriptorinfo", json!([format!("addr({address})")])),
        ("deriveaddresses", json!(["addr(x)"])),
        ("getblockcount", json!([1])),
        ("nosuchmethod", json!([])),
        ("sendrawtransaction", json!(["00"])),
        ("estimatesmartfee", json!([0])),
    ] {
        both(method, params, &whole);
    }
    // What depends on the node itself must at least look alike.
    for (method, params) in [
        ("getblockchaininfo", json!([])),
        ("getnetworkinfo", json!([])),
        ("getmempoolinfo", json!([])),
        ("getmininginfo", json!([])),
        ("getchaintips", json!([])),
        ("gettxoutsetinfo", json!([])),
        ("getindexinfo", json!([])),
    ] {
        both(method, params, &shape);
    }
    for txid in pool["result"].as_array().into_iter().flatten() {
        let timeless = |value: &Value| {
            let mut value = value.clone();
            if let Some(map) = value["result"].as_object_mut() {
                map.remove("time");
            }
            value
        };
        both("getmempoolentry", json!([txid]), &timeless);
    }
    // Wallets: the same calls, and answers that look alike.
    for (method, params) in [
        ("createwallet", json!(["compared"])),
        ("createwallet", json!(["compared"])),
        ("loadwallet", json!(["compared"])),
        ("loadwallet", json!(["missing"])),
    ] {
        let shape_or_code = |value: &Value| match value["error"]["code"].as_i64() {
            Some(code) => json!(code),
            None => shape(value),
        };
        both(method, params, &shape_or_code);
    }
    found
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
    let found = differences(&world, &Node::of(&world), &Node::of(&other), 150);
    assert!(found.is_empty(), "{}", found.join("\n"));
    // And most of what was made up is refused for one reason or another, some of it is taken.
    assert!(!world.sandbox.mempool_txids().is_empty());
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
    let found = differences(&world, &Node::of(&world), &Node::of(&other), 40);
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

/// A bitcoind on a folder of its own, ended by its id.
struct Bitcoind(Child);

impl Drop for Bitcoind {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "needs a bitcoind: BITCOIND_EXE names it"]
fn bitcoin_core_answers_the_same() {
    let exe =
        PathBuf::from(std::env::var_os("BITCOIND_EXE").expect("BITCOIND_EXE names a bitcoind"));
    let world = World::with(SandboxConfig {
        seed: Some(1),
        ..Default::default()
    });
    let dir = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let child = Command::new(exe)
        .args([
            "-regtest",
            "-server",
            "-listen=0",
            "-txindex=1",
            "-blockfilterindex=1",
        ])
        .arg(format!("-datadir={}", dir.path().display()))
        .arg(format!("-rpcport={port}"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut bitcoind = Bitcoind(child);
    let cookie = dir.path().join("regtest/.cookie");
    let url = format!("http://127.0.0.1:{port}");
    let ready = || {
        let cookie = std::fs::read_to_string(&cookie).ok()?;
        let (user, password) = cookie.split_once(':')?;
        let http = Http::new();
        let body = json!({ "id": "test", "method": "getblockcount", "params": [] });
        let request = http
            .request()
            .post(&url)
            .basic_auth(user, Some(password))
            .body(body.to_string());
        (http.try_send(request) == Some(200)).then_some(cookie)
    };
    let cookie = loop {
        assert!(
            bitcoind.0.try_wait().unwrap().is_none(),
            "bitcoind has ended"
        );
        if let Some(cookie) = ready() {
            break cookie;
        }
        std::thread::yield_now();
    };
    let theirs = Node {
        url,
        cookie,
        http: Http::new(),
    };
    let found = differences(&world, &Node::of(&world), &theirs, 2_000);
    for told in &found {
        println!("{told}");
    }
    assert!(found.is_empty(), "{} differences", found.len());
}
