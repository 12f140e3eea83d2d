//! What a phone's system does for a program in front of its person. Android's parts are reached through plugins.

mod backup;
mod cover;
mod ios;

use std::path::PathBuf;

pub use backup::keep_out_of_backups;
pub use cover::cover_when_away;
pub use ios::{share, tick};

/// What is handed to another program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// A text.
    Text(String),
    /// A file, which has to be there until the sheet is gone.
    File(PathBuf),
}
