//! Eight words and an address instead of a code, between two programs: the same is asked and said as by a code.

use std::io::{BufRead, BufReader, Read};
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::bundle::{pair_by, typed_across};
use crate::support::{Home, chain, path_text, text};

/// Lets `guest` join by the words that `host` shows on its terminal.
fn pair_by_words(
    (host, add): (&Home, &[&str]),
    (guest, join): (&Home, &[&str]),
    digits: impl Fn(String) -> String,
) -> (Output, Output) {
    let mut add = host
        .command(add)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut shown = BufReader::new(add.stderr.take().expect("piped"));
    let mut after = |what: &str| loop {
        let mut line = String::new();
        let read = shown.read_line(&mut line).expect("text");
        assert!(read > 0, "it ended without {what:?}");
        if let Some(rest) = line.trim().strip_prefix(what) {
            return rest.trim().to_owned();
        }
    };
    let words = after("Or the words:");
    assert_eq!(words.split(' ').count(), 8);
    let at = after("At:");
    let file = guest.scratch("words-typed");
    std::fs::write(&file, format!("{words}\n")).expect("written");
    let mut join = [join, &["--code-file", path_text(&file)]].concat();
    for address in at.split(' ') {
        join.extend(["--at", address]);
    }
    let hosts = std::thread::spawn(move || {
        let mut rest = Vec::new();
        shown.read_to_end(&mut rest).expect("text");
        rest
    });
    let (mut added, joined) = typed_across(add, (guest, &join), digits);
    added.stderr = hosts.join().expect("read");
    (added, joined)
}

/// What a run answered: its exit code, the error's code, and of each device in the list what is said of it.
fn outcome(output: &Output) -> (Option<i32>, Value, Vec<Value>) {
    let error = output.stderr.split(|byte| *byte == b'\n');
    let mut error = error.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let devices = answer["devices"].as_array().cloned().unwrap_or_default();
    let devices = devices.into_iter().map(|device| {
        let mut fields = ["name", "this", "seeds", "holds", "unready"].map(|it| device[it].clone());
        // What others are called is heard at the first meeting; until then they are called by their ids.
        if text(&device["id"]).starts_with(text(&device["name"])) {
            fields[0] = Value::Null;
        }
        fields.into_iter().collect()
    });
    let code = error
        .next_back()
        .map_or(Value::Null, |error| error["code"].clone());
    let mut devices: Vec<Value> = devices.collect();
    // The order in the list is by name, and an id may stand before or after it.
    devices.sort_by_key(Value::to_string);
    (output.status.code(), code, devices)
}

/// What each side types, what becomes of the digits, how both end, and whether the guest has keys then.
type Course<'a> = (
    &'a [&'a str],
    &'a [&'a str],
    fn(String) -> String,
    (i32, i32),
    bool,
);

#[test]
fn words_lead_to_the_same_questions_and_answers_as_a_code() {
    let chain = chain();
    let right = |digits: String| digits;
    let wrong = |digits: String| {
        let zeroes = digits.starts_with('0');
        (if zeroes { "1" } else { "0" }).repeat(6)
    };
    let add = ["--yes", "device", "add"];
    let silent = ["device", "add"];
    let give = ["--yes", "device", "add", "--give-keys"];
    let join = ["--yes", "device", "join", "--name", "Phone"];
    let asked = ["device", "join", "--name", "Phone"];
    let courses: [Course; 5] = [
        (&add, &join, right, (0, 0), false),
        (&add, &join, wrong, (4, 4), false),
        // Nobody can be asked on this side, or on the other: as by a code.
        (&silent, &join, right, (4, 4), false),
        (&give, &join, right, (0, 0), true),
        (&give, &asked, right, (4, 4), false),
    ];
    for (host_does, guest_does, digits, codes, holds) in courses {
        let mut ends = Vec::new();
        for by_words in [false, true] {
            let (desk, phone) = (Home::with_wallet(&chain), Home::new(&chain));
            desk.ok(&["device", "start", "--name", "Desk"]);
            let (host, guest) = ((&desk, host_does), (&phone, guest_does));
            let (added, joined) = if by_words {
                pair_by_words(host, guest, digits)
            } else {
                pair_by(host, guest, digits)
            };
            let wallets = phone.ok(&["wallet", "list"]);
            let has_seed = wallets[0]["has_seed"].as_bool().unwrap_or(false);
            assert_eq!(has_seed, holds, "{host_does:?} {guest_does:?}");
            ends.push((outcome(&added), outcome(&joined)));
        }
        let (added, joined) = &ends[1];
        assert_eq!((added.0, joined.0), (Some(codes.0), Some(codes.1)));
        assert_eq!(ends[0], ends[1], "{host_does:?} {guest_does:?}");
    }
    // Words alone say nothing of where the other device is.
    let phone = Home::new(&chain);
    let file = phone.scratch("words");
    let words = "zoo zoo zoo zoo zoo zoo zoo zoo\n";
    std::fs::write(&file, words).expect("written");
    let join = [&join[..], &["--code-file", path_text(&file)]].concat();
    assert_eq!(phone.fails(&join), (2, "bad_input".to_owned()));
}
