//! The node console: a window of its own over somebody's Bitcoin node.
//!
//! Nothing here is about a wallet of this program: the wallets named here are the node's. All texts that a node
//! sent are cut and without control characters; they are shown as the node's words. Numbers that are no money and
//! may be fractions, such as a difficulty, are decimal texts.

pub mod chain;
pub mod event;
pub mod health;
pub mod mempool;
pub mod mining;
pub mod settings;
pub mod tags;
pub mod transaction;
pub mod wallets;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::IpcError;

/// How fresh an answer is.
///
/// When the node does not answer, the last good answer to the same question is given again, marked as old, with why
/// there is no newer one. What was never answered is an error instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeSeen {
    /// When the node said so, in seconds since 1970.
    #[specta(type = u32)]
    pub at: u64,
    /// Whether it is the last good answer and not today's.
    pub old: bool,
    /// Why it is old.
    pub error: Option<IpcError>,
}
