//! Unlocking with the passphrase.

use std::sync::Arc;

use satchel_ports::{OpenStoreError, VaultFileError};
use satchel_secrets::Passphrase;
use satchel_vault::{UnlockError as VaultUnlockError, VaultKey};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::leftovers;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;

/// Why the vault stays locked.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// There is no vault yet.
    #[error("there is no wallet here yet")]
    NoVault,
    /// The passphrase is not the right one.
    #[error("the passphrase is not the right one")]
    WrongPassphrase,
    /// Too many wrong passphrases.
    #[error("too many wrong passphrases; try again in {seconds} seconds")]
    TooManyAttempts {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The vault file is damaged, of a newer version, or weaker than allowed.
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

impl From<VaultUnlockError> for UnlockError {
    fn from(error: VaultUnlockError) -> Self {
        match error {
            VaultUnlockError::WrongPassphrase => Self::WrongPassphrase,
            other => Self::Vault(other),
        }
    }
}

impl App {
    /// Opens the vault. The passphrase is checked even when the vault is open already.
    ///
    /// Returns access to its seeds, for what is to be done at once; dropping it ends it.
    pub async fn unlock(&self, passphrase: Passphrase) -> Result<SeedAccess, UnlockError> {
        let _only = self.vault_work.lock().await;
        let locks = self.locks();
        let asked = self.ask_high_water();
        let key = self.vault_key(passphrase).await?;
        let access = SeedAccess::of(&key);
        if let Some(open) = self.state() {
            // A vault file that was exchanged under an open wallet has another key.
            return if open.fingerprint == key.fingerprint() {
                Ok(access)
            } else {
                Err(UnlockError::Vault(VaultUnlockError::Damaged))
            };
        }
        let (ports, policy) = (self.ports.clone(), self.config.seed_access);
        let opened = tokio::task::spawn_blocking(move || -> Result<_, UnlockError> {
            let store = ports.database.open(&key.database_key())?;
            Ok((Open::new(store, &ports, &key, policy), key))
        })
        .await
        .map_err(|_| AccessError::Stopped)??;
        let (open, key) = opened;
        let asked = self.look_at_high_water(&open, asked).await;
        let open = self.set_open(open, locks)?;
        self.await_high_water(&open, asked);
        self.remove_dead_door(&key).await;
        self.settle_doors().await;
        if let Ok(open) = self.open() {
            self.make_due_keys(&open, &access);
        }
        Ok(access)
    }

    /// Takes a door of the keychain that will never open again out of the vault, and tells so. It
    /// stays where it is when that fails: it opens nothing.
    async fn remove_dead_door(&self, key: &VaultKey) {
        let Some(dead) = *self.dead_door() else {
            return;
        };
        let Ok(open) = self.open() else { return };
        let stands = self.ports.vault.read().ok().flatten();
        let stands = stands.and_then(|bytes| satchel_vault::doors(&bytes).ok()?.keychain);
        if stands == Some(dead) {
            if self.drop_door(&open, key).await.is_err() {
                return;
            }
            self.tell(Event::DeadDoorRemoved);
        }
        *self.dead_door() = None;
    }

    /// Removes what an interrupted change of doors left in the keychain, and makes the rows that a broken round left.
    pub(crate) async fn settle_doors(&self) {
        if let Ok(open) = self.open() {
            leftovers::settle(&self.ports, &*open.store).await;
            if let Some(circle) = open.shared.circle() {
                if let Err(error) = self.settle_rows(&open, &circle, None).await {
                    tracing::debug!(%error, "rows of a broken round are made later");
                }
                if let Err(error) = self.settle_person(&open, &circle) {
                    tracing::debug!(%error, "contacts of other devices are shown later");
                }
                if let Err(error) = self.fill_what_is_due(&open, &circle).await {
                    tracing::debug!(%error, "a wallet that came here is filled later");
                }
            }
            if let Err(error) = open.shared.catch_up() {
                tracing::debug!(%error, "what was not said yet is said later");
            }
        }
    }

    /// Stretches the passphrase and takes the vault key out, with back-off.
    pub(crate) async fn vault_key(&self, passphrase: Passphrase) -> Result<VaultKey, UnlockError> {
        let (attempts, clock) = (Arc::clone(&self.attempts), Arc::clone(&self.ports.clock));
        let vault = Arc::clone(&self.ports.vault);
        // All of it in one piece, so that whoever stops waiting for it does not stop the count.
        tokio::task::spawn_blocking(move || {
            let seconds = attempts.wait(clock.now());
            if seconds > 0 {
                return Err(UnlockError::TooManyAttempts { seconds });
            }
            let bytes = vault.read()?.ok_or(UnlockError::NoVault)?;
            // Counted before it is tried: a process that is killed meanwhile has had its try.
            let before = attempts.begin(clock.now());
            let opened = satchel_vault::unlock(&bytes, &passphrase).map_err(UnlockError::from);
            match &opened {
                Ok(_) => attempts.right(),
                Err(UnlockError::WrongPassphrase) => attempts.was_wrong(clock.now()),
                Err(_) => attempts.was_not_judged(before),
            }
            opened
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }
}
