//! Whom the owner pays, on one home and on two that share.

use bitcoin::hashes::Hash;
use bitcoin::{Address, Network, ScriptBuf, WPubkeyHash};
use serde_json::{Value, json};

use crate::hazards::{desk_and_phone, meet};
use crate::support::{ELSEWHERE, Home, chain, path_text, text};

/// Addresses that are nobody's wallet here.
fn address(n: u8) -> String {
    let script = ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array([n; 20]));
    let address = Address::from_script(&script, Network::Regtest);
    address.expect("a witness program has one").to_string()
}

fn add(home: &Home, name: &str, address: &str) -> Value {
    home.ok(&["--yes", "contact", "add", name, address])
}

fn listed(home: &Home) -> Vec<Value> {
    let page = home.ok(&["contact", "list"]);
    page["contacts"].as_array().expect("a list").clone()
}

/// Pays, and returns the exit code and the error's code.
fn cannot_pay(home: &Home, to: &str) -> (i32, String) {
    home.fails(&[
        "--yes",
        "send",
        "--to",
        to,
        "--amount",
        "10000",
        "--fee-rate",
        "2",
    ])
}

fn pay(home: &Home, to: &str) -> String {
    let sent = home.ok(&[
        "--yes",
        "send",
        "--to",
        to,
        "--amount",
        "10000",
        "--fee-rate",
        "2",
    ]);
    text(&sent["txid"]).to_owned()
}

#[test]
fn a_contact_is_kept_renamed_changed_paid_by_name_and_removed() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 50_000);
    home.receive(&chain, 50_000);
    // Nobody can be asked without a terminal.
    assert_eq!(
        home.fails(&["contact", "add", "Mum", &address(1)]),
        (4, "no_confirm".into())
    );
    let mum = home.ok(&[
        "--yes",
        "contact",
        "add",
        "Mum",
        &address(1),
        "--note",
        "birthday",
    ]);
    assert_eq!(
        (&mum["name"], &mum["note"]),
        (&json!("Mum"), &json!("birthday"))
    );
    assert_eq!(mum["addresses"][0]["counts"], true);
    assert_eq!(mum["addresses"][0]["network"], "regtest");
    assert_eq!(cannot_pay(&home, "Dad"), (2, "bad_address".into()));
    let txid = pay(&home, " mum ");
    assert_eq!(home.row(&txid)["contact"], "Mum");
    let shown = home.ok(&["tx", "show", &txid]);
    let outputs = shown["outputs"].as_array().expect("outputs");
    let theirs = outputs.iter().filter(|out| out["contact"] == "Mum").count();
    assert_eq!(theirs, 1);

    home.ok(&["contact", "rename", "Mum", "Mother"]);
    assert_eq!(listed(&home)[0]["note"], "birthday", "it stays");
    assert_eq!(home.row(&txid)["contact"], "Mother");
    let id = text(&mum["addresses"][0]["id"]);
    let change = [
        "--yes",
        "contact",
        "address",
        "Mother",
        &address(2),
        "--instead-of",
        id,
    ];
    assert_eq!(
        home.ok(&change)["addresses"][0]["address"],
        json!(address(2))
    );
    let more = ["--yes", "contact", "address", "Mother", &address(3)];
    assert_eq!(
        home.ok(&more)["addresses"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        cannot_pay(&home, "Mother"),
        (2, "bad_input".into()),
        "which one?"
    );
    home.ok(&["contact", "address", "Mother", "--remove", id]);
    let draft = [
        "draft",
        "create",
        "--to",
        "Mother",
        "--amount",
        "10000",
        "--fee-rate",
        "2",
    ];
    let draft = home.ok(&draft);
    assert_eq!(draft["recipients"][0]["address"], json!(address(3)));
    assert_eq!(draft["recipients"][0]["contact"], "Mother");
    assert_eq!(
        home.ok(&["contact", "list", "--search", "MOTH"])["total"],
        1
    );
    assert_eq!(home.ok(&["contact", "list", "--search", "dad"])["total"], 0);
    home.ok(&["contact", "remove", "Mother"]);
    assert!(listed(&home).is_empty());
    assert_eq!(
        home.fails(&["contact", "remove", "Mother"]),
        (5, "unknown_contact".into())
    );
}

