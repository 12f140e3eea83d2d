//! Signatures: Ed25519 (RFC 8032), verified strictly.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::{SecretBytes, scrub_stack_after};

/// Length of a public key in bytes.
pub const VERIFY_KEY_LEN: usize = 32;
/// Length of a signature in bytes.
pub const SIGNATURE_LEN: usize = 64;

/// Returns the public key of a secret one.
pub fn verify_key(secret: &SecretBytes<32>) -> [u8; VERIFY_KEY_LEN] {
    scrub_stack_after(|| {
        SigningKey::from_bytes(secret.expose())
            .verifying_key()
            .to_bytes()
    })
}

/// Signs a message. It begins with a text that names its use, so that no signature can stand for another.
pub fn sign(secret: &SecretBytes<32>, message: &[u8]) -> [u8; SIGNATURE_LEN] {
    scrub_stack_after(|| {
        SigningKey::from_bytes(secret.expose())
            .sign(message)
            .to_bytes()
    })
}

/// Says whether a signature is right. Keys of small order and other doubtful encodings are not.
pub fn verify(key: &[u8; VERIFY_KEY_LEN], message: &[u8], signature: &[u8; SIGNATURE_LEN]) -> bool {
    Verifier::new(key).is_some_and(|verifier| verifier.verify(message, signature))
}

/// A public key that was read once, for whoever looks at many signatures by one device: finding its point takes a
/// seventh of the time that a signature takes.
#[derive(Debug, Clone)]
pub struct Verifier(VerifyingKey);

impl Verifier {
    /// Reads a public key; `None`: it is none.
    pub fn new(key: &[u8; VERIFY_KEY_LEN]) -> Option<Self> {
        VerifyingKey::from_bytes(key).ok().map(Self)
    }

    /// Does as [`verify`] does.
    pub fn verify(&self, message: &[u8], signature: &[u8; SIGNATURE_LEN]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(hex: &str) -> SecretBytes<32> {
        SecretBytes::from_slice(&hex::decode(hex).expect("valid hex")).expect("32 bytes")
    }

    #[test]
    fn signing_gives_the_second_vector_of_the_rfc() {
        // RFC 8032, section 7.1, test 2.
        let secret = secret("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = verify_key(&secret);
        assert_eq!(
            hex::encode(key),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        let signature = sign(&secret, &[0x72]);
        assert_eq!(
            hex::encode(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert!(verify(&key, &[0x72], &signature));
    }

    #[test]
    fn another_message_key_or_bit_is_refused() {
        let one = secret(&"01".repeat(32));
        let (key, signature) = (verify_key(&one), sign(&one, b"message"));
        assert!(!verify(&key, b"massage", &signature));
        assert!(!verify(
            &verify_key(&secret(&"02".repeat(32))),
            b"message",
            &signature
        ));
        for bit in 0..SIGNATURE_LEN * 8 {
            let mut bent = signature;
            bent[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&key, b"message", &bent), "bit {bit}");
        }
    }

    #[test]
    fn a_key_that_was_read_once_says_the_same() {
        let (one, other) = (secret(&"01".repeat(32)), secret(&"02".repeat(32)));
        let verifier = Verifier::new(&verify_key(&one)).expect("a key");
        for n in 0..3_u8 {
            let (right, wrong) = (sign(&one, &[n]), sign(&other, &[n]));
            assert!(verifier.verify(&[n], &right) && !verifier.verify(&[n], &wrong));
            assert!(!verifier.verify(&[n + 1], &right));
        }
        assert!(Verifier::new(&[2; 32]).is_none(), "there is no such point");
    }

    #[test]
    fn a_key_that_everything_verifies_under_is_refused() {
        // The neutral element: with a zero scalar any message would do.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!verify(&neutral, b"anything", &signature));
    }
}
