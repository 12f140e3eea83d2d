//! Nothing of a wallet can be read without the key.

use std::fs;
use std::path::{Path, PathBuf};

use bitcoin::Network;
use satchel_ports::{Database, OpenStoreError, StoreError};
use satchel_secrets::SecretBytes;
use satchel_store::SqlDatabase;
use satchel_testkit::rows;
use satchel_types::{
    Backend, BackendKind, Batch, ChainSide, HistoryQuery, LabelTarget, PageSize, Timestamp, Write,
};

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

/// Texts and bytes that the batch below writes, each in a column of its own.
fn canaries() -> Vec<Vec<u8>> {
    let record = rows::wallet(1);
    let mut found: Vec<Vec<u8>> = [
        "Canary Savings",
        "canary label of a payment",
        "canary label of an address",
        "canary.example",
        "canary outcome",
        "canary setting",
        "canary engine state",
        "canary sealed",
        &record.descriptors.external,
        &rows::address(1),
        &rows::address(6),
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    let txid = rows::txid(1);
    let txid: &[u8] = txid.as_ref();
    found.push(txid.to_vec());
    found.push(txid.iter().rev().copied().collect());
    found.push(rows::script(1).to_bytes());
    found.push(vec![0xa5; 32]);
    found.push(b"a5".repeat(32));
    found
}

fn fill() -> Batch {
    let mut record = rows::wallet(1);
    let id = record.id;
    record.name = rows::name("Canary Savings");
    Batch {
        writes: vec![
            Write::InsertWallet {
                record: Box::new(record),
                sealed_seed: Some(b"canary sealed".to_vec()),
            },
            Write::AppendChanges(id, b"canary engine state".to_vec()),
            Write::PutTx(id, Box::new(rows::confirmed(1, 5))),
            Write::PutCoin(id, Box::new(rows::coin(1, 500))),
            Write::PutAddress(id, Box::new(rows::address_row(ChainSide::Receive, 3))),
            Write::PutLabel(
                id,
                LabelTarget::Tx(rows::txid(1)),
                Some(rows::label("canary label of a payment")),
            ),
            Write::PutLabel(
                id,
                LabelTarget::Address(rows::address(1)),
                Some(rows::label("canary label of an address")),
            ),
            Write::PutDraft(Box::new(rows::draft(1, id))),
            Write::PutBackend(Backend {
                network: Network::Regtest,
                kind: BackendKind::Esplora,
                url: "https://canary.example/api".into(),
            }),
            Write::PutRequest {
                id: rows::request_id(1),
                outcome: "canary outcome".into(),
                at: Timestamp::from_secs(1),
            },
            Write::PutSetting {
                key: "canary setting".into(),
                value: "x".into(),
            },
        ],
    }
}

fn files(home: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    fs::read_dir(home)
        .expect("the home")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let bytes = fs::read(&path).expect("a file of the home");
            (path, bytes)
        })
        .collect()
}

fn assert_no_canary(home: &Path) {
    for (path, bytes) in files(home) {
        assert!(!bytes.starts_with(b"SQLite format 3"), "{}", path.display());
        for canary in canaries() {
            assert!(
                !bytes.windows(canary.len()).any(|part| part == canary),
                "{} holds {:?}",
                path.display(),
                String::from_utf8_lossy(&canary)
            );
        }
    }
}

