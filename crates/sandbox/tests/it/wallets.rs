//! Wallets in the node: names, addresses, coins, payments, and what is left of them after a kill.

use satchel_sandbox::SandboxConfig;
use serde_json::{Value, json};

use crate::common::{Key, World};
use crate::process::Process;

impl World {
    /// A call at `/wallet/NAME`.
    pub fn try_wallet(
        &self,
        name: &str,
        method: &str,
        params: Value,
    ) -> Result<Value, (i64, String)> {
        let url = format!("{}/wallet/{name}", self.sandbox.url());
        self.http
            .rpc(&url, self.sandbox.rpc_cookie(), method, params)
    }

    pub fn wallet(&self, name: &str, method: &str, params: Value) -> Value {
        self.try_wallet(name, method, params)
            .unwrap_or_else(|error| panic!("{name} {method}: {error:?}"))
    }

    pub fn text(&self, name: &str, method: &str, params: Value) -> String {
        self.wallet(name, method, params)
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// A wallet with one confirmed bitcoin.
pub fn funded(name: &str) -> World {
    let world = World::new();
    world.rpc("createwallet", json!([name]));
    let address = world.text(name, "getnewaddress", json!(["first"]));
    world.wallet("faucet", "sendtoaddress", json!([address, 1]));
    world.sandbox.mine(1).unwrap();
    world
}

#[test]
fn wallets_come_and_go_by_name_with_cores_codes() {
    let world = World::with(SandboxConfig {
        faucet: false,
        ..Default::default()
    });
    let code = |result: Result<Value, (i64, String)>| result.unwrap_err().0;
    let error = world.try_rpc("getbalance", json!([])).unwrap_err();
    assert_eq!(error.0, -18);
    assert!(error.1.starts_with("No wallet is loaded."), "{}", error.1);
    assert_eq!(
        world.rpc("createwallet", json!(["a"])),
        json!({ "name": "a" })
    );
    assert_eq!(
        world.rpc("getbalance", json!([])),
        0.0,
        "the only one is meant"
    );
    assert_eq!(
        world.rpc("createwallet", json!({ "wallet_name": "b c/d" })),
        json!({ "name": "b c/d" })
    );
    assert_eq!(world.rpc("listwallets", json!([])), json!(["a", "b c/d"]));
    assert_eq!(code(world.try_rpc("getbalance", json!([]))), -19);
    assert_eq!(
        world.wallet("b%20c/d", "getwalletinfo", json!([]))["walletname"],
        "b c/d"
    );
    assert_eq!(code(world.try_rpc("createwallet", json!(["a"]))), -4);
    assert_eq!(code(world.try_rpc("loadwallet", json!(["a"]))), -35);
    assert_eq!(code(world.try_rpc("loadwallet", json!(["x"]))), -18);
    assert_eq!(code(world.try_wallet("x", "getbalance", json!([]))), -18);
    assert_eq!(code(world.try_rpc("unloadwallet", json!([]))), -8);
    assert_eq!(
        code(world.try_wallet("a", "unloadwallet", json!(["b"]))),
        -8
    );
    assert_eq!(world.wallet("a", "unloadwallet", json!([])), json!({}));
    assert_eq!(world.rpc("listwallets", json!([])), json!(["b c/d"]));
    assert_eq!(code(world.try_wallet("a", "getbalance", json!([]))), -18);
    assert_eq!(code(world.try_rpc("unloadwallet", json!(["a"]))), -18);
    assert_eq!(
        world.rpc("loadwallet", json!(["a"])),
        json!({ "name": "a" })
    );
    let all = world.rpc("listwalletdir", json!([]));
    assert_eq!(
        all,
        json!({ "wallets": [{ "name": "a" }, { "name": "b c/d" }] })
    );
    for params in [
        json!(["e", false, false, "secret"]),
        json!(["e", false, false, "", true]),
        json!(["e", false, false, "", false, false]),
        json!(["e", true, false, "", false, true, false, true]),
        json!(["e".repeat(129)]),
        json!(["\u{7}"]),
    ] {
        assert_eq!(
            code(world.try_rpc("createwallet", params.clone())),
            -4,
            "{params}"
        );
    }
    world.rpc("createwallet", json!([""]));
    assert_eq!(
        world.wallet("", "getwalletinfo", json!([]))["walletname"],
        ""
    );
    // What needs no wallet is answered at any wallet's path.
    assert_eq!(world.wallet("x", "getblockcount", json!([])), 0);
}

#[test]
fn the_faucets_coins_are_a_wallets_and_alone_it_is_the_one_meant() {
    let world = World::new();
    assert_eq!(world.rpc("listwallets", json!([])), json!(["faucet"]));
    let info = world.rpc("getwalletinfo", json!([]));
    assert_eq!(info["txcount"], 110);
    assert_eq!(info["lastprocessedblock"]["height"], 110);
    let balances = world.rpc("getbalances", json!([]));
    // Blocks 1 to 10 have a hundred on top of them.
    assert_eq!(balances["mine"]["trusted"], 500.0);
    assert_eq!(balances["mine"]["immature"], 5_000.0);
    let coins = world.rpc("listunspent", json!([]));
    assert_eq!(coins.as_array().unwrap().len(), 10);
    assert_eq!(coins[0]["confirmations"], 110);
    let address = Key::new(1).address().to_string();
    let txid = world.rpc("sendtoaddress", json!([address, 1.5]));
    // Its change is the faucet's again.
    world.sandbox.mine(1).unwrap();
    let fee = world.rpc("gettransaction", json!([txid]))["fee"]
        .as_f64()
        .unwrap();
    let trusted = world.rpc("getbalances", json!([]))["mine"]["trusted"]
        .as_f64()
        .unwrap();
    assert!(
        (trusted - (550.0 - 1.5 + fee)).abs() < 1e-9,
        "{trusted} {fee}"
    );
    let kinds: Vec<Value> = world
        .rpc("listtransactions", json!(["*", 2]))
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["category"].clone())
        .collect();
    assert_eq!(kinds, ["immature", "send"]);
}

#[test]
fn a_payment_is_seen_waiting_confirmed_and_reorganised() {
    let world = funded("w");
    assert_eq!(world.wallet("w", "getbalance", json!([])), 1.0);
    let address = Key::new(2).address().to_string();
    let params = json!({
        "address": address, "amount": 0.25, "comment": "tea", "comment_to": "Ada", "fee_rate": 3,
    });
    let txid = world.text("w", "sendtoaddress", params);
    let raw = world.rpc("getrawtransaction", json!([txid, 2]));
    assert!(raw.get("fee").is_none(), "Core tells it of blocks alone");
    let fee = world.rpc("getmempoolentry", json!([txid]))["fees"]["base"]
        .as_f64()
        .unwrap();
    let rate = fee * 1e8 / raw["vsize"].as_f64().unwrap();
    assert!((3.0..3.06).contains(&rate), "{rate}");
    assert_eq!(world.sandbox.mempool_txids()[0].to_string(), txid);

    let seen = world.wallet("w", "gettransaction", json!([txid]));
    assert_eq!(seen["amount"], -0.25);
    assert_eq!(seen["fee"], -fee);
    assert_eq!(seen["confirmations"], 0);
    assert_eq!(seen["trusted"], true);
    assert_eq!(seen["bip125-replaceable"], "yes");
    assert_eq!(
        (&seen["comment"], &seen["to"]),
        (&json!("tea"), &json!("Ada"))
    );
    assert_eq!(
        seen["details"].as_array().unwrap().len(),
        1,
        "change is not told"
    );
    assert_eq!(seen["details"][0]["address"], address);
    // Its own change may be spent at once, others' coins may not.
    let left = world.wallet("w", "getbalances", json!([]))["mine"]["trusted"]
        .as_f64()
        .unwrap();
    assert!((left - (0.75 - fee)).abs() < 1e-9, "{left}");
    let mine = world.text("w", "getnewaddress", json!([]));
    world.wallet("faucet", "sendtoaddress", json!([mine, 2]));
    let sums = world.wallet("w", "getbalances", json!([]));
    assert_eq!(sums["mine"]["untrusted_pending"], 2.0);
    let unsafe_too = world.wallet("w", "listunspent", json!([0]));
    assert_eq!(unsafe_too.as_array().unwrap().len(), 2);
    assert_eq!(
        world.wallet("w", "listunspent", json!([0, 9, [mine], false])),
        json!([])
    );
    assert_eq!(world.wallet("w", "listunspent", json!([])), json!([]));
    let error = world
        .try_wallet("w", "sendtoaddress", json!([address, 1]))
        .unwrap_err();
    assert_eq!(error, (-6, "Insufficient funds".to_owned()));

    let block = world.sandbox.mine(1).unwrap()[0].to_string();
    let seen = world.wallet("w", "gettransaction", json!([txid]));
    assert_eq!(
        (&seen["confirmations"], &seen["blockhash"]),
        (&json!(1), &json!(block))
    );
    world.sandbox.reorg(1, 2).unwrap();
    assert_eq!(
        world.wallet("w", "gettransaction", json!([txid]))["confirmations"],
        0
    );
    world.sandbox.mine(1).unwrap();
    assert_eq!(
        world.wallet("w", "gettransaction", json!([txid]))["confirmations"],
        1
    );
}

#[test]
fn a_payment_that_lost_is_kept_with_what_beat_it() {
    let world = funded("w");
    // The same wallet on a node that knows the chain and none of its payments.
    let twin = World::with(SandboxConfig {
        faucet: false,
        ..Default::default()
    });
    for height in 1..=world.sandbox.tip().height {
        let hash = world.rpc("getblockhash", json!([height]));
        let block = world.rpc("getblock", json!([hash, 0]));
        assert_eq!(twin.rpc("submitblock", json!([block])), Value::Null);
    }
    twin.rpc("createwallet", json!(["w"]));
    twin.rpc("getnewaddress", json!([]));
    assert_eq!(twin.rpc("getbalance", json!([])), 1.0);
    let to = Key::new(2).address().to_string();
    let lost = world.text("w", "sendtoaddress", json!([to, 0.5]));
    let won = twin.rpc(
        "sendtoaddress",
        json!({ "address": to, "amount": 0.4, "fee_rate": 50 }),
    );
    let hex = twin.rpc("getrawtransaction", json!([won]));
    assert_eq!(world.rpc("sendrawtransaction", json!([hex])), won);

    let seen = world.wallet("w", "gettransaction", json!([lost]));
    assert_eq!(seen["confirmations"], 0);
    assert_eq!(seen["trusted"], false);
    assert_eq!(seen["walletconflicts"], json!([won]));
    assert_eq!(seen["mempoolconflicts"], json!([won]));
    let winner = world.wallet("w", "gettransaction", json!([won]));
    assert_eq!(winner["walletconflicts"], json!([lost]));
    world.sandbox.mine(2).unwrap();
    let seen = world.wallet("w", "gettransaction", json!([lost]));
    assert_eq!(seen["confirmations"], -2);
    assert_eq!(seen["mempoolconflicts"], json!([]));
    assert_eq!(world.wallet("w", "getwalletinfo", json!([]))["txcount"], 3);
    let error = world
        .try_wallet("w", "gettransaction", json!(["11".repeat(32)]))
        .unwrap_err();
    let expected = "Invalid or non-wallet transaction id".to_owned();
    assert_eq!(error, (-5, expected));
}

#[test]
fn every_kind_of_address_receives_and_pays() {
    let world = World::new();
    world.rpc("createwallet", json!(["w"]));
    let mut paid = 0.0;
    for (kind, start) in [
        ("legacy", ""),
        ("p2sh-segwit", "2"),
        ("bech32", "bcrt1q"),
        ("bech32m", "bcrt1p"),
    ] {
        let address = world.text("w", "getnewaddress", json!([kind, kind]));
        assert!(address.starts_with(start), "{address}");
        world.wallet("faucet", "sendtoaddress", json!([address, 0.1]));
        paid += 0.1;
        let info = world.wallet("w", "getaddressinfo", json!([address]));
        assert_eq!(info["ismine"], true);
        assert_eq!(info["ischange"], false);
        assert_eq!(info["labels"], json!([kind]));
        let derived = world.rpc("deriveaddresses", json!([info["desc"]]));
        assert_eq!(derived, json!([address]), "its descriptor is its own");
        let parent = world.rpc("deriveaddresses", json!([info["parent_desc"], [0, 0]]));
        assert_eq!(parent, json!([address]));
        let there = world.wallet("w", "getaddressesbylabel", json!([kind]));
        assert_eq!(there, json!({ &address: { "purpose": "receive" } }));
    }
    world.sandbox.mine(1).unwrap();
    // One payment that needs a signature of every kind, checked by the kernel; the receiver pays its fee.
    let to = Key::new(4);
    let params = json!([
        to.address().to_string(),
        paid,
        "",
        "",
        true,
        false,
        null,
        null,
        null,
        "1.5"
    ]);
    let txid = world.text("w", "sendtoaddress", params);
    let raw = world.rpc("getrawtransaction", json!([txid, 2]));
    assert_eq!(raw["vin"].as_array().unwrap().len(), 4);
    assert_eq!(raw["vout"].as_array().unwrap().len(), 1);
    let fee = world.rpc("getmempoolentry", json!([txid]))["fees"]["base"]
        .as_f64()
        .unwrap();
    let rate = fee * 1e8 / raw["vsize"].as_f64().unwrap();
    assert!((1.5..1.56).contains(&rate), "{rate}");
    let seen = world.wallet("w", "gettransaction", json!([txid, null, true]));
    assert_eq!(seen["bip125-replaceable"], "no");
    assert_eq!(seen["decoded"]["txid"], txid);
    world.sandbox.mine(1).unwrap();
    assert_eq!(world.wallet("w", "getbalance", json!([])), 0.0);
    let labels = world.wallet("w", "listlabels", json!([]));
    assert_eq!(
        labels,
        json!(["bech32", "bech32m", "legacy", "p2sh-segwit"])
    );
}

#[test]
fn what_addresses_received_is_listed() {
    let world = funded("w");
    let second = world.text("w", "getnewaddress", json!([]));
    let list = world.wallet("w", "listreceivedbyaddress", json!([]));
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["label"], "first");
    assert_eq!(list[0]["amount"], 1.0);
    assert_eq!(list[0]["confirmations"], 1);
    let first = list[0]["address"].clone();
    assert_eq!(
        world.wallet("w", "getreceivedbyaddress", json!([first])),
        1.0
    );
    world.wallet("faucet", "sendtoaddress", json!([second, 0.5]));
    assert_eq!(
        world.wallet("w", "getreceivedbyaddress", json!([second])),
        0.0
    );
    assert_eq!(
        world.wallet("w", "getreceivedbyaddress", json!([second, 0])),
        0.5
    );
    let all = world.wallet("w", "listreceivedbyaddress", json!([1, true]));
    assert_eq!(all.as_array().unwrap().len(), 2);
    let one = world.wallet(
        "w",
        "listreceivedbyaddress",
        json!([0, false, false, second]),
    );
    assert_eq!(one[0]["amount"], 0.5);
    assert_eq!(one[0]["confirmations"], 0);
    let error = world.try_wallet(
        "w",
        "getreceivedbyaddress",
        json!([Key::new(1).address().to_string()]),
    );
    assert_eq!(error.unwrap_err().0, -4);
    // A contact's name does not make its address one's own.
    let contact = Key::new(1).address().to_string();
    world.wallet("w", "setlabel", json!([contact, "Ada"]));
    assert_eq!(
        world.wallet("w", "getaddressinfo", json!([contact]))["ismine"],
        false
    );
    assert_eq!(
        world.wallet("w", "listlabels", json!(["send"])),
        json!(["Ada"])
    );
}

