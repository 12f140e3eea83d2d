//! The laws of the ports, on the real files.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use satchel_ports::WalletStore;
use satchel_secrets::SecretBytes;
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::contract;

/// Gives a new empty home each time.
struct Homes {
    folder: tempfile::TempDir,
    next: AtomicU32,
}

impl Homes {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a scratch folder"),
            next: AtomicU32::new(0),
        }
    }

    fn next(&self) -> PathBuf {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let home = self.folder.path().join(n.to_string());
        satchel_store::create_home(&home).expect("a new home");
        home
    }
}

#[test]
fn the_database_keeps_the_laws_of_a_wallet_store() {
    let homes = Homes::new();
    contract::wallet_store(|| {
        let key = SecretBytes::from_slice(&[5; 32]).expect("32 bytes");
        let store = SqlDatabase::new(&homes.next())
            .open_store(&key)
            .expect("a new database");
        Arc::new(store) as Arc<dyn WalletStore>
    });
}

#[test]
fn the_database_keeps_the_laws_of_opening() {
    let homes = Homes::new();
    contract::database(|| SqlDatabase::new(&homes.next()));
}

#[test]
fn the_vault_file_keeps_its_laws() {
    let homes = Homes::new();
    contract::vault_file(|| FileVault::new(&homes.next()));
}

#[test]
fn the_file_of_attempts_keeps_its_laws() {
    let homes = Homes::new();
    contract::attempts_file(|| FileAttempts::new(&homes.next()));
}

#[test]
fn files_on_disk_keep_their_laws() {
    let homes = Homes::new();
    contract::wallet_files(&DiskFiles, &homes.next());
}
