//! Records of a file that only grows: `length u32 LE | body | first 8 bytes of BLAKE3(body)`. A torn or
//! damaged tail (crash in mid-write) ends the reading: it was never acknowledged, because the disk is
//! waited for before the answer.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

const CHECKSUM: usize = 8;

/// One record's bytes.
pub fn frame(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() + 4 + CHECKSUM);
    let length = u32::try_from(body.len()).expect("bodies have limits far below four gigabytes");
    bytes.extend(length.to_le_bytes());
    bytes.extend(body);
    bytes.extend(&blake3::hash(body).as_bytes()[..CHECKSUM]);
    bytes
}

/// Reads one record of at most `most` bytes; `None` at the end and at damage. Says how many bytes of the
/// file it takes.
pub fn read_frame(reader: &mut impl Read, most: usize) -> io::Result<Option<(Vec<u8>, u64)>> {
    let mut length = [0; 4];
    if !fill(reader, &mut length)? {
        return Ok(None);
    }
    let length = u32::from_le_bytes(length) as usize;
    if length == 0 || length > most {
        return Ok(None);
    }
    let mut bytes = vec![0; length + CHECKSUM];
    if !fill(reader, &mut bytes)? {
        return Ok(None);
    }
    let checksum = bytes.split_off(length);
    if blake3::hash(&bytes).as_bytes()[..CHECKSUM] != *checksum {
        return Ok(None);
    }
    Ok(Some((bytes, (4 + length + CHECKSUM) as u64)))
}

/// `false` when the file ends before the buffer is full.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file of records, open at its end.
#[derive(Debug)]
pub struct FramedFile {
    file: File,
    dirty: bool,
}

impl FramedFile {
    /// Opens or creates the file; `read` takes the good records off its front and says how many bytes they
    /// have. What follows is cut off.
    pub fn open<T>(
        path: &Path,
        read: impl FnOnce(&mut BufReader<&File>) -> io::Result<(T, u64)>,
    ) -> io::Result<(Self, T)> {
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let (records, good) = read(&mut BufReader::new(&file))?;
        if file.metadata()?.len() != good {
            tracing::warn!(path = %path.display(), "a damaged end of the file is cut off");
            file.set_len(good)?;
            file.sync_data()?;
        }
        file.seek(SeekFrom::Start(good))?;
        Ok((Self { file, dirty: false }, records))
    }

    /// Adds a record. Not durable before [`FramedFile::sync`].
    pub fn append(&mut self, body: &[u8]) -> io::Result<()> {
        let start = self.file.stream_position()?;
        self.dirty = true;
        if let Err(error) = self.file.write_all(&frame(body)) {
            // Half a record would hide every later one.
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
