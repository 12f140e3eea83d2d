//! Append-only log of what was acknowledged: blocks and the marks `invalidateblock` leaves.
//!
//! The body of a record (see [`crate::framed`]) is `kind u8 | payload`. A torn or damaged tail (crash in
//! mid-write) is cut off at open: it was never acknowledged, because [`Journal::sync`] comes before the
//! answer.

use std::io::{self, Read};
use std::path::Path;

use bitcoin::consensus::encode;
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash};

use crate::framed::{self, FramedFile};

/// A serialized block is at most 4 MB; anything longer is damage.
const MAX_RECORD: usize = 8_000_000;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// The kernel stored this block.
    Block(Block),
    /// `invalidateblock`.
    Invalidate(BlockHash),
    /// The mark was taken away again.
    Reconsider(BlockHash),
}

impl Record {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Self::Block(block) => {
                bytes.push(1);
                bytes.extend(encode::serialize(block));
            }
            Self::Invalidate(hash) => {
                bytes.push(2);
                bytes.extend(hash.to_byte_array());
            }
            Self::Reconsider(hash) => {
                bytes.push(3);
                bytes.extend(hash.to_byte_array());
            }
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (kind, payload) = bytes.split_first()?;
        match kind {
            1 => encode::deserialize(payload).ok().map(Self::Block),
            2 => BlockHash::from_slice(payload).ok().map(Self::Invalidate),
            3 => BlockHash::from_slice(payload).ok().map(Self::Reconsider),
            _ => None,
        }
    }
}

/// The open file, positioned at its end.
pub struct Journal(FramedFile);

impl Journal {
    /// Opens or creates the file, returns every whole record and cuts off what follows them.
    pub fn open(path: &Path) -> io::Result<(Self, Vec<Record>)> {
        let (file, records) = FramedFile::open(path, |reader| read_records(reader))?;
        Ok((Self(file), records))
    }

    /// Writes one record; it survives the process at once and a power loss after [`Journal::sync`].
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        self.0.append(&record.encode())
    }

    /// Waits until the disk has everything.
    pub fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
}

/// Writes one record with its length and checksum.
#[cfg(fuzzing)]
pub fn frame(record: &Record) -> Vec<u8> {
    framed::frame(&record.encode())
}

/// Reads every whole record, and says how many bytes they take.
pub fn read_records(reader: &mut impl Read) -> io::Result<(Vec<Record>, u64)> {
    let mut records = Vec::new();
    let mut good = 0;
    while let Some((body, length)) = framed::read_frame(reader, MAX_RECORD)? {
        let Some(record) = Record::decode(&body) else {
            break;
        };
        records.push(record);
        good += length;
    }
    Ok((records, good))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn genesis() -> Block {
        bitcoin::constants::genesis_block(bitcoin::Network::Regtest)
    }

    #[test]
    fn records_come_back_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let records = vec![
            Record::Block(genesis()),
            Record::Invalidate(genesis().block_hash()),
            Record::Reconsider(genesis().block_hash()),
        ];
        let (mut journal, old) = Journal::open(&path).unwrap();
        assert!(old.is_empty());
        for record in &records {
            journal.append(record).unwrap();
        }
        journal.sync().unwrap();
        assert_eq!(Journal::open(&path).unwrap().1, records);
    }

    #[test]
    fn a_tail_cut_at_any_byte_costs_only_the_last_record() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let (mut journal, _) = Journal::open(&path).unwrap();
        journal.append(&Record::Block(genesis())).unwrap();
        let first = std::fs::metadata(&path).unwrap().len();
        journal
            .append(&Record::Invalidate(genesis().block_hash()))
            .unwrap();
        let whole = std::fs::read(&path).unwrap();
        for end in first as usize..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            let (mut journal, records) = Journal::open(&path).unwrap();
            assert_eq!(records.len(), 1, "cut at {end}");
            journal
                .append(&Record::Reconsider(genesis().block_hash()))
                .unwrap();
            assert_eq!(
                Journal::open(&path).unwrap().1.len(),
                2,
                "written on after a cut at {end}"
            );
        }
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let (mut journal, _) = Journal::open(&path).unwrap();
        journal.append(&Record::Block(genesis())).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[60] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert!(Journal::open(&path).unwrap().1.is_empty());
    }
}
