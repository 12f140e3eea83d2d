//! The watch-only wallet engine: balance, history, coins, addresses, payments to be signed.
//!
//! Pure: no IO, no clock, no randomness but what a caller passes in. It holds public descriptors
//! only; a descriptor with a private key is refused. Every change comes out as a
//! [`satchel_types::Batch`] that the caller stores whole, with the engine's own state in it as
//! opaque CBOR (RFC 8949), and with the read models' rows that changed and no others.
//!
//! What a step costs follows what it changes, not the size of the wallet: see [`engine`].

pub mod engine;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod plan;
pub mod signatures;
pub mod summary;

mod changes;
mod first_addresses;
mod oracle;
mod watch;

pub use engine::{
    ApplyError, CreateError, Engine, FullScan, LoadError, ScanScope, TxDetails, TxInput, TxOutput,
    Update, WalletEvent,
};
pub use first_addresses::first_addresses;
pub use plan::{CoinChoice, PaymentSpec, Plan, PlanError};
pub use signatures::{SignaturesError, take_signatures};
pub use summary::{
    ExtractError, SpendSummary, SummaryError, SummaryOutput, Unusual, extract, summarize,
};
pub use watch::{WatchKey, WatchKeyError};
