//! The chain as the node has it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NodeSeen;
use super::transaction::NodeTransaction;
use crate::Sats;
use crate::wallet::Network;

/// The node's connections to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodePeers {
    /// In all.
    pub count: u32,
    /// Others that connected to it.
    pub inbound: u32,
    /// Others that it connected to.
    pub outbound: u32,
    /// Whether it talks to the network at all.
    pub active: bool,
}

/// What `cmd_get_blockchain_info` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeChain {
    /// The network.
    pub network: Network,
    /// Height of the newest block that was checked.
    pub height: u32,
    /// Height of the newest header.
    pub headers: u32,
    /// Hash of the newest block.
    pub best_hash: String,
    /// Its time, in seconds since 1970.
    #[specta(type = u32)]
    pub best_time: u64,
    /// Median time of the last eleven blocks, in seconds since 1970.
    #[specta(type = u32)]
    pub median_time: u64,
    /// The difficulty, as a decimal text.
    pub difficulty: String,
    /// How much of the chain was checked, in millionths.
    pub progress_ppm: u32,
    /// Whether it still loads the chain for the first time.
    pub initial_download: bool,
    /// Work in the chain, in hex.
    pub chain_work: String,
    /// Bytes on its disk.
    #[specta(type = u32)]
    pub size_on_disk: u64,
    /// Whether old blocks are removed.
    pub pruned: bool,
    /// The lowest block that is still there, when blocks are removed.
    pub prune_height: Option<u32>,
    /// Version of the node, such as 280100 for 28.1.
    pub version: u32,
    /// What the node calls itself.
    pub subversion: String,
    /// Who it talks to; none: it does not tell.
    pub peers: Option<NodePeers>,
    /// Seconds since it was started; none: it does not tell.
    #[specta(type = Option<u32>)]
    pub uptime: Option<u64>,
    /// What it warns of, in its words.
    pub warnings: Vec<String>,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// A block in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeBlockRow {
    /// Its height.
    pub height: u32,
    /// Its hash.
    pub hash: String,
    /// Hash of the block before; none: it is the first.
    pub previous: Option<String>,
    /// Its time, in seconds since 1970.
    #[specta(type = u32)]
    pub time: u64,
    /// How many transactions it has.
    pub transactions: u32,
    /// Its size in bytes; none: the node removed the block to save room, and has its header alone.
    pub size: Option<u32>,
    /// Its weight in weight units; none: as its size.
    pub weight: Option<u32>,
    /// What its transactions paid in fees; none: the node does not tell.
    pub fees: Option<Sats>,
}

/// Asks for the newest blocks.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct LatestBlocksQuery {
    /// Blocks wanted, 1 to 50; without it 10.
    pub limit: Option<u32>,
}

/// What `cmd_get_latest_blocks` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeLatestBlocks {
    /// The newest blocks, newest first.
    pub blocks: Vec<NodeBlockRow>,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// Asks for a page of blocks, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct BlocksQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// Begin at this height instead of at the tip.
    pub from_height: Option<u32>,
    /// Blocks wanted, 1 to 50; without it 25.
    pub limit: Option<u32>,
}

/// What `cmd_get_blocks` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeBlockPage {
    /// The blocks, newest first.
    pub blocks: Vec<NodeBlockRow>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// Height of the newest block.
    pub tip: u32,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// Asks for one block. Exactly one of `hash` and `height` is given.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct BlockQuery {
    /// Its hash.
    pub hash: Option<String>,
    /// Its height in the active chain.
    pub height: Option<u32>,
    /// `next` of the page of its transactions before.
    pub after: Option<String>,
    /// Transactions wanted, 1 to 50; without it 25.
    pub limit: Option<u32>,
}

/// What `cmd_get_block_by_hash` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeBlock {
    /// The block as lists show it.
    pub block: NodeBlockRow,
    /// Blocks on top, its own included; 0: it is not in the active chain.
    pub confirmations: u32,
    /// Its version, in hex.
    pub version: String,
    /// Root of the tree of its transactions.
    pub merkle_root: String,
    /// Compact target, in hex.
    pub bits: String,
    /// Its nonce.
    pub nonce: u32,
    /// Its difficulty, as a decimal text.
    pub difficulty: String,
    /// Work in the chain up to it, in hex.
    pub chain_work: String,
    /// Median time of the eleven blocks up to it, in seconds since 1970.
    #[specta(type = u32)]
    pub median_time: u64,
    /// Bytes without witnesses.
    pub stripped_size: u32,
    /// Hash of the block after; none: there is none yet.
    pub next_hash: Option<String>,
    /// A page of its transactions, in their order.
    pub transactions: Vec<NodeTransaction>,
    /// Pass it back as `after` for more transactions; none: these were the last.
    pub next: Option<String>,
    /// How fresh this is.
    pub seen: NodeSeen,
}
