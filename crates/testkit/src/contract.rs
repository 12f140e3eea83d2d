//! What every implementation of a port must do.
//!
//! Each function takes a maker, runs every law on a fresh one, and panics where one is broken.

pub mod attempts_file;
pub mod blob_store;
pub mod database;
pub mod keychain;
pub mod lan;
pub mod vault_file;
pub mod wallet_files;
pub mod wallet_store;

pub use attempts_file::attempts_file;
pub use blob_store::{Ground, blob_store};
pub use database::database;
pub use keychain::keychain;
pub use lan::lan;
pub use vault_file::vault_file;
pub use wallet_files::wallet_files;
pub use wallet_store::wallet_store;
