//! Scenarios: one run is like another, each step does what it says, and a failure says where.

use std::time::{Duration, Instant};

use satchel_sandbox::SandboxConfig;
use satchel_sandbox::scenario::{Ended, RunError, Scenario};
use serde_json::json;

use crate::common::{Http, World};
use crate::process::command;

fn run(text: &str, seed: u64) -> (Result<Ended, RunError>, String) {
    let scenario: Scenario = text.parse().unwrap();
    let config = SandboxConfig {
        seed: Some(seed),
        ..Default::default()
    };
    let mut out = Vec::new();
    let ended = scenario.run(config, &mut out);
    (ended, String::from_utf8(out).unwrap())
}

fn good(text: &str) -> (Ended, String) {
    let (ended, out) = run(text, 7);
    (ended.unwrap_or_else(|error| panic!("{error}\n{out}")), out)
}

const STORY: &str = "\
    mine 2..5 to @ada\n\
    mine 100\n\
    pay @ada 0.5btc as gift\n\
    pay @ada 1000..90000sat rate 3.5 as tip\n\
    expect pool 2\n\
    mine 1\n\
    expect tx gift confirmed\n\
    pay @bob 0.25btc from @ada rate 2 as rent\n\
    double-spend rent rate 9 as theft\n\
    expect tx rent gone\n\
    expect tx theft waiting\n\
    mine 1\n\
    reorg 2\n\
    expect tx theft waiting\n\
    mine 1\n\
    expect tx theft confirmed 1\n\
    expect balance @bob 0btc\n";

#[test]
fn the_example_in_the_documentation_is_one() {
    let page = include_str!("../../../../docs/sandbox.md");
    let example = page.split("```text\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let (ended, out) = good(example);
    assert!(ended.serve, "it ends with serve\n{out}");
    assert_eq!(ended.nodes.len(), 2);
}

/// What a run printed, without the ports.
fn printed(out: &str) -> Vec<&str> {
    out.lines()
        .filter(|line| !line.contains("listens on"))
        .collect()
}

#[test]
fn the_same_number_makes_the_same_blocks_and_payments() {
    let (_, first) = good(STORY);
    let (_, second) = good(STORY);
    assert_eq!(printed(&first), printed(&second));
    let (other, third) = run(STORY, 8);
    other.map(|_| ()).unwrap();
    assert_ne!(printed(&first), printed(&third));
    assert!(first.starts_with("seed 7\n"), "{first}");
}

#[test]
fn a_seeded_sandbox_is_the_same_through_its_calls_as_well() {
    let make = || {
        let world = World::with(SandboxConfig {
            seed: Some(42),
            ..Default::default()
        });
        world.rpc("createwallet", json!(["w"]));
        let address = world.wallet("w", "getnewaddress", json!([]));
        let txid = world.wallet("faucet", "sendtoaddress", json!([address, 1]));
        world.sandbox.mine(1).unwrap();
        (
            address,
            txid,
            world.sandbox.reorg(1, 2).unwrap(),
            world.sandbox.tip(),
        )
    };
    assert_eq!(make(), make());
}

#[test]
fn a_miner_may_take_the_other_one() {
    let (ended, _) = good(
        "pay @ada 1btc\nmine 1\n\
         pay @bob 0.5btc from @ada as rent\n\
         double-spend rent mined as theft\n\
         expect tx theft confirmed 1\n\
         expect tx rent gone\n\
         expect pool 0\n",
    );
    assert!(!ended.serve);
}

#[test]
fn fees_rise_when_the_pool_is_full_and_fall_when_it_is_mined() {
    let (ended, _) = good(
        "fee-spike 80 blocks 2\n\
         expect pool 22\n\
         expect fee 80\n\
         mine 3\n\
         expect pool 0\n",
    );
    let main = &ended.nodes["main"];
    let http = Http::new();
    let rate = http
        .get(&format!("{}/fee-estimates", main.esplora_url()))
        .json();
    assert_eq!(rate["1"], 1.0);
}

#[test]
fn nodes_part_and_find_together() {
    let (ended, out) = good(
        "node b\nconnect main b\n\
         on b wait same main\n\
         pay @ada 2btc as gift\n\
         on b wait pool 1\n\
         disconnect main b\n\
         mine 1\n\
         on b mine 3 to @ada\n\
         expect tx gift confirmed\n\
         connect b main\n\
         wait same b\n\
         on b expect height 113\n\
         expect tx gift confirmed 1\n",
    );
    assert_eq!(ended.nodes["main"].tip(), ended.nodes["b"].tip());
    assert!(out.contains("main and b are apart"), "{out}");
}

#[test]
fn what_fails_says_on_which_line_and_what_was_instead() {
    for (text, told) in [
        (
            "mine 1\n\nexpect height 5",
            "line 3: the height is 111, not 5",
        ),
        (
            "expect balance @ada 1sat",
            "line 1: ada has 0 BTC, not 0.00000001 BTC",
        ),
        ("expect tx x gone", "line 1: no payment is called \"x\""),
        ("on b mine 1", "line 1: there is no node \"b\""),
        ("pay @ada 9000btc", "line 1: Insufficient funds"),
        (
            "reorg 500",
            "line 1: cannot reorganise 500 blocks: the chain has 110",
        ),
        (
            "wait height 500 within 100ms",
            "line 1: the height is 110, not 500 after 100 ms",
        ),
        ("node main", "line 1: there is a node \"main\" already"),
        (
            "disconnect main main",
            "line 1: main and main are not linked",
        ),
    ] {
        let (ended, _) = run(text, 1);
        assert_eq!(ended.err().expect(text).to_string(), told);
    }
}

#[test]
fn answers_are_late_missing_and_wrong_where_it_was_asked_for() {
    let world = World::new();
    let faults = format!("{}/sandbox/faults", world.sandbox.url());
    let set = |lines: &str| world.http.post(&faults, lines.to_owned());
    let height = || world.api("/blocks/tip/height");
    assert_eq!(set("wrong /api/blocks/* 503").status, 204);
    assert_eq!(height().status, 503);
    assert_eq!(
        world.api("/mempool/txids").status,
        200,
        "elsewhere all is well"
    );
    assert_eq!(set("wrong /api/blocks/* garbage").status, 204);
    assert_eq!(height().status, 200);
    assert_ne!(height().body, b"110");
    assert_eq!(
        height().body,
        height().body,
        "rubbish is the same in every run"
    );
    set("wrong /api/blocks/* truncated");
    assert_eq!(height().body, b"1");
    set("wrong /api/blocks/tip/height empty");
    assert_eq!(height().body, b"[]", "the newest counts");
    set("heal /api/blocks/tip/height");
    assert_eq!(height().body, b"1");
    set("heal all\nslow /api/blocks/tip/height 300ms");
    let start = Instant::now();
    assert_eq!(height().body, b"110");
    assert!(
        start.elapsed() >= Duration::from_millis(300),
        "it was not awaited"
    );
    set("heal all");
    set("stall /api/*");
    let url = format!("{}/blocks/tip/height", world.sandbox.esplora_url());
    let stalled = std::thread::spawn(move || Http::new().get(&url).body);
    // The sandbox's own routes answer, and what stood still goes on when it is healed.
    assert_eq!(
        world
            .http
            .get(&format!("{}/sandbox/status", world.sandbox.url()))
            .status,
        200
    );
    assert!(!stalled.is_finished());
    set("heal all");
    assert_eq!(stalled.join().unwrap(), b"110");
    set("wrong / 500");
    let body = json!({ "id": 1, "method": "uptime" }).to_string();
    assert_eq!(world.http.post(&world.sandbox.url(), body).status, 500);
    let refused = set("mine 1");
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("only stall, slow, wrong and heal"));
    assert!(set("slow /api").text().contains("line 1: time (such as"));
}

