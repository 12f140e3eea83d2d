//! The keychain's door: what opens it, what shuts it, what it never does.

mod kill_points;
mod spending;
mod world;

use satchel_app::enrol_keychain::EnrolKeychainError;
use satchel_app::remove_keychain::{DoorShut, RemoveKeychainError};
use satchel_app::unlock::UnlockError;
use satchel_app::unlock_by_keychain::UnlockByKeychainError;
use satchel_app::{AccessError, App, Event, VaultState};
use satchel_ports::{Answer, ConfirmError, Keychain, KeychainError, KeychainItem, Presence};
use satchel_secrets::SecretBytes;
use satchel_store::FileVault;
use satchel_testkit::{FakeKeychain, Platform, Proof};

use world::{RIGHT, World, passphrase};

async fn with_door(platform: Platform) -> (World, App) {
    let world = World::on(platform);
    let app = world.open().await;
    app.enrol_keychain().await.expect("it is ready");
    app.lock();
    (world, app)
}

/// What the keychain says when the vault is to be opened.
async fn refusal(app: &App) -> KeychainError {
    match app.unlock_by_keychain().await {
        Err(UnlockByKeychainError::Keychain(error)) => error,
        other => panic!("the keychain opened it, or something else is wrong: {other:?}"),
    }
}

fn is_open(app: &App) -> bool {
    app.vault_state().expect("a disk") == VaultState::Open
}

#[tokio::test]
async fn the_keychain_opens_what_it_was_let_in_to_and_so_does_the_passphrase() {
    for platform in Platform::ALL {
        let (world, app) = with_door(platform).await;
        let status = app.keychain_status().await.expect("a whole file");
        assert!(status.set_up && status.ready.is_ok());
        app.unlock_by_keychain().await.expect("its own door");
        assert!(is_open(&app), "{platform:?}");
        app.wallets().expect("the database is the right one");
        app.lock();
        app.unlock(passphrase(RIGHT)).await.expect("the root");
        world.assert_no_leftovers("after both");
        assert_eq!(world.keychain.items().len(), 1);
    }
}

#[tokio::test]
async fn a_new_program_opens_the_same_door() {
    let (world, _) = with_door(Platform::Linux).await;
    let again = world.start().await;
    again.unlock_by_keychain().await.expect("it is in the file");
    assert!(is_open(&again));
}

#[tokio::test]
async fn the_door_is_added_and_removed_with_consent_to_exactly_that() {
    let world = World::on(Platform::Linux);
    let app = world.open().await;
    let before = world.vault();
    world.confirm.then(Ok(Answer::Declined));
    let refused = app.enrol_keychain().await;
    assert!(matches!(
        refused,
        Err(EnrolKeychainError::Confirm(ConfirmError::Declined))
    ));
    assert_eq!(world.vault(), before);
    assert!(world.keychain.items().is_empty());

    app.enrol_keychain().await.expect("agreed");
    let before = world.vault();
    world.confirm.then(Ok(Answer::Declined));
    let refused = app.remove_keychain().await;
    assert!(matches!(
        refused,
        Err(RemoveKeychainError::Confirm(ConfirmError::Declined))
    ));
    assert_eq!(world.vault(), before);
    assert_eq!(world.keychain.items().len(), 1);
    assert_eq!(world.confirm.asked().len(), 3);
}

#[tokio::test]
async fn without_the_passphrase_no_door_is_added_or_removed() {
    let world = World::on(Platform::Linux);
    let app = world.open().await;
    let before = world.vault();
    for proof in [Proof::GivesUp, Proof::Types("not the right one".to_owned())] {
        world.authorize.then(proof);
        let refused = app.enrol_keychain().await;
        assert!(matches!(refused, Err(EnrolKeychainError::Prove(_))));
    }
    assert_eq!(world.vault(), before);
    assert!(world.keychain.items().is_empty());

    app.enrol_keychain().await.expect("agreed and proven");
    let before = world.vault();
    world.authorize.then(Proof::GivesUp);
    let refused = app.remove_keychain().await;
    assert!(matches!(refused, Err(RemoveKeychainError::Prove(_))));
    assert_eq!(world.vault(), before);
    assert_eq!(world.keychain.items().len(), 1);
}

#[tokio::test]
async fn the_keychain_opens_the_wallet_and_no_seed() {
    let (world, app) = with_door(Platform::Apple).await;
    app.unlock_by_keychain().await.expect("its own door");
    let asked = world.authorize.asked().len();
    world.authorize.then(Proof::GivesUp);
    assert!(app.prove_to_add().await.is_err());
    assert_eq!(world.authorize.asked().len(), asked + 1);
}

#[tokio::test]
async fn the_question_tells_the_truth_about_who_is_asked() {
    for platform in Platform::ALL {
        let world = World::on(platform);
        world.open().await.enrol_keychain().await.expect("agreed");
        let text = world.confirm.asked().pop().expect("it was asked");
        let traits = world.keychain.traits();
        assert!(text.lines.iter().any(|line| line.value == traits.name));
        let warned = text.warnings.iter().any(|w| w.contains("any program"));
        assert_eq!(warned, traits.presence == Presence::None, "{platform:?}");
    }
}

