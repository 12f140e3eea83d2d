//! A payment proven by the keychain, which asks for finger, face or PIN, instead of the passphrase.

use satchel_ports::Answer;
use satchel_testkit::Platform;
use serde_json::{Value, json};

use super::{Stage, chain, code, done, on};
use crate::harness::Harness;

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const PRESENT: [Platform; 3] = [Platform::Apple, Platform::Windows, Platform::Android];

fn id(n: u8) -> String {
    format!("{n:032x}")
}

/// A wallet with coins, a door for the keychain, and presence enough for 200,000 satoshis.
fn rich(platform: Platform) -> Stage {
    let stage = on(Harness::on(platform)).with_wallet();
    let address = stage
        .main
        .call(
            "cmd_generate_address",
            json!({ "req": { "request_id": id(2) } }),
        )
        .expect("an address");
    chain::fund(&stage.harness, address["address"].as_str().expect("text"));
    stage
        .main
        .call("cmd_sync_wallet", json!({ "req": {} }))
        .expect("a chain");
    let added = stage.ask(
        "cmd_enrol_keychain",
        json!({ "req": { "request_id": id(3) } }),
    );
    stage.prove();
    done(added).expect("agreed and proven");
    let limits = json!({ "req": { "per_payment": null, "per_day": null, "by_presence": 200_000 } });
    let allowed = stage.ask("cmd_set_limits", limits);
    stage.prove();
    done(allowed).expect("agreed and proven");
    stage
}

impl Stage {
    fn draft(&self, n: u8, sats: u64) -> Value {
        let draft = json!({ "req": {
            "request_id": id(n), "recipients": [{ "address": TO, "amount": sats }], "fee_rate": 10,
        } });
        let draft = self.main.call("cmd_create_draft", draft).expect("coins");
        json!({ "req": { "draft_id": draft["id"] } })
    }

    fn sent(&self) -> usize {
        self.harness.chain.sent().len()
    }

    fn questions(&self) -> u32 {
        self.harness.keychain.questions()
    }
}

#[test]
fn presence_pays_after_consent_and_no_window_opens() {
    for platform in PRESENT {
        let stage = rich(platform);
        let (asked, before) = (stage.harness.confirm.asked().len(), stage.questions());
        let sent = stage
            .main
            .call("cmd_send_transaction", stage.draft(4, 100_000));
        sent.expect("proven by presence");
        assert_eq!((stage.sent(), stage.questions()), (1, before + 1));
        let consents = stage.harness.confirm.asked();
        assert_eq!(
            consents.len(),
            asked + 1,
            "{platform:?}: consent comes first"
        );
        assert_eq!(consents[asked].title, "Send this payment?");
        assert!(!stage.harness.sealed_opened_again());
    }
}

#[test]
fn without_consent_the_keychain_is_not_asked() {
    let stage = rich(Platform::Android);
    let before = stage.questions();
    stage.harness.confirm.then(Ok(Answer::Declined));
    let sent = stage
        .main
        .call("cmd_send_transaction", stage.draft(4, 100_000));
    assert_eq!(code(sent), "declined");
    assert_eq!((stage.sent(), stage.questions()), (0, before));
    assert!(!stage.harness.sealed_opened_again());
}

#[test]
fn beyond_the_limit_and_for_anything_but_a_payment_the_passphrase_is_asked_for() {
    let stage = rich(Platform::Apple);
    let before = stage.questions();
    // The fee counts: 200,000 with it is more than 200,000.
    let sent = stage.ask("cmd_send_transaction", stage.draft(4, 200_000));
    stage.prove();
    done(sent).expect("proven by the passphrase");
    let shown = stage.ask("cmd_show_words", json!({ "req": {} }));
    assert_eq!(stage.harness.sealed_opens(), "Enter your passphrase");
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(shown)), "cancelled");
    assert_eq!((stage.sent(), stage.questions()), (1, before));
}

#[test]
fn a_keychain_that_gives_no_key_leads_to_the_window_which_says_why() {
    type Befalls = fn(&satchel_testkit::FakeKeychain);
    let failures: [(Befalls, &str); 5] = [
        (
            |keychain| keychain.cancel_next(),
            "the keychain did not give the key",
        ),
        (|keychain| keychain.lock(), "the keychain is locked"),
        (|keychain| keychain.stop(), "no keychain answers"),
        (
            |keychain| keychain.enrol_biometry(),
            "the keychain's key is not valid any more",
        ),
        (
            |keychain| keychain.empty(),
            "the keychain has no key to this wallet",
        ),
    ];
    for (befalls, why) in failures {
        let stage = rich(Platform::Android);
        befalls(&stage.harness.keychain);
        let sent = stage.ask("cmd_send_transaction", stage.draft(4, 100_000));
        assert_eq!(stage.harness.sealed_opens(), "Enter your passphrase");
        let reason = format!("to send this payment, because {why}");
        assert_eq!(stage.task()["reason"], reason);
        assert_eq!(stage.sent(), 0, "nothing is paid before the proof");
        let reply = stage.answer(json!({ "passphrase": super::PASSPHRASE }));
        assert_eq!(reply["reply"], "done");
        done(sent).expect("proven by the passphrase");
        assert_eq!(stage.sent(), 1);
    }
}

#[test]
fn a_lock_while_the_finger_is_asked_for_pays_nothing() {
    let stage = rich(Platform::Windows);
    let before = stage.questions();
    stage.harness.keychain.hold();
    let sent = stage.ask("cmd_send_transaction", stage.draft(4, 100_000));
    tauri::async_runtime::block_on(stage.harness.keychain.asked(before + 1));
    stage
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("locks");
    assert_eq!(code(done(sent)), "locked");
    stage.harness.keychain.release();
    assert_eq!(stage.sent(), 0);
    assert!(!stage.harness.sealed_opened_again());
}

#[test]
fn a_keychain_that_asks_nobody_pays_nothing() {
    let stage = rich(Platform::Linux);
    let sent = stage.ask("cmd_send_transaction", stage.draft(4, 100_000));
    stage.prove();
    done(sent).expect("proven by the passphrase");
    assert_eq!((stage.sent(), stage.questions()), (1, 0));
}
