//! What is held before the camera, opened, pasted; and what may be done with it.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bitcoin::{Network, Psbt, Witness, taproot};
use satchel_keys::{Account, RecoveryWords, Seed};
use satchel_ports::Answer;
use satchel_qr::{Code, Density, Kind, Payload, Show};
use satchel_secrets::SecretText;
use satchel_types::ScriptType;
use serde_json::{Value, json};

#[path = "watch.rs"]
mod watch;

use super::camera::{Camera, Shot, draw};
use super::harness::Harness;
use super::harness::eyes::Scanner;
use super::{ID_1, PASSPHRASE, Stage, chain, code, done, on, stage};

/// Longest wait for what should come at once.
const PATIENCE: Duration = Duration::from_secs(60);
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

impl Stage {
    fn scan(&self) -> u32 {
        let scan = self.main.call("cmd_open_scan", json!({}));
        let scan = scan.expect("one can always begin")["scan"].as_u64();
        u32::try_from(scan.expect("a number")).expect("small")
    }

    /// Sends what a camera sees.
    fn frame(&self, scan: u32, shot: &Shot) -> Value {
        let mut body = scan.to_le_bytes().to_vec();
        for side in [shot.width, shot.height] {
            body.extend(u16::try_from(side).expect("small").to_le_bytes());
        }
        body.extend(&shot.luma);
        self.main.send("cmd_scan_frame", body).expect("a frame")
    }

    fn text(&self, scan: u32, text: &str) -> Value {
        let request = json!({ "req": { "scan": scan, "text": text } });
        self.main.call("cmd_scan_text", request).expect("a text")
    }

    /// A wallet with coins, and a draft of a payment.
    pub fn with_draft(self) -> (Self, String) {
        let stage = self.with_wallet();
        let request = json!({ "req": { "request_id": format!("{:032x}", 2) } });
        let address = stage.main.call("cmd_generate_address", request);
        let address = address.expect("an address")["address"].take();
        chain::fund(&stage.harness, address.as_str().expect("text"));
        let synced = stage.main.call("cmd_sync_wallet", json!({ "req": {} }));
        synced.expect("a chain");
        let request = json!({ "req": {
            "request_id": format!("{:032x}", 3), "fee_rate": 10,
            "recipients": [{ "address": TO, "amount": 100_000 }],
        } });
        let draft = stage.main.call("cmd_create_draft", request).expect("coins");
        let id = draft["id"].as_str().expect("an id").to_owned();
        (stage, id)
    }

    /// The draft as other programs read it.
    pub fn psbt(&self, draft: &str) -> Psbt {
        let draft = self.harness.shell.app.draft(draft.parse().expect("an id"));
        draft.expect("it is there").psbt
    }

    /// Signs as a device would that has the same words and knows nothing else.
    fn signed_elsewhere(&self, psbt: Psbt) -> Psbt {
        let shown = self.ask("cmd_show_words", json!({ "req": {} }));
        self.prove();
        self.harness.sealed_opens();
        let words: Vec<u8> = serde_json::from_value(self.answer(json!("reveal"))).expect("bytes");
        self.answer(json!("done"));
        done(shown).expect("shown");
        let words = SecretText::new(String::from_utf8(words).expect("words"));
        let words = RecoveryWords::parse(&words).expect("words");
        let account = Account {
            script_type: ScriptType::Taproot,
            network: Network::Regtest,
            account: 0,
        };
        let seed = Seed::new(words, None).expect("a seed");
        satchel_keys::sign(&seed, &account, psbt, &[7; 32]).expect("it signs")
    }
}

/// As a device gives it back that leaves the finishing to others.
fn unfinished(mut psbt: Psbt) -> Psbt {
    for input in &mut psbt.inputs {
        let witness: Witness = input.final_script_witness.take().expect("signed");
        let signature = witness.nth(0).expect("a signature");
        input.tap_key_sig = Some(taproot::Signature::from_slice(signature).expect("one"));
    }
    psbt
}

fn seen(step: &Value) -> &str {
    assert_eq!(step["step"], "seen", "{step}");
    step["seen"]["kind"].as_str().expect("a kind")
}

