//! What crosses an edge, to the webview and to scripts.
//!
//! Twins of the core's values with serde and specta, and the errors' codes. Both shells speak
//! these types: the JSON of `satchel --json` and of the IPC is the same. Nothing here can hold a
//! secret. Names are snake_case; amounts are whole satoshis; fee rates are sat/vB; times are
//! seconds since 1970; hashes and txids are hex as explorers print them.

pub mod address;
mod ask;
pub mod backend;
pub mod balance;
pub mod circle;
pub mod coin;
pub mod conflict;
pub mod console;
pub mod contact;
mod convert;
pub mod draft;
pub mod error;
pub mod event;
pub mod history;
pub mod interop;
pub mod keychain;
pub mod limits;
pub mod notice;
pub mod number;
pub mod pairing;
pub mod payment;
pub mod place;
pub mod scan;
pub mod session;
pub mod sweep;
pub mod tags;
mod view;
pub mod wallet;
pub mod wallet_file;

pub use convert::parse;
pub use error::{Code, IpcError};
pub use number::{FeeRate, Sats};
