//! Files as a phone's dialogs lend them: kept by another program, with an address and no path.

use std::sync::Arc;

use satchel_ports::{FileError, WalletFiles};
use satchel_shell::dialogs::{Handed, LentFiles};
use satchel_store::DiskFiles;
use satchel_testkit::contract;
use serde_json::{Value, json};

use super::devices::id;
use super::harness::keeper::{Keeper, Manner};
use super::{Harness, PASSPHRASE, Stage, code, done, on, stage};

const FILE_PASSPHRASE: &str = "the file's own one";

fn files() -> (Arc<Keeper>, Arc<LentFiles>) {
    let keeper = Arc::new(Keeper::default());
    let files = LentFiles::new(Arc::new(DiskFiles), keeper.clone());
    (keeper, files)
}

fn lend(keeper: &Keeper, bytes: &[u8]) -> String {
    let address = keeper.keep(bytes.to_vec());
    keeper.lend(&address);
    address
}

#[test]
fn what_is_on_the_disk_is_read_and_written_as_ever() {
    let (_, files) = files();
    let folder = tempfile::tempdir().expect("a folder");
    contract::wallet_files(&*files, folder.path());
}

#[test]
fn a_lent_file_obeys_the_laws_of_whole_files() {
    let (keeper, files) = files();
    let address = lend(&keeper, b"");
    let chosen = files.to_write(address.clone(), "Savings.satchel");
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    files.write(&chosen, &bytes, false).expect("it is empty");
    assert_eq!(files.read(&chosen, 100_000).expect("whole"), bytes);
    assert!(matches!(
        files.read(&chosen, 99_999),
        Err(FileError::TooLarge { max: 99_999 })
    ));
    assert!(matches!(
        files.write(&chosen, b"theirs", false),
        Err(FileError::Exists)
    ));
    files
        .write(&chosen, b"short", true)
        .expect("it was agreed to");
    let path = chosen.to_path_buf();
    drop(chosen);
    assert_eq!(keeper.holds(&address).as_deref(), Some(&b"short"[..]));
    // Given back, its name means nothing; nor does that of one that was never lent.
    for absent in [path.as_path(), "other.satchel".as_ref()] {
        assert!(matches!(files.read(absent, 9), Err(FileError::NotFound)));
        assert!(matches!(
            files.write(absent, b"x", true),
            Err(FileError::NotFound)
        ));
    }
    assert_eq!(keeper.lent(), 0);
}

#[test]
fn nothing_that_could_be_taken_for_a_backup_is_left_where_none_was_written() {
    // Its owner thought better of it.
    let (keeper, files) = files();
    let address = lend(&keeper, b"");
    drop(files.to_write(address.clone(), "new.satchel"));
    assert_eq!(keeper.holds(&address), None, "an empty file");
    // The same, and the file was there before: what the dialog did not make is not removed.
    let address = lend(&keeper, b"last year's");
    drop(files.to_write(address.clone(), "old.satchel"));
    assert_eq!(keeper.holds(&address).as_deref(), Some(&b"last year's"[..]));
    // Nor is what was only to be read, as empty as it may be.
    let address = lend(&keeper, b"");
    drop(files.to_read(address.clone(), "empty"));
    assert!(keeper.holds(&address).is_some());
    for manner in [Manner::UpTo(4), Manner::Loses] {
        keeper.serves(manner);
        let address = lend(&keeper, b"");
        let chosen = files.to_write(address.clone(), "half.satchel");
        let written = files.write(&chosen, b"a wallet", true);
        let fails = match manner {
            Manner::Loses => matches!(written, Err(FileError::Unverified)),
            _ => matches!(written, Err(FileError::Io(_))),
        };
        assert!(fails, "{manner:?}: {written:?}");
        drop(chosen);
        assert_eq!(keeper.holds(&address), None, "{manner:?}");
    }
    assert_eq!(keeper.lent(), 0);
}

#[test]
fn a_name_is_a_name_whoever_gives_it_and_two_of_it_are_two_files() {
    let (keeper, files) = files();
    for (given, kept) in [
        ("../../home/vault", "....homevault"),
        ("/etc/passwd", "etcpasswd"),
        ("..", "file"),
        ("", "file"),
        ("a\nb\u{0}", "ab"),
        ("Ersparnis.satchel", "Ersparnis.satchel"),
    ] {
        let chosen = files.to_read(lend(&keeper, b""), given);
        assert_eq!(chosen.to_str(), Some(kept));
    }
    let one = files.to_read(lend(&keeper, b"one"), "same");
    let two = files.to_read(lend(&keeper, b"two"), "same");
    assert_eq!(files.read(&one, 9).expect("it is there"), b"one");
    assert_eq!(files.read(&two, 9).expect("it is there"), b"two");
    assert_eq!(two.file_name(), one.file_name());
}

