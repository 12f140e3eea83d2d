//! Sharing from the command line: beginning, places, rounds, and each way in which that fails.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Output, Stdio};

use serde_json::Value;

use crate::support::{Home, chain, path_text};

#[test]
fn a_device_begins_to_share_and_leaves_what_it_has_at_a_place() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let folder = home.scratch("meeting");
    assert_eq!(
        home.fails(&["bundle", "sync"]),
        (2, "not_sharing".to_owned())
    );
    let add = [
        "--yes",
        "bundle",
        "place",
        "add",
        "folder",
        path_text(&folder),
    ];
    assert_eq!(home.fails(&add), (2, "not_sharing".to_owned()));

    let circle = home.ok(&["device", "start", "--name", "Desk"]);
    assert_eq!(circle["owner"], true);
    assert_eq!(circle["devices"][0]["name"], "Desk");
    assert_eq!(circle["devices"][0]["this"], true);
    assert_eq!(
        home.fails(&["device", "start", "--name", "Again"]),
        (2, "sharing_already".to_owned())
    );

    // A folder that is not there is not made: it may be a stick that is not plugged in.
    assert_eq!(home.fails(&add), (7, "place_unreachable".to_owned()));
    std::fs::create_dir(&folder).expect("a folder");
    let without_consent = &add[1..];
    assert_eq!(home.fails(without_consent), (4, "no_confirm".to_owned()));
    let place = home.ok(&add);
    assert_eq!(place["kind"], "folder");
    assert_eq!(home.fails(&add), (9, "place_taken".to_owned()));

    let first = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(first["in_step"], true);
    assert!(
        first["confirmed"].as_u64() >= Some(2),
        "keys and changes: {first}"
    );
    home.ok(&[
        "label",
        "address",
        "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        "rent",
    ]);
    let second = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(
        second["confirmed"].as_u64(),
        first["confirmed"].as_u64().map(|before| before + 1)
    );
    let again = &home.ok(&["bundle", "sync", "--place", path_text(&folder)])["rounds"][0];
    assert_eq!(again["confirmed"], second["confirmed"]);
    assert!(again["stopped"].is_null());

    // A place that vanished is not an empty one.
    let elsewhere = home.scratch("elsewhere");
    std::fs::rename(&folder, &elsewhere).expect("a folder");
    let gone = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(gone["stopped"]["code"], "place_unreachable");
    assert_eq!(gone["in_step"], false);
    assert_eq!(gone["unknown"], second["confirmed"], "not known, not lost");
    std::fs::create_dir(&folder).expect("an empty folder in its place");
    let empty = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(empty["stopped"]["code"], "place_unreachable");
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);

    assert_eq!(
        home.fails(&["bundle", "place", "remove", "nowhere"]),
        (5, "unknown_place".to_owned())
    );
    home.ok(&["bundle", "place", "remove", path_text(&folder)]);
    assert_eq!(
        home.ok(&["bundle", "place", "list"])["places"],
        serde_json::json!([])
    );
}

#[test]
fn what_lies_at_a_place_says_nothing() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let folder = home.scratch("meeting");
    std::fs::create_dir(&folder).expect("a folder");
    home.ok(&["device", "start", "--name", "Kitchen laptop"]);
    let address = home.ok(&["address", "new"])["address"].clone();
    let address = address.as_str().expect("an address");
    home.ok(&["label", "address", address, "salary of the baker"]);
    home.ok(&[
        "--yes",
        "bundle",
        "place",
        "add",
        "folder",
        path_text(&folder),
    ]);
    home.ok(&["bundle", "sync"]);
    let mut looked_at = 0;
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            looked_at += 1;
            let bytes = std::fs::read(entry.path()).expect("a file");
            for word in ["salary", "baker", "Kitchen", address, "Main", "tr(", "tpub"] {
                let found = bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes());
                assert!(!found, "{word} in {}", entry.path().display());
            }
        }
    }
    assert!(looked_at >= 3, "a marker, keys and changes");
}

/// Lets `guest` join by the code that `host` shows; `digits` may spoil what is typed on the host.
pub fn pair(host: &Home, guest: &Home, digits: impl Fn(String) -> String) -> (Output, Output) {
    let add = ["--yes", "device", "add"];
    let join = ["device", "join", "--name", "Phone"];
    pair_by((host, &add), (guest, &join), digits)
}

