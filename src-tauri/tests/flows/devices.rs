//! Two devices through the real IPC: they come together, meet in a folder, and part.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use satchel_wire::pairing::{HostStep, JoinStep};
use serde_json::{Value, json};

use super::harness::Nas;
use super::*;

/// How long a thing that must happen may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) fn second_stage() -> Stage {
    let harness = Harness::seeded(2);
    let (main, sealed) = (harness.page(MAIN), harness.page(SEALED));
    Stage {
        harness,
        main,
        sealed,
    }
}

fn next<T>(steps: &Receiver<T>) -> T {
    steps.recv_timeout(PATIENCE).expect("a step")
}

/// Waits for a condition.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        std::thread::yield_now();
    }
}

impl Stage {
    pub(super) fn get(&self, command: &str) -> Value {
        self.main.call(command, json!({})).expect("it is open")
    }

    pub(super) fn circle(&self) -> Value {
        self.get("cmd_get_circle")["circle"].take()
    }

    fn devices(&self) -> Vec<String> {
        let circle = self.circle();
        let devices = circle["devices"].as_array().expect("a list");
        devices
            .iter()
            .map(|one| one["name"].as_str().expect("a name").to_owned())
            .collect()
    }

    pub(super) fn sharing(self) -> Self {
        let request = json!({ "req": { "request_id": id(7), "name": "Desk" } });
        let found = self.ask("cmd_found_circle", request);
        self.prove();
        done(found).expect("it begins to share");
        self
    }

    /// Shows a code and returns the steps, and the call.
    fn host(&self) -> (Receiver<HostStep>, JoinHandle<Result<Value, String>>) {
        let (tell, steps) = channel();
        let shell = Arc::clone(&self.harness.shell);
        let call = spawn(move || {
            let host = shell.host_pairing(false, move |step| {
                // A test that ended listens no more.
                let _ = tell.send(step);
            });
            let done = tauri::async_runtime::block_on(host);
            done.map(|added| json!(added.device_id))
                .map_err(|error| code_of(&error))
        });
        self.prove();
        (steps, call)
    }

    fn join(&self, code: String) -> (Receiver<JoinStep>, JoinHandle<Result<Value, String>>) {
        let (tell, steps) = channel();
        let shell = Arc::clone(&self.harness.shell);
        let call = spawn(move || {
            let name = satchel_shell::pairing::called("Phone".to_owned());
            let join = shell.join_pairing((code, &[]), name, move |step| {
                let _ = tell.send(step);
            });
            let done = tauri::async_runtime::block_on(join);
            done.map(|_| Value::Null).map_err(|error| code_of(&error))
        });
        (steps, call)
    }

    /// Meets others in a folder.
    pub(super) fn meets_in(&self, folder: &std::path::Path, request: u8) -> Value {
        self.harness.files.then(folder.to_owned());
        let request =
            json!({ "req": { "request_id": id(request), "place": { "kind": "folder" } } });
        self.main.call("cmd_add_place", request).expect("a place")
    }

    pub(super) fn sync(&self) -> Value {
        let request = json!({ "req": { "place_id": null } });
        let mut done = self.main.call("cmd_sync_places", request).expect("rounds");
        done["rounds"][0].take()
    }
}

fn code_of(error: &satchel_wire::IpcError) -> String {
    let code = serde_json::to_value(error.code).expect("a word");
    code.as_str().expect("a word").to_owned()
}

pub(super) fn id(number: u8) -> String {
    format!("{number:032x}")
}

fn shown(step: HostStep) -> (String, String) {
    match step {
        HostStep::Shown {
            code,
            pairing_words,
            at,
            ..
        } => {
            assert_eq!(pairing_words.split(' ').count(), 8);
            assert!(!at.is_empty());
            (code, pairing_words)
        }
        other => panic!("{other:?}"),
    }
}

fn digits(step: JoinStep) -> String {
    match step {
        JoinStep::Digits { digits } => digits,
        JoinStep::Reaching => panic!("too early"),
    }
}

fn type_digits(stage: &Stage, digits: &str) -> Result<Value, Value> {
    let request = json!({ "req": { "digits": digits } });
    stage.main.call("cmd_type_pairing_digits", request)
}

