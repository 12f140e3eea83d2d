//! Backing up all wallets to a folder.

use std::path::{Path, PathBuf};

use satchel_secrets::Passphrase;
use satchel_types::{Batch, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::export::{ExportError, WrittenFile};
use crate::prove_backup::last_backup;
use crate::session::App;

/// A backup that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where.
    pub path: PathBuf,
    /// The file.
    pub file: WrittenFile,
}

impl App {
    /// Writes all wallets into a new file of the folder and notes the time once it was read back.
    /// Earlier backups stay.
    pub async fn backup(
        &self,
        folder: &Path,
        passphrase: Passphrase,
    ) -> Result<Backup, ExportError> {
        let path = folder.join(self.backup_name());
        self.backup_to(&path, passphrase).await
    }

    /// Returns what a backup of this moment is called.
    pub fn backup_name(&self) -> String {
        format!("satchel-backup-{}.satchel", self.now().as_secs())
    }

    /// The same into a file that is named, which is not there or empty.
    pub async fn backup_to(
        &self,
        path: &Path,
        passphrase: Passphrase,
    ) -> Result<Backup, ExportError> {
        let open = self.open()?;
        let records = open.store.wallets().map_err(AccessError::from)?;
        if records.is_empty() {
            return Err(AccessError::NoWallet.into());
        }
        let now = self.now();
        let ids: Vec<_> = records.iter().map(|record| record.id).collect();
        let file = self
            .write_wallets(&open, records, path, passphrase, false, true)
            .await?;
        let mut batch = Batch::new();
        for id in ids {
            batch.push(Write::BackedUp(id, now));
        }
        batch.push(last_backup(path, now));
        open.store.apply(&batch).map_err(AccessError::from)?;
        self.tell(Event::WalletsChanged);
        let path = path.to_owned();
        Ok(Backup { path, file })
    }
}
