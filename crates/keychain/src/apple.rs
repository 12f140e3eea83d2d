//! macOS and iOS: the data protection keychain.
//!
//! An item is made with `kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly`: it needs an unlocked
//! device that has a passcode, is in no backup that another device could use, and goes when the
//! passcode is taken away. Its access control is `biometryCurrentSet` (the system asks for finger or
//! face at every reading, and another finger enrolled ends the item), or `userPresence` (biometry or
//! passcode) on a Mac without a sensor. The system checks both; there is no boolean to flip.
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

use crate::name::{LABEL, SERVICE, name};

pub(crate) const TRAITS: KeychainTraits = KeychainTraits {
    name: "Keychain",
    presence: Presence::EveryRead,
};

/// Numbers of `SecBase.h`.
mod status {
    pub(super) const USER_CANCELED: i32 = -128;
    pub(super) const NOT_AVAILABLE: i32 = -25291;
    pub(super) const AUTH_FAILED: i32 = -25293;
    pub(super) const ITEM_NOT_FOUND: i32 = -25300;
    pub(super) const INTERACTION_NOT_ALLOWED: i32 = -25308;
    pub(super) const DECODE: i32 = -26275;
    pub(super) const MISSING_ENTITLEMENT: i32 = -34018;
}

pub(crate) struct Store;

impl Store {
    pub(crate) fn new(_: Arc<dyn Entropy>) -> Self {
        Self
    }

    pub(crate) async fn ready(&self) -> Result<(), KeychainError> {
        // Looking for what nobody put asks nobody anything, and says whether one may look.
        blocking(|| match generic_password(options("ready")) {
            Ok(_) => Ok(()),
            Err(error) => match meaning(error) {
                KeychainError::NotFound => Ok(()),
                error => Err(error),
            },
        })
        .await
    }

    pub(crate) async fn put(
        &self,
        item: KeychainItem,
        secret: &SecretBytes<32>,
    ) -> Result<(), KeychainError> {
        let (name, secret) = (name(item), SecretVec::from_slice(secret.expose()));
        blocking(move || {
            // An item that is there would be updated and keep its old access control.
            delete(&name)?;
            let strongest = add(&name, &secret, AccessControlOptions::BIOMETRY_CURRENT_SET);
            match strongest {
                Err(error) if !is_final(error) => {
                    add(&name, &secret, AccessControlOptions::USER_PRESENCE).map_err(meaning)
                }
                done => done.map_err(meaning),
            }
        })
        .await
    }

    pub(crate) async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        let name = name(item);
        blocking(move || {
            let kept = generic_password(options(&name)).map_err(meaning)?;
            let kept = SecretVec::from_vec(kept);
            SecretBytes::from_slice(kept.expose()).ok_or(KeychainError::Invalidated)
        })
        .await
    }

    pub(crate) async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        let name = name(item);
        blocking(move || delete(&name)).await
    }
}

/// The system's calls block, some of them until a person answered.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
) -> Result<T, KeychainError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(KeychainError::Unavailable))
}

fn options(name: &str) -> PasswordOptions {
    let mut options = PasswordOptions::new_generic_password(SERVICE, name);
    // The older keychain of macOS knows no access control.
    options.use_protected_keychain();
    // Never in iCloud.
    options.set_access_synchronized(Some(false));
    options
}

fn add(name: &str, secret: &SecretVec, flags: AccessControlOptions) -> Result<(), Error> {
    let mode = ProtectionMode::AccessibleWhenPasscodeSetThisDeviceOnly;
    let access = SecAccessControl::create_with_protection(Some(mode), flags.bits())?;
    let mut options = options(name);
    options.set_access_control(access);
    options.set_label(LABEL);
    set_generic_password_options(secret.expose(), options)
}

fn delete(name: &str) -> Result<(), KeychainError> {
    match delete_generic_password_options(options(name)) {
        Err(error) if error.code() != status::ITEM_NOT_FOUND => Err(meaning(error)),
        _ => Ok(()),
    }
}

/// Returns whether a weaker access control would fail as well.
fn is_final(error: Error) -> bool {
    matches!(
        error.code(),
        status::USER_CANCELED | status::INTERACTION_NOT_ALLOWED | status::MISSING_ENTITLEMENT
    )
}

fn meaning(error: Error) -> KeychainError {
    match error.code() {
        // Also what is said of an item that a new finger or a removed passcode ended.
        status::ITEM_NOT_FOUND => KeychainError::NotFound,
        status::USER_CANCELED | status::AUTH_FAILED => KeychainError::Denied,
        status::INTERACTION_NOT_ALLOWED => KeychainError::Locked,
        status::DECODE => KeychainError::Invalidated,
        // `NOT_AVAILABLE`: no passcode is set.
        status::NOT_AVAILABLE | status::MISSING_ENTITLEMENT => KeychainError::Unavailable,
        _ => KeychainError::Unavailable,
    }
}
