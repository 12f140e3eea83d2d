//! Why a question to the node has no answer.

use bitcoin::Network;
use satchel_node_api::NodeError;
use satchel_ports::KeychainError;

use crate::settings::SettingsError;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// No node is set.
    #[error("no node is set")]
    NotSet,
    /// The settings cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The keychain does not give the key to the node.
    #[error("the keychain does not give the key to the node: {0}")]
    Keychain(KeychainError),
    /// The key is not the one that was kept for this node.
    #[error("the kept key is not for this node; set it again")]
    KeyChanged,
    /// The node is on another network than before.
    #[error("the node was on {expected} and is on {found}; set it again if that is right")]
    OtherChain {
        /// The network it was on.
        expected: Network,
        /// The network it is on.
        found: Network,
    },
    /// The text is no address of the node's network.
    #[error("that is no address of the node's network")]
    BadAddress,
    /// A page's mark is none that was given.
    #[error("`after` is no mark that was given")]
    BadCursor,
    /// The node has no index for this.
    #[error("the node has no index of addresses; it can look through its unspent outputs instead")]
    NoIndex,
    /// The node has the header of a block and no more of it.
    #[error("the node removed this block to save room, and has its header alone")]
    Removed,
    /// The node has no wallets.
    #[error("the node has no wallets")]
    NoWallets,
    /// Nobody answers, and the system does not let this program into the network where the node is.
    #[error("the system does not let this program into the local network")]
    LanDenied,
    /// The node gave no answer that can be used.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl AskError {
    /// Returns whether an older answer is better than none: not when the question itself was wrong.
    pub(crate) fn leaves_the_old(&self) -> bool {
        match self {
            Self::Node(error) => !error.is_refusal(),
            Self::LanDenied | Self::Keychain(_) | Self::KeyChanged | Self::OtherChain { .. } => {
                true
            }
            Self::NotSet
            | Self::Settings(_)
            | Self::BadAddress
            | Self::BadCursor
            | Self::NoIndex
            | Self::Removed
            | Self::NoWallets => false,
        }
    }
}
