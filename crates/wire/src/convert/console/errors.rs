//! Errors of the console.

use satchel_console::create_wallet::CreateNodeWalletError;
use satchel_console::faucet::FaucetError;
use satchel_console::generate::GenerateError;
use satchel_console::send::SendError;
use satchel_console::set_api_key::SetKeyError;
use satchel_console::set_base_url::SetNodeError;
use satchel_console::{AskError, NodeError, SettingsError};
use satchel_ports::KeychainError;

use crate::{Code, IpcError};

/// Makes a sentence of an error's words.
fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        None => text,
    }
}

impl From<NodeError> for IpcError {
    fn from(error: NodeError) -> Self {
        let text = sentence(&error);
        match error {
            NodeError::BadAddress { .. } => Self::new(Code::BadBackend, text),
            NodeError::NoCookie => Self::transient(Code::NodeNoCookie, text),
            NodeError::NoProxy => Self::transient(Code::NodeNoProxy, text),
            NodeError::Unreachable | NodeError::TimedOut => {
                Self::transient(Code::Unreachable, text)
            }
            NodeError::Unauthorized => Self::new(Code::NodeUnauthorized, text),
            NodeError::Busy => Self::transient(Code::NodeBusy, text),
            NodeError::Refused { code, .. } => Self::new(
                match code {
                    NodeError::NOT_FOUND => Code::NodeNotFound,
                    NodeError::NO_WALLET | NodeError::WHICH_WALLET => Code::NodeNoWallet,
                    _ => Code::NodeRefused,
                },
                text,
            ),
            NodeError::Http { .. } | NodeError::TooLong | NodeError::Nonsense { .. } => {
                Self::new(Code::BadAnswer, text)
            }
        }
    }
}

impl From<SettingsError> for IpcError {
    fn from(error: SettingsError) -> Self {
        let text = sentence(&error);
        match error {
            SettingsError::Unreadable | SettingsError::Unwritable => Self::new(Code::Io, text),
            SettingsError::Damaged => Self::new(Code::Damaged, text),
            SettingsError::TooNew => Self::new(Code::TooNew, text),
        }
    }
}

impl From<AskError> for IpcError {
    fn from(error: AskError) -> Self {
        let text = sentence(&error);
        match error {
            AskError::Node(error) => error.into(),
            AskError::Settings(error) => error.into(),
            AskError::NotSet => Self::new(Code::NoBackend, text),
            AskError::Keychain(error) => Self::transient(
                match error {
                    KeychainError::Locked => Code::KeychainLocked,
                    KeychainError::NotFound => Code::KeychainNotFound,
                    KeychainError::Invalidated => Code::KeychainInvalidated,
                    KeychainError::Denied => Code::KeychainDenied,
                    KeychainError::Unavailable => Code::KeychainUnavailable,
                },
                text,
            ),
            AskError::LanDenied => Self::transient(Code::LanDenied, text),
            AskError::KeyChanged => Self::new(Code::KeychainInvalidated, text),
            AskError::OtherChain { .. } => Self::new(Code::NodeOtherChain, text),
            AskError::BadAddress => Self::new(Code::BadAddress, text),
            AskError::BadCursor => Self::new(Code::BadInput, text),
            AskError::NoIndex => Self::new(Code::NodeNoIndex, text),
            AskError::Removed => Self::new(Code::NodeBlockRemoved, text),
            AskError::NoWallets => Self::new(Code::NodeNoWallet, text),
        }
    }
}

impl From<GenerateError> for IpcError {
    fn from(error: GenerateError) -> Self {
        let text = sentence(&error);
        match error {
            GenerateError::NotHere { .. } => Self::new(Code::NotOnThisNetwork, text),
            GenerateError::Count { .. } => Self::new(Code::BadInput, text),
            GenerateError::Ask(error) => error.into(),
        }
    }
}

impl From<CreateNodeWalletError> for IpcError {
    fn from(error: CreateNodeWalletError) -> Self {
        let text = sentence(&error);
        match error {
            CreateNodeWalletError::BadName { .. } => Self::new(Code::BadInput, text),
            CreateNodeWalletError::Ask(error) => error.into(),
        }
    }
}

impl From<SendError> for IpcError {
    fn from(error: SendError) -> Self {
        let text = sentence(&error);
        match error {
            SendError::Nothing => Self::new(Code::BadInput, text),
            SendError::Confirm(error) => error.into(),
            SendError::Ask(error) => error.into(),
            // Never to be tried again unseen: it may have paid.
            SendError::Unknown(_) => Self::new(Code::Unreachable, text),
        }
    }
}

impl From<FaucetError> for IpcError {
    fn from(error: FaucetError) -> Self {
        let text = sentence(&error);
        match error {
            FaucetError::NotHere { .. } => Self::new(Code::NotOnThisNetwork, text),
            FaucetError::Nothing => Self::new(Code::BadInput, text),
            FaucetError::Dry => Self::new(Code::NodeRefused, text),
            FaucetError::Ask(error) => error.into(),
            // Never to be tried again unseen: it may have paid.
            FaucetError::Unknown(_) => Self::new(Code::Unreachable, text),
        }
    }
}

impl From<SetNodeError> for IpcError {
    fn from(error: SetNodeError) -> Self {
        match error {
            SetNodeError::Address(error) => error.into(),
            SetNodeError::Confirm(error) => error.into(),
            SetNodeError::Settings(error) => error.into(),
        }
    }
}

impl From<SetKeyError> for IpcError {
    fn from(error: SetKeyError) -> Self {
        let text = sentence(&error);
        match error {
            SetKeyError::NotHere
            | SetKeyError::NoFolder
            | SetKeyError::BadKey { .. }
            | SetKeyError::BadUser { .. } => Self::new(Code::BadInput, text),
            SetKeyError::Entropy(_) => Self::new(Code::Internal, text),
            SetKeyError::Settings(error) => error.into(),
        }
    }
}