#[test]
fn an_address_before_a_bad_camera_is_a_payment_and_nothing_is_done() {
    let stage = stage().with_wallet();
    let scan = stage.scan();
    let nothing = Shot {
        width: 40,
        height: 30,
        luma: vec![128; 1200],
    };
    assert_eq!(stage.frame(scan, &nothing)["step"], "nothing");
    let camera = Camera {
        degrees: 20.0,
        blur: 0.8,
        dark: 40,
        light: 190,
        noise: 12,
        ..Camera::good()
    };
    let link = format!("bitcoin:{TO}?amount=0.001&label=Ana");
    let step = stage.frame(scan, &camera.shoot(&link));
    assert_eq!(seen(&step), "payment");
    let target = &step["seen"]["target"];
    assert_eq!(
        (&target["address"], &target["amount"]),
        (&json!(TO), &json!(100_000))
    );
    assert_eq!(
        (&target["label"], &target["network"]),
        (&json!("Ana"), &json!("regtest"))
    );
    assert!(stage.harness.confirm.asked().is_empty());
    let drafts = stage.main.call("cmd_list_drafts", json!({ "req": {} }));
    assert_eq!(drafts.expect("open"), json!([]));
}

#[test]
fn frames_are_gathered_in_every_code_though_a_third_is_lost() {
    let (stage, draft) = stage().with_draft();
    let psbt = stage.psbt(&draft).serialize();
    let payload = Payload {
        kind: Kind::Psbt,
        bytes: psbt,
    };
    for code in [Code::Own, Code::Bbqr, Code::Ur] {
        let scan = stage.scan();
        let show = Show::new(&payload, code, Density::Low).expect("it fits");
        assert!(show.needed() > 1, "{code:?} is to have several");
        let (mut last, mut done) = (0, None);
        for (n, text) in show.take(200).enumerate() {
            if n % 3 == 1 {
                continue;
            }
            let camera = Camera {
                degrees: f64::from(u32::try_from(n * 37 % 360).expect("small")),
                blur: 0.5,
                pixels: 3.0,
                ..Camera::good()
            };
            let step = stage.frame(scan, &camera.shoot(&text));
            if step["step"] == "seen" {
                done = Some(step);
                break;
            }
            assert_eq!(step["step"], "gathering", "{code:?} {step}");
            let have = step["have"].as_u64().expect("a number");
            assert!(have >= last && have <= step["need"].as_u64().expect("a number"));
            last = have;
        }
        let step = done.unwrap_or_else(|| panic!("{code:?} did not come together"));
        assert_eq!(seen(&step), "psbt");
        assert_eq!(step["seen"]["draft_id"], json!(draft));
        assert_eq!(step["seen"]["signed_here"], false);
    }
}

#[test]
fn recovery_words_are_named_and_nothing_of_them_is_repeated() {
    let stage = stage();
    let scan = stage.scan();
    let by_camera = stage.frame(scan, &draw(WORDS, 1, 4));
    let by_paste = stage.text(scan, &format!("my words: {WORDS}"));
    let file = stage.harness.home.path().join("words.txt");
    std::fs::write(&file, WORDS).expect("a file");
    stage.harness.files.then(file);
    let request = json!({ "req": { "scan": scan } });
    let by_file = stage.main.call("cmd_scan_file", request).expect("a file");
    for step in [by_camera, by_paste, by_file] {
        assert_eq!(
            step,
            json!({ "step": "seen", "seen": { "kind": "sealed_only" } })
        );
    }
}

#[test]
fn a_picture_is_chosen_in_the_system_s_dialog_and_its_path_stays_here() {
    let stage = stage().with_wallet();
    let scan = stage.scan();
    let request = || json!({ "req": { "scan": scan } });
    let file = stage.harness.home.path().join("holiday.png");
    std::fs::write(&file, png(&draw(TO, 1, 4))).expect("a file");
    stage.harness.files.then(file);
    let step = stage.main.call("cmd_scan_file", request()).expect("read");
    assert_eq!(seen(&step), "payment");
    assert!(!step.to_string().contains("holiday"));
    // Dropped into the page or pasted, the same bytes say the same.
    let mut body = scan.to_le_bytes().to_vec();
    body.extend(png(&draw(TO, 1, 4)));
    let json = json!({ "bytes": BASE64_STANDARD.encode(&body) });
    assert_eq!(stage.main.send("cmd_scan_image", body).as_ref(), Ok(&step));
    assert_eq!(stage.main.call("cmd_scan_image", json).as_ref(), Ok(&step));
    // Two that are known are its owner's choice.
    let two = draw(TO, 1, 4).beside(&draw(&format!("bitcoin:{TO}?amount=1"), 1, 4));
    assert_eq!(
        stage.frame(scan, &two),
        json!({ "step": "refused", "why": "several" })
    );
    // Closing the dialog is no fault of the picture.
    let closed = stage.main.call("cmd_scan_file", request());
    assert_eq!(code(closed), "cancelled");
    for (bytes, why) in [
        (b"\x89PNG\r\n\x1a\nrubbish".to_vec(), "damaged"),
        (b"GIF89a rubbish".to_vec(), "unknown_format"),
        (vec![0; satchel_shell::scan::MAX_FILE + 1], "too_large"),
    ] {
        let file = stage.harness.home.path().join("other.png");
        std::fs::write(&file, bytes).expect("a file");
        stage.harness.files.then(file);
        let step = stage.main.call("cmd_scan_file", request()).expect("a step");
        assert_eq!(step, json!({ "step": "refused", "why": why }));
    }
}

