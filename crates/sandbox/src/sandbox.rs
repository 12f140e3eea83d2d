//! The handle on a running sandbox, for `main` and for tests of other crates.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use bitcoin::{Amount, BlockHash, ScriptBuf, Transaction, Txid};
use tempfile::TempDir;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::chain::ChainError;
use crate::config::SandboxConfig;
use crate::faucet::{Faucet, FaucetError, Payment};
use crate::http::{self, App};
use crate::mempool::{Accepted, Reject};
use crate::node::{MineError, Node, NodeError};
use crate::wallet::Wallets;

/// Why a sandbox did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The chain could not be opened.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The scratch folder, the cookie file or a thread could not be made.
    #[error("cannot start: {0}")]
    Io(#[from] io::Error),
    /// The port is taken or not allowed.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The faucet's first coins could not be mined.
    #[error(transparent)]
    Mine(#[from] MineError),
    /// The file of the node's wallets.
    #[error("cannot use the wallets' file: {0}")]
    Wallets(#[source] io::Error),
    /// The operating system gave no randomness.
    #[error("no randomness for the RPC cookie: {0}")]
    Entropy(getrandom::Error),
}

impl From<getrandom::Error> for StartError {
    fn from(error: getrandom::Error) -> Self {
        Self::Entropy(error)
    }
}

impl StartError {
    /// Whether another sandbox holds the data directory.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Node(NodeError::Chain(ChainError::Locked(_))))
    }
}

/// The tip of the active chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: u32,
    /// Its hash.
    pub hash: BlockHash,
}

/// A running sandbox. Dropping it closes the port, ends its threads and removes its scratch folder.
///
/// Every method blocks for as long as the work takes (milliseconds, usually) and may be called inside
/// or outside of an async runtime; the server has a runtime of its own.
pub struct Sandbox {
    node: Arc<Node>,
    faucet: Arc<Faucet>,
    address: SocketAddr,
    cookie: String,
    cookie_files: [PathBuf; 2],
    stop: CancellationToken,
    server: Option<JoinHandle<()>>,
    _scratch: Option<TempDir>,
}

