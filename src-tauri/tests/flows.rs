//! Whole flows through the real IPC: the main page asks, the sealed page answers.

#[path = "flows/alerts.rs"]
mod alerts;
#[path = "../../crates/qr/tests/support/camera.rs"]
#[allow(dead_code)] // A part of it is for the tests of that room.
mod camera;
#[path = "chain.rs"]
mod chain;
#[path = "flows/console.rs"]
mod console;
#[path = "flows/contacts.rs"]
mod contacts;
#[path = "flows/devices.rs"]
mod devices;
#[path = "harness.rs"]
mod harness;
#[path = "flows/labels.rs"]
mod labels;
#[path = "flows/lent.rs"]
mod lent;
#[path = "flows/lost.rs"]
mod lost;
#[path = "flows/meet.rs"]
mod meet;
#[path = "flows/out_of_sight.rs"]
mod out_of_sight;
#[path = "flows/overtaken.rs"]
mod overtaken;
#[path = "flows/paid_before.rs"]
mod paid_before;
#[path = "flows/place_password.rs"]
mod place_password;
#[path = "flows/presence.rs"]
mod presence;
#[path = "flows/restore.rs"]
mod restore;
#[path = "flows/scan.rs"]
mod scan;

use std::sync::Arc;
use std::thread::{JoinHandle, spawn};

use harness::{Harness, Page, SealedPage};
use satchel_shell::windows::{MAIN, SEALED};
use satchel_wire::session::Theme;
use serde_json::{Value, json};

const PASSPHRASE: &str = "correct horse battery staple";

struct Stage {
    harness: Harness,
    main: Page,
    sealed: Page,
}

fn stage() -> Stage {
    on(Harness::new())
}

fn on(harness: Harness) -> Stage {
    let (main, sealed) = (harness.page(MAIN), harness.page(SEALED));
    Stage {
        harness,
        main,
        sealed,
    }
}

impl Stage {
    /// Calls from the main page without waiting for the answer.
    fn ask(&self, command: &'static str, request: Value) -> JoinHandle<Result<Value, Value>> {
        let main = self.main.clone();
        spawn(move || main.call(command, request))
    }

    fn answer(&self, answer: Value) -> Value {
        SealedPage::meet(&self.sealed)
            .expect("a task is open")
            .answer(&answer)
            .expect("a reply")
    }

    fn task(&self) -> Value {
        SealedPage::meet(&self.sealed).expect("a task is open").task
    }

    /// Waits until the passphrase is asked for before an act, and types it.
    fn prove(&self) {
        assert_eq!(self.harness.sealed_opens(), "Enter your passphrase");
        let reply = self.answer(json!({ "passphrase": PASSPHRASE }));
        assert_eq!(reply["reply"], "done");
    }

    fn create(&self, id: &str) -> JoinHandle<Result<Value, Value>> {
        let request = json!({ "req": {
            "request_id": id, "name": "Savings", "network": "regtest", "script_type": null,
        } });
        self.ask("cmd_create_wallet", request)
    }

    /// Makes a vault and a wallet.
    fn with_wallet(self) -> Self {
        let made = self.create("00000000000000000000000000000001");
        self.harness.sealed_opens();
        assert_eq!(
            self.answer(json!({ "passphrase": PASSPHRASE }))["reply"],
            "done"
        );
        done(made).expect("a wallet");
        self
    }
}

fn done(call: JoinHandle<Result<Value, Value>>) -> Result<Value, Value> {
    call.join().expect("no panic")
}

