//! A block with what every answer about it needs.

use std::collections::HashMap;
use std::sync::Arc;

use bitcoin::block::Header;
use bitcoin::{Block, BlockHash, Transaction, Txid, Work};

/// A block of the tree, kept in memory whole.
#[derive(Debug)]
pub struct BlockEntry {
    /// Its hash.
    pub hash: BlockHash,
    /// Distance from genesis.
    pub height: u32,
    /// The 80 bytes.
    pub header: Header,
    /// All transactions, coinbase first.
    pub txs: Vec<Arc<Transaction>>,
    /// Their ids, in the same order.
    pub txids: Vec<Txid>,
    /// Serialized size in bytes.
    pub size: usize,
    /// Size without witness data, in bytes.
    pub stripped_size: usize,
    /// Weight (BIP-0141).
    pub weight: u64,
    /// Median time of this block and the ten before it (BIP-0113).
    pub median_time: u32,
    /// Work of the chain up to and including this block.
    pub chain_work: Work,
    /// Transactions in the chain up to and including this block.
    pub chain_tx_count: u64,
}

impl BlockEntry {
    /// Builds the entry; `parent` is `None` for the genesis block only.
    pub fn new(
        block: Block,
        parent: Option<(&BlockEntry, &HashMap<BlockHash, Arc<BlockEntry>>)>,
    ) -> Self {
        let size = block.total_size();
        let weight = block.weight().to_wu();
        // weight = 3 * stripped + total (BIP-0141)
        let stripped_size = (weight as usize - size) / 3;
        let txids: Vec<Txid> = block.txdata.iter().map(Transaction::compute_txid).collect();
        let count = txids.len() as u64;
        let mut times = vec![block.header.time];
        let mut at = parent.map(|(entry, _)| entry);
        while let Some(entry) = at {
            times.push(entry.header.time);
            if times.len() == 11 || entry.height == 0 {
                break;
            }
            at = parent
                .and_then(|(_, known)| known.get(&entry.header.prev_blockhash))
                .map(Arc::as_ref);
        }
        times.sort_unstable();
        Self {
            hash: block.block_hash(),
            height: parent.map_or(0, |(entry, _)| entry.height + 1),
            chain_work: match parent {
                Some((entry, _)) => entry.chain_work + block.header.work(),
                None => block.header.work(),
            },
            chain_tx_count: parent.map_or(0, |(entry, _)| entry.chain_tx_count) + count,
            header: block.header,
            txs: block.txdata.into_iter().map(Arc::new).collect(),
            txids,
            size,
            stripped_size,
            weight,
            median_time: times[times.len() / 2],
        }
    }

    /// The block as it goes over the wire.
    pub fn to_block(&self) -> Block {
        Block {
            header: self.header,
            txdata: self.txs.iter().map(|tx| tx.as_ref().clone()).collect(),
        }
    }
}
