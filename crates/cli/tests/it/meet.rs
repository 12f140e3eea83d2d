//! Two devices that meet by codes on their screens, with no place and no network between them.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::bundle::pair;
use crate::support::{ELSEWHERE, Home, chain, path_text, text};

/// Frames as a camera has them that misses three of ten, by no rule that frames could follow.
fn caught(shown: &Value, field: &str, seed: u64) -> Vec<String> {
    let all = shown[field].as_array().expect("frames");
    let mut dice = seed;
    let mut lost = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % 10 < 3
    };
    let frames = all.iter().filter(|_| all.len() == 1 || !lost());
    frames.map(|frame| text(frame).to_owned()).collect()
}

fn code(home: &Home, name: &str) -> PathBuf {
    let shown = home.ok(&["bundle", "code"]);
    assert_eq!(shown["needed"], 1, "what a device has fits into one code");
    let file = home.scratch(name);
    std::fs::write(&file, text(&shown["frames"][0])).expect("a file");
    file
}

fn digest(home: &Home) -> Value {
    home.ok(&["bundle", "digest"])["state"].clone()
}

#[test]
fn two_devices_meet_by_codes_alone_and_end_alike() {
    let chain = chain();
    let (desk, phone) = (Home::with_wallet(&chain), Home::new(&chain));
    assert_eq!(
        desk.fails(&["bundle", "code"]),
        (2, "not_sharing".to_owned())
    );
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (added, joined) = pair(&desk, &phone, |right| right);
    assert!(added.status.success() && joined.status.success());
    let label = |home: &Home, txid: &str, label: &str| {
        home.ok(&["label", "tx", txid, label]);
    };
    for n in 0..8_u8 {
        let txid = format!("{n:02x}").repeat(32);
        desk.ok(&["label", "tx", &txid, &format!("payment {n} of the desk")]);
    }

    // What the phone has, as a picture; what it lacks, as pictures of which three of ten are lost.
    let folder = phone.scratch("code");
    let shown = phone.ok(&["bundle", "code", "--as", "png", "--out", path_text(&folder)]);
    let picture = text(&shown["files"][0]).to_owned();
    let seen = desk.ok(&["qr", "read", &picture]);
    assert_eq!(seen, json!({ "kind": "heads" }));
    let frames = desk.scratch("frames");
    let args = [
        "bundle",
        "meet",
        &picture,
        "--density",
        "low",
        "--as",
        "png",
        "--out",
    ];
    let lacks = desk.ok(&[&args[..], &[path_text(&frames)]].concat());
    assert_eq!(lacks["step"], "lacks");
    assert!(lacks["needed"].as_u64() > Some(2), "{lacks}");
    let pictures = caught(&lacks, "files", 7);
    assert!(pictures.len() < lacks["files"].as_array().expect("files").len());
    let mut meet = vec!["bundle", "meet"];
    meet.extend(pictures.iter().map(String::as_str));
    let took = phone.ok(&meet);
    assert_eq!(took["step"], "took");
    assert_eq!(took["name"], "Desk");
    assert!(took["taken"].as_u64() > Some(0), "{took}");
    assert_eq!(
        (&took["passed_over"], &took["missing"]),
        (&json!(0), &json!(0))
    );
    // The same once more changes nothing.
    assert_eq!(phone.ok(&meet)["taken"], 0);

    // The other way round, with what each wrote meanwhile, as lines.
    phone.ok(&["--yes", "device", "take", "Main"]);
    let (theirs, ours) = ("aa".repeat(32), "bb".repeat(32));
    label(&phone, &theirs, "of the phone");
    label(&desk, &ours, "of the desk");
    // What was taken in may be answered; it comes to an end.
    let mut in_step = false;
    for _ in 0..6 {
        in_step = true;
        for (from, to) in [(&phone, &desk), (&desk, &phone)] {
            let told = code(to, "told.txt");
            let lacks = from.ok(&["bundle", "meet", path_text(&told), "--density", "low"]);
            if lacks["step"] == "has_all" {
                continue;
            }
            in_step = false;
            let lines = from.scratch("lines.txt");
            std::fs::write(&lines, caught(&lacks, "frames", 11).join("\n")).expect("a file");
            let took = to.ok(&["bundle", "meet", path_text(&lines)]);
            assert_eq!(took["step"], "took", "{took}");
        }
        if in_step {
            break;
        }
    }
    assert!(in_step, "they go on telling each other something");
    assert_eq!(digest(&desk), digest(&phone));
    for home in [&desk, &phone] {
        let told = code(home, "own.txt");
        assert_eq!(
            home.fails(&["bundle", "meet", path_text(&told)]),
            (2, "bad_input".to_owned()),
            "its own code tells it nothing"
        );
    }
    let told = code(&phone, "told.txt");
    let last = desk.ok(&["bundle", "meet", path_text(&told)]);
    assert_eq!(last, json!({ "step": "has_all", "name": last["name"] }));

    // Others' codes, and what is none.
    let stranger = Home::with_wallet(&chain);
    stranger.ok(&["device", "start", "--name", "Elsewhere"]);
    assert_eq!(
        stranger.fails(&["bundle", "meet", path_text(&told)]),
        (5, "unknown_device".to_owned())
    );
    let none = desk.scratch("none.txt");
    std::fs::write(&none, ELSEWHERE).expect("a file");
    assert_eq!(
        desk.fails(&["bundle", "meet", path_text(&none)]),
        (2, "bad_input".to_owned())
    );
    // A device that was shut out is shown nothing, and nothing of it is taken.
    desk.ok(&["--yes", "device", "remove", text(&last["name"])]);
    assert_eq!(
        desk.fails(&["bundle", "meet", path_text(&told)]),
        (5, "unknown_device".to_owned())
    );
}
