//! Unlocking with the key that the system's keychain keeps.

use std::sync::PoisonError;

use satchel_ports::{KeychainError, KeychainItem, OpenStoreError, VaultFileError};
use satchel_secrets::SecretBytes;
use satchel_types::SlotId;
use satchel_vault::{
    UnlockByKeychainError as VaultError, UnlockError as VaultUnlockError, VaultKey,
};

use crate::access_error::AccessError;
use crate::open::Open;
use crate::seed_access::SeedAccessPolicy;
use crate::session::App;

/// Why the vault stays locked. The passphrase opens it in each of the first four cases, and nothing
/// was changed in any.
#[derive(Debug, thiserror::Error)]
pub enum UnlockByKeychainError {
    /// There is no vault yet.
    #[error("there is no wallet here yet")]
    NoVault,
    /// The vault has no door for the keychain.
    #[error("the keychain was not set up to open this wallet")]
    NotSetUp,
    /// The keychain gave no key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The vault file is damaged, or a newer version's.
    #[error(transparent)]
    Vault(VaultUnlockError),
    /// The vault file cannot be read.
    #[error(transparent)]
    File(#[from] VaultFileError),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenStoreError),
    /// The work was stopped half-way.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl App {
    /// Opens the vault with the keychain. Where the store checks presence, the system asks now, even
    /// when the vault is open already. What uses a key asks for proof of its own afterwards.
    ///
    /// A door whose item will never open again is remembered; the next passphrase takes it out of
    /// the vault file and tells so.
    ///
    /// # Errors
    /// See [`UnlockByKeychainError`].
    pub async fn unlock_by_keychain(&self) -> Result<(), UnlockByKeychainError> {
        let locks = self.locks();
        let asked = self.ask_high_water();
        let (slot, key) = self.ask_keychain().await?;
        let _only = self.vault_work.lock().await;
        let vault_key = self.unwrap_by_keychain(slot, &key)?;
        if let Some(open) = self.state() {
            // A vault file that was exchanged under an open wallet has another key.
            return if open.fingerprint == vault_key.fingerprint() {
                Ok(())
            } else {
                Err(UnlockByKeychainError::Vault(VaultUnlockError::Damaged))
            };
        }
        let ports = self.ports.clone();
        let open = tokio::task::spawn_blocking(move || -> Result<Open, UnlockByKeychainError> {
            let store = ports.database.open(&vault_key.database_key())?;
            // Seeds are another authorisation, whatever this process may do with a passphrase.
            Ok(Open::new(
                store,
                &ports,
                &vault_key,
                SeedAccessPolicy::EachTime,
            ))
        })
        .await
        .map_err(|_| AccessError::Stopped)??;
        let asked = self.look_at_high_water(&open, asked).await;
        let open = self.set_open(open, locks)?;
        self.await_high_water(&open, asked);
        self.settle_doors().await;
        Ok(())
    }

    /// Asks the keychain for the key to its door.
    pub(crate) async fn ask_keychain(
        &self,
    ) -> Result<(SlotId, SecretBytes<32>), UnlockByKeychainError> {
        // One question at a time. The passphrase can be typed meanwhile.
        let _asking = self.keychain_question.lock().await;
        let bytes = self.ports.vault.read()?;
        let bytes = bytes.ok_or(UnlockByKeychainError::NoVault)?;
        let doors = satchel_vault::doors(&bytes).map_err(UnlockByKeychainError::Vault)?;
        let slot = doors.keychain.ok_or(UnlockByKeychainError::NotSetUp)?;
        let item = KeychainItem::VaultSlot {
            vault: doors.vault,
            slot,
        };
        let got = self.ports.keychain.get(item).await;
        Ok((slot, got.inspect_err(|error| self.judge(slot, *error))?))
    }

    /// Takes the vault key out with what the keychain gave. To be called with the lock of vault work
    /// held: the passphrase may have changed while the person was asked; the door is the same.
    pub(crate) fn unwrap_by_keychain(
        &self,
        slot: SlotId,
        key: &SecretBytes<32>,
    ) -> Result<VaultKey, UnlockByKeychainError> {
        let bytes = self.ports.vault.read()?;
        let bytes = bytes.ok_or(UnlockByKeychainError::NoVault)?;
        match satchel_vault::unlock_by_keychain(&bytes, slot, key) {
            Ok(key) => Ok(key),
            Err(VaultError::NoSlot) => Err(UnlockByKeychainError::NotSetUp),
            Err(VaultError::WrongKey) => {
                self.judge(slot, KeychainError::Invalidated);
                Err(KeychainError::Invalidated.into())
            }
            Err(VaultError::File(error)) => Err(UnlockByKeychainError::Vault(error)),
        }
    }

    /// Remembers a door that will never open again. Any other failure may pass: a keyring that is
    /// another today may be the right one tomorrow.
    fn judge(&self, slot: SlotId, error: KeychainError) {
        if error == KeychainError::Invalidated {
            *self.dead_door() = Some(slot);
        }
    }

    pub(crate) fn dead_door(&self) -> std::sync::MutexGuard<'_, Option<SlotId>> {
        self.dead_door
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
