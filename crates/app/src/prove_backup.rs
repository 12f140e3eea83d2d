//! A drill: the last backup is opened as if it were needed, and nothing is changed.

use std::path::{Path, PathBuf};

use bitcoin::Network;
use satchel_bundle::state::wallet_id;
use satchel_secrets::Passphrase;
use satchel_types::{Batch, ScriptType, Timestamp, WalletId, WalletName, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::import::{ImportError, OpenedFile};
use crate::session::App;

/// Key of when and where the last backup was written.
const LAST: &str = "backup_last";
/// Key of when it was last proven, and which.
const PROVEN: &str = "backup_proven";

/// Why a backup was not proven.
#[derive(Debug, thiserror::Error)]
pub enum ProveBackupError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No backup was written from this home.
    #[error("no backup was written yet")]
    NoBackup,
    /// It cannot be read, does not open, or contradicts itself.
    #[error(transparent)]
    File(#[from] ImportError),
}

/// A wallet that a backup would bring back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenWallet {
    /// Its id.
    pub id: WalletId,
    /// Its name.
    pub name: WalletName,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
    /// Whether its seed comes back, and makes its addresses.
    pub has_seed: bool,
    /// How many labels come back.
    pub labels: usize,
    /// How many locked coins.
    pub locked_coins: usize,
}

/// A backup that was read whole, and what it would bring back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenBackup {
    /// Where it is.
    pub path: PathBuf,
    /// When it was written, as it says itself.
    pub written_at: Timestamp,
    /// The wallets.
    pub wallets: Vec<ProvenWallet>,
    /// Wallets that are here and not in it, or here with a seed and there without.
    pub lacking: Vec<WalletId>,
}

/// How it stands with backups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupHealth {
    /// When and where the last one was written.
    pub last: Option<(Timestamp, PathBuf)>,
    /// When that one was last read whole and proven; `None`: never.
    pub proven_at: Option<Timestamp>,
    /// Wallets that are in no backup.
    pub never: Vec<WalletId>,
}

/// Notes the last backup.
pub(crate) fn last_backup(path: &Path, at: Timestamp) -> Write {
    Write::PutSetting {
        key: LAST.to_owned(),
        value: format!("{} {}", at.as_secs(), path.display()),
    }
}

fn time_and_rest(text: &str) -> Option<(Timestamp, &str)> {
    let (secs, rest) = text.split_once(' ')?;
    Some((Timestamp::from_secs(secs.parse().ok()?), rest))
}

impl App {
    /// Returns how it stands with backups.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn backup_health(&self) -> Result<BackupHealth, AccessError> {
        let open = self.open()?;
        let last = open.store.setting(LAST)?;
        let last = last.as_deref().and_then(time_and_rest);
        let proven = open.store.setting(PROVEN)?;
        let proven = proven.as_deref().and_then(time_and_rest);
        let wallets = open.store.wallets()?;
        Ok(BackupHealth {
            last: last.map(|(at, path)| (at, PathBuf::from(path))),
            // One of an earlier backup says nothing of the last.
            proven_at: proven
                .filter(|(_, of)| last.is_some_and(|(at, _)| at.as_secs().to_string() == *of))
                .map(|(at, _)| at),
            never: wallets
                .iter()
                .filter(|record| record.backed_up_at.is_none())
                .map(|record| record.id)
                .collect(),
        })
    }

    /// Opens the last backup, or the one that is named, checks that each seed in it makes its wallet's addresses, and says what
    /// it would bring back. Of what is here nothing changes but the note that it was done.
    ///
    /// # Errors
    /// See [`ProveBackupError`].
    pub async fn prove_backup(
        &self,
        path: Option<&Path>,
        passphrase: Passphrase,
    ) -> Result<ProvenBackup, ProveBackupError> {
        let open = self.open()?;
        let last = self.backup_health()?.last;
        let path = match (path, &last) {
            (Some(path), _) => path.to_owned(),
            (None, Some((_, path))) => path.clone(),
            (None, None) => return Err(ProveBackupError::NoBackup),
        };
        let OpenedFile(file) = self.open_file(&path, passphrase).await?;
        let written_at = file.created_at();
        let mut wallets = Vec::new();
        for wallet in file.into_wallets() {
            let seed = Self::checked_seed(&wallet)?;
            wallets.push(ProvenWallet {
                id: wallet_id(wallet.network, &wallet.descriptors),
                name: wallet.name,
                network: wallet.network,
                script_type: wallet.script_type,
                has_seed: seed.is_some(),
                labels: wallet.labels.len(),
                locked_coins: wallet.locked_coins.len(),
            });
        }
        let here = open.store.wallets().map_err(AccessError::from)?;
        let brings = |id: WalletId, has_seed: bool| {
            let mut there = wallets.iter().filter(|wallet| wallet.id == id);
            there.any(|wallet| wallet.has_seed || !has_seed)
        };
        let lacking = here.iter().filter(|here| !brings(here.id, here.has_seed));
        let lacking = lacking.map(|record| record.id).collect();
        if let Some((at, last)) = last
            && last == path
        {
            let write = Write::PutSetting {
                key: PROVEN.to_owned(),
                value: format!("{} {}", self.now().as_secs(), at.as_secs()),
            };
            let noted = open.store.apply(&Batch::from(write));
            noted.map_err(AccessError::from)?;
            self.tell(Event::WalletsChanged);
        }
        Ok(ProvenBackup {
            path,
            written_at,
            wallets,
            lacking,
        })
    }
}
