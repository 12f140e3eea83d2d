//! One block, with a page of its transactions.

use bitcoin::{Amount, BlockHash};
use satchel_node_api::{BlockSummary, NodeError, Tx};

use crate::kept::{Question, Seen};
use crate::{AskError, Console};

/// Most transactions of a page.
pub(crate) const MOST: u32 = 50;
/// Transactions of a page when no number is asked for.
pub(crate) const USUAL: u32 = 25;

/// Which block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockId {
    /// By its hash.
    Hash(BlockHash),
    /// By its height in the active chain.
    Height(u32),
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockWithTxs {
    /// The block.
    pub block: BlockSummary,
    /// What its transactions paid in fees; `None`: the node does not tell.
    pub fees: Option<Amount>,
    /// A page of its transactions, in their order.
    pub transactions: Vec<Tx>,
    /// What to ask for next as `after`; `None`: these were the last.
    pub next: Option<String>,
}

/// Says what it means when a node has no such block.
pub(crate) fn of_block(error: NodeError) -> AskError {
    if error.is_code(NodeError::NO_BODY) {
        return AskError::Removed;
    }
    error.into()
}

/// Reads how many of a block's transactions were given.
pub(crate) fn skipped(after: Option<&str>) -> Result<usize, AskError> {
    after.map_or(Ok(0), |text| {
        text.parse::<u32>()
            .map(|skip| skip as usize)
            .map_err(|_| AskError::BadCursor)
    })
}

impl Console {
    /// Asks for a block with a page of its transactions.
    ///
    /// # Errors
    /// See [`AskError`]; [`NodeError::NOT_FOUND`] when the node has none of that hash.
    pub async fn block(
        &self,
        id: BlockId,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Seen<BlockWithTxs>, AskError> {
        let count = limit.unwrap_or(USUAL).clamp(1, MOST) as usize;
        let skip = skipped(after)?;
        let answer = self
            .asked(|node| async move {
                let hash = match id {
                    BlockId::Hash(hash) => hash,
                    BlockId::Height(height) => node.admin.block_hash(height).await?,
                };
                let block = node.admin.block(hash).await.map_err(of_block)?;
                let transactions = node.admin.block_transactions(&block, skip, count).await?;
                let fees = node
                    .admin
                    .block_fees(&[hash])
                    .await?
                    .into_iter()
                    .next()
                    .flatten();
                let given = skip.saturating_add(transactions.len());
                let more = !transactions.is_empty() && given < block.transactions as usize;
                let next = more.then(|| given.to_string());
                Ok::<_, AskError>(BlockWithTxs {
                    block,
                    fees,
                    transactions,
                    next,
                })
            })
            .await;
        let (hash, height) = match id {
            BlockId::Hash(hash) => (Some(hash), None),
            BlockId::Height(height) => (None, Some(height)),
        };
        self.seen(Question::Block(hash, height, skip, count), answer)
    }
}
