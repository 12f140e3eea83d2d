//! Whole files that a person named: wallet files and signed transactions.

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
    Io(#[source] std::io::Error),
}

/// Reads and writes whole files.
pub trait WalletFiles: Send + Sync {
    /// Reads a file of at most `max` bytes.
    fn read(&self, path: &Path, max: u64) -> Result<Vec<u8>, FileError>;

    /// Writes a file so that it is there whole or not at all, durable, readable by its owner
    /// alone, and reads it back. Refuses to overwrite unless `replace`.
    fn write(&self, path: &Path, bytes: &[u8], replace: bool) -> Result<(), FileError>;
}
