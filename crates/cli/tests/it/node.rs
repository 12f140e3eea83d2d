//! Every question to a node, as a script puts it.

use serde_json::Value;

use crate::support::{ELSEWHERE, Home, chain};

/// A home and the words that lead to the chain's node.
fn asked(home: &Home, chain: &satchel_sandbox::Sandbox, words: &[&str]) -> Value {
    let (url, cookie) = (chain.url(), chain.cookie_file().display().to_string());
    home.ok(&[&["node", "--url", &url, "--cookie", &cookie], words].concat())
}

#[test]
fn a_script_asks_a_node_everything_without_a_passphrase_or_a_wallet() {
    let chain = chain();
    let mut home = Home::new(&chain);
    home.passphrase = String::new();
    let ask = |words: &[&str]| asked(&home, &chain, words);
    let height = chain.tip().height;
    assert_eq!(ask(&["info"])["height"], height);
    assert_eq!(
        ask(&["latest", "--limit", "2"])["blocks"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let page = ask(&["blocks", "--from", "5", "--limit", "2"]);
    assert_eq!(
        (&page["blocks"][0]["height"], &page["next"]),
        (&5.into(), &"4".into())
    );
    let block = ask(&["block", "1"]);
    assert_eq!(block["transactions"][0]["coinbase"], true);
    let hash = block["block"]["hash"].as_str().unwrap();
    assert_eq!(ask(&["block", hash])["block"]["height"], 1);
    assert_eq!(ask(&["mining"])["can_generate"], true);
    let mined = ask(&["generate", ELSEWHERE, "--blocks", "2"]);
    assert_eq!(mined["hashes"].as_array().map(Vec::len), Some(2));
    assert_eq!(ask(&["health"])["line"], "up");
    assert_eq!(ask(&["alive"])["alive"], true);
    assert_eq!(ask(&["ready"])["ready"], true);
    assert_eq!(
        ask(&["txs", "--limit", "1"])["transactions"][0]["height"],
        height + 2
    );
    let page = ask(&["address", ELSEWHERE]);
    assert_eq!(
        (&page["source"], &page["total"]),
        (&"index".into(), &2.into())
    );
    let check = ask(&["check"]);
    assert_eq!(
        (&check["let_in"], &check["esplora"]),
        (&true.into(), &true.into())
    );
    let config = ask(&["config"]);
    assert_eq!(
        (&config["key_kind"], &config["is_default"]),
        (&"cookie_file".into(), &true.into())
    );
    assert!(!home.path().exists(), "nothing was written");
}

#[test]
fn a_wallet_of_the_node_is_made_and_pays_after_consent() {
    let chain = chain();
    let home = Home::new(&chain);
    let ask = |words: &[&str]| asked(&home, &chain, words);
    let made = ask(&["create-wallet", "shop"]);
    assert_eq!(made["wallet"]["name"], "shop");
    let shop = ["--node-wallet", "shop"];
    let fresh = ask(&[
        &["addresses", "--new", "taproot", "--label", "till"],
        &shop[..],
    ]
    .concat());
    let address = fresh["fresh"].as_str().unwrap();
    assert_eq!(fresh["addresses"][0]["label"], "till");
    let pay = [
        "send",
        "--node-wallet",
        "faucet",
        address,
        "150000",
        "--fee-rate",
        "1.5",
    ];
    let words = [
        &[
            "node",
            "--url",
            &chain.url(),
            "--cookie",
            &chain.cookie_file().display().to_string(),
        ],
        &pay[..],
    ];
    assert_eq!(
        home.fails(&words.concat()),
        (4, "no_confirm".to_owned()),
        "nobody agreed"
    );
    assert_eq!(chain.mempool_txids().len(), 0);
    let sent = ask(&[&pay[..], &["--yes"]].concat());
    let txid = sent["txid"].as_str().unwrap();
    assert_eq!(ask(&["waiting", txid])["row"]["fee_rate"], 1.5);
    assert_eq!(ask(&["mempool"])["count"], 1);
    assert_eq!(
        ask(&["txs", "--txid", txid])["transactions"][0]["confirmations"],
        0
    );
    assert_eq!(ask(&[&["balance"], &shop[..]].concat())["pending"], 150_000);
    let listed = ask(&["wallets"]);
    assert_eq!(listed["wallet"], Value::Null, "several are loaded");
}

#[test]
fn what_is_set_is_kept_and_a_key_is_never_shown() {
    let chain = chain();
    let home = Home::new(&chain);
    let url = chain.url();
    home.ok(&["node", "set-url", &url, "--yes"]);
    let cookie = chain.cookie_file().display().to_string();
    home.ok(&["node", "set-key", "cookie-file", "--file", &cookie]);
    assert_eq!(home.ok(&["node", "alive"])["alive"], true);
    let key = home.scratch("key");
    std::fs::write(&key, "hunter2 of a proxy\n").unwrap();
    let key = key.display().to_string();
    let set = home.run(&[
        "node",
        "set-key",
        "login",
        "--user",
        "alice",
        "--key-file",
        &key,
    ]);
    assert!(!format!("{set:?}").contains("hunter2"));
    let config = home.run(&["node", "config"]);
    assert_eq!(
        (&config.json["key_kind"], &config.json["user"]),
        (&"login".into(), &"alice".into())
    );
    assert!(!format!("{config:?}").contains("hunter2"));
    let file = std::fs::read_to_string(home.path().join("console.json")).unwrap();
    assert!(!file.contains("hunter2"));
    assert_eq!(
        home.fails(&["node", "--url", &url, "info"]),
        (7, "node_unauthorized".to_owned())
    );
    assert_eq!(
        home.fails(&["node", "--url", "http://192.168.1.5", "info"]),
        (7, "bad_backend".to_owned())
    );
    let no_cookie = ["node", "--url", &url, "--cookie", &key, "info"];
    assert_eq!(
        home.fails(&no_cookie),
        (7, "node_no_cookie".to_owned()),
        "no other file is sent"
    );
    assert_eq!(
        asked_for(&home, &url, &cookie, &["waiting", &"ab".repeat(32)]),
        (5, "node_not_found".to_owned())
    );
    assert_eq!(
        asked_for(&home, &url, &cookie, &["balance", "--node-wallet", "x"]),
        (5, "node_no_wallet".to_owned())
    );
    assert_eq!(
        asked_for(&home, &url, &cookie, &["block", "nonsense"]),
        (2, "bad_input".to_owned())
    );
}

fn asked_for(home: &Home, url: &str, cookie: &str, words: &[&str]) -> (i32, String) {
    home.fails(&[&["node", "--url", url, "--cookie", cookie], words].concat())
}
