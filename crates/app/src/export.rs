//! Writing a wallet to a file.

use std::path::Path;
use std::sync::Arc;

use satchel_bundle::SealError;
use satchel_ports::{ConfirmError, EntropyError, FileError};
use satchel_secrets::{Passphrase, PassphraseError};
use satchel_types::{WalletId, WalletRecord};

use crate::access_error::AccessError;
use crate::acts::Export;
use crate::gather::{GatherError, keeps};
use crate::high_water::Mark;
use crate::open::Open;
use crate::session::App;
use crate::signing::{SeedError, unseal};

/// Largest wallet file that is read, in bytes.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The seed cannot be opened.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The file's passphrase does not do.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The file could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError<EntropyError>),
    /// What is here could not be made into objects.
    #[error("what is here cannot be written into a file: {0}")]
    Objects(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// What was written does not open again, or would not bring back what is here.
    #[error("the file was written but would not bring everything back")]
    Unverified,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether it was read back and opened.
    pub verified: bool,
}

impl From<GatherError> for ExportError {
    fn from(error: GatherError) -> Self {
        match error {
            GatherError::Access(error) => Self::Access(error),
            GatherError::Objects(error) => Self::Objects(error),
        }
    }
}

impl App {
    /// Writes a wallet with its keys, sealed under a passphrase of the file's own, and reads it
    /// back.
    pub async fn export_wallet(
        &self,
        id: Option<WalletId>,
        path: &Path,
        passphrase: Passphrase,
        replace: bool,
    ) -> Result<WrittenFile, ExportError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        self.write_wallets(&open, vec![record], path, passphrase, replace, false)
            .await
    }

    pub(crate) async fn write_wallets(
        &self,
        open: &Arc<Open>,
        records: Vec<WalletRecord>,
        path: &Path,
        passphrase: Passphrase,
        replace: bool,
        backup: bool,
    ) -> Result<WrittenFile, ExportError> {
        passphrase.check_strength_for_new()?;
        let with_circle = Self::carries_circle(open, &records, backup);
        let with_person = Self::carries_person(open, &records, backup)?;
        let act = Export {
            wallets: records.iter().map(|r| r.name.as_str().to_owned()).collect(),
            path: path.display().to_string(),
            backup,
            shared: with_circle,
        };
        self.consent(open, act).await?.into_act();
        let reason = if backup {
            "to back up your keys"
        } else {
            "to export your keys"
        };
        let mut seeds = Vec::new();
        if records.iter().any(|record| record.has_seed) {
            let access = self.seed_access(open, reason).await;
            let access = access.map_err(SeedError::from)?;
            for record in records.iter().filter(|record| record.has_seed) {
                seeds.push((record.id, unseal(open, &access, record)?.to_secret_bytes()));
            }
        }
        // Before: what is written meanwhile may not be in it.
        let circle = open.shared.circle().filter(|_| with_circle);
        let told = circle.map(|circle| (Mark::of(&circle), circle));
        let (file, promises) = self
            .gather(open, &records, seeds, (with_circle, with_person))
            .await?;
        let (ports, kdf, path) = (self.ports.clone(), self.config.file_kdf, path.to_owned());
        let done = tokio::task::spawn_blocking(move || {
            let entropy = &ports.entropy;
            let bytes =
                satchel_bundle::seal_container(&file, &passphrase, kdf, |b| entropy.fill(b))?;
            ports.files.write(&path, &bytes, replace)?;
            let back = ports.files.read(&path, MAX_FILE)?;
            let opened =
                satchel_bundle::open(&back, &passphrase).map_err(|_| ExportError::Unverified)?;
            if back != bytes || !keeps(opened, &promises) {
                return Err(ExportError::Unverified);
            }
            Ok(WrittenFile {
                bytes: bytes.len() as u64,
                verified: true,
            })
        })
        .await
        .map_err(|_| AccessError::Stopped)?;
        if let (Some((mark, circle)), Ok(_)) = (told, &done) {
            self.note_high_water(open, &circle, mark);
        }
        done
    }
}
