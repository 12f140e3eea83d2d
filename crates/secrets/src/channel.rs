//! A channel to a web page over a carrier that keeps copies.
//!
//! What a page sends passes through buffers of the web engine in both processes, which are freed without being
//! wiped. So both sides agree on a key that crosses nothing (ECDH on P-256, which every web engine
//! has) and send what is secret encrypted (AES-256-GCM). Whoever finds the copies later has public
//! keys and ciphertexts; the private halves are gone with the channel.
//!
//! This hides from what is left lying about, not from somebody in the middle: the two sides do not
//! prove to each other who they are. Which page may speak at all is decided elsewhere.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce, Tag};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey, ecdh};

use crate::derive::derive_key;
use crate::{SecretBytes, SecretVec, scrub_stack_after};

/// Length of a public half in bytes: an uncompressed point (SEC 1, 2.3.3).
pub const PUBLIC_LEN: usize = 65;
/// Length of a nonce in bytes.
pub const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

const TO_RUST: &str = "satchel channel v1 to rust";
const TO_PAGE: &str = "satchel channel v1 to page";

/// Why nothing was agreed on, or a message did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// The other side's half is no point of the curve.
    #[error("this is no public key")]
    NoKey,
    /// It was sealed with another key, or changed, or is too short.
    #[error("the message does not open")]
    Message,
}

/// Which end this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The program's.
    Rust,
    /// The page's; its own is written in its language, this one is for tests.
    Page,
}

/// One side's half of a key to be agreed on.
pub struct Half {
    secret: SecretBytes<32>,
    public: [u8; PUBLIC_LEN],
}

/// Opens what the other end sealed, and seals for it. Wiped when dropped.
#[derive(Debug)]
pub struct Channel {
    opens: SecretBytes<32>,
    seals: SecretBytes<32>,
}

impl Half {
    /// Draws a half. `fill` fills a slice with random bytes fit for keys.
    ///
    /// # Errors
    /// What `fill` said.
    pub fn draw<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        loop {
            let secret = SecretBytes::<32>::init_with(|bytes| fill(bytes))?;
            // One number in 2^32 lies outside of the curve's order.
            if let Some(public) = scrub_stack_after(|| public_of(&secret)) {
                return Ok(Self { secret, public });
            }
        }
    }

    /// Returns what the other side needs.
    pub fn public(&self) -> &[u8; PUBLIC_LEN] {
        &self.public
    }

    /// Agrees with the other side's half.
    ///
    /// # Errors
    /// [`ChannelError::NoKey`].
    pub fn agree(self, theirs: &[u8], end: End) -> Result<Channel, ChannelError> {
        let theirs = PublicKey::from_sec1_bytes(theirs).map_err(|_| ChannelError::NoKey)?;
        let shared = scrub_stack_after(|| {
            let ours =
                SecretKey::from_slice(self.secret.expose()).expect("the half was made of it");
            let shared = ecdh::diffie_hellman(ours.to_nonzero_scalar(), theirs.as_affine());
            SecretBytes::from_slice(shared.raw_secret_bytes())
        });
        let shared = shared.expect("a coordinate of P-256 has 32 bytes");
        let (to_rust, to_page) = (derive_key(&shared, TO_RUST), derive_key(&shared, TO_PAGE));
        let (opens, seals) = match end {
            End::Rust => (to_rust, to_page),
            End::Page => (to_page, to_rust),
        };
        Ok(Channel { opens, seals })
    }
}

fn public_of(secret: &SecretBytes<32>) -> Option<[u8; PUBLIC_LEN]> {
    let key = SecretKey::from_slice(secret.expose()).ok()?;
    key.public_key()
        .to_sec1_point(false)
        .as_bytes()
        .try_into()
        .ok()
}

