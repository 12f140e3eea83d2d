//! Unspent outputs.

use bitcoin::{Amount, OutPoint, ScriptBuf};

use crate::{ChainSide, PageSize, Timestamp};

/// How sure a coin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoinState {
    /// In a block.
    Confirmed {
        /// The block's height.
        height: u32,
        /// The block's time.
        time: Timestamp,
    },
    /// From a coinbase with fewer than 100 blocks on top.
    Immature {
        /// The block's height.
        height: u32,
        /// The block's time.
        time: Timestamp,
    },
    /// Unconfirmed change of this wallet's own payment.
    PendingChange {
        /// When this wallet first saw it.
        first_seen: Timestamp,
    },
    /// Unconfirmed, from somebody else.
    PendingIncoming {
        /// When this wallet first saw it.
        first_seen: Timestamp,
    },
}

/// An unspent output of this wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoinRow {
    /// Which output.
    pub outpoint: OutPoint,
    /// Its value.
    pub amount: Amount,
    /// Its locking script.
    pub script: ScriptBuf,
    /// Its address.
    pub address: String,
    /// Receive or change side.
    pub side: ChainSide,
    /// Index of its key.
    pub index: u32,
    /// How sure it is.
    pub state: CoinState,
    /// Whether its owner locked it; filled in when read, ignored when written.
    pub locked: bool,
    /// Its label, else its address's, else its transaction's; filled in when read.
    pub label: Option<String>,
    /// The name of another device that keeps it for a payment; filled in by the use case.
    pub reserved_by: Option<String>,
}

/// What to list of the coins, largest first.
#[derive(Debug, Clone, Default)]
pub struct CoinQuery {
    /// From [`crate::Page::next`].
    pub after: Option<String>,
    /// Rows a page.
    pub size: PageSize,
    /// Only coins whose address or label contains this.
    pub search: Option<String>,
}
