//! Our own frames: `docs/formats/qr-frames-v1.md`.

use crate::base45;
use crate::collect::{FrameError, Took};
use crate::field::add_times;
use crate::payload::{Kind, Payload};
use crate::show::ShowError;
use crate::solve::Solver;
use crate::{MAX_FRAME, MAX_PAYLOAD};

/// What a frame begins with.
pub const PREFIX: &str = "SQ1$";
/// Blocks that a payload is cut into at most: more than that takes longer than people hold still.
pub const MAX_BLOCKS: usize = 320;

/// Bytes before the block.
const HEAD: usize = 15;
/// Bytes after it.
const CHECK: usize = 4;

/// Returns the number that stands for a kind.
const fn number_of(kind: Kind) -> u8 {
    match kind {
        Kind::Objects => 1,
        Kind::Heads => 2,
        Kind::Invitation => 3,
        Kind::WalletFile => 4,
        Kind::Psbt => 5,
        Kind::Transaction => 6,
        Kind::Text => 7,
        Kind::Json => 8,
        Kind::Cbor => 9,
        Kind::Bytes => 10,
    }
}

fn kind_of(number: u8) -> Option<Kind> {
    Kind::ALL
        .into_iter()
        .find(|kind| number_of(*kind) == number)
}

/// Hashes bytes for one purpose.
fn hash(purpose: &str, parts: &[&[u8]]) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    hasher.update(purpose.as_bytes()).update(&[0]);
    for part in parts {
        hasher.update(part);
    }
    hasher
}

fn first<const N: usize>(hasher: &blake3::Hasher) -> [u8; N] {
    let mut bytes = [0; N];
    hasher.finalize_xof().fill(&mut bytes);
    bytes
}

/// What all frames of a transfer have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Transfer {
    kind: u8,
    id: [u8; 8],
    length: u32,
}

impl Transfer {
    fn of(kind: u8, bytes: &[u8]) -> Option<Self> {
        let length = u32::try_from(bytes.len()).ok()?;
        let parts: [&[u8]; 3] = [&[kind], &length.to_le_bytes(), bytes];
        Some(Self {
            kind,
            id: first(&hash("satchel qr transfer v1", &parts)),
            length,
        })
    }
}

/// Returns the factor of each block in a frame.
fn factors(number: u16, blocks: usize) -> Vec<u8> {
    let mut factors = vec![0; blocks];
    match factors.get_mut(usize::from(number)) {
        Some(own) => *own = 1,
        None => hash("satchel qr factors v1", &[&number.to_le_bytes()])
            .finalize_xof()
            .fill(&mut factors),
    }
    factors
}

/// A payload, cut into blocks.
#[derive(Clone, Debug)]
pub struct Writer {
    transfer: Transfer,
    width: usize,
    /// All blocks, the last one filled up with zeros.
    padded: Vec<u8>,
    next: u16,
}

impl Writer {
    /// Cuts a payload into as few blocks as fit frames of `chars` characters.
    pub fn new(payload: &Payload, chars: usize) -> Result<Self, ShowError> {
        let length = payload.bytes.len();
        let transfer =
            Transfer::of(number_of(payload.kind), &payload.bytes).ok_or(ShowError::TooBig)?;
        let room = base45::bytes_in(chars.saturating_sub(PREFIX.len()));
        let widest = room.saturating_sub(HEAD + CHECK).max(1);
        let blocks = length.div_ceil(widest).max(1);
        if blocks > MAX_BLOCKS {
            return Err(ShowError::TooBig);
        }
        let width = length.div_ceil(blocks);
        let mut padded = payload.bytes.clone();
        padded.resize(width * blocks, 0);
        Ok(Self {
            transfer,
            width,
            padded,
            next: 0,
        })
    }

    /// Returns how many frames are enough, whichever they are, but for a few that say nothing new.
    pub fn blocks(&self) -> usize {
        self.padded.len() / self.width
    }

