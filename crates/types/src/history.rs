//! A wallet's transactions as people read them.

use bitcoin::{Amount, BlockHash, Txid};

use crate::{PageSize, Timestamp};

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To this wallet.
    Incoming,
    /// To somebody else.
    Outgoing,
    /// From this wallet to itself; only the fee left.
    Internal,
}

/// Where a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxState {
    /// In a block of the best chain.
    Confirmed {
        /// The block's height.
        height: u32,
        /// The block's hash.
        hash: BlockHash,
        /// The block's time.
        time: Timestamp,
    },
    /// Seen, in no block.
    Pending {
        /// When this wallet first saw it.
        first_seen: Timestamp,
    },
    /// Another transaction spent one of its inputs.
    Replaced {
        /// Which one.
        by: Txid,
        /// When this wallet noticed.
        at: Timestamp,
    },
    /// The backend does not know it any more, and nothing replaced it.
    Dropped {
        /// When this wallet noticed.
        at: Timestamp,
    },
}

impl TxState {
    /// Returns the moment by which history is ordered.
    pub fn sort_time(&self) -> Timestamp {
        match *self {
            Self::Confirmed { time, .. } => time,
            Self::Pending { first_seen } => first_seen,
            Self::Replaced { at, .. } | Self::Dropped { at } => at,
        }
    }

    /// Returns whether the transaction still counts: confirmed or pending.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Confirmed { .. } | Self::Pending { .. })
    }
}

/// A transaction's row in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxRow {
    /// Its id.
    pub txid: Txid,
    /// Where it stands.
    pub state: TxState,
    /// Which way the money went.
    pub direction: Direction,
    /// What this wallet's coins put in.
    pub spent: Amount,
    /// What came to this wallet's addresses, change included.
    pub received: Amount,
    /// The fee, when every input's amount is known.
    pub fee: Option<Amount>,
    /// Virtual size in vB (BIP-0141), rounded up.
    pub vsize: u64,
    /// The address to show: of the recipient when money left, our own when it came.
    pub address: Option<String>,
    /// How many recipients beyond that one.
    pub more_addresses: u32,
    /// Whether it signals replaceability (BIP-0125).
    pub signals_rbf: bool,
    /// Whether it is this wallet's own cancellation of another payment.
    pub cancels: Option<Txid>,
    /// The owner's label; filled in when read, ignored when written.
    pub label: Option<String>,
}

/// What to list of the history, newest first (pending before confirmed).
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// From [`crate::Page::next`]; `None`: from the newest.
    pub after: Option<String>,
    /// Rows a page.
    pub size: PageSize,
    /// Only this direction.
    pub direction: Option<Direction>,
    /// Only rows whose txid starts with this, or whose label or address contains it.
    pub search: Option<String>,
}
