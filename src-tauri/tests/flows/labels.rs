//! Labels and descriptors for other wallets, and from them.

use serde_json::{Value, json};

use super::devices::id;
use super::{Stage, code, stage};

fn call(stage: &Stage, command: &'static str, request: Value) -> Value {
    let answer = stage.main.call(command, json!({ "req": request }));
    answer.unwrap_or_else(|error| panic!("{command}: {error}"))
}

fn label_of(stage: &Stage, address: &Value) -> Value {
    let page = call(stage, "cmd_get_addresses", json!({}));
    let rows = page["addresses"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["address"] == *address);
    row.expect("it is listed")["label"].clone()
}

#[test]
fn a_file_of_labels_is_shown_before_it_is_taken_in_and_unlocks_nothing() {
    let stage = stage().with_wallet();
    let request = json!({ "request_id": id(2), "label": "rent" });
    let address = call(&stage, "cmd_generate_address", request)["address"].clone();
    let file = stage.harness.home.path().join("out.jsonl");
    stage.harness.files.then(file.clone());
    let written = call(&stage, "cmd_export_labels", json!({ "request_id": id(3) }));
    assert_eq!(written["verified"], true);
    let text = std::fs::read_to_string(&file).expect("a file");
    assert!(text.contains("rent"), "{text}");
    let object = stage.harness.home.path().join("out.json");
    stage.harness.files.then(object.clone());
    let request = json!({ "request_id": id(11), "form": "electrum" });
    call(&stage, "cmd_export_labels", request);
    let text = std::fs::read_to_string(&object).expect("a file");
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(object[address.as_str().expect("text")], "rent");
    let asked = stage.harness.confirm.asked();
    assert_eq!(asked.len(), 2, "it says which payments are whose");

    let coin = format!("{}:0", "ab".repeat(32));
    let lines = [
        json!({ "type": "addr", "ref": address, "label": "Miete" }),
        json!({ "type": "tx", "ref": "cd".repeat(32), "label": "salary" }),
        json!({ "type": "output", "ref": coin, "label": "cold", "spendable": false }),
        json!("no record"),
    ];
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let theirs = stage.harness.home.path().join("theirs.jsonl");
    std::fs::write(&theirs, lines.join("\n")).expect("a file");
    stage.harness.files.then(theirs.clone());
    let preview = call(&stage, "cmd_read_labels", json!({ "request_id": id(4) }));
    assert_eq!(preview["file"], "theirs.jsonl");
    let would = &preview["would"];
    let count = |name: &str| would[name].as_u64().expect("a number");
    assert_eq!(
        (count("added"), count("kept"), count("locked")),
        (2, 1, 1),
        "{preview}"
    );
    assert_eq!(would["passed_over_count"], 1);
    assert_eq!(preview["unknown"], 2, "no transaction of it is known here");
    assert_eq!(
        preview["differing"],
        json!([{ "on": "address", "target": address, "ours": "rent", "theirs": "Miete" }])
    );
    assert_eq!(label_of(&stage, &address), "rent", "nothing was taken in");

    let take = |request: u8, read: u8, differing: &str| {
        let request = json!({ "req": {
            "request_id": id(request), "read_id": id(read), "differing": differing,
        } });
        stage.main.call("cmd_take_labels", request)
    };
    assert_eq!(code(take(5, 99, "keep_ours")), "file_not_found");
    let taken = take(6, 4, "keep_ours").expect("it was read");
    assert_eq!(taken["added"], 2);
    assert_eq!(label_of(&stage, &address), "rent");
    assert_eq!(
        take(6, 4, "keep_ours"),
        Ok(taken),
        "sent twice it is taken in once"
    );
    let taken = take(7, 4, "take_theirs").expect("it was read");
    assert_eq!(
        (&taken["replaced"], &taken["locked"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(label_of(&stage, &address), "Miete");
    // Reading and taking in asks nobody: it spends nothing, and was shown.
    assert_eq!(stage.harness.confirm.asked().len(), asked.len());

    // Electrum's own form.
    let electrum = stage.harness.home.path().join("electrum.json");
    std::fs::write(&electrum, json!({ "ef".repeat(32): "bakery" }).to_string()).expect("a file");
    stage.harness.files.then(electrum);
    let preview = call(&stage, "cmd_read_labels", json!({ "request_id": id(8) }));
    assert_eq!(preview["would"]["added"], 1, "{preview}");
    assert_eq!(
        code(take(9, 4, "keep_ours")),
        "file_not_found",
        "the file before is forgotten"
    );
    call(&stage, "cmd_lock_wallet", json!({}));
    assert_eq!(code(take(10, 8, "keep_ours")), "locked");
}

#[test]
fn a_dialog_that_was_closed_reads_and_writes_nothing() {
    let stage = stage().with_wallet();
    for (number, command) in [
        "cmd_export_labels",
        "cmd_read_labels",
        "cmd_export_descriptors",
        "cmd_export_metadata",
        "cmd_read_descriptors",
    ]
    .into_iter()
    .enumerate()
    {
        let number = u8::try_from(number).expect("a few");
        let request = json!({ "req": { "request_id": id(10 + number) } });
        assert_eq!(code(stage.main.call(command, request)), "cancelled");
    }
    assert_eq!(stage.harness.files.asked(), 5);
    assert!(stage.harness.confirm.asked().is_empty());
    let nothing = stage.harness.home.path().join("nothing.jsonl");
    std::fs::write(&nothing, "prose\n").expect("a file");
    stage.harness.files.then(nothing);
    let request = json!({ "req": { "request_id": id(20) } });
    let read = stage.main.call("cmd_read_labels", request);
    assert_eq!(code(read), "not_a_label_file");
}

#[test]
fn a_descriptor_backup_opens_with_the_wallets_own_key_and_is_told_to_be_its() {
    let stage = stage().with_wallet();
    let file = stage.harness.home.path().join("wallet.bip138");
    stage.harness.files.then(file.clone());
    call(
        &stage,
        "cmd_export_descriptors",
        json!({ "request_id": id(2) }),
    );
    let sealed = std::fs::read(&file).expect("a file");
    assert!(
        !sealed.windows(4).any(|part| part == b"tpub"),
        "it is sealed"
    );
    stage.harness.files.then(file);
    let found = call(
        &stage,
        "cmd_read_descriptors",
        json!({ "request_id": id(3) }),
    );
    let info = call(&stage, "cmd_get_wallet_info", json!({ "wallet_id": null }));
    assert_eq!(found[0]["wallet_id"], info["id"], "{found}");
    assert_eq!(found.as_array().expect("a list").len(), 1);
}

#[test]
fn a_wallet_is_described_for_others_after_consent_and_without_a_secret() {
    let stage = stage().with_wallet();
    let file = stage.harness.home.path().join("wallet.json");
    stage.harness.files.then(file.clone());
    call(
        &stage,
        "cmd_export_metadata",
        json!({ "request_id": id(2) }),
    );
    let asked = stage.harness.confirm.asked();
    let question = asked.last().expect("it asked");
    assert!(
        question.title.starts_with("Describe this wallet"),
        "{question:?}"
    );
    let text = std::fs::read_to_string(&file).expect("a file");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let info = call(&stage, "cmd_get_wallet_info", json!({ "wallet_id": null }));
    let account = &document["accounts"][0];
    assert_eq!(account["name"], info["name"]);
    assert!(
        account["descriptor"]
            .as_str()
            .is_some_and(|it| it.contains("tpub"))
    );
    assert!(!text.contains("tprv"), "public keys alone");
}
