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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(bytes: [u8; 32]) -> SecretBytes<32> {
        SecretBytes::from_slice(&bytes).expect("32 bytes")
    }

    #[test]
    fn sealing_gives_the_vector_of_the_draft() {
        // draft-irtf-cfrg-xchacha-03, appendix A.3.1.
        let key = key(std::array::from_fn(|i| 0x80 + i as u8));
        let nonce = std::array::from_fn(|i| 0x40 + i as u8);
        let aad = hex::decode("50515253c0c1c2c3c4c5c6c7").expect("valid hex");
        let plaintext = b"Ladies and Gentlemen of the class of '99: If I could offer you \
            only one tip for the future, sunscreen would be it.";
        let sealed = seal(&key, &nonce, &aad, plaintext);
        assert_eq!(
            hex::encode(&sealed),
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
             731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
             2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
             21f9664c97637da9768812f615c68b13b52e\
             c0875924c1c7987947deafd8780acf49"
        );
        let opened = open(&key, &nonce, &aad, &sealed).expect("just sealed");
        assert_eq!(opened.expose(), plaintext);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_any_flipped_bit_does_not(
            secret: [u8; 32], nonce: [u8; 24], aad: Vec<u8>, plaintext: Vec<u8>, at: prop::sample::Index, bit in 0..8_u32,
        ) {
            let key = key(secret);
            let mut sealed = seal(&key, &nonce, &aad, &plaintext);
            let opened = open(&key, &nonce, &aad, &sealed).expect("just sealed");
            prop_assert_eq!(opened.expose(), &plaintext[..]);
            let at = at.index(sealed.len());
            sealed[at] ^= 1_u8 << bit;
            prop_assert_eq!(open(&key, &nonce, &aad, &sealed).map(|_| ()), Err(AeadError));
        }

        #[test]
        fn other_associated_data_does_not_open(aad: Vec<u8>, other: Vec<u8>) {
            prop_assume!(aad != other);
            let key = key([7; 32]);
            let sealed = seal(&key, &[0; 24], &aad, b"text");
            prop_assert!(open(&key, &[0; 24], &other, &sealed).is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_panic(bytes: Vec<u8>) {
            prop_assert!(open(&key([7; 32]), &[0; 24], b"", &bytes).is_err());
        }
    }
}
