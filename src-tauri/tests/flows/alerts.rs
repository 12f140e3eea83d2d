//! What the owner has to hear of, until it is put away.

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{Address, Amount, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness};
use serde_json::{Value, json};

use super::devices::id;
use super::{chain, code, done, stage};

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

fn script_of(address: &str) -> ScriptBuf {
    let address: Address<_> = address.parse().expect("an address");
    address.assume_checked().script_pubkey()
}

#[test]
fn a_payment_that_was_replaced_is_told_until_it_is_put_away() {
    let stage = stage().with_wallet().sharing();
    let call = |command: &'static str, request: Value| {
        let answer = stage.main.call(command, json!({ "req": request }));
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    };
    let address = call("cmd_generate_address", json!({ "request_id": id(2) }));
    let address = address["address"].as_str().expect("an address");
    chain::fund(&stage.harness, address);
    call("cmd_sync_wallet", json!({}));
    let draft = json!({
        "request_id": id(3), "recipients": [{ "address": TO, "amount": 100_000 }], "fee_rate": 10,
        "label": "rent",
    });
    let draft = call("cmd_create_draft", draft);
    let sending = json!({ "req": { "draft_id": draft["id"] } });
    let sent = stage.ask("cmd_send_transaction", sending);
    stage.prove();
    let paid = done(sent).expect("sent")["txid"].clone();
    assert_eq!(
        call("cmd_list_notices", json!({})),
        json!({ "notices": [] })
    );

    // Somebody else's payment of the same coin gets into a block.
    let known = stage.harness.chain.sent();
    let mine = known.last().expect("it was sent");
    let other = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: mine.input[0].previous_output,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(50_000),
            script_pubkey: script_of(TO),
        }],
    };
    let by = other.compute_txid().to_string();
    let missing = vec![mine.compute_txid()];
    chain::mine(&stage.harness, 2, other, vec![script_of(address)], missing);
    call("cmd_sync_wallet", json!({}));

    let told = call("cmd_list_notices", json!({}));
    let notice = &told["notices"][0];
    assert_eq!(notice["kind"], "payment_replaced", "{told}");
    assert_eq!(notice["txid"], paid);
    assert_eq!(notice["replaced_by"], by.as_str());
    assert_eq!(notice["wallet"], "Savings");
    assert_eq!(
        notice["text"],
        "Payment to rent was replaced by a payment that none of your devices is known to have sent."
    );
    // It lasts: locking and opening again change nothing of it.
    call("cmd_lock_wallet", json!({}));
    let locked = json!({ "req": {} });
    assert_eq!(code(stage.main.call("cmd_list_notices", locked)), "locked");
    let opening = stage.ask(
        "cmd_unlock_wallet",
        json!({ "req": { "by": "sealed_window" } }),
    );
    stage.harness.sealed_opens();
    stage.answer(json!({ "passphrase": super::PASSPHRASE }));
    done(opening).expect("it opens");
    assert_eq!(call("cmd_list_notices", json!({})), told);

    let away = json!({ "notice_id": notice["id"] });
    call("cmd_dismiss_notice", away.clone());
    call("cmd_dismiss_notice", away);
    assert_eq!(
        call("cmd_list_notices", json!({})),
        json!({ "notices": [] })
    );
    let all = call("cmd_list_notices", json!({ "all": true }));
    assert!(all["notices"][0]["dismissed_at"].as_u64().is_some());
    // The next look at the chain does not bring it back.
    call("cmd_sync_wallet", json!({}));
    assert_eq!(
        call("cmd_list_notices", json!({})),
        json!({ "notices": [] })
    );
    let nobody = json!({ "req": { "notice_id": id(9) } });
    assert_eq!(
        code(stage.main.call("cmd_dismiss_notice", nobody)),
        "unknown_notice"
    );
}
