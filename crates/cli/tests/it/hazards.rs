//! Two homes, one wallet, one chain: what each keeps for itself, and what is told when both want the same.

use serde_json::Value;

use crate::bundle::pair;
use crate::support::{ELSEWHERE, Home, chain, path_text, text};

/// A home with keys and one that watches the same wallet, both in step.
pub fn desk_and_phone(chain: &satchel_sandbox::Sandbox) -> (Home, Home) {
    let (desk, phone) = (Home::with_wallet(chain), Home::new(chain));
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (added, joined) = pair(&desk, &phone, |right| right);
    assert!(added.status.success() && joined.status.success());
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
    phone.ok(&["--yes", "device", "take", "Main"]);
    meet(&desk, &phone);
    (desk, phone)
}

pub fn meet(desk: &Home, phone: &Home) {
    for home in [phone, desk, phone, desk] {
        let round = &home.ok(&["bundle", "sync"])["rounds"][0];
        assert!(round["stopped"].is_null(), "{round}");
    }
}

fn first<'a>(page: &'a Value, list: &str) -> &'a Value {
    &page[list][0]
}

#[test]
fn coins_that_another_device_keeps_are_named_and_left_alone() {
    let chain = chain();
    let (desk, phone) = desk_and_phone(&chain);
    desk.receive(&chain, 50_000);
    phone.ok(&["sync"]);
    let pay = ["--to", ELSEWHERE, "--amount", "10000", "--fee-rate", "2"];
    let draft = phone.ok(&[&["draft", "create"], &pay[..]].concat());
    assert!(draft["prepared_on"].is_null());
    meet(&desk, &phone);

    let coins = desk.ok(&["coins"]);
    let coin = first(&coins, "coins");
    assert_eq!(coin["reserved_by"], "Phone");
    assert_eq!(coin["spendable"], false);
    let send = [&["--yes", "send"], &pay[..]].concat();
    assert_eq!(desk.fails(&send), (6, "not_enough".to_owned()));
    let this = [&send[..], &["--coin", text(&coin["outpoint"])]].concat();
    assert_eq!(desk.fails(&this), (6, "payment_conflict".to_owned()));

    // The phone only watches: what it prepared is sent by the desk.
    let sent = ["--yes", "send", "--draft", text(&draft["id"])];
    assert_eq!(phone.fails(&sent), (6, "watch_only".to_owned()));
    let drafts = desk.ok(&["draft", "list"]);
    assert_eq!(drafts[0]["prepared_on"], "Phone");
    assert_eq!(drafts[0]["recipients"], draft["recipients"]);
    let sent = desk.ok(&["--yes", "send", "--draft", text(&drafts[0]["id"])]);
    assert_eq!(sent["not_asked"], serde_json::json!([]));
    meet(&desk, &phone);
    phone.ok(&["sync"]);
    assert_eq!(phone.row(text(&sent["txid"]))["status"], "pending");
    assert_eq!(phone.ok(&["draft", "list"]), serde_json::json!([]));
    let told = desk.ok(&["notices"]);
    assert_eq!(
        told["notices"].as_array().map(Vec::len),
        Some(1),
        "nothing went wrong: {told}"
    );
    let added = first(&told, "notices");
    assert_eq!(added["kind"], "device_added");
    assert_eq!(
        added["text"],
        "Phone was added to your devices by this device."
    );
    assert!(added["wallet_id"].is_null());
    desk.ok(&["notices", "dismiss", text(&added["id"])]);
    assert_eq!(desk.ok(&["notices"])["notices"], serde_json::json!([]));
    assert_eq!(
        phone.ok(&["notices", "--all"])["notices"],
        serde_json::json!([]),
        "who joins knows who is there"
    );
    let none = "00000000000000000000000000000000";
    assert_eq!(
        desk.fails(&["notices", "dismiss", none]),
        (5, "unknown_notice".to_owned())
    );
    assert_eq!(
        desk.fails(&["notices", "dismiss", "x"]),
        (2, "bad_input".to_owned())
    );
}

