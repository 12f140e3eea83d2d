//! The node console: what is asked of somebody's node, what is known of it, and how it is watched.
//!
//! A room beside the wallet's use cases: it knows no wallet of this program, no vault and no session, works whether
//! the wallet is locked or not, and reaches the outside through the clients of `node-api` and five ports. One use case,
//! one file; [`watch`](Console::watch) looks again and again and tells what changed.
//!
//! # What must stay true
//!
//! * A read that fails gives the last good answer to the same question, marked as old, with why; a node's own no
//!   ([`NodeError::is_refusal`]) is passed on as it is. What is kept is bounded.
//! * Nothing is asked while nobody watches and no question is put. Nothing is asked of anybody but the node and the
//!   server that its owner set and agreed to.
//! * The key goes in and never out: it is sealed under a key of the keychain, together with whom it is for, so that a
//!   changed settings file cannot send it elsewhere.
//! * A node that is on another network than it was is asked nothing more until its owner sets it anew.
//! * What pays needs a [`Confirmed`](satchel_ports::Confirmed); what mines is refused by name outside chains of tests.

mod acts;
mod ask;
mod ask_error;
mod consent;
mod events;
mod kept;
mod node;
mod problems;
mod settings;
mod watch;

pub mod address_transactions;
pub mod addresses;
pub mod balance;
pub mod block;
pub mod blockchain_info;
pub mod blocks;
pub mod check_connection;
pub mod config;
pub mod create_wallet;
pub mod faucet;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod generate;
pub mod health;
pub mod latest_blocks;
pub mod liveness;
pub mod mempool;
pub mod mempool_transaction;
pub mod mining_info;
pub mod readiness;
pub mod send;
pub mod set_api_key;
pub mod set_base_url;
pub mod transactions;
pub mod wallet_info;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use satchel_node_api::Limits;
use satchel_ports::{Clock, Confirm, Entropy, Keychain, Lan, Questions, WalletFiles};
use satchel_types::Timestamp;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

pub use ask_error::AskError;
pub use events::{Event, Topic};
pub use kept::Seen;
pub use problems::{Problem, ProblemKind};
pub use satchel_node_api::NodeError;
pub use settings::SettingsError;

use crate::kept::Kept;
use crate::node::Node;
use crate::watch::Picture;

/// Events that wait for a slow listener; one that is slower is told that everything is stale.
const EVENTS: usize = 256;

/// The outside world.
#[derive(Clone)]
pub struct Ports {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Consent.
    pub confirm: Arc<dyn Confirm>,
    /// The system's keychain.
    pub keychain: Arc<dyn Keychain>,
    /// Whole files.
    pub files: Arc<dyn WalletFiles>,
    /// The local network.
    pub lan: Arc<dyn Lan>,
}

/// A node that was given at start.
#[derive(Debug, Clone)]
pub struct GivenNode {
    /// Address of its JSON-RPC.
    pub url: String,
    /// Its cookie file.
    pub cookie: Option<PathBuf>,
    /// Address of an Esplora server beside it.
    pub esplora: Option<String>,
    /// Whether its owner agreed to plain `http`.
    pub plain_http: bool,
    /// Address of a proxy to both.
    pub proxy: Option<String>,
}

/// What the console is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that the settings are kept in; `None`: they are kept until the program ends.
    pub settings: Option<PathBuf>,
    /// The node asked while its owner set none.
    pub given: Option<GivenNode>,
    /// Bitcoin Core's usual data folder on this system.
    pub core_folder: Option<PathBuf>,
    /// How long is waited.
    pub limits: Limits,
    /// How long is waited for a look, which is worth nothing when it is late.
    pub look: Limits,
    /// Time between two looks at the node.
    pub every: Duration,
    /// A node that takes so long for a look is called slow.
    pub slow: Duration,
}

impl Default for Config {
    fn default() -> Self {
        let look = Limits {
            connect: Duration::from_secs(3),
            request: Duration::from_secs(8),
            ..Limits::default()
        };
        Self {
            settings: None,
            given: None,
            core_folder: None,
            limits: Limits::default(),
            look,
            every: Duration::from_secs(2),
            // A look is four figures that a node has at hand, and this leaves room for a proxy. A page of blocks or
            // transactions is three or four questions one after the other: past this a person waits ten seconds for it.
            slow: Duration::from_secs(3),
        }
    }
}

/// The console. It is shared by all who ask.
pub struct Console {
    ports: Ports,
    config: Config,
    /// Made of settings and key when it is first needed.
    node: tokio::sync::Mutex<Option<Arc<Node>>>,
    settings: settings::Keep,
    /// Held during a look.
    looking: tokio::sync::Mutex<()>,
    picture: Mutex<Picture>,
    kept: Mutex<Kept>,
    questions: Questions,
    /// Cancelled when the window that asks is gone.
    left: Mutex<CancellationToken>,
    events: broadcast::Sender<Event>,
    wake: Notify,
}

impl Console {
    /// Puts the console together. Asks nothing yet.
    pub fn new(ports: Ports, config: Config) -> Self {
        Self {
            ports,
            config,
            node: tokio::sync::Mutex::default(),
            settings: settings::Keep::default(),
            looking: tokio::sync::Mutex::default(),
            picture: Mutex::default(),
            kept: Mutex::default(),
            questions: Questions::default(),
            left: Mutex::default(),
            events: broadcast::channel(EVENTS).0,
            wake: Notify::new(),
        }
    }

    /// Returns what happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    fn tell(&self, event: Event) {
        // Nobody may listen.
        let _ = self.events.send(event);
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    fn picture(&self) -> MutexGuard<'_, Picture> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
