//! The platform's keychain: a small secret that the operating system keeps.
//!
//! What is kept there opens nothing by itself. It is a random key that wraps the vault key in a
//! slot of the vault file, so that the item without the file and the file without the item are
//! both worthless. A high-water mark is no key at all.

use async_trait::async_trait;
use satchel_secrets::SecretBytes;
use satchel_types::{NodeKeyId, SlotId, VaultId};

/// What is kept. The list is closed, so that nobody stores recovery words here in passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeychainItem {
    /// The key that wraps the vault key in one slot of one vault.
    VaultSlot {
        /// Which vault.
        vault: VaultId,
        /// Which of its doors.
        slot: SlotId,
    },
    /// The key that wraps what lets this program in at a node, kept sealed in a file of its own.
    NodeKey {
        /// Which one; drawn anew whenever one is set.
        id: NodeKeyId,
    },
    /// How far what this device wrote for its others has gone out, by which an older copy of its database is known.
    /// No secret: it is kept where reading it asks nobody, and where there is no such way, not at all.
    HighWater {
        /// Of which vault.
        vault: VaultId,
    },
}

/// When the store itself makes sure that a person is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// At every reading: by fingerprint, face, PIN or the system's password. Such a store can be
    /// allowed to prove payments, so it has to be true of each reading.
    EveryRead,
    /// When the session began; since then this program reads without a question, and no other
    /// program does.
    Session,
    /// Never: any program of the same user may read while the store is open.
    None,
}

/// What kind of store this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeychainTraits {
    /// What the system calls it, such as `Secret Service`.
    pub name: &'static str,
    /// When it makes sure that a person is there.
    pub presence: Presence,
}

/// Why the keychain did not do it. None of these says anything about the wallet: the passphrase
/// opens it as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// The store is locked and opens by its own means: log in, unlock the device or the keyring.
    #[error("the keychain is locked")]
    Locked,
    /// The store is open and has no such item.
    #[error("the keychain has no such item")]
    NotFound,
    /// The item is there and will never open again, such as after a new fingerprint was enrolled
    /// or the PIN was removed; or it holds something else than was put there.
    #[error("the keychain's item is not valid any more")]
    Invalidated,
    /// The person or the system said no this time.
    #[error("the keychain refused")]
    Denied,
    /// There is no such store here, or it does not answer.
    #[error("there is no keychain that answers")]
    Unavailable,
}

/// A store of small secrets, kept by the operating system.
///
/// Every call ends within a time that the implementation sets, whatever the store does; waiting for
/// a person who is being asked may take longer. No call asks a person to unlock a locked store.
#[async_trait]
pub trait Keychain: Send + Sync {
    /// Returns what kind of store this is.
    fn traits(&self) -> KeychainTraits;

    /// Returns whether the store can be used now, without asking a person.
    ///
    /// # Errors
    /// [`KeychainError::Locked`] or [`KeychainError::Unavailable`].
    async fn ready(&self) -> Result<(), KeychainError>;

    /// Keeps an item on this device alone, in place of what it held before.
    ///
    /// # Errors
    /// See [`KeychainError`]. What was kept before may be gone then. A store that would ask for a
    /// [`KeychainItem::HighWater`] keeps none: [`KeychainError::Unavailable`].
    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError>;

    /// Returns an item; stores that check presence ask the person now, for a key and for nothing else.
    ///
    /// # Errors
    /// See [`KeychainError`]; [`KeychainError::NotFound`] only when the store could look.
    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError>;

    /// Removes an item for good. Removing what is not there is success.
    ///
    /// # Errors
    /// See [`KeychainError`]; the item may still be there then.
    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError>;
}

/// Where there is no keychain: every call says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeychain;

#[async_trait]
impl Keychain for NoKeychain {
    fn traits(&self) -> KeychainTraits {
        KeychainTraits {
            name: "no keychain",
            presence: Presence::None,
        }
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }

    async fn put(&self, _: KeychainItem, _: &SecretBytes<32>) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }

    async fn get(&self, _: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        Err(KeychainError::Unavailable)
    }

    async fn remove(&self, _: KeychainItem) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }
}