#[test]
fn who_had_a_part_in_what_was_replaced_is_not_alarmed() {
    let chain = chain();
    let (desk, phone) = desk_and_phone(&chain);
    desk.receive(&chain, 50_000);
    phone.ok(&["sync"]);
    let pay = ["--to", ELSEWHERE, "--amount", "10000", "--fee-rate", "2"];
    let draft = phone.ok(&[&["draft", "create"], &pay[..]].concat());
    meet(&desk, &phone);
    let drafts = desk.ok(&["draft", "list"]);
    desk.ok(&["--yes", "sign", "--draft", text(&drafts[0]["id"])]);
    meet(&desk, &phone);
    // Signed on the desk, sent by the phone, and there taken back by the desk.
    let sent = phone.ok(&["--yes", "send", "--draft", text(&draft["id"])]);
    meet(&desk, &phone);
    desk.ok(&["sync"]);
    let cancelled = desk.ok(&["--yes", "cancel", text(&sent["txid"])]);
    meet(&desk, &phone);
    phone.ok(&["sync"]);
    let row = phone.row(text(&sent["txid"]));
    assert_eq!(row["status"], "replaced");
    assert_eq!(row["replaced_by"], cancelled["txid"]);
    // Both worked on the first one, so that neither is surprised.
    assert_eq!(phone.ok(&["notices"])["notices"], serde_json::json!([]));
    let all = phone.ok(&["notices", "--all"]);
    let notice = first(&all, "notices");
    assert_eq!(notice["kind"], "payment_replaced");
    assert_eq!(notice["txid"], sent["txid"]);
    assert!(!notice["dismissed_at"].is_null());
}

#[test]
fn addresses_that_two_homes_show_apart_are_all_different() {
    let chain = chain();
    let (desk, phone) = desk_and_phone(&chain);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..4 {
        for home in [&desk, &phone] {
            let row = home.ok(&["address", "new"]);
            assert_eq!(row["maybe_on"], serde_json::json!([]), "{row}");
            assert!(seen.insert(text(&row["address"]).to_owned()), "twice");
        }
    }
}

#[test]
fn what_two_homes_wrote_apart_is_listed_with_both_values() {
    let chain = chain();
    let (desk, phone) = desk_and_phone(&chain);
    let address = desk.address();
    meet(&desk, &phone);
    desk.ok(&["label", "address", &address, "rent"]);
    phone.ok(&["label", "address", &address, "bakery"]);
    assert_eq!(
        desk.ok(&["device", "list"])["conflicting"],
        serde_json::json!([])
    );
    meet(&desk, &phone);
    let listed = desk.ok(&["device", "list"]);
    assert_eq!(listed["conflicts"], 1);
    let conflict = first(&listed, "conflicting");
    assert_eq!(conflict["on"]["target"], address);
    let mut both = [&conflict["shown"], &conflict["beside"][0]].map(|value| text(&value["text"]));
    both.sort_unstable();
    assert_eq!(both, ["bakery", "rent"]);
    let mut plain = desk.command(&[]);
    plain.args(["device", "list"]);
    let program = plain.get_program().to_owned();
    let mut people = std::process::Command::new(program);
    people
        .arg("--home")
        .arg(desk.path())
        .args(["device", "list"]);
    people.env_clear();
    for (name, value) in plain.get_envs() {
        people.env(name, value.expect("set"));
    }
    let said = people.output().expect("the binary starts");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.contains("\"rent\" by Desk") && said.contains("\"bakery\" by Phone"),
        "{said}"
    );
    // Two values of one second are never told to be one after the other.
    let at = |value: &Value| value["at"].as_u64().expect("a moment");
    let (because, words) = if at(&conflict["shown"]) == at(&conflict["beside"][0]) {
        ("same_second", "another is of the same second")
    } else {
        ("later", "the later one by its clock")
    };
    assert_eq!(conflict["because"], because);
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_place_takes_another_password_without_being_removed() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.ok(&["device", "start", "--name", "Desk"]);
    let (folder, wrong, right) = (
        home.scratch("meeting"),
        home.scratch("wrong"),
        home.scratch("right"),
    );
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(&wrong, "not this one\n").expect("a file");
    let served = satchel_test_servers::rust_s3();
    std::fs::write(&right, satchel_test_servers::PASSWORD).expect("a file");
    let url = served.server.url.as_str();
    let place = ["--yes", "bundle", "place", "add"];
    let bucket = ["--bucket", satchel_test_servers::BUCKET, "--user"];
    let login = [satchel_test_servers::USER, "--password-file"];
    let s3 = [&place[..], &["s3", url], &bucket, &login].concat();
    home.ok(&[&s3[..], &[path_text(&right)]].concat());
    let id = home.ok(&["bundle", "place", "list"])["places"][0]["id"].clone();
    let change = |file: &std::path::Path| {
        home.ok(&[
            "bundle",
            "place",
            "password",
            text(&id),
            "--password-file",
            path_text(file),
        ])
    };
    assert_eq!(change(&wrong)["id"], id);
    let refused = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(refused["stopped"]["code"], "place_denied", "{refused}");
    change(&right);
    let round = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(round["in_step"], true, "{round}");
    home.ok(&[&place[..], &["folder", path_text(&folder)]].concat());
    let nobody = [
        "bundle",
        "place",
        "password",
        path_text(&folder),
        "--password-file",
    ];
    let fails = home.fails(&[&nobody[..], &[path_text(&right)]].concat());
    assert_eq!(fails.0, 2, "{fails:?}");
}
