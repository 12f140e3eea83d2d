//! A first sync that is cut off, in every way it can be, goes on where it was.

use std::process::{Child, Stdio};
use std::time::Duration;

use bitcoin::{Amount, Network, ScriptBuf};
use satchel_keys::{RecoveryWords, Seed};
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_secrets::SecretText;
use satchel_types::{ChainSide, Origin, ScriptType, Timestamp, WalletId, WalletName, WalletRecord};
use satchel_wallet::{Engine, ScanScope};
use serde_json::Value;

use crate::gate::{Beyond, Gate};
use crate::support::{Home, interrupt, path_text};

const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                     abandon abandon about";
/// What is lost at most when a program is killed that had one batch in hand, one in the queue and
/// one about to be full: the addresses of a batch, and requests under way when it was full.
const LOST: u64 = 3 * (256 + 2 * 16);
/// Requests of a sync besides one an address: which network it is, the newest blocks, the
/// wallet's first block, the tip at the end.
const BESIDES: u64 = 4;

/// The first receive and change scripts of the wallet of `WORDS`.
fn scripts(receive: usize, change: usize) -> Vec<ScriptBuf> {
    let words = RecoveryWords::parse(&SecretText::new(WORDS.to_owned())).expect("valid words");
    let seed = Seed::new(words, None).expect("no passphrase");
    let network = Network::Regtest;
    let descriptors = satchel_keys::public_descriptors(&seed, ScriptType::Taproot, network, 0)
        .expect("account 0");
    let record = WalletRecord {
        id: WalletId::from_bytes([1; 16]),
        name: WalletName::new("Main").expect("a name"),
        network,
        script_type: ScriptType::Taproot,
        descriptors,
        account: 0,
        origin: Origin::Restored,
        has_seed: true,
        created_at: Timestamp::from_secs(1),
        words_proven_at: None,
        backed_up_at: None,
    };
    let (engine, _) = Engine::create(&record).expect("own descriptors");
    let request = engine.scan_request(ScanScope::Discover { stop_gap: 1 });
    let mut all = Vec::new();
    for side in request.sides {
        let wanted = match side.side {
            ChainSide::Receive => receive,
            ChainSide::Change => change,
        };
        all.extend(side.scripts.take(wanted).map(|(_, script)| script));
    }
    all
}

/// A chain on which so many addresses of the wallet were paid, one each.
fn paid(receive: usize, change: usize) -> Sandbox {
    let scripts = scripts(receive, change);
    let blocks = scripts.len() as u64 / 10 + 200;
    let chain = Sandbox::start(SandboxConfig {
        chain_age: Some(Duration::from_secs(blocks * 1200)),
        ..SandboxConfig::default()
    })
    .expect("a sandbox starts");
    chain
        .fill_history(&scripts, scripts.len(), 10, Amount::from_sat(10_000))
        .expect("the faucet has enough");
    chain
}

/// A home with the wallet restored, asking through a gate. Nothing is synced yet.
fn restored(chain: &Sandbox) -> (Home, Gate) {
    let gate = Gate::before(&chain.url());
    let mut home = Home::new(chain);
    home.ask(&gate.url());
    let words = home.scratch("words");
    std::fs::write(&words, WORDS).expect("a scratch file");
    home.ok(&[
        "wallet",
        "restore",
        "--name",
        "Main",
        "--network",
        "regtest",
        "--script-type",
        "taproot",
        "--words-file",
        path_text(&words),
    ]);
    gate.open();
    (home, gate)
}

