//! The block tree: the kernel decides, the journal remembers, this room keeps both in step.
//!
//! * Whether a block is valid and which chain is active is decided by [`Engine`] (Bitcoin Core's
//!   code) and by nothing else.
//! * A block that was acknowledged is in the [`Journal`] on disk. The kernel writes its own
//!   databases only now and then, so its folder alone would lose blocks at a `kill -9`; on start
//!   the journal's blocks are offered to the kernel again, which validates them like any other.
//! * The kernel's interface has no `invalidateblock`. It is done by building a fresh kernel from all
//!   known blocks but the invalidated ones and their descendants, so the resulting tip is again the
//!   kernel's own choice, exactly as after Core's call.

mod engine;
mod entry;
mod journal;
mod time;

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bitcoin::{Block, BlockHash};
use thiserror::Error;

pub use engine::{Engine, EngineError, Verdict};
pub use entry::BlockEntry;
use journal::{Journal, Record};
#[cfg(fuzzing)]
pub use journal::{frame, read_records};
pub use time::{block_times, now};

/// The kernel is made to write its databases after so many blocks.
const FLUSH_EVERY: usize = 250;

/// What can go wrong when the block tree is opened or changed.
#[derive(Debug, Error)]
pub enum ChainError {
    /// Another process holds the data directory.
    #[error("the data directory {0} is in use by another satchel-sandbox")]
    Locked(PathBuf),
    /// Reading or writing the data directory failed.
    #[error("cannot use the data directory: {0}")]
    Io(#[from] io::Error),
    /// The kernel failed in itself (not: found a block invalid).
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The block is not known.
    #[error("Block not found")]
    UnknownBlock,
    /// The genesis block cannot be invalidated.
    #[error("the genesis block cannot be invalidated")]
    Genesis,
}

/// How the active chain moved: blocks that left it (highest first) and blocks that joined (lowest first).
#[derive(Debug, Default)]
pub struct ChainChange {
    /// Blocks that are no longer active, from the old tip downwards.
    pub disconnected: Vec<Arc<BlockEntry>>,
    /// Blocks that became active, upwards to the new tip.
    pub connected: Vec<Arc<BlockEntry>>,
}

/// Why a submitted block did not join the tree, in the words of Core's `submitblock`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    /// It is stored; the change says whether it became active.
    Stored,
    /// It was known before.
    Duplicate,
    /// It was known before and invalidated.
    DuplicateInvalid,
    /// The kernel refused it.
    Invalid(&'static str),
}

/// The block tree on one data directory. All methods that change it need `&mut`: one writer.
pub struct Chain {
    /// `None` only after the kernel's folder could not be opened again.
    engine: Option<Engine>,
    /// Blocks the kernel has taken since it last wrote its databases for certain.
    unflushed: usize,
    journal: Option<Journal>,
    root: PathBuf,
    generation: u64,
    known: HashMap<BlockHash, Arc<BlockEntry>>,
    order: Vec<BlockHash>,
    active: Vec<Arc<BlockEntry>>,
    /// Marked on request.
    invalid: HashSet<BlockHash>,
    /// Marked, or with a marked ancestor.
    tainted: HashSet<BlockHash>,
    _lock: Option<File>,
}

impl Chain {
    /// Opens the tree in `root`, creating it when missing. With `durable` the journal is kept and the
    /// directory is locked; without, `root` is a scratch folder.
    pub fn open(root: &Path, durable: bool) -> Result<Self, ChainError> {
        fs::create_dir_all(root)?;
        let lock = if durable { Some(lock(root)?) } else { None };
        let (journal, records) = if durable {
            let (journal, records) = Journal::open(&root.join("blocks.journal"))?;
            (Some(journal), records)
        } else {
            (None, Vec::new())
        };
        let mut invalid = HashSet::new();
        let mut blocks = Vec::new();
        for record in records {
            match record {
                Record::Block(block) => blocks.push(block),
                Record::Invalidate(hash) => {
                    invalid.insert(hash);
                }
                Record::Reconsider(hash) => {
                    invalid.remove(&hash);
                }
            }
        }
        let (engine, generation) = open_engine(root, durable, &invalid)?;
        let genesis = bitcoin::constants::genesis_block(bitcoin::Network::Regtest);
        let mut chain = Self {
            engine: Some(engine),
            unflushed: 0,
            journal,
            root: root.to_owned(),
            generation,
            known: HashMap::new(),
            order: Vec::new(),
            active: Vec::new(),
            invalid,
            tainted: HashSet::new(),
            _lock: lock,
        };
        let entry = Arc::new(BlockEntry::new(genesis, None));
        chain.known.insert(entry.hash, entry.clone());
        chain.active.push(entry);
        for block in blocks {
            chain.remember(block);
        }
        chain.taint();
        chain.feed_known()?;
        chain.follow_engine()?;
        Ok(chain)
    }

    /// The tip of the active chain.
    pub fn tip(&self) -> &Arc<BlockEntry> {
        self.active
            .last()
            .expect("the genesis block is always active")
    }

    /// The active chain from genesis to tip.
    pub fn active(&self) -> &[Arc<BlockEntry>] {
        &self.active
    }

