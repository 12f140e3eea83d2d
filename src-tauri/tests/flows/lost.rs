//! A backup put to the test, and what brings back what lost devices shared.

use satchel_test_servers::{PASSWORD, USER};
use satchel_wire::place::{NewPlace, RecoverStep};
use serde_json::{Value, json};

use super::devices::{id, second_stage};
use super::{PASSPHRASE, SealedPage, Stage, code, done, stage};

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

/// What `cmd_recover_circle` takes.
fn from(request: u8, place: Value) -> Value {
    json!({ "steps": "__CHANNEL__:1", "req": { "request_id": id(request), "place": place } })
}

fn folder() -> Value {
    json!({ "kind": "folder" })
}

/// Makes words that open what the stage shares, and leaves it all where it meets others.
fn words_of(first: &Stage) -> String {
    let request = json!({ "req": { "request_id": id(9), "wallet_id": null } });
    let making = first.ask("cmd_make_recovery_words", request);
    first.prove();
    assert_eq!(first.harness.sealed_opens(), "Recovery words");
    assert_eq!(first.task()["of"], "circle");
    let words: Vec<u8> =
        serde_json::from_value(first.answer(json!("reveal"))).expect("it was agreed to");
    first.answer(json!("done"));
    let answer = done(making).expect("they are made");
    assert_eq!(answer, Value::Null, "no word of it reaches the page");
    first.sync();
    String::from_utf8(words).expect("words")
}

/// Types words into the sealed window.
fn type_words(stage: &Stage, words: &str) -> Value {
    let reply = stage.answer(json!({ "words": { "words": words, "extra": "" } }));
    reply["reply"].clone()
}

fn is_untouched(stage: &Stage) -> bool {
    let state = stage.harness.shell.app.vault_state();
    state.expect("it can be told") == satchel_app::VaultState::None
}

#[test]
fn words_for_what_is_shared_bring_it_back_from_the_folder_alone() {
    let first = stage().with_wallet().sharing();
    let place = tempfile::tempdir().expect("a folder");
    first.meets_in(place.path(), 8);
    let status = || first.get("cmd_get_circle");
    assert_eq!(status()["recovery_since"], Value::Null);
    let words = words_of(&first);
    assert_eq!(words.split(' ').count(), 12);
    assert!(status()["recovery_since"].as_u64().is_some());
    let asked = first.harness.confirm.asked();
    assert_eq!(
        asked.last().expect("consent").title,
        "Make words that bring back what your devices share?"
    );

    // Another home, that knows nothing but the folder and the words.
    let fresh = second_stage();
    fresh.harness.files.then(place.path().to_owned());
    let recovering = fresh.ask("cmd_recover_circle", from(1, folder()));
    assert_eq!(fresh.harness.sealed_opens(), "Enter the recovery words");
    let wrong = ["abandon"; 11].join(" ") + " about";
    assert_eq!(type_words(&fresh, &wrong), "again");
    assert_eq!(type_words(&fresh, &words), "done");
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
    let failed = fresh.main.call("cmd_recover_circle", from(1, folder()));
    assert_eq!(code(failed), "nothing_left");
    assert!(!fresh.harness.sealed_opened_again());
    let closed = fresh.main.call("cmd_recover_circle", from(2, folder()));
    assert_eq!(code(closed), "cancelled");
    assert!(is_untouched(&fresh));
}

#[test]
fn words_bring_it_back_from_a_server_whose_password_the_sealed_window_takes() {
    let first = stage().with_wallet().sharing();
    let served = satchel_test_servers::apache();
    let place = |user: Value| json!({ "kind": "webdav", "url": served.server.url, "user": user });
    let login = place(json!(USER));
    let adding = first.ask(
        "cmd_add_place",
        json!({ "req": { "request_id": id(8), "place": login } }),
    );
    assert_eq!(first.harness.sealed_opens(), "Password of the place");
    first.answer(json!({ "passphrase": PASSWORD }));
    done(adding).expect("a place");
    let words = words_of(&first);

    let fresh = second_stage();
    // Nobody logs in: the server says no, and nothing was typed.
    let refused = fresh
        .main
        .call("cmd_recover_circle", from(1, place(Value::Null)));
    assert_eq!(code(refused), "place_denied");
    // A wrong password is the server's to refuse.
    let recover = |request: u8, password: &str| {
        let recovering = fresh.ask("cmd_recover_circle", from(request, login.clone()));
        assert_eq!(fresh.harness.sealed_opens(), "Password of the place");
        let task = fresh.task();
        assert_eq!(task["user"], USER);
        assert!(
            served
                .server
                .url
                .contains(task["place"].as_str().expect("a place"))
        );
        fresh.answer(json!({ "passphrase": password }));
        recovering
    };
    assert_eq!(code(done(recover(2, "not the one"))), "place_denied");
    let looked = fresh.harness.confirm.asked();
    let question = looked.last().expect("consent before anything is sent");
    assert_eq!(question.title, "Look there for what your devices left?");
    assert_eq!(question.lines[0].label, "WebDAV server");
    assert_eq!(question.lines[1].value, USER);
    assert!(is_untouched(&fresh), "no vault for nothing");

    let recovering = recover(3, PASSWORD);
    assert_eq!(fresh.harness.sealed_opens(), "Enter the recovery words");
    let others = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    assert_eq!(type_words(&fresh, others), "again");
    assert!(is_untouched(&fresh), "nor before the words open something");
    assert_eq!(type_words(&fresh, &words), "done");
    assert_eq!(fresh.harness.sealed_opens(), "Choose a passphrase");
    fresh.answer(json!({ "passphrase": PASSPHRASE }));
    let brought = done(recovering).expect("it is brought back");
    assert_eq!(brought["added"][0]["name"], "Savings", "{brought}");
    assert_eq!(brought["passed_over"], 0);
    assert_eq!(brought["incomplete"], false);
    // The same call again, as after a reload, looks nowhere and asks nobody.
    let asked = fresh.harness.confirm.asked().len();
    let again = fresh
        .main
        .call("cmd_recover_circle", from(3, login.clone()));
    assert_eq!(again.expect("as before"), brought);
    assert_eq!(fresh.harness.confirm.asked().len(), asked);
}

