//! Apple's keychain on a phone that a test holds, as Apple's references say it behaves.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use satchel_ports::{Keychain, KeychainTraits, Presence};
use satchel_testkit::{Hand, NoTouch, Phone, SensorState, contract};
use satchel_types::{SlotId, VaultId};

use super::*;

const ITEM: KeychainItem = KeychainItem::VaultSlot {
    vault: VaultId::from_bytes([1; 16]),
    slot: SlotId::from_bytes([2; 16]),
};

const MARK: KeychainItem = KeychainItem::HighWater {
    vault: VaultId::from_bytes([1; 16]),
};

struct Kept {
    secret: Vec<u8>,
    guard: Guard,
    /// The set of fingers it is bound to, if it is.
    fingers: Option<u32>,
}

#[derive(Default)]
struct Device {
    phone: Phone,
    kept: Mutex<HashMap<String, Kept>>,
    /// Signed without a keychain access group.
    unsigned: bool,
}

impl Device {
    /// Returns the items that are still there.
    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly: taking the passcode away deletes all such items
        // (Apple, Restricting Keychain Item Accessibility).
        if !self.phone.has_passcode() {
            kept.retain(|_, item| item.guard == Guard::Nobody);
        }
        // kSecAccessControlBiometryCurrentSet: a finger that is added or removed, or a face enrolled anew, invalidates
        // the item (SecAccessControl.h).
        let now = self.phone.fingers();
        kept.retain(|_, item| match (item.fingers, now) {
            (None, _) | (Some(_), Err(NoTouch::SensorFails)) => true,
            (Some(then), now) => now == Ok(then),
        });
        kept
    }

    fn reach(&self) -> Result<(), Status> {
        if self.unsigned {
            return Err(Status::MISSING_ENTITLEMENT);
        }
        match self.phone.is_locked() {
            // Items of this class are there while the device is unlocked (the same page).
            true => Err(Status::INTERACTION_NOT_ALLOWED),
            false => Ok(()),
        }
    }
}

impl Items for Device {
    fn add(&self, name: &str, _: &str, secret: &SecretVec, guard: Guard) -> Result<(), Status> {
        if guard != Guard::Nobody {
            self.reach()?;
        }
        // Without a passcode nothing of this class can be kept (the same page).
        if !self.phone.has_passcode() && guard != Guard::Nobody {
            return Err(Status::NOT_AVAILABLE);
        }
        let fingers = match guard {
            Guard::UserPresence | Guard::Nobody => None,
            // It needs a sensor that works and at least one finger or face (SecAccessControl.h).
            Guard::CurrentBiometry => Some(self.phone.fingers().map_err(|_| Status::AUTH_FAILED)?),
        };
        let secret = secret.expose().to_vec();
        let kept = Kept {
            secret,
            guard,
            fingers,
        };
        self.kept().insert(name.to_owned(), kept);
        Ok(())
    }

    fn copy(&self, name: &str) -> Result<SecretVec, Status> {
        let (secret, guard, fingers) = {
            let kept = self.kept();
            let Some(item) = kept.get(name) else {
                return Err(self.reach().err().unwrap_or(Status::ITEM_NOT_FOUND));
            };
            (
                SecretVec::from_slice(&item.secret),
                item.guard,
                item.fingers,
            )
        };
        if guard == Guard::Nobody {
            // kSecAttrAccessibleAfterFirstUnlock: until the next restart (the same page).
            return Ok(secret);
        }
        self.reach()?;
        match (self.phone.touch(), fingers) {
            (Ok(()), _) => Ok(secret),
            (Err(NoTouch::Cancelled | NoTouch::TakenAway), _) => Err(Status::USER_CANCELED),
            // userPresence goes on with the passcode.
            (Err(_), None) => Ok(secret),
            // There is no other way than the sensor, so the question ends as failed; whoever asks the sensor itself hears
            // LAError.biometryLockout (Apple, Local Authentication).
            (Err(_), Some(_)) => Err(Status::AUTH_FAILED),
        }
    }

    fn delete(&self, name: &str) -> Result<(), Status> {
        let is_unguarded = |item: &Kept| item.guard == Guard::Nobody;
        if !self.kept().get(name).is_some_and(is_unguarded) {
            self.reach()?;
        }
        let gone = self.kept().remove(name);
        gone.map(|_| ()).ok_or(Status::ITEM_NOT_FOUND)
    }
}

#[async_trait]
impl Keychain for AppleStore<Device> {
    fn traits(&self) -> KeychainTraits {
        KeychainTraits {
            name: "Keychain",
            presence: Presence::EveryRead,
        }
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        self.ready().await
    }

    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError> {
        self.put(item, secret).await
    }

    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        self.get(item).await
    }

    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        self.remove(item).await
    }
}

fn secret() -> SecretBytes<32> {
    SecretBytes::from_slice(&[7; 32]).expect("32 bytes")
}

async fn with_item() -> AppleStore<Device> {
    let store = AppleStore::over(Device::default());
    store.put(ITEM, &secret()).await.expect("it is unlocked");
    store
}

async fn got(store: &AppleStore<Device>) -> Result<(), KeychainError> {
    let got = store.get(ITEM).await;
    got.map(|kept| assert!(kept.ct_eq(&secret())))
}

#[tokio::test]
async fn the_contract_holds_with_a_sensor_and_without_one() {
    for sensor in [SensorState::Works, SensorState::Fails, SensorState::Absent] {
        let store = AppleStore::over(Device::default());
        store.0.phone.set_sensor(sensor);
        contract::keychain(&store, &store).await;
    }
}

