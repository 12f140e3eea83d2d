//! The laws of opening.

use satchel_ports::{Database, OpenStoreError};
use satchel_secrets::SecretBytes;

use crate::rows;

/// Checks every law on fresh databases that do not exist yet.
///
/// # Panics
/// Where a law is broken.
pub fn database<D: Database>(make: impl Fn() -> D) {
    what_was_applied_is_there_when_opened_again(&make());
    another_key_opens_nothing_and_harms_nothing(&make());
}

fn key(byte: u8) -> SecretBytes<32> {
    let filled = SecretBytes::init_with(|bytes: &mut [u8; 32]| {
        bytes.fill(byte);
        Ok::<(), std::convert::Infallible>(())
    });
    match filled {
        Ok(key) => key,
        Err(never) => match never {},
    }
}

fn what_was_applied_is_there_when_opened_again(database: &dyn Database) {
    let record = rows::wallet(1);
    assert!(!database.exists());
    let store = database.open(&key(1)).expect("a new database");
    assert!(database.exists());
    store
        .apply(&rows::insert(record.clone()).into())
        .expect("a healthy disk");
    store.close();
    for _ in 0..2 {
        let store = database.open(&key(1)).expect("its own key");
        assert_eq!(
            store.wallets().expect("a list"),
            std::slice::from_ref(&record)
        );
        store.close();
    }
    // Without being closed in order, as well.
    drop(database.open(&key(1)).expect("its own key"));
    let store = database.open(&key(1)).expect("its own key");
    assert_eq!(store.wallets().expect("a list"), [record]);
}

fn another_key_opens_nothing_and_harms_nothing(database: &dyn Database) {
    let store = database.open(&key(1)).expect("a new database");
    store
        .apply(&rows::insert(rows::wallet(1)).into())
        .expect("a healthy disk");
    store.close();
    assert!(matches!(
        database.open(&key(2)).err(),
        Some(OpenStoreError::WrongKey)
    ));
    let store = database.open(&key(1)).expect("its own key");
    assert_eq!(store.wallets().expect("a list").len(), 1);
}