#[tokio::test]
async fn a_locked_vault_takes_no_door_and_nobody_is_asked() {
    let world = World::on(Platform::Linux);
    let app = world.start().await;
    assert!(matches!(
        app.enrol_keychain().await,
        Err(EnrolKeychainError::Access(AccessError::Locked))
    ));
    assert!(matches!(
        app.remove_keychain().await,
        Err(RemoveKeychainError::Access(AccessError::Locked))
    ));
    assert!(world.confirm.asked().is_empty());
}

#[tokio::test]
async fn a_keychain_that_cannot_be_used_is_said_before_anybody_is_asked() {
    type Event = fn(&FakeKeychain);
    let table: [(Event, KeychainError); 2] = [
        (FakeKeychain::lock, KeychainError::Locked),
        (FakeKeychain::stop, KeychainError::Unavailable),
    ];
    for (event, error) in table {
        let world = World::on(Platform::Linux);
        let app = world.open().await;
        event(&world.keychain);
        match app.enrol_keychain().await {
            Err(EnrolKeychainError::Keychain(said)) => assert_eq!(said, error),
            other => panic!("{other:?}"),
        }
        assert!(world.confirm.asked().is_empty());
        assert_eq!(world.door(), None);
    }
}

#[tokio::test]
async fn without_a_door_the_keychain_is_not_even_asked() {
    let world = World::on(Platform::Apple);
    let app = world.start().await;
    assert!(matches!(
        app.unlock_by_keychain().await,
        Err(UnlockByKeychainError::NotSetUp)
    ));
    assert_eq!(world.keychain.questions(), 0);
}

#[tokio::test]
async fn no_failure_of_the_keychain_changes_anything_and_the_passphrase_opens() {
    type Event = fn(&FakeKeychain);
    let table: [(Platform, Event, KeychainError); 8] = [
        (Platform::Linux, FakeKeychain::lock, KeychainError::Locked),
        (
            Platform::Linux,
            FakeKeychain::stop,
            KeychainError::Unavailable,
        ),
        (
            Platform::Linux,
            FakeKeychain::empty,
            KeychainError::NotFound,
        ),
        (
            Platform::Apple,
            FakeKeychain::cancel_next,
            KeychainError::Denied,
        ),
        (
            Platform::Apple,
            FakeKeychain::enrol_biometry,
            KeychainError::NotFound,
        ),
        (
            Platform::Windows,
            FakeKeychain::remove_pin,
            KeychainError::Invalidated,
        ),
        (
            Platform::Android,
            FakeKeychain::enrol_biometry,
            KeychainError::Invalidated,
        ),
        (
            Platform::Android,
            FakeKeychain::restore_from_backup,
            KeychainError::NotFound,
        ),
    ];
    for (platform, event, error) in table {
        let (world, app) = with_door(platform).await;
        event(&world.keychain);
        let (file, items) = (world.vault(), world.keychain.items());
        assert_eq!(refusal(&app).await, error, "{platform:?}");
        assert!(!is_open(&app));
        assert_eq!(world.vault(), file, "{error:?} writes nothing");
        assert_eq!(world.keychain.items(), items, "{error:?} removes nothing");
        app.unlock(passphrase(RIGHT)).await.expect("the root");
        assert!(is_open(&app));
    }
}

#[tokio::test]
async fn a_door_that_is_dead_goes_with_the_next_passphrase_and_its_owner_is_told() {
    let (world, app) = with_door(Platform::Android).await;
    world.keychain.enrol_biometry();
    assert_eq!(refusal(&app).await, KeychainError::Invalidated);
    assert!(world.door().is_some(), "not before the passphrase");
    let mut events = app.events();
    app.unlock(passphrase(RIGHT)).await.expect("the root");
    assert_eq!(world.door(), None);
    assert!(world.keychain.items().is_empty());
    let told: Vec<_> = std::iter::from_fn(|| events.try_recv().ok()).collect();
    let told = told.iter().filter(|e| matches!(e, Event::DeadDoorRemoved));
    assert_eq!(told.count(), 1);
    // And the way back in is the usual one.
    app.enrol_keychain().await.expect("agreed");
    app.lock();
    app.unlock_by_keychain().await.expect("a new door");
}

#[tokio::test]
async fn a_door_whose_item_is_not_found_stays_for_another_day() {
    let (world, app) = with_door(Platform::Linux).await;
    world.keychain.empty();
    assert_eq!(refusal(&app).await, KeychainError::NotFound);
    let mut events = app.events();
    app.unlock(passphrase(RIGHT)).await.expect("the root");
    assert!(world.door().is_some());
    let told: Vec<_> = std::iter::from_fn(|| events.try_recv().ok()).collect();
    assert!(!told.iter().any(|e| matches!(e, Event::DeadDoorRemoved)));
}