fn call(stage: &Stage, command: &'static str, request: Value) -> Result<Value, Value> {
    stage.main.call(command, json!({ "req": request }))
}

impl Stage {
    fn keeper(&self) -> &Keeper {
        &self.harness.keeper
    }

    /// Lets the dialog for saving make a file, and returns its address.
    fn saves(&self, name: &str) -> String {
        let address = self.keeper().create();
        self.harness.files.then_lent(&address, name);
        address
    }

    fn types(&self, title: &str, passphrase: &str) {
        assert_eq!(self.harness.sealed_opens(), title);
        self.answer(json!({ "passphrase": passphrase }));
    }
}

#[test]
fn a_wallet_goes_into_a_lent_file_and_comes_out_of_it_on_another_phone() {
    let one = stage().with_wallet();
    let address = one.saves("Savings.satchel");
    let request = json!({ "req": { "request_id": id(2), "wallet_id": null } });
    let writing = one.ask("cmd_export_wallet", request);
    one.types("Passphrase of the file", FILE_PASSPHRASE);
    one.prove();
    let written = done(writing).expect("a file");
    assert_eq!(written["verified"], true);
    assert_eq!(
        written["path"], "Savings.satchel",
        "no address, and no path"
    );
    let asked = one.harness.confirm.asked();
    let asked = format!("{asked:?}");
    assert!(asked.contains("Savings.satchel") && !asked.contains("content:"));
    assert_eq!(one.keeper().lent(), 0);

    let two = stage();
    let bytes = one.keeper().holds(&address).expect("it was written");
    let there = two.keeper().keep(bytes.clone());
    two.harness.files.then_lent(&there, "Savings.satchel");
    let reading = two.ask(
        "cmd_import_wallet",
        json!({ "req": { "request_id": id(3) } }),
    );
    two.types("Choose a passphrase", PASSPHRASE);
    two.types("Open a wallet file", FILE_PASSPHRASE);
    let imported = done(reading).expect("wallets");
    assert_eq!(imported["added"][0]["name"], "Savings");
    assert_eq!(two.keeper().holds(&there), Some(bytes), "it stays as it is");
    assert_eq!(two.keeper().lent(), 0);
}

#[test]
fn an_export_that_ends_before_it_is_written_leaves_no_file() {
    let stage = stage().with_wallet();
    let address = stage.saves("Savings.satchel");
    let request = json!({ "req": { "request_id": id(2), "wallet_id": null } });
    let writing = stage.ask("cmd_export_wallet", request);
    stage.harness.sealed_opens();
    stage.harness.owner_closes_sealed();
    assert_eq!(code(done(writing)), "cancelled");
    assert_eq!(stage.keeper().holds(&address), None);
    // Whoever closes the sheet that asks where to has cancelled, and nothing failed.
    stage.keeper().serves(Manner::Closed);
    let address = stage.saves("out.jsonl");
    let written = call(&stage, "cmd_export_labels", json!({ "request_id": id(3) }));
    assert_eq!(code(written), "cancelled");
    assert_eq!(stage.keeper().holds(&address), None);
    assert_eq!(stage.keeper().lent(), 0);
}

#[test]
fn labels_and_descriptors_go_out_and_in_by_lent_files() {
    let stage = stage().with_wallet();
    let request = json!({ "request_id": id(2), "label": "rent" });
    call(&stage, "cmd_generate_address", request).expect("an address");
    let labels = stage.saves("Savings.jsonl");
    call(&stage, "cmd_export_labels", json!({ "request_id": id(3) })).expect("a file");
    let text = stage.keeper().holds(&labels).expect("it was written");
    assert!(String::from_utf8_lossy(&text).contains("rent"));
    stage.harness.files.then_lent(&labels, "Savings.jsonl");
    let preview = call(&stage, "cmd_read_labels", json!({ "request_id": id(4) }));
    let preview = preview.expect("a file of labels");
    assert_eq!(preview["file"], "Savings.jsonl");
    assert_eq!(preview["would"]["unchanged"], 1);

    let backup = stage.saves("Savings.bip138");
    let request = json!({ "request_id": id(5) });
    call(&stage, "cmd_export_descriptors", request).expect("a file");
    stage.harness.files.then_lent(&backup, "Savings.bip138");
    let found = call(
        &stage,
        "cmd_read_descriptors",
        json!({ "request_id": id(6) }),
    );
    assert_eq!(found.expect("it opens").as_array().map(Vec::len), Some(1));
    assert_eq!(stage.keeper().lent(), 0);
}

