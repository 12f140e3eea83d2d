//! The state of the chain, with who the node is.

use satchel_node_api::Glance;

use crate::kept::{Question, Seen};
use crate::{AskError, Console};

impl Console {
    /// Asks for the state of the chain and of the node's network.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn blockchain_info(&self) -> Result<Seen<Glance>, AskError> {
        let answer = self
            .asked(|node| async move { node.admin.glance().await })
            .await;
        self.seen(Question::Chain, answer)
    }
}
