//! Keys on a second device, by two programs; and what is done when it is lost.

use serde_json::Value;

use crate::bundle::{pair, pair_by};
use crate::support::{ELSEWHERE, Home, chain, path_text, regtest, text};

const GIVE: [&str; 4] = ["--yes", "device", "add", "--give-keys"];
const JOIN: [&str; 5] = ["--yes", "device", "join", "--name", "Phone"];

/// What the list says of the keys of the phone.
fn held(home: &Home) -> (Value, Value) {
    let list = home.ok(&["device", "list"]);
    let is_phone = |device: &&Value| device["name"] == "Phone";
    let phone = list["devices"]
        .as_array()
        .and_then(|devices| devices.iter().find(is_phone))
        .unwrap_or_else(|| panic!("no phone: {list}"));
    (phone["seeds"].clone(), phone["holds"].clone())
}

fn nothing() -> (Value, Value) {
    (Value::from(false), Value::from(Vec::<String>::new()))
}

fn of_main() -> (Value, Value) {
    (Value::from(true), Value::from(vec!["Main"]))
}

/// Two homes that meet in a folder.
fn meet(desk: &Home, phone: &Home) {
    let folder = desk.scratch("meeting");
    if !folder.exists() {
        std::fs::create_dir(&folder).expect("a folder");
        let place = ["--yes", "bundle", "place", "add", "folder"];
        for home in [desk, phone] {
            home.ok(&[&place[..], &[path_text(&folder)]].concat());
        }
    }
    for home in [desk, phone, desk] {
        let round = &home.ok(&["bundle", "sync"])["rounds"][0];
        assert!(round["stopped"].is_null(), "{round}");
    }
}

#[test]
fn a_device_that_gets_the_keys_spends_and_shuts_the_first_one_out() {
    let chain = chain();
    let (desk, phone) = (Home::with_wallet(&chain), Home::new(&chain));
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (added, joined) = pair_by((&desk, &GIVE), (&phone, &JOIN), |right| right);
    let said = String::from_utf8_lossy(&joined.stderr).into_owned();
    assert!(added.status.success() && joined.status.success(), "{said}");
    assert_eq!(held(&desk), of_main());
    assert_eq!(held(&phone), of_main());
    assert_eq!(phone.ok(&["wallet", "list"])[0]["has_seed"], true);
    phone.receive(&chain, 50_000);
    let pay = [
        "--yes",
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "10000",
        "--fee-rate",
        "2",
    ];
    phone.ok(&pay);
    meet(&desk, &phone);
    // Nothing that lies at the place is of the class of seeds.
    let mut folders = vec![desk.scratch("meeting")];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).expect("a file");
            if bytes.starts_with(b"SAT1") && bytes[4] != 3 {
                looked_at += 1;
                assert_eq!(bytes[28], 0, "an object of seeds");
            }
        }
    }
    assert!(looked_at >= 2);
    phone.ok(&["--yes", "device", "remove", "Desk"]);
    assert_eq!(phone.ok(&["device", "list"])["owner"], true);
}

#[test]
fn a_device_that_watched_takes_the_keys_later_and_each_side_has_to_agree() {
    let chain = chain();
    let (desk, phone) = (Home::with_wallet(&chain), Home::new(&chain));
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (added, joined) = pair(&desk, &phone, |right| right);
    assert!(added.status.success() && joined.status.success());
    assert_eq!(held(&desk), nothing());
    let give = ["--yes", "device", "give-keys"];
    let take = ["--yes", "device", "take-keys"];
    // Nobody agrees on the phone: it holds none, and the list says that it may.
    let (_, joined) = pair_by((&desk, &give), (&phone, &take[1..]), |right| right);
    assert_eq!(joined.status.code(), Some(4));
    assert_eq!(
        phone.ok(&["wallet", "list"]),
        Value::from(Vec::<Value>::new())
    );
    assert_eq!(held(&desk), of_main());
    let (given, taken) = pair_by((&desk, &give), (&phone, &take), |right| right);
    assert!(given.status.success() && taken.status.success());
    assert_eq!(phone.ok(&["wallet", "list"])[0]["has_seed"], true);
    // Wrong digits give nothing.
    let other = Home::new(&chain);
    let wrong = |right: String| {
        if right == "000 000" {
            "1".repeat(6)
        } else {
            "0".repeat(6)
        }
    };
    let (added, joined) = pair_by((&desk, &GIVE), (&other, &JOIN), wrong);
    assert!(!added.status.success() && !joined.status.success());
    assert_eq!(
        other.ok(&["wallet", "list"]),
        Value::from(Vec::<Value>::new())
    );
}

/// A desk with coins whose phone held the keys and was removed.
fn lost(chain: &satchel_sandbox::Sandbox) -> Home {
    let (desk, phone) = (Home::with_wallet(chain), Home::new(chain));
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (added, joined) = pair_by((&desk, &GIVE), (&phone, &JOIN), |right| right);
    assert!(added.status.success() && joined.status.success());
    for sats in [60_000, 40_000, 30_000, 400] {
        desk.receive(chain, sats);
    }
    chain.mine(1).expect("a block");
    desk.ok(&["sync"]);
    desk.ok(&["--yes", "device", "remove", "Phone"]);
    desk
}

