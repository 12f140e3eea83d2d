//! macOS and iOS: the data protection keychain.
//!
//! An item is made with `kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly`: it needs an unlocked
//! device that has a passcode, is in no backup that another device could use, and goes when the
//! passcode is taken away. Its access control is `biometryCurrentSet` (the system asks for finger or
//! face at every reading, and another finger enrolled ends the item), or `userPresence` (biometry or
//! passcode) where no sensor works or no finger is enrolled. The system checks both; there is no boolean to flip.
//! A high-water mark, which is no secret, is `kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly` and asks nobody.
//!
//! The program has to be signed with a keychain access group, else every call says
//! `errSecMissingEntitlement`, which is [`KeychainError::Unavailable`] here.
//!
//! Sources: Apple's Keychain Services, "Restricting Keychain Item Accessibility", `SecBase.h`. Only
//! types are checked where this is developed; nothing of it was run.

use std::sync::Arc;

use satchel_ports::{Entropy, KeychainError, KeychainItem, KeychainTraits, Presence};
use satchel_secrets::{SecretBytes, SecretVec};
use security_framework::access_control::{ProtectionMode, SecAccessControl};
use security_framework::base::Error;
use security_framework::passwords::{
    AccessControlOptions, PasswordOptions, delete_generic_password_options, generic_password,
    set_generic_password_options,
};

use crate::apple_items::{AppleStore, Guard, Items, Status};
use crate::name::SERVICE;

pub(crate) const TRAITS: KeychainTraits = KeychainTraits {
    name: "Keychain",
    presence: Presence::EveryRead,
};

pub(crate) struct Store(AppleStore<System>);

impl Store {
    pub(crate) fn new(_: Arc<dyn Entropy>) -> Self {
        Self(AppleStore::over(System))
    }

    pub(crate) async fn ready(&self) -> Result<(), KeychainError> {
        self.0.ready().await
    }

    pub(crate) async fn put(
        &self,
        item: KeychainItem,
        secret: &SecretBytes<32>,
    ) -> Result<(), KeychainError> {
        self.0.put(item, secret).await
    }

    pub(crate) async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        self.0.get(item).await
    }

    pub(crate) async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        self.0.remove(item).await
    }
}

/// The system's calls.
struct System;

impl Items for System {
    fn add(&self, name: &str, label: &str, secret: &SecretVec, guard: Guard) -> Result<(), Status> {
        let with_passcode = ProtectionMode::AccessibleWhenPasscodeSetThisDeviceOnly;
        let (mode, flags) = match guard {
            Guard::CurrentBiometry => (with_passcode, AccessControlOptions::BIOMETRY_CURRENT_SET),
            Guard::UserPresence => (with_passcode, AccessControlOptions::USER_PRESENCE),
            Guard::Nobody => (
                ProtectionMode::AccessibleAfterFirstUnlockThisDeviceOnly,
                AccessControlOptions::empty(),
            ),
        };
        let access = SecAccessControl::create_with_protection(Some(mode), flags.bits());
        let mut options = options(name);
        options.set_access_control(access.map_err(status)?);
        options.set_label(label);
        set_generic_password_options(secret.expose(), options).map_err(status)
    }

    fn copy(&self, name: &str) -> Result<SecretVec, Status> {
        let kept = generic_password(options(name)).map_err(status)?;
        Ok(SecretVec::from_vec(kept))
    }

    fn delete(&self, name: &str) -> Result<(), Status> {
        delete_generic_password_options(options(name)).map_err(status)
    }
}

fn options(name: &str) -> PasswordOptions {
    let mut options = PasswordOptions::new_generic_password(SERVICE, name);
    // The older keychain of macOS knows no access control.
    options.use_protected_keychain();
    // Never in iCloud.
    options.set_access_synchronized(Some(false));
    options
}

fn status(error: Error) -> Status {
    Status(error.code())
}
