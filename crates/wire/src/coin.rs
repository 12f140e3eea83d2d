//! Coins: unspent outputs.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Sats;
use crate::address::Side;

/// How sure a coin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CoinStatus {
    /// In a block.
    Confirmed,
    /// From a young coinbase.
    Immature,
    /// Unconfirmed own change.
    PendingChange,
    /// Unconfirmed, from somebody else.
    PendingIncoming,
}

/// Asks for a page of coins, largest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct CoinQuery {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500.
    pub limit: Option<u32>,
    /// Only coins whose address or label contains this.
    pub search: Option<String>,
}

/// A coin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Coin {
    /// Which output, as `txid:vout`.
    pub outpoint: String,
    /// Its transaction.
    pub txid: String,
    /// Which output of it.
    pub vout: u32,
    /// Its amount.
    pub amount: Sats,
    /// Its address.
    pub address: String,
    /// Which side.
    pub side: Side,
    /// Index of its key.
    pub index: u32,
    /// How sure it is.
    pub status: CoinStatus,
    /// Blocks on top, its own included.
    pub confirmations: u32,
    /// Its block's time, or when it was first seen, in seconds since 1970.
    #[specta(type = u32)]
    pub time: u64,
    /// Whether its owner locked it.
    pub locked: bool,
    /// The name of another device that keeps it for a payment.
    pub reserved_by: Option<String>,
    /// Whether it could be spent now.
    pub spendable: bool,
    /// Its label.
    pub label: Option<String>,
}

impl Coin {
    /// Makes the twin of a row; `tip` is the height that confirmations count to.
    pub fn new(row: satchel_types::CoinRow, tip: Option<u32>) -> Self {
        use satchel_types::CoinState as S;
        let (status, height, time) = match row.state {
            S::Confirmed { height, time } => (CoinStatus::Confirmed, Some(height), time),
            S::Immature { height, time } => (CoinStatus::Immature, Some(height), time),
            S::PendingChange { first_seen } => (CoinStatus::PendingChange, None, first_seen),
            S::PendingIncoming { first_seen } => (CoinStatus::PendingIncoming, None, first_seen),
        };
        let confirmations = match (height, tip) {
            (Some(height), Some(tip)) => tip.saturating_sub(height).saturating_add(1),
            (Some(_), None) => 1,
            (None, _) => 0,
        };
        let sure = matches!(status, CoinStatus::Confirmed | CoinStatus::PendingChange);
        Self {
            outpoint: row.outpoint.to_string(),
            txid: row.outpoint.txid.to_string(),
            vout: row.outpoint.vout,
            amount: row.amount.into(),
            address: row.address,
            side: row.side.into(),
            index: row.index,
            status,
            confirmations,
            time: time.as_secs(),
            locked: row.locked,
            spendable: sure && !row.locked && row.reserved_by.is_none(),
            reserved_by: row.reserved_by,
            label: row.label,
        }
    }
}

/// One page of coins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CoinPage {
    /// The rows.
    pub coins: Vec<Coin>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// Rows of the whole list under the same filter.
    #[specta(type = u32)]
    pub total: u64,
}

/// Locks or unlocks a coin.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CoinLockRequest {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// Which output, as `txid:vout`.
    pub outpoint: String,
    /// Whether it shall be locked.
    pub locked: bool,
}
