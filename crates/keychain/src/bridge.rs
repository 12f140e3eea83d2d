//! Android's Keystore, through Kotlin that the shell brings along.
//!
//! Keystore keys and `BiometricPrompt` can be reached from Java alone and need an activity, so the
//! part that touches them is a plugin of the phone's shell. It keeps one AES-256-GCM key an item,
//! made with
//!
//! - `setUserAuthenticationRequired(true)` and `setUserAuthenticationParameters(0,
//!   AUTH_BIOMETRIC_STRONG)`: each use is one touch, and the touch unlocks the key, not a flag;
//! - `setInvalidatedByBiometricEnrollment(true)`, `setUnlockedDeviceRequired(true)`,
//!   `setIsStrongBoxBacked(true)` where there is one;
//!
//! and uses it through a `BiometricPrompt.CryptoObject`. What it seals lies in the app's private
//! storage, which is left out of backups. This side of the bridge turns the plugin's answers into
//! those of the port. The plugin is `crates/keystore-android`.
//!
//! No high-water mark is kept: it would lie in that same storage, and be as old as the database that
//! comes back with it (ADR 0046).

use async_trait::async_trait;
use satchel_ports::{Keychain, KeychainError, KeychainItem, KeychainTraits, Presence};
use satchel_secrets::{SecretBytes, SecretVec};

use crate::name::name;

/// What the plugin answers instead of a value, by the exceptions and codes of Android's
/// documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BridgeError {
    /// No item of that name is kept.
    #[error("there is no such item")]
    Absent,
    /// `KeyPermanentlyInvalidatedException`; the sealed item is there and its key is not
    /// (`ERROR_KEY_DOES_NOT_EXIST`, `ERROR_KEY_CORRUPTED`), or it was sealed by another.
    #[error("the key was invalidated")]
    KeyInvalidated,
    /// `UserNotAuthenticatedException`, `ERROR_USER_AUTHENTICATION_REQUIRED`, `BIOMETRIC_ERROR_LOCKOUT`
    /// and `_LOCKOUT_PERMANENT`: the device is locked, or too many wrong fingers.
    #[error("the device is locked")]
    DeviceLocked,
    /// `BIOMETRIC_ERROR_USER_CANCELED`, `_CANCELED`, `_TIMEOUT`, `_UNABLE_TO_PROCESS`, the button that
    /// says no, and `ERROR_KEY_OPERATION_EXPIRED`: not this time.
    #[error("the person cancelled")]
    Cancelled,
    /// `BIOMETRIC_ERROR_HW_NOT_PRESENT`, `_HW_UNAVAILABLE`, `_NO_BIOMETRICS`, no secure lock screen.
    #[error("there is no strong biometry")]
    NoBiometry,
    /// The plugin is not there, gave an answer that makes no sense, or the Keystore failed in a way
    /// that says nothing of the key.
    #[error("the plugin does not answer")]
    Broken,
}

impl From<BridgeError> for KeychainError {
    fn from(error: BridgeError) -> Self {
        match error {
            BridgeError::Absent => Self::NotFound,
            BridgeError::KeyInvalidated => Self::Invalidated,
            BridgeError::DeviceLocked => Self::Locked,
            BridgeError::Cancelled => Self::Denied,
            BridgeError::NoBiometry | BridgeError::Broken => Self::Unavailable,
        }
    }
}

/// What the plugin does.
#[async_trait]
pub trait KeystoreBridge: Send + Sync {
    /// Returns whether strong biometry is enrolled and the device has a secure lock screen.
    async fn ready(&self) -> Result<(), BridgeError>;

    /// Makes a key, seals the secret with it and keeps both, in place of earlier ones.
    async fn seal(&self, name: &str, secret: &SecretBytes<32>) -> Result<(), BridgeError>;

    /// Asks the person and opens what was sealed.
    async fn open(&self, name: &str) -> Result<SecretVec, BridgeError>;

    /// Deletes the key, then what was sealed with it. Deleting what is not there is success.
    async fn delete(&self, name: &str) -> Result<(), BridgeError>;
}

/// A keychain over the bridge.
pub struct BridgeKeychain<B>(B);

impl<B: KeystoreBridge> BridgeKeychain<B> {
    /// Makes one.
    pub fn new(bridge: B) -> Self {
        Self(bridge)
    }
}

