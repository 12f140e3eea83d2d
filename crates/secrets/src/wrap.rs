//! A key wrapped for one device: HPKE (RFC 9180) in base mode, with DHKEM(X25519, HKDF-SHA256),
//! HKDF-SHA256 and ChaCha20-Poly1305.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};

use crate::{SecretBytes, scrub_stack_after};

type X25519 = X25519HkdfSha256;

/// Length of a public key in bytes.
pub const WRAP_KEY_LEN: usize = 32;
/// Length of a wrapped key: encapsulated key, ciphertext, tag.
pub const WRAPPED_LEN: usize = 32 + 32 + 16;

/// Why a wrapped key did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key was not wrapped for this device, or it was changed")]
pub struct WrapError;

/// Returns the public key that keys can be wrapped for.
///
/// # Errors
/// If the secret bytes are no key; of random bytes none are.
pub fn wrap_key(secret: &SecretBytes<32>) -> Result<[u8; WRAP_KEY_LEN], WrapError> {
    scrub_stack_after(|| {
        let secret = <X25519 as Kem>::PrivateKey::from_bytes(secret.expose());
        let public = X25519::sk_to_pk(&secret.map_err(|_| WrapError)?).to_bytes();
        Ok(public.into())
    })
}

/// Wraps a key for the holder of a public key. `drawn` is random and used for nothing else; `info`
/// names the use.
///
/// # Errors
/// If the public key is none, or one that would make the secret guessable.
pub fn wrap(
    key: &SecretBytes<32>,
    public: &[u8; WRAP_KEY_LEN],
    info: &[u8],
    drawn: &SecretBytes<32>,
) -> Result<[u8; WRAPPED_LEN], WrapError> {
    scrub_stack_after(|| {
        let public = <X25519 as Kem>::PublicKey::from_bytes(public).map_err(|_| WrapError)?;
        let (encapsulated, sealed) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519>(
                &OpModeS::Base,
                &public,
                info,
                key.expose(),
                &[],
                &mut Stream::new(drawn),
            )
            .map_err(|_| WrapError)?;
        let mut wrapped = [0; WRAPPED_LEN];
        wrapped[..32].copy_from_slice(&encapsulated.to_bytes());
        wrapped[32..].copy_from_slice(&sealed);
        Ok(wrapped)
    })
}

/// Opens what [`wrap`] made.
///
/// # Errors
/// If it was made for another key or use, or any bit was changed.
pub fn unwrap(
    wrapped: &[u8; WRAPPED_LEN],
    secret: &SecretBytes<32>,
    info: &[u8],
) -> Result<SecretBytes<32>, WrapError> {
    scrub_stack_after(|| {
        let (encapsulated, sealed) = wrapped.split_at(32);
        let secret =
            <X25519 as Kem>::PrivateKey::from_bytes(secret.expose()).map_err(|_| WrapError)?;
        let encapsulated =
            <X25519 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| WrapError)?;
        let mut receiver = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519>(
            &OpModeR::Base,
            &secret,
            &encapsulated,
            info,
        )
        .map_err(|_| WrapError)?;
        let mut opened = receiver.open(sealed, &[]).map_err(|_| WrapError)?;
        let key = SecretBytes::from_slice(&opened).ok_or(WrapError);
        crate::wipe(&mut opened);
        key
    })
}

/// Drawn bytes as the source that the library asks: keyed BLAKE3 as a stream.
struct Stream(blake3::OutputReader);

impl Stream {
    fn new(drawn: &SecretBytes<32>) -> Self {
        Self(blake3::Hasher::new_keyed(drawn.expose()).finalize_xof())
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(out);
        Ok(())
    }
}

impl TryCryptoRng for Stream {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(byte: u8) -> SecretBytes<32> {
        SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
    }

    #[test]
    fn a_public_key_is_x25519_of_the_base_point() {
        // Computed by another implementation of RFC 7748.
        let secret = SecretBytes::from_slice(&std::array::from_fn::<u8, 32, _>(|i| i as u8));
        assert_eq!(
            hex::encode(wrap_key(&secret.expect("32 bytes")).expect("a key")),
            "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"
        );
    }

    #[test]
    fn what_was_wrapped_opens_for_its_device_and_use_alone() {
        let (device, other, key) = (bytes(1), bytes(2), bytes(3));
        let public = wrap_key(&device).expect("a key");
        let wrapped = wrap(&key, &public, b"use", &bytes(4)).expect("a key");
        assert!(
            unwrap(&wrapped, &device, b"use")
                .expect("its own")
                .ct_eq(&key)
        );
        assert!(unwrap(&wrapped, &other, b"use").is_err());
        assert!(unwrap(&wrapped, &device, b"another").is_err());
        for bit in 0..WRAPPED_LEN * 8 {
            let mut bent = wrapped;
            bent[bit / 8] ^= 1 << (bit % 8);
            // X25519 ignores the highest bit of a point; the rest of HPKE does not.
            assert!(unwrap(&bent, &device, b"use").is_err(), "bit {bit}");
        }
    }

    #[test]
    fn other_drawn_bytes_make_another_wrapping() {
        let public = wrap_key(&bytes(1)).expect("a key");
        let make = |drawn| wrap(&bytes(3), &public, b"use", &bytes(drawn)).expect("a key");
        assert_eq!(make(4), make(4));
        assert_ne!(make(4), make(5));
        assert_ne!(make(4)[..32], make(5)[..32]);
    }

    #[test]
    fn a_point_of_small_order_is_refused() {
        assert_eq!(wrap(&bytes(3), &[0; 32], b"use", &bytes(4)), Err(WrapError));
    }
}
