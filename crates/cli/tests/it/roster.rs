//! What `device list` says of other devices by what they wrote.

use satchel_sandbox::Sandbox;
use serde_json::Value;

use crate::bundle::pair;
use crate::support::{Home, chain, copy_of, path_text, text};

const PAID: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// A desk and a phone that watches its wallet, and where they meet.
fn desk_and_phone(chain: &Sandbox) -> [Home; 2] {
    let (desk, phone) = (Home::with_wallet(chain), Home::new(chain));
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (_, joined) = pair(&desk, &phone, |right| right);
    assert!(joined.status.success());
    let folder = desk.scratch("meeting");
    std::fs::create_dir(&folder).expect("a folder");
    for home in [&desk, &phone] {
        let add = ["--yes", "bundle", "place", "add", "folder"];
        home.ok(&[&add[..], &[path_text(&folder)]].concat());
        meet(home);
    }
    phone.ok(&["--yes", "device", "take", "Main"]);
    for home in [&phone, &desk, &phone, &desk] {
        meet(home);
    }
    [desk, phone]
}

fn meet(home: &Home) {
    let round = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(round["in_step"], true, "{round}");
}

fn label(home: &Home, label: &str) {
    home.ok(&["label", "address", PAID, label]);
}

/// What a home says of the device of that name.
fn said_of(home: &Home, name: &str) -> Value {
    let devices = home.ok(&["device", "list"])["devices"].clone();
    let devices = devices.as_array().expect("a list");
    let is_it = |device: &&Value| device["name"] == name;
    devices.iter().find(is_it).expect("it is listed").clone()
}

#[test]
fn another_device_that_was_copied_is_told_until_it_has_heard_of_both() {
    let chain = chain();
    let [desk, phone] = desk_and_phone(&chain);
    let copy = Home::new(&chain);
    copy_of(&phone.path(), &copy.path());
    label(&phone, "by the phone");
    meet(&phone);
    meet(&desk);
    assert_eq!(said_of(&desk, "Phone")["as_two"], false);
    // The copy has not met anybody: the desk hears of what it wrote by a file.
    label(&copy, "by the copy");
    let files = desk.scratch("files");
    std::fs::create_dir(&files).expect("a folder");
    let made = copy.ok(&["--yes", "backup", "--to", path_text(&files)]);
    desk.ok(&["--yes", "import", text(&made["path"])]);
    assert_eq!(said_of(&desk, "Phone")["as_two"], true);
    assert_eq!(said_of(&desk, "Desk")["as_two"], false);
    let people = desk.said(&["device", "list"]);
    assert_eq!(people.matches("It goes on as two").count(), 1, "{people}");
    // Of itself it is told otherwise.
    assert_eq!(copy.ok(&["bundle", "sync"])["rounds"][0]["copied"], true);
    assert_eq!(said_of(&copy, "Phone")["as_two"], false);
    label(&copy, "knows of both");
    meet(&copy);
    assert_eq!(
        said_of(&desk, "Phone")["as_two"],
        true,
        "it is not there yet"
    );
    meet(&desk);
    assert_eq!(said_of(&desk, "Phone")["as_two"], false);
}

#[test]
fn a_device_that_has_everything_of_this_one_is_said_so_once_it_spoke_of_it() {
    let chain = chain();
    let [desk, phone] = desk_and_phone(&chain);
    label(&phone, "by the phone");
    meet(&phone);
    meet(&desk);
    label(&desk, "by the desk");
    assert_eq!(said_of(&desk, "Phone")["heard"], false);
    assert_eq!(said_of(&desk, "Desk")["heard"], Value::Null);
    meet(&desk);
    meet(&phone);
    assert_eq!(
        said_of(&desk, "Phone")["heard"],
        false,
        "it is not known yet"
    );
    label(&phone, "knows of the desk's");
    meet(&phone);
    meet(&desk);
    assert_eq!(said_of(&desk, "Phone")["heard"], true);
    let people = desk.said(&["device", "list"]);
    assert_eq!(
        people.matches("has everything of this device").count(),
        1,
        "{people}"
    );
}

#[test]
fn sync_also_goes_a_round_with_each_place_and_one_that_is_away_fails_nothing() {
    let chain = chain();
    let [desk, phone] = desk_and_phone(&chain);
    let alone = Home::with_wallet(&chain);
    assert_eq!(alone.ok(&["sync"])["rounds"], Value::Null);
    label(&desk, "by the desk");
    let away = desk.scratch("away");
    std::fs::create_dir(&away).expect("a folder");
    let add = ["--yes", "bundle", "place", "add", "folder"];
    desk.ok(&[&add[..], &[path_text(&away)]].concat());
    meet(&desk);
    std::fs::remove_dir_all(&away).expect("it was there");

    let only = desk.ok(&["sync", "--no-places"]);
    assert_eq!(only["rounds"], Value::Null);
    label(&desk, "told by the sync");
    let synced = desk.ok(&["sync"]);
    assert!(synced["freshness"]["height"].is_u64(), "{synced}");
    let rounds = synced["rounds"].as_array().expect("rounds");
    assert_eq!(rounds.len(), 2);
    assert_eq!(rounds[0]["in_step"], true);
    assert_eq!(rounds[1]["in_step"], false);
    assert_eq!(rounds[1]["stopped"]["code"], "place_unreachable");
    let people = desk.said(&["sync"]);
    assert!(
        people.contains("transactions changed") && people.contains("Stopped"),
        "{people}"
    );

    phone.ok(&["sync", "--no-places"]);
    let told = |home: &Home| home.ok(&["bundle", "digest"])["state"].clone();
    assert_ne!(told(&phone), told(&desk));
    phone.ok(&["sync"]);
    assert_eq!(told(&phone), told(&desk));
}
