//! Blocks and headers.

use bitcoin::{Amount, BlockHash, TxMerkleNode, Txid};
use serde::Deserialize;

use crate::amount::Decimal;
use crate::status::{height, hex_text};
use crate::transactions::RawTx;

/// `getblockheader`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// Its hash.
    pub hash: BlockHash,
    /// Blocks on top, its own included; below 0: it is not in the active chain.
    pub confirmations: i64,
    /// Its height.
    #[serde(deserialize_with = "height")]
    pub height: u32,
    /// Its time, in seconds since 1970.
    pub time: u32,
    /// How many transactions its block has.
    #[serde(rename = "nTx")]
    pub transactions: u32,
    /// Hash of the block before.
    #[serde(rename = "previousblockhash", default)]
    pub previous: Option<BlockHash>,
}

/// A block in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRow {
    /// Its height.
    pub height: u32,
    /// Its hash.
    pub hash: BlockHash,
    /// Hash of the block before.
    pub previous: Option<BlockHash>,
    /// Its time, in seconds since 1970.
    pub time: u32,
    /// How many transactions it has.
    pub transactions: u32,
    /// Its size in bytes.
    pub size: u32,
    /// Its weight in weight units.
    pub weight: u32,
    /// What its transactions paid in fees; `None`: the node does not tell.
    pub fees: Option<Amount>,
}

/// `getblock` without its transactions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BlockSummary {
    /// Its hash.
    pub hash: BlockHash,
    /// Blocks on top, its own included; below 0: it is not in the active chain.
    pub confirmations: i64,
    /// Its height.
    #[serde(deserialize_with = "height")]
    pub height: u32,
    /// Its version, in hex.
    #[serde(rename = "versionHex", deserialize_with = "hex_text")]
    pub version: String,
    /// Root of the tree of its transactions.
    #[serde(rename = "merkleroot")]
    pub merkle_root: TxMerkleNode,
    /// Its time, in seconds since 1970.
    pub time: u32,
    /// Median time of the eleven blocks up to it, in seconds since 1970.
    #[serde(rename = "mediantime")]
    pub median_time: u32,
    /// Its nonce.
    pub nonce: u32,
    /// Compact target, in hex.
    #[serde(deserialize_with = "hex_text")]
    pub bits: String,
    /// Its difficulty.
    pub difficulty: Decimal,
    /// Work in the chain up to it, in hex.
    #[serde(rename = "chainwork", deserialize_with = "hex_text")]
    pub chain_work: String,
    /// How many transactions it has.
    #[serde(rename = "nTx")]
    pub transactions: u32,
    /// Hash of the block before.
    #[serde(rename = "previousblockhash", default)]
    pub previous: Option<BlockHash>,
    /// Hash of the block after.
    #[serde(rename = "nextblockhash", default)]
    pub next: Option<BlockHash>,
    /// Bytes without witnesses.
    #[serde(rename = "strippedsize")]
    pub stripped_size: u32,
    /// Its size in bytes.
    pub size: u32,
    /// Its weight in weight units.
    pub weight: u32,
}

impl BlockSummary {
    /// Makes the row of a list; fees are asked for apart.
    pub fn row(&self, fees: Option<Amount>) -> BlockRow {
        BlockRow {
            height: self.height,
            hash: self.hash,
            previous: self.previous,
            time: self.time,
            transactions: self.transactions,
            size: self.size,
            weight: self.weight,
            fees,
        }
    }
}

/// `getblock` with ids.
#[derive(Debug, Deserialize)]
pub(crate) struct BlockIds {
    pub tx: Vec<Txid>,
}

/// `getblock` with transactions and what they spend.
#[derive(Debug, Deserialize)]
pub(crate) struct BlockTxs {
    pub tx: Vec<RawTx>,
}

/// `getblockstats` with the fees alone.
#[derive(Debug, Deserialize)]
pub(crate) struct BlockFees {
    #[serde(rename = "totalfee")]
    pub total: u64,
}

impl BlockFees {
    pub(crate) fn amount(&self) -> Option<Amount> {
        (self.total <= Amount::MAX_MONEY.to_sat()).then(|| Amount::from_sat(self.total))
    }
}
