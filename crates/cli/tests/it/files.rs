use crate::support::{ELSEWHERE, Home, chain, path_text, text};

#[test]
fn an_export_brings_everything_to_another_home_and_twice_changes_nothing() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 400_000);
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "1000",
        "--fee-rate",
        "1",
        "--label",
        "Tea",
        "--yes",
    ];
    let txid = text(&home.ok(&args)["txid"]).to_owned();
    chain.mine(1).expect("a block");
    home.ok(&["sync"]);
    let coin = text(&home.ok(&["coins"])["coins"][0]["outpoint"]).to_owned();
    home.ok(&["coins", "lock", &coin]);
    let file = home.scratch("main.satchel");
    let written = home.ok(&["export", path_text(&file), "--yes"]);
    assert_eq!(written["verified"], true);
    assert_eq!(
        home.fails(&["export", path_text(&file), "--yes"]),
        (9, "file_exists".to_owned()),
        "nothing is overwritten unasked"
    );

    let other = Home::new(&chain);
    let first = other.ok(&["import", path_text(&file)]);
    assert_eq!(first["added"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        first["added"][0]["selected"], true,
        "the first wallet is the selected one"
    );
    let again = other.ok(&["import", path_text(&file)]);
    assert_eq!(
        again["unchanged"].as_array().map(Vec::len),
        Some(1),
        "{again}"
    );
    other.ok(&["sync"]);
    for field in ["confirmed", "spendable", "total"] {
        assert_eq!(other.sats(field), home.sats(field), "{field}");
    }
    assert_eq!(other.row(&txid)["label"], "Tea");
    assert_eq!(other.ok(&["coins"])["coins"][0]["locked"], true);
    other.ok(&["coins", "unlock", &coin]);
    other.ok(&[
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "2000",
        "--fee-rate",
        "1",
        "--yes",
    ]);
}

#[test]
fn a_file_needs_its_own_passphrase_and_every_bit_of_it() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let file = home.scratch("main.satchel");
    home.ok(&["export", path_text(&file), "--yes"]);
    let mut other = Home::new(&chain);
    other.passphrase = "another passphrase".to_owned();
    assert_eq!(
        other.fails(&["import", path_text(&file)]),
        (3, "wrong_passphrase".to_owned())
    );

    let whole = std::fs::read(&file).expect("the file");
    for at in [20, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&file, &bytes).expect("the file");
        let (code, name) = home.fails(&["import", path_text(&file)]);
        assert_eq!(
            (code, name.as_str()),
            (9, "file_damaged"),
            "bit flipped at {at}"
        );
    }
    std::fs::write(&file, b"hello").expect("the file");
    assert_eq!(
        home.fails(&["import", path_text(&file)]),
        (9, "not_a_wallet_file".to_owned())
    );
    assert_eq!(
        home.fails(&["import", "/nowhere.satchel"]),
        (9, "file_not_found".to_owned())
    );
}

#[test]
fn an_import_that_failed_leaves_no_vault_under_a_mistyped_passphrase() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let file = home.scratch("main.satchel");
    home.ok(&["export", path_text(&file), "--yes"]);
    let mut other = Home::new(&chain);
    let right = std::mem::replace(&mut other.passphrase, "mistyped passphrase".to_owned());
    assert_eq!(
        other.fails(&["import", path_text(&file)]),
        (3, "wrong_passphrase".to_owned())
    );
    assert_eq!(other.fails(&["balance"]), (3, "no_vault".to_owned()));
    other.passphrase = right;
    let imported = other.ok(&["import", path_text(&file)]);
    assert_eq!(imported["added"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_backup_lands_in_its_folder_and_opens_again() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.ok(&[
        "wallet",
        "create",
        "--name",
        "Second",
        "--network",
        "regtest",
        "--script-type",
        "segwit",
    ]);
    let folder = home.scratch("backups");
    std::fs::create_dir(&folder).expect("a folder");
    let backup = home.ok(&["backup", "--to", path_text(&folder), "--yes"]);
    assert_eq!(backup["verified"], true);
    assert!(!home.ok(&["wallet", "info"])["backed_up_at"].is_null());
    let other = Home::new(&chain);
    let imported = other.ok(&["import", text(&backup["path"])]);
    assert_eq!(
        imported["added"].as_array().map(Vec::len),
        Some(2),
        "all wallets are in it"
    );
}

#[test]
fn a_drill_says_what_the_last_backup_would_bring_back() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    assert_eq!(
        home.fails(&["check", "--backup"]),
        (9, "file_not_found".to_owned())
    );
    let before = home.ok(&["check"]);
    assert!(before["path"].is_null() && before["proven_at"].is_null());
    assert_eq!(before["never"].as_array().map(Vec::len), Some(1));
    let folder = home.scratch("backups");
    std::fs::create_dir(&folder).expect("a folder");
    let made = home.ok(&["backup", path_text(&folder), "--yes"]);
    let written = home.ok(&["check"]);
    assert_eq!(written["path"], made["path"]);
    assert!(written["proven_at"].is_null());
    let proven = home.ok(&["check", "--backup"]);
    assert_eq!(proven["path"], made["path"]);
    assert_eq!(proven["wallets"][0]["name"], "Main");
    assert_eq!(proven["wallets"][0]["has_seed"], true);
    assert_eq!(proven["lacking"].as_array().map(Vec::len), Some(0));
    assert!(home.ok(&["check"])["proven_at"].is_u64());
    let path = made["path"].as_str().expect("a path");
    let mut bytes = std::fs::read(path).expect("the backup");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).expect("the backup");
    assert_eq!(
        home.fails(&["check", "--backup"]),
        (9, "file_damaged".to_owned())
    );
}

#[test]
fn after_a_change_only_the_new_passphrase_opens() {
    let chain = chain();
    let mut home = Home::with_wallet(&chain);
    home.receive(&chain, 50_000);
    let output = home
        .command(&["passphrase", "set", "--yes"])
        .env("SATCHEL_NEW_PASSPHRASE", "a brand new passphrase")
        .output()
        .expect("the binary starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(home.fails(&["balance"]), (3, "wrong_passphrase".to_owned()));
    home.passphrase = "a brand new passphrase".to_owned();
    assert_eq!(home.sats("confirmed"), 50_000);
}

#[test]
fn nothing_of_a_wallet_is_readable_on_disk() {
    let chain = chain();
    let home = Home::new(&chain);
    home.ok(&[
        "wallet",
        "create",
        "--name",
        "Canary-Name-7Q",
        "--network",
        "regtest",
    ]);
    home.receive(&chain, 50_000);
    let info = home.ok(&["wallet", "info"]);
    let address = home.address();
    home.ok(&["label", "address", &address, "Canary-Label-7Q"]);
    let words = [
        "Canary-Name-7Q".to_owned(),
        "Canary-Label-7Q".to_owned(),
        address,
        text(&info["external_descriptor"])[20..80].to_owned(),
        text(&info["fingerprint"]).to_owned(),
    ];
    let mut files = 0;
    for entry in std::fs::read_dir(home.path()).expect("the home") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        files += 1;
        for word in &words {
            let found = bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes());
            assert!(!found, "{word} is readable");
        }
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }
    assert!(files >= 2, "vault and database are there");
}