#[test]
fn the_clipboard_is_looked_at_by_rust() {
    let stage = stage().with_wallet();
    let scan = stage.scan();
    let look = || {
        let request = json!({ "req": { "scan": scan } });
        stage
            .main
            .call("cmd_scan_clipboard", request)
            .expect("a look")
    };
    assert_eq!(look()["step"], "nothing");
    stage
        .harness
        .eyes
        .copied(satchel_shell::scan::Clip::Text(TO.to_owned()));
    assert_eq!(seen(&look()), "payment");
    let shot = draw(TO, 1, 3);
    let rgba = shot
        .luma
        .iter()
        .flat_map(|luma| [*luma, *luma, *luma, 255])
        .collect();
    stage
        .harness
        .eyes
        .copied(satchel_shell::scan::Clip::Picture(
            shot.width,
            shot.height,
            rgba,
        ));
    assert_eq!(seen(&look()), "payment");
    stage
        .harness
        .eyes
        .copied(satchel_shell::scan::Clip::Text(WORDS.to_owned()));
    assert_eq!(
        look(),
        json!({ "step": "seen", "seen": { "kind": "sealed_only" } })
    );
}

#[test]
fn the_camera_is_open_to_the_page_only_while_a_scan_goes_on() {
    let stage = stage().with_wallet();
    let scans = &stage.harness.shell.scans;
    assert!(!scans.is_open());
    let first = stage.scan();
    assert!(scans.is_open());
    let second = stage.scan();
    assert_eq!(
        stage.text(first, TO),
        json!({ "step": "over" }),
        "another took its place"
    );
    let close = |scan: u32| {
        let request = json!({ "req": { "scan": scan } });
        stage
            .main
            .call("cmd_close_scan", request)
            .expect("it closes")
    };
    close(first);
    assert!(
        scans.is_open(),
        "the first one's end is not the second one's"
    );
    close(second);
    assert!(!scans.is_open());
    let third = stage.scan();
    let half = Show::new(
        &Payload {
            kind: Kind::Bytes,
            bytes: vec![7; 4_000],
        },
        Code::Own,
        Density::Low,
    );
    let half = half.expect("it fits").next_frame();
    assert_eq!(stage.text(third, &half)["step"], "gathering");
    stage
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("it locks");
    assert!(!scans.is_open());
    assert_eq!(stage.text(third, &half), json!({ "step": "over" }));
    assert_eq!(
        stage.frame(third, &draw(TO, 1, 4)),
        json!({ "step": "over" })
    );
    // A new device scans before it has anything; what was gathered before is gone.
    let fourth = stage.scan();
    assert_eq!(
        stage.text(fourth, "SATCHELPAIR1QQQ")["seen"]["kind"],
        "pairing"
    );
}

#[test]
fn a_frame_that_is_none_is_refused() {
    let stage = stage();
    let scan = stage.scan();
    let send = |command: &str, body: Vec<u8>| stage.main.send(command, body);
    let mut body = scan.to_le_bytes().to_vec();
    body.extend([10, 0, 10, 0]);
    body.extend([0; 99]);
    assert_eq!(code(send("cmd_scan_frame", body)), "bad_input");
    assert_eq!(code(send("cmd_scan_frame", Vec::new())), "bad_input");
    assert_eq!(
        code(stage.main.call("cmd_scan_image", json!({ "bytes": "%" }))),
        "bad_input"
    );
    assert_eq!(
        code(stage.main.call("cmd_scan_frame", json!({}))),
        "bad_input"
    );
}

