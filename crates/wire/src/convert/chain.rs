//! Errors about servers and what they say.

use satchel_app::backend::BackendError;
use satchel_app::sync::SyncError;
use satchel_ports::{BroadcastError, ChainError};
use satchel_wallet::ApplyError;

use crate::{Code, IpcError};

impl From<ChainError> for IpcError {
    fn from(error: ChainError) -> Self {
        let text = error.to_string();
        match error {
            ChainError::Unreachable { .. } | ChainError::Refused { .. } => {
                Self::transient(Code::Unreachable, text)
            }
            ChainError::Nonsense { .. } => Self::new(Code::BadAnswer, text),
            ChainError::ChainMoved => Self::transient(Code::BadAnswer, text),
            ChainError::Cancelled | ChainError::Abandoned => {
                Self::transient(Code::Cancelled, "Cancelled.")
            }
            ChainError::BadAddress { .. } => Self::new(Code::BadBackend, text),
        }
    }
}

impl From<BroadcastError> for IpcError {
    fn from(error: BroadcastError) -> Self {
        match error {
            // The server's words stand in quotation marks, so that nobody takes them for ours.
            BroadcastError::Rejected { reason } => Self::new(
                Code::Rejected,
                format!("The network did not take the transaction. The server says: “{reason}”"),
            ),
            BroadcastError::Unanswered(error) => {
                let inner = Self::from(error);
                Self {
                    message: format!(
                        "It is not known whether the payment was sent: {}. Sending it again sends \
                         the same payment, never a second one.",
                        inner.message
                    ),
                    retry: true,
                    ..inner
                }
            }
        }
    }
}

impl From<BackendError> for IpcError {
    fn from(error: BackendError) -> Self {
        let text = error.to_string();
        match error {
            BackendError::Access(error) => error.into(),
            BackendError::NotSet { .. } => Self::new(Code::NoBackend, text),
            BackendError::OtherNetwork => Self::new(Code::BackendNetwork, text),
            BackendError::Chain(error) => error.into(),
            BackendError::Confirm(error) => error.into(),
            BackendError::LanDenied => Self::new(Code::LanDenied, text),
        }
    }
}

impl From<SyncError> for IpcError {
    fn from(error: SyncError) -> Self {
        let text = error.to_string();
        match error {
            SyncError::Access(error) => error.into(),
            SyncError::Backend(error) => error.into(),
            SyncError::Chain(error) => error.into(),
            SyncError::Apply(ApplyError::OtherNetwork) => Self::new(Code::BackendNetwork, text),
            SyncError::Apply(_) => Self::transient(Code::BadAnswer, text),
        }
    }
}
