//! Sealing a wallet's recovery words for the database.
//!
//! The database is encrypted already; this second lid keeps the words closed while the database is
//! open, since only signing and showing them need the seed key.

use satchel_secrets::aead::{self, NONCE_LEN};
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::WalletId;

const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"satchel sealed seed";

/// Why sealed recovery words did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenSeedError {
    /// A newer Satchel sealed them.
    #[error("the sealed seed has version {found}, this Satchel reads up to {known}")]
    TooNew {
        /// Version found.
        found: u8,
        /// Newest version known.
        known: u8,
    },
    /// They belong to another wallet or vault, or were changed.
    #[error("the sealed seed is damaged or belongs to another wallet")]
    Damaged,
}

/// Seals a wallet's seed: version, nonce, ciphertext, bound to the wallet's id.
///
/// # Errors
/// What `fill`, which gives random bytes, said.
pub fn seal_seed<E>(
    seed_key: &SecretBytes<32>,
    wallet: WalletId,
    plaintext: &SecretVec,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let mut nonce = [0; NONCE_LEN];
    fill(&mut nonce)?;
    let mut sealed = vec![VERSION];
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&aead::seal(
        seed_key,
        &nonce,
        &associated_data(wallet),
        plaintext.expose(),
    ));
    Ok(sealed)
}

/// Opens what [`seal_seed`] made for the same wallet.
///
/// # Errors
/// See [`OpenSeedError`].
pub fn open_seed(
    seed_key: &SecretBytes<32>,
    wallet: WalletId,
    sealed: &[u8],
) -> Result<SecretVec, OpenSeedError> {
    let (&version, rest) = sealed.split_first().ok_or(OpenSeedError::Damaged)?;
    if version > VERSION {
        return Err(OpenSeedError::TooNew {
            found: version,
            known: VERSION,
        });
    }
    if version != VERSION {
        return Err(OpenSeedError::Damaged);
    }
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(OpenSeedError::Damaged)?;
    aead::open(seed_key, nonce, &associated_data(wallet), ciphertext)
        .map_err(|_| OpenSeedError::Damaged)
}

fn associated_data(wallet: WalletId) -> Vec<u8> {
    let mut aad = CONTEXT.to_vec();
    aad.push(VERSION);
    aad.extend_from_slice(wallet.as_bytes());
    aad
}
