use std::fs;

use satchel_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{ELSEWHERE, Home, chain, path_text, regtest, text};

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect()
}

/// The same wallet in another home, with nothing but its keys.
fn twin(home: &Home, chain: &Sandbox) -> Home {
    let file = home.scratch("keys.satchel");
    home.ok(&["export", path_text(&file), "--yes"]);
    let other = Home::new(chain);
    other.ok(&["import", path_text(&file)]);
    other
}

#[test]
fn labels_go_out_and_come_back_in_the_same_wallet_elsewhere() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let other = twin(&home, &chain);
    let txid = home.receive(&chain, 300_000).to_string();
    let coin = text(&home.ok(&["coins"])["coins"][0]["outpoint"]).to_owned();
    let address = home.address();
    home.ok(&["label", "tx", &txid, "Würste, \"zwei\""]);
    home.ok(&["label", "address", &address, "Ana"]);
    home.ok(&["coins", "lock", &coin]);

    let file = home.scratch("labels.jsonl");
    let path = path_text(&file);
    assert_eq!(home.fails(&["labels", "export", path]).1, "no_confirm");
    assert!(!file.exists(), "nothing is written without consent");
    home.ok(&["labels", "export", path, "--yes"]);
    assert_eq!(
        home.fails(&["labels", "export", path, "--yes"]).1,
        "file_exists"
    );
    let records = lines(&fs::read(&file).expect("the file"));
    assert_eq!(records.len(), 3);
    let of = |kind: &str| records.iter().find(|record| record["type"] == kind);
    let tx = of("tx").expect("a transaction");
    assert_eq!(tx["label"], "Würste, \"zwei\"");
    let origin = text(&tx["origin"]);
    assert!(origin.starts_with("tr([") && origin.ends_with("/86h/1h/0h])"));
    let output = of("output").expect("an output");
    assert_eq!(
        (&output["ref"], &output["spendable"]),
        (&json!(coin), &json!(false))
    );

    let taken = other.ok(&["labels", "import", path]);
    assert_eq!((&taken["added"], &taken["locked"]), (&json!(2), &json!(1)));
    let again = other.ok(&["labels", "import", path]);
    assert_eq!(
        (&again["added"], &again["unchanged"], &again["locked"]),
        (&json!(0), &json!(2), &json!(0))
    );
    other.ok(&["sync"]);
    assert_eq!(other.row(&txid)["label"], "Würste, \"zwei\"");
    assert_eq!(other.ok(&["coins"])["coins"][0]["locked"], true);

    let back = other.scratch("back.jsonl");
    other.ok(&["labels", "export", path_text(&back), "--yes"]);
    let mut before = records.clone();
    let mut after = lines(&fs::read(&back).expect("the file"));
    for list in [&mut before, &mut after] {
        list.sort_by_key(ToString::to_string);
    }
    assert_eq!(after, before, "round and back without a loss");
}