#[test]
fn the_program_runs_a_file_and_its_status_says_how_it_went() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("story.txt");
    let run = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let args = ["scenario", file.to_str().unwrap(), "--seed", "7"];
        let output = command(&args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.success(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (fine, out, told) = run(STORY);
    assert!(fine, "{told}");
    let (_, library) = good(STORY);
    assert_eq!(printed(&out), printed(&library));
    let (fine, _, told) = run("mine 1\nexpect height 7");
    assert!(!fine);
    assert!(told.contains("line 2: the height is 111, not 7"), "{told}");
    let (fine, out, told) = run("fill 50 @ada\nexpect balance @ada 0.005btc");
    assert!(fine && out.contains("50 payments"), "{out}{told}");
    let (fine, out, told) = run("mine 1\nsing");
    assert!(!fine && out.is_empty());
    assert!(told.contains("line 2: there is no step \"sing\""), "{told}");
}

#[test]
fn a_wallet_is_filled_with_as_many_payments_as_were_asked_for() {
    let make = || {
        let world = World::with(SandboxConfig {
            seed: Some(3),
            ..Default::default()
        });
        let amount = bitcoin::Amount::from_sat(10_000);
        let txids = world
            .sandbox
            .fill_wallet("full", 2_500, 1_000, amount)
            .unwrap();
        let info = world.wallet("full", "getwalletinfo", json!([]));
        assert_eq!(info["txcount"], 2_500);
        assert_eq!(info["balance"], 0.25);
        let page = world.wallet("full", "listtransactions", json!(["*", 3, 100]));
        assert_eq!(page[2]["txid"], txids[2_399].to_string());
        (txids, world.sandbox.tip())
    };
    assert_eq!(make(), make());
}