impl Sandbox {
    /// Opens the chain, mines the faucet's first coins and starts to serve.
    pub fn start(config: SandboxConfig) -> Result<Self, StartError> {
        let scratch = match &config.data_dir {
            Some(_) => None,
            None => Some(
                tempfile::Builder::new()
                    .prefix("satchel-sandbox-")
                    .tempdir()?,
            ),
        };
        let root = match (&config.data_dir, &scratch) {
            (Some(dir), _) => dir.clone(),
            (None, Some(scratch)) => scratch.path().to_owned(),
            (None, None) => {
                unreachable!("a scratch folder is made when there is no data directory")
            }
        };
        let node = Arc::new(Node::open(&root, config.data_dir.is_some())?);
        let faucet = Arc::new(Faucet::new());
        // Bound before mining, so that a taken port is told at once.
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).map_err(|source| {
                StartError::Listen {
                    port: config.port,
                    source,
                }
            })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let height = node.read().index.height();
        if let (0, Some(age)) = (height, config.chain_age) {
            let count = if config.faucet {
                config.premine.max(1)
            } else {
                1
            };
            node.mine_aged(faucet.script(), age, count)?;
        } else if config.faucet && faucet.available(&node) == 0 {
            node.mine(
                faucet.script(),
                config.premine.saturating_sub(height).max(1),
            )?;
        }
        let wallets = Wallets::open(
            config.data_dir.as_deref(),
            config.seed.unwrap_or(0),
            config
                .faucet
                .then(|| (faucet.key(), faucet.script().clone())),
        )
        .map_err(StartError::Wallets)?;
        let (cookie_files, cookie) = write_cookies(&root)?;
        let stop = CancellationToken::new();
        let app = Arc::new(App {
            node: node.clone(),
            faucet: faucet.clone(),
            wallets,
            faucet_on: config.faucet,
            cookie: cookie.clone(),
            filters: Default::default(),
            stop: stop.clone(),
        });
        let server = spawn_server(app, listener, config.block_time)?;
        Ok(Self {
            node,
            faucet,
            address,
            cookie,
            cookie_files,
            stop,
            server: Some(server),
            _scratch: scratch,
        })
    }

    /// `http://127.0.0.1:PORT`: JSON-RPC is `POST /` here.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Base of the Esplora API, without a slash at its end.
    pub fn esplora_url(&self) -> String {
        format!("{}/api", self.url())
    }

    /// User and password for JSON-RPC as `user:password`.
    pub fn rpc_cookie(&self) -> &str {
        &self.cookie
    }

    /// The file the cookie is in.
    pub fn cookie_file(&self) -> &Path {
        &self.cookie_files[0]
    }

    /// Mines blocks with what waits in the pool; the coins go to the faucet.
    pub fn mine(&self, count: u32) -> Result<Vec<BlockHash>, MineError> {
        self.node.mine(self.faucet.script(), count)
    }

    /// Mines blocks whose coinbase pays to `script` (an `Address` gives one by `script_pubkey()`).
    pub fn mine_to(
        &self,
        script: impl Into<ScriptBuf>,
        count: u32,
    ) -> Result<Vec<BlockHash>, MineError> {
        self.node.mine(&script.into(), count)
    }

    /// Pays from the faucet and mines one block with the payment.
    pub fn faucet(
        &self,
        script: impl Into<ScriptBuf>,
        amount: Amount,
    ) -> Result<Payment, FaucetError> {
        self.faucet.pay(&self.node, &script.into(), amount)
    }

    /// Replaces the last `depth` blocks by `count` empty ones; their transactions wait again.
    pub fn reorg(&self, depth: u32, count: u32) -> Result<Vec<BlockHash>, MineError> {
        self.node.reorg(self.faucet.script(), depth, count)
    }

    /// Confirms `count` payments of `amount` to `scripts` in turn, `per_block` of them a block; for
    /// benchmarks. The payments' ids come back in order. Prefer few large blocks: on regtest the kernel
    /// examines its whole block index at every block, so the cost of blocks grows with their number.
    pub fn fill_history(
        &self,
        scripts: &[ScriptBuf],
        count: usize,
        per_block: usize,
        amount: Amount,
    ) -> Result<Vec<Txid>, FaucetError> {
        self.faucet
            .fill(&self.node, scripts, count, per_block, amount)
    }

    /// Offers a transaction to the pool, as `POST /tx` does.
    pub fn broadcast(&self, tx: Transaction) -> Result<Accepted, Reject> {
        self.node.submit_tx(tx)
    }

    /// Height and hash of the tip.
    pub fn tip(&self) -> Tip {
        let state = self.node.read();
        let tip = state.index.tip();
        Tip {
            height: tip.height,
            hash: tip.hash,
        }
    }

    /// What waits, oldest first.
    pub fn mempool_txids(&self) -> Vec<Txid> {
        self.node
            .read()
            .pool
            .iter()
            .map(|entry| entry.txid)
            .collect()
    }

    /// A token that is cancelled when someone asks the sandbox to stop (`stop` over RPC).
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
        self.node.interrupt();
        if let Some(server) = self.server.take()
            && server.join().is_err()
        {
            tracing::error!("the server thread panicked");
        }
        if let Err(error) = self.node.compact_log() {
            tracing::warn!(%error, "waiting transactions were not written out");
        }
        // Core removes its cookie at the end, too.
        for file in &self.cookie_files {
            if fs::remove_file(file).is_err() {
                tracing::debug!("a cookie file was gone already");
            }
        }
    }
}

fn spawn_server(
    app: Arc<App>,
    listener: std::net::TcpListener,
    block_time: Option<std::time::Duration>,
) -> Result<JoinHandle<()>, StartError> {
    let (ready, wait) = mpsc::channel::<io::Result<()>>();
    let thread = std::thread::Builder::new()
        .name("satchel-sandbox".into())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .thread_name("satchel-sandbox-http")
                .enable_all()
                .build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => {
                    // The starter waits for this word; it cannot be gone.
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            runtime.block_on(async move {
                let listener = match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => listener,
                    Err(error) => {
                        let _ = ready.send(Err(error));
                        return;
                    }
                };
                let _ = ready.send(Ok(()));
                if let Some(interval) = block_time {
                    tokio::spawn(http::mine_on_timer(app.clone(), interval));
                }
                http::serve(app, listener).await;
            });
            runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        })?;
    wait.recv().map_err(io::Error::other)??;
    Ok(thread)
}

/// Writes a fresh cookie in Core's form, twice: beside the chain, where people look for it, and in
/// `regtest/`, where Core has it and `bitcoin-cli -regtest -datadir=DIR` looks for it.
fn write_cookies(root: &Path) -> Result<([PathBuf; 2], String), StartError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    let cookie = format!("__cookie__:{}", hex::encode(secret));
    let network = root.join("regtest");
    fs::create_dir_all(&network)?;
    let files = [root.join(".cookie"), network.join(".cookie")];
    for file in &files {
        write_cookie(file, &cookie)?;
    }
    Ok((files, cookie))
}

/// Puts a cookie file in place whole, readable by its owner alone.
fn write_cookie(path: &Path, cookie: &str) -> io::Result<()> {
    let fresh = path.with_extension("tmp");
    let mut options = fs::File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    io::Write::write_all(&mut options.open(&fresh)?, cookie.as_bytes())?;
    fs::rename(&fresh, path)
}
