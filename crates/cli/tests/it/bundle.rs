//! Sharing from the command line: beginning, places, rounds, and each way in which that fails.

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
