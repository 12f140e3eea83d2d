//! A thief with the whole home and every backup, and neither passphrase nor keychain.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bitcoin::hex::DisplayHex;
use serde_json::Value;

use crate::support::{ELSEWHERE, Home, chain, path_text, regtest, text};

/// A home in which everything was used that is stored, and its backups beside it.
fn lived_in(chain: &satchel_sandbox::Sandbox) -> (Home, Vec<Vec<u8>>) {
    let home = Home::with_wallet(chain);
    let mut known: Vec<String> = ["Rent for canaries", ELSEWHERE, &home.passphrase]
        .map(str::to_owned)
        .to_vec();
    known.push(home.receive(chain, 400_000).to_string());
    let pay = ["send", "--to", ELSEWHERE, "--amount", "5000", "--label"];
    let paid = home.ok(&[&pay[..], &["Rent for canaries", "--yes"]].concat());
    known.push(text(&paid["txid"]).to_owned());
    chain.mine(1).expect("a block");
    home.ok(&["sync"]);
    let second = ["wallet", "create", "--name", "Canaries' savings"];
    home.ok(&[&second[..], &["--network", "regtest"]].concat());
    known.push("Canaries' savings".to_owned());
    for wallet in ["Main", "Canaries' savings"] {
        let info = home.ok(&["wallet", "info", "-w", wallet]);
        for field in ["external_descriptor", "internal_descriptor", "id"] {
            known.push(text(&info[field]).to_owned());
        }
        known.push(key_of(text(&info["external_descriptor"])));
        let listed = home.ok(&["address", "list", "-w", wallet]);
        for row in listed["addresses"].as_array().expect("rows") {
            known.push(text(&row["address"]).to_owned());
        }
    }
    let folder = home.scratch("backups");
    fs::create_dir(&folder).expect("a folder");
    home.ok(&["backup", path_text(&folder), "--yes"]);
    home.ok(&["export", path_text(&folder.join("one.satchel")), "--yes"]);
    // And of a home that shares: its files carry the circle's objects and their keys.
    let circle = home.ok(&["device", "start", "--name", "Canary desk"]);
    known.push("Canary desk".to_owned());
    known.push(text(&circle["id"]).to_owned());
    home.ok(&["label", "address", ELSEWHERE, "Rent for shared canaries"]);
    known.push("Rent for shared canaries".to_owned());
    home.ok(&["backup", path_text(&folder), "--yes"]);
    home.ok(&["check", "--backup"]);
    let bytes = known.iter().flat_map(|text| forms(text)).collect();
    (home, bytes)
}

/// The extended key of a descriptor.
fn key_of(descriptor: &str) -> String {
    let from = descriptor.find(']').expect("an origin") + 1;
    let rest = &descriptor[from..];
    rest.split('/').next().unwrap_or(rest).to_owned()
}

/// A text as it stands, in UTF-16, and as the bytes that it spells.
fn forms(known: &str) -> Vec<Vec<u8>> {
    let utf16 = known.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut forms = vec![
        known.as_bytes().to_vec(),
        utf16,
        known.as_bytes().to_lower_hex_string().into_bytes(),
    ];
    if let Ok(bytes) = <Vec<u8> as bitcoin::hex::FromHex>::from_hex(known) {
        forms.push(bytes.iter().rev().copied().collect());
        forms.push(bytes);
    }
    if known.starts_with("bcrt1") {
        forms.push(regtest(known).script_pubkey().to_bytes());
    }
    if let Ok(bytes) = bitcoin::base58::decode_check(known) {
        // Without the prefix, which other keys share.
        forms.push(bytes[13..].to_vec());
    }
    forms
}

/// Every file below a folder, without the folder's own name.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.push((path, bytes));
        }
    }
    found
}

