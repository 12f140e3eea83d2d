//! Making a vault.

use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretBytes};

use crate::VaultKey;
use crate::format::VaultFile;
use crate::slot::{self, Stretch, stretch_checked};

/// Why no vault was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateVaultError<E> {
    /// There is no randomness.
    #[error("there is no randomness")]
    Entropy(#[source] E),
    /// The passphrase was not stretched.
    #[error("the passphrase could not be stretched")]
    Kdf(#[source] KdfError),
}

/// Makes a vault with a random key and returns the file's bytes and the key. `fill` fills a slice
/// with random bytes fit for keys. Takes as long as one stretch.
///
/// # Errors
/// What `fill` said, or parameters outside [`KdfParams::FLOOR`] and [`KdfParams::CEILING`].
pub fn create<E>(
    passphrase: &Passphrase,
    params: KdfParams,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<(Vec<u8>, VaultKey), CreateVaultError<E>> {
    create_with(passphrase, params, fill, stretch_checked)
}

pub(crate) fn create_with<E>(
    passphrase: &Passphrase,
    params: KdfParams,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    stretch: impl Stretch,
) -> Result<(Vec<u8>, VaultKey), CreateVaultError<E>> {
    let (mut id, mut salt, mut nonce) = ([0; 16], [0; 16], [0; 24]);
    for public in [&mut id[..], &mut salt[..], &mut nonce[..]] {
        fill(public).map_err(CreateVaultError::Entropy)?;
    }
    let key = SecretBytes::init_with(|bytes| fill(bytes.as_mut_slice()))
        .map(VaultKey::new)
        .map_err(CreateVaultError::Entropy)?;
    let mut file = VaultFile { id, slots: vec![] };
    file.slots.push(
        slot::wrap(
            &file.header(),
            &key,
            passphrase,
            params,
            &salt,
            &nonce,
            stretch,
        )
        .map_err(CreateVaultError::Kdf)?,
    );
    Ok((file.encode(&key), key))
}