/// The same by these two commands, without the code's file.
pub fn pair_by(
    (host, add): (&Home, &[&str]),
    (guest, join): (&Home, &[&str]),
    digits: impl Fn(String) -> String,
) -> (Output, Output) {
    let code = host.scratch("code");
    let _ = std::fs::remove_file(&code);
    let add = [add, &["--code-to", path_text(&code)]].concat();
    let mut add = host
        .command(&add)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    while !std::fs::read_to_string(&code).is_ok_and(|text| text.ends_with('\n')) {
        assert!(
            add.try_wait().expect("it runs").is_none(),
            "no code was written"
        );
        std::thread::yield_now();
    }
    let join = [join, &["--code-file", path_text(&code)]].concat();
    typed_across(add, (guest, &join), digits)
}

/// Lets `guest` join, and types on the host, which waits for it, what the guest shows.
pub fn typed_across(
    mut add: Child,
    (guest, join): (&Home, &[&str]),
    digits: impl Fn(String) -> String,
) -> (Output, Output) {
    let mut join = guest
        .command(join)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut said = BufReader::new(join.stderr.take().expect("piped"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    let shown = line
        .rsplit(": ")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let mut typing = add.stdin.take().expect("piped");
    typing
        .write_all(format!("{}\n", digits(shown)).as_bytes())
        .expect("it reads");
    drop(typing);
    let added = add.wait_with_output().expect("it ends");
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("text");
    let mut joined = join.wait_with_output().expect("it ends");
    joined.stderr = rest.into_bytes();
    (added, joined)
}

fn json(bytes: &[u8]) -> Value {
    let text = std::str::from_utf8(bytes).expect("text");
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(text.lines().last().unwrap_or_default()))
        .unwrap_or_else(|_| panic!("no JSON: {text}"))
}

#[test]
fn two_devices_come_together_and_keep_one_wallet_in_step() {
    let chain = chain();
    let (desk, phone) = (Home::with_wallet(&chain), Home::new(&chain));
    desk.ok(&["device", "start", "--name", "Desk"]);
    desk.ok(&[
        "label",
        "address",
        "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        "rent",
    ]);

    // Wrong digits: one try, nothing was added on either side.
    let (added, joined) = pair(&desk, &phone, |right| {
        let last = right
            .chars()
            .last()
            .and_then(|c| c.to_digit(10))
            .expect("a digit");
        format!("{}{}", &right[..right.len() - 1], (last + 1) % 10)
    });
    assert_eq!(added.status.code(), Some(4));
    assert_eq!(json(&added.stderr)["code"], "pairing_failed");
    assert_eq!(json(&joined.stderr)["code"], "pairing_failed");
    assert_eq!(
        desk.ok(&["device", "list"])["devices"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert!(phone.ok(&["device", "list"])["id"].is_null());

    let (added, joined) = pair(&desk, &phone, |right| right);
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    assert!(
        joined.status.success(),
        "{}",
        String::from_utf8_lossy(&joined.stderr)
    );
    assert_eq!(
        json(&added.stdout)["devices"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(json(&joined.stdout)["owner"], false);

    // By name on both, before they met anywhere.
    let names = |home: &Home| {
        let circle = home.ok(&["device", "list"]);
        let devices = circle["devices"].as_array().expect("a list");
        let names = devices.iter().map(|device| device["name"].clone());
        names.collect::<Vec<_>>()
    };
    for home in [&desk, &phone] {
        assert_eq!(names(home), ["Desk", "Phone"]);
    }

    let folder = desk.scratch("meeting");
    std::fs::create_dir(&folder).expect("a folder");
    let place = [
        "--yes",
        "bundle",
        "place",
        "add",
        "folder",
        path_text(&folder),
    ];
    desk.ok(&place);
    desk.ok(&["bundle", "sync"]);
    phone.ok(&place);
    phone.ok(&["bundle", "sync"]);
    let circle = phone.ok(&["device", "list"]);
    assert_eq!(names(&phone), ["Desk", "Phone"]);
    assert_eq!(circle["offered"][0]["name"], "Main");
    let taken = phone.ok(&["--yes", "device", "take", "Main"]);
    assert_eq!(taken["has_seed"], false);

    // Each goes on alone: addresses, labels, and coins that the chain tells both of.
    let handed_out = desk.ok(&["address", "new"])["address"].clone();
    let handed_out = handed_out.as_str().expect("an address");
    desk.ok(&["label", "address", handed_out, "salary"]);
    phone.ok(&["label", "address", handed_out, "wages"]);
    for home in [&desk, &phone, &desk] {
        let round = &home.ok(&["bundle", "sync"])["rounds"][0];
        assert_eq!(round["in_step"], true, "{round}");
    }
    let label = |home: &Home| {
        let page = home.ok(&["address", "list"]);
        let rows = page["addresses"].as_array().expect("a list").clone();
        let row = rows.into_iter().find(|row| row["address"] == handed_out);
        row.map(|row| row["label"].clone())
    };
    assert_eq!(label(&desk), label(&phone));
    assert!(
        label(&desk).is_some_and(|label| !label.is_null()),
        "the address is on both"
    );
    assert_eq!(desk.ok(&["device", "list"])["conflicts"], 1);
    let fresh = phone.ok(&["address", "new"])["address"].clone();
    assert_ne!(
        fresh.as_str(),
        Some(handed_out),
        "never the same address twice"
    );

    desk.ok(&["--yes", "device", "remove", "Phone"]);
    desk.ok(&["label", "address", handed_out, "after"]);
    desk.ok(&["bundle", "sync"]);
    phone.ok(&["bundle", "sync"]);
    assert_ne!(
        label(&phone),
        label(&desk),
        "who was removed hears nothing more"
    );
}

/// What both homes can be compared by: all that is shared, as each of them shows it.
#[cfg(target_os = "linux")]
fn shown(home: &Home) -> Value {
    let addresses = home.ok(&["address", "list"])["addresses"].clone();
    let rows: Vec<_> = addresses
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| serde_json::json!([row["address"], row["label"]]))
        .collect();
    let coins = home.ok(&["coins"])["coins"].clone();
    let coins: Vec<_> = coins
        .as_array()
        .expect("a list")
        .iter()
        .map(|coin| serde_json::json!([coin["outpoint"], coin["locked"], coin["label"]]))
        .collect();
    let names = home.ok(&["wallet", "list"]);
    serde_json::json!([rows, coins, names[0]["name"]])
}

/// A folder, two WebDAV servers and an S3-compatible one, in turn: both go on alone, then meet there.
#[test]
#[cfg(target_os = "linux")] // Apache is where Debian puts it.
fn two_homes_end_alike_over_each_road() {
    use satchel_test_servers::{BUCKET, PASSWORD, USER, apache, rust_dav, rust_s3};

    let chain = chain();
    let (desk, phone) = (Home::with_wallet(&chain), Home::new(&chain));
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (_, joined) = pair(&desk, &phone, |right| right);
    assert!(joined.status.success());
    let secret = desk.scratch("password");
    std::fs::write(&secret, format!("{PASSWORD}\n")).expect("a file");
    let folder = desk.scratch("meeting");
    std::fs::create_dir(&folder).expect("a folder");
    let (apache, dav, s3) = (apache(), rust_dav(), rust_s3());
    let login = ["--user", USER, "--password-file", path_text(&secret)];
    let roads: [Vec<&str>; 4] = [
        vec!["folder", path_text(&folder)],
        [&["webdav", apache.server.url.as_str()][..], &login].concat(),
        vec!["webdav", dav.server.url.as_str()],
        [
            &["s3", s3.server.url.as_str(), "--bucket", BUCKET][..],
            &login,
        ]
        .concat(),
    ];
    for (n, road) in roads.iter().enumerate() {
        let add = [&["--yes", "bundle", "place", "add"][..], road].concat();
        let place = desk.ok(&add)["id"].as_str().expect("an id").to_owned();
        phone.ok(&add);
        let meet = |home: &Home| {
            let round = &home.ok(&["bundle", "sync"])["rounds"][0];
            assert_eq!(round["in_step"], true, "{road:?}: {round}");
        };
        meet(&desk);
        meet(&phone);
        if n == 0 {
            phone.ok(&["--yes", "device", "take", "Main"]);
        }
        // Alone: an address and a label on each, a coin that one of them locks, a name.
        desk.receive(&chain, 100_000 + n as u64);
        let theirs = phone.ok(&["address", "new"])["address"].clone();
        phone.ok(&[
            "label",
            "address",
            theirs.as_str().expect("text"),
            &format!("phone {n}"),
        ]);
        let coins = desk.ok(&["coins"])["coins"].clone();
        let free = coins
            .as_array()
            .expect("a list")
            .iter()
            .find(|coin| coin["locked"] == false);
        let free = free.expect("the one just paid")["outpoint"]
            .as_str()
            .expect("text")
            .to_owned();
        desk.ok(&["coins", "lock", &free]);
        desk.ok(&["label", "output", &free, &format!("kept {n}")]);
        meet(&phone);
        meet(&desk);
        meet(&phone);
        for home in [&desk, &phone] {
            home.ok(&["sync"]);
        }
        assert_eq!(shown(&desk), shown(&phone), "{road:?}");
        let locked = phone.ok(&["coins"])["coins"].clone();
        let locked = locked.as_array().expect("a list");
        assert_eq!(locked.len(), n + 1);
        assert!(locked.iter().all(|coin| coin["locked"] == true));
        desk.ok(&["bundle", "place", "remove", &place]);
        let id = phone.ok(&["bundle", "place", "list"])["places"][0]["id"].clone();
        phone.ok(&["bundle", "place", "remove", id.as_str().expect("an id")]);
    }
}