fn code(result: Result<Value, Value>) -> String {
    result.expect_err("it fails")["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

const ID_1: &str = "00000000000000000000000000000001";

#[test]
fn creating_a_wallet_asks_for_a_passphrase_once_and_twice_the_same_request_makes_one() {
    let stage = stage();
    assert_eq!(
        stage.main.call("cmd_list_wallets", json!({})),
        Ok(json!([]))
    );
    // A reload sends the same call again while the first one waits.
    let (first, second) = (stage.create(ID_1), stage.create(ID_1));
    assert_eq!(stage.harness.sealed_opens(), "Choose a passphrase");
    assert_eq!(stage.task()["kind"], "new_passphrase");
    let short = stage.answer(json!({ "passphrase": "short" }));
    assert_eq!(short["reply"], "again");
    assert_eq!(
        stage.answer(json!({ "passphrase": PASSPHRASE }))["reply"],
        "done"
    );
    let (first, second) = (
        done(first).expect("a wallet"),
        done(second).expect("the same"),
    );
    assert_eq!(first, second);
    assert_eq!(done(stage.create(ID_1)).expect("the same"), first);
    assert!(!stage.harness.sealed_opened_again());
    let wallets = stage
        .main
        .call("cmd_list_wallets", json!({}))
        .expect("open");
    assert_eq!(wallets.as_array().map(Vec::len), Some(1));
}

#[test]
fn closing_the_window_makes_nothing() {
    let stage = stage();
    let made = stage.create(ID_1);
    stage.harness.sealed_opens();
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(made)), "cancelled");
    assert_eq!(
        stage.main.call("cmd_list_wallets", json!({})),
        Ok(json!([]))
    );
    // Nothing is open, so the sealed page gets nothing.
    assert!(SealedPage::meet(&stage.sealed).is_err());
}

#[test]
fn a_wrong_passphrase_is_told_in_the_window_and_a_right_one_opens() {
    let stage = stage().with_wallet();
    stage
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("locks");
    assert_eq!(
        code(stage.main.call("cmd_get_balance", json!({ "req": {} }))),
        "locked"
    );
    let unlocked = stage.ask("cmd_unlock_wallet", json!({}));
    assert_eq!(stage.harness.sealed_opens(), "Unlock Satchel");
    let wrong = stage.answer(json!({ "passphrase": "not the passphrase" }));
    assert_eq!(wrong["reply"], "again");
    assert_eq!(
        stage.answer(json!({ "passphrase": PASSPHRASE }))["reply"],
        "done"
    );
    assert_eq!(done(unlocked), Ok(json!(true)));
    let balance = stage
        .main
        .call("cmd_get_balance", json!({ "req": {} }))
        .expect("open");
    assert_eq!(balance["total"], Value::Null, "never synced is not zero");
}

#[test]
fn many_wrong_passphrases_have_to_wait() {
    let stage = stage().with_wallet();
    stage
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("locks");
    let unlocked = stage.ask("cmd_unlock_wallet", json!({}));
    stage.harness.sealed_opens();
    for _ in 0..3 {
        let wrong = stage.answer(json!({ "passphrase": "not the passphrase" }));
        assert_eq!(wrong["wait"], Value::Null);
    }
    let refused = stage.answer(json!({ "passphrase": PASSPHRASE }));
    assert!(
        refused["wait"].as_u64().is_some_and(|seconds| seconds > 0),
        "{refused}"
    );
    let page = SealedPage::meet(&stage.sealed).expect("a task is open");
    let closed = page.answer(&json!("cancel"));
    assert_eq!(code(closed), "cancelled");
    assert_eq!(done(unlocked), Ok(json!(false)));
}

#[test]
fn locking_takes_the_sealed_window_away() {
    let stage = stage().with_wallet();
    let shown = stage.ask("cmd_show_words", json!({ "req": {} }));
    stage.prove();
    stage.harness.sealed_opens();
    stage
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("locks");
    assert!(done(shown).is_ok());
    assert!(SealedPage::meet(&stage.sealed).is_err());
    assert!(
        stage
            .sealed
            .call("cmd_sealed_answer", json!({ "answer": "reveal" }))
            .is_err()
    );
}

#[test]
fn without_consent_no_word_is_shown() {
    let stage = stage().with_wallet();
    stage
        .harness
        .confirm
        .then(Ok(satchel_ports::Answer::Declined));
    assert_eq!(
        code(stage.main.call("cmd_show_words", json!({ "req": {} }))),
        "declined"
    );
    assert!(!stage.harness.sealed_opened_again());
}

