//! Somebody who was paid before under another name.

use serde_json::{Value, json};

use super::{Stage, chain, done, stage};

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const OTHER: &str = "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry";

impl Stage {
    /// Pays under a label, and returns what the question for consent had to remark.
    fn pay(&self, n: u8, to: &str, label: Value) -> Vec<String> {
        let draft = json!({ "req": {
            "request_id": format!("{n:032x}"), "label": label, "fee_rate": 10,
            "recipients": [{ "address": to, "amount": 100_000 }],
        } });
        let draft = self.main.call("cmd_create_draft", draft).expect("coins");
        let sending = json!({ "req": { "draft_id": draft["id"] } });
        let sent = self.ask("cmd_send_transaction", sending);
        self.prove();
        done(sent).expect("sent");
        let question = self.harness.confirm.asked().pop().expect("it was asked");
        question.warnings
    }
}

#[test]
fn an_address_that_was_paid_under_another_label_is_remarked() {
    let stage = stage().with_wallet();
    let address = stage
        .main
        .call(
            "cmd_generate_address",
            json!({ "req": { "request_id": format!("{:032x}", 2) } }),
        )
        .expect("an address");
    chain::fund(&stage.harness, address["address"].as_str().expect("text"));
    stage
        .main
        .call("cmd_sync_wallet", json!({ "req": {} }))
        .expect("a chain");
    let nothing: [String; 0] = [];
    assert_eq!(stage.pay(3, TO, json!("Rent")), nothing);
    // Where the page says that it is somebody else, and whoever is deceived by it.
    let remarks = stage.pay(4, TO, json!("Gift for Mira"));
    assert_eq!(
        remarks,
        ["You paid bcrt1qw508d6… before, and called that payment “Rent”."]
    );
    assert_eq!(stage.pay(5, OTHER, json!("Gift for Mira")), nothing);
}
