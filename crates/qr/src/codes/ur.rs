//! Uniform Resources (BCR-2020-005), by the library `ur`; what it mixed, our own equations take apart.
//!
//! The library's own decoder believes numbers that frames claim, and needs more frames than there have to be.

use ::ur::bytewords::{self, Style};
use ::ur::fountain::Part;
use ::ur::{Encoder, Type};

use crate::collect::{FrameError, Took};
use crate::payload::{Kind, Payload};
use crate::show::ShowError;
use crate::solve::Solver;
use crate::{MAX_FRAME, MAX_PAYLOAD};

/// What a frame begins with, whatever the case.
pub const PREFIX: &str = "UR:";
/// Parts that a resource is cut into at most.
pub const MAX_PARTS: usize = 2048;

/// Characters around the letters of a part: `UR:CRYPTO-PSBT/123456-2048/`, with room for a longer show.
const AROUND: usize = 32;
/// Bytes of a part beside its fragment: an array's head, four numbers, a length, a checksum.
const BESIDE: usize = 1 + 5 + 3 + 5 + 5 + 3 + 4;

/// Returns the type that stands for a kind. Others are shown as bytes.
const fn type_of(kind: Kind) -> Type<'static> {
    match kind {
        // The registered name is `psbt` by now; more wallets know the older one, and we read both.
        Kind::Psbt => Type::Custom("crypto-psbt"),
        _ => Type::Bytes,
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    match name {
        "psbt" | "crypto-psbt" => Some(Kind::Psbt),
        "bytes" => Some(Kind::Bytes),
        _ => None,
    }
}

/// A resource, cut into parts.
pub struct Writer {
    single: Option<String>,
    encoder: Encoder<'static>,
}

impl Writer {
    /// Cuts a payload into parts that fit frames of `chars` characters.
    pub fn new(payload: &Payload, chars: usize) -> Result<Self, ShowError> {
        let mut cbor = minicbor::Encoder::new(Vec::new());
        let resource = match cbor.bytes(&payload.bytes) {
            Ok(cbor) => cbor.writer().clone(),
            Err(never) => return Err(never_fails(&never)),
        };
        let fragment = (chars.saturating_sub(AROUND) / 2)
            .saturating_sub(BESIDE)
            .max(1);
        if resource.len().div_ceil(fragment) > MAX_PARTS {
            return Err(ShowError::TooBig);
        }
        let name = match type_of(payload.kind) {
            Type::Bytes => "bytes",
            Type::Custom(name) => name,
        };
        let encoder = Encoder::new(&resource, fragment, name).map_err(|_| ShowError::Empty)?;
        let single = (encoder.fragment_count() == 1)
            .then(|| ::ur::encode(&resource, &type_of(payload.kind)));
        Ok(Self { single, encoder })
    }

    /// Returns how many parts are enough at best.
    pub fn parts(&self) -> usize {
        self.encoder.fragment_count()
    }

    /// Writes the next frame.
    pub fn frame(&mut self) -> String {
        let frame = match &self.single {
            Some(single) => single.clone(),
            None => self
                .encoder
                .next_part()
                .expect("writing to memory, with a name that was taken before, cannot fail"),
        };
        // So that a QR code takes it in its tighter mode.
        frame.to_ascii_uppercase()
    }
}

/// Writing CBOR to memory has no error, which its type cannot say.
fn never_fails(error: &minicbor::encode::Error<std::convert::Infallible>) -> ShowError {
    debug_assert!(false, "{error}");
    ShowError::TooBig
}

/// One frame, read.
#[derive(Clone, Debug)]
pub enum Frame {
    /// A resource in one piece.
    Whole(Payload),
    /// A part of one.
    Part(PartOf),
}

/// What all parts of a transfer have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Transfer {
    kind: Kind,
    parts: usize,
    length: usize,
    checksum: u32,
    width: usize,
}

/// One part, read.
#[derive(Clone, Debug)]
pub struct PartOf {
    transfer: Transfer,
    part: Part,
}