#[test]
fn a_changed_passphrase_is_the_one_that_opens() {
    let stage = stage().with_wallet();
    let changed = stage.ask(
        "cmd_set_passphrase",
        json!({ "req": { "request_id": ID_1 } }),
    );
    stage.harness.sealed_opens();
    let change = |current: &str, new: &str| json!({ "change": { "current": current, "new": new } });
    assert_eq!(
        stage.answer(change("wrong one here", "a new passphrase"))["reply"],
        "again"
    );
    assert_eq!(stage.answer(change(PASSPHRASE, "short"))["reply"], "again");
    assert_eq!(
        stage.answer(change(PASSPHRASE, "a new passphrase"))["reply"],
        "done"
    );
    assert_eq!(done(changed), Ok(Value::Null));
    stage
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("locks");
    let unlocked = stage.ask("cmd_unlock_wallet", json!({}));
    stage.harness.sealed_opens();
    assert_eq!(
        stage.answer(json!({ "passphrase": PASSPHRASE }))["reply"],
        "again"
    );
    assert_eq!(
        stage.answer(json!({ "passphrase": "a new passphrase" }))["reply"],
        "done"
    );
    assert_eq!(done(unlocked), Ok(json!(true)));
}

#[test]
fn an_exported_file_opens_in_another_home_and_twice_changes_nothing() {
    let one = stage().with_wallet();
    let file = one.harness.home.path().join("Savings.satchel");
    one.harness.files.then(file.clone());
    let intent = json!({ "req": { "request_id": ID_1, "wallet_id": null } });
    let written = one.ask("cmd_export_wallet", intent.clone());
    assert_eq!(one.harness.sealed_opens(), "Passphrase of the file");
    one.answer(json!({ "passphrase": "the file's own one" }));
    one.prove();
    let written = done(written).expect("a file");
    assert_eq!(written["verified"], true);
    // The same call again, as a reload would send it: no second dialog, the same answer.
    assert_eq!(
        one.main.call("cmd_export_wallet", intent.clone()),
        Ok(written)
    );
    assert_eq!(one.harness.files.asked(), 1);

    let two = stage();
    two.harness.files.then(file.clone());
    let imported = two.ask("cmd_import_wallet", intent);
    assert_eq!(two.harness.sealed_opens(), "Choose a passphrase");
    two.answer(json!({ "passphrase": PASSPHRASE }));
    assert_eq!(two.harness.sealed_opens(), "Open a wallet file");
    assert_eq!(
        two.answer(json!({ "passphrase": PASSPHRASE }))["reply"],
        "again"
    );
    two.answer(json!({ "passphrase": "the file's own one" }));
    let imported = done(imported).expect("wallets");
    assert_eq!(imported["added"][0]["name"], "Savings");

    two.harness.files.then(file);
    let again = json!({ "req": { "request_id": "00000000000000000000000000000002" } });
    let again = two.ask("cmd_import_wallet", again);
    two.prove();
    two.harness.sealed_opens();
    two.answer(json!({ "passphrase": "the file's own one" }));
    let again = done(again).expect("wallets");
    assert_eq!(again["added"], json!([]));
    assert_eq!(again["unchanged"][0]["name"], "Savings");
}

#[test]
fn settings_are_kept_in_the_vault_and_known_while_locked() {
    let stage = stage();
    let settings = json!({ "unit": "sats", "theme": "dark", "auto_lock_minutes": 5, "out_of_sight": "after_a_minute" });
    assert_eq!(
        code(
            stage
                .main
                .call("cmd_set_settings", json!({ "req": settings }))
        ),
        "locked"
    );
    let stage = stage.with_wallet();
    let kept = stage
        .main
        .call("cmd_set_settings", json!({ "req": settings }));
    assert_eq!(kept.as_ref(), Ok(&settings));
    stage
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("locks");
    let unlocked = stage.ask("cmd_unlock_wallet", json!({}));
    stage.harness.sealed_opens();
    assert_eq!(stage.harness.sealed_theme(), Theme::Dark);
    stage.harness.owner_closes_sealed();
    assert_eq!(done(unlocked), Ok(json!(false)));
}

