//! What Rust tells the console's page without being asked, after `cmd_console_ready`.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::tags::ConsoleTag;
use crate::IpcError;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConsoleEvent {
    /// Cached answers went stale, and no others.
    Stale {
        /// Which ones.
        tags: Vec<ConsoleTag>,
    },
    /// The chain has a new tip. A `stale` follows.
    NewBlock {
        /// Its height.
        height: u32,
        /// Its hash.
        hash: String,
        /// Its time, in seconds since 1970.
        #[specta(type = u32)]
        time: u64,
        /// How many transactions it has.
        transactions: u32,
        /// Blocks that were replaced; 0: it goes on where the chain was.
        replaced: u32,
    },
    /// Transactions came into the mempool. A `stale` follows.
    NewTransactions {
        /// How many.
        count: u32,
        /// The ids of the first 20.
        txids: Vec<String>,
    },
    /// The node does not answer any more.
    ConnectionLost {
        /// Why.
        error: IpcError,
        /// When it last answered well, in seconds since 1970; none: never.
        #[specta(type = Option<u32>)]
        last_answer: Option<u64>,
    },
    /// The node answers again.
    ConnectionRestored {
        /// For how many seconds it did not.
        #[specta(type = u32)]
        after: u64,
    },
}
