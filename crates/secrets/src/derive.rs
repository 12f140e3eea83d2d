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

/// Derives a key for one use of one thing: `about` says which. The context ends in a zero byte, so
/// that no two pairs run together.
pub fn derive_key_about(key: &SecretBytes<32>, context: &str, about: &[&[u8]]) -> SecretBytes<32> {
    let mut info = vec![context.as_bytes(), &[0]];
    info.extend_from_slice(about);
    let derived = scrub_stack_after(|| {
        SecretBytes::init_with(|out| {
            Hkdf::<Sha256>::new(None, key.expose()).expand_multi_info(&info, out.as_mut_slice())
        })
    });
    derived.expect("32 bytes are fewer than HKDF's limit of 8160")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> SecretBytes<32> {
        SecretBytes::from_slice(&std::array::from_fn::<u8, 32, _>(|i| i as u8)).expect("32 bytes")
    }

    #[test]
    fn a_key_is_hkdf_without_salt() {
        // HMAC-SHA256(HMAC-SHA256(0^32, key), context || 01), computed by another implementation.
        assert_eq!(
            hex::encode(derive_key(&root(), "satchel test context").expose()),
            "a5ac436084391f9bcc91150bde9e03f4d71cb1ec53d5bea65c8ab2a7a3f2c94f"
        );
    }

    #[test]
    fn what_a_key_is_about_is_part_of_it() {
        let about = |parts: &[&[u8]]| derive_key_about(&root(), "one", parts);
        assert!(about(&[b"ab", b"c"]).ct_eq(&about(&[b"abc"])));
        assert!(!about(&[b"abc"]).ct_eq(&about(&[b"abd"])));
        assert!(!about(&[]).ct_eq(&derive_key(&root(), "one")));
        assert!(about(&[b"x"]).ct_eq(&derive_key(&root(), "one\0x")));
    }

    #[test]
    fn contexts_give_different_keys() {
        let one = derive_key(&root(), "one");
        assert!(one.ct_eq(&derive_key(&root(), "one")));
        assert!(!one.ct_eq(&derive_key(&root(), "two")));
        assert!(!one.ct_eq(&derive_key(&one, "one")));
    }
}
