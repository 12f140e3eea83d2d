//! Blocks made here: on request, by the timer, on a fork.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bitcoin::{Block, BlockHash, ScriptBuf, Transaction};
use thiserror::Error;

use super::{Node, Writer};
use crate::chain::{BlockEntry, ChainError, Submitted, block_times, now};
use crate::mempool::{Template, select};
use crate::miner::{BuildError, Chance, build_block};

/// Where the clock of a seeded chain begins: in September 2020, so that 300,000 blocks are in the past.
const SEEDED_START: u32 = 1_600_000_000;
/// Seconds between its blocks.
const SPACING: u32 = 600;

/// Why no block was made.
#[derive(Debug, Error)]
pub enum MineError {
    /// The block tree failed.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The block could not be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The kernel refused the block.
    #[error("TestBlockValidity failed: {0}")]
    Refused(&'static str),
    /// A reorganisation deeper than the chain.
    #[error("cannot reorganise {depth} blocks: the chain has {height}")]
    TooDeep {
        /// Blocks asked for.
        depth: u32,
        /// Height of the tip.
        height: u32,
    },
}

/// Hashes of new blocks, in order.
pub type Mined = Vec<BlockHash>;

impl Node {
    /// Mines `count` blocks on the tip with what waits in the pool, paying to `script`; fewer when the
    /// process is told to end meanwhile.
    pub fn mine(&self, script: &ScriptBuf, count: u32) -> Result<Mined, MineError> {
        let mut writer = self.writer();
        let mined = self.mine_with(&mut writer, script, count);
        writer.chain.sync()?;
        mined
    }

    /// Mines one block holding exactly `txs` (in this order) plus the coinbase.
    pub fn mine_exactly(
        &self,
        script: &ScriptBuf,
        txs: Vec<Arc<Transaction>>,
        fees: u64,
        time: u32,
        sync: bool,
    ) -> Result<BlockHash, MineError> {
        let mut writer = self.writer();
        let parent = writer.chain.tip().clone();
        let template = Template {
            txs,
            fees,
            weight: 0,
        };
        let block = self.build(&writer, &parent, script, &template, time)?;
        let hash = self.connect_mined(&mut writer, block)?;
        if sync {
            writer.chain.sync()?;
        }
        Ok(hash)
    }

    /// Replaces the last `depth` blocks by `count` empty ones. Their transactions wait again.
    ///
    /// With `count > depth` the new branch wins by work, as on a live network; with fewer, the old
    /// branch is invalidated first, because a shorter branch never wins.
    pub fn reorg(&self, script: &ScriptBuf, depth: u32, count: u32) -> Result<Mined, MineError> {
        let mut writer = self.writer();
        let height = writer.chain.tip().height;
        if depth > height {
            return Err(MineError::TooDeep { depth, height });
        }
        let parent = writer.chain.active()[(height - depth) as usize].clone();
        if count <= depth && depth > 0 {
            let first = writer.chain.active()[(height - depth + 1) as usize].clone();
            let change = writer.chain.invalidate(first.hash)?;
            self.apply(&mut writer, change, Some(first.height));
        }
        let mut mined = Vec::new();
        let mut at = parent;
        let times = self.times(&writer, &at, count as usize);
        for time in times {
            let block = self.build(&writer, &at, script, &Template::default(), time)?;
            let hash = self.connect_mined(&mut writer, block)?;
            at = writer
                .chain
                .block(&hash)
                .cloned()
                .ok_or(ChainError::UnknownBlock)?;
            mined.push(hash);
        }
        writer.chain.sync()?;
        Ok(mined)
    }

    /// Mines the first blocks of a new chain so that it begins `age` ago, a minute apart: what is mined
    /// later has the time since then to spread over.
    pub(crate) fn mine_aged(
        &self,
        script: &ScriptBuf,
        age: std::time::Duration,
        count: u32,
    ) -> Result<(), MineError> {
        if let Chance::Seed(_) = self.chance {
            // A seeded chain has a clock of its own, which leaves room as well.
            self.mine(script, count)?;
            return Ok(());
        }
        let age = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
        let now = now();
        let genesis = self.read().index.tip().header.time;
        let start = now.saturating_sub(age).max(genesis + 1);
        for number in 0..count {
            // Blocks that reach the present take the times the ordinary rule gives.
            let time = start.saturating_add(number * 60);
            let time = if time < now {
                time
            } else {
                self.next_times(1)[0]
            };
            self.mine_exactly(script, Vec::new(), 0, time, number + 1 == count)?;
        }
        Ok(())
    }

