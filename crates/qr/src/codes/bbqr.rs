//! BBQr, by its library: what is here are limits, and that a stray frame does no harm.
//!
//! All frames are needed. Nothing says to which transfer a frame belongs, and nothing checks the whole: what
//! comes out is only as right as each QR code was.

use ::bbqr::continuous_join::{ContinuousJoinResult, ContinuousJoiner};
use ::bbqr::encode::Encoding;
use ::bbqr::file_type::FileType;
use ::bbqr::header::{Header, HeaderParseError};
use ::bbqr::qr::Version;
use ::bbqr::split::{Split, SplitError, SplitOptions};

use crate::collect::{FrameError, Took};
use crate::payload::{Kind, Payload};
use crate::show::ShowError;
use crate::{MAX_FRAME, MAX_PAYLOAD};

/// What a frame begins with.
pub const PREFIX: &str = "B$";
/// Characters of a header: prefix, encoding, type, number of frames, number of this one.
const HEADER: usize = 8;

/// Returns the type that stands for a kind.
const fn type_of(kind: Kind) -> Option<FileType> {
    match kind {
        Kind::Psbt => Some(FileType::Psbt),
        Kind::Transaction => Some(FileType::Transaction),
        Kind::Text => Some(FileType::UnicodeText),
        Kind::Json => Some(FileType::Json),
        Kind::Cbor => Some(FileType::Cbor),
        // Ours, and its type for bytes, which the library does not know.
        Kind::Objects | Kind::Heads | Kind::Invitation | Kind::WalletFile | Kind::Bytes => None,
    }
}

fn kind_of(file_type: FileType) -> Option<Kind> {
    Kind::ALL
        .into_iter()
        .find(|kind| type_of(*kind) == Some(file_type))
}

/// Writes all frames of a payload, none above a version of QR code.
pub fn write(payload: &Payload, version: Version) -> Result<Vec<String>, ShowError> {
    let file_type = type_of(payload.kind).ok_or(ShowError::NotInThisCode)?;
    let options = SplitOptions {
        encoding: Encoding::Zlib,
        max_version: version,
        ..SplitOptions::default()
    };
    match Split::try_from_data(&payload.bytes, file_type, options) {
        Ok(split) => Ok(split.parts),
        Err(SplitError::Empty) => Err(ShowError::Empty),
        Err(_) => Err(ShowError::TooBig),
    }
}

/// One frame, looked at.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    header: Header,
    kind: Kind,
    text: &'a str,
}

impl<'a> Frame<'a> {
    /// Reads a frame, [`PREFIX`] included.
    pub fn read(text: &'a str) -> Result<Self, FrameError> {
        if text.len() > MAX_FRAME {
            return Err(FrameError::TooLong);
        }
        let header = Header::try_from_str(text).map_err(|error| match error {
            HeaderParseError::InvalidEncoding(_) | HeaderParseError::InvalidFileType(_) => {
                FrameError::NeedsNewer
            }
            _ => FrameError::Broken,
        })?;
        // One bad frame must not spoil the rest: the library looks at what is in them when all are there.
        let numbers = &text.as_bytes()[4..HEADER];
        let is_plain = |bytes: &[u8], plain: fn(&u8) -> bool| bytes.iter().all(plain);
        let content = &text.as_bytes()[HEADER..];
        let is_written_right = match header.encoding {
            Encoding::Hex => is_plain(content, |c| matches!(c, b'0'..=b'9' | b'A'..=b'F')),
            Encoding::Base32 | Encoding::Zlib => {
                is_plain(content, |c| matches!(c, b'A'..=b'Z' | b'2'..=b'7'))
            }
        };
        if !is_written_right || !is_plain(numbers, |c| matches!(c, b'0'..=b'9' | b'A'..=b'Z')) {
            return Err(FrameError::Broken);
        }
        Ok(Self {
            header,
            kind: kind_of(header.file_type).ok_or(FrameError::NeedsNewer)?,
            text,
        })
    }
}

/// Frames of one transfer.
pub struct Reader {
    header: Header,
    kind: Kind,
    joiner: ContinuousJoiner,
    left: usize,
}

impl Reader {
    /// Begins with the transfer of a frame.
    pub fn of(frame: &Frame<'_>) -> Self {
        Self {
            header: frame.header,
            kind: frame.kind,
            joiner: ContinuousJoiner::new(),
            left: frame.header.num_parts,
        }
    }

    pub const fn have(&self) -> usize {
        self.need().saturating_sub(self.left)
    }

    pub const fn need(&self) -> usize {
        self.header.num_parts
    }

    /// Takes a frame.
    pub fn take(&mut self, frame: &Frame<'_>) -> Result<Took, FrameError> {
        use ::bbqr::continuous_join::ContinuousJoinError as E;
        use ::bbqr::join::JoinError;

        if frame.header != self.header {
            return Err(FrameError::AnotherTransfer);
        }
        match self.joiner.add_part(frame.text.to_owned()) {
            Ok(ContinuousJoinResult::NotStarted) => Err(FrameError::Broken),
            Ok(ContinuousJoinResult::InProgress { parts_left }) => {
                let is_new = parts_left < self.left;
                self.left = parts_left;
                Ok(if is_new { Took::More } else { Took::Again })
            }
            Ok(ContinuousJoinResult::Complete(joined)) => {
                if joined.data.len() > MAX_PAYLOAD {
                    // It was packed, so that no frame said so before.
                    return Err(FrameError::Damaged);
                }
                Ok(Took::Done(Payload {
                    kind: self.kind,
                    bytes: joined.data,
                }))
            }
            Err(E::JoinError(JoinError::DuplicatePartWrongContent(_))) => {
                Err(FrameError::AnotherTransfer)
            }
            Err(E::DecodeError(_)) => Err(FrameError::Damaged),
            Err(_) => Err(FrameError::Broken),
        }
    }
}
