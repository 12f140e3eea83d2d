//! Making the vault: the first passphrase.

use satchel_ports::{OpenStoreError, VaultFileError};
use satchel_secrets::{Passphrase, PassphraseError};
use satchel_vault::CreateVaultError;

use crate::access_error::AccessError;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;

/// Why no vault was made.
#[derive(Debug, thiserror::Error)]
pub enum NewVaultError {
    /// There is one already; nothing was changed.
    #[error("there is a vault already")]
    Exists,
    /// There is a database whose vault is missing; nothing was changed.
    #[error("there is a database, but the vault that opens it is missing")]
    Orphaned,
    /// The passphrase does not do.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The vault could not be sealed.
    #[error(transparent)]
    Seal(#[from] CreateVaultError<satchel_ports::EntropyError>),
    /// The vault file could not be written.
    #[error(transparent)]
    File(VaultFileError),
    /// The database could not be made.
    #[error(transparent)]
    Database(#[from] OpenStoreError),
    /// The work was stopped half-way.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl From<VaultFileError> for NewVaultError {
    fn from(error: VaultFileError) -> Self {
        match error {
            VaultFileError::Exists => Self::Exists,
            other => Self::File(other),
        }
    }
}

impl App {
    /// Makes the vault under a first passphrase and leaves it open. Returns access to its seeds,
    /// for what is to be done at once; dropping it ends it.
    ///
    /// # Errors
    /// [`NewVaultError::Exists`] when there is one; it is never replaced.
    pub async fn create_vault(&self, passphrase: Passphrase) -> Result<SeedAccess, NewVaultError> {
        let _only = self.vault_work.lock().await;
        let locks = self.locks();
        passphrase.check_strength_for_new()?;
        if self.ports.vault.read()?.is_some() {
            return Err(NewVaultError::Exists);
        }
        if self.ports.database.exists() {
            return Err(NewVaultError::Orphaned);
        }
        let (ports, kdf, policy) = (
            self.ports.clone(),
            self.config.vault_kdf,
            self.config.seed_access,
        );
        let made = tokio::task::spawn_blocking(move || -> Result<_, NewVaultError> {
            let entropy = &ports.entropy;
            let (file, key) = satchel_vault::create(&passphrase, kdf, |b| entropy.fill(b))?;
            // The vault first: a database whose key is lost would be worthless, a vault without
            // a database is merely empty.
            ports.vault.create(&file)?;
            let store = ports.database.open(&key.database_key())?;
            Ok((Open::new(store, &ports, &key, policy), SeedAccess::of(&key)))
        })
        .await
        .map_err(|_| AccessError::Stopped)??;
        let (open, access) = made;
        // What was counted was about another vault.
        self.attempts.right();
        self.set_open(open, locks)?;
        Ok(access)
    }
}
