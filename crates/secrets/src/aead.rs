//! Authenticated encryption: XChaCha20-Poly1305 (RFC 8439, draft-irtf-cfrg-xchacha-03).
//!
//! This cipher alone does not commit to its key: one ciphertext can be made to open under two
//! keys. Whoever opens under a key that came from a passphrase checks [`crate::commit`] first.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};

use crate::{SecretBytes, SecretVec, scrub_stack_after};

/// Nonce length in bytes; long enough to draw at random for every message.
pub const NONCE_LEN: usize = 24;
/// How many bytes longer a ciphertext is than its plaintext.
pub const TAG_LEN: usize = 16;

/// Why a ciphertext did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key does not open this, or it was changed")]
pub struct AeadError;

/// Encrypts and authenticates; the tag is at the end. A nonce is never used twice with one key.
pub fn seal(
    key: &SecretBytes<32>,
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    plaintext: &[u8],
) -> Vec<u8> {
    // Sized at once: a vector that grows would leave plaintext behind.
    let mut out = Vec::with_capacity(plaintext.len() + TAG_LEN);
    out.extend_from_slice(plaintext);
    let tag = scrub_stack_after(|| {
        XChaCha20Poly1305::new(key.expose().into())
            .encrypt_inout_detached(&XNonce::from(*nonce), aad, out.as_mut_slice().into())
            .expect("the message is far shorter than the cipher's 256 GiB")
    });
    out.extend_from_slice(&tag);
    out
}

/// Opens what [`seal`] made.
///
/// # Errors
/// If key, nonce, associated data or any bit of the ciphertext differ.
pub fn open(
    key: &SecretBytes<32>,
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<SecretVec, AeadError> {
    let (body, tag) = ciphertext.split_last_chunk::<TAG_LEN>().ok_or(AeadError)?;
    SecretVec::init_with(body.len(), |out| {
        out.copy_from_slice(body);
        scrub_stack_after(|| {
            XChaCha20Poly1305::new(key.expose().into()).decrypt_inout_detached(
                &XNonce::from(*nonce),
                aad,
                out.into(),
                &Tag::from(*tag),
            )
        })
        .map_err(|_| AeadError)
    })
}
