//! Words are typed in the sealed window, and bring back what they were used for.

use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::{ID_1, PASSPHRASE, Stage, code, done, stage};

const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

#[test]
fn words_that_were_typed_in_are_the_ones_shown_and_asked_back() {
    let stage = stage();
    let restored = stage.ask(
        "cmd_restore_wallet",
        json!({ "req": {
            "request_id": ID_1, "name": "Old", "network": "regtest", "script_type": "segwit",
        } }),
    );
    stage.harness.sealed_opens();
    stage.answer(json!({ "passphrase": PASSPHRASE }));
    assert_eq!(stage.harness.sealed_opens(), "Enter the recovery words");
    assert_eq!(stage.task()["list"].as_array().map(Vec::len), Some(2048));
    let typed = |words: &str| json!({ "words": { "words": words, "extra": "" } });
    let unknown = stage.answer(typed(&WORDS.replacen("thank", "thonk", 1)));
    assert_eq!(
        (&unknown["reply"], &unknown["word"]),
        (&json!("again"), &json!(3))
    );
    let swapped = stage.answer(typed(&WORDS.replacen("legal winner", "winner legal", 1)));
    assert_eq!(
        (&swapped["reply"], &swapped["word"]),
        (&json!("again"), &Value::Null)
    );
    let verify = |words: &str| stage.answer(json!({ "verify": words }));
    assert_eq!(verify(WORDS)["reply"], "fits");
    assert_eq!(
        verify(&WORDS.replacen("legal", "winner", 1))["reply"],
        "again"
    );
    assert_eq!(stage.answer(typed(WORDS))["reply"], "next");
    // A script type that was named is not looked for, and its address is shown all the same.
    let task = stage.task();
    assert_eq!(
        (&task["kind"], &task["outcome"]),
        (&json!("choose_wallets"), &json!("named"))
    );
    assert_eq!(task["kinds"].as_array().map(Vec::len), Some(1));
    let first = task["kinds"][0]["first_address"].clone();
    assert!(
        first
            .as_str()
            .is_some_and(|address| address.starts_with("bcrt1q"))
    );
    assert!(!task.to_string().contains("legal"), "no word comes back");
    assert_eq!(
        stage.main.call("cmd_list_wallets", json!({})),
        Ok(json!([])),
        "nothing is written before its owner knows the address"
    );
    assert_eq!(stage.answer(json!({ "choose": [] }))["reply"], "again");
    assert_eq!(
        stage.answer(json!({ "choose": ["segwit"] }))["reply"],
        "done"
    );
    let restored = done(restored).expect("a wallet");
    assert_eq!(restored["script_type"], "segwit");
    assert_eq!(restored["wallets"][0]["first_address"], first);

    let shown = stage.ask("cmd_show_words", json!({ "req": {} }));
    stage.prove();
    assert_eq!(stage.harness.sealed_opens(), "Recovery words");
    assert!(
        !stage.task().to_string().contains("legal"),
        "the task itself holds no word"
    );
    assert_eq!(stage.answer(json!("reveal")), Value::from(WORDS.as_bytes()));
    assert_eq!(stage.answer(json!("done"))["reply"], "done");
    assert_eq!(
        done(shown),
        Ok(Value::Null),
        "nothing of it comes back to the main page"
    );
    let asked = stage.harness.confirm.asked();
    assert_eq!(asked.last().map(|text| text.agree.as_str()), Some("Show"));

    let checked = stage.ask("cmd_check_words", json!({ "req": {} }));
    stage.prove();
    stage.harness.sealed_opens();
    let positions: Vec<usize> =
        serde_json::from_value(stage.task()["positions"].clone()).expect("positions");
    let words: Vec<&str> = WORDS.split(' ').collect();
    let right: Vec<&str> = positions
        .iter()
        .map(|position| words[position - 1])
        .collect();
    let wrong = vec!["abandon"; right.len()];
    assert_eq!(stage.answer(json!({ "check": wrong }))["reply"], "again");
    assert_eq!(
        stage.answer(json!({ "check": ["legal"] }))["reply"],
        "again"
    );
    assert_eq!(stage.answer(json!({ "check": right }))["reply"], "done");
    assert_eq!(done(checked), Ok(json!(true)));
}

