//! Codes that cameras read: shown and read back, as texts and as pictures.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{ELSEWHERE, Home, answer, chain, path_text, text};

/// Runs with something on standard input.
fn piped(home: &Home, args: &[&str], input: &[u8]) -> crate::support::Answer {
    let mut command = home.command(args);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input).expect("it is read");
    drop(stdin);
    answer(child.wait_with_output().expect("it ends"))
}

#[test]
fn a_draft_goes_out_as_lines_or_pictures_and_is_known_again() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 300_000);
    let draft = home.ok(&[
        "draft",
        "create",
        "--to",
        ELSEWHERE,
        "--amount",
        "10000",
        "--fee-rate",
        "2",
    ]);
    let id = text(&draft["id"]).to_owned();
    for code in ["bbqr", "ur", "own"] {
        let shown = home.ok(&[
            "qr",
            "show",
            "--draft",
            &id,
            "--code",
            code,
            "--density",
            "low",
        ]);
        let frames: Vec<&str> = shown["frames"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        let needed = shown["needed"].as_u64().unwrap();
        assert!(needed > 1 && frames.len() as u64 >= needed, "{code}");
        let lines = home.scratch(&format!("{code}.txt"));
        fs::write(&lines, frames.join("\n")).unwrap();
        let psbt = home.scratch(&format!("{code}.psbt"));
        let seen = home.ok(&["qr", "read", path_text(&lines), "--out", path_text(&psbt)]);
        let unknown = json!({"kind": "psbt", "draft_id": null, "signed_here": false});
        assert_eq!(seen, unknown, "nobody asked whose it is");
        let seen = home.ok(&["qr", "read", path_text(&psbt), "--look-up"]);
        assert_eq!(seen["draft_id"], json!(id));
        // Without its last line it is not whole.
        fs::write(&lines, frames[0]).unwrap();
        assert_eq!(
            home.fails(&["qr", "read", path_text(&lines)]).1,
            "bad_input"
        );
        assert_eq!(
            home.fails(&["qr", "read", path_text(&psbt), "--out", path_text(&psbt)])
                .1,
            "file_exists"
        );
    }
    let folder = home.scratch("pictures");
    let out = path_text(&folder).to_owned();
    let shown = home.ok(&["qr", "show", "--draft", &id, "--as", "png", "--out", &out]);
    let files: Vec<&str> = shown["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    let mut read = vec!["qr", "read", "--image", "--look-up"];
    read.extend(&files);
    assert_eq!(home.ok(&read)["draft_id"], json!(id));
    let again = ["qr", "show", "--draft", &id, "--as", "png", "--out", &out];
    assert_eq!(home.fails(&again).1, "file_exists");
    let blocks = home.run(&["qr", "show", "--draft", &id, "--as", "terminal"]);
    assert!(blocks.code == 0 && blocks.stdout.contains('█'));
}

#[test]
fn what_a_text_asks_for_is_said_and_shown_plainly() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let mine = home.address();
    let link = format!("bitcoin:{mine}?amount=0.0001&label=Ana");
    let seen = piped(&home, &["qr", "read", "-"], link.as_bytes()).json;
    assert_eq!(seen["kind"], "payment");
    assert_eq!(seen["target"]["amount"], json!(10_000));
    assert_eq!(seen["target"]["mine"], json!(false), "nobody looked");
    let seen = piped(&home, &["qr", "read", "-", "--look-up"], link.as_bytes()).json;
    assert_eq!(seen["target"]["mine"], json!(true));
    let shown = piped(&home, &["qr", "show", "-"], link.as_bytes()).json;
    assert_eq!(shown, json!({"needed": 1, "frames": [link]}));
    let wallet = home.scratch("wallet.satchel");
    home.ok(&["export", path_text(&wallet), "--yes"]);
    let shown = home.ok(&["qr", "show", path_text(&wallet), "--density", "high"]);
    let frames: Vec<&str> = shown["frames"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    let lines = home.scratch("wallet.txt");
    fs::write(&lines, frames.join("\n")).unwrap();
    let back = home.scratch("back.satchel");
    let seen = home.ok(&["qr", "read", path_text(&lines), "--out", path_text(&back)]);
    assert_eq!(seen, json!({"kind": "wallet_file"}));
    assert_eq!(fs::read(&back).unwrap(), fs::read(&wallet).unwrap());
    let fresh = Home::new(&chain);
    let imported = fresh.ok(&["import", path_text(&back)]);
    assert_eq!(imported["added"].as_array().map(Vec::len), Some(1));
}

#[test]
fn words_and_keys_are_refused_and_not_repeated() {
    let chain = chain();
    let home = Home::new(&chain);
    let words = "abandon ".repeat(11) + "about";
    let key = "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA";
    for secret in [words.as_str(), key] {
        for way in ["read", "show"] {
            let answer = piped(&home, &["qr", way, "-"], secret.as_bytes());
            assert_eq!(answer.code, 2, "{way}");
            let said = answer.stdout + &answer.stderr;
            assert!(!said.contains(key) && !said.contains("about"), "{said}");
            assert!(said.contains("recovery words or a private key"), "{said}");
        }
    }
    let path = home.scratch("secret.png");
    let picture = satchel_qr_picture(&words);
    fs::write(&path, picture).unwrap();
    let out = home.scratch("out");
    let answer = home.run(&["qr", "read", path_text(&path), "--out", path_text(&out)]);
    assert!(answer.code == 2 && !out.exists());
    assert!(!(answer.stdout + &answer.stderr).contains("about"));
    for rubbish in [&b"\x89PNG\r\n\x1a\nand then nothing"[..], b"", b"hello"] {
        let answer = piped(&home, &["qr", "show", "-"], rubbish);
        assert_ne!(answer.code, 0);
    }
    let nothing = piped(&home, &["qr", "read", "-"], b"hello").json;
    assert_eq!(nothing, json!({"kind": "unknown"}) as Value);
    assert!(home.is_untouched(), "no vault was made");
}

/// A picture of one code.
fn satchel_qr_picture(text: &str) -> Vec<u8> {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Low).unwrap();
    let size = usize::try_from(code.size()).unwrap();
    let at = |at: usize| i32::try_from(at).unwrap();
    satchel_qr::png_of(size, 5, |x, y| code.get_module(at(x), at(y))).unwrap()
}
