//! Changing the passphrase.

use satchel_secrets::Passphrase;
use satchel_secrets::kdf::{KdfError, KdfParams};

use crate::format::VaultFile;
use crate::slot::{self, Stretch, stretch_checked};
use crate::{UnlockError, VaultKey};

/// Why the passphrase was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePassphraseError<E> {
    /// The old file cannot be read.
    #[error("the vault file cannot be read")]
    Read(#[source] UnlockError),
    /// The key is another vault's, or the slots were changed by somebody without the key.
    #[error("the key is not this vault's")]
    WrongKey,
    /// There is no randomness.
    #[error("there is no randomness")]
    Entropy(#[source] E),
    /// The passphrase was not stretched.
    #[error("the passphrase could not be stretched")]
    Kdf(#[source] KdfError),
}

/// Returns a vault file with the same key behind a new passphrase. Slots of other kinds stay as
/// they are; nothing that the key protects has to be encrypted anew. The old file, where a copy of
/// it is left, still opens with the old passphrase.
///
/// # Errors
/// See [`ChangePassphraseError`].
pub fn change_passphrase<E>(
    bytes: &[u8],
    key: &VaultKey,
    new: &Passphrase,
    params: KdfParams,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, ChangePassphraseError<E>> {
    change_passphrase_with(bytes, key, new, params, fill, stretch_checked)
}

pub(crate) fn change_passphrase_with<E>(
    bytes: &[u8],
    key: &VaultKey,
    new: &Passphrase,
    params: KdfParams,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    stretch: impl Stretch,
) -> Result<Vec<u8>, ChangePassphraseError<E>> {
    let mut file = VaultFile::decode(bytes).map_err(ChangePassphraseError::Read)?;
    if !VaultFile::is_authentic(bytes, key) {
        return Err(ChangePassphraseError::WrongKey);
    }
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    fill(&mut salt).map_err(ChangePassphraseError::Entropy)?;
    fill(&mut nonce).map_err(ChangePassphraseError::Entropy)?;
    let fresh = slot::wrap(&file.header(), key, new, params, &salt, &nonce, stretch)
        .map_err(ChangePassphraseError::Kdf)?;
    // No old passphrase slot may survive.
    file.slots.retain(|slot| slot.kind != slot::PASSPHRASE);
    file.slots.insert(0, fresh);
    Ok(file.encode(key))
}
