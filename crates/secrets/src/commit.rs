//! Key commitment: keyed BLAKE3.
//!
//! A commitment in the header binds a ciphertext to the one key it was made with, and tells a
//! wrong passphrase from damage.

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::{SecretBytes, scrub_stack_after};

/// Length of a commitment in bytes.
pub const COMMITMENT_LEN: usize = 32;

/// Returns what only the holder of `key` could have made of `data`. Use a key of its own,
/// derived for this alone.
pub fn commitment(key: &SecretBytes<32>, data: &[u8]) -> [u8; COMMITMENT_LEN] {
    scrub_stack_after(|| {
        let mut hasher = blake3::Hasher::new_keyed(key.expose());
        hasher.update(data);
        let commitment = *hasher.finalize().as_bytes();
        hasher.zeroize();
        commitment
    })
}

/// Checks a commitment in constant time.
pub fn verify_commitment(key: &SecretBytes<32>, data: &[u8], expected: &[u8]) -> bool {
    commitment(key, data).as_slice().ct_eq(expected).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_is_keyed_blake3() {
        // The first of the official test vectors.
        let key = SecretBytes::from_slice(b"whats the Elvish word for friend").expect("32 bytes");
        assert_eq!(
            hex::encode(commitment(&key, b"")),
            "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26"
        );
    }

    #[test]
    fn only_the_same_key_and_data_verify() {
        let key = |byte| SecretBytes::from_slice(&[byte; 32]).expect("32 bytes");
        let made = commitment(&key(1), b"data");
        assert!(verify_commitment(&key(1), b"data", &made));
        assert!(!verify_commitment(&key(2), b"data", &made));
        assert!(!verify_commitment(&key(1), b"date", &made));
        assert!(!verify_commitment(&key(1), b"data", &made[..31]));
    }
}
