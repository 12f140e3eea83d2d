//! The system's keychain as a way in.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Code;

/// When the keychain makes sure that a person is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// At every opening.
    EveryRead,
    /// When the session began.
    Session,
    /// Never: any program of the same user may read it while it is unlocked.
    None,
}

/// Where the keychain stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KeychainStatus {
    /// What the system calls it.
    pub name: String,
    /// When it makes sure that a person is there.
    pub presence: Presence,
    /// Whether it was set up to open this wallet.
    pub set_up: bool,
    /// Why it cannot be used now; none: it can.
    pub fault: Option<Code>,
}

/// How the keychain's door was shut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KeychainRemoved {
    /// Whether the keychain kept its item, which opens nothing any more.
    pub item_left: bool,
}