#[test]
fn what_cannot_be_read_is_refused_and_never_means_the_selected_wallet() {
    let stage = stage().with_wallet();
    for request in [
        json!({ "wallet_id": "" }),
        json!({ "wallet_id": "zz" }),
        json!({ "wallet_id": "00000000000000000000000000000000 " }),
    ] {
        let balance = stage
            .main
            .call("cmd_get_balance", json!({ "req": request }));
        assert_eq!(code(balance), "bad_input", "{request}");
    }
    let unknown = json!({ "req": { "wallet_id": "00000000000000000000000000000000" } });
    assert_eq!(
        code(stage.main.call("cmd_get_balance", unknown)),
        "unknown_wallet"
    );
    let both = json!({ "req": { "request_id": ID_1, "txid": "aa".repeat(32), "draft_id": ID_1 } });
    assert_eq!(
        code(stage.main.call("cmd_cancel_transaction", both)),
        "bad_input"
    );
    let neither = json!({ "req": { "request_id": ID_1 } });
    assert_eq!(
        code(stage.main.call("cmd_cancel_transaction", neither)),
        "bad_input"
    );
    // The faucet is for sandboxes.
    let coins = stage
        .main
        .call("cmd_get_sandbox_coins", json!({ "req": {} }));
    assert_eq!(code(coins), "no_backend");
}

#[test]
fn an_open_wallet_shows_no_word_without_the_passphrase() {
    let stage = stage().with_wallet();
    let shown = stage.ask("cmd_show_words", json!({ "req": {} }));
    assert_eq!(stage.harness.sealed_opens(), "Enter your passphrase");
    assert_eq!(stage.task()["reason"], "to see the recovery words");
    let wrong = stage.answer(json!({ "passphrase": "not the passphrase" }));
    assert_eq!(wrong["reply"], "again");
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(shown)), "cancelled");
    assert!(!stage.harness.sealed_opened_again());
}

#[test]
fn a_second_wallet_needs_the_passphrase_again() {
    let stage = stage().with_wallet();
    let made = stage.create("00000000000000000000000000000002");
    assert_eq!(stage.harness.sealed_opens(), "Enter your passphrase");
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(made)), "cancelled");
    let made = stage.create("00000000000000000000000000000003");
    stage.prove();
    assert!(done(made).is_ok());
}

#[test]
fn raising_a_limit_or_locking_later_is_asked_for_and_the_opposite_is_not() {
    let stage = stage().with_wallet();
    let set =
        |per_payment: Value| json!({ "req": { "per_payment": per_payment, "per_day": null } });
    let kept = stage.main.call("cmd_set_limits", set(json!(50_000)));
    assert_eq!(kept.expect("tighter")["per_payment"], 50_000);
    assert!(stage.harness.confirm.asked().is_empty());

    stage
        .harness
        .confirm
        .then(Ok(satchel_ports::Answer::Declined));
    assert_eq!(
        code(stage.main.call("cmd_set_limits", set(Value::Null))),
        "declined"
    );
    let raised = stage.ask("cmd_set_limits", set(json!(60_000)));
    stage.prove();
    assert_eq!(done(raised).expect("agreed")["per_payment"], 60_000);

    let presence = |sats: Value| json!({ "req": { "per_payment": 60_000, "per_day": null, "by_presence": sats } });
    let allowed = stage.ask("cmd_set_limits", presence(json!(5_000)));
    stage.prove();
    assert_eq!(done(allowed).expect("agreed")["by_presence"], 5_000);
    let question = stage.harness.confirm.asked().pop().expect("it was asked");
    assert_eq!(question.title, "Pay without the passphrase?");
    let off = stage.main.call("cmd_set_limits", presence(Value::Null));
    assert_eq!(off.expect("tighter")["by_presence"], Value::Null);
    let limits = stage.main.call("cmd_get_limits", json!({}));
    assert_eq!(limits.expect("open")["by_presence"], Value::Null);

    let asked = stage.harness.confirm.asked().len();
    let settings = |minutes: u16| json!({ "req": { "unit": "sats", "theme": "dark", "auto_lock_minutes": minutes } });
    stage
        .main
        .call("cmd_set_settings", settings(5))
        .expect("earlier");
    assert_eq!(stage.harness.confirm.asked().len(), asked);
    stage
        .harness
        .confirm
        .then(Ok(satchel_ports::Answer::Declined));
    assert_eq!(
        code(stage.main.call("cmd_set_settings", settings(0))),
        "declined"
    );
}

