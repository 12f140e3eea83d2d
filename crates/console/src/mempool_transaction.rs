//! One waiting transaction.

use bitcoin::Txid;
use satchel_node_api::{MempoolEntry, Tx};

use crate::kept::{Question, Seen};
use crate::{AskError, Console};

impl Console {
    /// Asks for a waiting transaction.
    ///
    /// # Errors
    /// See [`AskError`]; [`satchel_node_api::NodeError::NOT_FOUND`] when it does not wait.
    pub async fn mempool_transaction(
        &self,
        txid: Txid,
    ) -> Result<Seen<(MempoolEntry, Tx)>, AskError> {
        let answer = self
            .asked(|node| async move {
                let entry = node.admin.mempool_entry(txid).await?;
                Ok::<_, AskError>((entry, node.admin.transaction(txid, None).await?))
            })
            .await;
        self.seen(Question::MempoolTx(txid), answer)
    }
}
