//! A regtest node in one process: Bitcoin Core's consensus engine, a mempool, Esplora REST, Bitcoin
//! Core's JSON-RPC, a faucet and a miner.
//!
//! # What must stay true
//!
//! * **Consensus is the kernel's.** Whether a block is valid and which chain is active is decided by
//!   `bitcoinkernel` (Core's own code); this crate never decides it. `chain::Engine` is the only file that
//!   asks. Whether a script may spend a coin is decided by the kernel as well.
//! * **Policy is this crate's, in Core's words.** The kernel's interface has no mempool and gives no
//!   reasons; `mempool` refuses in Core 29's order with Core 29's reject reasons. A hole in policy can let a
//!   transaction wait that should not; it can never put it into the chain.
//! * **An acknowledged block survives** `kill -9` and power loss: it is in the journal, synced, before the
//!   caller hears of it. Kernel databases, index and pool are rebuilt from journal and kernel files.
//! * **Wallets are clients.** What a wallet in the node pays is checked like anybody's transaction; its keys
//!   follow from the sandbox's number and its name, so they are no secret and need no backup.
//! * **One writer, many readers.** Changes are made one at a time under the writer's lock; readers share
//!   another that is only taken exclusively to swap finished results in. No lock is held across `.await`.
//! * **Loopback unless two things are said**: a key and a flag; and a web page in the owner's browser can change nothing: requests that change
//!   state must be addressed to a loopback name and come from no foreign origin.
//! * **No floats for money** but in the JSON-RPC's JSON, where Core has them.
//!
//! # In tests
//!
//! ```no_run
//! use satchel_sandbox::{Sandbox, SandboxConfig};
//!
//! let sandbox = Sandbox::start(SandboxConfig::default())?;
//! sandbox.mine(1)?;
//! println!("{}", sandbox.esplora_url());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod chain;
mod config;
mod esplora;
mod faucet;
mod faults;
mod fees;
mod framed;
#[cfg(fuzzing)]
pub mod fuzzing;
mod http;
mod index;
mod mempool;
mod miner;
mod node;
mod peers;
mod rpc;
mod sandbox;
pub mod scenario;
mod submit;
mod wallet;

pub use access::{Access, ApiKey, ApiKeyError, RemoteError};
pub use chain::{ChainError, EngineError};
pub use config::SandboxConfig;
pub use faucet::{FaucetError, Payment};
pub use faults::{Fault, Route};
pub use mempool::{Accepted, Reject};
pub use miner::{BuildError, subsidy};
pub use node::{MineError, NodeError};
pub use peers::PeerError;
pub use sandbox::{FillError, Sandbox, StartError, Tip};
pub use wallet::WalletError;