#[test]
fn after_several_noes_the_next_question_waits() {
    let stage = stage().with_wallet();
    for _ in 0..3 {
        let no = Ok(satchel_ports::Answer::Declined);
        stage.harness.confirm.then(no);
        let shown = stage.main.call("cmd_show_words", json!({ "req": {} }));
        assert_eq!(code(shown), "declined");
    }
    let asked = stage.harness.confirm.asked().len();
    let shown = stage.main.call("cmd_show_words", json!({ "req": {} }));
    assert_eq!(code(shown), "asked_too_often");
    assert_eq!(
        stage.harness.confirm.asked().len(),
        asked,
        "nobody was bothered"
    );
}

#[test]
fn the_keychain_opens_once_it_was_let_in_and_each_failure_has_its_code() {
    let stage = stage().with_wallet();
    let intent = |id: &str| json!({ "req": { "request_id": id, "wallet_id": null } });
    let by_keychain = || {
        let request = json!({ "req": { "by": "keychain" } });
        stage.main.call("cmd_unlock_wallet", request)
    };
    let lock = || {
        stage
            .main
            .call("cmd_lock_wallet", json!({}))
            .expect("locks")
    };
    let status = || {
        let status = stage.main.call("cmd_keychain_status", json!({}));
        status.expect("a whole file")
    };
    assert_eq!(status()["set_up"], false);

    let added = stage.ask(
        "cmd_enrol_keychain",
        intent("00000000000000000000000000000002"),
    );
    stage.prove();
    done(added).expect("agreed and proven");
    // The same call again, as after a reload, asks nobody and does nothing.
    let again = stage.main.call(
        "cmd_enrol_keychain",
        intent("00000000000000000000000000000002"),
    );
    again.expect("it was done");
    assert!(!stage.harness.sealed_opened_again());
    assert_eq!(stage.harness.keychain.items().len(), 1);

    lock();
    assert_eq!(
        status()["set_up"],
        true,
        "the page knows it while it is locked"
    );
    assert_eq!(by_keychain().expect("its own door"), true);
    let wallets = stage.main.call("cmd_list_wallets", json!({}));
    assert_eq!(wallets.expect("open").as_array().map(Vec::len), Some(1));

    lock();
    stage.harness.keychain.lock();
    assert_eq!(
        by_keychain().expect_err("locked")["code"],
        "keychain_locked"
    );
    stage.harness.keychain.unlock();
    stage.harness.keychain.stop();
    let error = by_keychain().expect_err("nobody there");
    assert_eq!(error["code"], "keychain_unavailable");
    stage.harness.keychain.start();
    stage.harness.keychain.empty();
    let error = by_keychain().expect_err("nothing there");
    assert_eq!(error["code"], "keychain_not_found");
    assert!(
        !stage.harness.sealed_opened_again(),
        "no failure opens a window by itself"
    );

    let unlocked = stage.ask("cmd_unlock_wallet", json!({}));
    stage.harness.sealed_opens();
    let reply = stage.answer(json!({ "passphrase": PASSPHRASE }));
    assert_eq!(reply["reply"], "done");
    assert_eq!(done(unlocked).expect("the root"), true);
    let removed = stage.ask(
        "cmd_remove_keychain",
        intent("00000000000000000000000000000003"),
    );
    stage.prove();
    let removed = done(removed).expect("agreed and proven");
    assert_eq!(removed["item_left"], false);
    assert_eq!(status()["set_up"], false);
}
