//! The circle's recovery words, and what lost devices left wherever they met, brought back into a fresh home.

use satchel_sandbox::Sandbox;
use satchel_test_servers::{BUCKET, PASSWORD, USER, apache, rust_dav, rust_s3};

use crate::proof::recovery_words;
use crate::support::{Home, chain, path_text, text};

const LABEL: &str = "salary of the baker";

/// A home that shares, with a payment and a label on it.
fn sharing(chain: &Sandbox) -> (Home, String) {
    let home = Home::with_wallet(chain);
    let txid = home.receive(chain, 70_000).to_string();
    home.ok(&["label", "tx", &txid, LABEL]);
    home.ok(&["device", "start", "--name", "Desk"]);
    (home, txid)
}

/// Adds a place, leaves everything there and forgets it again.
fn leave(home: &Home, place: &[&str]) {
    home.ok(&[&["--yes", "bundle", "place", "add"], place].concat());
    let round = &home.ok(&["bundle", "sync"])["rounds"][0];
    assert_eq!(round["in_step"], true, "{round}");
    let id = home.ok(&["bundle", "place", "list"])["places"][0]["id"].clone();
    home.ok(&["bundle", "place", "remove", text(&id)]);
}

fn words_in(home: &Home, words: &str) -> String {
    let file = home.scratch("recovery");
    std::fs::write(&file, format!("{words}\n")).expect("a file");
    path_text(&file).to_owned()
}

#[test]
fn what_lies_on_a_server_comes_back_into_a_fresh_home_by_the_words() {
    let chain = chain();
    let (desk, txid) = sharing(&chain);
    let words = recovery_words(&desk);
    let secret = desk.scratch("password");
    std::fs::write(&secret, format!("{PASSWORD}\n")).expect("a file");
    let login = ["--user", USER, "--password-file", path_text(&secret)];
    let (apache, dav, s3) = (apache(), rust_dav(), rust_s3());
    // Something else lies in the bucket, before and behind what devices left.
    for other in ["!before", "zz-behind"] {
        std::fs::write(s3.files.join(other), b"litter").expect("a file");
    }
    let bucket = ["--bucket", BUCKET];
    let roads = [
        (
            [&["webdav", apache.server.url.as_str()][..], &login].concat(),
            [&["--webdav", apache.server.url.as_str()][..], &login].concat(),
        ),
        (
            vec!["webdav", dav.server.url.as_str()],
            vec!["--webdav", dav.server.url.as_str()],
        ),
        (
            [&["s3", s3.server.url.as_str()][..], &bucket, &login].concat(),
            [&["--s3", s3.server.url.as_str()][..], &bucket, &login].concat(),
        ),
    ];
    for (place, from) in roads {
        leave(&desk, &place);
        let fresh = Home::new(&chain);
        let file = words_in(&fresh, &words);
        let recover = [&["--yes", "bundle", "recover"], &from[..]].concat();
        let with = ["--words-file", file.as_str()];
        let brought = fresh.ok(&[&recover[..], &with].concat());
        assert_eq!(
            brought["added"].as_array().map(Vec::len),
            Some(1),
            "{from:?}"
        );
        fresh.ok(&["sync"]);
        assert_eq!(fresh.row(&txid)["label"], LABEL);
        assert_eq!(fresh.sats("confirmed"), 70_000);
        let told = fresh.ok(&["notices"]);
        assert_eq!(told["notices"], serde_json::json!([]), "nothing is older");
    }
}

#[test]
fn words_that_are_wrong_or_places_that_are_make_no_vault() {
    let chain = chain();
    let (desk, _) = sharing(&chain);
    let old = recovery_words(&desk);
    // Whoever made new words later opens what was written since with these alone.
    let words = recovery_words(&desk);
    assert_ne!(old, words);
    let folder = desk.scratch("meeting");
    std::fs::create_dir(&folder).expect("a folder");
    leave(&desk, &["folder", path_text(&folder)]);

    let fresh = Home::new(&chain);
    let dir = path_text(&folder);
    let tried = |words: &str, from: &[&str]| {
        let file = words_in(&fresh, words);
        let recover = ["--yes", "bundle", "recover", "--words-file", &file];
        fresh.fails(&[&recover[..], from].concat())
    };
    let bad_words = (2, "bad_words".to_owned());
    let others = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    assert_eq!(tried(others, &[dir]), bad_words);
    assert_eq!(tried("legal winner thank", &[dir]), bad_words);
    assert_eq!(tried("", &[dir]), bad_words);
    let empty = fresh.scratch("empty");
    std::fs::create_dir(&empty).expect("a folder");
    assert_eq!(
        tried(&words, &[path_text(&empty)]),
        (5, "nothing_left".to_owned())
    );
    assert_eq!(
        tried(&words, &["--webdav", "http://127.0.0.1:9/dav/"]),
        (7, "place_unreachable".to_owned())
    );
    assert_eq!(
        tried(&words, &["--webdav", "ftp://example.org/"]),
        (2, "bad_place".to_owned())
    );
    assert_eq!(
        tried(&words, &["--s3", "http://127.0.0.1:9/", "--bucket", "x"]),
        (2, "bad_place".to_owned()),
        "it needs an access key"
    );
    assert_eq!(tried(&words, &["--s3", "http://127.0.0.1:9/"]).0, 2);
    assert!(fresh.is_untouched(), "no vault was made");

    // Without consent to the wallet's first address nothing comes back.
    let file = words_in(&fresh, &words);
    let recover = ["bundle", "recover", dir, "--words-file", &file];
    assert_eq!(fresh.fails(&recover), (4, "no_confirm".to_owned()));
    fresh.ok(&[&["--yes"], &recover[..]].concat());
    let again = fresh.ok(&[&["--yes"], &recover[..]].concat());
    assert_eq!(again["unchanged"].as_array().map(Vec::len), Some(1));
    // Words are never shown to a pipe.
    assert_ne!(desk.run(&["--yes", "device", "recovery-words"]).code, 0);
}
