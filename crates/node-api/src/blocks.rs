//! Blocks and headers.

use std::collections::{HashMap, VecDeque};

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
    /// Its size; `None`: the node has its header alone, as one that removes old blocks has.
    pub size: Option<BlockSize>,
    /// What its transactions paid in fees; `None`: the node does not tell.
    pub fees: Option<Amount>,
}

/// How large a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockSize {
    /// In bytes.
    pub bytes: u32,
    /// In weight units.
    pub weight: u32,
}

impl Header {
    /// Makes the row of a list for a block that the node has no more of.
    pub(crate) fn row(&self) -> BlockRow {
        BlockRow {
            height: self.height,
            hash: self.hash,
            previous: self.previous,
            time: self.time,
            transactions: self.transactions,
            size: None,
            fees: None,
        }
    }
}

/// Rows that are remembered; about 150 bytes each.
const REMEMBERED: usize = 1_000;

/// Rows that were asked for before, the oldest dropped first.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    by_hash: HashMap<BlockHash, BlockRow>,
    order: VecDeque<BlockHash>,
}

impl Rows {
    pub(crate) fn get(&self, hash: &BlockHash) -> Option<BlockRow> {
        self.by_hash.get(hash).cloned()
    }

    /// Returns those that are not known, each once.
    pub(crate) fn missing(&self, hashes: &[BlockHash]) -> Vec<BlockHash> {
        let mut missing = Vec::new();
        for hash in hashes {
            if !self.by_hash.contains_key(hash) && !missing.contains(hash) {
                missing.push(*hash);
            }
        }
        missing
    }

    /// Remembers rows whose fees the node told: another node, or a newer one, may tell those that are missing.
    pub(crate) fn keep(&mut self, rows: &[BlockRow]) {
        for row in rows.iter().filter(|row| row.fees.is_some()) {
            if self.by_hash.insert(row.hash, row.clone()).is_none() {
                self.order.push_back(row.hash);
            }
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.by_hash.remove(&oldest);
            }
        }
    }
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
            size: Some(BlockSize {
                bytes: self.size,
                weight: self.weight,
            }),
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

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;

    use super::*;

    fn row(number: u32, fees: Option<Amount>) -> BlockRow {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        BlockRow {
            height: number,
            hash: BlockHash::from_byte_array(bytes),
            previous: None,
            time: 0,
            transactions: 1,
            size: Some(BlockSize {
                bytes: 1,
                weight: 4,
            }),
            fees,
        }
    }

    #[test]
    fn rows_are_remembered_up_to_a_number_and_those_without_fees_are_not() {
        let mut rows = Rows::default();
        let untold = row(7_000_000, None);
        rows.keep(std::slice::from_ref(&untold));
        let all: Vec<BlockRow> = (0..1_500).map(|n| row(n, Some(Amount::ZERO))).collect();
        for some in all.chunks(7) {
            rows.keep(some);
            rows.keep(some);
        }
        assert_eq!(
            (rows.order.len(), rows.by_hash.len()),
            (REMEMBERED, REMEMBERED)
        );
        assert_eq!(rows.get(&all[499].hash), None);
        assert_eq!(rows.get(&all[500].hash).as_ref(), Some(&all[500]));
        let asked = [untold.hash, all[1_499].hash, untold.hash, all[0].hash];
        assert_eq!(rows.missing(&asked), [untold.hash, all[0].hash]);
    }
}