#[test]
fn no_file_holds_anything_in_clear() {
    let home = tempfile::tempdir().expect("a scratch folder");
    let database = SqlDatabase::new(home.path());
    let store = database.open(&key(0xa5)).expect("a new database");
    store.apply(&fill()).expect("a healthy disk");
    let open = files(home.path());
    let names: Vec<_> = open
        .iter()
        .filter_map(|(path, _)| path.extension())
        .collect();
    assert!(
        names.contains(&"db-wal".as_ref()),
        "the log is looked at too"
    );
    assert!(open.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > 100_000);
    assert_no_canary(home.path());
    store.close();
    assert_no_canary(home.path());
    assert_eq!(
        files(home.path()).len(),
        1,
        "the log went into the database"
    );
    // And this looked for what is really there.
    let store = database.open(&key(0xa5)).expect("its own key");
    let labels = store.labels(rows::wallet_id(1)).expect("a list");
    assert_eq!(labels[0].1, "canary label of a payment");
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_the_database_and_its_companions() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("a scratch folder");
    let loose = home.path().join("wallets.db");
    fs::write(&loose, b"").expect("a file");
    fs::set_permissions(&loose, fs::Permissions::from_mode(0o644)).expect("its mode");
    let database = SqlDatabase::new(home.path());
    let store = database.open(&key(1)).expect("a new database");
    store.apply(&fill()).expect("a healthy disk");
    let found = files(home.path());
    assert_eq!(found.len(), 3, "database, log and index");
    for (path, _) in found {
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn what_is_no_database_is_not_opened_and_not_changed() {
    for content in [
        b"SQLite format 3\0 and so on, in clear".repeat(300),
        vec![7; 8192],
    ] {
        let home = tempfile::tempdir().expect("a scratch folder");
        let path = home.path().join("wallets.db");
        fs::write(&path, &content).expect("a file");
        let outcome = SqlDatabase::new(home.path()).open(&key(1));
        assert!(matches!(outcome.err(), Some(OpenStoreError::WrongKey)));
        assert_eq!(fs::read(&path).expect("a file"), content);
    }
}

#[test]
fn a_home_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let outcome = SqlDatabase::new(&folder.path().join("home")).open(&key(1));
    assert!(matches!(outcome.err(), Some(OpenStoreError::Io(_))));
}

/// Every page carries a code that proves it was written with the key. A flipped bit anywhere is
/// noticed, at the latest when its page is read, and is never taken for a value.
#[test]
fn a_flipped_bit_is_noticed_and_named() {
    let home = tempfile::tempdir().expect("a scratch folder");
    let path = home.path().join("wallets.db");
    let database = SqlDatabase::new(home.path());
    let id = rows::wallet_id(1);
    let store = database.open(&key(1)).expect("a new database");
    let mut batch = fill();
    batch.extend(Batch {
        writes: (10..400)
            .map(|n| Write::PutTx(id, Box::new(rows::confirmed(n, n))))
            .collect(),
    });
    store.apply(&batch).expect("a healthy disk");
    let everything = HistoryQuery {
        size: PageSize::clamped(500),
        ..HistoryQuery::default()
    };
    let whole = store.history(id, &everything).expect("a page");
    store.verify().expect("a sound database");
    store.close();
    drop(store);

    let sound = fs::read(&path).expect("the database");
    let pages = sound.len() / 4096;
    let (mut at_open, mut at_read, mut at_check) = (0, 0, 0);
    for page in 0..pages {
        let mut bytes = sound.clone();
        bytes[page * 4096 + 1000] ^= 1;
        fs::write(&path, &bytes).expect("the database");
        match database.open(&key(1)) {
            // The first page cannot be told from one of another key.
            Err(OpenStoreError::WrongKey) => {
                assert_eq!(page, 0);
                at_open += 1;
            }
            Err(OpenStoreError::Damaged) => {
                assert_ne!(page, 0);
                at_open += 1;
            }
            Err(error) => panic!("page {page}: {error:?}"),
            Ok(store) => {
                let checked = store.verify();
                match store.history(id, &everything) {
                    Ok(found) => assert_eq!(found, whole, "page {page}"),
                    Err(StoreError::Damaged { .. }) => {
                        assert!(checked.is_err(), "page {page} was read and not checked");
                        at_read += 1;
                    }
                    Err(error) => panic!("page {page}: {error:?}"),
                }
                match checked {
                    // Nothing is kept there.
                    Ok(()) => {}
                    Err(StoreError::Damaged { .. }) => at_check += 1,
                    Err(error) => panic!("page {page}: {error:?}"),
                }
            }
        }
    }
    assert!(
        at_open > 1 && at_read > 10 && at_open + at_check > pages * 9 / 10,
        "{at_open} {at_read} {at_check} of {pages}"
    );
}
