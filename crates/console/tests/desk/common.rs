//! A console with a person, a keychain and a folder.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bitcoin::{Amount, Txid};
use satchel_console::send::Payment;
use satchel_console::{Config, Console, GivenNode, Ports};
use satchel_node_api::Limits;
use satchel_ports::Answer;
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_store::DiskFiles;
use satchel_testkit::{
    AskedLan, FakeKeychain, ManualClock, Platform, ScriptedConfirm, SeededEntropy,
};
use satchel_types::Timestamp;
use tempfile::TempDir;

/// Waits that end a test on a slow machine and not before.
pub const PATIENT: Limits = Limits {
    connect: Duration::from_secs(30),
    request: Duration::from_secs(60),
    slow: Duration::from_secs(120),
};

/// A console and what is around it.
pub struct Desk {
    pub console: Arc<Console>,
    pub confirm: Arc<ScriptedConfirm>,
    pub keychain: Arc<FakeKeychain>,
    pub clock: Arc<ManualClock>,
    pub lan: Arc<AskedLan>,
    pub home: TempDir,
}

impl Desk {
    /// A console that is given this node.
    pub fn given(url: &str, cookie: Option<&Path>) -> Self {
        let home = tempfile::tempdir().expect("a scratch folder");
        let given = GivenNode {
            url: url.to_owned(),
            cookie: cookie.map(Path::to_owned),
            esplora: None,
            plain_http: false,
            proxy: None,
        };
        Self::with(home, Some(given), PATIENT, Platform::Linux)
    }

    pub fn with(
        home: TempDir,
        given: Option<GivenNode>,
        limits: Limits,
        platform: Platform,
    ) -> Self {
        let confirm = Arc::new(ScriptedConfirm::always(Answer::Agreed));
        let keychain = Arc::new(FakeKeychain::like(platform));
        let clock = Arc::new(ManualClock::default());
        let lan = Arc::new(AskedLan::default());
        clock.set(Timestamp::from_secs(1_800_000_000));
        let console = made(
            &home,
            given,
            limits,
            PATIENT.slow,
            (&confirm, &keychain, &clock, &lan),
        );
        Self {
            console,
            confirm,
            keychain,
            clock,
            lan,
            home,
        }
    }

    /// The same home, as after a start anew.
    pub fn again(&self, given: Option<GivenNode>) -> Arc<Console> {
        self.calling_slow(given, PATIENT.slow)
    }

    /// The same home, and a node that takes so long is called slow.
    pub fn calling_slow(&self, given: Option<GivenNode>, slow: Duration) -> Arc<Console> {
        made(
            &self.home,
            given,
            PATIENT,
            slow,
            (&self.confirm, &self.keychain, &self.clock, &self.lan),
        )
    }

    /// What was asked of its owner, by title and lines.
    pub fn asked(&self) -> Vec<String> {
        let said = |text: satchel_ports::ConfirmText| {
            let lines = text
                .lines
                .iter()
                .map(|line| format!("{}: {}", line.label, line.value));
            [text.title]
                .into_iter()
                .chain(lines)
                .chain(text.warnings)
                .collect::<Vec<_>>()
                .join("\n")
        };
        self.confirm.asked().into_iter().map(said).collect()
    }
}

type Around<'a> = (
    &'a Arc<ScriptedConfirm>,
    &'a Arc<FakeKeychain>,
    &'a Arc<ManualClock>,
    &'a Arc<AskedLan>,
);

fn made(
    home: &TempDir,
    given: Option<GivenNode>,
    limits: Limits,
    slow: Duration,
    around: Around<'_>,
) -> Arc<Console> {
    let (confirm, keychain, clock, lan) = around;
    let ports = Ports {
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::dangerous_from_seed(7)),
        confirm: confirm.clone(),
        keychain: keychain.clone(),
        files: Arc::new(DiskFiles),
        lan: lan.clone(),
    };
    let config = Config {
        settings: Some(home.path().join("console.json")),
        given,
        core_folder: Some(home.path().join("bitcoin")),
        limits,
        look: limits,
        every: Duration::from_millis(20),
        slow,
    };
    Arc::new(Console::new(ports, config))
}

/// A sandbox and a console that is given it.
pub struct World {
    pub sandbox: Sandbox,
    pub desk: Desk,
    /// Somebody else, who pays.
    till: Desk,
}

impl World {
    pub fn new() -> Self {
        let sandbox = Sandbox::start(SandboxConfig::default()).expect("it starts");
        let desk = Desk::given(&sandbox.url(), Some(sandbox.cookie_file()));
        let till = Desk::given(&sandbox.url(), Some(sandbox.cookie_file()));
        Self {
            sandbox,
            desk,
            till,
        }
    }

    /// Has somebody pay to an address; no block is mined.
    pub async fn pay(&self, to: &str, sats: u64) -> Txid {
        let payment = Payment {
            wallet: Some("faucet".to_owned()),
            address: to.to_owned(),
            amount: Amount::from_sat(sats),
            fee_rate: None,
            subtract_fee: false,
        };
        self.till
            .console
            .send(&payment)
            .await
            .expect("the faucet has coins")
    }
}
