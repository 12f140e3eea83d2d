//! What opens and seals seeds, and how long it lasts.

use satchel_secrets::SecretBytes;
use satchel_types::{CircleId, WalletId};
use satchel_vault::VaultKey;

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
