//! Wallets on this device.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::balance::Freshness;

/// A Bitcoin network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// Real money.
    Bitcoin,
    /// Test network 3, worthless coins.
    Testnet,
    /// Test network 4, worthless coins.
    Testnet4,
    /// Signed test network, worthless coins.
    Signet,
    /// A chain of one's own, such as the sandbox.
    Regtest,
}

impl From<bitcoin::Network> for Network {
    fn from(network: bitcoin::Network) -> Self {
        match network {
            bitcoin::Network::Bitcoin => Self::Bitcoin,
            bitcoin::Network::Testnet => Self::Testnet,
            bitcoin::Network::Testnet4 => Self::Testnet4,
            bitcoin::Network::Signet => Self::Signet,
            bitcoin::Network::Regtest => Self::Regtest,
        }
    }
}

impl From<Network> for bitcoin::Network {
    fn from(network: Network) -> Self {
        match network {
            Network::Bitcoin => Self::Bitcoin,
            Network::Testnet => Self::Testnet,
            Network::Testnet4 => Self::Testnet4,
            Network::Signet => Self::Signet,
            Network::Regtest => Self::Regtest,
        }
    }
}

/// How a wallet's coins are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ScriptType {
    /// BIP-0086.
    #[default]
    Taproot,
    /// BIP-0084.
    Segwit,
    /// BIP-0049.
    NestedSegwit,
    /// BIP-0044.
    Legacy,
}

impl From<satchel_types::ScriptType> for ScriptType {
    fn from(kind: satchel_types::ScriptType) -> Self {
        match kind {
            satchel_types::ScriptType::Taproot => Self::Taproot,
            satchel_types::ScriptType::Segwit => Self::Segwit,
            satchel_types::ScriptType::NestedSegwit => Self::NestedSegwit,
            satchel_types::ScriptType::Legacy => Self::Legacy,
        }
    }
}

impl From<ScriptType> for satchel_types::ScriptType {
    fn from(kind: ScriptType) -> Self {
        match kind {
            ScriptType::Taproot => Self::Taproot,
            ScriptType::Segwit => Self::Segwit,
            ScriptType::NestedSegwit => Self::NestedSegwit,
            ScriptType::Legacy => Self::Legacy,
        }
    }
}

/// A wallet in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WalletSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
    /// Whether it can only watch.
    pub watch_only: bool,
    /// Whether this device holds its recovery words.
    pub has_seed: bool,
    /// Whether it is the selected one.
    pub selected: bool,
    /// Whether it was put away: its coins were moved to another.
    pub away: bool,
    /// When it came to this device, in seconds since 1970.
    #[specta(type = u32)]
    pub created_at: u64,
}

impl WalletSummary {
    /// Makes the twin of a record.
    pub fn new(record: &satchel_types::WalletRecord, selected: bool) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name.as_str().to_owned(),
            network: record.network.into(),
            script_type: record.script_type.into(),
            watch_only: !record.has_seed,
            has_seed: record.has_seed,
            selected,
            away: false,
            created_at: record.created_at.as_secs(),
        }
    }

    /// Says whether it was put away.
    #[must_use]
    pub fn put_away(self, away: bool) -> Self {
        Self { away, ..self }
    }
}

/// Asks for a new wallet. Its words are made in Rust.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CreateWalletRequest {
    /// Made by the caller for this one intent: 32 hex digits. Sent twice, it acts once.
    pub request_id: String,
    /// The wallet's name.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Its script type; none: taproot.
    pub script_type: Option<ScriptType>,
}

/// Names a wallet.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WalletRef {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
}

/// Renames a wallet.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RenameWalletRequest {
    /// The wallet.
    pub wallet_id: String,
    /// Its new name.
    pub name: String,
}

/// All that may be told about a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WalletInfo {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
    /// Whether it can only watch.
    pub watch_only: bool,
    /// Whether this device holds its recovery words.
    pub has_seed: bool,
    /// Whether it is the selected one.
    pub selected: bool,
    /// Master key fingerprint (BIP-0032), 8 hex digits.
    pub fingerprint: String,
    /// Account of the derivation path.
    pub account: u32,
    /// Public descriptor of the receive side, with checksum.
    pub external_descriptor: String,
    /// Public descriptor of the change side, with checksum.
    pub internal_descriptor: String,
    /// Receive addresses handed out.
    pub receive_addresses: u32,
    /// Change addresses handed out.
    pub change_addresses: u32,
    /// Transactions in the history.
    pub transactions: u32,
    /// Coins.
    pub coins: u32,
    /// How fresh the picture is.
    pub freshness: Option<Freshness>,
    /// When it came to this device.
    #[specta(type = u32)]
    pub created_at: u64,
    /// When the owner last proved to have the words.
    #[specta(type = Option<u32>)]
    pub words_proven_at: Option<u64>,
    /// When a backup was last written and read back.
    #[specta(type = Option<u32>)]
    pub backed_up_at: Option<u64>,
    /// The backend that is asked, if one is set.
    pub backend: Option<String>,
    /// Whether damage was found in what this device stores, since it was unlocked.
    pub database_damaged: bool,
}