#[test]
fn pages_of_a_history_are_parts_of_the_whole() {
    let world = funded("w");
    let to = Key::new(5).address().to_string();
    for amount in 1..=6 {
        world.wallet("w", "sendtoaddress", json!([to, amount as f64 / 100.0]));
        if amount % 2 == 0 {
            world.sandbox.mine(1).unwrap();
        }
    }
    let all = world.wallet("w", "listtransactions", json!(["*", 100]));
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 7);
    assert_eq!(all[0]["category"], "receive");
    assert_eq!(all[6]["amount"], -0.06);
    let mut pages = Vec::new();
    for skip in [4, 2, 0] {
        let page = world.wallet("w", "listtransactions", json!(["*", 2, skip]));
        pages.extend(page.as_array().unwrap().clone());
    }
    assert_eq!(pages, all[1..]);
    let first = world.wallet("w", "listtransactions", json!(["first", 100]));
    assert_eq!(first, json!([all[0]]));
    assert_eq!(
        world
            .try_wallet("w", "listtransactions", json!(["*", -1]))
            .unwrap_err()
            .0,
        -8
    );
    assert_eq!(
        world
            .try_wallet("w", "listtransactions", json!([""]))
            .unwrap_err()
            .0,
        -8
    );
}

#[test]
fn wallets_survive_kill_9_and_their_keys_are_the_same_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    let process = Process::start(dir.path(), &[]);
    process.rpc(
        "createwallet",
        json!({ "wallet_name": "kept", "load_on_startup": true }),
    );
    process.rpc("createwallet", json!(["shelved"]));
    let first = process.wallet("kept", "getnewaddress", json!(["rent"]));
    process.wallet("faucet", "sendtoaddress", json!([first, 1]));
    process.rpc(
        "generatetoaddress",
        json!([1, Key::new(1).address().to_string()]),
    );
    let txid = process.wallet(
        "kept",
        "sendtoaddress",
        json!([Key::new(1).address().to_string(), 0.5, "bread"]),
    );
    let before = process.wallet("kept", "listtransactions", json!([]));
    process.kill();

    let process = Process::start(dir.path(), &[]);
    assert_eq!(
        process.rpc("listwallets", json!([])),
        json!(["faucet", "kept"])
    );
    assert_eq!(
        process.wallet("kept", "listtransactions", json!([])),
        before
    );
    let seen = process.wallet("kept", "gettransaction", json!([txid]));
    assert_eq!(seen["comment"], "bread");
    assert_eq!(
        process.wallet("kept", "getaddressinfo", json!([first]))["labels"],
        json!(["rent"])
    );
    let second = process.wallet("kept", "getnewaddress", json!([]));
    assert_ne!(first, second);
    process.rpc("loadwallet", json!(["shelved"]));
    process.rpc("unloadwallet", json!(["faucet", false]));
    process.kill();
    let process = Process::start(dir.path(), &[]);
    assert_eq!(process.rpc("listwallets", json!([])), json!(["kept"]));
    process.kill();
    // A torn record at the end costs itself alone.
    let log = dir.path().join("wallets.log");
    let mut bytes = std::fs::read(&log).unwrap();
    bytes.extend([9, 0, 0, 0, 1]);
    std::fs::write(&log, bytes).unwrap();
    // Keys stay what they were, whatever number it is started with later.
    let process = Process::start(dir.path(), &["--seed", "9"]);
    let third = process.wallet("kept", "getnewaddress", json!([]));
    process.kill();

    let elsewhere = World::new();
    elsewhere.rpc("createwallet", json!(["kept"]));
    for address in [first, second, third] {
        assert_eq!(
            elsewhere.wallet("kept", "getnewaddress", json!([])),
            address
        );
    }
    let other = World::with(SandboxConfig {
        seed: Some(7),
        ..Default::default()
    });
    other.rpc("createwallet", json!(["kept"]));
    let own = other.wallet("kept", "getnewaddress", json!([]));
    assert_eq!(
        elsewhere.wallet("kept", "getaddressinfo", json!([own]))["ismine"],
        false
    );
}
