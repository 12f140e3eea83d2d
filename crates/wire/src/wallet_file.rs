//! Wallet files.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::wallet::{Network, ScriptType, WalletSummary};

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

/// What an import changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Imported {
    /// Wallets that were added.
    pub added: Vec<WalletSummary>,
    /// Wallets that were here already and learnt something.
    pub merged: Vec<WalletSummary>,
    /// Wallets that were here already and learnt nothing.
    pub unchanged: Vec<WalletSummary>,
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
    /// Its script type; none: taproot.
    pub script_type: Option<ScriptType>,
}
