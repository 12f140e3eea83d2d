//! The newest blocks.

use satchel_node_api::BlockRow;

use crate::blocks::rows;
use crate::kept::{Question, Seen};
use crate::{AskError, Console};

/// Blocks given when no number is asked for.
const USUAL: u32 = 10;

impl Console {
    /// Asks for the newest blocks, newest first: 1 to 50, and 10 when no number is given.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn latest_blocks(&self, limit: Option<u32>) -> Result<Seen<Vec<BlockRow>>, AskError> {
        let limit = limit.unwrap_or(USUAL).clamp(1, crate::blocks::MOST);
        let answer = self
            .asked(|node| async move {
                let tip = node.admin.blockchain_info().await?.blocks;
                rows(&node, tip, limit).await
            })
            .await;
        self.seen(Question::Latest(limit), answer)
    }
}
