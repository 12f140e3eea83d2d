//! Whom the owner pays, through the real IPC: what a page that was taken over could call, and what another device wrote.

use satchel_ports::Answer;
use serde_json::{Value, json};

use super::devices::{id, together};
use super::{Stage, code, stage};

const MUM: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const MALLORY: &str = "bcrt1qqgpqyqszqgpqyqszqgpqyqszqgpqyqszazmwwa";

impl Stage {
    fn said(&self, command: &str, request: Value) -> Result<Value, Value> {
        self.main.call(command, json!({ "req": request }))
    }

    fn contacts(&self) -> Value {
        let page = self
            .said("cmd_list_contacts", json!({}))
            .expect("it is open");
        page["contacts"].clone()
    }

    fn keeps(&self, request: u8, name: &str, address: &str) -> Result<Value, Value> {
        let request = json!({
            "request_id": id(request), "wallet_id": null, "name": name, "note": null, "address": address,
        });
        self.said("cmd_add_contact", request)
    }

    fn unit(&self) -> Value {
        let ready = json!({ "events": "__CHANNEL__:0" });
        let ready = self
            .main
            .call("cmd_frontend_ready", ready)
            .expect("it answers");
        ready["settings"]["unit"].clone()
    }
}

#[test]
fn a_page_that_was_taken_over_keeps_and_changes_no_address_without_a_question() {
    let stage = stage().with_wallet();
    let mum = stage.keeps(50, "Mum", MUM).expect("its owner agreed");
    let asked = stage.harness.confirm.asked();
    assert_eq!(
        asked.last().expect("a question").title,
        "Keep this contact?"
    );
    // A reload in mid-call sends it again.
    assert_eq!(stage.keeps(50, "Mum", MUM), Ok(mum.clone()));
    assert_eq!(stage.harness.confirm.asked().len(), asked.len());
    assert_eq!(stage.contacts().as_array().map(Vec::len), Some(1));

    let (contact, address) = (mum["id"].clone(), mum["addresses"][0]["id"].clone());
    let change = json!({
        "request_id": id(51), "contact_id": contact, "instead_of": address, "wallet_id": null, "address": MALLORY,
    });
    stage.harness.confirm.then(Ok(Answer::Declined));
    assert_eq!(
        code(stage.said("cmd_keep_contact_address", change)),
        "declined"
    );
    stage.harness.confirm.then(Ok(Answer::Declined));
    assert_eq!(code(stage.keeps(52, "Dad", MALLORY)), "declined");
    assert_eq!(stage.contacts()[0]["addresses"][0]["address"], MUM);
    assert_eq!(stage.contacts().as_array().map(Vec::len), Some(1));
    let bitcoin = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    assert_eq!(code(stage.keeps(53, "Dad", bitcoin)), "wrong_network");
    assert_eq!(code(stage.keeps(54, "Mallory", MUM)), "contact_kept");
    assert_eq!(code(stage.keeps(55, "\u{202e}Mum", MALLORY)), "bad_input");
}

#[test]
fn an_address_that_another_device_wrote_fills_no_payment_before_its_owner_compared_it() {
    let first = stage().with_wallet().sharing();
    let second = together(&first);
    let folder = tempfile::tempdir().expect("a folder");
    first.meets_in(folder.path(), 8);
    second.meets_in(folder.path(), 8);
    first.sync();
    second.sync();
    let wallet = first.circle()["shared"][0]["id"].clone();
    let take = json!({ "request_id": id(9), "wallet_id": wallet });
    second.said("cmd_take_wallet", take).expect("taken");
    first.keeps(50, "Mum", MUM).expect("its owner agreed");
    let settings = json!({ "unit": "sats", "theme": "dark", "auto_lock_minutes": 15 });
    first.said("cmd_set_settings", settings).expect("set");
    for stage in [&first, &second] {
        stage.sync();
    }
    // How amounts are written goes along; how the window looks does not.
    assert_eq!(second.unit(), "sats");

    let came = second.contacts()[0].clone();
    assert_eq!(
        (
            &came["addresses"][0]["counts"],
            &came["addresses"][0]["from"]
        ),
        (&json!(false), &json!("Desk"))
    );
    let (contact, address) = (came["id"].clone(), came["addresses"][0]["id"].clone());
    let by = |address: Value| {
        let choose = json!({ "wallet_id": wallet, "contact_id": contact, "address_id": address });
        second.said("cmd_choose_contact", choose)
    };
    assert_eq!(code(by(Value::Null)), "contact_not_compared");
    assert_eq!(code(by(address.clone())), "contact_not_compared");
    let pasted = json!({ "wallet_id": wallet, "text": MUM });
    let read = || {
        second
            .said("cmd_parse_payment", pasted.clone())
            .expect("an address")
    };
    assert_eq!(
        read()["contact"],
        Value::Null,
        "nobody's name stands beside it"
    );

    let compare = json!({ "contact_id": contact, "address_id": address });
    second.harness.confirm.then(Ok(Answer::Declined));
    assert_eq!(
        code(second.said("cmd_compare_contact", compare.clone())),
        "declined"
    );
    assert_eq!(code(by(Value::Null)), "contact_not_compared");
    second
        .said("cmd_compare_contact", compare)
        .expect("its owner agreed");
    let asked = second.harness.confirm.asked();
    let asked = asked.last().expect("a question");
    assert_eq!(asked.title, "Is this the contact's address?");
    let shown: Vec<_> = asked
        .lines
        .iter()
        .map(|line| line.value.replace(' ', ""))
        .collect();
    assert!(
        shown.iter().any(|value| value == MUM),
        "the whole address: {shown:?}"
    );
    assert_eq!(by(Value::Null).expect("it counts")["address"], MUM);
    assert_eq!(read()["contact"], "Mum");
}
