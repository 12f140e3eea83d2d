//! The node: one writer over the block tree, many readers over index and pool.
//!
//! Changes go through [`Node`]'s writer lock, one at a time; script checks and disk writes happen under
//! it alone. Readers share a second lock that the writer takes only to swap results in, so a page of
//! history never waits for a signature check or for the disk.

mod follow;
mod mine;
mod pool_log;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Instant;

use bitcoin::{Block, BlockHash, Transaction, Txid};
use thiserror::Error;
use tokio::sync::watch;

use crate::chain::{BlockEntry, Chain, ChainChange, ChainError, Submitted, now};
use crate::index::Index;
use crate::mempool::{
    Accepted, Checked, CoinView, Limits, MIN_RELAY_SAT_PER_KVB, Mempool, Reject, check, fee_at,
};
use crate::miner::Chance;
pub use mine::MineError;
use pool_log::PoolLog;
#[cfg(fuzzing)]
pub use pool_log::read as read_pool_log;

/// What readers see: chain and pool at one instant.
#[derive(Default)]
pub struct State {
    /// The active chain.
    pub index: Index,
    /// What waits.
    pub pool: Mempool,
    /// Blocks that are known but not active.
    pub stale: HashMap<BlockHash, Arc<BlockEntry>>,
}

impl State {
    /// A block by hash, active or stale.
    pub fn any_block(&self, hash: &BlockHash) -> Option<&Arc<BlockEntry>> {
        self.index.block(hash).or_else(|| self.stale.get(hash))
    }

    /// A transaction of the chain or the pool.
    pub fn tx(&self, txid: &Txid) -> Option<&Arc<Transaction>> {
        self.pool
            .get(txid)
            .map(|entry| &entry.tx)
            .or_else(|| self.index.tx(txid))
    }

    /// Chain and pool as one coin database.
    pub fn coins(&self) -> CoinView<'_> {
        CoinView {
            index: &self.index,
            pool: &self.pool,
        }
    }
}

struct Writer {
    chain: Chain,
    log: Option<PoolLog>,
}

/// What stops the node from starting or going on.
#[derive(Debug, Error)]
pub enum NodeError {
    /// The block tree.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The file of waiting transactions.
    #[error("cannot use the mempool file: {0}")]
    PoolLog(#[source] std::io::Error),
}

/// The node. Shared by reference between the servers, the timer and the library's handle.
pub struct Node {
    writer: Mutex<Writer>,
    state: RwLock<State>,
    started: Instant,
    ending: AtomicBool,
    /// Counts changes of chain and pool.
    changes: watch::Sender<u64>,
    chance: Chance,
}

/// Why a transaction did not enter the pool.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// The pool refused it.
    #[error(transparent)]
    Refused(#[from] Reject),
    /// It pays more than the sender allowed.
    #[error("Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)")]
    FeeTooHigh,
}

/// Outcome of a submitted block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockOutcome {
    /// It is part of the active chain.
    Active,
    /// It is stored on a branch.
    Inconclusive,
    /// It was known.
    Duplicate,
    /// Refused, with Core's word for the class.
    Refused(&'static str),
}

impl Node {
    /// Opens the node on a folder; `durable` keeps its state there, else the folder is scratch.
    pub fn open(root: &Path, durable: bool, chance: Chance) -> Result<Self, NodeError> {
        let chain = Chain::open(root, durable)?;
        let mut state = State::default();
        for entry in chain.active() {
            state.index.connect(entry.clone());
        }
        for (tip, length) in chain.tips() {
            let mut at = tip;
            for _ in 0..length {
                let parent = chain.block(&at.header.prev_blockhash).cloned();
                state.stale.insert(at.hash, at);
                match parent {
                    Some(parent) => at = parent,
                    None => break,
                }
            }
        }
        let mut waiting = Vec::new();
        let log = if durable {
            let (log, txs) = PoolLog::open(root).map_err(NodeError::PoolLog)?;
            waiting = txs;
            Some(log)
        } else {
            None
        };
        for tx in waiting {
            let tx = Arc::new(tx);
            if let Ok(checked) = check(state.coins(), &tx, Limits::Standard, now()) {
                enter(&mut state.pool, checked);
            }
        }
        let node = Self {
            writer: Mutex::new(Writer { chain, log }),
            state: RwLock::new(state),
            started: Instant::now(),
            ending: AtomicBool::new(false),
            changes: watch::Sender::new(0),
            chance,
        };
        node.compact_log().map_err(NodeError::PoolLog)?;
        Ok(node)
    }