    /// Writes the next frame.
    pub fn frame(&mut self) -> String {
        let number = self.next;
        // One block needs no mixtures of itself.
        self.next = if self.blocks() == 1 {
            0
        } else {
            number.wrapping_add(1)
        };
        let mut block = vec![0; self.width];
        let blocks = self.padded.chunks(self.width);
        for (source, factor) in blocks.zip(factors(number, self.blocks())) {
            add_times(&mut block, factor, source);
        }
        let mut bytes = Vec::with_capacity(HEAD + self.width + CHECK);
        bytes.push(self.transfer.kind);
        bytes.extend(self.transfer.id);
        bytes.extend(self.transfer.length.to_le_bytes());
        bytes.extend(number.to_le_bytes());
        bytes.extend(block);
        text(bytes)
    }
}

/// Writes the bytes of a frame as text, with their check.
pub fn text(mut bytes: Vec<u8>) -> String {
    let check: [u8; CHECK] = first(&hash("satchel qr frame v1", &[&bytes]));
    bytes.extend(check);
    format!("{PREFIX}{}", base45::encode(&bytes))
}

/// One frame, read.
#[derive(Clone, Debug)]
pub struct Frame {
    transfer: Transfer,
    kind: Kind,
    number: u16,
    block: Vec<u8>,
    blocks: usize,
}

impl Frame {
    /// Reads a frame, [`PREFIX`] included.
    pub fn read(text: &str) -> Result<Self, FrameError> {
        const BROKEN: FrameError = FrameError::Broken;
        if text.len() > MAX_FRAME {
            return Err(FrameError::TooLong);
        }
        let bytes = text.strip_prefix(PREFIX).and_then(base45::decode);
        let bytes = bytes.ok_or(BROKEN)?;
        let (bytes, check) = bytes.split_last_chunk::<CHECK>().ok_or(BROKEN)?;
        if first(&hash("satchel qr frame v1", &[bytes])) != *check {
            return Err(BROKEN);
        }
        let (kind, rest) = bytes.split_first().ok_or(BROKEN)?;
        let (id, rest) = rest.split_first_chunk().ok_or(BROKEN)?;
        let (length, rest) = rest.split_first_chunk().ok_or(BROKEN)?;
        let (number, block) = rest.split_first_chunk().ok_or(BROKEN)?;
        let transfer = Transfer {
            kind: *kind,
            id: *id,
            length: u32::from_le_bytes(*length),
        };
        let length = usize::try_from(transfer.length).map_err(|_| FrameError::TooBig)?;
        if length > MAX_PAYLOAD {
            return Err(FrameError::TooBig);
        }
        if block.is_empty() || length == 0 {
            return Err(BROKEN);
        }
        let blocks = length.div_ceil(block.len());
        if blocks > MAX_BLOCKS {
            return Err(FrameError::TooBig);
        }
        // Blocks are as equal as they can be: there is one way to cut.
        if block.len() != length.div_ceil(blocks) {
            return Err(BROKEN);
        }
        Ok(Self {
            transfer,
            kind: kind_of(transfer.kind).ok_or(FrameError::NeedsNewer)?,
            number: u16::from_le_bytes(*number),
            block: block.to_vec(),
            blocks,
        })
    }
}

/// Frames of one transfer.
#[derive(Clone, Debug)]
pub struct Reader {
    transfer: Transfer,
    kind: Kind,
    solver: Solver,
}

impl Reader {
    /// Begins with the transfer of a frame.
    pub fn of(frame: &Frame) -> Self {
        Self {
            transfer: frame.transfer,
            kind: frame.kind,
            solver: Solver::new(frame.blocks, frame.block.len()),
        }
    }

    pub fn have(&self) -> usize {
        self.solver.known()
    }

    pub fn need(&self) -> usize {
        self.solver.blocks()
    }

