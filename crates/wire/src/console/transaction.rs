//! Transactions as the node decodes them.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NodeSeen;
use crate::{FeeRate, Sats};

/// An output's script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeScript {
    /// Its operations, cut at 2,000 characters.
    pub asm: String,
    /// Its bytes in hex, cut at 2,000 characters.
    pub hex: String,
    /// What kind it is in the node's words, such as `witness_v1_taproot`.
    pub kind: String,
    /// Its address, when it has one.
    pub address: Option<String>,
}

/// What an input spends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeSpent {
    /// The amount.
    pub amount: Sats,
    /// The script.
    pub script: NodeScript,
    /// The height of its block; none: it is in no block, or the node does not tell.
    pub height: Option<u32>,
    /// Whether it was mined.
    pub coinbase: bool,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeInput {
    /// Which output it spends, as `txid:vout`; none: it mines.
    pub outpoint: Option<String>,
    /// What the miner wrote, in hex, when it mines.
    pub coinbase: Option<String>,
    /// Operations of its script, cut at 2,000 characters.
    pub asm: String,
    /// Its witness in hex, each item cut at 2,000 characters.
    pub witness: Vec<String>,
    /// Items of its witness beyond the first 100.
    pub more_witness: u32,
    /// Its sequence number.
    pub sequence: u32,
    /// What it spends; none: the node does not tell.
    pub spends: Option<NodeSpent>,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeOutput {
    /// Its index.
    pub index: u32,
    /// Its amount.
    pub amount: Sats,
    /// Its script.
    pub script: NodeScript,
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeTransaction {
    /// Its id.
    pub txid: String,
    /// Its id with witnesses.
    pub wtxid: String,
    /// Its version.
    pub version: u32,
    /// Its lock time.
    pub lock_time: u32,
    /// Its size in bytes.
    pub size: u32,
    /// Its size in vB.
    pub vsize: u32,
    /// Its weight in weight units.
    pub weight: u32,
    /// Whether it mines.
    pub coinbase: bool,
    /// Its fee; none: the node does not tell.
    pub fee: Option<Sats>,
    /// Its fee rate, when the fee is known.
    pub fee_rate: Option<FeeRate>,
    /// All that it pays out.
    pub total: Sats,
    /// The first 100 inputs.
    pub inputs: Vec<NodeInput>,
    /// Inputs beyond those.
    pub more_inputs: u32,
    /// The first 100 outputs.
    pub outputs: Vec<NodeOutput>,
    /// Outputs beyond those.
    pub more_outputs: u32,
    /// Height of its block; none: it is in no block, or the node does not tell.
    pub height: Option<u32>,
    /// Hash of its block; none: it is in no block.
    pub block_hash: Option<String>,
    /// Its block's time, in seconds since 1970.
    #[specta(type = Option<u32>)]
    pub time: Option<u64>,
    /// Blocks on top, its own included; 0 while unconfirmed.
    pub confirmations: u32,
    /// The raw transaction in hex, when one was asked for and it has at most 100 kB.
    pub raw: Option<String>,
}

/// Asks for transactions: one by its id, those of one block, or the newest that are in blocks.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct NodeTransactionsQuery {
    /// Only this one, from the mempool or a block. A node without an index of transactions finds those of blocks only
    /// when `block` says which.
    pub txid: Option<String>,
    /// Only those of the block with this hash, in their order.
    pub block: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Transactions wanted, 1 to 50; without it 25.
    pub limit: Option<u32>,
}

/// What `cmd_get_transactions` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeTransactionPage {
    /// The transactions; without a block named, newest first.
    pub transactions: Vec<NodeTransaction>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// Asks for the transactions of an address.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AddressTransactionsQuery {
    /// The address.
    pub address: String,
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// Let a node without an index of addresses look through all unspent outputs. That takes minutes on the main chain.
    #[serde(default)]
    pub scan: bool,
}

/// Who knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AddressSource {
    /// An index of all addresses: everything is listed.
    Index,
    /// The unspent outputs: what was spent since is not listed.
    UnspentOutputs,
}

/// A transaction of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeAddressTransaction {
    /// Its id.
    pub txid: String,
    /// Height of its block; none: it waits in the mempool.
    pub height: Option<u32>,
    /// Hash of its block.
    pub block_hash: Option<String>,
    /// Its block's time, in seconds since 1970; none: not known.
    #[specta(type = Option<u32>)]
    pub time: Option<u64>,
    /// What came to the address.
    pub received: Sats,
    /// What left it; none: not known.
    pub spent: Option<Sats>,
}

/// What `cmd_get_address_transactions` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeAddressPage {
    /// The address.
    pub address: String,
    /// Who knew.
    pub source: AddressSource,
    /// What is unspent in blocks.
    pub balance: Sats,
    /// Transactions in blocks, as far as the source knows.
    #[specta(type = u32)]
    pub total: u64,
    /// Waiting ones first, then those of blocks, newest first.
    pub transactions: Vec<NodeAddressTransaction>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// How fresh this is.
    pub seen: NodeSeen,
}
