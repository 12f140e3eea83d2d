//! The best chain as a map from heights to hashes.
//!
//! `bdk_chain::local_chain::LocalChain` keeps a linked list, in which finding one block costs a
//! walk over all; asking it once a transaction makes every read quadratic. A map answers at once,
//! and joining a scan costs what changed.

use std::collections::BTreeMap;
use std::convert::Infallible;

use bdk_chain::{BlockId, ChainOracle};
use bitcoin::{BlockHash, Network, constants};
use satchel_types::BlockRef;

use crate::engine::ApplyError;

/// Blocks kept below the tip though no transaction is in them, so that a reorganization finds
/// where the chains part.
const KEPT: u32 = 300;
/// Blocks of one scan kept at most.
const TAKEN: usize = 100;

/// Known blocks of the best chain, sparse.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    genesis: BlockHash,
    blocks: BTreeMap<u32, BlockHash>,
}

/// What changes when a scan's blocks join.
#[derive(Debug, Default)]
pub(crate) struct ChainDelta {
    pub removed: Vec<u32>,
    pub added: BTreeMap<u32, BlockHash>,
    /// The newest block that both sides agreed on before. Every batch of a scan begins with it.
    base: u32,
}

impl ChainDelta {
    pub fn heights(&self) -> impl Iterator<Item = u32> + '_ {
        self.removed
            .iter()
            .copied()
            .chain(self.added.keys().copied())
    }
}

impl Chain {
    pub fn new(network: Network) -> Self {
        Self {
            genesis: constants::genesis_block(network).block_hash(),
            blocks: BTreeMap::new(),
        }
    }

    pub fn tip(&self) -> Option<BlockRef> {
        self.blocks
            .last_key_value()
            .map(|(&height, &hash)| BlockRef { height, hash })
    }

    /// The tip for calls that need one even before the first scan.
    pub fn tip_id(&self) -> BlockId {
        self.tip().map_or(
            BlockId {
                height: 0,
                hash: self.genesis,
            },
            id_of,
        )
    }

