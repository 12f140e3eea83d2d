//! What waits for a block.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NodeSeen;
use super::transaction::NodeTransaction;
use crate::{FeeRate, Sats};

/// Asks for the mempool with a page of its transactions, highest fee rate first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct MempoolQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// Transactions wanted, 1 to 100; without it 25.
    pub limit: Option<u32>,
}

/// A waiting transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeMempoolRow {
    /// Its id.
    pub txid: String,
    /// Its size in vB.
    pub vsize: u32,
    /// When it came, in seconds since 1970.
    #[specta(type = u32)]
    pub time: u64,
    /// Its fee.
    pub fee: Sats,
    /// Its fee rate.
    pub fee_rate: FeeRate,
    /// Waiting transactions that it needs, itself included.
    pub ancestors: u32,
    /// Waiting transactions that need it, itself included.
    pub descendants: u32,
    /// Whether the node lets it be replaced.
    pub replaceable: bool,
}

/// Waiting transactions of about the same fee rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FeeBand {
    /// The lowest fee rate of the band; it ends where the next one begins.
    pub from: FeeRate,
    /// Their size together, in vB.
    #[specta(type = u32)]
    pub vsize: u64,
    /// How many there are.
    pub count: u32,
}

/// What `cmd_get_mempool` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeMempool {
    /// How many transactions wait.
    pub count: u32,
    /// Their size together, in vB.
    #[specta(type = u32)]
    pub vsize: u64,
    /// Bytes of memory that they take.
    #[specta(type = u32)]
    pub usage: u64,
    /// Bytes of memory that they may take.
    #[specta(type = u32)]
    pub max_usage: u64,
    /// Their fees together.
    pub fees: Sats,
    /// The lowest fee rate that comes in at the moment.
    pub min_fee_rate: FeeRate,
    /// The lowest fee rate that the node passes on at all.
    pub relay_fee_rate: FeeRate,
    /// By fee rate, lowest first.
    pub histogram: Vec<FeeBand>,
    /// How many transactions the histogram was drawn from and scaled up; none: from all of them.
    pub sampled: Option<u32>,
    /// A page of transactions: highest fee rate first, or by id when there are too many to be sorted.
    pub transactions: Vec<NodeMempoolRow>,
    /// Whether they are sorted by fee rate.
    pub sorted: bool,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// Names a waiting transaction.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct NodeTxRef {
    /// Its id.
    pub txid: String,
}

/// What `cmd_get_mempool_transaction` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeMempoolTransaction {
    /// As lists show it.
    pub row: NodeMempoolRow,
    /// The transaction.
    pub transaction: NodeTransaction,
    /// Size of what it needs, itself included, in vB.
    #[specta(type = u32)]
    pub ancestor_vsize: u64,
    /// Fees of what it needs, itself included.
    pub ancestor_fees: Sats,
    /// Size of what needs it, itself included, in vB.
    #[specta(type = u32)]
    pub descendant_vsize: u64,
    /// Fees of what needs it, itself included.
    pub descendant_fees: Sats,
    /// Waiting transactions that it spends.
    pub depends: Vec<String>,
    /// Waiting transactions that spend it.
    pub spent_by: Vec<String>,
    /// How fresh this is.
    pub seen: NodeSeen,
}
