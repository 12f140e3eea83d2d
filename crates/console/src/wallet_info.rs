//! The node's wallets, and one of them.

use std::collections::BTreeMap;

use satchel_node_api::{NodeError, WalletInfo};

use crate::create_wallet::wallet_error;
use crate::kept::{Question, Seen};
use crate::{AskError, Console};

/// The node's wallets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletList {
    /// Names, and whether each is loaded.
    pub wallets: BTreeMap<String, bool>,
    /// The one asked for, or the only one that is loaded.
    pub wallet: Option<WalletInfo>,
}

impl Console {
    /// Asks for the node's wallets and for one of them: the named one, or the only one that is loaded.
    ///
    /// # Errors
    /// See [`AskError`]; [`NodeError::NO_WALLET`] when the named one is not loaded.
    pub async fn wallet_info(&self, wallet: Option<&str>) -> Result<Seen<WalletList>, AskError> {
        let name = wallet.map(str::to_owned);
        let answer = self
            .asked(|node| async move {
                let loaded = node.admin.wallets().await?;
                let on_disk = match node.admin.wallets_on_disk().await {
                    Ok(names) => names,
                    // What is loaded is enough to go on with.
                    Err(error) if error.is_code(NodeError::NO_METHOD) => Vec::new(),
                    Err(error) => return Err(error),
                };
                let mut wallets: BTreeMap<String, bool> =
                    on_disk.into_iter().map(|name| (name, false)).collect();
                wallets.extend(loaded.iter().map(|name| (name.clone(), true)));
                let only = (loaded.len() == 1).then(|| loaded[0].clone());
                let wallet = match name.or(only) {
                    Some(name) => Some(node.admin.wallet(Some(&name)).info().await?),
                    None => None,
                };
                Ok(WalletList { wallets, wallet })
            })
            .await;
        self.seen(
            Question::Wallets(wallet.map(str::to_owned)),
            answer.map_err(wallet_error),
        )
    }
}
