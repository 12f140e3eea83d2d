//! Append-only log of what was acknowledged: blocks and the marks `invalidateblock` leaves.
//!
//! One record is `length u32 LE | kind u8 | payload | first 8 bytes of BLAKE3(kind, payload)`; the
//! length counts kind and payload. A torn or damaged tail (crash in mid-write) is cut off at open:
//! it was never acknowledged, because [`Journal::sync`] comes before the answer.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bitcoin::consensus::encode;
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash};

/// A serialized block is at most 4 MB; anything longer is damage.
const MAX_RECORD: usize = 8_000_000;
const CHECKSUM: usize = 8;

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
pub struct Journal {
    file: File,
    dirty: bool,
}

impl Journal {
    /// Opens or creates the file, returns every whole record and cuts off what follows them.
    pub fn open(path: &Path) -> io::Result<(Self, Vec<Record>)> {
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let (records, good) = read_records(&mut BufReader::new(&file))?;
        if file.metadata()?.len() > good {
            tracing::warn!("the journal's unfinished tail is cut off");
            file.set_len(good)?;
            file.sync_data()?;
        }
        file.seek(SeekFrom::End(0))?;
        Ok((Self { file, dirty: false }, records))
    }

    /// Writes one record; it survives the process at once and a power loss after [`Journal::sync`].
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        let bytes = frame(record);
        let start = self.file.stream_position()?;
        self.dirty = true;
        if let Err(error) = self.file.write_all(&bytes) {
            // A half-written record would hide all that follow it (disk full): take it back.
            self.file.set_len(start)?;
            self.file.seek(SeekFrom::Start(start))?;
            return Err(error);
        }
        Ok(())
    }

    /// Waits until the disk has everything.
    pub fn sync(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.dirty) {
            self.file.sync_data()?;
        }
        Ok(())
    }
}

/// Writes one record with its length and checksum.
pub fn frame(record: &Record) -> Vec<u8> {
    let body = record.encode();
    let mut bytes = Vec::with_capacity(body.len() + 4 + CHECKSUM);
    let length = u32::try_from(body.len()).expect("a block has at most four million bytes");
    bytes.extend(length.to_le_bytes());
    bytes.extend(&body);
    bytes.extend(&blake3::hash(&body).as_bytes()[..CHECKSUM]);
    bytes
}

/// Reads every whole record, and says how many bytes they take.
pub fn read_records(reader: &mut impl Read) -> io::Result<(Vec<Record>, u64)> {
    let mut records = Vec::new();
    let mut good = 0;
    while let Some((record, length)) = read_record(reader)? {
        records.push(record);
        good += length;
    }
    Ok((records, good))
}

fn read_record(reader: &mut impl Read) -> io::Result<Option<(Record, u64)>> {
    let mut length = [0; 4];
    if !fill(reader, &mut length)? {
        return Ok(None);
    }
    let length = u32::from_le_bytes(length) as usize;
    if length == 0 || length > MAX_RECORD {
        return Ok(None);
    }
    let mut bytes = vec![0; length + CHECKSUM];
    if !fill(reader, &mut bytes)? {
        return Ok(None);
    }
    let (body, checksum) = bytes.split_at(length);
    if blake3::hash(body).as_bytes()[..CHECKSUM] != *checksum {
        return Ok(None);
    }
    Ok(Record::decode(body).map(|record| (record, (4 + length + CHECKSUM) as u64)))
}

/// `false` when the file ends before the buffer is full.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
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