#[test]
fn a_stolen_home_with_its_backups_shows_names_sizes_and_times_alone() {
    let chain = chain();
    let (home, known) = lived_in(&chain);
    let stolen: Vec<_> = [home.path(), home.scratch("backups")]
        .iter()
        .flat_map(|folder| files(folder))
        .collect();
    // What is not in this list is not in `docs/threat-model.md` either.
    let names: BTreeSet<String> = files(&home.path())
        .iter()
        .filter_map(|(path, _)| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let told = ["lock", "vault.satchel", "wallets.db"];
    assert_eq!(names, told.map(str::to_owned).into());
    for (path, bytes) in &stolen {
        for form in &known {
            assert!(
                !bytes.windows(form.len()).any(|part| part == form),
                "{} holds {:?}",
                path.display(),
                String::from_utf8_lossy(form)
            );
        }
    }
    // And this looked for what can be found.
    let plain = [
        home.ok(&["wallet", "info", "Main"]),
        home.ok(&["history", "-w", "Main"]),
    ];
    let plain = plain.map(|answer| answer.to_string()).concat();
    let found = known.iter().filter(|form| {
        plain
            .as_bytes()
            .windows(form.len())
            .any(|part| part == **form)
    });
    assert!(found.count() >= 4);
}

/// What a home answers, or the code of the error.
fn look(home: &Home) -> Result<[Value; 3], String> {
    let mut answers = [Value::Null, Value::Null, Value::Null];
    let asked: [&[&str]; 3] = [
        &["wallet", "list"],
        &["history", "-w", "Main"],
        &["coins", "-w", "Main"],
    ];
    for (answer, args) in answers.iter_mut().zip(asked) {
        let run = home.run(args);
        if run.code != 0 {
            let line = run.stderr.lines().last().unwrap_or_default();
            let error: Value = serde_json::from_str(line)
                .unwrap_or_else(|_| panic!("no typed error: {}", run.stderr));
            return Err(text(&error["code"]).to_owned());
        }
        *answer = run.json;
    }
    Ok(answers)
}

#[test]
fn a_changed_byte_in_any_file_is_named_or_changes_nothing_and_a_backup_brings_all_back() {
    let chain = chain();
    let (home, _) = lived_in(&chain);
    let sound = look(&home).expect("a sound home");
    home.ok(&["check"]);
    let (mut named, mut found_by_check) = (0, 0);
    for (path, bytes) in files(&home.path()) {
        if bytes.is_empty() {
            // The lock's content is never read.
            continue;
        }
        // The vault file's bytes are each tried where they are made; here, a few of each part of each file.
        let step = (bytes.len() / 12).max(1);
        for at in (step / 2..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            fs::write(&path, &changed).expect("the file");
            let place = format!("{} at {at}", path.display());
            match look(&home) {
                Err(code) => {
                    assert!(
                        ["damaged", "wrong_passphrase", "too_new"].contains(&code.as_str()),
                        "{place}: {code}"
                    );
                    named += 1;
                }
                Ok(answers) => {
                    assert_eq!(answers, sound, "{place}");
                    // What was not needed for an answer is found by reading everything.
                    let checked = home.run(&["check"]);
                    if checked.code != 0 {
                        assert!(checked.stderr.contains("\"damaged\""), "{place}");
                        found_by_check += 1;
                    }
                }
            }
            fs::write(&path, &bytes).expect("the file");
        }
    }
    assert!(named > 12 && found_by_check > 0, "{named} {found_by_check}");
    assert_eq!(look(&home).expect("all was put back"), sound);

    // A home that cannot be read any more costs no wallet whose backup there is.
    let database = home.path().join("wallets.db");
    let mut bytes = fs::read(&database).expect("the database");
    bytes[100] ^= 1;
    fs::write(&database, &bytes).expect("the database");
    assert!(look(&home).is_err());
    let backup = files(&home.scratch("backups"))
        .into_iter()
        .map(|(path, _)| path)
        .find(|path| !path.ends_with("one.satchel"))
        .expect("the backup");
    let fresh = Home::new(&chain);
    let imported = fresh.ok(&["import", path_text(&backup)]);
    assert_eq!(imported["added"].as_array().map(Vec::len), Some(2));
    fresh.ok(&["sync", "-w", "Main"]);
    let coins = fresh.ok(&["coins", "-w", "Main"]);
    assert!(coins["total"].as_u64() > Some(0));
    assert_eq!(coins["total"], sound[2]["total"]);
}
