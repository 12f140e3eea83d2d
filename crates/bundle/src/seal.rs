//! Writing a wallet file of version 1, as it was done once: for tests that such files are read for ever.

use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretVec};

use crate::contents::{self, EncodeError};
use crate::envelope::{MAX_PADDED_LEN, Stretch, VersionOf, bucket, encrypt, stretch_checked};
use crate::{MAX_FILE_LEN, WalletFile};

/// Why no wallet file was made.
#[derive(Debug, thiserror::Error)]
pub enum SealError<E> {
    /// There is no randomness.
    #[error("there is no randomness")]
    Entropy(#[source] E),
    /// The passphrase was not stretched.
    #[error("the passphrase could not be stretched")]
    Kdf(#[source] KdfError),
    /// More than a wallet file may hold.
    #[error("the wallet file would be larger than {max} bytes")]
    TooLarge {
        /// Bytes allowed.
        max: usize,
    },
    /// Something that could not be read back, such as two labels on one target.
    #[error("the wallet file would not be readable: {what}")]
    Invalid {
        /// What is wrong.
        what: &'static str,
    },
}

/// Encrypts wallets under a passphrase. `fill` fills a slice with random bytes fit for keys. Takes
/// as long as one stretch: use [`KdfParams::FILE`].
///
/// # Errors
/// See [`SealError`].
pub fn seal<E>(
    file: &WalletFile,
    passphrase: &Passphrase,
    params: KdfParams,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, SealError<E>> {
    seal_with(file, passphrase, params, fill, stretch_checked)
}

pub(crate) fn seal_with<E>(
    file: &WalletFile,
    passphrase: &Passphrase,
    params: KdfParams,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    stretch: impl Stretch,
) -> Result<Vec<u8>, SealError<E>> {
    let padded = contents::encode(file, bucket, MAX_PADDED_LEN);
    let stretched = (passphrase, params, stretch);
    seal_encoded(padded, VersionOf::Wallets, stretched, fill)
}

/// Encrypts contents that were encoded, of either version.
pub(crate) fn seal_encoded<E>(
    padded: Result<SecretVec, EncodeError>,
    version: VersionOf,
    (passphrase, params, stretch): (&Passphrase, KdfParams, impl Stretch),
    mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, SealError<E>> {
    let padded = padded.map_err(|error| match error {
        EncodeError::TooLarge => SealError::TooLarge { max: MAX_FILE_LEN },
        EncodeError::Invalid(what) => SealError::Invalid { what },
    })?;
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    fill(&mut salt).map_err(SealError::Entropy)?;
    fill(&mut nonce).map_err(SealError::Entropy)?;
    encrypt(
        &padded,
        version,
        passphrase,
        params,
        (&salt, &nonce),
        stretch,
    )
    .map_err(SealError::Kdf)
}
