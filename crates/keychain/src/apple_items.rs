//! What is done with Apple's keychain and what its answers mean, apart from the calls themselves
//! (`apple.rs`), so that both are tested where there is no such keychain.

use std::sync::Arc;

use satchel_ports::{KeychainError, KeychainItem};
use satchel_secrets::{SecretBytes, SecretVec};

use crate::name::{label, name};

/// What an item asks for at each reading, by its access control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// `biometryCurrentSet`: finger or face, of those that are enrolled now; the item is invalidated when that set
    /// changes (`SecAccessControl.h`).
    CurrentBiometry,
    /// `userPresence`: finger, face or passcode. No sensor need be there, nor a finger enrolled; the item stays when
    /// that changes (`SecAccessControl.h`).
    UserPresence,
    /// Nothing: an access control without a constraint. For what is no secret.
    Nobody,
}

/// An `OSStatus` of the Security framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) i32);

/// Those of `SecBase.h` that mean something here.
impl Status {
    /// `errSecUserCanceled`: the person said no.
    pub(crate) const USER_CANCELED: Self = Self(-128);
    /// `errSecNotAvailable`: no keychain. Also where no passcode is set, without which
    /// `kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly` keeps nothing.
    pub(crate) const NOT_AVAILABLE: Self = Self(-25291);
    /// `errSecAuthFailed`: the sensor did not know the finger, or has locked itself after five wrong ones.
    pub(crate) const AUTH_FAILED: Self = Self(-25293);
    /// `errSecItemNotFound`. Also what is said of an item that another finger or a removed passcode ended.
    pub(crate) const ITEM_NOT_FOUND: Self = Self(-25300);
    /// `errSecInteractionNotAllowed`: nobody can be asked now, mostly since the device is locked.
    pub(crate) const INTERACTION_NOT_ALLOWED: Self = Self(-25308);
    /// `errSecDecode`: what is kept cannot be read.
    pub(crate) const DECODE: Self = Self(-26275);
    /// `errSecMissingEntitlement`: the program is not signed with a keychain access group.
    pub(crate) const MISSING_ENTITLEMENT: Self = Self(-34018);

    /// Returns whether an item with a weaker access control would fail as well.
    fn is_final(self) -> bool {
        matches!(
            self,
            Self::USER_CANCELED | Self::INTERACTION_NOT_ALLOWED | Self::MISSING_ENTITLEMENT
        )
    }

    fn meaning(self) -> KeychainError {
        match self {
            Self::ITEM_NOT_FOUND => KeychainError::NotFound,
            Self::USER_CANCELED | Self::AUTH_FAILED => KeychainError::Denied,
            Self::INTERACTION_NOT_ALLOWED => KeychainError::Locked,
            Self::DECODE => KeychainError::Invalidated,
            Self::NOT_AVAILABLE | Self::MISSING_ENTITLEMENT => KeychainError::Unavailable,
            _ => KeychainError::Unavailable,
        }
    }
}

/// The calls. Each blocks, some of them until a person answered.
pub(crate) trait Items: Send + Sync + 'static {
    /// `SecItemAdd`.
    fn add(&self, name: &str, label: &str, secret: &SecretVec, guard: Guard) -> Result<(), Status>;
    /// `SecItemCopyMatching`.
    fn copy(&self, name: &str) -> Result<SecretVec, Status>;
    /// `SecItemDelete`.
    fn delete(&self, name: &str) -> Result<(), Status>;
}

/// A keychain over those calls.
pub(crate) struct AppleStore<I>(Arc<I>);

impl<I: Items> AppleStore<I> {
    pub(crate) fn over(items: I) -> Self {
        Self(Arc::new(items))
    }

    pub(crate) async fn ready(&self) -> Result<(), KeychainError> {
        // Looking for what nobody put asks nobody anything, and says whether one may look.
        self.blocking(|items| match items.copy("ready") {
            Ok(_) | Err(Status::ITEM_NOT_FOUND) => Ok(()),
            Err(status) => Err(status.meaning()),
        })
        .await
    }

    pub(crate) async fn put(
        &self,
        item: KeychainItem,
        secret: &SecretBytes<32>,
    ) -> Result<(), KeychainError> {
        let (name, secret) = (name(item), SecretVec::from_slice(secret.expose()));
        self.blocking(move |items| {
            // An item that is there would be updated and keep its old access control.
            delete(items, &name)?;
            let add = |guard| items.add(&name, label(item), &secret, guard);
            let added = match item {
                KeychainItem::HighWater { .. } => add(Guard::Nobody),
                KeychainItem::VaultSlot { .. } | KeychainItem::NodeKey { .. } => {
                    match add(Guard::CurrentBiometry) {
                        Err(status) if !status.is_final() => add(Guard::UserPresence),
                        done => done,
                    }
                }
            };
            added.map_err(Status::meaning)
        })
        .await
    }

    pub(crate) async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        let name = name(item);
        self.blocking(move |items| {
            let kept = items.copy(&name).map_err(Status::meaning)?;
            SecretBytes::from_slice(kept.expose()).ok_or(KeychainError::Invalidated)
        })
        .await
    }

    pub(crate) async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        let name = name(item);
        self.blocking(move |items| delete(items, &name)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&I) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let items = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&items))
            .await
            .unwrap_or(Err(KeychainError::Unavailable))
    }
}

fn delete(items: &impl Items, name: &str) -> Result<(), KeychainError> {
    match items.delete(name) {
        Ok(()) | Err(Status::ITEM_NOT_FOUND) => Ok(()),
        Err(status) => Err(status.meaning()),
    }
}

#[cfg(test)]
mod tests;
