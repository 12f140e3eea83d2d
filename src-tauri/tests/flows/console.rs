//! The console's window: its line, its watch, and calls that arrive twice.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use satchel_ports::Answer;
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_shell::windows::{CONSOLE, MAIN};
use satchel_wire::console::event::ConsoleEvent;
use serde_json::{Value, json};
use tauri::ipc::{Channel, InvokeResponseBody};

use crate::harness::{Harness, Page};

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// How long a thing that must happen may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

struct Stage {
    harness: Harness,
    page: Page,
    sandbox: Sandbox,
    ids: u32,
}

impl Stage {
    /// A console that is set to a sandbox.
    fn new() -> Self {
        let harness = Harness::new();
        let page = harness.page(CONSOLE);
        let sandbox = Sandbox::start(SandboxConfig::default()).expect("it starts");
        let mut stage = Self {
            harness,
            page,
            sandbox,
            ids: 0,
        };
        let url = stage.sandbox.url();
        stage
            .intend("cmd_set_base_url", json!({ "url": url }))
            .expect("agreed");
        stage
            .harness
            .files
            .then(stage.sandbox.cookie_file().to_owned());
        stage
            .intend(
                "cmd_set_api_key",
                json!({ "key": { "kind": "cookie_file" } }),
            )
            .expect("chosen");
        stage
    }

    fn intend(&mut self, command: &str, mut request: Value) -> Result<Value, Value> {
        self.ids += 1;
        request["request_id"] = Value::from(format!("{:032x}", self.ids));
        self.page.call(command, json!({ "req": request }))
    }

    fn asked(&self) -> usize {
        self.harness.confirm.asked().len()
    }
}

fn line() -> (Channel<ConsoleEvent>, Receiver<Value>) {
    let (tell, heard) = channel();
    let line = Channel::new(move |body| {
        if let InvokeResponseBody::Json(text) = body {
            // The test may be over.
            let _ = tell.send(serde_json::from_str(&text).expect("JSON"));
        }
        Ok(())
    });
    (line, heard)
}

/// Waits for an event of a kind.
fn until(heard: &Receiver<Value>, kind: &str) -> Value {
    loop {
        let event = heard.recv_timeout(PATIENCE).expect("it is told");
        if event["type"] == kind {
            return event;
        }
    }
}

#[test]
fn the_main_window_opens_the_console_and_may_do_nothing_in_it() {
    let harness = Harness::new();
    let main = harness.page(MAIN);
    main.call("cmd_open_console", json!({})).expect("it opens");
    assert_eq!(harness.console_screen.moved(), (1, 0));
    assert!(!harness.console.watches(), "nobody listens yet");
    let refused = main
        .call("cmd_get_health", json!({}))
        .expect_err("the access list");
    assert!(
        refused
            .as_str()
            .is_some_and(|text| text.contains("not allowed")),
        "{refused}"
    );
}

#[test]
fn nothing_is_asked_or_told_before_the_page_listens_and_nothing_is_lost_after() {
    let stage = Stage::new();
    assert!(!stage.harness.console.watches());
    let (first, heard_first) = line();
    stage.harness.console.connect(first);
    assert!(stage.harness.console.watches());
    until(&heard_first, "stale");
    // The first look is over when the health says so.
    while stage
        .page
        .call("cmd_get_health", json!({}))
        .expect("it answers")["line"]
        != "up"
    {
        std::thread::yield_now();
    }
    let hash = stage.sandbox.mine(1).expect("a block")[0];
    assert_eq!(until(&heard_first, "new_block")["hash"], hash.to_string());

    let (second, heard_second) = line();
    stage.harness.console.connect(second);
    let hash = stage.sandbox.mine(1).expect("a block")[0];
    assert_eq!(
        until(&heard_second, "new_block")["hash"],
        hash.to_string(),
        "the newest line"
    );
    let late: Vec<Value> = heard_first
        .try_iter()
        .filter(|event| event["hash"] == hash.to_string())
        .collect();
    assert!(late.is_empty(), "{late:?}");

    stage
        .page
        .call("cmd_close_console", json!({}))
        .expect("it closes");
    assert_eq!(stage.harness.console_screen.moved(), (0, 1));
    assert!(
        !stage.harness.console.watches(),
        "a node is watched for a window alone"
    );
}

