//! Opening a vault.

use satchel_secrets::Passphrase;
use satchel_secrets::kdf::KdfError;

use crate::VaultKey;
use crate::format::VaultFile;
use crate::slot::{self, Stretch, stretch_checked};

/// Why a vault did not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// The file is whole, the passphrase is another one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Some bytes are not as they were written.
    #[error("the vault file is damaged")]
    Damaged,
    /// It does not begin as a vault file does.
    #[error("this is no vault file")]
    NotAVault,
    /// A newer Satchel wrote it.
    #[error("the vault file has version {found}, this Satchel reads up to {known}")]
    TooNew {
        /// Version found.
        found: u16,
        /// Newest version known.
        known: u16,
    },
    /// No slot is of a kind that this Satchel opens with a passphrase.
    #[error("the vault has no passphrase")]
    NoPassphraseSlot,
    /// It asks for a stretching that is not accepted, or that this device cannot do.
    #[error("the vault's passphrase stretching is not acceptable")]
    WeakParameters(#[from] KdfError),
}

/// Opens a vault. Takes as long as one stretch; a file that is damaged is refused before it.
///
/// # Errors
/// See [`UnlockError`]. A wrong passphrase and a damaged file are told apart.
pub fn unlock(bytes: &[u8], passphrase: &Passphrase) -> Result<VaultKey, UnlockError> {
    unlock_with(bytes, passphrase, stretch_checked)
}

pub(crate) fn unlock_with(
    bytes: &[u8],
    passphrase: &Passphrase,
    stretch: impl Stretch,
) -> Result<VaultKey, UnlockError> {
    let file = VaultFile::decode(bytes)?;
    let slot = file
        .slots
        .iter()
        .find(|slot| slot.kind == slot::PASSPHRASE)
        .ok_or(UnlockError::NoPassphraseSlot)?;
    let key = slot::unwrap(&file.header(), slot, passphrase, stretch)?;
    if !VaultFile::is_authentic(bytes, &key) {
        return Err(UnlockError::Damaged);
    }
    Ok(key)
}
