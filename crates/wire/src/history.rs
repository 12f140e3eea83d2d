//! Transactions.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::notice::Rival;
use crate::{FeeRate, Sats};

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To this wallet.
    Incoming,
    /// To somebody else.
    Outgoing,
    /// To this wallet itself.
    Internal,
}

/// Where a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TxStatus {
    /// In a block.
    Confirmed,
    /// Seen, in no block.
    Pending,
    /// Another one spent its coins.
    Replaced,
    /// The backend knows it no more.
    Dropped,
}

/// Asks for a page of the history, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct HistoryQuery {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500.
    pub limit: Option<u32>,
    /// Only this direction.
    pub direction: Option<Direction>,
    /// Only rows whose txid starts with this, or whose label or address contains it.
    pub search: Option<String>,
}

/// A transaction in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Transaction {
    /// Its id.
    pub txid: String,
    /// Where it stands.
    pub status: TxStatus,
    /// Blocks on top, its own included; 0 while unconfirmed.
    pub confirmations: u32,
    /// Its block's height.
    pub height: Option<u32>,
    /// Its block's hash.
    pub block_hash: Option<String>,
    /// Its block's time, or when it was first seen, in seconds since 1970.
    #[specta(type = u32)]
    pub time: u64,
    /// Which way the money went.
    pub direction: Direction,
    /// What moved for this wallet without the fee: received when incoming, sent to others when
    /// outgoing, 0 when internal.
    pub amount: Sats,
    /// What this wallet's coins put in.
    pub spent: Sats,
    /// What came to this wallet, change included.
    pub received: Sats,
    /// The fee, when it is known.
    pub fee: Option<Sats>,
    /// The fee rate, when the fee is known.
    pub fee_rate: Option<FeeRate>,
    /// Virtual size in vB.
    #[specta(type = u32)]
    pub vsize: u64,
    /// The address to show.
    pub address: Option<String>,
    /// How many more there are.
    pub more_addresses: u32,
    /// Whether it may be replaced (BIP-0125).
    pub replaceable: bool,
    /// Which transaction replaced it.
    pub replaced_by: Option<String>,
    /// Which payment it cancels.
    pub cancels: Option<String>,
    /// Its label.
    pub label: Option<String>,
    /// The contact that was paid, if its address was agreed to on this device.
    pub contact: Option<String>,
}

impl Transaction {
    /// Makes the twin of a row; `tip` is the height that confirmations count to.
    pub fn new(row: satchel_types::TxRow, tip: Option<u32>) -> Self {
        use satchel_types::{Direction as D, TxState as S};
        let (status, height, block_hash, replaced_by) = match row.state {
            S::Confirmed { height, hash, .. } => (
                TxStatus::Confirmed,
                Some(height),
                Some(hash.to_string()),
                None,
            ),
            S::Pending { .. } => (TxStatus::Pending, None, None, None),
            S::Replaced { by, .. } => (TxStatus::Replaced, None, None, Some(by.to_string())),
            S::Dropped { .. } => (TxStatus::Dropped, None, None, None),
        };
        let confirmations = match (height, tip) {
            (Some(height), Some(tip)) => tip.saturating_sub(height).saturating_add(1),
            (Some(_), None) => 1,
            (None, _) => 0,
        };
        let net_out = row.spent.checked_sub(row.received).unwrap_or_default();
        let amount = match row.direction {
            D::Incoming => row.received.checked_sub(row.spent).unwrap_or_default(),
            D::Outgoing => net_out
                .checked_sub(row.fee.unwrap_or_default())
                .unwrap_or_default(),
            D::Internal => bitcoin::Amount::ZERO,
        };
        Self {
            txid: row.txid.to_string(),
            status,
            confirmations,
            height,
            block_hash,
            time: row.state.sort_time().as_secs(),
            direction: match row.direction {
                D::Incoming => Direction::Incoming,
                D::Outgoing => Direction::Outgoing,
                D::Internal => Direction::Internal,
            },
            amount: amount.into(),
            spent: row.spent.into(),
            received: row.received.into(),
            fee: row.fee.map(Into::into),
            fee_rate: row
                .fee
                .and_then(|fee| satchel_types::FeeRate::of(fee, row.vsize))
                .map(Into::into),
            vsize: row.vsize,
            address: row.address,
            more_addresses: row.more_addresses,
            replaceable: row.signals_rbf && status == TxStatus::Pending,
            replaced_by,
            cancels: row.cancels.map(|txid| txid.to_string()),
            label: row.label,
            contact: None,
        }
    }

    /// Says which contact was paid, of those that count here by address.
    pub fn paid_to(mut self, payees: &HashMap<String, String>) -> Self {
        if self.direction == Direction::Outgoing {
            let address = self.address.as_ref();
            self.contact = address.and_then(|address| payees.get(address)).cloned();
        }
        self
    }
}

impl From<Direction> for satchel_types::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Incoming => Self::Incoming,
            Direction::Outgoing => Self::Outgoing,
            Direction::Internal => Self::Internal,
        }
    }
}

/// One page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistoryPage {
    /// The rows.
    pub transactions: Vec<Transaction>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// Rows of the whole list under the same filter.
    #[specta(type = u32)]
    pub total: u64,
}

/// Names a transaction of a wallet.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TxRef {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// The transaction.
    pub txid: String,
}

/// An input or output as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TxPart {
    /// Its address, when its script has one.
    pub address: Option<String>,
    /// Its amount, when it is known.
    pub amount: Option<Sats>,
    /// Whether it is this wallet's.
    pub mine: bool,
    /// Whether it is this wallet's change.
    pub change: bool,
    /// The contact whose address it is, if that was agreed to on this device.
    pub contact: Option<String>,
    /// The output it is or spends, as `txid:vout`.
    pub outpoint: String,
}

/// Everything about one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TransactionDetail {
    /// The row.
    pub transaction: Transaction,
    /// What it spends.
    pub inputs: Vec<TxPart>,
    /// What it pays.
    pub outputs: Vec<TxPart>,
    /// The raw transaction in hex.
    pub raw: String,
    /// Whether this wallet can cancel it.
    pub can_cancel: bool,
    /// Whether this wallet can pay it again with a higher fee.
    pub can_bump: bool,
    /// The lowest fee rate a replacement needs.
    pub replacement_fee_rate: Option<FeeRate>,
    /// Payments of other devices that want the same coins, while it is pending.
    pub rivals: Vec<Rival>,
}

/// Where a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TxStatusReport {
    /// The transaction.
    pub txid: String,
    /// Where it stands.
    pub status: TxStatus,
    /// Blocks on top, its own included.
    pub confirmations: u32,
    /// Its block's height.
    pub height: Option<u32>,
    /// Its block's hash.
    pub block_hash: Option<String>,
    /// Which transaction replaced it.
    pub replaced_by: Option<String>,
    /// Who says so, as host and port.
    pub source: Option<String>,
}
