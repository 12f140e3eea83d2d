//! A backup put to the test, and what brings back what lost devices shared.

use serde_json::{Value, json};

use super::devices::{id, second_stage};
use super::{PASSPHRASE, Stage, code, done, stage};

fn prove(
    stage: &Stage,
    request: u8,
    choose: bool,
) -> std::thread::JoinHandle<Result<Value, Value>> {
    let request = json!({ "req": { "request_id": id(request), "choose": choose } });
    stage.ask("cmd_prove_backup", request)
}

#[test]
fn a_drill_opens_the_last_backup_says_what_it_brings_back_and_changes_nothing() {
    let stage = stage().with_wallet();
    let health = || {
        let health = stage.main.call("cmd_get_backup_health", json!({}));
        health.expect("it is open")
    };
    assert_eq!(health()["path"], Value::Null);
    assert_eq!(code(done(prove(&stage, 2, false))), "file_not_found");
    let folder = stage.harness.home.path().join("backups");
    std::fs::create_dir(&folder).expect("a folder");
    stage.harness.files.then(folder);
    let request = json!({ "req": { "request_id": id(3), "wallet_id": null } });
    let backing = stage.ask("cmd_backup_wallet", request);
    stage.harness.sealed_opens();
    stage.answer(json!({ "passphrase": "another one for the file" }));
    stage.prove();
    done(backing).expect("a backup");
    let before = health();
    assert!(before["written_at"].as_u64().is_some(), "{before}");
    assert_eq!(before["proven_at"], Value::Null);

    let proving = prove(&stage, 4, false);
    assert_eq!(stage.harness.sealed_opens(), "Open a wallet file");
    let wrong = stage.answer(json!({ "passphrase": PASSPHRASE }));
    assert_eq!(wrong["reply"], "again", "{wrong}");
    stage.answer(json!({ "passphrase": "another one for the file" }));
    let proven = done(proving).expect("it opens");
    assert_eq!(proven["path"], before["path"]);
    assert_eq!(proven["wallets"][0]["name"], "Savings");
    assert_eq!(proven["wallets"][0]["has_seed"], true);
    assert_eq!(proven["lacking"], json!([]));
    assert!(health()["proven_at"].as_u64().is_some());

    // Its owner closes the dialog, or the window.
    assert_eq!(code(done(prove(&stage, 5, true))), "cancelled");
    let closing = prove(&stage, 6, false);
    stage.harness.sealed_opens();
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(closing)), "cancelled");
    // One that is gone is told before anybody types anything.
    std::fs::remove_file(before["path"].as_str().expect("a path")).expect("it is there");
    assert_eq!(code(done(prove(&stage, 7, false))), "file_not_found");
    assert!(!stage.harness.sealed_opened_again());
}

#[test]
fn words_for_what_is_shared_bring_it_back_from_the_folder_alone() {
    let first = stage().with_wallet().sharing();
    let folder = tempfile::tempdir().expect("a folder");
    first.meets_in(folder.path(), 8);
    let status = || first.get("cmd_get_circle");
    assert_eq!(status()["recovery_since"], Value::Null);
    let request = json!({ "req": { "request_id": id(9), "wallet_id": null } });
    let making = first.ask("cmd_make_recovery_words", request);
    first.prove();
    assert_eq!(first.harness.sealed_opens(), "Recovery words");
    assert_eq!(first.task()["of"], "circle");
    let words: Vec<u8> =
        serde_json::from_value(first.answer(json!("reveal"))).expect("it was agreed to");
    let words = String::from_utf8(words).expect("words");
    assert_eq!(words.split(' ').count(), 12);
    first.answer(json!("done"));
    let answer = done(making).expect("they are made");
    assert_eq!(answer, Value::Null, "no word of it reaches the page");
    assert!(status()["recovery_since"].as_u64().is_some());
    let asked = first.harness.confirm.asked();
    assert_eq!(
        asked.last().expect("consent").title,
        "Make words that bring back what your devices share?"
    );
    first.sync();

    // Another home, that knows nothing but the folder and the words.
    let fresh = second_stage();
    let recover = |request: u8| {
        fresh.harness.files.then(folder.path().to_owned());
        let request = json!({ "req": { "request_id": id(request), "wallet_id": null } });
        fresh.ask("cmd_recover_circle", request)
    };
    let recovering = recover(1);
    assert_eq!(fresh.harness.sealed_opens(), "Enter the recovery words");
    let wrong = ["abandon"; 11].join(" ") + " about";
    let type_words =
        |words: &str| fresh.answer(json!({ "words": { "words": words, "extra": "" } }));
    assert_eq!(type_words(&wrong)["reply"], "again");
    assert_eq!(type_words(&words)["reply"], "done");
    assert_eq!(fresh.harness.sealed_opens(), "Choose a passphrase");
    fresh.answer(json!({ "passphrase": PASSPHRASE }));
    let brought = done(recovering).expect("it is brought back");
    assert_eq!(brought["added"][0]["name"], "Savings", "{brought}");
    assert_eq!(brought["added"][0]["watch_only"], true);
    let question = fresh.harness.confirm.asked();
    assert_eq!(
        question.last().expect("consent").title,
        "Bring this wallet back?"
    );
}

#[test]
fn a_folder_in_which_nothing_was_left_asks_for_no_words_and_makes_no_vault() {
    let fresh = stage();
    let empty = tempfile::tempdir().expect("a folder");
    fresh.harness.files.then(empty.path().to_owned());
    let request = json!({ "req": { "request_id": id(1), "wallet_id": null } });
    let failed = fresh.main.call("cmd_recover_circle", request.clone());
    failed.expect_err("nothing is there");
    assert!(!fresh.harness.sealed_opened_again());
    let again = json!({ "req": { "request_id": id(2), "wallet_id": null } });
    assert_eq!(
        code(fresh.main.call("cmd_recover_circle", again)),
        "cancelled"
    );
    let state = fresh
        .harness
        .shell
        .app
        .vault_state()
        .expect("it can be told");
    assert_eq!(state, satchel_app::VaultState::None);
}
