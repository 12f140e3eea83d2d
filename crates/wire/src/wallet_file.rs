//! Wallet files.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::wallet::{Network, ScriptType, WalletSummary};
use crate::{Code, IpcError};

/// Names one intent.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
}

/// A wallet file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WrittenFile {
    /// Where.
    pub path: String,
    /// Its size.
    pub bytes: u32,
    /// Whether it was read back and opened.
    pub verified: bool,
}

/// How it stands with backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackupHealth {
    /// Where the last one is; none: none was written.
    pub path: Option<String>,
    /// When it was written, in seconds since 1970.
    #[specta(type = Option<u32>)]
    pub written_at: Option<u64>,
    /// When it was last read whole and proven, in seconds since 1970; none: never.
    #[specta(type = Option<u32>)]
    pub proven_at: Option<u64>,
    /// Wallets that are in no backup.
    pub never: Vec<String>,
}

/// A wallet that a backup would bring back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProvenWallet {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
    /// Whether its seed comes back, and makes its addresses.
    pub has_seed: bool,
    /// How many labels come back.
    pub labels: u32,
    /// How many locked coins.
    pub locked_coins: u32,
}

/// A backup that was read whole, and what it would bring back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProvenBackup {
    /// Where it is.
    pub path: String,
    /// When it was written, in seconds since 1970.
    #[specta(type = u32)]
    pub written_at: u64,
    /// The wallets.
    pub wallets: Vec<ProvenWallet>,
    /// Wallets that are here and would not come back as they are.
    pub lacking: Vec<String>,
}

/// Asks for a backup to be opened as if it were needed.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ProveBackupRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Whether its owner chooses a file in the system's own dialog; else the last backup is opened.
    pub choose: bool,
}

/// What an import changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Imported {
    /// Wallets that were added.
    pub added: Vec<WalletSummary>,
    /// Wallets that were here already and learnt something.
    pub merged: Vec<WalletSummary>,
    /// Wallets that were here already and learnt nothing.
    pub unchanged: Vec<WalletSummary>,
    /// How many objects of what devices left could not be read: damaged, of strangers, or gone.
    pub passed_over: u32,
    /// Whether something is spoken of that was not there.
    pub incomplete: bool,
}

impl Imported {
    /// Says what of it could not be read.
    #[must_use]
    pub fn lacking(self, passed_over: usize, incomplete: bool) -> Self {
        Self {
            passed_over: u32::try_from(passed_over).unwrap_or(u32::MAX),
            incomplete,
            ..self
        }
    }
}

/// Asks to bring back a wallet from its words, which the sealed window takes.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RestoreWalletRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The wallet's name.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Its script type; none: those that the words were used for, as the network's server says.
    pub script_type: Option<ScriptType>,
}

/// A wallet that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RestoredWallet {
    /// The wallet.
    #[serde(flatten)]
    pub wallet: WalletSummary,
    /// Its first receive address, to compare with one that is known.
    pub first_address: String,
}

/// Wallets that came back from one entry of words: the selected one, and all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Restored {
    /// The one that is selected now.
    #[serde(flatten)]
    pub selected: WalletSummary,
    /// All that were made, the selected one first.
    pub wallets: Vec<RestoredWallet>,
}

impl Restored {
    /// Makes the twin of what a restore answered: at least one wallet, of which the first is selected.
    ///
    /// # Errors
    /// When there is none, or one without addresses; neither is ever made.
    pub fn new(records: &[satchel_types::WalletRecord]) -> Result<Self, IpcError> {
        let twin = |(i, record): (usize, &satchel_types::WalletRecord)| {
            let first = satchel_wallet::first_addresses(&record.descriptors, record.network, 1);
            let first = first.ok()?.first()?.to_string();
            Some(RestoredWallet {
                wallet: WalletSummary::new(record, i == 0),
                first_address: first,
            })
        };
        let wallets: Option<Vec<_>> = records.iter().enumerate().map(twin).collect();
        let wallets = wallets.unwrap_or_default();
        let selected = wallets.first().map(|first| first.wallet.clone());
        let selected = selected
            .ok_or_else(|| IpcError::new(Code::Internal, "The wallet cannot be described."))?;
        Ok(Self { selected, wallets })
    }
}
