//! Keys on a second device, by two programs.

use serde_json::Value;

use crate::bundle::{pair, pair_by};
use crate::support::{ELSEWHERE, Home, chain, path_text};

const GIVE: [&str; 4] = ["--yes", "device", "add", "--give-keys"];
const JOIN: [&str; 5] = ["--yes", "device", "join", "--name", "Phone"];

/// What the list says of the keys of the second device.
fn held(home: &Home) -> (Value, Value) {
    let phone = home.ok(&["device", "list"])["devices"][1].clone();
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
