//! Mining.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NodeSeen;
use crate::FeeRate;
use crate::wallet::Network;

/// What `cmd_get_mining_info` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeMining {
    /// The network.
    pub network: Network,
    /// Height of the newest block.
    pub height: u32,
    /// The difficulty, as a decimal text.
    pub difficulty: String,
    /// Estimated hashes per second of the network, as a decimal text.
    pub hashes_per_second: String,
    /// Transactions that wait.
    pub pooled: u32,
    /// Weight of the block that was put together last, in weight units; none: none was.
    pub block_weight: Option<u32>,
    /// Transactions of that block.
    pub block_transactions: Option<u32>,
    /// The lowest fee rate that gets into a block of this node; none: it does not tell.
    pub min_fee_rate: Option<FeeRate>,
    /// Whether `cmd_generate_to_address` does anything here: on regtest, and on a signet whose key the node has.
    pub can_generate: bool,
    /// What the node warns of, in its words.
    pub warnings: Vec<String>,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// Mines blocks on a chain of tests.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct GenerateRequest {
    /// Made by the caller for this intent; a request that arrives twice acts once.
    pub request_id: String,
    /// Who gets what is mined.
    pub address: String,
    /// How many, 1 to 1,000.
    pub blocks: u32,
}

/// What `cmd_generate_to_address` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Generated {
    /// Hashes of the new blocks, oldest first.
    pub hashes: Vec<String>,
}
