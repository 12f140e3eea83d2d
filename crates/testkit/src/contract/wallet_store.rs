//! The laws of a wallet store.

mod addresses;
mod circle;
mod coins;
mod contacts;
mod drafts;
mod history;
mod notices;
mod records;
mod whole;

use std::sync::Arc;

use satchel_ports::{StoreError, WalletStore};
use satchel_types::{Batch, WalletId, Write};

use crate::rows;

/// Checks every law, each on a fresh store without content.
///
/// # Panics
/// Where a law is broken.
pub fn wallet_store(make: impl Fn() -> Arc<dyn WalletStore>) {
    let laws = [
        records::LAWS,
        history::LAWS,
        coins::LAWS,
        addresses::LAWS,
        contacts::LAWS,
        drafts::LAWS,
        circle::LAWS,
        notices::LAWS,
        whole::LAWS,
    ];
    for law in laws.into_iter().flatten() {
        law(&*make());
    }
}

type Law = fn(&dyn WalletStore);

/// Applies writes that must succeed.
fn apply(store: &dyn WalletStore, writes: impl IntoIterator<Item = Write>) {
    let batch = Batch {
        writes: writes.into_iter().collect(),
    };
    store.apply(&batch).expect("a healthy store");
}

/// Adds wallet `n` and returns its id.
fn wallet(store: &dyn WalletStore, n: u32) -> WalletId {
    apply(store, [rows::insert(rows::wallet(n))]);
    rows::wallet_id(n)
}

fn is_unknown<T>(outcome: Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::UnknownWallet))
}

fn is_bad_cursor<T>(outcome: Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::BadCursor))
}
