//! What happened without being asked for.

use bitcoin::{BlockHash, Txid};
use satchel_types::Timestamp;

use crate::AskError;

/// A kind of answer that can go stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The state of the chain and of mining.
    Chain,
    /// Lists of blocks, and confirmations.
    Blocks,
    /// What waits.
    Mempool,
    /// Transactions.
    Transactions,
    /// Wallets of the node.
    NodeWallets,
    /// What is known of its health.
    Health,
    /// Which node is asked.
    Config,
}

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Answers of these kinds went stale, and no others.
    Stale(Vec<Topic>),
    /// The chain has a new tip.
    NewBlock {
        /// Its height.
        height: u32,
        /// Its hash.
        hash: BlockHash,
        /// Its time, in seconds since 1970.
        time: u32,
        /// How many transactions it has.
        transactions: u32,
        /// Blocks that were replaced.
        replaced: u32,
    },
    /// Transactions came into the mempool.
    NewTransactions {
        /// How many.
        count: u32,
        /// The first of them.
        txids: Vec<Txid>,
    },
    /// The node does not answer any more.
    Lost {
        /// Why.
        error: AskError,
        /// When it last answered well.
        last_answer: Option<Timestamp>,
    },
    /// The node answers again.
    Restored {
        /// For how many seconds it did not.
        after: u64,
    },
}