    /// How many blocks are known, on all branches.
    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// A block by hash, active or not.
    pub fn block(&self, hash: &BlockHash) -> Option<&Arc<BlockEntry>> {
        self.known.get(hash)
    }

    /// Whether the block or one of its ancestors was invalidated on request.
    pub fn is_invalidated(&self, hash: &BlockHash) -> bool {
        self.tainted.contains(hash)
    }

    /// Offers a block to the kernel; keeps it when the kernel stored it. Not durable before [`Chain::sync`].
    pub fn submit(&mut self, block: Block) -> Result<(Submitted, ChainChange), ChainError> {
        let hash = block.block_hash();
        if self.known.contains_key(&hash) {
            let word = if self.is_invalidated(&hash) {
                Submitted::DuplicateInvalid
            } else {
                Submitted::Duplicate
            };
            return Ok((word, ChainChange::default()));
        }
        if self.is_invalidated(&block.header.prev_blockhash) {
            return Ok((Submitted::Invalid("bad-prevblk"), ChainChange::default()));
        }
        if self.journal.is_some() && self.unflushed >= FLUSH_EVERY {
            self.flush()?;
        }
        match self.engine()?.submit(&block)? {
            Verdict::Invalid(reason) => Ok((Submitted::Invalid(reason), ChainChange::default())),
            Verdict::Stored => {
                if let Some(journal) = &mut self.journal {
                    journal.append(&Record::Block(block.clone()))?;
                }
                self.remember(block);
                self.unflushed += 1;
                Ok((Submitted::Stored, self.follow_engine()?))
            }
        }
    }

    /// Makes everything submitted so far survive a power loss.
    pub fn sync(&mut self) -> Result<(), ChainError> {
        if let Some(journal) = &mut self.journal {
            journal.sync()?;
        }
        Ok(())
    }

    /// Marks a block and its descendants as invalid, as Core's `invalidateblock`.
    pub fn invalidate(&mut self, hash: BlockHash) -> Result<ChainChange, ChainError> {
        let entry = self.known.get(&hash).ok_or(ChainError::UnknownBlock)?;
        if entry.height == 0 {
            return Err(ChainError::Genesis);
        }
        let was_active = self.is_active(&hash);
        if !self.invalid.insert(hash) {
            return Ok(ChainChange::default());
        }
        self.taint();
        if let Some(journal) = &mut self.journal {
            journal.append(&Record::Invalidate(hash))?;
            journal.sync()?;
        }
        if !was_active {
            // The kernel may keep a side branch it will never activate by itself; it must not
            // become active later either, so build on it is refused in `submit`.
            return Ok(ChainChange::default());
        }
        self.rebuild()?;
        self.follow_engine()
    }

    /// Removes the invalid mark of a block, its ancestors and descendants, as Core's `reconsiderblock`.
    pub fn reconsider(&mut self, hash: BlockHash) -> Result<ChainChange, ChainError> {
        if !self.known.contains_key(&hash) {
            return Err(ChainError::UnknownBlock);
        }
        let cleared: Vec<BlockHash> = self
            .invalid
            .iter()
            .copied()
            .filter(|other| self.is_ancestor(other, &hash) || self.is_ancestor(&hash, other))
            .collect();
        for other in &cleared {
            self.invalid.remove(other);
            if let Some(journal) = &mut self.journal {
                journal.append(&Record::Reconsider(*other))?;
            }
        }
        self.sync()?;
        if cleared.is_empty() {
            return Ok(ChainChange::default());
        }
        self.taint();
        self.feed_known()?;
        self.follow_engine()
    }

    /// Tips of all branches: the block and the length of its branch off the active chain.
    pub fn tips(&self) -> Vec<(Arc<BlockEntry>, u32)> {
        let parents: HashSet<BlockHash> = self
            .known
            .values()
            .map(|entry| entry.header.prev_blockhash)
            .collect();
        let active_tip = self.tip().hash;
        let mut tips: Vec<_> = self
            .known
            .values()
            .filter(|entry| entry.hash == active_tip || !parents.contains(&entry.hash))
            .map(|entry| {
                let mut length = 0;
                let mut at = entry;
                while !self.is_active(&at.hash) {
                    length += 1;
                    at = &self.known[&at.header.prev_blockhash];
                }
                (entry.clone(), length)
            })
            .collect();
        tips.sort_by_key(|(entry, _)| (std::cmp::Reverse(entry.height), entry.hash));
        tips
    }

    /// Whether the block is part of the active chain.
    pub fn is_active(&self, hash: &BlockHash) -> bool {
        self.known
            .get(hash)
            .and_then(|entry| self.active.get(entry.height as usize))
            .is_some_and(|entry| entry.hash == *hash)
    }

    fn engine(&self) -> Result<&Engine, EngineError> {
        self.engine.as_ref().ok_or(EngineError::Closed)
    }

    /// Makes the kernel write its databases, which it does for certain only when it closes: the
    /// fewer blocks it has not written, the fewer a start after a crash offers it again.
    fn flush(&mut self) -> Result<(), ChainError> {
        drop(self.engine.take());
        self.engine = Some(Engine::open(
            &engine_dir(&self.root, self.generation),
            false,
        )?);
        self.unflushed = 0;
        Ok(())
    }

