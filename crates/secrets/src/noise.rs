//! A channel between two devices: Noise (revision 34) with a secret that both know beforehand.
//!
//! Two patterns: `NKpsk0`, where the one who begins knows the other's public key as well, and `NNpsk0`,
//! where it does not. X25519, ChaCha20-Poly1305, BLAKE2s.

use std::fmt;

use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};
use snow::{Builder, HandshakeState, TransportState};

use crate::{SecretBytes, SecretVec, scrub_stack_after};

/// Longest message in bytes (§3 of the specification).
pub const MAX_MESSAGE: usize = 65_535;
/// Longest payload of a message in a channel, in bytes.
pub const MAX_PAYLOAD: usize = MAX_MESSAGE - TAG;

const KNOWN: &str = "Noise_NKpsk0_25519_ChaChaPoly_BLAKE2s";
const UNKNOWN: &str = "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s";
const TAG: usize = 16;
/// An ephemeral key and a tag.
const HANDSHAKE_OVERHEAD: usize = 32 + TAG;

/// Why a message was not taken or made: it was changed, is not the one due, comes from somebody else, or
/// is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message is not of this channel")]
pub struct NoiseError;

/// What both sides say alike before they begin.
#[derive(Debug, Clone, Copy)]
pub struct Common<'a> {
    /// The secret that both know.
    pub psk: &'a SecretBytes<32>,
    /// What both have to agree on besides.
    pub prologue: &'a [u8],
}

/// A handshake of two messages.
pub struct Handshake(HandshakeState);

impl Handshake {
    /// Begins as the one who speaks first. `remote` is the other's public key, if it is known; `drawn`
    /// is random and used for nothing else.
    ///
    /// # Errors
    /// If the library refuses what it is given, which it has no cause to.
    pub fn first(
        common: &Common<'_>,
        remote: Option<&[u8; 32]>,
        drawn: SecretBytes<32>,
    ) -> Result<Self, NoiseError> {
        scrub_stack_after(|| {
            let mut builder = builder(common, remote.is_some(), drawn)?;
            if let Some(remote) = remote {
                builder = builder.remote_public_key(remote)?;
            }
            Ok(Self(builder.build_initiator()?))
        })
    }

    /// Begins as the one who answers. `local` is the secret key whose public one the other knows.
    ///
    /// # Errors
    /// If the library refuses what it is given, which it has no cause to.
    pub fn second(
        common: &Common<'_>,
        local: Option<&SecretBytes<32>>,
        drawn: SecretBytes<32>,
    ) -> Result<Self, NoiseError> {
        scrub_stack_after(|| {
            let mut builder = builder(common, local.is_some(), drawn)?;
            if let Some(local) = local {
                builder = builder.local_private_key(local.expose())?;
            }
            Ok(Self(builder.build_responder()?))
        })
    }

    /// Makes the message that is due.
    ///
    /// # Errors
    /// [`NoiseError`] if it is the other's turn.
    pub fn write(&mut self, payload: &[u8]) -> Result<Vec<u8>, NoiseError> {
        scrub_stack_after(|| {
            let mut message = vec![0; payload.len() + HANDSHAKE_OVERHEAD];
            let len = self.0.write_message(payload, &mut message)?;
            message.truncate(len);
            Ok(message)
        })
    }

    /// Reads the other's message and returns its payload.
    ///
    /// # Errors
    /// [`NoiseError`].
    pub fn read(&mut self, message: &[u8]) -> Result<SecretVec, NoiseError> {
        let len = message
            .len()
            .checked_sub(HANDSHAKE_OVERHEAD)
            .ok_or(NoiseError)?;
        scrub_stack_after(|| {
            SecretVec::init_with(len, |payload| {
                let read = self.0.read_message(message, payload)?;
                (read == len).then_some(()).ok_or(NoiseError)
            })
        })
    }

    /// Returns the channel and the hash of all that was said. Both sides have the same hash, and nobody
    /// in between can make two handshakes with one.
    ///
    /// # Errors
    /// [`NoiseError`] if a message is missing.
    pub fn finish(self) -> Result<(Channel, SecretBytes<32>), NoiseError> {
        scrub_stack_after(|| {
            if !self.0.is_handshake_finished() {
                return Err(NoiseError);
            }
            let hash = SecretBytes::from_slice(self.0.get_handshake_hash()).ok_or(NoiseError)?;
            Ok((Channel(self.0.into_transport_mode()?), hash))
        })
    }
}

/// A channel. Messages are read in the order in which they were made, each once.
pub struct Channel(TransportState);

impl Channel {
    /// Seals a payload of at most [`MAX_PAYLOAD`] bytes.
    ///
    /// # Errors
    /// [`NoiseError`] if it is longer.
    pub fn seal(&mut self, payload: &[u8]) -> Result<Vec<u8>, NoiseError> {
        scrub_stack_after(|| {
            let mut message = vec![0; payload.len() + TAG];
            let len = self.0.write_message(payload, &mut message)?;
            message.truncate(len);
            Ok(message)
        })
    }

    /// Opens the other's next message.
    ///
    /// # Errors
    /// [`NoiseError`].
    pub fn open(&mut self, message: &[u8]) -> Result<SecretVec, NoiseError> {
        let len = message.len().checked_sub(TAG).ok_or(NoiseError)?;
        scrub_stack_after(|| {
            SecretVec::init_with(len, |payload| {
                let read = self.0.read_message(message, payload)?;
                (read == len).then_some(()).ok_or(NoiseError)
            })
        })
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handshake(…)")
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Channel(…)")
    }
}

impl From<snow::Error> for NoiseError {
    fn from(_: snow::Error) -> Self {
        Self
    }
}