    pub fn contains(&self, block: BlockId) -> bool {
        self.blocks.get(&block.height) == Some(&block.hash)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, BlockHash)> + '_ {
        self.blocks.iter().map(|(&height, &hash)| (height, hash))
    }

    /// Newest first: the last [`KEPT`] heights without gaps in what is known, then ever sparser,
    /// then block 0.
    pub fn locator(&self) -> Vec<BlockRef> {
        let Some(tip) = self.tip() else {
            return vec![self.origin()];
        };
        let floor = tip.height.saturating_sub(KEPT);
        let mut found: Vec<BlockRef> = self
            .blocks
            .range(floor..)
            .rev()
            .map(|(&height, &hash)| BlockRef { height, hash })
            .collect();
        let mut step = 1;
        let mut below = floor;
        while below > 0 {
            let Some((&height, &hash)) = self.blocks.range(..below).next_back() else {
                break;
            };
            found.push(BlockRef { height, hash });
            below = height.saturating_sub(step);
            step *= 2;
        }
        if found.last().is_none_or(|last| last.height > 0) {
            found.push(self.origin());
        }
        found
    }

    fn origin(&self) -> BlockRef {
        BlockRef {
            height: 0,
            hash: self.genesis,
        }
    }

    /// Works out what joining `blocks` and the blocks of `anchors` changes, and refuses what
    /// contradicts. Changes nothing yet.
    pub fn join(
        &self,
        blocks: &[BlockRef],
        anchors: impl Iterator<Item = BlockRef>,
    ) -> Result<ChainDelta, ApplyError> {
        let Some((base, above)) = blocks.split_first() else {
            return Err(ApplyError::ChainConflict { height: 0 });
        };
        if base.height == 0 && base.hash != self.genesis {
            return Err(ApplyError::OtherNetwork);
        }
        if let Some(pair) = blocks.windows(2).find(|p| p[0].height >= p[1].height) {
            return Err(ApplyError::ChainConflict {
                height: pair[1].height,
            });
        }
        let known = |b: &BlockRef| self.blocks.get(&b.height) == Some(&b.hash);
        if base.height > 0 && !known(base) {
            return Err(ApplyError::ChainConflict {
                height: base.height,
            });
        }
        let taken = &above[above.len().saturating_sub(TAKEN)..];
        let mut delta = ChainDelta {
            base: base.height,
            ..ChainDelta::default()
        };
        if !known(base) {
            delta.added.insert(base.height, base.hash);
        }
        // All known means: an earlier batch of the same scan, or nothing new.
        if !taken.iter().all(known) {
            let told: BTreeMap<u32, BlockHash> = above.iter().map(|b| (b.height, b.hash)).collect();
            let told_tip = above.last().map_or(base.height, |b| b.height);
            // The base is the newest block both sides agree on, so what lies above it is refuted,
            // but not by a server that lags behind and has not come so far.
            let unconfirmed = |(height, hash): &(&u32, &BlockHash)| told.get(height) != Some(hash);
            let refuted = self
                .blocks
                .range(base.height + 1..=told_tip)
                .any(|block| unconfirmed(&block));
            if refuted {
                delta.removed = self
                    .blocks
                    .range(base.height + 1..)
                    .filter(unconfirmed)
                    .map(|(height, _)| *height)
                    .collect();
            }
            let news = taken.iter().filter(|b| !known(b));
            delta.added.extend(news.map(|b| (b.height, b.hash)));
        }
        let tip = delta
            .added
            .last_key_value()
            .map_or(0, |(height, _)| *height)
            .max(
                self.blocks
                    .keys()
                    .rev()
                    .find(|height| delta.removed.binary_search(height).is_err())
                    .copied()
                    .unwrap_or(0),
            );
        for anchor in anchors {
            let ours = delta.added.get(&anchor.height).or_else(|| {
                self.blocks
                    .get(&anchor.height)
                    .filter(|_| delta.removed.binary_search(&anchor.height).is_err())
            });
            match ours {
                Some(hash) if *hash == anchor.hash => {}
                None if anchor.height <= tip => {
                    delta.added.insert(anchor.height, anchor.hash);
                }
                _ => {
                    return Err(ApplyError::ChainConflict {
                        height: anchor.height,
                    });
                }
            }
        }
        // A height that is replaced is not removed.
        delta.removed.retain(|h| !delta.added.contains_key(h));
        Ok(delta)
    }

    /// Makes a change, and forgets old blocks that `needed` says nothing is in.
    pub fn apply(&mut self, delta: &mut ChainDelta, needed: impl Fn(u32) -> bool) {
        let old_floor = self.tip().map_or(0, |t| t.height.saturating_sub(KEPT));
        for height in &delta.removed {
            self.blocks.remove(height);
        }
        self.blocks.extend(&delta.added);
        let floor = self.tip().map_or(0, |t| t.height.saturating_sub(KEPT));
        if floor > old_floor {
            let stale: Vec<u32> = self
                .blocks
                .range(old_floor.max(1)..floor)
                .map(|(height, _)| *height)
                // The next batch of the same scan begins with the base, however far the tip went.
                .filter(|height| !needed(*height) && *height != delta.base)
                .collect();
            for height in stale {
                self.blocks.remove(&height);
                if delta.added.remove(&height).is_none() {
                    delta.removed.push(height);
                }
            }
        }
    }

    pub fn load(&mut self, blocks: &BTreeMap<u32, Option<BlockHash>>) {
        for (height, hash) in blocks {
            match hash {
                Some(hash) => self.blocks.insert(*height, *hash),
                None => self.blocks.remove(height),
            };
        }
    }
}

pub(crate) fn id_of(block: BlockRef) -> BlockId {
    BlockId {
        height: block.height,
        hash: block.hash,
    }
}

impl ChainOracle for Chain {
    type Error = Infallible;

    fn is_block_in_chain(
        &self,
        block: BlockId,
        _chain_tip: BlockId,
    ) -> Result<Option<bool>, Infallible> {
        Ok(self
            .blocks
            .get(&block.height)
            .map(|hash| *hash == block.hash))
    }