    /// Times for the next blocks on the tip.
    pub(crate) fn next_times(&self, count: usize) -> Vec<u32> {
        let writer = self.writer();
        let tip = writer.chain.tip().clone();
        self.times(&writer, &tip, count)
    }

    /// Times for blocks on a parent: by the system's clock, or ten minutes apart from a date on.
    fn times(&self, writer: &Writer, parent: &Arc<BlockEntry>, count: usize) -> Vec<u32> {
        match self.chance {
            Chance::System => block_times(&recent_times(writer, parent), count, now()),
            Chance::Seed(_) => {
                let first = parent.header.time.saturating_add(SPACING).max(SEEDED_START);
                (0..count)
                    .map(|made| first.saturating_add(SPACING.saturating_mul(made as u32)))
                    .collect()
            }
        }
    }

    fn build(
        &self,
        writer: &Writer,
        parent: &BlockEntry,
        script: &ScriptBuf,
        template: &Template,
        time: u32,
    ) -> Result<Block, BuildError> {
        let extra = self.chance.extra(writer.chain.count())?;
        build_block(parent, script, template, time, extra)
    }

    fn mine_with(
        &self,
        writer: &mut Writer,
        script: &ScriptBuf,
        count: u32,
    ) -> Result<Mined, MineError> {
        let tip = writer.chain.tip().clone();
        let times = self.times(writer, &tip, count as usize);
        let mut mined = Vec::with_capacity(times.len());
        for time in times {
            if self.ending.load(Ordering::Relaxed) {
                break;
            }
            let template = select(&self.read().pool);
            let parent = writer.chain.tip().clone();
            let block = self.build(writer, &parent, script, &template, time)?;
            let hash = match self.connect_mined(writer, block) {
                Err(MineError::Refused(reason)) if !template.txs.is_empty() => {
                    // The kernel's word stands. Whatever slipped into the pool must not stop the miner.
                    tracing::error!(
                        reason,
                        "the kernel refused a block from the pool; it is emptied"
                    );
                    {
                        let mut state = self
                            .state
                            .write()
                            .unwrap_or_else(std::sync::PoisonError::into_inner);
                        for tx in &template.txs {
                            state.pool.remove_with_descendants(&tx.compute_txid());
                        }
                    }
                    let block = self.build(writer, &parent, script, &Template::default(), time)?;
                    self.connect_mined(writer, block)?
                }
                other => other?,
            };
            mined.push(hash);
        }
        Ok(mined)
    }

    fn connect_mined(&self, writer: &mut Writer, block: Block) -> Result<BlockHash, MineError> {
        let hash = block.block_hash();
        let (outcome, change) = writer.chain.submit(block)?;
        self.apply(writer, change, None);
        match outcome {
            Submitted::Stored => {
                if !writer.chain.is_active(&hash) {
                    self.note_stale(writer, &hash);
                }
                Ok(hash)
            }
            Submitted::Duplicate | Submitted::DuplicateInvalid => {
                Err(MineError::Refused("duplicate"))
            }
            Submitted::Invalid(reason) => Err(MineError::Refused(reason)),
        }
    }
}

/// Times of a block and up to ten before it, oldest first.
fn recent_times(writer: &Writer, tip: &Arc<BlockEntry>) -> Vec<u32> {
    let mut times = vec![tip.header.time];
    let mut at = tip.clone();
    while times.len() < 11 && at.height > 0 {
        match writer.chain.block(&at.header.prev_blockhash) {
            Some(parent) => at = parent.clone(),
            None => break,
        }
        times.push(at.header.time);
    }
    times.reverse();
    times
}
