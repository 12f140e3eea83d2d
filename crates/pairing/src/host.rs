//! The side of the device that holds the wallet.

use satchel_secrets::noise::{Common, Handshake};
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{SecretBytes, SecretText};
use satchel_types::Timestamp;

use crate::GOOD_FOR;
use crate::digits::Digits;
use crate::end::{EndReason, Failed, PairingFault};
use crate::invitation::Invitation;
use crate::message::{Admission, Request};
use crate::session::{
    ANSWERED, HELD, HELLO, JOINED, KEYS_LAST, KEYS_MORE, LAST, MORE, NOTHING_ELSE, NUMBER, REFUSED,
    REQUEST, Session, Way, commitment,
};
use crate::words::PairingWords;

/// How many may knock that are no guest.
const MAX_KNOCKS: u32 = 64;

/// What a host draws for one session.
#[derive(Debug)]
pub struct Drawn {
    /// Its key.
    pub key: SecretBytes<32>,
    /// What the invitation says.
    pub secret: SecretBytes<16>,
    /// What the words say.
    pub words: PairingWords,
}

/// Shows an invitation and waits for its guest.
#[derive(Debug)]
pub struct Host {
    key: SecretBytes<32>,
    invitation: Invitation,
    words: PairingWords,
    knocks: u32,
    taken: bool,
}

impl Host {
    /// Begins a session at a moment, to be reached at addresses. `circle` is
    /// [`crate::invitation::circle_digest`]'s. `None` if the key drawn is none, which random ones never
    /// are, or if there is no address.
    pub fn new(
        drawn: Drawn,
        circle: [u8; 16],
        mut addresses: Vec<std::net::SocketAddr>,
        now: Timestamp,
    ) -> Option<Self> {
        addresses.truncate(crate::invitation::MAX_ADDRESSES);
        if addresses.is_empty() {
            return None;
        }
        let invitation = Invitation {
            expires: Timestamp::from_secs(now.as_secs().saturating_add(GOOD_FOR)),
            host_key: wrap_key(&drawn.key).ok()?,
            secret: drawn.secret,
            circle,
            addresses,
        };
        Some(Self {
            key: drawn.key,
            invitation,
            words: drawn.words,
            knocks: 0,
            taken: false,
        })
    }

    /// Returns what to show.
    pub fn invitation(&self) -> &Invitation {
        &self.invitation
    }

    /// Returns the words to show beside it; `list` is BIP-0039's.
    pub fn words(&self, list: &[&str]) -> SecretText {
        self.words.text(list)
    }

    /// Returns what whoever comes after the guest is told.
    pub fn too_late_for() -> Vec<u8> {
        vec![REFUSED, EndReason::Taken.to_byte()]
    }

    /// Takes the first frame of somebody who connected. `drawn` is random, and `number` too.
    ///
    /// # Errors
    /// [`PairingFault::NotTheOther`] if it is no guest: others may still come. After the other faults
    /// nobody is let in any more.
    pub fn hello(
        &mut self,
        frame: &[u8],
        now: Timestamp,
        drawn: SecretBytes<32>,
        number: [u8; NUMBER],
    ) -> Result<(HostHello, Vec<u8>), Failed> {
        let refuse = |fault, reason: EndReason| Failed {
            fault,
            farewell: Some(vec![REFUSED, reason.to_byte()]),
        };
        if self.taken {
            return Err(refuse(PairingFault::Taken, EndReason::Taken));
        }
        if now >= self.invitation.expires {
            self.taken = true;
            return Err(refuse(PairingFault::TooLate, EndReason::TooLate));
        }
        let Some((hello, answer)) = self.shake(frame, drawn, number) else {
            self.knocks += 1;
            if self.knocks >= MAX_KNOCKS {
                self.taken = true;
                return Err(refuse(PairingFault::TooMany, EndReason::Taken));
            }
            return Err(refuse(PairingFault::NotTheOther, EndReason::NotUnderstood));
        };
        self.taken = true;
        Ok((hello, answer))
    }

    fn shake(
        &self,
        frame: &[u8],
        drawn: SecretBytes<32>,
        number: [u8; NUMBER],
    ) -> Option<(HostHello, Vec<u8>)> {
        let (way, message) = frame.strip_prefix(&HELLO)?.split_first()?;
        let (way, key) = match *way {
            Way::INVITATION => (Way::invitation(&self.invitation), Some(&self.key)),
            Way::WORDS => (Way::words(&self.words), None),
            _ => return None,
        };
        let common = Common {
            psk: &way.psk,
            prologue: &way.prologue,
        };
        let mut handshake = Handshake::second(&common, key, drawn).ok()?;
        let commitment = handshake.read(message).ok()?.expose().try_into().ok()?;
        let mut answer = vec![ANSWERED];
        answer.extend(handshake.write(&number).ok()?);
        let (channel, hash) = handshake.finish().ok()?;
        let hello = HostHello {
            session: Session::new(channel),
            hash,
            commitment,
            number,
        };
        Some((hello, answer))
    }
}

/// Met a guest; waits for its request.
#[derive(Debug)]
pub struct HostHello {
    session: Session,
    hash: SecretBytes<32>,
    commitment: [u8; 32],
    number: [u8; NUMBER],
}

