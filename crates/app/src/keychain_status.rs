//! Whether the keychain can open the vault.

use satchel_ports::{KeychainError, KeychainTraits, VaultFileError};
use satchel_vault::UnlockError as VaultUnlockError;

use crate::session::App;

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum KeychainStatusError {
    /// The vault file cannot be read.
    #[error(transparent)]
    File(#[from] VaultFileError),
    /// The vault file is damaged, or a newer version's.
    #[error(transparent)]
    Vault(#[from] VaultUnlockError),
}

/// Where the keychain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeychainStatus {
    /// What kind of store it is.
    pub traits: KeychainTraits,
    /// Whether the vault has a door for it. The file says so; whether the item is still there shows
    /// when it is used.
    pub set_up: bool,
    /// Whether it can be used now.
    pub ready: Result<(), KeychainError>,
}

impl App {
    /// Returns where the keychain stands, locked or open. Nobody is asked anything.
    ///
    /// # Errors
    /// See [`KeychainStatusError`].
    pub async fn keychain_status(&self) -> Result<KeychainStatus, KeychainStatusError> {
        let set_up = match self.ports.vault.read()? {
            Some(bytes) => satchel_vault::doors(&bytes)?.keychain.is_some(),
            None => false,
        };
        Ok(KeychainStatus {
            traits: self.ports.keychain.traits(),
            set_up,
            ready: self.ports.keychain.ready().await,
        })
    }
}