    fn is_ancestor(&self, ancestor: &BlockHash, of: &BlockHash) -> bool {
        let mut at = *of;
        loop {
            if at == *ancestor {
                return true;
            }
            match self.known.get(&at) {
                Some(entry) if entry.height > 0 => at = entry.header.prev_blockhash,
                _ => return false,
            }
        }
    }

    /// Recomputes which blocks are out because of a mark; parents come before children in `order`.
    fn taint(&mut self) {
        self.tainted.clear();
        if self.invalid.is_empty() {
            return;
        }
        for hash in &self.order {
            let parent = self.known[hash].header.prev_blockhash;
            if self.invalid.contains(hash) || self.tainted.contains(&parent) {
                self.tainted.insert(*hash);
            }
        }
    }

    /// Keeps a block whose parent is known. Blocks without one cannot be in a sound journal and are left out.
    fn remember(&mut self, block: Block) {
        let Some(parent) = self.known.get(&block.header.prev_blockhash).cloned() else {
            tracing::warn!("a journal block has no parent and is left out");
            return;
        };
        let entry = Arc::new(BlockEntry::new(block, Some((&parent, &self.known))));
        if self.known.insert(entry.hash, entry.clone()).is_none() {
            self.order.push(entry.hash);
        }
    }

    /// Offers every known and allowed block the kernel does not have, oldest first.
    fn feed_known(&mut self) -> Result<(), ChainError> {
        let mut offered = 0;
        for hash in &self.order {
            let engine = self.engine()?;
            if engine.knows(hash) || self.is_invalidated(hash) {
                continue;
            }
            if let Verdict::Invalid(reason) = engine.submit(&self.known[hash].to_block())? {
                tracing::warn!(reason, "the kernel refused a journal block");
            }
            offered += 1;
        }
        self.unflushed += offered;
        Ok(())
    }

    /// A fresh kernel with all allowed blocks; the old one's folder goes away.
    fn rebuild(&mut self) -> Result<(), ChainError> {
        let generation = self.generation + 1;
        let engine = Engine::open(&engine_dir(&self.root, generation), self.journal.is_none())?;
        self.engine = Some(engine);
        self.unflushed = 0;
        let old_dir = engine_dir(&self.root, self.generation);
        self.generation = generation;
        self.feed_known()?;
        fs::remove_dir_all(old_dir)?;
        Ok(())
    }

    /// Brings `active` in line with the kernel's active chain and says what moved.
    fn follow_engine(&mut self) -> Result<ChainChange, ChainError> {
        let mut change = ChainChange::default();
        let engine = self.engine.as_ref().ok_or(EngineError::Closed)?;
        while let Some(entry) = self.active.last() {
            if engine.active_hash(entry.height) == Some(entry.hash) {
                break;
            }
            change.disconnected.push(entry.clone());
            self.active.pop();
        }
        while let Some(hash) = self.engine()?.active_hash(self.active.len() as u32) {
            if !self.known.contains_key(&hash) {
                // In the kernel's folder but not in the journal: a crash came between the two writes.
                let block = self.engine()?.read_block(&hash)?;
                if let Some(journal) = &mut self.journal {
                    journal.append(&Record::Block(block.clone()))?;
                }
                self.remember(block);
            }
            let entry = self
                .known
                .get(&hash)
                .ok_or(ChainError::UnknownBlock)?
                .clone();
            self.active.push(entry.clone());
            change.connected.push(entry);
        }
        Ok(change)
    }
}

fn lock(root: &Path) -> Result<File, ChainError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ChainError::Locked(root.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn engine_dir(root: &Path, generation: u64) -> PathBuf {
    root.join(format!("kernel-{generation}"))
}

/// Opens the newest kernel folder; one that cannot be opened, or whose chain holds an invalidated
/// block, is thrown away, because the journal can rebuild it.
fn open_engine(
    root: &Path,
    durable: bool,
    invalid: &HashSet<BlockHash>,
) -> Result<(Engine, u64), ChainError> {
    let mut generations: Vec<u64> = fs::read_dir(root)?
        .filter_map(|item| {
            item.ok()?
                .file_name()
                .to_str()?
                .strip_prefix("kernel-")?
                .parse()
                .ok()
        })
        .collect();
    generations.sort_unstable();
    let newest = generations.pop().unwrap_or(0);
    for old in generations {
        fs::remove_dir_all(engine_dir(root, old))?;
    }
    match Engine::open(&engine_dir(root, newest), !durable) {
        Ok(engine) if !engine.has_active(invalid) => return Ok((engine, newest)),
        Ok(engine) => drop(engine),
        Err(error) => tracing::warn!(%error, "the kernel's folder is rebuilt from the journal"),
    }
    fs::remove_dir_all(engine_dir(root, newest))?;
    let engine = Engine::open(&engine_dir(root, newest + 1), !durable)?;
    Ok((engine, newest + 1))
}

#[cfg(test)]
#[path = "chain/tests.rs"]
mod tests;
