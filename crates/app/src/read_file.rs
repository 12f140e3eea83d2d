//! Reading a file that its owner chose.

use std::path::Path;

use satchel_ports::FileError;

use crate::session::App;

impl App {
    /// Reads a file of at most `max` bytes, which says nothing yet of what it is. No vault has to be open.
    ///
    /// # Errors
    /// See [`FileError`].
    pub async fn read_file(&self, path: &Path, max: u64) -> Result<Vec<u8>, FileError> {
        let (files, path) = (self.ports.files.clone(), path.to_owned());
        tokio::task::spawn_blocking(move || files.read(&path, max))
            .await
            .map_err(|stopped| FileError::Io(stopped.into()))?
    }
}
