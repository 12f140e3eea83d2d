//! The chain, as some server tells it.

use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, Transaction};
use satchel_types::{Backend, BlockRef, FeeEstimates, ScanBatch, ScanEnd, ScanRequest};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Why a question went unanswered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// No connection, or no answer in time. Worth another try later.
    #[error("{server} does not answer")]
    Unreachable {
        /// Host and port asked.
        server: String,
    },
    /// The server answered that it cannot serve now. Worth another try later.
    #[error("{server} answered with status {status}")]
    Refused {
        /// Host and port asked.
        server: String,
        /// HTTP status.
        status: u16,
    },
    /// The answer breaks the protocol or a limit. Another server may do better.
    #[error("{server} gave an answer that cannot be right: {what}")]
    Nonsense {
        /// Host and port asked.
        server: String,
        /// What was wrong, in this program's own words.
        what: &'static str,
    },
    /// The best chain changed during the scan; starting over gives a whole picture.
    #[error("the chain changed during the scan")]
    ChainMoved,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The receiver of the batches went away.
    #[error("nobody listens any more")]
    Abandoned,
    /// The address of the server cannot be used.
    #[error("the server's address is not valid: {what}")]
    BadAddress {
        /// What is wrong with it.
        what: &'static str,
    },
}

impl ChainError {
    /// Returns whether the same question may be answered later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Refused { .. } | Self::ChainMoved
        )
    }
}

/// Why a transaction was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BroadcastError {
    /// The node refused it. `reason` is a known reject reason of Bitcoin Core, cut to plain
    /// characters; it is shown as the server's words, never as ours.
    #[error("the node refused the transaction: {reason}")]
    Rejected {
        /// The node's reject reason.
        reason: String,
    },
    /// It is unknown whether the node took it. The draft stays signed and can be sent again.
    #[error(transparent)]
    Unanswered(#[from] ChainError),
}

/// A server that knows the chain.
#[async_trait]
pub trait ChainSource: Send + Sync {
    /// Returns host and port, for people.
    fn server(&self) -> &str;

    /// Returns the hash of block 0, which names the network.
    async fn genesis(&self) -> Result<BlockHash, ChainError>;

    /// Returns the best block.
    async fn tip(&self) -> Result<BlockRef, ChainError>;

    /// Answers a request in batches, each of whole scripts, then says how it ended. Batches
    /// already sent stay true when the scan fails or is cancelled later.
    async fn scan(
        &self,
        request: ScanRequest,
        batches: mpsc::Sender<ScanBatch>,
        cancel: CancellationToken,
    ) -> Result<ScanEnd, ChainError>;

    /// Hands a transaction to the network. Taking one that is known already is success.
    async fn broadcast(&self, tx: &Transaction) -> Result<(), BroadcastError>;

    /// Returns fee estimates.
    async fn fee_estimates(&self) -> Result<FeeEstimates, ChainError>;
}

/// Makes chain sources.
pub trait ChainConnector: Send + Sync {
    /// Returns a source for a backend. Opens no connection yet.
    fn connect(&self, backend: &Backend) -> Result<Arc<dyn ChainSource>, ChainError>;
}
