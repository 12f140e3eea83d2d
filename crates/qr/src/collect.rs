//! Collecting: texts of QR codes, in any order, and the payload when there are enough.

use crate::MAX_FRAME;
use crate::codes::{bbqr, own, ur};
use crate::payload::{Kind, Payload};

/// Why a text was not taken. What was collected is kept, but for [`FrameError::Damaged`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// It is longer than a QR code in alphanumeric mode.
    #[error("the text is too long for a frame")]
    TooLong,
    /// It begins like a frame and goes on like none.
    #[error("the frame is broken")]
    Broken,
    /// A code, a kind or a type that this version does not know.
    #[error("this kind of code is not known here")]
    NeedsNewer,
    /// The transfer is larger than what is taken.
    #[error("what is shown is too large")]
    TooBig,
    /// It is another transfer's than the one that is collected.
    #[error("the frame belongs to something else")]
    AnotherTransfer,
    /// All frames are there, and what they make fails its check or its limit. The collection begins anew.
    #[error("what was collected is damaged")]
    Damaged,
}

/// What a text did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Took {
    /// It said something new; more are needed.
    More,
    /// It said nothing new.
    Again,
    /// It was the last that was needed, or the only one. The collector is empty again.
    Done(Payload),
}

/// What the codes of one picture did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// There was none, or none that says anything.
    Nothing,
    /// One belongs to a transfer that needs more.
    Gathering(Progress),
    /// These are whole.
    Whole(Vec<Payload>),
    /// One was refused for what a person should know. Cameras misread, and other codes hang on walls: that is no
    /// reason.
    Refused(FrameError),
}

/// How far a collection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Frames that said something new.
    pub have: usize,
    /// Frames that are needed at best.
    pub need: usize,
}

/// Collects the frames of one transfer at a time, in whatever code they are.
///
/// Memory is bounded by [`crate::MAX_PAYLOAD`] and by the limits of each code, whatever is shown.
#[derive(Default)]
pub struct Collect {
    reader: Option<Reader>,
}

enum Reader {
    Own(own::Reader),
    Bbqr(bbqr::Reader),
    Ur(ur::Reader),
}

impl Collect {
    /// Begins with nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells how far the transfer is that is collected, if there is one.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let (have, need) = match self.reader.as_ref()? {
            Reader::Own(reader) => (reader.have(), reader.need()),
            Reader::Bbqr(reader) => (reader.have(), reader.need()),
            Reader::Ur(reader) => (reader.have(), reader.need()),
        };
        Some(Progress { have, need })
    }

    /// Forgets what was collected.
    pub fn reset(&mut self) {
        self.reader = None;
    }

    /// Takes what a QR code says. The first frame of any transfer begins a collection; a text in none of the codes
    /// is a payload of its own, [`Kind::Text`], as long as nothing is being collected.
    ///
    /// # Errors
    /// When the text is not taken. Cameras misread, and other codes hang on walls: go on with the next.
    pub fn take(&mut self, text: &str) -> Result<Took, FrameError> {
        let taken = self.read(text);
        let is_over = matches!(taken, Ok(Took::Done(_)) | Err(FrameError::Damaged));
        // What gave nothing must not keep others out.
        let is_empty = self.progress().is_some_and(|progress| progress.have == 0);
        if is_over || is_empty {
            self.reset();
        }
        taken
    }

    /// Takes the texts of one picture. A frame among them goes to its transfer; whole ones are told each once.
    pub fn take_picture(&mut self, texts: &[String]) -> Sight {
        let mut whole: Vec<Payload> = Vec::new();
        let mut refused = None;
        for text in texts {
            match self.take(text) {
                Ok(Took::Done(payload)) if !whole.contains(&payload) => whole.push(payload),
                Ok(_) | Err(FrameError::Broken | FrameError::AnotherTransfer) => {}
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        if !whole.is_empty() {
            return Sight::Whole(whole);
        }
        match (self.progress(), refused) {
            (Some(progress), _) => Sight::Gathering(progress),
            (None, Some(error)) => Sight::Refused(error),
            (None, None) => Sight::Nothing,
        }
    }

    fn read(&mut self, text: &str) -> Result<Took, FrameError> {
        if text.starts_with(own::PREFIX) {
            let frame = own::Frame::read(text)?;
            let reader = self
                .reader
                .get_or_insert_with(|| Reader::Own(own::Reader::of(&frame)));
            match reader {
                Reader::Own(reader) => reader.take(frame),
                _ => Err(FrameError::AnotherTransfer),
            }
        } else if text.starts_with(bbqr::PREFIX) {
            let frame = bbqr::Frame::read(text)?;
            let reader = self
                .reader
                .get_or_insert_with(|| Reader::Bbqr(bbqr::Reader::of(&frame)));
            match reader {
                Reader::Bbqr(reader) => reader.take(&frame),
                _ => Err(FrameError::AnotherTransfer),
            }
        } else if is_resource(text) {
            let part = match ur::Frame::read(text)? {
                ur::Frame::Whole(payload) => return self.whole(payload),
                ur::Frame::Part(part) => part,
            };
            let reader = self
                .reader
                .get_or_insert_with(|| Reader::Ur(ur::Reader::of(&part)));
            match reader {
                Reader::Ur(reader) => reader.take(&part),
                _ => Err(FrameError::AnotherTransfer),
            }
        } else if is_of_later_version(text) {
            Err(FrameError::NeedsNewer)
        } else {
            self.text(text)
        }
    }

    /// A payload in one piece is another transfer than one in many.
    fn whole(&self, payload: Payload) -> Result<Took, FrameError> {
        if self.reader.is_some() {
            return Err(FrameError::AnotherTransfer);
        }
        Ok(Took::Done(payload))
    }

    fn text(&self, text: &str) -> Result<Took, FrameError> {
        // Digits alone are packed tighter and may be more; nothing here is that many digits.
        if text.len() > MAX_FRAME {
            return Err(FrameError::TooLong);
        }
        if text.is_empty() {
            return Err(FrameError::Broken);
        }
        self.whole(Payload {
            kind: Kind::Text,
            bytes: text.as_bytes().to_vec(),
        })
    }
}

/// Returns whether a text is a Uniform Resource, whose letters may be of either case.
fn is_resource(text: &str) -> bool {
    text.get(..ur::PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(ur::PREFIX))
}

/// Returns whether a text is one of our frames as a later version writes them.
fn is_of_later_version(text: &str) -> bool {
    let mut start = text.bytes().take(4);
    start.by_ref().take(2).eq(*b"SQ")
        && start.next().is_some_and(|digit| digit.is_ascii_digit())
        && start.next() == Some(b'$')
}