#[test]
fn a_server_is_asked_nothing_without_consent_and_each_failure_has_its_code() {
    let fresh = stage();
    let served = satchel_test_servers::rust_dav();
    let webdav = |url: &str| json!({ "kind": "webdav", "url": url, "user": null });
    let recover =
        |request: u8, place: Value| fresh.main.call("cmd_recover_circle", from(request, place));
    fresh
        .harness
        .confirm
        .then(Ok(satchel_ports::Answer::Declined));
    // A server that is not there would be found out if it were asked.
    assert_eq!(code(recover(1, webdav("http://127.0.0.1:9/"))), "declined");
    assert_eq!(
        code(recover(2, webdav("http://127.0.0.1:9/"))),
        "place_unreachable"
    );
    assert_eq!(code(recover(3, webdav("ftp://example.org/"))), "bad_place");
    assert_eq!(code(recover(4, webdav(&served.server.url))), "nothing_left");
    let long = "x".repeat(3_000);
    assert_eq!(code(recover(5, webdav(&long))), "bad_place");
    assert!(!fresh.harness.sealed_opened_again());

    // Its owner closes the window for the password, or stops it from the page.
    let login = json!({ "kind": "webdav", "url": served.server.url, "user": USER });
    let closing = fresh.ask("cmd_recover_circle", from(6, login.clone()));
    fresh.harness.sealed_opens();
    fresh.harness.owner_closes_sealed();
    assert_eq!(code(done(closing)), "cancelled");
    let stopping = fresh.ask("cmd_recover_circle", from(7, login));
    fresh.harness.sealed_opens();
    fresh
        .main
        .call("cmd_cancel_recover_circle", json!({}))
        .expect("it goes on");
    assert_eq!(code(done(stopping)), "cancelled");
    assert!(
        SealedPage::meet(&fresh.sealed).is_err(),
        "its window is gone"
    );
    assert!(is_untouched(&fresh));
}

#[test]
fn the_page_hears_how_far_it_is() {
    let first = stage().with_wallet().sharing();
    let place = tempfile::tempdir().expect("a folder");
    first.meets_in(place.path(), 8);
    let words = words_of(&first);
    // The same folder behind a server.
    let served = satchel_test_servers::rust_dav();
    for entry in std::fs::read_dir(place.path()).expect("a folder") {
        let entry = entry.expect("an entry");
        copy(&entry.path(), &served.files.join(entry.file_name()));
    }
    let fresh = second_stage();
    let (tell, steps) = std::sync::mpsc::channel();
    let shell = std::sync::Arc::clone(&fresh.harness.shell);
    let url = served.server.url.clone();
    let recovering = std::thread::spawn(move || {
        let place = NewPlace::Webdav { url, user: None };
        let recover = shell.recover_circle(place, move |step| {
            // A test that ended listens no more.
            let _ = tell.send(step);
        });
        tauri::async_runtime::block_on(recover).map_err(|error| json!(error.message))
    });
    assert_eq!(fresh.harness.sealed_opens(), "Enter the recovery words");
    assert_eq!(type_words(&fresh, &words), "done");
    fresh.harness.sealed_opens();
    fresh.answer(json!({ "passphrase": PASSPHRASE }));
    let brought = recovering.join().expect("no panic");
    assert_eq!(brought.expect("it is brought back").added.len(), 1);
    let steps: Vec<RecoverStep> = steps.iter().collect();
    assert_eq!(steps[..2], [RecoverStep::Asking, RecoverStep::Listing]);
    assert_eq!(
        steps[steps.len() - 2..],
        [RecoverStep::Opening, RecoverStep::Adding]
    );
    let fetched: Vec<(u32, u32)> = steps
        .iter()
        .filter_map(|step| match step {
            RecoverStep::Fetching { done, of } => Some((*done, *of)),
            _ => None,
        })
        .collect();
    let (done, of) = fetched.last().copied().expect("something was fetched");
    assert!(done == of && of > 1, "{fetched:?}");
    assert!(fetched.is_sorted(), "{fetched:?}");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    if from.is_file() {
        std::fs::copy(from, to).expect("a copy");
        return;
    }
    std::fs::create_dir(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
