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
