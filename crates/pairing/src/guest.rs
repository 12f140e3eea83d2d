//! The side of the new device.

use satchel_secrets::SecretBytes;
use satchel_secrets::noise::{Common, Handshake};
use satchel_types::Timestamp;

use crate::CLOCKS_DIFFER;
use crate::digits::Digits;
use crate::end::{EndReason, Failed, PairingFault};
use crate::gift::MAX_GIFT;
use crate::invitation::{Invitation, circle_digest};
use crate::message::{Admission, MAX_ADMISSION, Request};
use crate::session::{
    ANSWERED, HELD, HELLO, JOINED, KEYS_LAST, KEYS_MORE, LAST, MORE, NOTHING_ELSE, NUMBER, REFUSED,
    REQUEST, Session, Way, commitment,
};
use crate::words::PairingWords;

/// What a guest draws for one session.
#[derive(Debug)]
pub struct Drawn {
    /// For the handshake.
    pub handshake: SecretBytes<32>,
    /// Its number.
    pub number: SecretBytes<NUMBER>,
}

/// Has spoken first; waits for the host's answer.
#[derive(Debug)]
pub struct Guest {
    handshake: Handshake,
    number: SecretBytes<NUMBER>,
    circle: Option<[u8; 16]>,
}

impl Guest {
    /// Begins with an invitation. Returns the first frame.
    ///
    /// # Errors
    /// [`PairingFault::TooLate`], by this device's clock with [`CLOCKS_DIFFER`] to spare.
    pub fn by_invitation(
        invitation: &Invitation,
        now: Timestamp,
        drawn: Drawn,
    ) -> Result<(Self, Vec<u8>), Failed> {
        let last = invitation.expires.as_secs().saturating_add(CLOCKS_DIFFER);
        if now.as_secs() >= last {
            return Err(PairingFault::TooLate.into());
        }
        let way = Way::invitation(invitation);
        Self::begin(
            &way,
            Some(&invitation.host_key),
            Some(invitation.circle),
            drawn,
        )
    }

    /// Begins with words. Returns the first frame.
    ///
    /// # Errors
    /// None that is expected.
    pub fn by_words(words: &PairingWords, drawn: Drawn) -> Result<(Self, Vec<u8>), Failed> {
        Self::begin(&Way::words(words), None, None, drawn)
    }

    fn begin(
        way: &Way,
        host: Option<&[u8; 32]>,
        circle: Option<[u8; 16]>,
        drawn: Drawn,
    ) -> Result<(Self, Vec<u8>), Failed> {
        let common = Common {
            psk: &way.psk,
            prologue: &way.prologue,
        };
        let ours = |_| Failed::from(PairingFault::NotTheOther);
        let mut handshake = Handshake::first(&common, host, drawn.handshake).map_err(ours)?;
        let commitment = commitment(drawn.number.expose());
        let mut frame = HELLO.to_vec();
        frame.push(way.byte);
        frame.extend(handshake.write(&commitment).map_err(ours)?);
        let guest = Self {
            handshake,
            number: drawn.number,
            circle,
        };
        Ok((guest, frame))
    }

    /// Takes the host's answer, and asks. Returns the frame with the request, and has digits to show.
    ///
    /// # Errors
    /// See [`PairingFault`]. What a refusal says is not proven.
    pub fn answer(
        mut self,
        frame: &[u8],
        request: &Request,
    ) -> Result<(GuestShows, Vec<u8>), Failed> {
        let message = match frame.split_first() {
            Some((&ANSWERED, message)) => message,
            Some((&REFUSED, reason)) => {
                let reason = EndReason::from_bytes(reason);
                let reason = reason.ok_or(PairingFault::NotUnderstood)?;
                return Err(PairingFault::Ended(reason).into());
            }
            _ => return Err(PairingFault::NotUnderstood.into()),
        };
        let theirs = |_| Failed::from(PairingFault::NotTheOther);
        let payload = self.handshake.read(message).map_err(theirs)?;
        let number = payload.expose().try_into();
        let number: &[u8; NUMBER] = number.map_err(|_| PairingFault::NotUnderstood)?;
        let (channel, hash) = self.handshake.finish().map_err(theirs)?;
        let mut session = Session::new(channel);
        let request = request.to_bytes().ok_or(PairingFault::TooLong)?;
        let body = [&self.number.expose()[..], &request].concat();
        let frame = session.seal(REQUEST, &body)?;
        let shows = GuestShows {
            digits: Digits::of(&hash, self.number.expose(), number),
            session,
            circle: self.circle,
            admission: Vec::new(),
        };
        Ok((shows, frame))
    }
}

