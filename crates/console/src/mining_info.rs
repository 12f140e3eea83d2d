//! Figures about mining.

use satchel_node_api::MiningInfo;

use crate::kept::{Question, Seen};
use crate::{AskError, Console};

impl Console {
    /// Asks for figures about mining.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn mining_info(&self) -> Result<Seen<MiningInfo>, AskError> {
        let answer = self
            .asked(|node| async move { node.admin.mining_info().await })
            .await;
        self.seen(Question::Mining, answer)
    }
}
