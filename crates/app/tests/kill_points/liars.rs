//! Programs that break their promises, to see that the laws notice.

use std::path::Path;
use std::sync::{Arc, Mutex};

use satchel_ports::{FileError, WalletFiles, WalletStore};
use satchel_store::DiskFiles;
use satchel_testkit::WatchedStore;
use satchel_types::ScriptType::{Segwit, Taproot};
use satchel_types::{Batch, DraftState, Write};

use crate::laws::{Flow, run};
use crate::process::{Between, HONEST, WrapStore};
use crate::{create, files, send, sharing};

/// Says what was found broken first, after making sure that the same flow is well without the lie.
fn caught(flow: &dyn Flow, lie: Between) -> String {
    let well = run(flow, HONEST, 4, 1);
    assert!(well.broken.is_empty(), "{:?}", well.broken);
    let outcome = run(flow, lie, 4, 1);
    outcome.broken.join("\n")
}

/// Takes a batch, says that it is written, and writes it with the next one.
fn later(inner: Arc<dyn WalletStore>) -> Arc<dyn WalletStore> {
    let waiting = Mutex::new(Batch::new());
    let apply = move |inner: &dyn WalletStore, batch: &Batch| {
        let last = std::mem::replace(&mut *waiting.lock().unwrap(), batch.clone());
        inner.apply(&last)
    };
    Arc::new(WatchedStore::dangerous_with_apply(inner, Box::new(apply)))
}

/// Writes a batch one by one.
fn one_by_one(inner: Arc<dyn WalletStore>) -> Arc<dyn WalletStore> {
    let apply = |inner: &dyn WalletStore, batch: &Batch| {
        let each = batch.writes.iter().cloned();
        each.map(Batch::from)
            .try_for_each(|part| inner.apply(&part))
    };
    Arc::new(WatchedStore::dangerous_with_apply(inner, Box::new(apply)))
}

/// Does not keep that a draft is signed.
fn forgets_signatures(inner: Arc<dyn WalletStore>) -> Arc<dyn WalletStore> {
    let apply = |inner: &dyn WalletStore, batch: &Batch| {
        let signed = |write: &Write| {
            let Write::PutDraft(draft) = write else {
                return false;
            };
            matches!(draft.state, DraftState::Signed { .. })
        };
        let mut batch = batch.clone();
        batch.writes.retain(|write| !signed(write));
        inner.apply(&batch)
    };
    Arc::new(WatchedStore::dangerous_with_apply(inner, Box::new(apply)))
}

/// Begins to write under the name that the file shall have.
struct InPlace;

impl WalletFiles for InPlace {
    fn read(&self, path: &Path, max: u64) -> Result<Vec<u8>, FileError> {
        DiskFiles.read(path, max)
    }

    fn write(&self, path: &Path, bytes: &[u8], _: bool) -> Result<(), FileError> {
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        DiskFiles.write(path, bytes, true)
    }
}

#[test]
fn a_wallet_that_is_told_before_it_is_written_is_noticed() {
    let lie = Between {
        store: later,
        ..HONEST
    };
    let found = caught(&create::Create::new(&[Segwit], Taproot), lie);
    assert!(found.contains("the wallet is gone"), "{found}");
}

#[test]
fn a_wallet_that_is_written_bit_by_bit_is_noticed() {
    let lie = Between {
        store: one_by_one,
        ..HONEST
    };
    let found = caught(&create::Create::new(&[Segwit], Taproot), lie);
    assert!(!found.is_empty());
}

#[test]
fn a_circle_that_is_written_bit_by_bit_or_later_is_noticed() {
    let flow = sharing::Found::new();
    for (store, found) in [
        (one_by_one as WrapStore, "is shared, not"),
        (later, "it is gone"),
    ] {
        let lie = Between { store, ..HONEST };
        let caught = caught(&flow, lie);
        assert!(caught.contains(found), "{caught}");
    }
}

#[test]
fn a_payment_that_is_sent_before_its_signature_is_kept_is_noticed() {
    let lie = Between {
        store: forgets_signatures,
        ..HONEST
    };
    let found = caught(&send::Send::new(&[Taproot], 2, 3000), lie);
    assert!(found.contains("not kept as signed"), "{found}");
}

#[test]
fn a_backup_that_is_written_in_place_is_noticed() {
    let lie = Between {
        files: || Arc::new(InPlace),
        ..HONEST
    };
    let found = caught(&files::Backup::new(&[Taproot], 0), lie);
    assert!(found.contains("is there by half"), "{found}");
}
