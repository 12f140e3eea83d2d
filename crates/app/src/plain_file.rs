//! Files that are not sealed under a passphrase.

use std::path::Path;

use satchel_ports::{ConfirmError, FileError};
use satchel_types::{WalletId, WalletRecord};

use crate::access_error::AccessError;
use crate::acts::{PlainFile, WritePlainFile};
use crate::export::WrittenFile;
use crate::open::Open;
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
    /// Asks whether such a file of a wallet may be written, and returns the wallet.
    pub(crate) async fn agreed_plain_file<E>(
        &self,
        open: &Open,
        id: Option<WalletId>,
        what: PlainFile,
        path: &Path,
    ) -> Result<WalletRecord, E>
    where
        E: From<AccessError> + From<ConfirmError>,
    {
        let record = self.wallet(open, id)?;
        let act = WritePlainFile {
            what,
            wallet: record.name.as_str().to_owned(),
            path: path.display().to_string(),
        };
        self.consent(open, act).await?.into_act();
        Ok(record)
    }

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