#[tokio::test]
async fn an_item_that_somebody_wrote_over_opens_nothing() {
    let (world, app) = with_door(Platform::Linux).await;
    let item = world.keychain.items()[0];
    let other = SecretBytes::from_slice(&[1; 32]).expect("32 bytes");
    world.keychain.put(item, &other).await.expect("unlocked");
    assert_eq!(refusal(&app).await, KeychainError::Invalidated);
    assert!(!is_open(&app));
}

#[tokio::test]
async fn a_removed_door_is_shut_for_file_and_item() {
    let (world, app) = with_door(Platform::Linux).await;
    let item = world.keychain.items()[0];
    let key = world.keychain.get(item).await.expect("it is there");
    app.unlock_by_keychain().await.expect("its own door");
    let shut = app.remove_keychain().await.expect("agreed");
    assert_eq!(shut, DoorShut { item_left: false });
    assert!(world.keychain.items().is_empty());
    app.lock();
    assert!(matches!(
        app.unlock_by_keychain().await,
        Err(UnlockByKeychainError::NotSetUp)
    ));
    // Somebody who kept the item gets nowhere with the file.
    world.keychain.put(item, &key).await.expect("unlocked");
    let KeychainItem::VaultSlot { slot, .. } = item else {
        panic!("the vault's own item: {item:?}");
    };
    let bytes = world.vault().expect("a file");
    assert!(satchel_vault::unlock_by_keychain(&bytes, slot, &key).is_err());
    app.unlock(passphrase(RIGHT)).await.expect("the root");
}

#[tokio::test]
async fn a_door_is_shut_also_when_the_keychain_does_not_answer() {
    let (world, app) = with_door(Platform::Linux).await;
    app.unlock_by_keychain().await.expect("its own door");
    world.keychain.stop();
    let shut = app.remove_keychain().await.expect("agreed");
    assert_eq!(shut, DoorShut { item_left: true }, "and it says so");
    assert_eq!(world.door(), None);
    app.lock();
    // Still gone: nothing to settle with, and nothing in the way.
    app.unlock(passphrase(RIGHT)).await.expect("the root");
    app.lock();
    world.keychain.start();
    assert_eq!(world.keychain.items().len(), 1);
    app.unlock(passphrase(RIGHT)).await.expect("the root");
    assert!(world.keychain.items().is_empty());
}

#[tokio::test]
async fn adding_the_door_again_leaves_one_item() {
    let (world, app) = with_door(Platform::Linux).await;
    let old = world.keychain.items()[0];
    app.unlock_by_keychain().await.expect("its own door");
    app.enrol_keychain().await.expect("agreed");
    let items = world.keychain.items();
    assert_eq!(items.len(), 1);
    assert_ne!(items[0], old);
    world.assert_no_leftovers("after the second");
    app.lock();
    app.unlock_by_keychain().await.expect("the new door");
}

#[tokio::test]
async fn a_new_passphrase_leaves_the_door_and_the_question_says_so() {
    const NEW: &str = "battery staple horse";
    let (world, app) = with_door(Platform::Linux).await;
    app.set_passphrase(passphrase(RIGHT), passphrase(NEW))
        .await
        .expect("agreed");
    let text = world.confirm.asked().pop().expect("it was asked");
    assert!(text.warnings.iter().any(|w| w.contains("keychain")));
    assert!(matches!(
        app.unlock(passphrase(RIGHT)).await,
        Err(UnlockError::WrongPassphrase)
    ));
    app.unlock_by_keychain().await.expect("it stays");

    let world = World::on(Platform::Linux);
    let app = world.open().await;
    app.set_passphrase(passphrase(RIGHT), passphrase(NEW))
        .await
        .expect("agreed");
    let text = world.confirm.asked().pop().expect("it was asked");
    assert!(!text.warnings.iter().any(|w| w.contains("keychain")));
}

#[tokio::test]
async fn the_home_on_another_machine_opens_with_the_passphrase_alone() {
    let (world, _) = with_door(Platform::Linux).await;
    let thief = world.twin().await;
    thief.keychain.empty();
    let app = thief.start().await;
    assert_eq!(refusal(&app).await, KeychainError::NotFound);
    app.unlock(passphrase(RIGHT)).await.expect("the root");
}

#[tokio::test]
async fn a_damaged_file_is_told_and_asks_no_finger() {
    let (world, app) = with_door(Platform::Apple).await;
    let asked = world.keychain.questions();
    let mut bytes = world.vault().expect("a file");
    bytes[30] ^= 1;
    satchel_ports::VaultFile::replace(&FileVault::new(world.home.path()), &bytes).expect("a disk");
    assert!(matches!(
        app.unlock_by_keychain().await,
        Err(UnlockByKeychainError::Vault(
            satchel_vault::UnlockError::Damaged
        ))
    ));
    assert_eq!(world.keychain.questions(), asked);
}