impl Frame {
    /// Reads a frame, [`PREFIX`] included.
    pub fn read(text: &str) -> Result<Self, FrameError> {
        const BROKEN: FrameError = FrameError::Broken;
        if text.len() > MAX_FRAME {
            return Err(FrameError::TooLong);
        }
        let text = text.to_ascii_lowercase();
        let rest = text.strip_prefix("ur:").ok_or(BROKEN)?;
        let mut pieces = rest.split('/');
        let (name, second, third) = (pieces.next(), pieces.next(), pieces.next());
        let kind = name.and_then(kind_of).ok_or(FrameError::NeedsNewer)?;
        let second = second.ok_or(BROKEN)?;
        if pieces.next().is_some() {
            return Err(BROKEN);
        }
        let letters = third.unwrap_or(second);
        let bytes = bytewords::decode(letters, Style::Minimal).map_err(|_| BROKEN)?;
        if third.is_none() {
            return unwrap(kind, &bytes).map(Self::Whole);
        }
        part(kind, second, &bytes).map(Self::Part)
    }
}

/// Reads a part; `numbers` is what the text says of it.
fn part(kind: Kind, numbers: &str, cbor: &[u8]) -> Result<PartOf, FrameError> {
    const BROKEN: FrameError = FrameError::Broken;
    let mut decoder = minicbor::Decoder::new(cbor);
    let is_array = decoder.array().map_err(|_| BROKEN)? == Some(5);
    let mut number = || decoder.u32().map_err(|_| BROKEN);
    let (sequence, parts, length, checksum) = (number()?, number()?, number()?, number()?);
    let width = decoder.bytes().map_err(|_| BROKEN)?.len();
    if !is_array || decoder.position() != cbor.len() || numbers != format!("{sequence}-{parts}") {
        return Err(BROKEN);
    }
    let size = |number: u32| usize::try_from(number).map_err(|_| FrameError::TooBig);
    let transfer = Transfer {
        kind,
        parts: size(parts)?,
        length: size(length)?,
        checksum,
        width,
    };
    // A byte string's head is at most 9 bytes.
    if transfer.parts > MAX_PARTS || transfer.length > MAX_PAYLOAD + 9 {
        return Err(FrameError::TooBig);
    }
    let is_cut_right =
        width > 0 && transfer.length > 0 && transfer.parts == transfer.length.div_ceil(width);
    if sequence == 0 || !is_cut_right {
        return Err(BROKEN);
    }
    let part = minicbor::decode(cbor).map_err(|_| BROKEN)?;
    Ok(PartOf { transfer, part })
}

/// Takes the bytes out of a resource.
fn unwrap(kind: Kind, resource: &[u8]) -> Result<Payload, FrameError> {
    let mut decoder = minicbor::Decoder::new(resource);
    let bytes = decoder.bytes().map_err(|_| FrameError::Broken)?.to_vec();
    if decoder.position() != resource.len() {
        return Err(FrameError::Broken);
    }
    if bytes.len() > MAX_PAYLOAD {
        return Err(FrameError::TooBig);
    }
    Ok(Payload { kind, bytes })
}

/// Parts of one transfer.
#[derive(Clone, Debug)]
pub struct Reader {
    transfer: Transfer,
    solver: Solver,
}

impl Reader {
    /// Begins with the transfer of a part.
    pub fn of(part: &PartOf) -> Self {
        Self {
            transfer: part.transfer,
            solver: Solver::new(part.transfer.parts, part.transfer.width),
        }
    }

    pub const fn have(&self) -> usize {
        self.solver.known()
    }

    pub const fn need(&self) -> usize {
        self.solver.blocks()
    }