#[test]
fn what_is_shown_is_signed_elsewhere_and_read_back() {
    let (stage, draft) = stage().with_draft();
    // Shown, and read by the other device.
    let show = |from: u32| {
        let request =
            json!({ "req": { "draft_id": draft, "code": "ur", "density": "low", "from": from } });
        stage.main.call("cmd_show_draft", request).expect("frames")
    };
    let shown = show(0);
    assert!(
        shown["needed"].as_u64() > Some(1) && shown["count"].as_u64() > shown["needed"].as_u64()
    );
    assert!(
        shown["frames"]
            .as_array()
            .is_some_and(|frames| !frames.is_empty())
    );
    let last = show(
        shown["count"]
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .expect("small"),
    );
    assert_eq!(last["frames"], json!([]));
    let psbt = stage.psbt(&draft);
    let signed = unfinished(stage.signed_elsewhere(psbt.clone()));

    let take = |scan: u32, id: &str| {
        stage.main.call(
            "cmd_take_scanned",
            json!({ "req": { "request_id": id, "scan": scan } }),
        )
    };
    let scan = stage.scan();
    assert_eq!(code(take(scan, ID_1)), "bad_input", "nothing was seen");
    // Without signatures it is no more than it was.
    let text = |psbt: &Psbt| BASE64_STANDARD.encode(psbt.serialize());
    assert_eq!(seen(&stage.text(scan, &text(&psbt))), "psbt");
    assert_eq!(code(take(scan, &format!("{:032x}", 21))), "bad_input");
    // A signature of something else.
    let mut wrong = signed.clone();
    let other = wrong.inputs[0].tap_key_sig.as_mut().expect("signed");
    other.signature =
        bitcoin::secp256k1::schnorr::Signature::from_slice(&[7; 64]).expect("64 bytes");
    stage.text(scan, &text(&wrong));
    assert_eq!(code(take(scan, &format!("{:032x}", 22))), "bad_input");
    // Another transaction with the same coins.
    let mut moved = signed.clone();
    moved.unsigned_tx.output[0].value -= bitcoin::Amount::from_sat(1);
    let step = stage.text(scan, &text(&moved));
    assert_eq!(
        (seen(&step), &step["seen"]["draft_id"]),
        ("psbt", &Value::Null)
    );
    assert_eq!(code(take(scan, &format!("{:032x}", 23))), "unknown_draft");

    stage.text(scan, &text(&signed));
    stage.harness.confirm.then(Ok(Answer::Declined));
    assert_eq!(code(take(scan, &format!("{:032x}", 24))), "declined");
    let taken = take(scan, &format!("{:032x}", 25)).expect("agreed");
    assert_eq!(
        (&taken["id"], &taken["state"]),
        (&json!(draft), &json!("signed"))
    );
    let question = stage.harness.confirm.asked().pop().expect("it was asked");
    assert_eq!(question.title, "Take this signed payment?");
    assert!(
        question
            .lines
            .iter()
            .any(|line| line.value.replace(' ', "").contains(TO))
    );
    // Sending it needs no key.
    let sent = stage.main.call(
        "cmd_send_transaction",
        json!({ "req": { "draft_id": draft } }),
    );
    assert_eq!(sent.expect("sent")["txid"], taken["txid"]);
    assert_eq!(stage.harness.chain.sent().len(), 1);
}

/// Writes a picture.
#[test]
fn a_wallet_file_before_the_camera_is_read_in_with_its_passphrase() {
    let one = stage().with_wallet();
    let file = one.harness.home.path().join("Savings.satchel");
    one.harness.files.then(file.clone());
    let intent = json!({ "req": { "request_id": ID_1, "wallet_id": null } });
    let written = one.ask("cmd_export_wallet", intent);
    one.harness.sealed_opens();
    one.answer(json!({ "passphrase": "the file's own one" }));
    one.prove();
    done(written).expect("a file");
    let bytes = std::fs::read(&file).expect("the file");
    let payload = Payload {
        kind: Kind::WalletFile,
        bytes,
    };
    let show = Show::new(&payload, Code::Own, Density::High);
    let show = show.expect("it fits");
    let round = show.round();

    let two = stage();
    let scan = two.main.call("cmd_open_scan", json!({}));
    let scan = scan.expect("one can always begin")["scan"].clone();
    let import = |id: &str| json!({ "req": { "request_id": id, "scan": scan } });
    let nothing = two.main.call("cmd_import_scanned", import(ID_1));
    assert_eq!(code(nothing), "bad_input", "nothing was seen");
    let mut step = Value::Null;
    for text in show.take(round) {
        let request = json!({ "req": { "scan": scan, "text": text } });
        step = two.main.call("cmd_scan_text", request).expect("a frame");
        if step["step"] == "seen" {
            break;
        }
    }
    assert_eq!(step["seen"]["kind"], "wallet_file", "{step}");
    let imported = two.ask(
        "cmd_import_scanned",
        import("00000000000000000000000000000002"),
    );
    assert_eq!(two.harness.sealed_opens(), "Choose a passphrase");
    two.answer(json!({ "passphrase": PASSPHRASE }));
    assert_eq!(two.harness.sealed_opens(), "Open a wallet file");
    let wrong = two.answer(json!({ "passphrase": PASSPHRASE }));
    assert_eq!(wrong["reply"], "again");
    two.answer(json!({ "passphrase": "the file's own one" }));
    let imported = done(imported).expect("wallets");
    assert_eq!(imported["added"][0]["name"], "Savings");
    // Something else before the camera takes its place.
    let text = json!({ "req": { "scan": scan, "text": "https://example.org/" } });
    two.main.call("cmd_scan_text", text).expect("a text");
    let gone = two.main.call(
        "cmd_import_scanned",
        import("00000000000000000000000000000003"),
    );
    assert_eq!(code(gone), "bad_input");
}