#[test]
fn a_payment_that_arrives_twice_is_asked_and_paid_once_even_after_a_no() {
    let mut stage = Stage::new();
    let before = stage.asked();
    let pay = json!({ "req": {
        "request_id": "f".repeat(32), "wallet": "faucet", "address": TO, "amount": 10_000,
    } });
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let (page, pay) = (stage.page.clone(), pay.clone());
            std::thread::spawn(move || {
                page.call("cmd_send_transaction_admin", pay)
                    .expect("it pays")
            })
        })
        .collect();
    let sent: Vec<Value> = calls
        .into_iter()
        .map(|call| call.join().expect("no panic"))
        .collect();
    assert!(sent.iter().all(|one| *one == sent[0]));
    assert_eq!(
        (stage.asked() - before, stage.sandbox.mempool_txids().len()),
        (1, 1)
    );

    stage.harness.confirm.then(Ok(Answer::Declined));
    let declined = json!({ "wallet": "faucet", "address": TO, "amount": 20_000, "request_id": "e".repeat(32) });
    for _ in 0..2 {
        let answer = stage
            .page
            .call("cmd_send_transaction_admin", json!({ "req": declined }));
        assert_eq!(answer.expect_err("declined")["code"], "declined");
    }
    assert_eq!(stage.asked() - before, 2, "a no is an answer");
    assert_eq!(stage.sandbox.mempool_txids().len(), 1);

    let height = stage.sandbox.tip().height;
    let mine = json!({ "req": { "request_id": "d".repeat(32), "address": TO, "blocks": 2 } });
    for _ in 0..2 {
        stage
            .page
            .call("cmd_generate_to_address", mine.clone())
            .expect("regtest");
    }
    assert_eq!(stage.sandbox.tip().height, height + 2);
    let fresh = json!({ "wallet": "faucet", "fresh": { "request_id": "c".repeat(32) } });
    let one = stage
        .page
        .call("cmd_get_addresses_admin", json!({ "req": fresh }))
        .expect("an address");
    let two = stage
        .page
        .call("cmd_get_addresses_admin", json!({ "req": fresh }))
        .expect("the same");
    assert_eq!(one["fresh"], two["fresh"]);
    assert!(
        stage
            .intend(
                "cmd_generate_to_address",
                json!({ "address": TO, "blocks": 0 })
            )
            .is_err()
    );
}

#[test]
fn the_faucet_pays_once_into_a_block_and_asks_nobody() {
    let mut stage = Stage::new();
    let before = stage.asked();
    let height = stage.sandbox.tip().height;
    let pay = json!({ "req": { "request_id": "b".repeat(32), "address": TO, "amount": 70_000 } });
    let mut paid = Vec::new();
    for _ in 0..2 {
        paid.push(
            stage
                .page
                .call("cmd_pay_from_faucet", pay.clone())
                .expect("regtest"),
        );
    }
    assert_eq!(paid[0], paid[1], "once");
    assert_eq!(paid[0]["block"], stage.sandbox.tip().hash.to_string());
    assert_eq!(stage.sandbox.tip().height, height + 1);
    assert_eq!(stage.asked(), before);
    let nothing = stage.intend("cmd_pay_from_faucet", json!({ "address": TO, "amount": 0 }));
    assert_eq!(nothing.expect_err("nothing")["code"], "bad_input");
    let far = json!({ "address": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "amount": 1 });
    let elsewhere = stage.intend("cmd_pay_from_faucet", far);
    assert_eq!(
        elsewhere.expect_err("another network")["code"],
        "bad_address"
    );
}

#[test]
fn an_answer_of_a_node_that_is_gone_is_the_last_good_one_marked_as_old() {
    let Stage {
        harness,
        page,
        sandbox,
        ..
    } = Stage::new();
    let good = page
        .call("cmd_get_blockchain_info", json!({}))
        .expect("it answers");
    assert_eq!(good["seen"]["old"], false);
    drop(sandbox);
    let old = page
        .call("cmd_get_blockchain_info", json!({}))
        .expect("the last good one");
    assert_eq!(
        (&old["seen"]["old"], &old["height"]),
        (&true.into(), &good["height"])
    );
    // Its cookie went with it.
    let code = &old["seen"]["error"]["code"];
    assert!(code == "unreachable" || code == "node_no_cookie", "{code}");
    let never = page
        .call("cmd_get_mining_info", json!({}))
        .expect_err("never answered");
    assert_eq!(never["code"], *code);
    let alive = page
        .call("cmd_get_liveness", json!({}))
        .expect("an answer of its own");
    assert_eq!(alive["alive"], false);
    drop(harness);
}
