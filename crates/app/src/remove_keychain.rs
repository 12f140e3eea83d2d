//! Shutting the keychain's door.

use std::convert::Infallible;

use satchel_ports::{ConfirmError, Confirmed, VaultFileError};
use satchel_vault::{ChangeSlotError, UnlockError as VaultUnlockError, VaultKey};

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::acts::RemoveKeychain;
use crate::leftovers;
use crate::open::Open;
use crate::session::App;

/// Why the keychain still opens the vault.
#[derive(Debug, thiserror::Error)]
pub enum RemoveKeychainError {
    /// The vault is locked, or the database refused.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// No proof.
    #[error(transparent)]
    Prove(#[from] SeedAccessError),
    /// The vault file cannot be read any more.
    #[error(transparent)]
    Vault(#[from] VaultUnlockError),
    /// The vault file is not the open vault's.
    #[error(transparent)]
    Seal(#[from] ChangeSlotError<Infallible>),
    /// The vault file could not be written; the door is as it was.
    #[error(transparent)]
    File(#[from] VaultFileError),
}

/// How the door was shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorShut {
    /// Whether the keychain kept its item, as when it is locked. It opens nothing any more, and is
    /// removed when the vault is next opened.
    pub item_left: bool,
}

impl App {
    /// Stops the keychain from opening the vault. It needs no keychain that answers: without the
    /// slot, the item is worthless.
    ///
    /// # Errors
    /// See [`RemoveKeychainError`].
    pub async fn remove_keychain(&self) -> Result<DoorShut, RemoveKeychainError> {
        let open = self.open()?;
        let act = RemoveKeychain {
            keychain: self.ports.keychain.traits(),
        };
        let consent = self.consent(&open, act).await?;
        let key = self
            .proven_key(&open, "to stop opening with the keychain")
            .await?;
        self.shut_door(&open, &key, consent).await
    }

    async fn shut_door(
        &self,
        open: &Open,
        key: &VaultKey,
        consent: Confirmed<RemoveKeychain>,
    ) -> Result<DoorShut, RemoveKeychainError> {
        let _used = consent.into_act();
        let _only = self.vault_work.lock().await;
        self.drop_door(open, key).await
    }

    /// Takes the slot out of the file, then the item out of the keychain. To be called with the lock
    /// of vault work held.
    pub(crate) async fn drop_door(
        &self,
        open: &Open,
        key: &VaultKey,
    ) -> Result<DoorShut, RemoveKeychainError> {
        let bytes = self.ports.vault.read()?.ok_or(AccessError::Locked)?;
        let doors = satchel_vault::doors(&bytes)?;
        leftovers::note(&*open.store, doors.keychain).map_err(AccessError::from)?;
        if let Some(file) = satchel_vault::remove_keychain_slot(&bytes, key)? {
            self.ports.vault.replace(&file)?;
        }
        let clean = leftovers::settle(&self.ports, &*open.store).await;
        Ok(DoorShut { item_left: !clean })
    }
}
