//! Key separation: HKDF with SHA-256 (RFC 5869).

use hkdf::Hkdf;
use sha2::Sha256;

use crate::{SecretBytes, scrub_stack_after};

/// Derives a key for one use from a key that is already uniformly random. Different contexts give
/// unrelated keys; a context is a fixed text that names its use and version.
pub fn derive_key(key: &SecretBytes<32>, context: &str) -> SecretBytes<32> {
    let derived = scrub_stack_after(|| {
        SecretBytes::init_with(|out| {
            Hkdf::<Sha256>::new(None, key.expose()).expand(context.as_bytes(), out.as_mut_slice())
        })
    });
    derived.expect("32 bytes are fewer than HKDF's limit of 8160")
}
