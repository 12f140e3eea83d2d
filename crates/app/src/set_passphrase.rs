//! Changing the passphrase: re-wraps the vault key, re-encrypts nothing else.

use satchel_ports::{ConfirmError, Confirmed, VaultFileError};
use satchel_secrets::{Passphrase, PassphraseError};
use satchel_vault::{ChangePassphraseError, VaultKey};

use crate::access_error::AccessError;
use crate::acts::ChangePassphrase;
use crate::session::App;
use crate::unlock::UnlockError;

/// Why the passphrase stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum SetPassphraseError {
    /// The current passphrase was not accepted.
    #[error(transparent)]
    Current(#[from] UnlockError),
    /// The new passphrase does not do.
    #[error(transparent)]
    New(#[from] PassphraseError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The vault could not be sealed again.
    #[error(transparent)]
    Seal(#[from] ChangePassphraseError<satchel_ports::EntropyError>),
    /// The vault file could not be replaced; the old passphrase still works.
    #[error(transparent)]
    File(#[from] VaultFileError),
    /// The work was stopped half-way; the old passphrase still works.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl App {
    /// Replaces the passphrase. Either the new one works afterwards or the old one still does. The
    /// keychain's door stays, and the question says so (ADR 0009).
    pub async fn set_passphrase(
        &self,
        current: Passphrase,
        new: Passphrase,
    ) -> Result<(), SetPassphraseError> {
        new.check_strength_for_new()?;
        let _only = self.vault_work.lock().await;
        let key = self.vault_key(current).await?;
        let bytes = self.ports.vault.read()?.ok_or(UnlockError::NoVault)?;
        let keychain = satchel_vault::doors(&bytes).is_ok_and(|doors| doors.keychain.is_some());
        let act = ChangePassphrase { keychain };
        let consent = match self.state() {
            Some(open) => self.consent(&open, act).await?,
            None => satchel_ports::ask(&*self.ports.confirm, act).await?,
        };
        self.rewrap(key, new, consent).await
    }

    async fn rewrap(
        &self,
        key: VaultKey,
        new: Passphrase,
        consent: Confirmed<ChangePassphrase>,
    ) -> Result<(), SetPassphraseError> {
        let _used = consent.into_act();
        let (ports, kdf) = (self.ports.clone(), self.config.vault_kdf);
        tokio::task::spawn_blocking(move || {
            let bytes = ports.vault.read()?.ok_or(UnlockError::NoVault)?;
            let entropy = &ports.entropy;
            let file =
                satchel_vault::change_passphrase(&bytes, &key, &new, kdf, |b| entropy.fill(b))?;
            Ok(ports.vault.replace(&file)?)
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }
}
