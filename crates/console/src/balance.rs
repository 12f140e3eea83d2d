//! What a wallet of the node has.

use satchel_node_api::Balances;

use crate::create_wallet::wallet_error;
use crate::kept::{Question, Seen};
use crate::{AskError, Console};

impl Console {
    /// Asks what a wallet of the node has.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn balance(&self, wallet: Option<&str>) -> Result<Seen<Balances>, AskError> {
        let name = wallet.map(str::to_owned);
        let answer = self
            .asked(|node| async move { node.admin.wallet(name.as_deref()).balances().await })
            .await;
        self.seen(
            Question::Balance(wallet.map(str::to_owned)),
            answer.map_err(wallet_error),
        )
    }
}