#[async_trait]
impl<B: KeystoreBridge> Keychain for BridgeKeychain<B> {
    fn traits(&self) -> KeychainTraits {
        KeychainTraits {
            name: "Android Keystore",
            presence: Presence::EveryRead,
        }
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        Ok(self.0.ready().await?)
    }

    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError> {
        kept_here(item)?;
        Ok(self.0.seal(&name(item), secret).await?)
    }

    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        kept_here(item)?;
        let opened = self.0.open(&name(item)).await?;
        SecretBytes::from_slice(opened.expose()).ok_or(KeychainError::Invalidated)
    }

    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        Ok(self.0.delete(&name(item)).await?)
    }
}

/// Lets through what this store keeps.
fn kept_here(item: KeychainItem) -> Result<(), KeychainError> {
    match item {
        KeychainItem::VaultSlot { .. } | KeychainItem::NodeKey { .. } => Ok(()),
        KeychainItem::HighWater { .. } => Err(KeychainError::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::{Mutex, PoisonError};

    use satchel_types::{SlotId, VaultId};

    use super::*;

    /// A plugin without a phone.
    #[derive(Default)]
    struct Plugin {
        kept: Mutex<HashMap<String, Vec<u8>>>,
        fails: Mutex<Option<BridgeError>>,
    }

    impl Plugin {
        fn kept(&self) -> Result<std::sync::MutexGuard<'_, HashMap<String, Vec<u8>>>, BridgeError> {
            match *self.fails.lock().unwrap_or_else(PoisonError::into_inner) {
                Some(error) => Err(error),
                None => Ok(self.kept.lock().unwrap_or_else(PoisonError::into_inner)),
            }
        }
    }

    #[async_trait]
    impl KeystoreBridge for Plugin {
        async fn ready(&self) -> Result<(), BridgeError> {
            self.kept().map(|_| ())
        }

        async fn seal(&self, name: &str, secret: &SecretBytes<32>) -> Result<(), BridgeError> {
            self.kept()?
                .insert(name.to_owned(), secret.expose().to_vec());
            Ok(())
        }

        async fn open(&self, name: &str) -> Result<SecretVec, BridgeError> {
            let kept = self.kept()?;
            let bytes = kept.get(name).ok_or(BridgeError::Absent)?;
            Ok(SecretVec::from_slice(bytes))
        }

        async fn delete(&self, name: &str) -> Result<(), BridgeError> {
            self.kept()?.remove(name);
            Ok(())
        }
    }

    const ITEM: KeychainItem = KeychainItem::VaultSlot {
        vault: VaultId::from_bytes([1; 16]),
        slot: SlotId::from_bytes([2; 16]),
    };

    #[tokio::test]
    async fn the_bridge_keeps_the_contract() {
        let keychain = BridgeKeychain::new(Plugin::default());
        satchel_testkit::contract::keychain(&keychain, &keychain).await;
    }

    #[tokio::test]
    async fn no_mark_goes_where_it_would_be_as_old_as_what_it_is_to_judge() {
        let keychain = BridgeKeychain::new(Plugin::default());
        let mark = KeychainItem::HighWater {
            vault: VaultId::from_bytes([1; 16]),
        };
        let secret = SecretBytes::from_slice(&[7; 32]).expect("32 bytes");
        let unavailable = Some(KeychainError::Unavailable);
        assert_eq!(keychain.put(mark, &secret).await.err(), unavailable);
        assert!(keychain.0.kept().expect("working").is_empty());
        assert_eq!(keychain.get(mark).await.err(), unavailable);
    }

    #[tokio::test]
    async fn each_answer_of_the_plugin_is_one_of_the_port() {
        let keychain = BridgeKeychain::new(Plugin::default());
        for (answer, meaning) in [
            (BridgeError::KeyInvalidated, KeychainError::Invalidated),
            (BridgeError::DeviceLocked, KeychainError::Locked),
            (BridgeError::Cancelled, KeychainError::Denied),
            (BridgeError::NoBiometry, KeychainError::Unavailable),
            (BridgeError::Broken, KeychainError::Unavailable),
        ] {
            *keychain
                .0
                .fails
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(answer);
            assert_eq!(keychain.get(ITEM).await.err(), Some(meaning));
            assert_eq!(keychain.remove(ITEM).await, Err(meaning));
        }
    }

    #[tokio::test]
    async fn what_is_not_32_bytes_is_not_valid() {
        let plugin = Plugin::default();
        plugin
            .kept()
            .expect("working")
            .insert(name(ITEM), vec![1; 31]);
        let keychain = BridgeKeychain::new(plugin);
        assert_eq!(
            keychain.get(ITEM).await.err(),
            Some(KeychainError::Invalidated)
        );
    }
}
