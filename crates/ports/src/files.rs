//! Whole files that a person named: wallet files and signed transactions.

use std::io::{self, Read};
use std::path::Path;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// A file of that name is there already and must not be lost.
    #[error("a file of that name is there already")]
    Exists,
    /// The file is larger than anything this reads.
    #[error("the file is larger than {max} bytes")]
    TooLarge {
        /// Bytes allowed.
        max: u64,
    },
    /// Its owner thought better of it, in a question of the system's own that came while it was written.
    #[error("it was cancelled")]
    Cancelled,
    /// What was read back differs from what was written.
    #[error("the file reads back differently from what was written")]
    Unverified,
    /// The system refused.
    #[error("the file could not be read or written")]
    Io(#[source] io::Error),
}

impl FileError {
    /// Says why a file was not opened.
    #[must_use]
    pub fn on_open(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            Self::NotFound
        } else {
            Self::Io(error)
        }
    }
}

/// Reads a file that was opened, whole. However long it is said to be, no more than `max` bytes and one are read: its length may
/// have changed, be lied about, or not be known to who keeps it.
///
/// # Errors
/// When it cannot be read or is longer.
pub fn read_whole(file: impl Read, max: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    file.take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(FileError::Io)?;
    if bytes.len() as u64 > max {
        return Err(FileError::TooLarge { max });
    }
    Ok(bytes)
}

/// Reads and writes whole files.
pub trait WalletFiles: Send + Sync {
    /// Reads a file of at most `max` bytes.
    fn read(&self, path: &Path, max: u64) -> Result<Vec<u8>, FileError>;

    /// Writes a file so that it is there whole or not at all, durable, readable by its owner
    /// alone, and reads it back. Refuses to overwrite unless `replace`.
    fn write(&self, path: &Path, bytes: &[u8], replace: bool) -> Result<(), FileError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file without an end, that counts what is read of it.
    struct Endless(u64);

    impl Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0 += into.len() as u64;
            Ok(into.len())
        }
    }

    #[test]
    fn what_is_longer_than_allowed_is_refused_and_not_read_to_its_end() {
        assert_eq!(
            read_whole(&[1, 2, 3][..], 3).expect("as long as it may be"),
            [1, 2, 3]
        );
        let longer = read_whole(&[1, 2, 3, 4][..], 3);
        assert!(matches!(longer, Err(FileError::TooLarge { max: 3 })));
        let mut endless = Endless(0);
        assert!(read_whole(&mut endless, 1000).is_err());
        assert!(endless.0 < 100_000, "{} bytes", endless.0);
    }
}
