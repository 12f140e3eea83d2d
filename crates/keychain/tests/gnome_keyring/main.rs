//! The Linux adapter on a real GNOME Keyring, in every state that one can be in.
//!
//! Each test runs again as a process of its own inside `dbus-run-session`, with a home of its own,
//! so that no keyring of this machine is ever touched. Where the programs are missing, the tests
//! fail and say what to install.
#![cfg(target_os = "linux")]

mod session;

use std::sync::Arc;

use satchel_keychain::SystemKeychain;
use satchel_ports::{Keychain, KeychainError, KeychainItem, Presence};
use satchel_secrets::SecretBytes;
use satchel_testkit::{SeededEntropy, contract};
use satchel_types::{SlotId, VaultId};

use session::{Bus, Session, inside};

const ITEM: KeychainItem = KeychainItem::VaultSlot {
    vault: VaultId::from_bytes([0xa1; 16]),
    slot: SlotId::from_bytes([0xb2; 16]),
};

fn hand() -> SystemKeychain {
    SystemKeychain::new(Arc::new(SeededEntropy::dangerous_from_seed(1)))
}

fn secret() -> SecretBytes<32> {
    SecretBytes::from_slice(&[0xc3; 32]).expect("32 bytes")
}

async fn put(keychain: &dyn Keychain) {
    assert_eq!(keychain.put(ITEM, &secret()).await, Ok(()));
}

async fn holds(keychain: &dyn Keychain) {
    let kept = keychain.get(ITEM).await.expect("it was put");
    assert!(kept.ct_eq(&secret()));
}

/// What every call says.
async fn says(keychain: &dyn Keychain, error: KeychainError) {
    assert_eq!(keychain.ready().await, Err(error), "ready");
    assert_eq!(keychain.put(ITEM, &secret()).await, Err(error), "put");
    assert_eq!(keychain.get(ITEM).await.err(), Some(error), "get");
    assert_eq!(keychain.remove(ITEM).await, Err(error), "remove");
}

#[test]
fn an_unlocked_keyring_keeps_the_contract() {
    inside(
        "an_unlocked_keyring_keeps_the_contract",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            assert_eq!(hand().traits().presence, Presence::None, "and it says so");
            contract::keychain(&hand(), &hand()).await;
            assert_eq!(session.items().await, 0, "nothing is left behind");
        },
    );
}

#[test]
fn what_lies_in_the_keyring_is_text_and_can_be_told_apart() {
    inside(
        "what_lies_in_the_keyring_is_text_and_can_be_told_apart",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            put(&hand()).await;
            let (vault, slot) = ("a1".repeat(16), "b2".repeat(16));
            let text = session
                .look_up(&[
                    ("application", "satchel"),
                    ("vault", &vault),
                    ("slot", &slot),
                ])
                .await
                .expect("it is there");
            assert_eq!(text, "w8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8M=");
        },
    );
}

#[test]
fn a_keyring_that_is_locked_in_mid_use_says_locked_and_loses_nothing() {
    inside(
        "a_keyring_that_is_locked_in_mid_use_says_locked_and_loses_nothing",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            session.lock().await;
            says(&keychain, KeychainError::Locked).await;
            session.kill().await;
            session.start_unlocked().await;
            holds(&keychain).await;
        },
    );
}

#[test]
fn a_keyring_that_was_never_unlocked_says_locked_also_of_items_it_does_not_have() {
    inside(
        "a_keyring_that_was_never_unlocked_says_locked_also_of_items_it_does_not_have",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            put(&hand()).await;
            session.kill().await;
            session.start_locked().await;
            says(&hand(), KeychainError::Locked).await;
            let other = KeychainItem::VaultSlot {
                vault: VaultId::from_bytes([1; 16]),
                slot: SlotId::from_bytes([2; 16]),
            };
            let got = hand().get(other).await;
            assert_eq!(got.err(), Some(KeychainError::Locked), "it cannot look");
        },
    );
}

#[test]
fn a_service_without_any_keyring_keeps_nothing_and_asks_nobody() {
    inside(
        "a_service_without_any_keyring_keeps_nothing_and_asks_nobody",
        Bus::Alone,
        async |mut session: Session| {
            session.start_locked().await;
            let keychain = hand();
            assert_eq!(keychain.ready().await, Err(KeychainError::Unavailable));
            let put = keychain.put(ITEM, &secret()).await;
            assert_eq!(put, Err(KeychainError::Unavailable));
            let got = keychain.get(ITEM).await;
            assert_eq!(got.err(), Some(KeychainError::NotFound));
            assert_eq!(keychain.remove(ITEM).await, Ok(()));
        },
    );
}

