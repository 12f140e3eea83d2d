//! Balances, and how fresh they are.

use bitcoin::{Amount, BlockHash};

use crate::Timestamp;

/// What a wallet holds, by how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// In blocks, spendable, net of what pending payments spend.
    pub confirmed: Amount,
    /// Unconfirmed, from this wallet's own payments (change): spendable.
    pub pending_change: Amount,
    /// Unconfirmed, from others: not spendable by default.
    pub pending_incoming: Amount,
    /// What pending payments of this wallet take out, fee included, change not counted.
    pub pending_outgoing: Amount,
    /// Mined less than 100 blocks ago.
    pub immature: Amount,
}

impl Balance {
    /// Returns what could be spent now: confirmed coins and own change.
    pub fn spendable(&self) -> Amount {
        self.confirmed
            .checked_add(self.pending_change)
            .unwrap_or(Amount::MAX_MONEY)
    }

    /// Returns everything this wallet owns if all pending payments confirm.
    pub fn total(&self) -> Amount {
        [self.pending_change, self.pending_incoming, self.immature]
            .into_iter()
            .try_fold(self.confirmed, Amount::checked_add)
            .unwrap_or(Amount::MAX_MONEY)
    }
}

/// Up to where, from whom and when a wallet's picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// Height of the last block looked at.
    pub height: u32,
    /// Hash of that block.
    pub hash: BlockHash,
    /// When the last complete sync ended.
    pub synced_at: Timestamp,
    /// Which backend answered, as host and port.
    pub source: String,
}
