//! Access to seeds: proven each time, gone right after.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use satchel_ports::{AuthorizeError, Door, DoorError};
use satchel_secrets::{Passphrase, SecretBytes};
use satchel_types::{CircleId, WalletId};
use satchel_vault::VaultKey;

use crate::open::Open;
use crate::session::{AccessError, App};
use crate::unlock::UnlockError;

/// Opens and seals the seeds of one vault. Wiped when dropped.
///
/// It cannot be made but by proving ownership, and nothing of it can be read out.
#[derive(Debug)]
pub struct SeedAccess {
    key: SecretBytes<32>,
    bundle_key: SecretBytes<32>,
}

/// How long access to seeds lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeedAccessPolicy {
    /// It is asked for each time, and ends with the act.
    #[default]
    EachTime,
    /// It comes with opening the vault and ends with the lock. For a process that does one thing
    /// and ends.
    WhileOpen,
}

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

impl SeedAccess {
    pub(crate) fn of(key: &VaultKey) -> Self {
        Self {
            key: key.seed_key(),
            bundle_key: key.bundle_key(),
        }
    }

    /// Opens a seed sealed for a wallet.
    pub(crate) fn open(
        &self,
        wallet: WalletId,
        sealed: &[u8],
    ) -> Result<satchel_secrets::SecretVec, satchel_vault::OpenSealedError> {
        satchel_vault::open_seed(&self.key, wallet, sealed)
    }

    /// Seals a seed for a wallet.
    pub(crate) fn seal<E>(
        &self,
        wallet: WalletId,
        seed: &satchel_secrets::SecretVec,
        fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        satchel_vault::seal_seed(&self.key, wallet, seed, fill)
    }
}

impl SeedAccess {
    /// Returns what seals a device's own keys.
    pub(crate) fn bundle_key(&self) -> &SecretBytes<32> {
        &self.bundle_key
    }

    /// Opens the owner's key of a circle.
    pub(crate) fn open_owner(
        &self,
        circle: CircleId,
        sealed: &[u8],
    ) -> Result<SecretBytes<32>, satchel_vault::OpenSealedError> {
        satchel_vault::open_owner_key(&self.key, circle, sealed)
    }

    /// Seals the owner's key of a circle.
    pub(crate) fn seal_owner<E>(
        &self,
        circle: CircleId,
        owner: &SecretBytes<32>,
        fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        satchel_vault::seal_owner_key(&self.key, circle, owner, fill)
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
