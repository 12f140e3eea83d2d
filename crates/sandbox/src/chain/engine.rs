//! Bitcoin Core's validation engine through `bitcoinkernel`. The only file that decides about blocks.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, Once};

use bitcoin::consensus::encode;
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash};
use bitcoinkernel::notifications::types::BlockValidationResult;
use bitcoinkernel::prelude::*;
use bitcoinkernel::{
    BlockValidationStateRef, ChainType, ChainstateManager, Context, KernelError, ValidationMode,
};
use thiserror::Error;

/// The kernel failed in itself. A block it finds invalid is a [`Verdict`], not an error.
#[derive(Debug, Error)]
pub enum EngineError {
    /// A call into the kernel failed.
    #[error("the consensus engine failed: {0}")]
    Kernel(#[from] KernelError),
    /// The kernel reported that it cannot go on (disk full, broken database).
    #[error("the consensus engine stopped: {0}")]
    Fatal(String),
    /// The folder could not be made, or its name is not UTF-8.
    #[error("the consensus engine's folder cannot be used: {0}")]
    Folder(String),
    /// Stored bytes are not a block.
    #[error("a stored block cannot be decoded: {0}")]
    Decode(#[from] encode::Error),
    /// An earlier failure has left the kernel closed.
    #[error("the consensus engine is closed after an earlier failure")]
    Closed,
    /// The kernel does not know the block it was asked for.
    #[error("the consensus engine does not know block {0}")]
    Unknown(BlockHash),
}

/// What the kernel said to a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Stored; connected to the active chain, or kept as a side branch.
    Stored,
    /// Refused; the kernel tells the class of the reason only.
    Invalid(&'static str),
}

type Checks = Arc<Mutex<HashMap<BlockHash, &'static str>>>;

/// One kernel on one folder.
pub struct Engine {
    manager: ChainstateManager,
    _context: Context,
    refused: Checks,
    fatal: Arc<Mutex<Option<String>>>,
}

static QUIET: Once = Once::new();

impl Engine {
    /// Opens or creates the kernel's folder. With `scratch` its databases stay in memory.
    pub fn open(dir: &Path, scratch: bool) -> Result<Self, EngineError> {
        // The kernel keeps log lines in memory until someone reads them; nobody does.
        QUIET.call_once(bitcoinkernel::disable_logging);
        let blocks = dir.join("blocks");
        fs::create_dir_all(&blocks).map_err(|error| EngineError::Folder(error.to_string()))?;
        let utf8 = |path: &Path| {
            path.to_str()
                .map(str::to_owned)
                .ok_or_else(|| EngineError::Folder(format!("{} is not UTF-8", path.display())))
        };
        let refused: Checks = Checks::default();
        let fatal = Arc::new(Mutex::new(None));
        let on_check = refused.clone();
        let on_fatal = fatal.clone();
        let on_flush = fatal.clone();
        let context = Context::builder()
            .chain_type(ChainType::Regtest)
            .with_block_checked_validation(
                move |block: bitcoinkernel::Block, state: BlockValidationStateRef<'_>| {
                    if state.mode() != ValidationMode::Valid
                        && let Ok(mut map) = on_check.lock()
                    {
                        map.insert(
                            BlockHash::from_byte_array(block.hash().to_bytes()),
                            reason(state.result()),
                        );
                    }
                },
            )
            .with_fatal_error_notification(move |message: String| note(&on_fatal, message))
            .with_flush_error_notification(move |message: String| note(&on_flush, message))
            .build()?;
        let manager = ChainstateManager::builder(&context, &utf8(dir)?, &utf8(&blocks)?)?
            .worker_threads(1)
            .block_tree_db_in_memory(scratch)
            .chainstate_db_in_memory(scratch)
            .build()?;
        manager.import_blocks()?;
        Ok(Self {
            manager,
            _context: context,
            refused,
            fatal,
        })
    }

    /// Validates and stores a block.
    pub fn submit(&self, block: &Block) -> Result<Verdict, EngineError> {
        let hash = block.block_hash();
        let Ok(raw) = bitcoinkernel::Block::new(&encode::serialize(block)) else {
            return Ok(Verdict::Invalid("bad-blk-length"));
        };
        if let Ok(mut refused) = self.refused.lock() {
            refused.clear();
        }
        let result = self.manager.process_block(&raw);
        if let Some(message) = self.fatal.lock().ok().and_then(|mut fatal| fatal.take()) {
            return Err(EngineError::Fatal(message));
        }
        let reason = self
            .refused
            .lock()
            .ok()
            .and_then(|refused| refused.get(&hash).copied());
        // A block whose spends are invalid is "new" to the kernel all the same: the check decides.
        match (reason, result.is_rejected()) {
            (Some(reason), _) => Ok(Verdict::Invalid(reason)),
            (None, true) => Ok(Verdict::Invalid("rejected")),
            (None, false) => Ok(Verdict::Stored),
        }
    }

    /// Hash of the active block at a height.
    pub fn active_hash(&self, height: u32) -> Option<BlockHash> {
        let entry = self.manager.active_chain().at_height(height as usize)?;
        Some(BlockHash::from_byte_array(entry.block_hash().to_bytes()))
    }

    /// Whether the kernel has this block.
    pub fn knows(&self, hash: &BlockHash) -> bool {
        self.manager
            .get_block_tree_entry(&bitcoinkernel::BlockHash::from(hash.to_byte_array()))
            .is_some()
    }

    /// Whether one of `hashes` is in the active chain.
    pub fn has_active(&self, hashes: &HashSet<BlockHash>) -> bool {
        let chain = self.manager.active_chain();
        hashes.iter().any(|hash| {
            self.manager
                .get_block_tree_entry(&bitcoinkernel::BlockHash::from(hash.to_byte_array()))
                .is_some_and(|entry| chain.contains(&entry))
        })
    }

    /// Reads a block from the kernel's files.
    pub fn read_block(&self, hash: &BlockHash) -> Result<Block, EngineError> {
        let entry = self
            .manager
            .get_block_tree_entry(&bitcoinkernel::BlockHash::from(hash.to_byte_array()))
            .ok_or(EngineError::Unknown(*hash))?;
        let block = self.manager.read_block_data(&entry)?;
        Ok(encode::deserialize(&block.consensus_encode()?)?)
    }
}

fn note(slot: &Mutex<Option<String>>, message: String) {
    tracing::error!(%message, "the consensus engine reports a failure");
    if let Ok(mut slot) = slot.lock() {
        slot.get_or_insert(message);
    }
}

/// The kernel gives a class where Core's RPC gives a reason; these are Core's words for the class.
fn reason(result: BlockValidationResult) -> &'static str {
    match result {
        BlockValidationResult::Unset | BlockValidationResult::Consensus => "rejected",
        BlockValidationResult::CachedInvalid => "duplicate-invalid",
        BlockValidationResult::InvalidHeader => "bad-header",
        BlockValidationResult::Mutated => "bad-txnmrklroot",
        BlockValidationResult::MissingPrev => "prev-blk-not-found",
        BlockValidationResult::InvalidPrev => "bad-prevblk",
        BlockValidationResult::TimeFuture => "time-too-new",
        BlockValidationResult::HeaderLowWork => "too-little-chainwork",
    }
}
