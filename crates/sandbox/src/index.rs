//! What the active chain holds, by transaction, outpoint and script. Rebuilt from the kernel's chain
//! at start, then moved block by block; it says what is, never what is allowed.

mod scripts;

use std::collections::HashMap;
use std::sync::Arc;

use bitcoin::{BlockHash, OutPoint, Script, Transaction, TxOut, Txid};

use crate::chain::BlockEntry;
pub use scripts::{ScriptHash, ScriptRecord, ScriptStats, script_hash};

/// Where a confirmed transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Height of its block.
    pub height: u32,
    /// Place in the block; 0 is the coinbase.
    pub index: u32,
}

/// The input that spent an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spender {
    /// The spending transaction.
    pub txid: Txid,
    /// Which of its inputs.
    pub vin: u32,
}

/// An unspent output of the active chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coin {
    /// Amount and script.
    pub output: TxOut,
    /// Height it was confirmed at.
    pub height: u32,
    /// Whether a coinbase made it.
    pub coinbase: bool,
}

/// The index over the active chain.
#[derive(Debug, Default)]
pub struct Index {
    blocks: Vec<Arc<BlockEntry>>,
    heights: HashMap<BlockHash, u32>,
    txs: HashMap<Txid, Position>,
    spends: HashMap<OutPoint, Spender>,
    scripts: HashMap<ScriptHash, ScriptRecord>,
    unspent: u64,
    unspent_sum: u64,
}

impl Index {
    /// The active chain, genesis first. Empty only before the genesis block was connected.
    pub fn blocks(&self) -> &[Arc<BlockEntry>] {
        &self.blocks
    }

    /// The tip.
    pub fn tip(&self) -> &Arc<BlockEntry> {
        self.blocks
            .last()
            .expect("the genesis block is connected before anything is served")
    }

    /// Height of the tip.
    pub fn height(&self) -> u32 {
        self.tip().height
    }

    /// The active block with this hash.
    pub fn block(&self, hash: &BlockHash) -> Option<&Arc<BlockEntry>> {
        self.heights
            .get(hash)
            .map(|height| &self.blocks[*height as usize])
    }

    /// Where a confirmed transaction is.
    pub fn position(&self, txid: &Txid) -> Option<Position> {
        self.txs.get(txid).copied()
    }

    /// A confirmed transaction.
    pub fn tx(&self, txid: &Txid) -> Option<&Arc<Transaction>> {
        self.position(txid).map(|position| self.tx_at(position))
    }

    /// The transaction at a position of the active chain.
    pub fn tx_at(&self, position: Position) -> &Arc<Transaction> {
        &self.blocks[position.height as usize].txs[position.index as usize]
    }

    /// The id of the transaction at a position of the active chain.
    pub fn txid_at(&self, position: Position) -> Txid {
        self.blocks[position.height as usize].txids[position.index as usize]
    }

    /// An output of a confirmed transaction, spent or not.
    pub fn output(&self, outpoint: &OutPoint) -> Option<&TxOut> {
        self.tx(&outpoint.txid)?.output.get(outpoint.vout as usize)
    }

    /// Who spent an output in the active chain.
    pub fn spender(&self, outpoint: &OutPoint) -> Option<Spender> {
        self.spends.get(outpoint).copied()
    }

