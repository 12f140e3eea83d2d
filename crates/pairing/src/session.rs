//! What both sides of a session have alike.

use satchel_secrets::derive::derive_key;
use satchel_secrets::hash::hash;
use satchel_secrets::noise::Channel;
use satchel_secrets::{SecretBytes, SecretVec};

use crate::end::{EndReason, Failed, PairingFault};
use crate::invitation::Invitation;
use crate::words::{PairingWords, filled};

/// Length of either side's number.
pub(crate) const NUMBER: usize = 16;
/// Most bytes of an admission in a frame.
pub(crate) const PART: usize = 60_000;
/// How the guest begins; then comes the way.
pub(crate) const HELLO: [u8; 3] = [b'S', b'P', 1];

pub(crate) const REFUSED: u8 = 0;
pub(crate) const ANSWERED: u8 = 1;

pub(crate) const END: u8 = 0;
pub(crate) const REQUEST: u8 = 1;
pub(crate) const MORE: u8 = 2;
pub(crate) const LAST: u8 = 3;
pub(crate) const JOINED: u8 = 4;
pub(crate) const KEYS_MORE: u8 = 5;
pub(crate) const KEYS_LAST: u8 = 6;
pub(crate) const NOTHING_ELSE: u8 = 7;
pub(crate) const HELD: u8 = 8;

/// How a guest learned the secret, with what follows from it.
pub(crate) struct Way {
    pub(crate) byte: u8,
    pub(crate) psk: SecretBytes<32>,
    pub(crate) prologue: Vec<u8>,
}

impl Way {
    pub(crate) const INVITATION: u8 = 1;
    pub(crate) const WORDS: u8 = 2;

    pub(crate) fn invitation(invitation: &Invitation) -> Self {
        let secret = filled(invitation.secret.expose());
        Self {
            byte: Self::INVITATION,
            psk: derive_key(&secret, "satchel pairing secret v1"),
            prologue: prologue(Self::INVITATION, &hash(invitation.data().expose())),
        }
    }

    pub(crate) fn words(words: &PairingWords) -> Self {
        Self {
            byte: Self::WORDS,
            psk: derive_key(&words.secret(), "satchel pairing words v1"),
            prologue: prologue(Self::WORDS, &[]),
        }
    }
}

fn prologue(way: u8, about: &[u8]) -> Vec<u8> {
    [b"satchel pairing v1\0", &[way][..], about].concat()
}

pub(crate) fn commitment(number: &[u8; NUMBER]) -> [u8; 32] {
    hash(&[&b"satchel pairing commitment v1\0"[..], number].concat())
}

/// A channel with whoever has the secret.
#[derive(Debug)]
pub(crate) struct Session(Channel);

impl Session {
    pub(crate) fn new(channel: Channel) -> Self {
        Self(channel)
    }

    /// Seals a message of a kind.
    pub(crate) fn seal(&mut self, kind: u8, body: &[u8]) -> Result<Vec<u8>, Failed> {
        let sealed = self.0.seal(&[&[kind], body].concat());
        sealed.map_err(|_| PairingFault::TooLong.into())
    }

    /// Opens the other's next message. A farewell of the other is a fault of its own.
    pub(crate) fn open(&mut self, frame: &[u8]) -> Result<(u8, SecretVec), Failed> {
        let message = self.0.open(frame);
        let message = message.map_err(|_| PairingFault::NotTheOther)?;
        let Some((kind, body)) = message.expose().split_first() else {
            return Err(self.misunderstood());
        };
        if *kind == END {
            return Err(match EndReason::from_bytes(body) {
                Some(reason) => PairingFault::Ended(reason).into(),
                None => PairingFault::NotUnderstood.into(),
            });
        }
        Ok((*kind, SecretVec::from_slice(body)))
    }

    /// Seals something long in parts.
    pub(crate) fn seal_parts(
        &mut self,
        (more, last): (u8, u8),
        bytes: &[u8],
    ) -> Result<Vec<Vec<u8>>, Failed> {
        let mut parts = bytes.chunks(PART).peekable();
        let mut frames = Vec::new();
        while let Some(part) = parts.next() {
            let kind = if parts.peek().is_some() { more } else { last };
            frames.push(self.seal(kind, part)?);
        }
        Ok(frames)
    }

    /// Makes the other's farewell.
    pub(crate) fn end(&mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.0.seal(&[END, reason.to_byte()]).ok()
    }

    /// Ends it for a fault, telling the other.
    pub(crate) fn fail(&mut self, fault: PairingFault, reason: EndReason) -> Failed {
        Failed {
            fault,
            farewell: self.end(reason),
        }
    }

    pub(crate) fn misunderstood(&mut self) -> Failed {
        self.fail(PairingFault::NotUnderstood, EndReason::NotUnderstood)
    }
}