fn start(home: &Home, args: &[&str]) -> Child {
    home.command(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts")
}

/// Everything that a home knows of its wallet, but for when it learnt it.
fn everything(home: &Home) -> Value {
    let mut pages = Vec::new();
    for list in [
        &["history"][..],
        &["coins"],
        &["address", "list"],
        &["address", "list", "--side", "change"],
    ] {
        let mut after: Option<String> = None;
        loop {
            let mut args = list.to_vec();
            args.extend(["--limit", "500"]);
            if let Some(after) = &after {
                args.extend(["--after", after]);
            }
            let mut page = home.ok(&args);
            let object = page.as_object_mut().expect("a page");
            object.remove("freshness");
            after = object
                .remove("next")
                .and_then(|n| n.as_str().map(str::to_owned));
            pages.push(page);
            if after.is_none() {
                break;
            }
        }
    }
    let mut balance = home.ok(&["balance"]);
    balance
        .as_object_mut()
        .expect("a balance")
        .remove("freshness");
    pages.push(balance);
    Value::from(pages)
}

/// What a scan that nobody disturbs finds and costs.
fn undisturbed(chain: &Sandbox) -> (Value, u64) {
    let (home, gate) = restored(chain);
    home.ok(&["sync"]);
    let cost = gate.open();
    (everything(&home), cost)
}

#[test]
fn a_first_sync_that_is_killed_cancelled_or_left_alone_goes_on_where_it_was() {
    let chain = paid(1_400, 300);
    let (whole, cost) = undisturbed(&chain);
    assert_eq!(cost, 1_400 + 300 + 2 * 20 + BESIDES);
    assert_eq!(whole.as_array().expect("pages").len(), 4 + 4 + 3 + 1 + 1);

    // Killed: all is kept but what was in hand.
    let (home, gate) = restored(&chain);
    let asked = killed(&home, &gate, 1_500);
    // What is half done claims nothing.
    assert_eq!(home.ok(&["balance"])["freshness"], Value::Null);
    home.ok(&["sync"]);
    let asked = asked + gate.open();
    assert!(asked < cost + LOST, "{asked} requests instead of {cost}");
    assert_eq!(everything(&home), whole);

    // Cancelled: all that was answered is kept.
    let (home, gate) = restored(&chain);
    let asked = cancelled(&home, &gate, 700);
    home.ok(&["sync"]);
    let asked = asked + gate.open();
    assert!(
        asked <= cost + BESIDES + 8 * 16,
        "{asked} requests instead of {cost}"
    );
    assert_eq!(everything(&home), whole);

    // The server goes away.
    let (home, gate) = restored(&chain);
    gate.let_through(700, Beyond::Gone);
    let (code, error) = home.fails(&["sync"]);
    assert_eq!((code, error.as_str()), (7, "unreachable"));
    let asked = gate.open();
    home.ok(&["sync"]);
    let asked = asked + gate.open();
    assert!(
        asked <= cost + BESIDES + 8 * 16,
        "{asked} requests instead of {cost}"
    );
    assert_eq!(everything(&home), whole);
}

#[test]
fn what_happens_while_a_sync_lies_cut_off_is_seen() {
    let chain = paid(1_100, 0);
    let (home, gate) = restored(&chain);
    cancelled(&home, &gate, 900);
    // One of the addresses looked at already is paid again, and the next one after all of them.
    let scripts = scripts(1_101, 0);
    for index in [1_100, 1_099] {
        chain
            .faucet(scripts[index].clone(), Amount::from_sat(70_000))
            .expect("the faucet pays");
    }
    let tip = chain.tip();
    let report = home.ok(&["sync"]);
    assert_eq!(report["freshness"]["height"], tip.height);
    assert_eq!(home.sats("confirmed"), 1_100 * 10_000 + 2 * 70_000);

    // Another chain: what was looked at is looked at again.
    let (home, gate) = restored(&chain);
    cancelled(&home, &gate, 900);
    chain.reorg(1, 2).expect("blocks");
    chain.mine(1).expect("a block");
    home.ok(&["sync"]);
    assert!(gate.open() >= 1_101 + 40, "from the first address on");
    let (whole, _) = undisturbed(&chain);
    assert_eq!(everything(&home), whole);
}

/// Syncs and kills the program once so many requests were let through; returns how many it sent.
fn killed(home: &Home, gate: &Gate, through: u64) -> u64 {
    gate.let_through(through, Beyond::Silence);
    let mut child = start(home, &["sync"]);
    gate.wait_until_shut();
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    gate.open()
}

/// The same with Ctrl-C, as a terminal sends it.
fn cancelled(home: &Home, gate: &Gate, through: u64) -> u64 {
    gate.let_through(through, Beyond::Silence);
    let mut child = start(home, &["sync"]);
    gate.wait_until_shut();
    interrupt(&child);
    let status = child.wait().expect("it ended");
    assert!(!status.success(), "it was cancelled");
    gate.open()
}

/// The same with ten thousand addresses. Prints what it cost.
#[test]
#[ignore = "takes minutes unoptimised; run it by name"]
fn ten_thousand_addresses() {
    let chain = paid(9_000, 1_000);
    let (whole, cost) = undisturbed(&chain);
    assert_eq!(cost, 10_000 + 2 * 20 + BESIDES);
    let (home, gate) = restored(&chain);
    let parts = [
        killed(&home, &gate, 5_000),
        cancelled(&home, &gate, 2_000),
        killed(&home, &gate, 1_500),
    ];
    home.ok(&["sync"]);
    let rest = gate.open();
    let asked = parts.iter().sum::<u64>() + rest;
    eprintln!("{parts:?} and {rest}: {asked} requests instead of {cost}");
    assert!(asked < cost + 2 * LOST);
    assert_eq!(everything(&home), whole);
}