impl Channel {
    /// Opens a message: its nonce, its ciphertext, its tag.
    ///
    /// # Errors
    /// [`ChannelError::Message`].
    pub fn open(&self, message: &[u8]) -> Result<SecretVec, ChannelError> {
        let (nonce, rest) = message
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(ChannelError::Message)?;
        let (body, tag) = rest
            .split_last_chunk::<TAG_LEN>()
            .ok_or(ChannelError::Message)?;
        SecretVec::init_with(body.len(), |out| {
            out.copy_from_slice(body);
            scrub_stack_after(|| {
                Aes256Gcm::new(self.opens.expose().into()).decrypt_inout_detached(
                    &Nonce::from(*nonce),
                    &[],
                    out.into(),
                    &Tag::from(*tag),
                )
            })
        })
        .map_err(|_| ChannelError::Message)
    }

    /// Seals a message for the other end. A nonce is never used twice.
    pub fn seal(&self, nonce: &[u8; NONCE_LEN], plain: &[u8]) -> Vec<u8> {
        // Sized at once: a vector that grows would leave plaintext behind.
        let mut out = Vec::with_capacity(NONCE_LEN + plain.len() + TAG_LEN);
        out.extend_from_slice(nonce);
        out.extend_from_slice(plain);
        let tag = scrub_stack_after(|| {
            Aes256Gcm::new(self.seals.expose().into())
                .encrypt_inout_detached(&Nonce::from(*nonce), &[], (&mut out[NONCE_LEN..]).into())
                .expect("the message is far shorter than the cipher's 64 GiB")
        });
        out.extend_from_slice(&tag);
        out
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn half(seed: u8) -> Half {
        let fill = |bytes: &mut [u8]| {
            bytes.fill(seed);
            Ok::<_, Infallible>(())
        };
        match Half::draw(fill) {
            Ok(half) => half,
            Err(never) => match never {},
        }
    }

    fn ends() -> (Channel, Channel) {
        let (rust, page) = (half(1), half(2));
        let (ours, theirs) = (*rust.public(), *page.public());
        (
            rust.agree(&theirs, End::Rust).expect("a point"),
            page.agree(&ours, End::Page).expect("a point"),
        )
    }

    #[test]
    fn each_end_opens_what_the_other_sealed_and_nothing_of_its_own() {
        let (rust, page) = ends();
        let up = page.seal(&[7; 12], b"four random words");
        assert_eq!(
            rust.open(&up).expect("sealed for it").expose(),
            b"four random words"
        );
        assert_eq!(page.open(&up).err(), Some(ChannelError::Message));
        let down = rust.seal(&[7; 12], b"legal winner");
        assert_eq!(
            page.open(&down).expect("sealed for it").expose(),
            b"legal winner"
        );
    }

    #[test]
    fn a_changed_message_and_a_short_one_do_not_open() {
        let (rust, page) = ends();
        let message = page.seal(&[9; 12], b"secret");
        assert!(!message.windows(6).any(|part| part == b"secret"));
        for at in 0..message.len() {
            let mut changed = message.clone();
            changed[at] ^= 1;
            assert_eq!(rust.open(&changed).err(), Some(ChannelError::Message));
            assert!(rust.open(&message[..at]).is_err());
        }
    }

    #[test]
    fn what_is_no_point_of_the_curve_is_refused() {
        let mut twisted = *half(2).public();
        twisted[64] ^= 1;
        for theirs in [&[][..], &[4; PUBLIC_LEN], &[0; 1], &twisted] {
            assert_eq!(
                half(1).agree(theirs, End::Rust).err(),
                Some(ChannelError::NoKey)
            );
        }
    }

    #[test]
    fn a_number_outside_of_the_curve_is_drawn_again() {
        let mut drawn = [[0xff; 32], [0; 32], [3; 32]].into_iter();
        let fill = |bytes: &mut [u8]| {
            bytes.copy_from_slice(&drawn.next().ok_or("drawn too often")?);
            Ok::<_, &str>(())
        };
        let half = Half::draw(fill).expect("the third is fine");
        assert_eq!(half.public()[0], 4);
    }
}
