//! Collecting whole scripts into batches.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use bitcoin::{BlockHash, ScriptBuf, Txid};
use satchel_ports::ChainError;
use satchel_types::{BlockRef, ChainSide, ScanBatch, ScannedTx, TxSeen};
use tokio::time::Instant;

use crate::history::History;
use crate::limits;

/// The batch being filled, and what has to be known over the whole scan.
pub(crate) struct Batches {
    blocks: Arc<Vec<BlockRef>>,
    /// One hash per height, over the whole scan.
    hashes: HashMap<u32, BlockHash>,
    /// Pending transactions that no script has shown yet.
    unseen: HashSet<Txid>,
    last_used: BTreeMap<ChainSide, u32>,
    done: u64,
    batch: ScanBatch,
    in_batch: HashSet<Txid>,
    bytes: u64,
    since: Instant,
    handed_on: u64,
}

impl Batches {
    /// Starts with nothing.
    pub(crate) fn new(blocks: Arc<Vec<BlockRef>>, pending: &[Txid]) -> Self {
        Self {
            hashes: blocks.iter().map(|b| (b.height, b.hash)).collect(),
            blocks,
            unseen: pending.iter().copied().collect(),
            last_used: BTreeMap::new(),
            done: 0,
            batch: ScanBatch::default(),
            in_batch: HashSet::new(),
            bytes: 0,
            since: Instant::now(),
            handed_on: 0,
        }
    }

    /// Takes the whole history of a script.
    pub(crate) fn add_script(
        &mut self,
        place: Option<(ChainSide, u32)>,
        script: ScriptBuf,
        history: History,
    ) -> Result<(), ChainError> {
        if let Some((side, index)) = place.filter(|_| history.used) {
            let highest = self.last_used.entry(side).or_insert(index);
            *highest = index.max(*highest);
        }
        self.add_txs(history)?;
        self.batch.scripts.push(script);
        self.done += 1;
        Ok(())
    }

    /// Takes transactions.
    pub(crate) fn add_txs(&mut self, history: History) -> Result<(), ChainError> {
        self.bytes += history.bytes;
        for tx in history.txs {
            self.check_block(&tx)?;
            self.unseen.remove(&tx.txid);
            if self.in_batch.insert(tx.txid) {
                self.batch.txs.push(tx);
            }
        }
        Ok(())
    }

    /// Two blocks at one height mean that the chain was reorganised between two answers.
    fn check_block(&mut self, tx: &ScannedTx) -> Result<(), ChainError> {
        let TxSeen::Block { block, .. } = tx.seen else {
            return Ok(());
        };
        if *self.hashes.entry(block.height).or_insert(block.hash) == block.hash {
            Ok(())
        } else {
            Err(ChainError::ChainMoved)
        }
    }

    /// Returns whether a transaction was in a script's history.
    pub(crate) fn is_unseen(&self, txid: &Txid) -> bool {
        self.unseen.contains(txid)
    }

    /// Returns whether the batch should be handed on before more is asked.
    pub(crate) fn is_full(&self) -> bool {
        let batch = &self.batch;
        batch.scripts.len() >= limits::BATCH_SCRIPTS
            || batch.txs.len() >= limits::BATCH_TXS
            || self.bytes >= limits::BATCH_BYTES
            || (!batch.scripts.is_empty() && self.since.elapsed() >= limits::BATCH_TIME)
    }

    /// Returns whether a script waits to be handed on.
    pub(crate) fn has_scripts(&self) -> bool {
        !self.batch.scripts.is_empty()
    }

    /// Returns whether the last batch is still to come: there is always at least one, since its
    /// blocks are news too.
    pub(crate) fn is_due(&self) -> bool {
        self.handed_on == 0 || !self.batch.scripts.is_empty() || !self.batch.txs.is_empty()
    }

    /// Returns the batch and the bytes that no longer wait, and starts the next one.
    pub(crate) fn hand_on(&mut self, expected: u64) -> (ScanBatch, u64) {
        let mut batch = std::mem::take(&mut self.batch);
        batch.blocks = Arc::clone(&self.blocks);
        batch.last_used = self.last_used.iter().map(|(&s, &i)| (s, i)).collect();
        batch.done = self.done;
        batch.expected = expected.max(self.done);
        self.in_batch.clear();
        self.since = Instant::now();
        self.handed_on += 1;
        (batch, std::mem::take(&mut self.bytes))
    }
}