fn png(shot: &Shot) -> Vec<u8> {
    let mut bytes = Vec::new();
    let side = |side: usize| u32::try_from(side).expect("small");
    let mut encoder = png::Encoder::new(&mut bytes, side(shot.width), side(shot.height));
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a head");
    writer.write_image_data(&shot.luma).expect("pixels");
    writer.finish().expect("an end");
    bytes
}

impl Stage {
    fn natively(&self, scan: u32) -> Value {
        let request = json!({ "req": { "scan": scan } });
        self.main
            .call("cmd_scan_natively", request)
            .expect("an answer")
    }
}

#[test]
fn a_phones_own_scanner_reads_one_code_and_where_it_reads_none_the_page_looks_on() {
    let stage = on(Harness::of_every_system()).with_wallet();
    let eyes = &stage.harness.eyes;
    eyes.give_scanner(Scanner::Reads(format!("bitcoin:{TO}?amount=0.5")), true);
    let opened = stage.main.call("cmd_open_scan", json!({})).expect("a scan");
    assert_eq!(opened["native"], true);
    let scan = stage.scan();
    let step = stage.natively(scan);
    assert_eq!(
        (&step["step"], &step["seen"]["kind"]),
        (&json!("seen"), &json!("payment")),
        "{step}"
    );
    assert_eq!(eyes.left(), 0);

    // It was closed, may not look, or never answers: its camera is taken away, and the scan goes on.
    for (count, scanner) in [Scanner::Closed, Scanner::Hangs].into_iter().enumerate() {
        eyes.give_scanner(scanner, false);
        let scan = stage.scan();
        assert_eq!(stage.natively(scan)["step"], "nothing");
        assert_eq!(eyes.left(), count + 1);
        assert_eq!(stage.text(scan, TO)["step"], "seen");
    }

    // Words end here as everywhere.
    eyes.give_scanner(Scanner::Reads(WORDS.to_owned()), true);
    let step = stage.natively(stage.scan());
    assert!(!step.to_string().contains("winner"), "{step}");
}

/// A command that ends a scan, and its request.
type End = (&'static str, fn(u32) -> Value);

#[test]
fn a_phones_own_scanner_is_taken_away_by_a_lock_the_next_scan_and_the_end_of_this_one() {
    let stage = on(Harness::of_every_system()).with_wallet();
    let eyes = Arc::clone(&stage.harness.eyes);
    eyes.give_scanner(Scanner::Hangs, true);
    let ends: [End; 3] = [
        ("cmd_close_scan", |scan| json!({ "req": { "scan": scan } })),
        ("cmd_open_scan", |_| json!({})),
        ("cmd_lock_wallet", |_| json!({})),
    ];
    for (count, (command, request)) in ends.into_iter().enumerate() {
        let scan = stage.scan();
        let look = json!({ "req": { "scan": scan } });
        let looking = stage.ask("cmd_scan_natively", look);
        let looks = async { tokio::time::timeout(PATIENCE, eyes.scanner_looks()).await };
        tauri::async_runtime::block_on(looks).expect("it looks");
        stage.main.call(command, request(scan)).expect(command);
        let step = looking.join().expect("no panic").expect("an answer");
        assert_eq!(step["step"], "over", "{command}");
        assert_eq!(eyes.left(), count + 1, "{command}");
    }
}

#[test]
fn a_camera_that_is_refused_for_ever_is_told_apart_and_leads_to_the_systems_settings() {
    let stage = on(Harness::of_every_system()).with_wallet();
    let access = || {
        let access = stage.main.call("cmd_get_camera_access", json!({}));
        access.expect("an answer")["barred"].clone()
    };
    assert_eq!(access(), false);
    let refused = stage.main.call("cmd_open_app_settings", json!({}));
    assert_eq!(code(refused), "io");
    stage.harness.eyes.bar(true);
    assert_eq!(access(), true);
    let opened = stage.main.call("cmd_open_app_settings", json!({}));
    opened.expect("the settings");
    assert_eq!(stage.harness.eyes.settings_opened(), 1);
}