#[test]
fn what_others_wrote_is_taken_and_what_is_not_this_wallets_is_left() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let txid = home.receive(&chain, 300_000).to_string();
    let coin = text(&home.ok(&["coins"])["coins"][0]["outpoint"]).to_owned();
    home.ok(&["coins", "lock", &coin]);
    home.ok(&["label", "tx", &txid, "mine"]);
    let elsewhere = "00".repeat(32);
    let file = home.scratch("theirs.jsonl");
    let key = "0283409659355b6d1cc3c32decd5d561abaac86c37a353b52895a5e6c196d6f448";
    let records = [
        json!({"type": "tx", "ref": txid, "label": "theirs", "height": 5}),
        json!({"type": "tx", "ref": elsewhere, "label": "x", "origin": "wpkh([d34db33f/84'/0'/0'])"}),
        json!({"type": "output", "ref": coin, "spendable": true}),
        json!({"type": "addr", "ref": "bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c", "label": "mainnet"}),
        json!({"type": "addr", "ref": ELSEWHERE, "label": "The shop"}),
        json!({"type": "pubkey", "ref": key, "label": "a key"}),
        json!({"type": "input", "ref": format!("{txid}:0"), "label": "an input"}),
    ];
    let text_of = |records: &[Value]| records.iter().map(|r| format!("{r}\n")).collect::<String>();
    fs::write(&file, format!("{}broken\n", text_of(&records))).expect("a file");
    let path = path_text(&file);
    let taken = home.ok(&["labels", "import", path]);
    for (field, expected) in [
        ("added", 3),
        ("kept", 1),
        ("of_other_wallets", 1),
        ("passed_over_count", 2),
        ("locked", 0),
    ] {
        assert_eq!(taken[field], json!(expected), "{field} in {taken}");
    }
    assert_eq!(home.row(&txid)["label"], "mine");
    assert_eq!(
        home.ok(&["coins"])["coins"][0]["locked"],
        true,
        "no file unlocks a coin"
    );
    let taken = home.ok(&["labels", "import", path, "--replace"]);
    assert_eq!(taken["replaced"], json!(1));
    assert_eq!(home.row(&txid)["label"], "theirs");

    // What this wallet shows nowhere goes on to the next one.
    let out = home.scratch("out.jsonl");
    home.ok(&["labels", "export", path_text(&out), "--yes"]);
    let written = lines(&fs::read(&out).expect("the file"));
    let own = written.iter().find_map(|record| record["origin"].as_str());
    let own = own.expect("whose its transactions are").to_owned();
    for kind in ["pubkey", "input"] {
        let sent = records.iter().find(|record| record["type"] == kind);
        assert!(written.iter().any(|record| Some(record) == sent), "{kind}");
    }

    // Beside those of the owner's own, a file of Sparrow's has every address and output of every account.
    let sparrow = home.scratch("sparrow.jsonl");
    let lines = [
        format!(
            r#"{{"value":-5,"type":"tx","ref":"{txid}","label":"Ana\u0027s","origin":"{own}"}}"#
        ),
        format!(
            r#"{{"keypath":"/0/0","heights":[],"type":"addr","ref":"{ELSEWHERE}","label":"Of another account","origin":"tr([d34db33f/86h/1h/0h])"}}"#
        ),
        format!(
            r#"{{"keypath":"/0/0","value":300000,"type":"output","ref":"{coin}","origin":"wsh(sortedmulti(1,[d34db33f/48h]))","spendable":false}}"#
        ),
        format!(
            r#"{{"keypath":"/0/0","value":300000,"type":"output","ref":"{coin}","label":"kept","origin":"{own}"}}"#
        ),
        r#"{"type":"spscan","ref":"spscan1qqk2cvwmv8sy","label":"Silent"}"#.to_owned(),
    ];
    fs::write(&sparrow, lines.join("\n")).expect("a file");
    let taken = home.ok(&["labels", "import", path_text(&sparrow), "--replace"]);
    for (field, expected) in [
        ("added", 1),
        ("replaced", 1),
        ("of_other_wallets", 2),
        ("passed_over_count", 1),
    ] {
        assert_eq!(taken[field], json!(expected), "{field} in {taken}");
    }
    assert_eq!(home.row(&txid)["label"], "Ana's");

    // Electrum's.
    let electrum = home.scratch("electrum.json");
    let object = json!({ txid.clone(): "from Electrum", ELSEWHERE: "The shop" });
    fs::write(&electrum, serde_json::to_vec_pretty(&object).expect("JSON")).expect("a file");
    let taken = home.ok(&["labels", "import", path_text(&electrum), "--replace"]);
    assert_eq!(
        (&taken["replaced"], &taken["unchanged"]),
        (&json!(1), &json!(1))
    );
    fs::write(&electrum, b"\x89PNG").expect("a file");
    assert_eq!(
        home.fails(&["labels", "import", path_text(&electrum)]),
        (9, "not_a_label_file".to_owned())
    );
}

