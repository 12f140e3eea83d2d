//! Access to seeds: proven each time, gone right after.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use satchel_ports::{AuthorizeError, Door, DoorError};
use satchel_secrets::Passphrase;
use satchel_vault::VaultKey;

use crate::access_error::AccessError;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::unlock::UnlockError;

/// Why there is no access to seeds.
#[derive(Debug, thiserror::Error)]
pub enum SeedAccessError {
    /// There is no proof.
    #[error(transparent)]
    Authorize(#[from] AuthorizeError),
    /// The vault cannot be opened, whatever the proof.
    #[error(transparent)]
    Vault(Box<UnlockError>),
    /// The vault was locked meanwhile.
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl From<UnlockError> for SeedAccessError {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::Access(error) => Self::Access(error),
            other => Self::Vault(Box::new(other)),
        }
    }
}

impl App {
    /// Asks its owner for proof before wallets are added.
    ///
    /// # Errors
    /// See [`SeedAccessError`].
    pub async fn prove_to_add(&self) -> Result<Arc<SeedAccess>, SeedAccessError> {
        self.seed_access(&self.open()?, "to add a wallet").await
    }

    /// Asks its owner for proof and returns access to the seeds of the open vault.
    pub(crate) async fn seed_access(
        &self,
        open: &Arc<Open>,
        reason: &str,
    ) -> Result<Arc<SeedAccess>, SeedAccessError> {
        if let Some(kept) = &open.kept_access {
            return Ok(Arc::clone(kept));
        }
        let key = self.proven_key(open, reason).await?;
        let access = Arc::new(SeedAccess::of(&key));
        self.make_due_keys(open, &access);
        Ok(access)
    }

    /// Asks its owner for proof and returns the open vault's key, for what changes its doors.
    pub(crate) async fn proven_key(
        &self,
        open: &Arc<Open>,
        reason: &str,
    ) -> Result<VaultKey, SeedAccessError> {
        let door = VaultDoor {
            app: self,
            open,
            found: Mutex::default(),
        };
        let proven = tokio::select! {
            biased;
            () = open.closed.cancelled() => return Err(AccessError::Locked.into()),
            proven = self.ports.authorize.authorize(reason, &door) => proven,
        };
        if open.closed.is_cancelled() {
            return Err(AccessError::Locked.into());
        }
        match door
            .found
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
        {
            Some(Ok(key)) => Ok(key),
            // The door says more than whoever stood before it.
            Some(Err(fault)) => Err(fault.into()),
            None => {
                proven?;
                // It was called proven without the door having opened.
                Err(AuthorizeError::Unavailable.into())
            }
        }
    }
}

/// The open vault's door.
struct VaultDoor<'a> {
    app: &'a App,
    open: &'a Open,
    /// What the last try that settled it led to.
    found: Mutex<Option<Result<VaultKey, UnlockError>>>,
}

#[async_trait]
impl Door for VaultDoor<'_> {
    async fn passphrase(&self, passphrase: Passphrase) -> Result<(), DoorError> {
        if self.open.closed.is_cancelled() {
            return Err(DoorError::Shut);
        }
        let _only = self.app.vault_work.lock().await;
        let (outcome, said) = match self.app.vault_key(passphrase).await {
            // A vault file that was exchanged under an open wallet has another key.
            Ok(key) if key.fingerprint() != self.open.fingerprint => (
                Err(UnlockError::Vault(satchel_vault::UnlockError::Damaged)),
                Err(DoorError::Shut),
            ),
            Ok(key) => (Ok(key), Ok(())),
            Err(UnlockError::WrongPassphrase) => return Err(DoorError::WrongPassphrase),
            Err(UnlockError::TooManyAttempts { seconds }) => {
                return Err(DoorError::TooManyAttempts { seconds });
            }
            Err(other) => (Err(other), Err(DoorError::Shut)),
        };
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        said
    }
}
