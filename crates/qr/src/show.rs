//! Showing: a payload as texts of QR codes.

use bbqr::qr::Version;

use crate::codes::{bbqr as bbqr_code, own, ur};
use crate::payload::Payload;
use crate::{MAX_FRAME, MAX_PAYLOAD};

/// A code that a payload is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Ours, between Satchels: any frames will do as long as they are enough.
    Own,
    /// BBQr. Every frame is needed.
    Bbqr,
    /// Uniform Resources.
    Ur,
}

/// How much is in one QR code. More makes fewer and harder ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Density {
    /// Up to version 10, 57 modules a side: small screens, bad cameras.
    Low,
    /// Up to version 20, 97 modules a side.
    Medium,
    /// Up to version 27, 125 modules a side: a phone or a computer with a good camera.
    High,
}

impl Density {
    /// Every density.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    const fn version(self) -> Version {
        match self {
            Self::Low => Version::V10,
            Self::Medium => Version::V20,
            Self::High => Version::V27,
        }
    }

    /// Returns how many characters a QR code of the version holds, in alphanumeric mode and with the least
    /// correction (ISO/IEC 18004, table 7).
    #[must_use]
    pub const fn chars(self) -> usize {
        match self {
            Self::Low => 395,
            Self::Medium => 1249,
            Self::High => 2132,
        }
    }
}

/// Why a payload cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShowError {
    /// There is nothing to show.
    #[error("there is nothing to show")]
    Empty,
    /// It would take more frames than the code allows, or is larger than [`MAX_PAYLOAD`].
    #[error("it is too large to be shown")]
    TooBig,
    /// The code has no name for this kind of payload.
    #[error("this code cannot say what it is")]
    NotInThisCode,
}

/// A payload as texts of QR codes, without an end: whoever shows them stops when the other side has read them.
///
/// Every text is in the alphanumeric mode of QR codes and made for their least correction, since a screen has no
/// stains.
pub struct Show {
    writer: Writer,
}

enum Writer {
    Own(own::Writer),
    Bbqr { frames: Vec<String>, next: usize },
    Ur(Box<ur::Writer>),
}

impl Show {
    /// Begins to show a payload.
    ///
    /// # Errors
    /// When it cannot be shown in this code. A greater [`Density`] holds more.
    pub fn new(payload: &Payload, code: Code, density: Density) -> Result<Self, ShowError> {
        if payload.bytes.is_empty() {
            return Err(ShowError::Empty);
        }
        if payload.bytes.len() > MAX_PAYLOAD {
            return Err(ShowError::TooBig);
        }
        debug_assert!(density.chars() <= MAX_FRAME);
        let writer = match code {
            Code::Own => Writer::Own(own::Writer::new(payload, density.chars())?),
            Code::Bbqr => Writer::Bbqr {
                frames: bbqr_code::write(payload, density.version())?,
                next: 0,
            },
            Code::Ur => Writer::Ur(Box::new(ur::Writer::new(payload, density.chars())?)),
        };
        Ok(Self { writer })
    }

    /// Returns how many frames the other side needs at best. Is it one, all frames are the same.
    #[must_use]
    pub fn needed(&self) -> usize {
        match &self.writer {
            Writer::Own(writer) => writer.blocks(),
            Writer::Bbqr { frames, .. } => frames.len(),
            Writer::Ur(writer) => writer.parts(),
        }
    }

    /// Returns how many frames are shown before they begin again. Codes that mix frames have twice as many as are needed, so that
    /// who misses some has enough after one round.
    #[must_use]
    pub fn round(&self) -> usize {
        match (&self.writer, self.needed()) {
            (_, 1) => 1,
            (Writer::Bbqr { .. }, needed) => needed,
            (Writer::Own(_) | Writer::Ur(_), needed) => needed * 2 + 4,
        }
    }

    /// Returns the next frame's text.
    pub fn next_frame(&mut self) -> String {
        match &mut self.writer {
            Writer::Own(writer) => writer.frame(),
            Writer::Bbqr { frames, next } => {
                let frame = frames.get(*next).cloned().unwrap_or_default();
                *next = (*next + 1) % frames.len().max(1);
                frame
            }
            Writer::Ur(writer) => writer.frame(),
        }
    }
}

impl Iterator for Show {
    type Item = String;

    /// Returns the next frame's text, always.
    fn next(&mut self) -> Option<String> {
        Some(self.next_frame())
    }
}