#[tokio::test]
async fn a_locked_phone_says_locked_and_loses_nothing() {
    let store = with_item().await;
    store.0.phone.lock();
    assert_eq!(got(&store).await, Err(KeychainError::Locked));
    assert_eq!(store.ready().await, Err(KeychainError::Locked));
    // Nothing was deleted on the way to putting another.
    assert_eq!(store.put(ITEM, &secret()).await, Err(KeychainError::Locked));
    assert_eq!(store.remove(ITEM).await, Err(KeychainError::Locked));
    store.0.phone.unlock();
    assert_eq!(got(&store).await, Ok(()));
}

#[tokio::test]
async fn whoever_adds_a_finger_gets_no_way_in() {
    type Change = fn(&Phone);
    for change in [
        Phone::enrol as Change,
        Phone::unenrol,
        Phone::remove_passcode,
    ] {
        let store = with_item().await;
        change(&store.0.phone);
        assert_eq!(got(&store).await, Err(KeychainError::NotFound));
        // Back to what it was is another set.
        store.0.phone.set_passcode();
        store.0.phone.enrol();
        assert_eq!(got(&store).await, Err(KeychainError::NotFound));
        store.put(ITEM, &secret()).await.expect("set up anew");
        assert_eq!(got(&store).await, Ok(()));
    }
}

#[tokio::test]
async fn too_many_wrong_fingers_are_a_refusal_until_the_passcode_was_entered() {
    for for_good in [false, true] {
        let store = with_item().await;
        store.0.phone.next(Hand::Wrong);
        assert_eq!(got(&store).await, Err(KeychainError::Denied));
        if for_good {
            store.0.phone.lock_out_for_good();
        }
        assert_eq!(got(&store).await, Err(KeychainError::Denied));
        store.0.phone.lock();
        store.0.phone.unlock();
        assert_eq!(got(&store).await, Ok(()));
    }
}

#[tokio::test]
async fn a_no_and_a_question_that_was_taken_away_are_one_refusal_each() {
    let store = with_item().await;
    for hand in [Hand::Cancels, Hand::Gone] {
        store.0.phone.next(hand);
        assert_eq!(got(&store).await, Err(KeychainError::Denied));
        assert_eq!(got(&store).await, Ok(()));
    }
    assert_eq!(store.0.phone.questions(), 4);
}

#[tokio::test]
async fn without_a_finger_or_a_sensor_the_passcode_guards_it() {
    type Change = fn(&Phone);
    let without: [Change; 2] = [Phone::unenrol, |phone| {
        phone.set_sensor(SensorState::Absent);
    }];
    for change in without {
        let store = AppleStore::over(Device::default());
        change(&store.0.phone);
        store.put(ITEM, &secret()).await.expect("a passcode is set");
        let bound = store.0.kept().values().any(|item| item.fingers.is_some());
        assert!(!bound);
        assert_eq!(got(&store).await, Ok(()));
    }
}

#[tokio::test]
async fn a_mark_asks_nobody_and_no_finger_ends_it() {
    let store = AppleStore::over(Device::default());
    store.put(MARK, &secret()).await.expect("it is unlocked");
    let held = async || store.get(MARK).await.map(|kept| kept.ct_eq(&secret()));
    store.0.phone.enrol();
    assert_eq!(held().await, Ok(true));
    store.0.phone.remove_passcode();
    assert_eq!(held().await, Ok(true));
    store
        .put(MARK, &secret())
        .await
        .expect("without a passcode");
    assert_eq!(held().await, Ok(true));
    store.0.phone.set_passcode();
    store.0.phone.lock();
    assert_eq!(held().await, Ok(true));
    assert_eq!(store.0.phone.questions(), 0);
}

#[tokio::test]
async fn without_a_passcode_or_a_signature_there_is_no_keychain() {
    let store = AppleStore::over(Device::default());
    store.0.phone.remove_passcode();
    let put = store.put(ITEM, &secret()).await;
    assert_eq!(put, Err(KeychainError::Unavailable));
    let store = AppleStore::over(Device {
        unsigned: true,
        ..Device::default()
    });
    assert_eq!(store.ready().await, Err(KeychainError::Unavailable));
    let put = store.put(ITEM, &secret()).await;
    assert_eq!(put, Err(KeychainError::Unavailable));
    assert_eq!(got(&store).await, Err(KeychainError::Unavailable));
}

#[test]
fn each_status_has_its_meaning_and_whatever_else_says_nothing_of_the_item() {
    for (status, meaning) in [
        (Status::USER_CANCELED, KeychainError::Denied),
        (Status::AUTH_FAILED, KeychainError::Denied),
        (Status::ITEM_NOT_FOUND, KeychainError::NotFound),
        (Status::INTERACTION_NOT_ALLOWED, KeychainError::Locked),
        (Status::DECODE, KeychainError::Invalidated),
        (Status::NOT_AVAILABLE, KeychainError::Unavailable),
        (Status::MISSING_ENTITLEMENT, KeychainError::Unavailable),
        // errSecInternalComponent, errSecIO, errSecParam: none says that the item is gone.
        (Status(-2070), KeychainError::Unavailable),
        (Status(-36), KeychainError::Unavailable),
        (Status(-50), KeychainError::Unavailable),
    ] {
        assert_eq!(status.meaning(), meaning, "{status:?}");
    }
}
