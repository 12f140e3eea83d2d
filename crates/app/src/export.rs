//! Writing a wallet to a file.

use std::path::Path;
use std::sync::Arc;

use satchel_bundle::{PortableWallet, SealError, WalletFile};
use satchel_ports::{ConfirmError, EntropyError, FileError};
use satchel_secrets::{Passphrase, PassphraseError};
use satchel_types::{ChainSide, WalletId, WalletRecord};

use crate::access::SeedAccess;
use crate::acts::Export;
use crate::open::Open;
use crate::session::{AccessError, App};
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
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// What was written does not open again.
    #[error("the file was written but does not open again")]
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
        let act = Export {
            wallets: records.iter().map(|r| r.name.as_str().to_owned()).collect(),
            path: path.display().to_string(),
            backup,
        };
        self.consent(open, act).await?.into_act();
        let reason = if backup {
            "to back up your keys"
        } else {
            "to export your keys"
        };
        let access = if records.iter().any(|record| record.has_seed) {
            Some(
                self.seed_access(open, reason)
                    .await
                    .map_err(SeedError::from)?,
            )
        } else {
            None
        };

        let mut wallets = Vec::with_capacity(records.len());
        for record in &records {
            wallets.push(self.portable(open, access.as_deref(), record).await?);
        }
        // The keys are in the file's contents now, which are wiped in their turn.
        drop(access);
        let file = WalletFile {
            created_at: self.now(),
            wallets,
        };
        let (ports, kdf, path) = (self.ports.clone(), self.config.file_kdf, path.to_owned());
        tokio::task::spawn_blocking(move || {
            let entropy = &ports.entropy;
            let bytes = satchel_bundle::seal(&file, &passphrase, kdf, |b| entropy.fill(b))?;
            ports.files.write(&path, &bytes, replace)?;
            let back = ports.files.read(&path, MAX_FILE)?;
            let opened =
                satchel_bundle::open(&back, &passphrase).map_err(|_| ExportError::Unverified)?;
            if back != bytes || opened.wallets.len() != file.wallets.len() {
                return Err(ExportError::Unverified);
            }
            Ok(WrittenFile {
                bytes: bytes.len() as u64,
                verified: true,
            })
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }

    async fn portable(
        &self,
        open: &Open,
        access: Option<&SeedAccess>,
        record: &WalletRecord,
    ) -> Result<PortableWallet, ExportError> {
        let seed = match access {
            Some(access) if record.has_seed => {
                Some(unseal(open, access, record)?.to_secret_bytes())
            }
            _ => None,
        };
        let (next_receive, next_change) = open
            .read_engine(record.id, |engine| {
                let next = |side| engine.last_revealed(side).map_or(0, |index| index + 1);
                (next(ChainSide::Receive), next(ChainSide::Change))
            })
            .await?;
        Ok(PortableWallet {
            name: record.name.clone(),
            network: record.network,
            script_type: record.script_type,
            account: record.account,
            descriptors: record.descriptors.clone(),
            created_at: record.created_at,
            seed,
            labels: open.store.labels(record.id).map_err(AccessError::from)?,
            locked_coins: open
                .store
                .locked_coins(record.id)
                .map_err(AccessError::from)?,
            next_receive,
            next_change,
        })
    }
}
