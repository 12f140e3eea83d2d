//! Why a wallet cannot be reached.

use satchel_ports::{EntropyError, StoreError};
use satchel_wallet::LoadError;

/// Why a wallet cannot be reached at all.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The vault is locked.
    #[error("the wallet is locked")]
    Locked,
    /// No wallet is selected, and there is not exactly one.
    #[error("no wallet is selected")]
    NoWallet,
    /// There is no such wallet.
    #[error("there is no such wallet")]
    UnknownWallet,
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
    /// The wallet's stored state cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The work was stopped half-way by a fault; nothing of it was stored.
    #[error("the work was stopped by a fault")]
    Stopped,
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => Self::Locked,
            StoreError::UnknownWallet => Self::UnknownWallet,
            other => Self::Store(other),
        }
    }
}