impl Stage {
    /// Asks for the wallets of words and types them; returns the call.
    fn restore(&self, id: &'static str) -> JoinHandle<Result<Value, Value>> {
        let request = json!({ "req": {
            "request_id": id, "name": "Old", "network": "regtest", "script_type": null,
        } });
        let restored = self.ask("cmd_restore_wallet", request);
        self.harness.sealed_opens();
        let reply = self.answer(json!({ "passphrase": PASSPHRASE }));
        assert_eq!(reply["reply"], "done");
        assert_eq!(self.harness.sealed_opens(), "Enter the recovery words");
        restored
    }

    fn type_words(&self, extra: &str) {
        let typed = json!({ "words": { "words": WORDS, "extra": extra } });
        assert_eq!(self.answer(typed)["reply"], "next");
    }

    /// Asks for the task as the page does while it waits, until the search is over.
    fn found(&self) -> Value {
        loop {
            let task = self.task();
            if task["kind"] != "looking" {
                assert_eq!(task["kind"], "choose_wallets");
                return task;
            }
            std::thread::yield_now();
        }
    }
}

fn recovery(extra: &str) -> satchel_app::recovery::Recovery {
    let secret = |text: &str| satchel_secrets::SecretText::new(text.to_owned());
    let words = satchel_keys::RecoveryWords::parse(&secret(WORDS)).expect("words");
    let extra = (!extra.is_empty()).then(|| secret(extra));
    satchel_app::recovery::Recovery::new(words, extra, bitcoin::Network::Regtest).expect("short")
}

fn chosen(task: &Value) -> Vec<&str> {
    let kinds = task["kinds"].as_array().expect("kinds");
    let chosen = kinds.iter().filter(|kind| kind["chosen"] == true);
    chosen
        .map(|kind| kind["script_type"].as_str().expect("a name"))
        .collect()
}

#[test]
fn words_bring_back_every_kind_that_was_used_and_the_call_acts_once() {
    let stage = stage();
    for (kind, index) in [(0, 4), (1, 0)] {
        let script = recovery("").kinds()[kind].addresses[index].script_pubkey();
        stage.harness.chain.pay(script);
    }
    let restored = stage.restore(ID_1);
    stage.type_words("");
    let task = stage.found();
    assert_eq!(task["outcome"], "used");
    assert_eq!(chosen(&task), ["taproot", "segwit"]);
    let chosen = json!({ "choose": ["taproot", "segwit"] });
    assert_eq!(stage.answer(chosen)["reply"], "done");
    let answer = done(restored).expect("two wallets");
    let names: Vec<_> = answer["wallets"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|w| &w["name"])
        .collect();
    assert_eq!(names, ["Old", "Old (Native SegWit)"]);
    assert_eq!(answer["name"], "Old");
    // Kept with the wallets, for a program that was killed before it could answer.
    let request = satchel_types::RequestId::from_bytes(1_u128.to_be_bytes());
    let kept = stage.harness.shell.app.restored_by(request).expect("open");
    assert_eq!(kept.map(|wallets| wallets.len()), Some(2));

    let request = json!({ "req": {
        "request_id": ID_1, "name": "Old", "network": "regtest", "script_type": null,
    } });
    assert_eq!(stage.main.call("cmd_restore_wallet", request), Ok(answer));
    assert!(!stage.harness.sealed_opened_again());
    let wallets = stage.main.call("cmd_list_wallets", json!({}));
    assert_eq!(wallets.expect("open").as_array().map(Vec::len), Some(2));
}

