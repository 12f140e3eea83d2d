//! Sealing an item with a key that a signature gives, for stores that keep nothing secret.
//!
//! On Windows any program of the same user reads the Credential Manager, and Windows Hello's consent
//! dialog only answers yes or no. So what is kept is sealed, and the key to it is a signature that
//! the Hello key makes of a random challenge after the person showed finger, face or PIN. RSA
//! signatures of PKCS #1 v1.5 (RFC 8017, 8.2), which Hello makes, are the same each time.

use satchel_ports::{Entropy, KeychainError};
use satchel_secrets::aead::{self, NONCE_LEN, TAG_LEN};
use satchel_secrets::derive::derive_key;
use satchel_secrets::hash::hash;
use satchel_secrets::{SecretBytes, SecretVec, scrub_stack_after};

const VERSION: u8 = 1;
/// What is signed.
pub(crate) const CHALLENGE_LEN: usize = 32;
const CONTEXT: &str = "satchel keychain v1 sealed by a signature";
/// Version, challenge, nonce, sealed secret.
const LEN: usize = 1 + CHALLENGE_LEN + NONCE_LEN + 32 + TAG_LEN;

/// Draws what is to be signed.
pub(crate) fn challenge(entropy: &dyn Entropy) -> Result<[u8; CHALLENGE_LEN], KeychainError> {
    let mut challenge = [0; CHALLENGE_LEN];
    entropy
        .fill(&mut challenge)
        .map_err(|_| KeychainError::Unavailable)?;
    Ok(challenge)
}

/// Seals a secret under the signature of a challenge: version (1 byte) ‖ challenge (32) ‖ nonce
/// (24) ‖ XChaCha20-Poly1305 of the secret; associated data = version ‖ challenge ‖ the item's name.
pub(crate) fn seal(
    name: &str,
    challenge: &[u8; CHALLENGE_LEN],
    signature: &SecretVec,
    secret: &SecretBytes<32>,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, KeychainError> {
    let mut nonce = [0; NONCE_LEN];
    entropy
        .fill(&mut nonce)
        .map_err(|_| KeychainError::Unavailable)?;
    let mut sealed = Vec::with_capacity(LEN);
    sealed.push(VERSION);
    sealed.extend_from_slice(challenge);
    sealed.extend_from_slice(&nonce);
    let aad = associated_data(name, challenge);
    let key = key(signature);
    sealed.extend_from_slice(&aead::seal(&key, &nonce, &aad, secret.expose()));
    Ok(sealed)
}

/// Returns the challenge of what was sealed; `None`: it was not sealed here.
pub(crate) fn challenge_of(sealed: &[u8]) -> Option<&[u8; CHALLENGE_LEN]> {
    let (&version, rest) = sealed.split_first()?;
    let (challenge, _) = rest.split_first_chunk::<CHALLENGE_LEN>()?;
    (version == VERSION && sealed.len() == LEN).then_some(challenge)
}

/// Opens what [`seal`] made of the same item with the same key.
pub(crate) fn open(name: &str, sealed: &[u8], signature: &SecretVec) -> Option<SecretBytes<32>> {
    let challenge = challenge_of(sealed)?;
    let (nonce, ciphertext) = sealed
        .get(1 + CHALLENGE_LEN..)?
        .split_first_chunk::<NONCE_LEN>()?;
    let aad = associated_data(name, challenge);
    let opened = aead::open(&key(signature), nonce, &aad, ciphertext).ok()?;
    SecretBytes::from_slice(opened.expose())
}

fn key(signature: &SecretVec) -> SecretBytes<32> {
    let root = scrub_stack_after(|| SecretBytes::from_slice(&hash(signature.expose())));
    derive_key(&root.expect("a hash has 32 bytes"), CONTEXT)
}

fn associated_data(name: &str, challenge: &[u8; CHALLENGE_LEN]) -> Vec<u8> {
    let mut aad = vec![VERSION];
    aad.extend_from_slice(challenge);
    aad.extend_from_slice(name.as_bytes());
    aad
}

#[cfg(test)]
mod tests {
    use satchel_testkit::{BrokenEntropy, SeededEntropy};

    use super::*;

    fn signature(byte: u8) -> SecretVec {
        SecretVec::from_slice(&[byte; 256])
    }

    fn sealed() -> Vec<u8> {
        let entropy = SeededEntropy::dangerous_from_seed(1);
        let challenge = challenge(&entropy).expect("never broken");
        let secret = SecretBytes::from_slice(&[7; 32]).expect("32 bytes");
        seal("one", &challenge, &signature(1), &secret, &entropy).expect("never broken")
    }

    #[test]
    fn the_same_signature_opens_and_any_other_does_not() {
        let sealed = sealed();
        let opened = open("one", &sealed, &signature(1)).expect("just sealed");
        assert_eq!(opened.expose(), &[7; 32]);
        assert!(open("one", &sealed, &signature(2)).is_none());
        assert!(
            open("two", &sealed, &signature(1)).is_none(),
            "another item"
        );
    }

    #[test]
    fn any_flipped_bit_and_any_other_length_is_refused() {
        let sealed = sealed();
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1_u8 << bit;
                assert!(open("one", &changed, &signature(1)).is_none());
            }
            assert!(open("one", &sealed[..at], &signature(1)).is_none());
        }
        let longer = [&sealed[..], &[0]].concat();
        assert!(open("one", &longer, &signature(1)).is_none());
    }

    #[test]
    fn nothing_is_sealed_without_randomness() {
        assert_eq!(
            challenge(&BrokenEntropy).err(),
            Some(KeychainError::Unavailable)
        );
    }
}
