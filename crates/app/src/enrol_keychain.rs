//! Adding the keychain's door to the vault.

use satchel_ports::{
    ConfirmError, Confirmed, EntropyError, KeychainError, KeychainItem, VaultFileError,
};
use satchel_secrets::SecretBytes;
use satchel_types::SlotId;
use satchel_vault::{ChangeSlotError, UnlockError as VaultUnlockError, VaultKey};

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::acts::AddKeychain;
use crate::leftovers;
use crate::limits;
use crate::open::Open;
use crate::session::App;

/// Why the keychain does not open the vault.
#[derive(Debug, thiserror::Error)]
pub enum EnrolKeychainError {
    /// The vault is locked, or the database refused.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// No proof.
    #[error(transparent)]
    Prove(#[from] SeedAccessError),
    /// The keychain did not take the key.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The vault file cannot be read any more.
    #[error(transparent)]
    Vault(#[from] VaultUnlockError),
    /// The new door could not be sealed.
    #[error(transparent)]
    Seal(#[from] ChangeSlotError<EntropyError>),
    /// The vault file could not be written; the doors are as they were.
    #[error(transparent)]
    File(#[from] VaultFileError),
}

impl App {
    /// Lets the system's keychain open the vault, besides the passphrase. An earlier door of the
    /// keychain is shut.
    ///
    /// The item is in the keychain before the file says so: whatever happens between the two, there
    /// is never a door without a key, only a key without a door.
    ///
    /// # Errors
    /// See [`EnrolKeychainError`]; the passphrase opens the vault as before.
    pub async fn enrol_keychain(&self) -> Result<(), EnrolKeychainError> {
        let open = self.open()?;
        // Nobody is asked for what cannot be done.
        self.ports.keychain.ready().await?;
        let act = AddKeychain {
            keychain: self.ports.keychain.traits(),
            by_presence: limits::read(&open)?.by_presence,
        };
        let consent = self.consent(&open, act).await?;
        let key = self.proven_key(&open, "to open with the keychain").await?;
        self.add_door(&open, &key, consent).await
    }

    async fn add_door(
        &self,
        open: &Open,
        vault_key: &VaultKey,
        consent: Confirmed<AddKeychain>,
    ) -> Result<(), EnrolKeychainError> {
        let _used = consent.into_act();
        let _only = self.vault_work.lock().await;
        let bytes = self.ports.vault.read()?.ok_or(AccessError::Locked)?;
        let doors = satchel_vault::doors(&bytes)?;
        let slot = SlotId::from_bytes(self.random_id().map_err(AccessError::from)?);
        let entropy = &self.ports.entropy;
        let key = SecretBytes::init_with(|bytes| entropy.fill(bytes)).map_err(AccessError::from)?;
        let file = satchel_vault::set_keychain_slot(&bytes, vault_key, &key, slot, |bytes| {
            entropy.fill(bytes)
        })?;
        leftovers::note(&*open.store, [slot].into_iter().chain(doors.keychain))
            .map_err(AccessError::from)?;
        let item = KeychainItem::VaultSlot {
            vault: doors.vault,
            slot,
        };
        let done = match self.ports.keychain.put(item, &key).await {
            Ok(()) => self.ports.vault.replace(&file).map_err(Into::into),
            Err(error) => Err(error.into()),
        };
        leftovers::settle(&self.ports, &*open.store).await;
        done
    }
}