#[test]
fn without_a_bus_there_is_no_keychain() {
    inside(
        "without_a_bus_there_is_no_keychain",
        Bus::None,
        async |_session: Session| says(&hand(), KeychainError::Unavailable).await,
    );
}

#[test]
fn a_bus_without_the_service_is_no_keychain() {
    inside(
        "a_bus_without_the_service_is_no_keychain",
        Bus::Alone,
        async |_session: Session| says(&hand(), KeychainError::Unavailable).await,
    );
}

#[test]
fn an_item_that_was_deleted_in_mid_use_is_not_found() {
    inside(
        "an_item_that_was_deleted_in_mid_use_is_not_found",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            session.delete_items().await;
            let got = keychain.get(ITEM).await;
            assert_eq!(got.err(), Some(KeychainError::NotFound));
            assert_eq!(keychain.remove(ITEM).await, Ok(()));
            put(&keychain).await;
            holds(&keychain).await;
        },
    );
}

#[test]
fn a_keyring_that_was_deleted_in_mid_use_has_no_such_item() {
    inside(
        "a_keyring_that_was_deleted_in_mid_use_has_no_such_item",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            session.delete_keyring().await;
            let got = keychain.get(ITEM).await;
            assert_eq!(got.err(), Some(KeychainError::NotFound));
            let put = keychain.put(ITEM, &secret()).await;
            assert_eq!(put, Err(KeychainError::Unavailable), "and none is made");
        },
    );
}

#[test]
fn a_service_killed_between_two_calls_is_unavailable_until_it_is_back() {
    inside(
        "a_service_killed_between_two_calls_is_unavailable_until_it_is_back",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            session.kill().await;
            says(&keychain, KeychainError::Unavailable).await;
            session.start_unlocked().await;
            holds(&keychain).await;
        },
    );
}

#[test]
fn a_killed_service_that_the_bus_starts_again_is_locked() {
    inside(
        "a_killed_service_that_the_bus_starts_again_is_locked",
        Bus::StartsServices,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            session.kill().await;
            says(&keychain, KeychainError::Locked).await;
        },
    );
}

#[test]
fn a_service_killed_during_a_call_ends_the_call() {
    inside(
        "a_service_killed_during_a_call_ends_the_call",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            // Stopped, it cannot answer; so the call is still open when the service dies.
            session.stop();
            let (got, ()) = tokio::join!(keychain.get(ITEM), session.kill());
            assert_eq!(got.err(), Some(KeychainError::Unavailable));
        },
    );
}

#[test]
fn a_service_that_does_not_answer_is_given_up() {
    inside(
        "a_service_that_does_not_answer_is_given_up",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            session.stop();
            // All at once, so that the test takes one patience and not four.
            let secret = secret();
            let (ready, put, got, removed) = tokio::join!(
                keychain.ready(),
                keychain.put(ITEM, &secret),
                keychain.get(ITEM),
                keychain.remove(ITEM)
            );
            assert_eq!(ready, Err(KeychainError::Unavailable));
            assert_eq!(put, Err(KeychainError::Unavailable));
            assert_eq!(got.err(), Some(KeychainError::Unavailable));
            assert_eq!(removed, Err(KeychainError::Unavailable));
            session.carry_on().await;
            holds(&keychain).await;
        },
    );
}

#[test]
fn an_item_that_somebody_wrote_over_is_not_valid_any_more() {
    inside(
        "an_item_that_somebody_wrote_over_is_not_valid_any_more",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            let keychain = hand();
            put(&keychain).await;
            session.write_over("hello").await;
            let got = keychain.get(ITEM).await;
            assert_eq!(got.err(), Some(KeychainError::Invalidated));
            put(&keychain).await;
            holds(&keychain).await;
        },
    );
}

#[test]
fn it_works_on_a_runtime_of_one_thread_and_from_a_blocking_one() {
    inside(
        "it_works_on_a_runtime_of_one_thread_and_from_a_blocking_one",
        Bus::Alone,
        async |mut session: Session| {
            session.start_unlocked().await;
            put(&hand()).await;
            let other = std::thread::spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime")
                    .block_on(holds(&hand()));
            });
            tokio::task::spawn_blocking(move || other.join().expect("no panic"))
                .await
                .expect("no panic");
            tokio::task::spawn_blocking(|| {
                tokio::runtime::Handle::current().block_on(holds(&hand()));
            })
            .await
            .expect("no panic");
        },
    );
}