    /// Takes a frame.
    pub fn take(&mut self, frame: Frame) -> Result<Took, FrameError> {
        let is_same = frame.transfer == self.transfer && frame.block.len() == self.solver.width();
        if !is_same {
            return Err(FrameError::AnotherTransfer);
        }
        let is_new = self
            .solver
            .take(factors(frame.number, frame.blocks), frame.block);
        if !is_new {
            return Ok(Took::Again);
        }
        let Some(mut bytes) = self.solver.solve() else {
            return Ok(Took::More);
        };
        let length = usize::try_from(self.transfer.length).unwrap_or(usize::MAX);
        let padding = bytes.split_off(length.min(bytes.len()));
        let is_whole = padding.iter().all(|byte| *byte == 0)
            && Transfer::of(self.transfer.kind, &bytes) == Some(self.transfer);
        if !is_whole {
            return Err(FrameError::Damaged);
        }
        Ok(Took::Done(Payload {
            kind: self.kind,
            bytes,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: &str = include_str!("../../../../docs/formats/qr-frames-v1.md");

    fn hello() -> Payload {
        Payload {
            kind: Kind::Text,
            bytes: b"hello".to_vec(),
        }
    }

    /// Widths of 2 need 36 characters.
    fn in_three() -> Writer {
        Writer::new(&hello(), 36).expect("it is small")
    }

    #[test]
    fn the_format_s_example_is_what_is_written() {
        let mut one = Writer::new(&hello(), 395).expect("it is small");
        let mut three = in_three();
        assert_eq!((one.blocks(), three.blocks()), (1, 3));
        let frames = std::iter::once(one.frame()).chain((0..5).map(|_| three.frame()));
        let missing: Vec<String> = frames
            .filter(|frame| !FORMAT.contains(&format!("\n{frame}\n")))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn frames_are_numbered_from_the_beginning_again_after_the_last() {
        let mut writer = in_three();
        let first = writer.frame();
        writer.next = u16::MAX;
        assert_ne!(writer.frame(), first);
        assert_eq!(writer.frame(), first);
    }

    /// A frame with any numbers and a right check.
    fn forge(kind: u8, length: u32, block: &[u8]) -> String {
        let mut bytes = vec![kind];
        bytes.extend([9; 8]);
        bytes.extend(length.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(block);
        text(bytes)
    }

    #[test]
    fn numbers_that_do_not_fit_each_other_are_refused() {
        let refused = |kind, length, width| {
            Frame::read(&forge(kind, length, &vec![1; width])).map(|frame| frame.blocks)
        };
        assert_eq!(refused(1, 10, 4), Ok(3));
        // Three blocks of 10 bytes are 4 wide, two are 5.
        assert_eq!(refused(1, 10, 6), Err(FrameError::Broken));
        assert_eq!(refused(1, 10, 11), Err(FrameError::Broken));
        assert_eq!(refused(1, 10, 0), Err(FrameError::Broken));
        assert_eq!(refused(1, 0, 1), Err(FrameError::Broken));
        assert_eq!(refused(1, 320, 1), Ok(320));
        assert_eq!(refused(1, 321, 1), Err(FrameError::TooBig));
        assert_eq!(refused(1, 5_000_000, 2000), Err(FrameError::TooBig));
        assert_eq!(refused(1, u32::MAX, 2000), Err(FrameError::TooBig));
        assert_eq!(refused(0, 10, 5), Err(FrameError::NeedsNewer));
        assert_eq!(refused(11, 10, 5), Err(FrameError::NeedsNewer));
    }

    #[test]
    fn forged_blocks_and_forged_padding_are_found_when_all_are_there() {
        let forged = |bytes: &[u8], change: usize| {
            let mut writer = Writer::new(
                &Payload {
                    kind: Kind::Text,
                    bytes: bytes.to_vec(),
                },
                36,
            )
            .expect("it is small");
            writer.padded[change] ^= 1;
            let frames: Vec<Frame> = (0..writer.blocks())
                .map(|_| Frame::read(&writer.frame()).expect("its check is right"))
                .collect();
            let mut reader = Reader::of(&frames[0]);
            frames.into_iter().map(|frame| reader.take(frame)).last()
        };
        for change in 0..6 {
            assert_eq!(forged(b"hello", change), Some(Err(FrameError::Damaged)));
        }
    }
}