fn step(home: &Home, args: &[&str]) -> Value {
    let sweep = [&["--yes", "device", "sweep"], args].concat();
    home.ok(&sweep)["sweeps"][0].clone()
}

#[test]
fn the_coins_of_a_lost_device_are_moved_step_by_step_by_programs_that_end_in_between() {
    let chain = chain();
    let desk = lost(&chain);
    let due = step(&desk, &["--status"]);
    assert_eq!(due["step"], "begin");
    assert_eq!(due["lost"], Value::from(vec!["Phone"]));
    assert_eq!(due["coins"]["count"], 4);
    let coins = desk.ok(&["coins"]);
    let locked = text(&coins["coins"][2]["outpoint"]).to_owned();
    desk.ok(&["coins", "lock", &locked]);

    let words = step(&desk, &["--fee-rate", "10"]);
    assert_eq!(
        (&words["step"], &words["to_name"]),
        (&"keep".into(), &"Main 2".into())
    );
    assert_eq!(step(&desk, &[]), words, "the wallet is made once");
    assert_eq!(
        desk.ok(&["wallet", "list"]).as_array().map(Vec::len),
        Some(2)
    );
    let folder = desk.scratch("backups");
    std::fs::create_dir(&folder).expect("a folder");
    desk.ok(&["backup", "--to", path_text(&folder), "--yes"]);

    let sweep = ["--yes", "device", "sweep", "--fee-rate", "10"];
    assert_eq!(desk.fails(&sweep), (6, "locked_coins".to_owned()));
    let asked = step(&desk, &["--status"]);
    assert_eq!(asked["locked"][0]["outpoint"], locked.as_str());
    assert_eq!(asked["step"], "draft");
    // Nobody agrees: the draft waits, and the next run sends it.
    let moving = ["device", "sweep", "--fee-rate", "10", "--locked", "move"];
    assert_eq!(desk.fails(&moving).1, "no_confirm");
    assert_eq!(step(&desk, &["--status"])["step"], "send");
    let waits = step(&desk, &[]);
    assert_eq!(waits["step"], "wait");
    assert_eq!(waits["left"]["count"], 1, "400 sat are not worth their fee");
    assert_eq!(step(&desk, &[])["step"], "wait");
    chain.mine(1).expect("a block");
    let done = desk.ok(&["--yes", "device", "sweep"]);
    assert_eq!(done["sweeps"], Value::from(Vec::<Value>::new()));

    let wallets = desk.ok(&["wallet", "list"]);
    assert_eq!(
        (&wallets[0]["name"], &wallets[0]["away"]),
        (&"Main".into(), &true.into())
    );
    assert_eq!(
        (&wallets[1]["name"], &wallets[1]["away"]),
        (&"Main 2".into(), &false.into())
    );
    desk.ok(&["wallet", "select", "Main 2"]);
    desk.ok(&["sync"]);
    assert!(desk.sats("confirmed") > 120_000, "all but the fee");
    assert_eq!(
        desk.fails(&[
            "device",
            "sweep",
            "--wallet",
            "Main 2",
            "--leave-all",
            "--yes"
        ]),
        (6, "sweep_not_due".to_owned())
    );

    // What comes in afterwards is said again.
    desk.ok(&["wallet", "select", "Main"]);
    desk.receive(&chain, 25_000);
    chain.mine(1).expect("a block");
    desk.ok(&["sync"]);
    let again = step(&desk, &["--status"]);
    assert_eq!(
        (&again["step"], &again["coins"]["amount"]),
        (&"draft".into(), &25_000.into())
    );
}

/// Keeps what a sweep needs kept before coins go to a new wallet.
fn back_up(home: &Home) {
    let folder = home.scratch("backups");
    let _ = std::fs::create_dir(&folder);
    home.ok(&["backup", "--to", path_text(&folder), "--yes"]);
}