#[test]
fn nothing_found_is_said_apart_from_nobody_asked() {
    let stage = stage();
    let script = recovery("right").kinds()[0].addresses[0].script_pubkey();
    stage.harness.chain.pay(script);
    let restored = stage.restore(ID_1);
    // The server is away.
    let gone = satchel_ports::ChainError::Unreachable {
        server: "here:1".to_owned(),
    };
    stage.harness.chain.fail_next(gone);
    stage.type_words("wrong");
    let task = stage.found();
    assert_eq!(task["outcome"], "unknown");
    assert_eq!(task["fault"], "here:1 does not answer");
    assert!(
        task["kinds"]
            .as_array()
            .expect("kinds")
            .iter()
            .all(|kind| kind["used"].is_null())
    );
    assert_eq!(chosen(&task), ["taproot"], "the usual kind is offered");
    // It is back, and the extra passphrase has a typo.
    assert_eq!(stage.answer(json!("look"))["reply"], "next");
    let task = stage.found();
    assert_eq!(
        (&task["outcome"], &task["extra"]),
        (&json!("unused"), &json!(true))
    );
    assert_eq!(stage.answer(json!({ "extra": "right" }))["reply"], "next");
    let task = stage.found();
    assert_eq!(
        (&task["outcome"], chosen(&task)),
        (&json!("used"), vec!["taproot"])
    );
    assert_eq!(stage.answer(json!("back"))["reply"], "next");
    assert_eq!(stage.task()["kind"], "enter_words");
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(restored)), "cancelled");
    assert_eq!(
        stage.main.call("cmd_list_wallets", json!({})),
        Ok(json!([]))
    );
}

#[test]
fn what_is_here_already_is_said_and_not_chosen_again() {
    let stage = stage();
    let restored = stage.restore(ID_1);
    stage
        .harness
        .chain
        .pay(recovery("").kinds()[1].addresses[0].script_pubkey());
    stage.type_words("");
    assert_eq!(chosen(&stage.found()), ["segwit"]);
    let reply = stage.answer(json!({ "choose": ["segwit"] }));
    assert_eq!(reply["reply"], "done");
    done(restored).expect("a wallet");

    let again = |id: &str, kind: Value| {
        let restored = stage.ask(
            "cmd_restore_wallet",
            json!({ "req": {
                "request_id": id, "name": "Twice", "network": "regtest", "script_type": kind,
            } }),
        );
        stage.prove();
        assert_eq!(stage.harness.sealed_opens(), "Enter the recovery words");
        restored
    };
    let restored = again("00000000000000000000000000000002", Value::Null);
    stage.type_words("");
    let task = stage.found();
    let here = |task: &Value| -> Vec<bool> {
        let kinds = task["kinds"].as_array().expect("kinds");
        kinds.iter().map(|kind| kind["here"] == true).collect()
    };
    assert_eq!(here(&task), [false, true, false, false]);
    assert_eq!(chosen(&task), Vec::<&str>::new());
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(restored)), "cancelled");

    let restored = again("00000000000000000000000000000003", json!("segwit"));
    let typed = json!({ "words": { "words": WORDS, "extra": "" } });
    let page = crate::harness::SealedPage::meet(&stage.sealed).expect("a task is open");
    // The window goes, and the main page is told why.
    let reply = page.answer(&typed);
    assert!(
        reply.is_err() || reply.as_ref().is_ok_and(|reply| reply["reply"] != "next"),
        "{reply:?}"
    );
    assert_eq!(code(done(restored)), "bad_input");
    let wallets = stage.main.call("cmd_list_wallets", json!({}));
    assert_eq!(wallets.expect("open").as_array().map(Vec::len), Some(1));
}

#[test]
fn a_search_is_stopped_in_the_window_and_a_kind_chosen_without() {
    let stage = stage();
    let restored = stage.restore(ID_1);
    stage.harness.chain.hold();
    stage.type_words("");
    assert_eq!(stage.task()["kind"], "looking");
    assert_eq!(
        stage.answer(json!({ "choose": ["legacy"] }))["reply"],
        "again"
    );
    assert_eq!(stage.answer(json!("stop"))["reply"], "next");
    assert_eq!(stage.task()["outcome"], "stopped");
    assert_eq!(
        stage.answer(json!({ "choose": ["legacy"] }))["reply"],
        "done"
    );
    assert_eq!(done(restored).expect("a wallet")["script_type"], "legacy");
}
