//! What is known of the node, how old it is, and what is wrong.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::IpcError;
use crate::wallet::Network;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeProblemKind {
    /// No node is set.
    NotSet,
    /// It does not answer.
    Unreachable,
    /// Its proxy does not answer.
    NoProxy,
    /// It does not let this program in.
    Unauthorized,
    /// Its cookie file cannot be read.
    NoCookie,
    /// It has too much to do.
    Busy,
    /// It answers, and what it says cannot be right.
    BadAnswer,
    /// It is on another network than the one it was on.
    OtherChain,
    /// Its chain became shorter.
    HeightFell,
    /// It replaced blocks that were there.
    Reorganised,
    /// It loads the chain.
    InitialDownload,
    /// It knows of blocks that it has not checked.
    Behind,
    /// Nobody is connected to it.
    NoPeers,
    /// It has not seen a block for hours.
    Stale,
    /// It answers slowly.
    Slow,
    /// It warns of something itself.
    NodeWarning,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeProblem {
    /// What.
    pub kind: NodeProblemKind,
    /// The particulars, for people.
    pub message: String,
    /// Since when, in seconds since 1970.
    #[specta(type = u32)]
    pub since: u64,
    /// Whether the node cannot be relied upon while it lasts.
    pub serious: bool,
}

/// How the line to the node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeLine {
    /// No node is set.
    NotSet,
    /// It was not asked yet.
    Unknown,
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// What `cmd_get_health` returns. It asks nothing: it says what is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeHealth {
    /// How the line is.
    pub line: NodeLine,
    /// What is wrong, the serious first.
    pub problems: Vec<NodeProblem>,
    /// When it last answered well, in seconds since 1970.
    #[specta(type = Option<u32>)]
    pub last_answer: Option<u64>,
    /// How many seconds ago that was.
    #[specta(type = Option<u32>)]
    pub age: Option<u64>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u32>,
    /// The network.
    pub network: Option<Network>,
    /// Height of the newest block.
    pub height: Option<u32>,
    /// Height of the newest header.
    pub headers: Option<u32>,
    /// Hash of the newest block.
    pub best_hash: Option<String>,
    /// Transactions that wait.
    pub pooled: Option<u32>,
    /// Questions that were put to it since this window was opened.
    pub asked: u32,
    /// How many of them failed.
    pub failed: u32,
}

/// What `cmd_get_liveness` returns: whether it answers right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeLiveness {
    /// Whether it answered.
    pub alive: bool,
    /// How long that took, in milliseconds.
    pub took_ms: u32,
    /// When it was asked, in seconds since 1970.
    #[specta(type = u32)]
    pub at: u64,
    /// Why it did not.
    pub error: Option<IpcError>,
}

/// What `cmd_get_readiness` returns: whether what it says can be relied upon right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeReadiness {
    /// Whether it answers, has the whole chain and nothing serious is wrong.
    pub ready: bool,
    /// Why it is not; also what is wrong without being serious.
    pub reasons: Vec<NodeProblem>,
    /// Height of the newest block.
    pub height: Option<u32>,
    /// Height of the newest header.
    pub headers: Option<u32>,
    /// How much of the chain was checked, in millionths.
    pub progress_ppm: Option<u32>,
    /// When it was asked, in seconds since 1970.
    #[specta(type = u32)]
    pub at: u64,
}
