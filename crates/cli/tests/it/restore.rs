//! Words bring back the wallets they were used for.

use std::process::Stdio;
use std::time::Duration;

use bitcoin::Amount;
use serde_json::Value;

use crate::gate::{Beyond, Gate};
use crate::support::{Home, chain, interrupt, path_text, regtest, text};

const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                     abandon abandon about";
const KINDS: [&str; 4] = ["taproot", "segwit", "nested-segwit", "legacy"];

fn args<'a>(words: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let restore = [
        "wallet",
        "restore",
        "--name",
        "Main",
        "--network",
        "regtest",
    ];
    [&restore[..], &["--words-file", words], more].concat()
}

fn words(home: &Home) -> String {
    let file = home.scratch("words");
    std::fs::write(&file, WORDS).expect("a scratch file");
    path_text(&file).to_owned()
}

fn kinds(restored: &Value) -> Vec<(&str, &str)> {
    let wallets = restored["wallets"].as_array().expect("a list");
    wallets
        .iter()
        .map(|wallet| (text(&wallet["script_type"]), text(&wallet["name"])))
        .collect()
}

/// Pays an address of each of these kinds, by its place.
fn paid(chain: &satchel_sandbox::Sandbox, kinds: &[(&str, usize)]) {
    for (kind, place) in kinds {
        let home = Home::new(chain);
        home.ok(&args(&words(&home), &["--script-type", kind]));
        for _ in 0..*place {
            home.address();
        }
        let script = regtest(&home.address()).script_pubkey();
        chain
            .faucet(script, Amount::from_sat(30_000))
            .expect("the faucet pays");
    }
}

#[test]
fn the_kinds_that_were_used_come_back_from_one_entry_of_words() {
    let chain = chain();
    paid(&chain, &[("segwit", 0), ("taproot", 7)]);
    let home = Home::new(&chain);
    let restored = home.ok(&args(&words(&home), &["--yes"]));
    let expected = [("taproot", "Main"), ("segwit", "Main (Native SegWit)")];
    assert_eq!(kinds(&restored), expected);
    assert_eq!(restored["selected"], true);
    assert_eq!(restored["id"], restored["wallets"][0]["id"]);
    for wallet in restored["wallets"].as_array().expect("a list") {
        let id = text(&wallet["id"]);
        home.ok(&["--wallet", id, "sync"]);
        let balance = home.ok(&["--wallet", id, "balance"]);
        assert_eq!(balance["confirmed"], 30_000, "{}", wallet["name"]);
        let addresses = home.ok(&["--wallet", id, "address", "list"]);
        let rows = addresses["addresses"].as_array().expect("rows");
        let first = rows
            .iter()
            .find(|row| row["index"] == 0)
            .expect("the first");
        assert_eq!(first["address"], wallet["first_address"]);
    }
    // Once more: all of them are here.
    let again = home.fails(&args(&words(&home), &["--yes"]));
    assert_eq!(again, (2, "bad_input".to_owned()));
}

#[test]
fn words_without_payments_make_the_usual_wallet_and_an_absent_server_none() {
    let chain = chain();
    let home = Home::new(&chain);
    let restored = home.ok(&args(&words(&home), &[]));
    assert_eq!(kinds(&restored), [("taproot", "Main")]);

    let mut home = Home::new(&chain);
    let gate = Gate::before(&chain.url());
    home.ask(&gate.url());
    gate.let_through(3, Beyond::Gone);
    let answer = home.run(&args(&words(&home), &[]));
    assert_eq!(answer.code, 7, "{}", answer.stderr);
    assert!(answer.stderr.contains("unreachable"), "{}", answer.stderr);
    assert!(answer.stderr.contains("--script-type"), "{}", answer.stderr);
    assert_eq!(home.ok(&["wallet", "list"]), Value::Array(Vec::new()));
    // Named, it needs no server.
    for kind in KINDS {
        let restored = home.ok(&args(&words(&home), &["--script-type", kind]));
        assert_eq!(kinds(&restored).len(), 1);
    }
}

#[test]
fn looking_costs_no_more_than_the_first_addresses_and_can_be_cancelled() {
    let chain = chain();
    paid(&chain, &[("segwit", 0)]);
    let mut home = Home::new(&chain);
    let gate = Gate::before(&chain.url());
    home.ask(&gate.url());
    home.ok(&args(&words(&home), &["--yes"]));
    let asked = gate.open();
    assert!(asked <= 4 * (20 + 3) + 1, "{asked} requests");

    let mut home = Home::new(&chain);
    home.ask(&gate.url());
    gate.let_through(30, Beyond::Silence);
    let child = home
        .command(&args(&words(&home), &["--yes"]))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    gate.wait_until_shut();
    interrupt(&child);
    let ended = child.wait_with_output().expect("it ended");
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8(ended.stderr).expect("text");
    assert!(said.contains("cancelled"), "{said}");
    gate.open();
    assert_eq!(home.ok(&["wallet", "list"]), Value::Array(Vec::new()));
}

#[test]
fn killed_in_the_middle_all_of_the_wallets_are_there_or_none_and_a_repeat_completes() {
    let chain = chain();
    paid(&chain, &[("segwit", 0), ("taproot", 0), ("legacy", 0)]);
    for i in 0..10_u64 {
        let home = Home::new(&chain);
        let file = words(&home);
        let mut child = home
            .command(&args(&file, &["--yes"]))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        // The moment of the kill is the point of this test; nothing waits for it to be reached.
        std::thread::sleep(Duration::from_millis(150 + 60 * i));
        let _ = child.kill();
        let acknowledged = child.wait().expect("it ended").success();
        let listed = home.run(&["wallet", "list"]);
        let there = listed.json.as_array().map_or(0, Vec::len);
        assert!(there == 0 || there == 3, "{there} of three");
        assert!(!acknowledged || there == 3);
        // Completes, or says that all of it is here.
        let again = home.run(&args(&file, &["--yes"]));
        assert_eq!(
            again.code,
            if there == 3 { 2 } else { 0 },
            "{}",
            again.stderr
        );
        let list = home.ok(&["wallet", "list"]);
        assert_eq!(list.as_array().map(Vec::len), Some(3));
    }
}