/// Brings a fresh device into the circle of the first.
pub(super) fn together(first: &Stage) -> Stage {
    let second = second_stage();
    let (host_steps, hosting) = first.host();
    let (code, _) = shown(next(&host_steps));
    let (join_steps, joining) = second.join(code);
    // A fresh home chooses its passphrase once, and is not asked for it again.
    assert_eq!(second.harness.sealed_opens(), "Choose a passphrase");
    second.answer(json!({ "passphrase": PASSPHRASE }));
    assert_eq!(next(&join_steps), JoinStep::Reaching);
    let digits = digits(next(&join_steps));
    match next(&host_steps) {
        HostStep::Arrived { name, .. } => assert_eq!(name, "Phone"),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        code_here(type_digits(first, "12345")),
        "bad_input",
        "what are no digits is no try"
    );
    type_digits(first, &digits).expect("somebody waits for them");
    first.prove();
    hosting.join().expect("no panic").expect("it was added");
    joining.join().expect("no panic").expect("it joined");
    assert!(!second.harness.sealed_opened_again());
    second
}

fn code_here(done: Result<Value, Value>) -> String {
    done.expect_err("it fails")["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[test]
fn two_devices_come_together_meet_in_a_folder_and_one_takes_the_wallet_of_the_other() {
    let first = stage().with_wallet().sharing();
    let second = together(&first);
    assert_eq!(first.devices(), ["Desk", "Phone"]);
    // By name on the new one too, which met nobody yet.
    assert_eq!(second.devices(), ["Desk", "Phone"]);
    let asked = first.harness.confirm.asked();
    assert_eq!(asked.last().expect("consent").title, "Add this device?");

    let folder = tempfile::tempdir().expect("a folder");
    first.meets_in(folder.path(), 8);
    let states = first.get("cmd_list_places");
    assert_eq!(states[0]["standing"], "never");
    assert!(states[0]["pending"].as_u64() > Some(0), "{states}");
    assert_eq!(first.sync()["in_step"], true);
    let states = first.get("cmd_list_places");
    assert_eq!(states[0]["standing"], "in_step", "{states}");
    assert_eq!(states[0]["pending"], 0);

    second.meets_in(folder.path(), 8);
    let round = second.sync();
    assert!(round["taken"].as_u64() > Some(0), "{round}");
    let offered = second.circle()["offered"][0].clone();
    let here = first.circle()["shared"][0].clone();
    assert_eq!(offered["name"], "Savings");
    assert_eq!(offered["first_address"], here["first_address"]);

    let take = json!({ "req": { "request_id": id(9), "wallet_id": offered["id"] } });
    let taken = second.main.call("cmd_take_wallet", take.clone());
    let taken = taken.expect("its owner agreed");
    assert_eq!(taken["watch_only"], true);
    let again = second.main.call("cmd_take_wallet", take);
    assert_eq!(again, Ok(taken), "sent twice it is taken once");
    let question = second.harness.confirm.asked();
    assert_eq!(
        question.last().expect("consent").title,
        "Watch this wallet here?"
    );
    assert_eq!(second.circle()["offered"], json!([]));
}

#[test]
fn what_was_written_here_is_pending_until_it_was_read_back() {
    let first = stage().with_wallet().sharing();
    let folder = tempfile::tempdir().expect("a folder");
    first.meets_in(folder.path(), 8);
    first.sync();
    let label = json!({ "req": {
        "wallet_id": null, "kind": "address", "target": "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        "label": "rent",
    } });
    first.main.call("cmd_set_label", label).expect("a label");
    let states = first.get("cmd_list_places");
    assert_eq!(states[0]["standing"], "pending");
    assert_eq!(states[0]["pending"], 1);
    // The folder vanishes: nothing is known of it, and nothing of it is called lost.
    let elsewhere = folder.path().with_extension("elsewhere");
    std::fs::rename(folder.path(), &elsewhere).expect("a folder");
    let round = first.sync();
    assert_eq!(round["stopped"]["code"], "place_unreachable");
    let states = first.get("cmd_list_places");
    assert_eq!(states[0]["standing"], "unknown");
    assert_eq!(states[0]["error"]["code"], "place_unreachable");
    assert!(states[0]["next_at"].as_u64().is_some(), "it is tried again");
    std::fs::rename(&elsewhere, folder.path()).expect("a folder");
    assert_eq!(first.sync()["in_step"], true);
    assert_eq!(first.get("cmd_list_places")[0]["standing"], "in_step");
    let gone = json!({ "req": { "place_id": states[0]["place"]["id"] } });
    first.main.call("cmd_remove_place", gone).expect("gone");
    assert_eq!(first.get("cmd_list_places"), json!([]));
}

#[test]
fn wrong_digits_end_it_and_nobody_is_added() {
    let first = stage().with_wallet().sharing();
    let second = second_stage().with_wallet();
    let (host_steps, hosting) = first.host();
    let (code, _) = shown(next(&host_steps));
    let (join_steps, joining) = second.join(code);
    second.prove();
    assert_eq!(next(&join_steps), JoinStep::Reaching);
    let right = digits(next(&join_steps)).replace(' ', "");
    next(&host_steps);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    type_digits(&first, wrong).expect("it is tried");
    assert_eq!(
        hosting.join().expect("no panic"),
        Err("pairing_failed".to_owned())
    );
    assert_eq!(
        joining.join().expect("no panic"),
        Err("pairing_failed".to_owned())
    );
    assert_eq!(first.devices(), ["Desk"]);
    assert_eq!(code_here(type_digits(&first, &right)), "pairing_over");
}

#[test]
fn stopping_locking_and_another_code_each_end_the_one_that_is_shown() {
    let first = stage().with_wallet().sharing();
    let (host_steps, hosting) = first.host();
    shown(next(&host_steps));
    first.get("cmd_cancel_pairing");
    assert_eq!(
        hosting.join().expect("no panic"),
        Err("cancelled".to_owned())
    );

    let (host_steps, hosting) = first.host();
    let (old, _) = shown(next(&host_steps));
    let (new_steps, other) = first.host();
    assert_ne!(shown(next(&new_steps)).0, old);
    assert_eq!(
        hosting.join().expect("no panic"),
        Err("cancelled".to_owned())
    );

    first.get("cmd_lock_wallet");
    let ended = other.join().expect("no panic").expect_err("it ends");
    assert!(["locked", "cancelled"].contains(&ended.as_str()), "{ended}");
    assert_eq!(
        code_here(first.main.call("cmd_get_circle", json!({}))),
        "locked"
    );
    assert_eq!(
        code_here(first.main.call("cmd_list_places", json!({}))),
        "locked"
    );
}

#[test]
fn a_removed_device_is_named_and_its_owner_is_told_what_is_left_to_do() {
    let first = stage().with_wallet().sharing();
    let _second = together(&first);
    let phone = first.circle()["devices"][1]["id"].clone();
    let request = json!({ "req": { "request_id": id(9), "device_id": phone } });
    let removing = first.ask("cmd_remove_device", request);
    first.prove();
    let removed = done(removing).expect("it is removed");
    assert_eq!(removed["move_coins"], false, "it only watched");
    assert!(first.circle()["devices"][1]["removed_at"].is_u64());
}

#[test]
fn where_two_devices_wrote_apart_its_owner_chooses() {
    let first = stage().with_wallet().sharing();
    let second = together(&first);
    let folder = tempfile::tempdir().expect("a folder");
    first.meets_in(folder.path(), 8);
    second.meets_in(folder.path(), 8);
    first.sync();
    second.sync();
    let wallet = first.circle()["shared"][0]["id"].clone();
    let take = json!({ "req": { "request_id": id(9), "wallet_id": wallet } });
    second.main.call("cmd_take_wallet", take).expect("taken");
    for (stage, name) in [(&first, "House"), (&second, "Boat")] {
        let rename = json!({ "req": { "wallet_id": wallet, "name": name } });
        stage
            .main
            .call("cmd_rename_wallet", rename)
            .expect("a name");
    }
    for stage in [&first, &second, &first] {
        stage.sync();
    }
    let conflicts = first.get("cmd_list_conflicts");
    assert_eq!(first.circle()["conflicts"], 1);
    assert_eq!(conflicts, second.get("cmd_list_conflicts"));
    let one = &conflicts[0];
    assert_eq!(
        one["on"],
        json!({ "kind": "wallet_name", "wallet_id": wallet })
    );
    let beside = one["beside"][0].clone();
    assert_ne!(one["shown"]["device"], beside["device"]);
    let at = |value: &Value| value["at"].as_u64().expect("a moment");
    let because = if at(&one["shown"]) == at(&beside) {
        "same_second"
    } else {
        "later"
    };
    assert_eq!(one["because"], because);

    let settle = |text: &Value| {
        let request = json!({ "req": { "on": one["on"], "text": text } });
        first.main.call("cmd_settle_conflict", request)
    };
    assert_eq!(code_here(settle(&json!("Something else"))), "bad_input");
    settle(&beside["text"]).expect("it was one of them");
    assert_eq!(first.get("cmd_list_conflicts"), json!([]));
    assert_eq!(first.get("cmd_list_wallets")[0]["name"], beside["text"]);
    first.sync();
    second.sync();
    assert_eq!(second.get("cmd_list_conflicts"), json!([]));
    assert_eq!(second.get("cmd_list_wallets")[0]["name"], beside["text"]);
}

#[test]
fn a_round_goes_by_itself_once_a_place_is_there() {
    let first = stage().with_wallet().sharing();
    let running = tauri::async_runtime::spawn(satchel_shell::rounds::meet_loop(Arc::clone(
        &first.harness.shell,
    )));
    let folder = tempfile::tempdir().expect("a folder");
    first.meets_in(folder.path(), 8);
    until("the round", || {
        first.get("cmd_list_places")[0]["standing"] == "in_step"
    });
    running.abort();
}

#[test]
fn the_password_of_a_place_is_typed_in_the_sealed_window_and_told_to_nobody() {
    let first = stage().with_wallet().sharing();
    let place = json!({ "kind": "webdav", "url": "http://127.0.0.1:9/dav/", "user": "ada" });
    let request = json!({ "req": { "request_id": id(9), "place": place } });
    let adding = first.ask("cmd_add_place", request);
    assert_eq!(first.harness.sealed_opens(), "Password of the place");
    assert_eq!(first.task()["user"], "ada");
    let empty = first.answer(json!({ "passphrase": "" }));
    assert_eq!(empty["reply"], "again");
    first.answer(json!({ "passphrase": "hunter2 of the cloud" }));
    // Nobody listens there; what was said has no password in it.
    let error = done(adding).expect_err("nobody is there");
    assert_eq!(error["code"], "place_unreachable");
    assert!(!error.to_string().contains("hunter2"));
    assert_eq!(first.get("cmd_list_places"), json!([]));
}

#[test]
fn a_place_that_the_system_keeps_away_is_not_taken_for_one_that_is_away() {
    let stage = stage().with_wallet().sharing();
    let lan = Arc::clone(&stage.harness.lan);
    let place = json!({ "kind": "webdav", "url": Nas::URL, "user": null });
    let request = json!({ "req": { "request_id": id(9), "place": place } });
    stage.main.call("cmd_add_place", request).expect("a place");
    assert_eq!(stage.sync()["stopped"], Value::Null);
    let stands = || stage.get("cmd_list_places")[0]["error"]["code"].take();
    assert_eq!(stands(), Value::Null);
    // Reached all the same, a no is no matter.
    lan.says_no(true);
    assert_eq!(stage.sync()["stopped"], Value::Null);
    stage.harness.nas.is_away(true);
    let asked = lan.asked();
    assert_eq!(stage.sync()["stopped"]["code"], "lan_denied");
    assert_eq!(stands(), "lan_denied");
    assert_eq!(lan.asked(), asked + 1, "somebody is there");
    // It may be allowed meanwhile: then it is only away.
    lan.says_no(false);
    assert_eq!(stage.sync()["stopped"]["code"], "place_unreachable");
    assert_eq!(stands(), "place_unreachable");
}
