//! Blocks, page by page.

use satchel_node_api::{BlockRow, NodeError};

use crate::kept::{Question, Seen};
use crate::node::Node;
use crate::{AskError, Console};

/// Most blocks of a page.
pub(crate) const MOST: u32 = 50;
/// Blocks of a page when no number is asked for.
const USUAL: u32 = 25;

/// A page of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockPage {
    /// The blocks, newest first.
    pub blocks: Vec<BlockRow>,
    /// What to ask for next as `after`; `None`: this was the last page.
    pub next: Option<String>,
    /// Height of the newest block.
    pub tip: u32,
}

/// Asks for `limit` blocks from a height downwards.
pub(crate) async fn rows(node: &Node, from: u32, limit: u32) -> Result<Vec<BlockRow>, NodeError> {
    let last = from.saturating_sub(limit.saturating_sub(1));
    let hashes = node.admin.block_hashes((last..=from).rev()).await?;
    let rows = node.admin.block_rows(&hashes).await?;
    let heights = rows.iter().map(|row| row.height);
    if heights.ne((last..=from).rev()) {
        return Err(NodeError::Nonsense {
            what: "a block is at another height",
        });
    }
    Ok(rows)
}

impl Console {
    /// Asks for a page of blocks, newest first: below the one that `after` names, or from a height, or from the tip.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn blocks(
        &self,
        after: Option<&str>,
        from_height: Option<u32>,
        limit: Option<u32>,
    ) -> Result<Seen<BlockPage>, AskError> {
        let limit = limit.unwrap_or(USUAL).clamp(1, MOST);
        let below = after
            .map(|text| text.parse::<u32>().map_err(|_| AskError::BadCursor))
            .transpose()?;
        let answer = self
            .asked(|node| async move {
                let tip = node.admin.blockchain_info().await?.blocks;
                let from = match below {
                    // The block below the first: there is none.
                    Some(0) => {
                        return Ok(BlockPage {
                            blocks: Vec::new(),
                            next: None,
                            tip,
                        });
                    }
                    Some(below) => below - 1,
                    None => from_height.unwrap_or(tip),
                };
                let blocks = rows(&node, from.min(tip), limit).await?;
                let last = blocks.last().map_or(0, |row| row.height);
                let next = (last > 0).then(|| last.to_string());
                Ok::<_, AskError>(BlockPage { blocks, next, tip })
            })
            .await;
        self.seen(
            Question::Blocks(after.map(str::to_owned), from_height, limit),
            answer,
        )
    }
}
