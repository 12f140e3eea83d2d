//! The file that holds the wrapped vault key.

/// Why the vault file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum VaultFileError {
    /// There is one already.
    #[error("there is a vault already")]
    Exists,
    /// The system refused.
    #[error("the vault file could not be read or written")]
    Io(#[source] std::io::Error),
}

/// Keeps one small file, replaced atomically and durably.
pub trait VaultFile: Send + Sync {
    /// Reads the file; `None`: there is none, and only then.
    fn read(&self) -> Result<Option<Vec<u8>>, VaultFileError>;

    /// Writes the first version.
    ///
    /// # Errors
    /// [`VaultFileError::Exists`] if there is one already; it is left untouched.
    fn create(&self, bytes: &[u8]) -> Result<(), VaultFileError>;

    /// Replaces the file: after a crash at any instant, it holds the old or the new bytes whole.
    fn replace(&self, bytes: &[u8]) -> Result<(), VaultFileError>;
}
