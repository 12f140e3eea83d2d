//! A wallet whose keys are elsewhere, watched from what was held before the camera.

use super::*;

/// The account of the words of BIP-0084 on test networks, and its first address.
const WATCHED: &str = "wpkh([73c5da0a/84h/1h/0h]tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M/<0;1>/*)";
const WATCHED_FIRST: &str = "tb1q6rz28mcfaxtmd6v789l9rrlrusdprr9pqcpvkl";

/// The same on a chain of one's own.
fn watched_first() -> String {
    let address: bitcoin::Address<_> = WATCHED_FIRST.parse().expect("an address");
    let script = address.assume_checked().script_pubkey();
    let address = bitcoin::Address::from_script(&script, Network::Regtest);
    address.expect("it has one").to_string()
}

fn watch(stage: &Stage, request: u8, scan: u32, network: &str) -> Result<Value, Value> {
    let request = json!({ "req": {
        "request_id": format!("{request:032x}"), "scan": scan, "name": "Cold", "network": network, "script_type": null,
    } });
    stage.main.call("cmd_watch_scanned", request)
}

#[test]
fn a_descriptor_before_the_camera_is_watched_once_its_first_address_was_compared() {
    let stage = stage().with_wallet();
    let scan = stage.scan();
    let seen = stage.text(scan, WATCHED);
    assert_eq!(
        seen["seen"],
        json!({ "kind": "descriptor", "watch": {
            "script_type": "segwit", "networks": ["testnet4", "signet", "regtest", "testnet"], "fingerprint": "73c5da0a",
        } })
    );
    assert_eq!(code(watch(&stage, 20, scan, "bitcoin")), "wrong_network");
    stage.harness.confirm.then(Ok(Answer::Declined));
    assert_eq!(code(watch(&stage, 21, scan, "regtest")), "declined");
    let wallets = || {
        stage
            .main
            .call("cmd_list_wallets", json!({}))
            .expect("open")
    };
    assert_eq!(
        wallets().as_array().map(Vec::len),
        Some(1),
        "nothing is kept of it"
    );

    let watched = watch(&stage, 22, scan, "regtest").expect("agreed");
    assert_eq!(watched["watch_only"], true);
    assert_eq!(watched["has_seed"], false);
    assert_eq!(watched["selected"], true);
    let question = stage.harness.confirm.asked().pop().expect("it was asked");
    assert_eq!(question.title, "Watch this wallet?");
    let shown = question
        .lines
        .iter()
        .find(|line| line.label == "First address");
    let shown = shown
        .expect("an address")
        .value
        .replace([' ', '\u{a0}'], "");
    assert_eq!(shown, watched_first());
    // The same call again, as after a reload, makes no second one.
    assert_eq!(
        watch(&stage, 22, scan, "regtest").expect("the same"),
        watched
    );
    assert_eq!(code(watch(&stage, 23, scan, "regtest")), "bad_input");
    assert_eq!(wallets().as_array().map(Vec::len), Some(2));

    // It receives; a payment is prepared here and signed elsewhere.
    let request = json!({ "req": { "request_id": format!("{:032x}", 24) } });
    let address = stage.main.call("cmd_generate_address", request);
    let address = address.expect("an address")["address"].take();
    assert_eq!(address, watched_first());
    chain::fund(&stage.harness, address.as_str().expect("text"));
    let synced = stage.main.call("cmd_sync_wallet", json!({ "req": {} }));
    synced.expect("a chain");
    let request = json!({ "req": {
        "request_id": format!("{:032x}", 25), "fee_rate": 10,
        "recipients": [{ "address": TO, "amount": 100_000 }],
    } });
    let draft = stage.main.call("cmd_create_draft", request).expect("coins")["id"].take();
    let show = json!({ "req": { "draft_id": draft, "code": "bbqr", "density": "low", "from": 0 } });
    stage.main.call("cmd_show_draft", show).expect("frames");
    let psbt = stage.psbt(draft.as_str().expect("an id"));
    let (_, source) = psbt.inputs[0]
        .bip32_derivation
        .iter()
        .next()
        .expect("where the key is");
    assert_eq!(source.0.to_string(), "73c5da0a");
    let send = stage.main.call(
        "cmd_send_transaction",
        json!({ "req": { "draft_id": draft } }),
    );
    assert_eq!(code(send), "watch_only");
}

#[test]
fn what_cannot_be_watched_says_so_and_is_not_watched() {
    let stage = stage().with_wallet();
    let scan = stage.scan();
    let key = WATCHED
        .split(['(', ')'])
        .nth(1)
        .expect("a key")
        .replace("<0;1>", "0");
    let several = format!("wsh(sortedmulti(1,{key},{}))", key.replace("/0/*", "/2/*"));
    let seen = stage.text(scan, &several);
    assert_eq!(seen["seen"], json!({ "kind": "descriptor", "watch": null }));
    assert_eq!(code(watch(&stage, 20, scan, "regtest")), "bad_input");
    // What was seen before is forgotten as soon as something else is.
    stage.text(scan, WATCHED);
    stage.text(scan, TO);
    assert_eq!(code(watch(&stage, 21, scan, "regtest")), "bad_input");
    let bare = key.split(']').nth(1).and_then(|key| key.split('/').next());
    let seen = stage.text(scan, bare.expect("a key"));
    assert_eq!(seen["seen"]["watch"]["script_type"], Value::Null);
    assert_eq!(code(watch(&stage, 22, scan, "regtest")), "bad_input");
    let question = stage.harness.confirm.asked();
    assert!(question.iter().all(|one| one.title != "Watch this wallet?"));
}