#[test]
fn several_wallets_of_many_coins_are_moved_payment_by_payment_and_one_keeps_no_other_waiting() {
    let chain = chain();
    let (desk, phone) = (Home::with_wallet(&chain), Home::new(&chain));
    let second = ["--name", "Savings", "--network", "regtest"];
    desk.ok(&[
        &["wallet", "create", "--script-type", "segwit"],
        &second[..],
    ]
    .concat());
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (added, joined) = pair_by((&desk, &GIVE), (&phone, &JOIN), |right| right);
    assert!(added.status.success() && joined.status.success());
    let pay_in = |wallet: &str, count: usize, sats: u64| {
        let address = desk.ok(&["--wallet", wallet, "address", "new"]);
        for _ in 0..count {
            let script = regtest(text(&address["address"])).script_pubkey();
            let sats = bitcoin::Amount::from_sat(sats);
            chain.faucet(script, sats).expect("the faucet pays");
        }
    };
    // At this rate a payment of 16 coins costs the most that is ever paid.
    const RATE: &str = "9900";
    pay_in("Main", 36, 1_000_000);
    pay_in("Savings", 4, 2_000_000);
    chain.mine(1).expect("a block");
    for wallet in ["Main", "Savings"] {
        desk.ok(&["--wallet", wallet, "sync"]);
    }
    desk.ok(&["--yes", "device", "remove", "Phone"]);
    let sweeps = |args: &[&str]| {
        let list = desk.ok(&[&["--yes", "device", "sweep"], args].concat());
        list["sweeps"].as_array().expect("a list").clone()
    };
    let of = |list: &[Value], name: &str| {
        let found = list.iter().find(|sweep| sweep["name"] == name);
        found
            .cloned()
            .unwrap_or_else(|| panic!("no {name}: {list:?}"))
    };
    let begun = sweeps(&[]);
    assert_eq!((begun.len(), &begun[0]["step"]), (2, &"keep".into()));
    back_up(&desk);

    // A locked coin stops one of the wallets; the other one is moved all the same.
    let coins = desk.ok(&["--wallet", "Main", "coins"]);
    let locked = text(&coins["coins"][0]["outpoint"]).to_owned();
    desk.ok(&["--wallet", "Main", "coins", "lock", &locked]);
    let stopped = ["--yes", "device", "sweep", "--fee-rate", RATE];
    assert_eq!(desk.fails(&stopped), (6, "locked_coins".to_owned()));
    let after = sweeps(&["--status"]);
    assert_eq!(of(&after, "Main")["step"], "draft");
    let savings = of(&after, "Savings");
    assert_eq!(savings["step"], "wait");
    assert_eq!(
        savings["payments"],
        serde_json::json!({"sent": 1, "confirmed": 0, "left": 0})
    );

    // Nobody agrees to the first of three payments: it waits, and the next run goes on.
    let leave = ["device", "sweep", "--fee-rate", RATE, "--locked", "leave"];
    assert_eq!(desk.fails(&leave).1, "no_confirm");
    let waits = of(&sweeps(&["--status"]), "Main");
    assert_eq!(waits["step"], "send");
    assert_eq!(waits["payments"]["left"], 3);
    let sent = of(&sweeps(&["--fee-rate", RATE]), "Main");
    assert_eq!(sent["step"], "wait");
    assert_eq!(
        sent["payments"],
        serde_json::json!({"sent": 3, "confirmed": 0, "left": 0})
    );
    assert_eq!(
        sent["moved"],
        serde_json::json!({"count": 35, "amount": 35_000_000})
    );
    assert_eq!(sent["left"]["count"], 1, "the locked one");
    let three = chain.mine(1).expect("a block");
    assert_eq!(three.len(), 1);
    assert_eq!(sweeps(&[]), Vec::<Value>::new());
    desk.ok(&["wallet", "select", "Main 2"]);
    desk.ok(&["sync"]);
    let arrived = desk.ok(&["coins"]);
    let arrived = arrived["coins"].as_array().expect("coins").clone();
    let addresses: std::collections::BTreeSet<_> = arrived
        .iter()
        .map(|coin| text(&coin["address"]).to_owned())
        .collect();
    assert_eq!(
        (arrived.len(), addresses.len()),
        (3, 3),
        "each on an address of its own"
    );
}

#[test]
fn coins_may_stay_and_what_is_not_worth_moving_is_said() {
    let chain = chain();
    let desk = lost(&chain);
    let coins = desk.ok(&["coins"]);
    let locked = text(&coins["coins"][0]["outpoint"]).to_owned();
    desk.ok(&["coins", "lock", &locked]);
    step(&desk, &[]);
    let folder = desk.scratch("backups");
    std::fs::create_dir(&folder).expect("a folder");
    desk.ok(&["backup", "--to", path_text(&folder), "--yes"]);
    let dear = [
        "--yes",
        "device",
        "sweep",
        "--locked",
        "leave",
        "--fee-rate",
        "900",
    ];
    assert_eq!(desk.fails(&dear), (6, "not_worth_moving".to_owned()));
    let waits = step(&desk, &["--locked", "leave", "--fee-rate", "2"]);
    assert_eq!(waits["step"], "wait");
    chain.mine(1).expect("a block");
    assert_eq!(
        desk.ok(&["--yes", "device", "sweep"])["sweeps"],
        Value::from(Vec::<Value>::new())
    );
    desk.ok(&["wallet", "select", "Main"]);
    let stay = desk.ok(&["coins"]);
    let stay = stay["coins"].as_array().expect("coins");
    assert!(stay.iter().any(|coin| coin["outpoint"] == locked.as_str()));

    // Who erased the device says so, and is asked.
    let other = lost(&chain);
    let leave = ["device", "sweep", "--wallet", "Main", "--leave-all"];
    assert_eq!(other.fails(&leave).1, "no_confirm");
    let left = other.ok(&[&["--yes"], &leave[..]].concat());
    assert_eq!(left["sweeps"], Value::from(Vec::<Value>::new()));
}
