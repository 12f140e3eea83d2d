//! Files that are not sealed under a passphrase.

use std::path::Path;

use satchel_ports::{ConfirmError, FileError};

use crate::access_error::AccessError;
use crate::export::WrittenFile;
use crate::session::App;

/// Why no such file was written.
#[derive(Debug, thiserror::Error)]
pub enum WritePlainError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl App {
    /// Writes a file and reads it back.
    pub(crate) async fn write_plain<E>(
        &self,
        path: &Path,
        bytes: Vec<u8>,
        replace: bool,
    ) -> Result<WrittenFile, E>
    where
        E: From<AccessError> + From<FileError> + Send + 'static,
    {
        let (ports, path) = (self.ports.clone(), path.to_owned());
        tokio::task::spawn_blocking(move || {
            ports.files.write(&path, &bytes, replace)?;
            Ok(WrittenFile {
                bytes: bytes.len() as u64,
                verified: true,
            })
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }
}