    /// Chain and pool for reading. Hold it briefly and never across an `.await`.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The count of changes of chain and pool, to be waited on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Whole seconds since the node was opened.
    pub fn uptime(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    /// Ends long mining after the block it is at; what was mined by then stays.
    pub fn interrupt(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Offers a transaction to the pool.
    pub fn submit_tx(&self, tx: Transaction) -> Result<Accepted, Reject> {
        match self.submit_tx_below(tx, 0) {
            Ok(accepted) => Ok(accepted),
            Err(SubmitError::Refused(reject)) => Err(reject),
            // Without a limit no fee is too high; said all the same, rather than a panic.
            Err(SubmitError::FeeTooHigh) => Err(Reject::new("max-fee-exceeded")),
        }
    }

    /// Offers a transaction to the pool if it pays at most `max_fee_rate` satoshis per 1000 virtual
    /// bytes (0: whatever it pays).
    pub fn submit_tx_below(
        &self,
        tx: Transaction,
        max_fee_rate: u64,
    ) -> Result<Accepted, SubmitError> {
        let mut writer = self.writer();
        let tx = Arc::new(tx);
        if self.read().pool.get(&tx.compute_txid()).is_some() {
            return Ok(Accepted::Known);
        }
        let checked = check(self.read().coins(), &tx, Limits::Standard, now())?;
        if exceeds(&checked, max_fee_rate) {
            return Err(SubmitError::FeeTooHigh);
        }
        Ok(Accepted::New(self.admit(&mut writer, checked)))
    }

    /// Runs the pool's checks on transactions that may spend each other, in order; enters none.
    /// Stops at the first refusal: what follows it has no result.
    pub fn test_txs(&self, txs: &[Arc<Transaction>]) -> Vec<Result<Checked, Reject>> {
        let state = self.read();
        if let [tx] = txs {
            return vec![check(state.coins(), tx, Limits::Standard, now())];
        }
        let mut pool = state.pool.clone();
        let mut results = Vec::new();
        for tx in txs {
            let view = CoinView {
                index: &state.index,
                pool: &pool,
            };
            let result = match check(view, tx, Limits::Several, now()) {
                // As in Core, packages are tested without replacement.
                Ok(checked) if !checked.evicted.is_empty() => {
                    Err(Reject::new("bip125-replacement-disallowed"))
                }
                result => result,
            };
            if let Ok(checked) = &result {
                enter(
                    &mut pool,
                    Checked {
                        entry: checked.entry.clone(),
                        evicted: checked.evicted.clone(),
                    },
                );
            }
            let failed = result.is_err();
            results.push(result);
            if failed {
                break;
            }
        }
        results
    }

    /// Offers parents and their child together: a parent below the fee floor enters when the package
    /// as a whole pays it. Returns one result per transaction, in order; one that pays more than
    /// `max_fee_rate` satoshis per 1000 virtual bytes (0: no limit) is refused for it.
    pub fn submit_package(
        &self,
        txs: &[Arc<Transaction>],
        max_fee_rate: u64,
    ) -> Vec<Result<Accepted, Reject>> {
        let mut writer = self.writer();
        let mut results: Vec<Option<Result<Accepted, Reject>>> = vec![None; txs.len()];
        let mut held = Vec::new();
        for (place, tx) in txs.iter().enumerate() {
            if self.read().pool.get(&tx.compute_txid()).is_some() {
                results[place] = Some(Ok(Accepted::Known));
                continue;
            }
            let checked = check(self.read().coins(), tx, Limits::Standard, now());
            match checked {
                Ok(checked) if exceeds(&checked, max_fee_rate) => {
                    results[place] = Some(Err(Reject::new("max feerate exceeded")));
                }
                Ok(checked) => {
                    results[place] = Some(Ok(Accepted::New(self.admit(&mut writer, checked))))
                }
                Err(reject) => held.push((place, reject)),
            }
        }
        if !held.is_empty() {
            self.admit_together(&mut writer, txs, &held, max_fee_rate, &mut results);
        }
        results.into_iter().flatten().collect()
    }

    fn admit_together(
        &self,
        writer: &mut Writer,
        txs: &[Arc<Transaction>],
        held: &[(usize, Reject)],
        max_fee_rate: u64,
        results: &mut [Option<Result<Accepted, Reject>>],
    ) {
        let mut pool = self.read().pool.clone();
        let mut checked = Vec::new();
        let mut failure = None;
        {
            let state = self.read();
            for (place, _) in held {
                let view = CoinView {
                    index: &state.index,
                    pool: &pool,
                };
                match check(view, &txs[*place], Limits::Package, now()) {
                    Ok(passed) if exceeds(&passed, max_fee_rate) => {
                        failure = Some((*place, Reject::new("max feerate exceeded")));
                    }
                    Ok(passed) if passed.evicted.is_empty() => {
                        let entry = passed.entry.clone();
                        enter(&mut pool, passed);
                        checked.push((*place, entry));
                    }
                    Ok(_) => failure = Some((*place, Reject::new("bip125-replacement-disallowed"))),
                    Err(reject) => failure = Some((*place, reject)),
                }
                if failure.is_some() {
                    break;
                }
            }
        }
        let vsize: u64 = checked.iter().map(|(_, entry)| entry.vsize).sum();
        let fees: u64 = checked.iter().map(|(_, entry)| entry.fee.to_sat()).sum();
        let floor = fee_at(MIN_RELAY_SAT_PER_KVB, vsize);
        if failure.is_none() && fees >= floor {
            for (place, entry) in checked {
                let checked = Checked {
                    entry,
                    evicted: Default::default(),
                };
                self.admit(writer, checked);
                results[place] = Some(Ok(Accepted::Together));
            }
            return;
        }
        for (place, reject) in held {
            let own = match &failure {
                Some((at, reject)) if at == place => reject.clone(),
                _ => reject.clone(),
            };
            results[*place] = Some(Err(own));
        }
    }

    /// Offers a block from outside.
    pub fn submit_block(&self, block: Block) -> Result<BlockOutcome, ChainError> {
        let mut writer = self.writer();
        let hash = block.block_hash();
        let (outcome, change) = writer.chain.submit(block)?;
        self.apply(&mut writer, change, None);
        writer.chain.sync()?;
        Ok(match outcome {
            Submitted::Stored if writer.chain.is_active(&hash) => BlockOutcome::Active,
            Submitted::Stored => {
                self.note_stale(&writer, &hash);
                BlockOutcome::Inconclusive
            }
            Submitted::Duplicate => BlockOutcome::Duplicate,
            Submitted::DuplicateInvalid => BlockOutcome::Refused("duplicate-invalid"),
            Submitted::Invalid(reason) => BlockOutcome::Refused(reason),
        })
    }

    /// Core's `invalidateblock`.
    pub fn invalidate(&self, hash: BlockHash) -> Result<(), ChainError> {
        let mut writer = self.writer();
        let change = writer.chain.invalidate(hash)?;
        let height = writer.chain.block(&hash).map(|entry| entry.height);
        self.apply(&mut writer, change, height);
        Ok(())
    }

    /// Core's `reconsiderblock`.
    pub fn reconsider(&self, hash: BlockHash) -> Result<(), ChainError> {
        let mut writer = self.writer();
        let change = writer.chain.reconsider(hash)?;
        self.apply(&mut writer, change, None);
        Ok(())
    }

    /// Tips of all branches: block, branch length, Core's status word.
    pub fn chain_tips(&self) -> Vec<(Arc<BlockEntry>, u32, &'static str)> {
        let writer = self.writer();
        let chain = &writer.chain;
        chain
            .tips()
            .into_iter()
            .map(|(entry, length)| {
                let status = if length == 0 {
                    "active"
                } else if chain.is_invalidated(&entry.hash) {
                    "invalid"
                } else {
                    "valid-fork"
                };
                (entry, length, status)
            })
            .collect()
    }

    /// Writes the waiting transactions out once more, without the ones that are gone.
    pub fn compact_log(&self) -> std::io::Result<()> {
        let mut writer = self.writer();
        let Some(log) = &mut writer.log else {
            return Ok(());
        };
        let state = self.read();
        log.rewrite(state.pool.iter().map(|entry| entry.tx.as_ref()))
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a checked transaction in; returns what it replaced.
    fn admit(&self, writer: &mut Writer, checked: Checked) -> Vec<Txid> {
        if let Some(log) = &mut writer.log
            && let Err(error) = log.append(&checked.entry.tx)
        {
            tracing::warn!(%error, "a waiting transaction was not written to disk");
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let replaced = enter(&mut state.pool, checked);
        drop(state);
        self.changed();
        replaced
    }

    fn note_stale(&self, writer: &Writer, hash: &BlockHash) {
        if let Some(entry) = writer.chain.block(hash) {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.stale.insert(*hash, entry.clone());
        }
    }

    /// Moves index and pool after the active chain. `invalid` is the height of a block that was invalidated.
    fn apply(&self, _writer: &mut Writer, change: ChainChange, invalid: Option<u32>) {
        if change.connected.is_empty() && change.disconnected.is_empty() {
            return;
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.follow(&change, invalid);
        drop(state);
        self.changed();
    }
}

fn exceeds(checked: &Checked, max_fee_rate: u64) -> bool {
    let entry = &checked.entry;
    max_fee_rate > 0 && entry.fee.to_sat() > fee_at(max_fee_rate, entry.vsize)
}

fn enter(pool: &mut Mempool, checked: Checked) -> Vec<Txid> {
    let mut replaced = Vec::new();
    for txid in &checked.evicted {
        if pool.remove(txid).is_some() {
            replaced.push(*txid);
        }
    }
    pool.insert(checked.entry);
    replaced
}