#[test]
fn a_wallet_is_described_with_its_labels_and_payments() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let address = text(&home.ok(&["address", "new", "--label", "rent"])["address"]).to_owned();
    let amount = bitcoin::Amount::from_sat(70_000);
    let paid = chain
        .faucet(regtest(&address).script_pubkey(), amount)
        .expect("coins");
    home.ok(&["sync"]);
    let file = home.scratch("wallet.json");
    let path = path_text(&file);
    assert_eq!(
        home.fails(&["descriptors", "describe", path]).1,
        "no_confirm"
    );
    home.ok(&["descriptors", "describe", path, "--yes"]);
    assert_eq!(
        home.fails(&["descriptors", "describe", path, "--yes"]).1,
        "file_exists"
    );
    let document: serde_json::Value =
        serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
    assert_eq!(document["network"], "regtest");
    let account = &document["accounts"][0];
    assert_eq!(account["receive_index"], 0);
    assert_eq!(account["bip329_labels"][0]["label"], "rent");
    assert_eq!(account["transactions"][0]["txid"], paid.txid.to_string());
}

#[test]
fn descriptors_tell_a_restored_wallet_how_far_its_addresses_went() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let other = twin(&home, &chain);
    for _ in 0..30 {
        home.ok(&["address", "new"]);
    }
    let file = home.scratch("wallet.bip138");
    let path = path_text(&file);
    assert_eq!(home.fails(&["descriptors", "export", path]).1, "no_confirm");
    home.ok(&["descriptors", "export", path, "--yes"]);
    // Paid beyond the gap of 20 that a wallet looks at by itself.
    let far =
        text(&home.ok(&["address", "list", "--limit", "1"])["addresses"][0]["address"]).to_owned();
    chain
        .faucet(
            regtest(&far).script_pubkey(),
            bitcoin::Amount::from_sat(70_000),
        )
        .expect("paid");
    other.ok(&["sync"]);
    assert_eq!(other.sats("total"), 0, "too far to be found");
    let found = other.ok(&["descriptors", "read", path]);
    assert!(found[0]["wallet_id"].is_string());
    assert!(text(&found[0]["external"]).starts_with("tr(["));
    other.ok(&["sync"]);
    assert_eq!(other.sats("total"), 70_000);

    let stranger = Home::with_wallet(&chain);
    assert_eq!(
        stranger.fails(&["descriptors", "read", path]),
        (9, "wrong_key".to_owned())
    );
    let external = text(&found[0]["external"]).to_owned();
    let key = external
        .split_once(']')
        .and_then(|(_, rest)| rest.split_once('/'))
        .map(|(key, _)| key.to_owned())
        .expect("a key");
    let seen = stranger.ok(&["descriptors", "read", path, "--key", &key]);
    assert_eq!(seen[0]["external"], found[0]["external"]);
    assert!(seen[0]["wallet_id"].is_null());
    assert_eq!(
        stranger
            .fails(&["descriptors", "read", path, "--key", "nothing"])
            .1,
        "bad_input"
    );
}

#[test]
fn labels_for_electrum_come_back_from_its_file() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let other = twin(&home, &chain);
    let txid = home.receive(&chain, 300_000).to_string();
    let coin = text(&home.ok(&["coins"])["coins"][0]["outpoint"]).to_owned();
    let address = home.address();
    home.ok(&["label", "tx", &txid, "Würste, \"zwei\""]);
    home.ok(&["label", "address", &address, "Ana"]);
    home.ok(&["coins", "lock", &coin]);
    let file = home.scratch("electrum.json");
    let path = path_text(&file);
    let export = ["labels", "export", path, "--form", "electrum"];
    assert_eq!(home.fails(&export).1, "no_confirm");
    home.ok(&[&export[..], &["--yes"]].concat());
    let object: Value = serde_json::from_slice(&fs::read(&file).expect("the file")).expect("JSON");
    assert_eq!(
        object,
        json!({ txid.clone(): "Würste, \"zwei\"", address: "Ana" }),
        "labels of payments and addresses, and nothing else"
    );
    let taken = other.ok(&["labels", "import", path]);
    assert_eq!((&taken["added"], &taken["locked"]), (&json!(2), &json!(0)));
    let back = other.scratch("back.json");
    other.ok(&[
        "labels",
        "export",
        path_text(&back),
        "--form",
        "electrum",
        "--yes",
    ]);
    assert_eq!(
        fs::read(&back).expect("the file"),
        fs::read(&file).expect("the file"),
        "round and back without a loss"
    );
}
