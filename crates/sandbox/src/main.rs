//! `satchel-sandbox`: the sandbox as a process.

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use satchel_sandbox::{Access, ApiKey, Sandbox, SandboxConfig};

/// A regtest Bitcoin node for trying and testing wallets: blocks are checked by Bitcoin Core's own
/// engine. Serves Esplora under /api, Bitcoin Core's JSON-RPC at POST /, and a faucet.
#[derive(Parser)]
#[command(version, about)]
struct Options {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
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
    /// Exchange blocks and transactions with another sandbox; may be given several times
    #[arg(long = "peer", value_name = "HOST:PORT")]
    peers: Vec<String>,
}

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

fn run(options: Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // The handlers are in place before anyone is told that the server is up.
    let mut signals = runtime.block_on(async { Signals::new() })?;
    let api_key = options.api_key_file.as_deref().map(ApiKey::read);
    let sandbox = Sandbox::start(SandboxConfig {
        port: options.port,
        access: Access {
            bind: options.bind,
            api_key: api_key.transpose()?,
            allow_remote: options.allow_remote,
        },
        data_dir: options.data_dir,
        block_time: options.block_time.map(Duration::from_secs),
        faucet: options.faucet == Switch::On,
        seed: options.seed,
        peers: options.peers,
        ..SandboxConfig::default()
    })?;
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