    fn get_chain_tip(&self) -> Result<BlockId, Infallible> {
        Ok(self.tip_id())
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;

    use super::*;

    fn block(height: u32, fork: u8) -> BlockRef {
        let mut bytes = [fork; 32];
        bytes[..4].copy_from_slice(&height.to_le_bytes());
        BlockRef {
            height,
            hash: BlockHash::from_byte_array(bytes),
        }
    }

    fn joined(chain: &mut Chain, blocks: &[BlockRef], anchors: &[BlockRef]) -> ChainDelta {
        let mut delta = chain
            .join(blocks, anchors.iter().copied())
            .expect("these blocks join");
        chain.apply(&mut delta, |_| true);
        delta
    }

    fn heights(chain: &Chain) -> Vec<u32> {
        chain.iter().map(|(height, _)| height).collect()
    }

    fn start() -> Chain {
        let mut chain = Chain::new(Network::Regtest);
        let origin = chain.origin();
        joined(
            &mut chain,
            &[origin, block(10, 1), block(12, 1)],
            &[block(5, 1)],
        );
        chain
    }

    #[test]
    fn a_fork_replaces_all_above_the_agreement() {
        let mut chain = start();
        joined(&mut chain, &[block(10, 1), block(11, 2), block(13, 2)], &[]);
        assert_eq!(heights(&chain), [0, 5, 10, 11, 13]);
    }

    #[test]
    fn a_second_batch_of_one_scan_keeps_the_blocks_of_the_first() {
        let mut chain = start();
        let blocks = [block(10, 1), block(20, 1)];
        joined(&mut chain, &blocks, &[block(15, 1)]);
        joined(&mut chain, &blocks, &[block(16, 1)]);
        assert_eq!(heights(&chain), [0, 5, 10, 15, 16, 20]);
    }

    #[test]
    fn a_server_that_lags_takes_nothing_away() {
        let mut chain = start();
        let delta = joined(&mut chain, &[block(10, 1)], &[]);
        assert_eq!(delta.heights().count(), 0);
        let delta = joined(&mut chain, &[block(10, 1), block(11, 1)], &[]);
        assert!(delta.removed.is_empty());
        assert_eq!(chain.tip(), Some(block(12, 1)));
    }

    #[test]
    fn a_fork_that_is_told_of_sparsely_still_replaces_all() {
        let mut chain = start();
        joined(&mut chain, &[block(10, 1), block(15, 2)], &[]);
        assert_eq!(heights(&chain), [0, 5, 10, 15]);
    }

    #[test]
    fn contradictions_are_refused_with_their_height() {
        let chain = start();
        let conflict = |blocks: &[BlockRef], anchors: &[BlockRef]| {
            chain
                .join(blocks, anchors.iter().copied())
                .expect_err("a contradiction")
        };
        let at = |height| ApplyError::ChainConflict { height };
        assert_eq!(conflict(&[], &[]), at(0));
        assert_eq!(conflict(&[block(11, 1)], &[]), at(11));
        assert_eq!(conflict(&[block(10, 2)], &[]), at(10));
        assert_eq!(conflict(&[block(10, 1), block(9, 1)], &[]), at(9));
        assert_eq!(conflict(&[block(12, 1)], &[block(5, 2)]), at(5));
        assert_eq!(conflict(&[block(12, 1)], &[block(13, 1)]), at(13));
        assert_eq!(conflict(&[block(0, 1)], &[]), ApplyError::OtherNetwork);
    }

    #[test]
    fn old_blocks_without_transactions_are_forgotten() {
        let mut chain = start();
        let mut delta = chain
            .join(
                &[block(12, 1), block(1_000, 1)],
                [block(400, 1)].into_iter(),
            )
            .expect("joins");
        chain.apply(&mut delta, |height| height == 5 || height == 400);
        assert_eq!(heights(&chain), [0, 5, 12, 400, 1_000]);
        assert_eq!(delta.removed, [10]);
    }

    #[test]
    fn after_a_long_absence_every_batch_of_a_scan_joins() {
        let mut chain = start();
        // Two days of blocks at once, as each batch of one scan tells them.
        let blocks: Vec<_> = (10..=10 + 2 * KEPT)
            .map(|height| block(height, 1))
            .collect();
        for _ in 0..3 {
            let mut delta = chain.join(&blocks, [].into_iter()).expect("joins");
            chain.apply(&mut delta, |_| false);
        }
        assert_eq!(chain.tip(), blocks.last().copied());
    }

    #[test]
    fn the_locator_starts_at_the_tip_thins_out_and_ends_at_block_zero() {
        let mut chain = start();
        let anchors: Vec<_> = (100..5_000).map(|h| block(h, 1)).collect();
        joined(&mut chain, &[block(12, 1), block(5_000, 1)], &anchors);
        let locator = chain.locator();
        assert_eq!(locator[0], block(5_000, 1));
        assert_eq!(locator.last().map(|b| b.height), Some(0));
        assert!(locator.windows(2).all(|p| p[0].height > p[1].height));
        assert!(locator.len() < 330, "{}", locator.len());
    }
}