    /// Takes a part.
    pub fn take(&mut self, part: &PartOf) -> Result<Took, FrameError> {
        if part.transfer != self.transfer {
            return Err(FrameError::AnotherTransfer);
        }
        let mut factors = vec![0; self.transfer.parts];
        for index in part.part.indexes() {
            // Parts are mixed by adding without carry, which is what factors of 1 do.
            *factors.get_mut(index).ok_or(FrameError::Broken)? = 1;
        }
        if !self.solver.take(factors, part.part.data().to_vec()) {
            return Ok(Took::Again);
        }
        let Some(mut resource) = self.solver.solve() else {
            return Ok(Took::More);
        };
        resource.truncate(self.transfer.length);
        if crc32fast::hash(&resource) != self.transfer.checksum {
            return Err(FrameError::Damaged);
        }
        unwrap(self.transfer.kind, &resource)
            .map(Took::Done)
            .map_err(|_| FrameError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part with any numbers, and letters whose check is right.
    fn forge(numbers: [u32; 4], width: usize, after: &[u8]) -> String {
        forge_of(numbers, &vec![7; width], after)
    }

    fn forge_of(numbers: [u32; 4], block: &[u8], after: &[u8]) -> String {
        let mut cbor = minicbor::Encoder::new(Vec::new());
        cbor.array(5).expect("memory has room");
        for number in numbers {
            cbor.u32(number).expect("memory has room");
        }
        cbor.bytes(block).expect("memory has room");
        let bytes = [&cbor.into_writer()[..], after].concat();
        let letters = bytewords::encode(&bytes, Style::Minimal);
        format!("ur:psbt/{}-{}/{letters}", numbers[0], numbers[1])
    }

    fn refused(numbers: [u32; 4], width: usize) -> Option<FrameError> {
        Frame::read(&forge(numbers, width, &[])).err()
    }

    #[test]
    fn numbers_that_do_not_fit_each_other_or_are_too_large_are_refused() {
        const BROKEN: Option<FrameError> = Some(FrameError::Broken);
        const TOO_BIG: Option<FrameError> = Some(FrameError::TooBig);
        assert_eq!(refused([1, 3, 9, 0], 3), None);
        assert_eq!(refused([u32::MAX, 3, 9, 0], 3), None);
        assert_eq!(refused([0, 3, 9, 0], 3), BROKEN);
        assert_eq!(refused([1, 3, 10, 0], 3), BROKEN);
        assert_eq!(refused([1, 3, 6, 0], 3), BROKEN);
        assert_eq!(refused([1, 0, 0, 0], 3), BROKEN);
        assert_eq!(refused([1, 3, 9, 0], 0), BROKEN);
        assert_eq!(refused([1, 2048, 2048, 0], 1), None);
        assert_eq!(refused([1, 2049, 2049, 0], 1), TOO_BIG);
        assert_eq!(refused([1, u32::MAX, u32::MAX, 0], 1), TOO_BIG);
        assert_eq!(refused([1, 2048, u32::MAX, 0], 2000), TOO_BIG);
        assert_eq!(refused([1, 2048, 4_194_314, 0], 2048), TOO_BIG);
    }

    #[test]
    fn what_comes_after_a_part_or_a_resource_is_refused() {
        let part = Frame::read(&forge([1, 3, 9, 0], 3, &[0]));
        assert_eq!(part.err(), Some(FrameError::Broken));
        let whole = |cbor: &[u8]| {
            let letters = bytewords::encode(cbor, Style::Minimal);
            Frame::read(&format!("ur:bytes/{letters}")).err()
        };
        assert_eq!(whole(&[0x41, 9]), None);
        assert_eq!(whole(&[0x41, 9, 9]), Some(FrameError::Broken));
        assert_eq!(whole(&[0x01]), Some(FrameError::Broken));
    }

    #[test]
    fn parts_that_do_not_make_what_they_promise_are_found_when_all_are_there() {
        let taken = |block: &[u8], checksum| {
            let frame = forge_of([1, 1, 3, checksum], block, &[]);
            let Ok(Frame::Part(part)) = Frame::read(&frame) else {
                panic!("its numbers fit");
            };
            Reader::of(&part).take(&part)
        };
        let (two, none) = ([0x42, 7, 7], [7; 3]);
        let payload = Payload {
            kind: Kind::Psbt,
            bytes: vec![7, 7],
        };
        assert_eq!(taken(&two, crc32fast::hash(&two)), Ok(Took::Done(payload)));
        assert_eq!(taken(&two, 5), Err(FrameError::Damaged));
        // Its checksum is right, and it is no byte string.
        assert_eq!(
            taken(&none, crc32fast::hash(&none)),
            Err(FrameError::Damaged)
        );
    }
}