impl HostHello {
    /// Takes the guest's request.
    ///
    /// # Errors
    /// See [`PairingFault`].
    pub fn request(mut self, frame: &[u8]) -> Result<HostAsks, Failed> {
        let (kind, body) = self.session.open(frame)?;
        let parts = body.expose().split_first_chunk::<NUMBER>();
        let read = parts.and_then(|(number, rest)| Some((number, Request::from_bytes(rest)?)));
        let Some((number, request)) = read.filter(|_| kind == REQUEST) else {
            return Err(self.session.misunderstood());
        };
        if commitment(number) != self.commitment {
            let (fault, reason) = (PairingFault::NotTheOther, EndReason::NotUnderstood);
            return Err(self.session.fail(fault, reason));
        }
        Ok(HostAsks {
            digits: Digits::of(&self.hash, number, &self.number),
            session: self.session,
            request,
        })
    }

    /// Ends it. Returns what to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }
}

/// Waits for the digits that the guest shows.
#[derive(Debug)]
pub struct HostAsks {
    session: Session,
    digits: Digits,
    request: Request,
}

impl HostAsks {
    /// Returns who asks, or pretends to.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Compares what was typed. There is one try.
    ///
    /// # Errors
    /// [`PairingFault::WrongDigits`].
    pub fn digits(mut self, typed: &Digits) -> Result<HostChecked, Failed> {
        if !self.digits.ct_eq(typed) {
            let (fault, reason) = (PairingFault::WrongDigits, EndReason::WrongDigits);
            return Err(self.session.fail(fault, reason));
        }
        Ok(HostChecked {
            session: self.session,
            request: self.request,
        })
    }

    /// Ends it. Returns what to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }
}

/// Knows that the guest is the one whose digits its owner sees.
#[derive(Debug)]
pub struct HostChecked {
    session: Session,
    request: Request,
}

impl HostChecked {
    /// Returns who asks.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Takes what the guest says although nothing of it is due: that it ends, or something worse.
    pub fn interrupted(mut self, frame: &[u8]) -> Failed {
        match self.session.open(frame) {
            Ok(_) => self.session.misunderstood(),
            Err(failed) => failed,
        }
    }

    /// Gives the guest its place. Returns the frames to send.
    ///
    /// # Errors
    /// [`PairingFault::TooLong`].
    pub fn admit(mut self, admission: &Admission) -> Result<(HostAdmitted, Vec<Vec<u8>>), Failed> {
        let Some(bytes) = admission.to_bytes() else {
            let (fault, reason) = (PairingFault::TooLong, EndReason::Failed);
            return Err(self.session.fail(fault, reason));
        };
        let frames = self.session.seal_parts((MORE, LAST), &bytes)?;
        let admitted = HostAdmitted {
            session: self.session,
        };
        Ok((admitted, frames))
    }

    /// Ends it. Returns what to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }
}

/// Waits to hear that the guest stored what it got.
#[derive(Debug)]
pub struct HostAdmitted {
    session: Session,
}

impl HostAdmitted {
    /// Takes the guest's word for it.
    ///
    /// # Errors
    /// See [`PairingFault`]; the guest was added nevertheless.
    pub fn joined(mut self, frame: &[u8]) -> Result<HostJoined, Failed> {
        match self.session.open(frame)? {
            (JOINED, body) if body.is_empty() => Ok(HostJoined {
                session: self.session,
            }),
            _ => Err(self.session.misunderstood()),
        }
    }
}

/// Knows that the guest belongs. It waits to hear whether it gets keys as well.
#[derive(Debug)]
pub struct HostJoined {
    session: Session,
}

impl HostJoined {
    /// Ends it: there is nothing else. Returns the frame to send.
    pub fn nothing_else(mut self) -> Option<Vec<u8>> {
        self.session.seal(NOTHING_ELSE, &[]).ok()
    }

    /// Takes what the guest says although nothing of it is due: that it ends, or something worse.
    pub fn interrupted(mut self, frame: &[u8]) -> Failed {
        match self.session.open(frame) {
            Ok(_) => self.session.misunderstood(),
            Err(failed) => failed,
        }
    }

    /// Ends it for a reason. Returns what to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }

    /// Gives the guest keys, sealed for it. Returns the frames to send.
    ///
    /// # Errors
    /// None that is expected.
    pub fn give(mut self, sealed_gift: &[u8]) -> Result<(HostGave, Vec<Vec<u8>>), Failed> {
        let frames = self
            .session
            .seal_parts((KEYS_MORE, KEYS_LAST), sealed_gift)?;
        let gave = HostGave {
            session: self.session,
        };
        Ok((gave, frames))
    }
}

/// Waits to hear that the guest holds the keys.
#[derive(Debug)]
pub struct HostGave {
    session: Session,
}

impl HostGave {
    /// Takes the guest's word for it.
    ///
    /// # Errors
    /// See [`PairingFault`]; the guest has got the keys nevertheless.
    pub fn held(mut self, frame: &[u8]) -> Result<(), Failed> {
        match self.session.open(frame)? {
            (HELD, body) if body.is_empty() => Ok(()),
            _ => Err(self.session.misunderstood()),
        }
    }
}
