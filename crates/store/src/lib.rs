//! What Satchel keeps on disk.
//!
//! | door | keeps |
//! |---|---|
//! | [`SqlDatabase`] | `wallets.db`, one SQLCipher database of all wallets of a home |
//! | [`FileVault`] | `vault.satchel`, the wrapped vault key |
//! | [`FileAttempts`] | `attempts`, how often the passphrase was wrong |
//! | [`DiskFiles`] | whole files that a person named: backups and signed transactions |
//! | [`HomeLock`] | `lock`, so that one process at a time uses a home |
//!
//! What was acknowledged survives the end of the process and of the power at any instant, and
//! what was not is absent whole. No file holds anything in clear but the vault file's own format and
//! the count of wrong passphrases.

mod addresses;
mod attempts_file;
mod balance;
mod circle;
mod codec;
mod coins;
mod connections;
mod contacts;
mod cursor;
mod disk_files;
mod drafts;
mod durable;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod hand_outs;
mod history;
mod home;
mod home_lock;
#[cfg(not(feature = "kill-points"))]
mod kill_points;
#[cfg(feature = "kill-points")]
pub mod kill_points;
mod labels;
mod migrations;
mod notices;
mod open;
mod places;
#[cfg(test)]
mod plan;
mod search;
mod settings;
mod sql_store;
mod vault_file;
mod wallets;
mod write;

pub use attempts_file::FileAttempts;
pub use disk_files::DiskFiles;
pub use home::{CreateHomeError, create_home};
pub use home_lock::{HomeInUseError, HomeLock};
pub use open::SqlDatabase;
pub use sql_store::SqlStore;
pub use vault_file::FileVault;
