//! Homes, chains and runs of the binary.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::str::FromStr;

use bitcoin::{Address, Amount, Network, Txid};
use satchel_sandbox::{Sandbox, SandboxConfig};
use serde_json::Value;
use tempfile::TempDir;

/// A passphrase for tests.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A chain in memory on a free port.
pub fn chain() -> Sandbox {
    Sandbox::start(SandboxConfig::default()).expect("a sandbox starts on a free port")
}

/// A home of its own, with the chain it asks.
pub struct Home {
    dir: TempDir,
    sandbox: String,
    pub passphrase: String,
}

/// What a run answered.
#[derive(Debug)]
pub struct Answer {
    pub code: i32,
    pub json: Value,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new(chain: &Sandbox) -> Self {
        Self {
            dir: tempfile::tempdir().expect("a scratch folder can be made"),
            sandbox: chain.url(),
            passphrase: PASSPHRASE.to_owned(),
        }
    }

    /// A home with a regtest wallet `Main`.
    pub fn with_wallet(chain: &Sandbox) -> Self {
        let home = Self::new(chain);
        home.ok(&["wallet", "create", "--name", "Main", "--network", "regtest"]);
        home
    }

    /// Asks another server than the chain's own from now on.
    pub fn ask(&mut self, url: &str) {
        self.sandbox = url.to_owned();
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// Whether no vault was made here.
    pub fn is_untouched(&self) -> bool {
        !self.path().join("vault.satchel").exists()
    }

    pub fn scratch(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_satchel"));
        command
            .arg("--home")
            .arg(self.path())
            .arg("--json")
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("SATCHEL_PASSPHRASE", &self.passphrase)
            .env("SATCHEL_SANDBOX_URL", &self.sandbox)
            .stdin(std::process::Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Answer {
        answer(self.command(args).output().expect("the binary starts"))
    }

    /// Runs what must succeed and returns what it says to people.
    pub fn said(&self, args: &[&str]) -> String {
        let with_json = self.command(&[]);
        let mut command = Command::new(with_json.get_program());
        command.arg("--home").arg(self.path()).args(args);
        for (name, value) in with_json.get_envs() {
            command.env(name, value.expect("set"));
        }
        let answer = answer(command.output().expect("the binary starts"));
        assert_eq!(answer.code, 0, "{args:?} failed: {}", answer.stderr);
        answer.stdout
    }

    /// Runs what must succeed and returns its JSON.
    pub fn ok(&self, args: &[&str]) -> Value {
        let answer = self.run(args);
        assert_eq!(answer.code, 0, "{args:?} failed: {}", answer.stderr);
        answer.json
    }

    /// Runs what must fail and returns the exit code and the error's code.
    pub fn fails(&self, args: &[&str]) -> (i32, String) {
        let answer = self.run(args);
        assert_ne!(answer.code, 0, "{args:?} succeeded: {}", answer.stdout);
        let error: Value = serde_json::from_str(answer.stderr.lines().last().unwrap_or_default())
            .unwrap_or_else(|_| panic!("{args:?} gave no JSON error: {}", answer.stderr));
        (
            answer.code,
            error["code"]
                .as_str()
                .expect("an error has a code")
                .to_owned(),
        )
    }

    pub fn address(&self) -> String {
        self.ok(&["address", "new"])["address"]
            .as_str()
            .expect("an address")
            .to_owned()
    }

    /// Receives a confirmed payment.
    pub fn receive(&self, chain: &Sandbox, sats: u64) -> Txid {
        let address = self.address();
        let payment = chain
            .faucet(regtest(&address).script_pubkey(), Amount::from_sat(sats))
            .expect("faucet pays");
        self.ok(&["sync"]);
        payment.txid
    }

    pub fn sats(&self, field: &str) -> u64 {
        self.ok(&["balance"])[field]
            .as_u64()
            .expect("a known amount")
    }

    pub fn row(&self, txid: &str) -> Value {
        let page = self.ok(&["history"]);
        let rows = page["transactions"].as_array().expect("rows");
        rows.iter()
            .find(|row| row["txid"] == txid)
            .cloned()
            .expect("the row is there")
    }
}

pub fn answer(output: Output) -> Answer {
    let stdout = String::from_utf8(output.stdout).expect("text");
    Answer {
        code: output.status.code().unwrap_or(-1),
        json: serde_json::from_str(&stdout).unwrap_or(Value::Null),
        stdout,
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

pub fn regtest(address: &str) -> Address {
    Address::from_str(address)
        .expect("an address")
        .require_network(Network::Regtest)
        .expect("a regtest address")
}

/// Sends what Ctrl-C sends in a terminal.
pub fn interrupt(child: &Child) {
    let sent = Command::new("sh")
        .arg("-c")
        .arg(format!("kill -INT {}", child.id()))
        .status()
        .expect("a shell");
    assert!(sent.success());
}

/// An address that is nobody's wallet here.
pub const ELSEWHERE: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

pub fn path_text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}

/// Copies a folder with all that is in it to where nothing is yet.
pub fn copy_of(folder: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(folder).arg(to).status();
    assert!(done.expect("cp is there").success());
}