#[test]
fn a_phone_backs_up_into_a_file_that_it_is_lent_and_tries_it_by_asking_for_it() {
    let stage = stage().with_wallet();
    let backup = stage.saves("satchel-backup-1.satchel");
    let request = json!({ "req": { "request_id": id(2), "wallet_id": null } });
    let backing = stage.ask("cmd_backup_wallet", request);
    stage.types("Passphrase of the file", FILE_PASSPHRASE);
    stage.prove();
    done(backing).expect("a backup");
    let health = || {
        let health = stage.main.call("cmd_get_backup_health", json!({}));
        health.expect("it is open")
    };
    assert_eq!(health()["path"], "satchel-backup-1.satchel");
    assert_eq!(health()["proven_at"], Value::Null);
    // The address was lent for once; where the file is now, its owner says.
    stage
        .harness
        .files
        .then_lent(&backup, "satchel-backup-1.satchel");
    let request = json!({ "req": { "request_id": id(3), "choose": false } });
    let proving = stage.ask("cmd_prove_backup", request);
    stage.types("Open a wallet file", FILE_PASSPHRASE);
    let proven = done(proving).expect("it opens");
    assert_eq!(proven["lacking"], json!([]));
    assert!(health()["proven_at"].as_u64().is_some());
    assert_eq!(stage.keeper().lent(), 0);
}

#[test]
fn a_lent_file_is_looked_at_by_a_scan() {
    let stage = stage().with_wallet();
    let scan = stage.main.call("cmd_open_scan", json!({}));
    let scan = scan.expect("one can always begin")["scan"].take();
    let look = |bytes: Vec<u8>| {
        let address = stage.keeper().keep(bytes);
        stage.harness.files.then_lent(&address, "msf:1000000033");
        call(&stage, "cmd_scan_file", json!({ "scan": scan })).expect("a step")
    };
    let address = b"bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    assert_eq!(look(address.to_vec())["seen"]["kind"], "payment");
    let large = look(vec![0; satchel_shell::scan::MAX_FILE + 1]);
    assert_eq!(large["why"], "too_large");
    assert_eq!(stage.keeper().lent(), 0);
}

#[test]
fn a_text_and_a_draft_are_handed_over_where_there_is_a_sheet() {
    let desktop = stage().main.call("cmd_hand_over", json!({}));
    let denied = desktop.expect_err("a desktop's page is not granted it");
    assert!(
        denied
            .as_str()
            .is_some_and(|why| why.contains("not allowed"))
    );
    let (stage, draft) = on(Harness::of_every_system()).with_draft();
    let hand = |request: Value| call(&stage, "cmd_hand_over", request);
    let text = |text: &str| json!({ "kind": "text", "text": text });
    let of_draft = |draft: &str| json!({ "kind": "draft", "draft_id": draft });
    assert_eq!(code(hand(text("bcrt1"))), "io", "where there is none");
    stage.harness.files.on_phone(true);
    assert_eq!(hand(text("bcrt1")), Ok(Value::Null));
    assert_eq!(code(hand(text(&"x".repeat(2954)))), "bad_input");
    assert_eq!(hand(of_draft(&draft)), Ok(Value::Null));
    assert_eq!(code(hand(of_draft(&"0".repeat(32)))), "unknown_draft");
    let psbt = stage.psbt(&draft);
    let expected = [
        Handed::Text("bcrt1".to_owned()),
        Handed::File {
            name: "payment.psbt".to_owned(),
            bytes: psbt.serialize(),
        },
    ];
    assert_eq!(stage.harness.files.handed(), expected);
    // Locked, a draft is nobody's.
    call(&stage, "cmd_lock_wallet", json!({})).expect("it locks");
    assert_eq!(code(hand(of_draft(&draft))), "locked");
}