fn builder<'a>(
    common: &Common<'a>,
    known: bool,
    drawn: SecretBytes<32>,
) -> Result<Builder<'a>, NoiseError> {
    let pattern = if known { KNOWN } else { UNKNOWN };
    let resolver = Box::new(Drawn(drawn));
    Ok(Builder::with_resolver(pattern.parse()?, resolver)
        .prologue(common.prologue)?
        .psk(0, common.psk.expose())?)
}

/// The library's ciphers with our randomness.
struct Drawn(SecretBytes<32>);

impl CryptoResolver for Drawn {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        let stream = blake3::Hasher::new_keyed(self.0.expose()).finalize_xof();
        Some(Box::new(Stream(stream)))
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        DefaultResolver.resolve_dh(choice)
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        DefaultResolver.resolve_hash(choice)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        DefaultResolver.resolve_cipher(choice)
    }
}

/// Drawn bytes as the source that the library asks: keyed BLAKE3 as a stream.
struct Stream(blake3::OutputReader);

impl Random for Stream {
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), snow::Error> {
        self.0.fill(out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wrap::wrap_key;

    fn bytes(byte: u8) -> SecretBytes<32> {
        SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
    }

    type Both = (Channel, Channel);

    /// Goes through a handshake in which each side has its own idea of everything.
    fn meet(
        (psk, prologue, remote): (u8, &[u8], Option<[u8; 32]>),
        (other_psk, other_prologue, local): (u8, &[u8], Option<u8>),
    ) -> Result<Both, NoiseError> {
        let (psk, other_psk) = (bytes(psk), bytes(other_psk));
        let common = Common {
            psk: &psk,
            prologue,
        };
        let mut first = Handshake::first(&common, remote.as_ref(), bytes(10))?;
        let common = Common {
            psk: &other_psk,
            prologue: other_prologue,
        };
        let local = local.map(bytes);
        let mut second = Handshake::second(&common, local.as_ref(), bytes(11))?;
        assert_eq!(second.read(&first.write(b"hello")?)?.expose(), b"hello");
        assert_eq!(first.read(&second.write(b"well")?)?.expose(), b"well");
        let ((first, one), (second, two)) = (first.finish()?, second.finish()?);
        assert!(one.ct_eq(&two));
        Ok((first, second))
    }

    fn public(secret: u8) -> [u8; 32] {
        wrap_key(&bytes(secret)).expect("a key")
    }

    fn met() -> Both {
        meet((1, b"p", Some(public(3))), (1, b"p", Some(3))).expect("they agree")
    }

    #[test]
    fn those_who_agree_meet_with_and_without_a_known_key() {
        let (mut first, mut second) = met();
        let sealed = first.seal(b"a payload").expect("short");
        assert_eq!(
            second.open(&sealed).expect("its own").expose(),
            b"a payload"
        );
        meet((1, b"p", None), (1, b"p", None)).expect("they agree");
    }

    #[test]
    fn those_who_agree_in_anything_less_do_not() {
        let known = Some(public(3));
        for (one, two) in [
            ((1, &b"p"[..], known), (2, &b"p"[..], Some(3))),
            ((1, b"p", known), (1, b"q", Some(3))),
            ((1, b"p", known), (1, b"p", Some(4))),
            ((1, b"p", known), (1, b"p", None)),
            ((1, b"p", None), (1, b"p", Some(3))),
            ((1, b"p", None), (2, b"p", None)),
            ((1, b"p", None), (1, b"q", None)),
        ] {
            assert_eq!(meet(one, two).err(), Some(NoiseError), "{two:?}");
        }
    }

    #[test]
    fn a_message_is_read_once_in_order_and_unchanged() {
        let (mut first, mut second) = met();
        let (one, two) = (
            first.seal(b"1").expect("short"),
            first.seal(b"2").expect("short"),
        );
        assert!(second.open(&two).is_err(), "out of order");
        for bit in 0..one.len() * 8 {
            let mut bent = one.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            assert!(second.open(&bent).is_err(), "bit {bit}");
        }
        assert!(second.open(&one).is_ok());
        assert!(second.open(&one).is_err(), "again");
        assert!(first.open(&two).is_err(), "its own");
        for len in 0..TAG {
            assert!(second.open(&two[..len]).is_err());
        }
        assert!(second.open(&two).is_ok());
        assert!(first.seal(&vec![0; MAX_PAYLOAD]).is_ok());
        assert!(first.seal(&vec![0; MAX_PAYLOAD + 1]).is_err());
    }

    #[test]
    fn a_changed_handshake_is_refused() {
        let psk = bytes(1);
        let common = Common {
            psk: &psk,
            prologue: b"p",
        };
        let public = public(3);
        let mut first = Handshake::first(&common, Some(&public), bytes(10)).expect("fine");
        let hello = first.write(b"hello").expect("its turn");
        let second = || Handshake::second(&common, Some(&bytes(3)), bytes(11)).expect("fine");
        for byte in 0..hello.len() {
            let mut bent = hello.clone();
            bent[byte] ^= 1;
            assert!(second().read(&bent).is_err(), "byte {byte}");
        }
        for len in 0..hello.len() {
            assert!(second().read(&hello[..len]).is_err(), "length {len}");
        }
        assert!(first.write(b"again").is_err(), "the other's turn");
        assert!(first.finish().is_err(), "half of a handshake");
    }

    #[test]
    fn other_drawn_bytes_make_another_handshake() {
        let psk = bytes(1);
        let common = Common {
            psk: &psk,
            prologue: b"p",
        };
        let hello = |drawn| {
            let mut first = Handshake::first(&common, None, bytes(drawn)).expect("fine");
            first.write(b"").expect("its turn")
        };
        assert_eq!(hello(4), hello(4));
        assert_ne!(hello(4)[..32], hello(5)[..32]);
    }
}
