//! `satchel-sandbox`: the sandbox as a process.

use std::fs::File;
use std::io::{Read, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use bitcoin::Amount;
use clap::{Args, Parser, Subcommand, ValueEnum};
use satchel_sandbox::scenario::{MAIN, MAX_BYTES, Scenario};
use satchel_sandbox::{Access, ApiKey, Sandbox, SandboxConfig};

/// A regtest Bitcoin node for trying and testing wallets: blocks are checked by Bitcoin Core's own
/// engine. Serves Esplora under /api, Bitcoin Core's JSON-RPC at POST /, and a faucet.
///
/// With a scenario, what its lines say happens on a node of its own, and the program ends: 0 when all was as
/// expected, 1 when not. docs/sandbox.md has the lines and examples.
#[derive(Parser)]
#[command(version, about, after_help = EXAMPLES)]
struct Options {
    #[command(subcommand)]
    command: Option<Task>,
    #[command(flatten)]
    node: NodeOptions,
}

const EXAMPLES: &str = "\
Examples:
  satchel-sandbox --port 8080 --data-dir chain     a node that keeps its chain
  satchel-sandbox --seed 7 --fill 10000            10,000 payments in a wallet called filled
  satchel-sandbox --port 8081 --peer 127.0.0.1:8080
                                                   a second node
  satchel-sandbox scenario story.txt --seed 7      what a file says, the same in every run
  bitcoin-cli -regtest -datadir=chain -rpcport=8080 -rpcwallet=faucet getbalances";

#[derive(Subcommand)]
enum Task {
    /// Does what a file says, line by line
    Scenario {
        /// The file; - is the standard input
        file: PathBuf,
        #[command(flatten)]
        node: NodeOptions,
    },
}

#[derive(Args)]
struct NodeOptions {
    /// Port to listen on; 0 takes a free one [default: 8080; a free one for a scenario]
    #[arg(long)]
    port: Option<u16>,
    /// Address to listen on. One that other machines reach needs a key and --allow-remote
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// A file with a key (16 characters or more) that every request must carry, as Authorization: Bearer KEY or
    /// X-API-Key: KEY. JSON-RPC takes its cookie as well
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Lets other machines reach --bind
    #[arg(long)]
    allow_remote: bool,
    /// Keep the chain in this folder [default: in memory, gone at the end]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Mine a block every so many seconds [default: only on request]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    block_time: Option<u64>,
    /// Whether POST /faucet is served and coins are mined for it at first start
    #[arg(long, value_enum, default_value_t = Switch::On)]
    faucet: Switch,
    /// Let all chance follow from this number: the same calls then make the same blocks, payments and addresses
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Confirm so many payments to a wallet, once, when the chain is new
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    fill: Option<u32>,
    /// The wallet they go to, by its name
    #[arg(long, value_name = "NAME", default_value = "filled", requires = "fill")]
    fill_wallet: String,
    /// How many of them are in a block. Few large blocks are made sooner than many small ones
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, requires = "fill",
        value_parser = clap::value_parser!(u32).range(1..=5_000))]
    fill_per_block: u32,
    /// Exchange blocks and transactions with another sandbox; may be given several times
    #[arg(long = "peer", value_name = "HOST:PORT")]
    peers: Vec<String>,
}

/// Where a node listens when nothing is said.
const PORT: u16 = 8080;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

fn main() -> ExitCode {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done when even the error cannot be shown.
            let _ = writeln!(std::io::stderr(), "satchel-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

impl NodeOptions {
    fn config(&self, port: u16) -> anyhow::Result<SandboxConfig> {
        let api_key = self.api_key_file.as_deref().map(ApiKey::read);
        Ok(SandboxConfig {
            port: self.port.unwrap_or(port),
            access: Access {
                bind: self.bind,
                api_key: api_key.transpose()?,
                allow_remote: self.allow_remote,
            },
            data_dir: self.data_dir.clone(),
            block_time: self.block_time.map(Duration::from_secs),
            faucet: self.faucet == Switch::On,
            seed: self.seed,
            peers: self.peers.clone(),
            ..SandboxConfig::default()
        })
    }
}

/// What each payment of `--fill` has, in satoshis.
const FILLING: Amount = Amount::from_sat(10_000);

fn run(options: Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // The handlers are in place before anyone is told that the server is up.
    let mut signals = runtime.block_on(async { Signals::new() })?;
    if let Some(Task::Scenario { file, node }) = options.command {
        return scenario(&file, &node, &runtime, &mut signals);
    }
    let node = options.node;
    let sandbox = Sandbox::start(node.config(PORT)?)?;
    if let Some(count) = node.fill
        && sandbox.tip().height <= SandboxConfig::default().premine
    {
        let per_block = node.fill_per_block as usize;
        sandbox.fill_wallet(&node.fill_wallet, count as usize, per_block, FILLING)?;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "satchel-sandbox listening on {}", sandbox.url())?;
    out.flush()?;
    // For people; a script may have closed the pipe after the line it wanted.
    let more = format!(
        "esplora: {}\nrpc cookie: {}\n",
        sandbox.esplora_url(),
        sandbox.cookie_file().display()
    );
    let _ = out.write_all(more.as_bytes()).and_then(|()| out.flush());
    drop(out);
    let stop = sandbox.stop_token();
    runtime.block_on(async {
        tokio::select! {
            () = stop.cancelled() => {}
            () = signals.any() => {}
        }
    });
    drop(sandbox);
    Ok(())
}

fn scenario(
    file: &Path,
    node: &NodeOptions,
    runtime: &tokio::runtime::Runtime,
    signals: &mut Signals,
) -> anyhow::Result<()> {
    // One byte more than a scenario has at most says that there is too much.
    let mut text = String::new();
    let most = MAX_BYTES as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin().take(most).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|file| file.take(most).read_to_string(&mut text))
    }
    .with_context(|| format!("cannot read {}", file.display()))?;
    let scenario: Scenario = text.parse()?;
    anyhow::ensure!(
        node.fill.is_none(),
        "--fill is for a node; in a scenario say: fill COUNT @WALLET"
    );
    // Scenarios side by side must not want the same port.
    let ended = scenario.run(node.config(0)?, &mut std::io::stdout().lock())?;
    if ended.serve {
        let stop = ended.nodes.get(MAIN).map(Sandbox::stop_token);
        let stop = stop.unwrap_or_default();
        runtime.block_on(async {
            tokio::select! {
                () = stop.cancelled() => {}
                () = signals.any() => {}
            }
        });
    }
    Ok(())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn any(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
