//! A cancellation that came too late.

use satchel_ports::{BroadcastError, ChainError};
use serde_json::{Value, json};

use super::{Stage, chain, done, stage};

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

fn drafts(stage: &Stage) -> usize {
    let drafts = stage.main.call("cmd_list_drafts", json!({ "req": {} }));
    drafts.expect("open").as_array().expect("a list").len()
}

#[test]
fn a_cancellation_that_a_block_overtook_is_forgotten() {
    let stage = stage().with_wallet();
    let call = |command: &'static str, request: Value| {
        let answer = stage.main.call(command, json!({ "req": request }));
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    };
    let id = |n: u8| format!("{n:032x}");
    let address = call("cmd_generate_address", json!({ "request_id": id(2) }));
    chain::fund(
        &stage.harness,
        address["address"].as_str().expect("an address"),
    );
    call("cmd_sync_wallet", json!({}));
    let draft = json!({
        "request_id": id(3), "recipients": [{ "address": TO, "amount": 100_000 }], "fee_rate": 10,
    });
    let draft = call("cmd_create_draft", draft);
    let sending = json!({ "req": { "draft_id": draft["id"] } });
    let sent = stage.ask("cmd_send_transaction", sending);
    stage.prove();
    let paid = done(sent).expect("sent")["txid"].clone();

    // Nobody knows whether the server took the cancellation.
    let unanswered = BroadcastError::Unanswered(ChainError::Cancelled);
    stage.harness.chain.then_broadcast(Err(unanswered));
    let cancelling = json!({ "req": { "request_id": id(4), "txid": paid, "fee_rate": 30 } });
    let cancelled = stage.ask("cmd_cancel_transaction", cancelling);
    stage.prove();
    done(cancelled).expect_err("no answer");
    assert_eq!(drafts(&stage), 1, "it can be sent again");

    let known = stage.harness.chain.sent();
    let [payment, cancellation] = &known[..] else {
        panic!("{} were sent", known.len())
    };
    let missing = vec![cancellation.compute_txid()];
    chain::mine(&stage.harness, 2, payment.clone(), Vec::new(), missing);
    call("cmd_sync_wallet", json!({}));
    assert_eq!(drafts(&stage), 0);
    let status = call("cmd_get_tx_status", json!({ "txid": paid }));
    assert_eq!(status["status"], "confirmed");
}
