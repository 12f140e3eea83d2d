//! Transactions: one by its id, those of a block, or the newest that are in blocks.

use bitcoin::{BlockHash, Txid};
use satchel_node_api::Tx;

use crate::block::{MOST, USUAL, of_block as missing, skipped};
use crate::kept::{Question, Seen};
use crate::node::Node;
use crate::{AskError, Console};

/// Which transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TxFilter {
    /// Only this one.
    pub txid: Option<Txid>,
    /// Only those of this block; with an id, where that one is looked for.
    pub block: Option<BlockHash>,
}

/// A transaction with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedTx {
    /// The transaction.
    pub tx: Tx,
    /// Height of its block; `None`: it is in no block of the active chain.
    pub height: Option<u32>,
}

/// A page of transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxPage {
    /// The transactions.
    pub transactions: Vec<PlacedTx>,
    /// What to ask for next as `after`; `None`: this was the last page.
    pub next: Option<String>,
}

async fn one(node: &Node, txid: Txid, block: Option<BlockHash>) -> Result<TxPage, AskError> {
    let tx = node.admin.transaction(txid, block).await?;
    let height = match tx.block {
        Some(block) => {
            let header = node.admin.header(block).await?;
            (header.confirmations > 0).then_some(header.height)
        }
        None => None,
    };
    Ok(TxPage {
        transactions: vec![PlacedTx { tx, height }],
        next: None,
    })
}

async fn of_block(
    node: &Node,
    hash: BlockHash,
    after: Option<&str>,
    count: usize,
) -> Result<TxPage, AskError> {
    let skip = skipped(after)?;
    let block = node.admin.block(hash).await.map_err(missing)?;
    let txs = node.admin.block_transactions(&block, skip, count).await?;
    let given = skip.saturating_add(txs.len());
    let next = (!txs.is_empty() && given < block.transactions as usize).then(|| given.to_string());
    let height = (block.confirmations > 0).then_some(block.height);
    Ok(TxPage {
        transactions: txs.into_iter().map(|tx| PlacedTx { tx, height }).collect(),
        next,
    })
}

/// A mark on the list of the newest: a height, and how many of its block were given.
fn read_mark(text: &str) -> Option<(u32, usize)> {
    let (height, skip) = text.split_once(':')?;
    Some((height.parse().ok()?, skip.parse::<u32>().ok()? as usize))
}

async fn newest(node: &Node, after: Option<&str>, count: usize) -> Result<TxPage, AskError> {
    let from = after
        .map(|text| read_mark(text).ok_or(AskError::BadCursor))
        .transpose()?;
    let tip = node.admin.blockchain_info().await?.blocks;
    let (mut height, mut skip) = match from {
        Some((height, skip)) if height <= tip => (height, skip),
        // The chain became shorter meanwhile: from its tip on.
        _ => (tip, 0),
    };
    let mut transactions = Vec::new();
    // Every block has a transaction, so that there are at most as many steps as transactions.
    loop {
        let hash = node.admin.block_hash(height).await?;
        let block = match node.admin.block(hash).await.map_err(missing) {
            // What is there is given; the page that begins with this block says that there is no more.
            Err(AskError::Removed) if !transactions.is_empty() => {
                return Ok(TxPage {
                    transactions,
                    next: Some(format!("{height}:0")),
                });
            }
            block => block?,
        };
        let txs = node
            .admin
            .block_transactions(&block, skip, count - transactions.len())
            .await?;
        let given = skip.saturating_add(txs.len());
        transactions.extend(txs.into_iter().map(|tx| PlacedTx {
            tx,
            height: Some(height),
        }));
        if given < block.transactions as usize && transactions.len() >= count {
            return Ok(TxPage {
                transactions,
                next: Some(format!("{height}:{given}")),
            });
        }
        let Some(below) = height.checked_sub(1) else {
            return Ok(TxPage {
                transactions,
                next: None,
            });
        };
        (height, skip) = (below, 0);
        if transactions.len() >= count {
            return Ok(TxPage {
                transactions,
                next: Some(format!("{height}:0")),
            });
        }
    }
}

impl Console {
    /// Asks for a page of transactions.
    ///
    /// # Errors
    /// See [`AskError`]; [`satchel_node_api::NodeError::NOT_FOUND`] when the node does not find the one or the block.
    pub async fn transactions(
        &self,
        filter: TxFilter,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Seen<TxPage>, AskError> {
        let count = limit.unwrap_or(USUAL).clamp(1, MOST) as usize;
        let mark = after.map(str::to_owned);
        let answer = self
            .asked(|node| async move {
                match (filter.txid, filter.block) {
                    (Some(txid), block) => one(&node, txid, block).await,
                    (None, Some(block)) => of_block(&node, block, mark.as_deref(), count).await,
                    (None, None) => newest(&node, mark.as_deref(), count).await,
                }
            })
            .await;
        self.seen(
            Question::Transactions(filter.txid, filter.block, after.map(str::to_owned), count),
            answer,
        )
    }
}
