//! What was acknowledged survives a kill at any moment.

use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

use crate::support::{ELSEWHERE, Home, chain};

/// Runs a command and kills it after a while; says whether it ended well before.
fn killed(home: &Home, args: &[&str], after: Duration) -> bool {
    let mut child = home
        .command(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    // The moment of the kill is the point of this test; nothing waits for it to be reached.
    std::thread::sleep(after);
    let _ = child.kill();
    let mut out = String::new();
    let _ = child.stdout.take().expect("piped").read_to_string(&mut out);
    child.wait().expect("it ended").success()
}

#[test]
fn a_killed_payment_is_made_once_or_not_at_all() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    for _ in 0..8 {
        home.receive(&chain, 100_000);
    }
    let mut acknowledged = 0;
    for i in 0..8_u64 {
        let args = [
            "send",
            "--to",
            ELSEWHERE,
            "--amount",
            "20000",
            "--fee-rate",
            "2",
            "--yes",
        ];
        acknowledged += u64::from(killed(&home, &args, Duration::from_millis(120 + 70 * i)));
        home.ok(&["sync"]);
    }
    // Whatever was signed and not sent is sent now, as it was signed.
    for draft in home.ok(&["draft", "list"]).as_array().unwrap() {
        if draft["state"] == "signed" {
            home.ok(&["send", "--draft", draft["id"].as_str().unwrap()]);
        }
    }
    chain.mine(1).expect("a block");
    home.ok(&["sync"]);
    let rows = home.ok(&["history"])["transactions"]
        .as_array()
        .unwrap()
        .clone();
    let sent = rows
        .iter()
        .filter(|row| row["direction"] == "outgoing")
        .count() as u64;
    assert!(
        (acknowledged..=8).contains(&sent),
        "{acknowledged} acknowledged, {sent} sent"
    );
    let spent: u64 = rows
        .iter()
        .filter(|row| row["direction"] == "outgoing")
        .map(|row| row["amount"].as_u64().unwrap() + row["fee"].as_u64().unwrap())
        .sum();
    assert_eq!(
        home.sats("confirmed"),
        800_000 - spent,
        "books and chain agree"
    );
}

#[test]
fn a_killed_creation_leaves_a_wallet_or_none() {
    let chain = chain();
    for i in 0..8_u64 {
        let home = Home::new(&chain);
        let args = ["wallet", "create", "--name", "Main", "--network", "regtest"];
        let done = killed(&home, &args, Duration::from_millis(40 + 60 * i));
        if done {
            assert_eq!(home.ok(&["wallet", "info"])["name"], "Main");
        } else {
            // A second try works, whatever the first one left behind.
            home.run(&args);
            assert_eq!(home.ok(&["wallet", "list"])[0]["name"], "Main");
        }
    }
}
