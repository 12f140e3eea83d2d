//! Two homes, one wallet, one chain: what each keeps for itself, and what is told when both want the same.

use serde_json::Value;

use crate::bundle::pair;
use crate::support::{ELSEWHERE, Home, chain, path_text, text};

/// A home with keys and one that watches the same wallet, both in step.
fn desk_and_phone(chain: &satchel_sandbox::Sandbox) -> (Home, Home) {
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

fn meet(desk: &Home, phone: &Home) {
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
    assert_eq!(
        desk.ok(&["notices"])["notices"],
        serde_json::json!([]),
        "nothing went wrong"
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
