//! What is asked of a chain source and what it answers, as plain values.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use bitcoin::{BlockHash, OutPoint, ScriptBuf, Transaction, TxOut, Txid};

use crate::{FeeRate, Timestamp};

/// Receive or change side of a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChainSide {
    /// Addresses given to others (`/0/*`).
    Receive,
    /// Addresses that change goes to (`/1/*`).
    Change,
}

/// A block by height and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockRef {
    /// Its height.
    pub height: u32,
    /// Its hash.
    pub hash: BlockHash,
}

/// An open-ended look along one side, until `stop_gap` scripts in a row were never used.
pub struct SideScan {
    /// Which side.
    pub side: ChainSide,
    /// Scripts by index, ascending, without end.
    pub scripts: Box<dyn Iterator<Item = (u32, ScriptBuf)> + Send>,
    /// Unused scripts in a row after which the side is done.
    pub stop_gap: u32,
    /// Scripts right before the first one that are known to be unused already; they count.
    pub unused: u32,
}

impl fmt::Debug for SideScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SideScan")
            .field("side", &self.side)
            .field("stop_gap", &self.stop_gap)
            .field("unused", &self.unused)
            .finish()
    }
}

/// What a wallet wants to know.
#[derive(Debug, Default)]
pub struct ScanRequest {
    /// Sides to walk until the gap.
    pub sides: Vec<SideScan>,
    /// Single scripts to look at.
    pub scripts: Vec<ScriptBuf>,
    /// Pending transactions whose fate is asked one by one.
    pub txids: Vec<Txid>,
    /// Blocks the wallet believes in, newest first. The source finds the newest it agrees with.
    pub checkpoints: Vec<BlockRef>,
    /// Transactions the wallet already holds as confirmed in the given block. A source stops
    /// paging through a script's history when it meets one of them in the same block, since
    /// scripts are recorded whole. Fill it with what scans that ended well have told: after one
    /// that was cut off, a transaction may be held through one of its scripts while the history
    /// of another is missing.
    pub known_confirmed: Arc<std::collections::HashMap<Txid, BlockHash>>,
    /// Transactions whose bytes the wallet already holds; a source need not send them again.
    pub known_txids: Arc<HashSet<Txid>>,
    /// Asks only how far the sides were used: one page of each history is enough, and no
    /// transaction is told.
    pub usage_only: bool,
}

/// Where the source saw a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxSeen {
    /// In a block.
    Block {
        /// Which one.
        block: BlockRef,
        /// The block's time.
        time: Timestamp,
    },
    /// In the mempool.
    Mempool,
}

/// A transaction as the source told it.
#[derive(Debug, Clone)]
pub struct ScannedTx {
    /// Its id. A source checks that `tx` hashes to it.
    pub txid: Txid,
    /// Its bytes; `None` only for one of [`ScanRequest::known_txids`].
    pub tx: Option<Arc<Transaction>>,
    /// Where it was seen.
    pub seen: TxSeen,
    /// Outputs it spends, as far as the source told them.
    pub prevouts: Vec<(OutPoint, TxOut)>,
}

/// One step of a scan. Each batch holds whole scripts, so that keeping a batch and losing the
/// rest leaves nothing half known.
#[derive(Debug, Default)]
pub struct ScanBatch {
    /// Blocks from the newest one agreed on (included) up to the source's tip, ascending. The same
    /// in every batch of a scan.
    pub blocks: Arc<Vec<BlockRef>>,
    /// Transactions of the scripts looked at.
    pub txs: Vec<ScannedTx>,
    /// Highest used index found so far, by side.
    pub last_used: Vec<(ChainSide, u32)>,
    /// Scripts that this batch covers whole.
    pub scripts: Vec<ScriptBuf>,
    /// Scripts looked at since the scan began.
    pub done: u64,
    /// Scripts expected in all, as far as known by now.
    pub expected: u64,
}

/// How a scan ended.
#[derive(Debug, Clone)]
pub struct ScanEnd {
    /// The source's tip, unchanged from start to end of the scan.
    pub tip: BlockRef,
    /// Which of the asked txids the source does not know.
    pub missing: Vec<Txid>,
    /// Requests sent.
    pub requests: u64,
}

/// Fee rates by how many blocks a payment may wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeEstimates {
    /// Ascending by blocks; rates never rise with the wait.
    pub targets: Vec<(u16, FeeRate)>,
    /// When they were asked for.
    pub at: Timestamp,
}
