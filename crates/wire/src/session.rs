//! The session, settings and syncing.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::balance::Freshness;

/// Where the vault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// There is none yet.
    None,
    /// Locked.
    Locked,
    /// Open.
    Open,
}

/// What the page needs to know first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Snapshot {
    /// This program's version.
    pub version: String,
    /// Where the vault stands.
    pub vault: VaultState,
    /// The selected wallet, when open.
    pub selected: Option<String>,
    /// Address of the sandbox this run was started with.
    pub sandbox: Option<String>,
    /// Whether this is a phone: folders cannot be chosen there.
    pub phone: bool,
    /// Display settings.
    pub settings: Settings,
}

/// How amounts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// BTC with eight decimals.
    #[default]
    Btc,
    /// Satoshis.
    Sats,
}

impl Unit {
    /// Says it as devices share it.
    pub const fn as_shared(self) -> &'static str {
        match self {
            Self::Btc => "btc",
            Self::Sats => "sats",
        }
    }

    /// Takes it as devices share it; `None`: it is none that is known.
    pub fn shared(text: &str) -> Option<Self> {
        [Self::Btc, Self::Sats]
            .into_iter()
            .find(|unit| unit.as_shared() == text)
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// When it locks while nobody can see it, on systems that put programs away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OutOfSight {
    /// As soon as its person went elsewhere.
    AtOnce,
    /// A minute later.
    #[default]
    AfterAMinute,
}

/// What a person can set about display and locking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How amounts are written.
    pub unit: Unit,
    /// Light or dark.
    pub theme: Theme,
    /// Minutes without input until it locks; 0: never.
    pub auto_lock_minutes: u16,
    /// When it locks while nobody can see it. Settings of before that do not say it.
    #[serde(default)]
    pub out_of_sight: OutOfSight,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            unit: Unit::default(),
            theme: Theme::default(),
            auto_lock_minutes: 15,
            out_of_sight: OutOfSight::default(),
        }
    }
}

/// What opens the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnlockBy {
    /// What its owner types in the sealed window.
    #[default]
    SealedWindow,
    /// The system's keychain, which may ask for presence.
    Keychain,
}

/// Asks for the vault to be opened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct UnlockRequest {
    /// By what.
    pub by: UnlockBy,
}

/// Asks for a sync.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct SyncRequest {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// Whether to look at every address from the first one again.
    pub full: bool,
}

/// How far a sync is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SyncProgress {
    /// Whose sync.
    pub wallet_id: String,
    /// Addresses looked at.
    #[specta(type = u32)]
    pub done: u64,
    /// Addresses expected, as far as known by now.
    #[specta(type = u32)]
    pub expected: u64,
    /// Transactions found so far.
    #[specta(type = u32)]
    pub transactions: u64,
}

/// How a sync ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SyncReport {
    /// Whose sync.
    pub wallet_id: String,
    /// How fresh the picture is now.
    pub freshness: Freshness,
    /// Transactions that are new or changed.
    #[specta(type = u32)]
    pub changed_transactions: u64,
    /// Requests sent to the server.
    #[specta(type = u32)]
    pub requests: u64,
}
