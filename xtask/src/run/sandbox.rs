//! The chain that a run starts.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::children::Child;
use crate::process;

/// Seconds between blocks: short enough to see a payment confirm, long enough to see it wait.
const BLOCK_TIME: &str = "30";
/// How long it may take until it serves. It looks through its whole chain first.
const PATIENCE: Duration = Duration::from_secs(120);
/// What it says once it serves; the address follows.
const READY: &str = "satchel-sandbox listening on ";

/// A running sandbox. It ends with this value.
#[derive(Debug)]
pub struct Sandbox {
    /// Where it serves, such as `http://127.0.0.1:41233`.
    pub url: String,
    _child: Child,
}

impl Sandbox {
    /// Starts it and waits until it serves. Port 0 takes a free one.
    pub fn start(program: &Path, data: &Path, port: u16) -> Result<Self> {
        std::fs::create_dir_all(data)
            .with_context(|| format!("the folder {} cannot be made", data.display()))?;
        let mut command = process::command(program, data);
        command.args([
            "--port",
            &port.to_string(),
            "--block-time",
            BLOCK_TIME,
            "--data-dir",
        ]);
        command
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = Child::start(&mut command)?;
        let lines = BufReader::new(child.get().stdout.take().context("the output was piped")?);
        let (sender, receiver) = mpsc::channel();
        // Reads to the end, so that the sandbox never waits for a full pipe. It ends with it.
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix(READY) {
                    // Nobody listens any more only when the time was up.
                    let _ = sender.send(url.trim().to_owned());
                }
            }
        });
        match receiver.recv_timeout(PATIENCE) {
            Ok(url) => Ok(Self { url, _child: child }),
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!(
                "the sandbox ended before it served; what it said is above. Is another one running \
                 on {}?",
                data.display()
            ),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                bail!(
                    "the sandbox did not serve within {} seconds",
                    PATIENCE.as_secs()
                )
            }
        }
    }

    /// Says what can be done with it.
    pub fn tell(&self, data: &Path) {
        let url = &self.url;
        println!(
            "The sandbox chain serves on {url} and keeps its blocks in {}.",
            data.display()
        );
        println!("It mines a block every {BLOCK_TIME} seconds. Coins for an address, in satoshis:");
        println!(
            "  curl {url}/faucet -H 'content-type: application/json' \
             -d '{{\"address\":\"ADDRESS\",\"amount\":1000000}}'"
        );
    }
}