#[test]
fn an_address_of_another_network_and_one_that_is_kept_are_refused() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let main = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    let refused =
        |name: &str, address: &str| home.fails(&["--yes", "contact", "add", name, address]);
    assert_eq!(refused("Mum", main), (2, "wrong_network".into()));
    assert_eq!(refused("Mum", "nobody"), (2, "bad_address".into()));
    assert_eq!(refused(" ", ELSEWHERE), (2, "bad_input".into()));
    add(&home, "Mum", ELSEWHERE);
    assert_eq!(refused("Mallory", ELSEWHERE), (2, "contact_kept".into()));
    let mum = &listed(&home)[0];
    let change = [
        "--yes",
        "contact",
        "address",
        "Mum",
        main,
        "--instead-of",
        text(&mum["addresses"][0]["id"]),
    ];
    assert_eq!(home.fails(&change), (2, "wrong_network".into()));
    assert_eq!(listed(&home).len(), 1);
}

#[test]
fn what_another_home_wrote_is_paid_by_name_only_after_it_was_confirmed() {
    let chain = chain();
    let (desk, phone) = desk_and_phone(&chain);
    desk.receive(&chain, 50_000);
    desk.receive(&chain, 50_000);
    let mum = add(&phone, "Mum", &address(1));
    meet(&desk, &phone);
    let came = listed(&desk).remove(0);
    assert_eq!(came["id"], mum["id"]);
    assert_eq!(came["addresses"][0]["counts"], false);
    assert_eq!(came["addresses"][0]["from"], "Phone");
    let people = desk.said(&["contact", "list"]);
    assert!(people.contains("from Phone, not yet compared"), "{people}");
    assert_eq!(cannot_pay(&desk, "Mum"), (6, "contact_not_compared".into()));
    assert_eq!(
        desk.fails(&["contact", "confirm", "Mum"]),
        (4, "no_confirm".into())
    );
    assert_eq!(cannot_pay(&desk, "Mum"), (6, "contact_not_compared".into()));

    let confirmed = desk.ok(&["--yes", "contact", "confirm", "Mum"]);
    assert_eq!(confirmed["addresses"][0]["counts"], true);
    let again = desk.fails(&["--yes", "contact", "confirm", "Mum"]);
    assert_eq!(
        again,
        (2, "bad_input".into()),
        "there is nothing to confirm"
    );
    let txid = pay(&desk, "Mum");
    assert_eq!(desk.row(&txid)["contact"], "Mum");
    meet(&desk, &phone);

    let id = text(&mum["addresses"][0]["id"]);
    phone.ok(&[
        "--yes",
        "contact",
        "address",
        "Mum",
        &address(2),
        "--instead-of",
        id,
    ]);
    meet(&desk, &phone);
    let came = listed(&desk).remove(0);
    assert_eq!(came["addresses"][0]["address"], json!(address(2)));
    assert_eq!(came["addresses"][0]["before"]["address"], json!(address(1)));
    assert_eq!(cannot_pay(&desk, "Mum"), (6, "contact_not_compared".into()));
    assert_eq!(
        desk.row(&txid)["contact"],
        Value::Null,
        "of the old address it is not known any more"
    );
    // The address itself can be pasted, and is nobody's then.
    let draft = [
        "draft",
        "create",
        "--to",
        &address(2),
        "--amount",
        "10000",
        "--fee-rate",
        "2",
    ];
    assert_eq!(desk.ok(&draft)["recipients"][0]["contact"], Value::Null);
    desk.ok(&["--yes", "contact", "confirm", "Mum", "--id", id]);
    pay(&desk, "Mum");
}

#[test]
fn a_backup_brings_contacts_to_a_fresh_home_and_there_they_are_compared_anew() {
    let chain = chain();
    let (desk, fresh) = (Home::with_wallet(&chain), Home::new(&chain));
    desk.receive(&chain, 50_000);
    add(&desk, "Mum", &address(1));
    let folder = desk.scratch("files");
    std::fs::create_dir(&folder).expect("a folder");
    let made = desk.ok(&["--yes", "backup", "--to", path_text(&folder)]);
    fresh.ok(&["--yes", "import", text(&made["path"])]);
    fresh.ok(&["sync"]);
    assert_eq!(listed(&fresh)[0]["name"], "Mum");
    assert_eq!(listed(&fresh)[0]["addresses"][0]["from"], Value::Null);
    assert_eq!(
        cannot_pay(&fresh, "Mum"),
        (6, "contact_not_compared".into())
    );
    fresh.ok(&["--yes", "contact", "confirm", "Mum"]);
    pay(&fresh, "Mum");
}
