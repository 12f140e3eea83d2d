//! The file that remembers wrong passphrases from one process to the next.

use std::io;

/// Longest content, in bytes.
pub const MAX_ATTEMPTS_FILE: usize = 64;

/// Keeps a few bytes beside the vault, replaced atomically and durably.
///
/// It lies in clear and anybody with the disk may write it: whoever reads it believes it only as far as
/// that costs its owner nothing.
pub trait AttemptsFile: Send + Sync {
    /// Reads the file; `None`: there is none.
    ///
    /// # Errors
    /// When the system refuses, or the file is longer than [`MAX_ATTEMPTS_FILE`].
    fn read(&self) -> io::Result<Option<Vec<u8>>>;

    /// Writes the file, or replaces it: after a crash at any instant it holds the old or the new bytes
    /// whole.
    ///
    /// # Errors
    /// When the system refuses.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;

    /// Removes the file. Removing what is not there is success.
    ///
    /// # Errors
    /// When the system refuses.
    fn remove(&self) -> io::Result<()>;
}
