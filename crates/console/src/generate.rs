//! Mining blocks at will, on chains of tests.

use bitcoin::{BlockHash, Network};
use satchel_node_api::NodeError;

use crate::{AskError, Console};

/// Most blocks of one request.
const MOST: u32 = 1_000;

/// Why no blocks were mined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// Blocks are not made at will there.
    #[error(
        "blocks are made at will on regtest, and on a signet whose key is at hand; the node is on {network}"
    )]
    NotHere {
        /// The node's network.
        network: Network,
    },
    /// Too few or too many.
    #[error("1 to {most} blocks can be mined at once")]
    Count {
        /// Most of one request.
        most: u32,
    },
    /// The node gave no answer that can be used.
    #[error(transparent)]
    Ask(#[from] AskError),
}

impl From<NodeError> for GenerateError {
    fn from(error: NodeError) -> Self {
        Self::Ask(error.into())
    }
}

impl Console {
    /// Has blocks mined to an address, on a chain where that is possible, and returns their hashes.
    ///
    /// # Errors
    /// See [`GenerateError`].
    pub async fn generate(
        &self,
        address: &str,
        blocks: u32,
    ) -> Result<Vec<BlockHash>, GenerateError> {
        if !(1..=MOST).contains(&blocks) {
            return Err(GenerateError::Count { most: MOST });
        }
        // Asked now: what was kept may be of another day.
        let info = self
            .asked(|node| async move { node.admin.mining_info().await })
            .await?;
        if !info.can_generate() {
            return Err(GenerateError::NotHere {
                network: info.network,
            });
        }
        let address = crate::address_transactions::address(address, info.network)?.to_string();
        let mined = self
            .asked(|node| async move { node.admin.generate_to_address(blocks, &address).await })
            .await;
        self.wake.notify_one();
        Ok(mined?)
    }
}
