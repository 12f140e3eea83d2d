//! Several nodes: what one has, the other gets; apart they go their own ways; together again, work decides.

use std::time::{Duration, Instant};

use bitcoin::Amount;
use satchel_sandbox::{PeerError, Sandbox, SandboxConfig};
use serde_json::json;

use crate::common::{Key, World};

/// Waits until it is so. The limit only makes a failure a failure.
pub fn eventually(what: &str, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::yield_now();
    }
}

/// A node with a faucet and one without, linked.
fn pair() -> (World, World) {
    let a = World::new();
    let b = World::with(SandboxConfig {
        faucet: false,
        ..Default::default()
    });
    b.sandbox.connect(&a.sandbox.url()).unwrap();
    eventually("b has a's chain", || b.sandbox.tip() == a.sandbox.tip());
    (a, b)
}

fn same_pool(a: &Sandbox, b: &Sandbox) -> bool {
    let sorted = |sandbox: &Sandbox| {
        let mut txids = sandbox.mempool_txids();
        txids.sort();
        txids
    };
    sorted(a) == sorted(b)
}

#[test]
fn blocks_and_transactions_go_both_ways() {
    let (a, b) = pair();
    let key = Key::new(1);
    b.sandbox.mine_to(key.script(), 2).unwrap();
    eventually("a has b's blocks", || a.sandbox.tip() == b.sandbox.tip());
    assert_eq!(a.sandbox.tip().height, 112);
    let coin = a.fund(&key, 100_000);
    eventually("b has a's block", || a.sandbox.tip() == b.sandbox.tip());
    let tx = key.pay(&coin, &key.script(), 500);
    b.send(&tx);
    eventually("a has b's transaction", || {
        a.sandbox.mempool_txids().contains(&tx.compute_txid())
    });
    let other = a.fund(&key, 50_000);
    let child = key.pay(&other, &Key::new(2).script(), 500);
    a.send(&child);
    eventually("b has a's transaction", || {
        same_pool(&a.sandbox, &b.sandbox)
    });
    let info = b.rpc("getpeerinfo", json!([]));
    assert_eq!(info[0]["addr"], a.sandbox.url().replace("http://", ""));
    assert_eq!(b.rpc("getconnectioncount", json!([])), 1);
}

#[test]
fn a_partition_heals_to_the_branch_with_more_work() {
    let (a, b) = pair();
    let key = Key::new(1);
    let coin = a.fund(&key, 100_000);
    let second = a.fund(&key, 70_000);
    eventually("b has the coins", || a.sandbox.tip() == b.sandbox.tip());
    let address = a.sandbox.url();
    assert!(b.sandbox.disconnect(&address).unwrap());
    assert!(!b.sandbox.disconnect(&address).unwrap());

    // The same coin is spent on both sides; another one on the losing side alone.
    let here = key.pay(&coin, &Key::new(2).script(), 500);
    let there = key.pay(&coin, &Key::new(3).script(), 600);
    let only = key.pay(&second, &Key::new(4).script(), 500);
    a.send(&here);
    a.send(&only);
    a.sandbox.mine(2).unwrap();
    b.send(&there);
    b.sandbox.mine_to(key.script(), 3).unwrap();
    assert_ne!(a.sandbox.tip().hash, b.sandbox.tip().hash);

    b.rpc("addnode", json!([address, "add"]));
    eventually("one chain", || a.sandbox.tip() == b.sandbox.tip());
    assert_eq!(a.sandbox.tip().height, 115);
    let confirmed = |world: &World, tx: &bitcoin::Transaction| {
        world.rpc("getrawtransaction", json!([tx.compute_txid(), 1]))["confirmations"].clone()
    };
    assert_eq!(confirmed(&a, &there), 3);
    assert_eq!(confirmed(&a, &here), 0, "its coin is spent");
    let waits = only.compute_txid();
    for world in [&a, &b] {
        eventually("what the loser confirmed waits on both sides", || {
            world.sandbox.mempool_txids() == [waits]
        });
    }
    let tips = a.rpc("getchaintips", json!([]));
    assert_eq!(tips[1]["status"], "valid-fork");
}

#[test]
fn three_in_a_row_pass_things_on() {
    let (a, b) = pair();
    let c = World::with(SandboxConfig {
        faucet: false,
        peers: vec![b.sandbox.url()],
        ..Default::default()
    });
    eventually("c has a's chain by b", || {
        c.sandbox.tip() == a.sandbox.tip()
    });
    c.sandbox.mine_to(Key::new(9).script(), 1).unwrap();
    eventually("a has c's block by b", || {
        c.sandbox.tip() == a.sandbox.tip()
    });
    let paid = a
        .sandbox
        .faucet(Key::new(1).script(), Amount::from_sat(9_000))
        .unwrap();
    eventually("c has a's payment", || {
        c.api(&format!("/tx/{}", paid.txid)).status == 200
    });
}

#[test]
fn a_chain_that_is_refused_is_not_taken_and_does_not_end_the_link() {
    let (a, b) = pair();
    let hash = a.sandbox.mine(1).unwrap()[0];
    eventually("b has the block", || a.sandbox.tip() == b.sandbox.tip());
    b.rpc("invalidateblock", json!([hash]));
    assert_eq!(b.sandbox.tip().height, 110);
    a.sandbox.mine(1).unwrap();
    let key = Key::new(1);
    b.sandbox.mine_to(key.script(), 5).unwrap();
    eventually("a follows b's longer branch", || {
        a.sandbox.tip() == b.sandbox.tip()
    });
    assert_eq!(a.sandbox.tip().height, 115);
}

#[test]
fn a_network_that_is_off_keeps_everybody_out() {
    let (a, b) = pair();
    assert_eq!(a.rpc("setnetworkactive", json!([false])), false);
    let before = b.sandbox.tip();
    eventually("b sees that a is gone", || {
        b.rpc("getconnectioncount", json!([])) == 0
    });
    a.sandbox.mine(1).unwrap();
    let there = a.rpc("getnetworkinfo", json!([]));
    assert_eq!(there["networkactive"], false);
    assert_eq!(b.sandbox.tip(), before);
    let nodes = b.rpc("getaddednodeinfo", json!([]));
    assert_eq!(nodes[0]["connected"], false);
    a.rpc("setnetworkactive", json!([true]));
    eventually("b comes back by itself", || {
        b.sandbox.tip() == a.sandbox.tip()
    });
}

#[test]
fn links_are_made_and_cut_with_cores_codes() {
    let world = World::new();
    let code = |method: &str, params| world.try_rpc(method, params).unwrap_err().0;
    let nobody = "127.0.0.1:9";
    world.rpc("addnode", json!([nobody, "add"]));
    assert_eq!(code("addnode", json!([nobody, "add"])), -23);
    assert_eq!(
        world.rpc("getpeerinfo", json!([])),
        json!([]),
        "nobody is there"
    );
    assert_eq!(
        world.rpc("getaddednodeinfo", json!([]))[0]["addednode"],
        nobody
    );
    world.rpc("addnode", json!([nobody, "remove"]));
    assert_eq!(code("addnode", json!([nobody, "remove"])), -24);
    assert_eq!(code("addnode", json!(["https://a:1", "add"])), -8);
    assert_eq!(code("addnode", json!([nobody, "forget"])), -1);
    assert_eq!(code("disconnectnode", json!([nobody])), -29);
    assert_eq!(code("disconnectnode", json!([nobody, 1])), -32602);
    let error = world.sandbox.connect("nowhere").unwrap_err();
    assert_eq!(error, PeerError::Address("nowhere".to_owned()));
}
