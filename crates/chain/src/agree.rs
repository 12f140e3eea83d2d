//! Which blocks server and wallet have in common.

use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::BlockHash;
use futures::{StreamExt, TryStreamExt};
use satchel_ports::ChainError;
use satchel_types::BlockRef;

use crate::client::Asker;
use crate::json::{self, BlockRow};
use crate::limits;

/// What server and wallet agree on.
#[derive(Debug)]
pub(crate) struct Agreement {
    /// The server's best block at the start.
    pub tip: BlockRef,
    /// From the newest block agreed on to the tip, ascending: that block, the server's block at
    /// each height where the wallet's is stale, and the server's newest ones.
    pub blocks: Arc<Vec<BlockRef>>,
}

/// Asks for the best block.
pub(crate) async fn tip(ask: &Asker) -> Result<BlockRef, ChainError> {
    Ok(newest(ask).await?[0])
}

/// Asks for the newest blocks, newest first, at least one.
async fn newest(ask: &Asker) -> Result<Vec<BlockRef>, ChainError> {
    // One answer from one moment; asking for hash and height of the tip one by one is not.
    let rows: Vec<BlockRow> = ask.get_json("/blocks", limits::BLOCKS_BYTES).await?;
    json::newest_blocks(&rows).map_err(|e| ask.http().nonsense(e.0))
}

/// Asks for the hash of the best chain's block at a height; `None` above its tip.
pub(crate) async fn block_at(ask: &Asker, height: u32) -> Result<Option<BlockHash>, ChainError> {
    let path = format!("/block-height/{height}");
    let Some(body) = ask.get(&path, limits::LINE_BYTES).await? else {
        return Ok(None);
    };
    let hash = read_hash(&body).ok_or_else(|| ask.http().nonsense("it is not a block hash"))?;
    Ok(Some(hash))
}

/// Reads a line that is a block hash.
pub(crate) fn read_hash(body: &[u8]) -> Option<BlockHash> {
    std::str::from_utf8(body).ok()?.trim().parse().ok()
}

/// Finds the newest block that both sides believe in.
///
/// Costs one request when the wallet saw one of the newest blocks, two when it was away for
/// longer, and a logarithmic number after a deep reorganisation. A chain that agrees at some
/// height agrees at all heights below, so a binary search is sound.
pub(crate) async fn agree(ask: &Asker, checkpoints: &[BlockRef]) -> Result<Agreement, ChainError> {
    let recent = newest(ask).await?;
    let (tip, oldest) = (recent[0], recent[recent.len() - 1].height);
    let mut server = Server {
        ask,
        known: recent.iter().map(|b| (b.height, b.hash)).collect(),
    };

    // Blocks above the tip are neither confirmed nor refuted: the server may lag behind.
    let mut points: Vec<BlockRef> = checkpoints
        .iter()
        .copied()
        .filter(|p| p.height <= tip.height)
        .collect();
    points.sort_by_key(|p| std::cmp::Reverse(p.height));
    points.dedup_by_key(|p| p.height);

    let agreed = server.newest_agreed(&points, oldest).await?;
    if agreed.is_none() && points.last().is_some_and(|p| p.height == 0) {
        return Err(ask.http().nonsense("its chain begins with another block"));
    }
    let stale = &points[..agreed.unwrap_or(points.len())];
    if stale.len() > limits::STALE_BLOCKS {
        return Err(ask
            .http()
            .nonsense("it contradicts most of the chain known before"));
    }
    server.learn(stale.iter().map(|p| p.height)).await?;

    let from = agreed.map_or(0, |i| points[i].height);
    let blocks = server
        .known
        .range(from..)
        .map(|(&height, &hash)| BlockRef { height, hash })
        .collect();
    Ok(Agreement {
        tip,
        blocks: Arc::new(blocks),
    })
}

/// The server's blocks as far as asked.
struct Server<'a> {
    ask: &'a Asker,
    known: BTreeMap<u32, BlockHash>,
}

impl Server<'_> {
    async fn agrees(&mut self, point: BlockRef) -> Result<bool, ChainError> {
        let hash = match self.known.get(&point.height) {
            Some(&hash) => hash,
            None => {
                let hash = below_tip(self.ask, point.height).await?;
                self.known.insert(point.height, hash);
                hash
            }
        };
        Ok(hash == point.hash)
    }

    /// Returns the position of the newest of `points` (newest first) that the server agrees with.
    async fn newest_agreed(
        &mut self,
        points: &[BlockRef],
        oldest_recent: u32,
    ) -> Result<Option<usize>, ChainError> {
        let in_sight = points.partition_point(|p| p.height >= oldest_recent);
        for (i, point) in points[..in_sight].iter().enumerate() {
            if self.agrees(*point).await? {
                return Ok(Some(i));
            }
        }
        // Ever longer steps back, until one agrees; then the newest between the last two.
        let (mut low, mut step) = (in_sight, 1);
        let mut high = loop {
            if low >= points.len() {
                return Ok(None);
            }
            let probe = (low + step - 1).min(points.len() - 1);
            if self.agrees(points[probe]).await? {
                break probe;
            }
            low = probe + 1;
            step *= 2;
        };
        while low < high {
            let middle = low.midpoint(high);
            if self.agrees(points[middle]).await? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(Some(high))
    }

    /// Asks for the blocks at the heights not known yet.
    async fn learn(&mut self, heights: impl Iterator<Item = u32>) -> Result<(), ChainError> {
        let ask = self.ask;
        let missing: Vec<u32> = heights.filter(|h| !self.known.contains_key(h)).collect();
        let learnt: Vec<(u32, BlockHash)> = futures::stream::iter(missing)
            .map(|height| async move { Ok((height, below_tip(ask, height).await?)) })
            .buffer_unordered(ask.http().parallel())
            .try_collect()
            .await
            .map_err(|e: ChainError| e)?;
        self.known.extend(learnt);
        Ok(())
    }
}

/// Asks for a block at or below the tip; that there is none means the chain got shorter.
async fn below_tip(ask: &Asker, height: u32) -> Result<BlockHash, ChainError> {
    block_at(ask, height).await?.ok_or(ChainError::ChainMoved)
}