    /// The unspent output of the active chain, as the kernel's coin database would have it.
    pub fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        if self.spends.contains_key(outpoint) {
            return None;
        }
        let position = self.position(&outpoint.txid)?;
        let output = self.tx_at(position).output.get(outpoint.vout as usize)?;
        // The genesis coinbase is not in the coin database, and unspendable outputs never are.
        if position.height == 0 || is_unspendable(&output.script_pubkey) {
            return None;
        }
        Some(Coin {
            output: output.clone(),
            height: position.height,
            coinbase: position.index == 0,
        })
    }

    /// What is known about a script.
    pub fn script(&self, hash: &ScriptHash) -> Option<&ScriptRecord> {
        self.scripts.get(hash)
    }

    /// Number and sum in satoshis of all unspent outputs.
    pub fn unspent(&self) -> (u64, u64) {
        (self.unspent, self.unspent_sum)
    }

    /// Adds the next block of the active chain.
    pub fn connect(&mut self, block: Arc<BlockEntry>) {
        debug_assert_eq!(
            block.height as usize,
            self.blocks.len(),
            "blocks connect in order"
        );
        let height = block.height;
        self.heights.insert(block.hash, height);
        self.blocks.push(block.clone());
        for (index, (tx, txid)) in block.txs.iter().zip(&block.txids).enumerate() {
            let position = Position {
                height,
                index: index as u32,
            };
            self.txs.insert(*txid, position);
            if index > 0 {
                for (vin, input) in tx.input.iter().enumerate() {
                    let outpoint = input.previous_output;
                    self.spends.insert(
                        outpoint,
                        Spender {
                            txid: *txid,
                            vin: vin as u32,
                        },
                    );
                    let Some((at, output)) = self.located(&outpoint) else {
                        continue;
                    };
                    self.unspent -= 1;
                    self.unspent_sum -= output.value.to_sat();
                    let record = self
                        .scripts
                        .entry(script_hash(&output.script_pubkey))
                        .or_default();
                    record.spend(position, at, outpoint.vout, output.value.to_sat());
                }
            }
            for (vout, output) in tx.output.iter().enumerate() {
                if is_unspendable(&output.script_pubkey) {
                    continue;
                }
                if height > 0 {
                    self.unspent += 1;
                    self.unspent_sum += output.value.to_sat();
                }
                let record = self
                    .scripts
                    .entry(script_hash(&output.script_pubkey))
                    .or_default();
                record.fund(position, vout as u32, output.value.to_sat());
            }
        }
    }

    /// Takes the tip away.
    pub fn disconnect_tip(&mut self) -> Option<Arc<BlockEntry>> {
        let block = self.blocks.last()?.clone();
        for (index, (tx, txid)) in block.txs.iter().zip(&block.txids).enumerate().rev() {
            let position = Position {
                height: block.height,
                index: index as u32,
            };
            for (vout, output) in tx.output.iter().enumerate() {
                if is_unspendable(&output.script_pubkey) {
                    continue;
                }
                self.unspent -= 1;
                self.unspent_sum -= output.value.to_sat();
                let hash = script_hash(&output.script_pubkey);
                self.undo(hash, |record| {
                    record.unfund(position, vout as u32, output.value.to_sat());
                });
            }
            if index > 0 {
                for input in &tx.input {
                    let outpoint = input.previous_output;
                    self.spends.remove(&outpoint);
                    let Some((at, output)) = self.located(&outpoint) else {
                        continue;
                    };
                    self.unspent += 1;
                    self.unspent_sum += output.value.to_sat();
                    let hash = script_hash(&output.script_pubkey);
                    self.undo(hash, |record| {
                        record.unspend(position, at, outpoint.vout, output.value.to_sat());
                    });
                }
            }
            self.txs.remove(txid);
        }
        self.heights.remove(&block.hash);
        self.blocks.pop();
        Some(block)
    }

    fn undo(&mut self, hash: ScriptHash, change: impl FnOnce(&mut ScriptRecord)) {
        if let Some(record) = self.scripts.get_mut(&hash) {
            change(record);
            if record.history.is_empty() {
                self.scripts.remove(&hash);
            }
        }
    }

    fn located(&self, outpoint: &OutPoint) -> Option<(Position, TxOut)> {
        let position = self.position(&outpoint.txid)?;
        let output = self.tx_at(position).output.get(outpoint.vout as usize)?;
        Some((position, output.clone()))
    }
}

/// Core's `IsUnspendable`: starts with OP_RETURN, or is longer than any script may be.
pub fn is_unspendable(script: &Script) -> bool {
    script.is_op_return() || script.len() > 10_000
}

#[cfg(test)]
#[path = "index/tests.rs"]
mod tests;
