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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn key(byte: u8) -> SecretBytes<32> {
        SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
    }

    fn sealed(plaintext: &[u8]) -> Vec<u8> {
        let fill = |out: &mut [u8]| {
            out.fill(9);
            Ok::<_, Infallible>(())
        };
        seal_seed(&key(1), wallet(1), &SecretVec::from_slice(plaintext), fill)
            .expect("filling never fails")
    }

    fn wallet(byte: u8) -> WalletId {
        WalletId::from_bytes([byte; 16])
    }

    #[test]
    fn a_sealed_seed_opens_for_its_wallet_alone() {
        let sealed = sealed(b"sixteen bytes ok");
        let opened = open_seed(&key(1), wallet(1), &sealed).expect("just sealed");
        assert_eq!(opened.expose(), b"sixteen bytes ok");
        for (key, wallet) in [(key(1), wallet(2)), (key(2), wallet(1))] {
            let error = open_seed(&key, wallet, &sealed).expect_err("another one");
            assert_eq!(error, OpenSeedError::Damaged);
        }
    }

    #[test]
    fn any_flipped_bit_or_cut_is_refused() {
        let sealed = sealed(b"sixteen bytes ok");
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut damaged = sealed.clone();
                damaged[at] ^= 1_u8 << bit;
                assert!(open_seed(&key(1), wallet(1), &damaged).is_err());
            }
            assert!(open_seed(&key(1), wallet(1), &sealed[..at]).is_err());
        }
    }

    #[test]
    fn a_newer_version_says_so() {
        let mut newer = sealed(b"x");
        newer[0] = 2;
        let error = open_seed(&key(1), wallet(1), &newer).expect_err("newer");
        assert_eq!(error, OpenSeedError::TooNew { found: 2, known: 1 });
    }
}