/// Shows digits and waits for its admission.
#[derive(Debug)]
pub struct GuestShows {
    session: Session,
    digits: Digits,
    circle: Option<[u8; 16]>,
    admission: Vec<u8>,
}

/// What came of a frame.
#[derive(Debug)]
pub enum Given {
    /// A part; others follow.
    More(GuestShows),
    /// All of it.
    All(GuestAdmitted),
}

impl GuestShows {
    /// Returns the digits to show.
    pub fn digits(&self) -> &Digits {
        &self.digits
    }

    /// Takes a part of the admission.
    ///
    /// # Errors
    /// See [`PairingFault`].
    pub fn take(mut self, frame: &[u8]) -> Result<Given, Failed> {
        let (kind, part) = self.session.open(frame)?;
        let len = self.admission.len() + part.len();
        if !matches!(kind, MORE | LAST) || part.is_empty() || len > MAX_ADMISSION {
            return Err(self.session.misunderstood());
        }
        self.admission.extend_from_slice(part.expose());
        if kind == MORE {
            return Ok(Given::More(self));
        }
        let Some(admission) = Admission::from_bytes(&self.admission) else {
            return Err(self.session.misunderstood());
        };
        let digest = circle_digest(admission.circle, &admission.owner);
        if self.circle.is_some_and(|circle| circle != digest) {
            let (fault, reason) = (PairingFault::AnotherCircle, EndReason::Failed);
            return Err(self.session.fail(fault, reason));
        }
        Ok(Given::All(GuestAdmitted {
            session: self.session,
            admission,
        }))
    }

    /// Ends it. Returns what to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }
}

/// Has its admission.
#[derive(Debug)]
pub struct GuestAdmitted {
    session: Session,
    admission: Admission,
}

impl GuestAdmitted {
    /// Returns what it was given.
    pub fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Tells the host that it was stored. Returns the frame to send.
    pub fn joined(mut self) -> Option<(GuestJoined, Vec<u8>)> {
        let frame = self.session.seal(JOINED, &[]).ok()?;
        let joined = GuestJoined {
            session: self.session,
            gift: Vec::new(),
        };
        Some((joined, frame))
    }

    /// Tells the host that it could not be used. Returns the frame to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }
}

/// Belongs, and waits to hear whether it gets keys as well.
#[derive(Debug)]
pub struct GuestJoined {
    session: Session,
    /// Sealed for this device: what is here opens with its key alone.
    gift: Vec<u8>,
}

/// What came after a device joined.
#[derive(Debug)]
pub enum Gifts {
    /// There is nothing else.
    Nothing,
    /// A part of its keys; others follow.
    More(GuestJoined),
    /// All of them.
    All(GuestGiven),
}

impl GuestJoined {
    /// Takes the host's next frame.
    ///
    /// # Errors
    /// See [`PairingFault`]. The device belongs nevertheless.
    pub fn take(mut self, frame: &[u8]) -> Result<Gifts, Failed> {
        let (kind, part) = self.session.open(frame)?;
        match kind {
            NOTHING_ELSE if part.is_empty() && self.gift.is_empty() => return Ok(Gifts::Nothing),
            KEYS_MORE | KEYS_LAST
                if !part.is_empty() && self.gift.len() + part.len() <= MAX_GIFT => {}
            _ => return Err(self.session.misunderstood()),
        }
        self.gift.extend_from_slice(part.expose());
        if kind == KEYS_MORE {
            return Ok(Gifts::More(self));
        }
        Ok(Gifts::All(GuestGiven {
            session: self.session,
            gift: self.gift,
        }))
    }

    /// Ends it. Returns what to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }
}

/// Was given keys.
#[derive(Debug)]
pub struct GuestGiven {
    session: Session,
    gift: Vec<u8>,
}

impl GuestGiven {
    /// Returns them as they were sealed for this device, for [`crate::Gift::open`].
    pub fn sealed(&self) -> &[u8] {
        &self.gift
    }

    /// Tells the host that they were stored. Returns the frame to send.
    pub fn held(mut self) -> Option<Vec<u8>> {
        self.session.seal(HELD, &[]).ok()
    }

    /// Tells the host that they were not. Returns the frame to send.
    pub fn end(mut self, reason: EndReason) -> Option<Vec<u8>> {
        self.session.end(reason)
    }
}
