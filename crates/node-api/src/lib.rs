//! Typed clients of a Bitcoin node.
//!
//! [`AdminClient`] is the node, [`WalletClient`] one of its wallets; both speak Bitcoin Core's JSON-RPC, and so with
//! the sandbox as with anybody's own node. [`Esplora`] answers what Core has no index for: the transactions of an
//! address. Window, command line and tests share them.
//!
//! # What must stay true
//!
//! * A node is a stranger: every reply is cut off at a limit while it streams in, has a time to end, and is read into
//!   strict types. No float is made of an amount.
//! * A node's own words reach an error in [`NodeError::Refused`] and [`NodeError::Http`] alone, cut to 2,000 bytes
//!   and without control characters.
//! * A [`Credential`] is in no `Debug`, no log, no error and no address.
//! * Nothing is asked twice by itself but after a cookie was renewed.

mod address;
mod admin;
pub mod amount;
mod blocks;
mod credential;
mod error;
mod esplora;
#[cfg(fuzzing)]
pub mod fuzzing;
mod mempool;
mod rpc;
mod status;
mod text;
mod transactions;
mod wallets;
mod way;

pub use address::NodeAddress;
pub use admin::{AdminClient, Glance};
pub use blocks::{BlockRow, BlockSize, BlockSummary, Header};
pub use credential::{Credential, default_cookie};
pub use error::NodeError;
pub use esplora::{AddressStats, AddressTx, Esplora};
pub use mempool::{MempoolEntry, MempoolInfo};
pub use rpc::{Limits, Rpc};
pub use status::{BlockchainInfo, MiningInfo, NetworkInfo};
pub use text::cut as cut_text;
pub use transactions::{Input, Output, Script, Spent, Tx};
pub use wallets::{
    AddressType, Balances, ReceivedAddress, ScannedOutput, ScannedOutputs, WalletClient,
    WalletInfo, WalletPayment,
};
pub use way::{NodeProxy, Way, is_open_to_readers};
