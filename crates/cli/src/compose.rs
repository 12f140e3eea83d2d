//! Where adapters and app meet.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use satchel_app::{App, Config, Ports, SeedAccess, SeedAccessPolicy, VaultState};
use satchel_chain::{EsploraConnector, HttpSettings};
use satchel_console::{Console, GivenNode};
use satchel_keychain::SystemKeychain;
use satchel_ports::{Authorize, AuthorizeError, Door, Keychain, NoKeychain};
use satchel_store::{DiskFiles, FileAttempts, FileVault, HomeLock, SqlDatabase};
use satchel_system::{OsEntropy, SystemClock};
use satchel_types::{Backend, BackendKind, WalletId};
use satchel_wire::{Code, IpcError};

use crate::args::{Global, NodeReach};
use crate::confirm::TerminalConfirm;
use crate::secret_input;

/// How long a command waits for another one on the same home to end.
const HOME_WAIT: Duration = Duration::from_secs(20);
/// Where the sandbox listens unless told otherwise.
const SANDBOX: &str = "http://127.0.0.1:8080";

/// Takes the passphrase from where this process takes it, once. Mostly nobody is asked: access lasts
/// as long as a process that opened the vault with the passphrase (see `compose`). What changes the
/// vault's doors, and what uses a key after the keychain opened it, asks here.
struct TerminalAuthorize {
    passphrase_file: Option<PathBuf>,
}

#[async_trait]
impl Authorize for TerminalAuthorize {
    async fn authorize(&self, _: &str, door: &dyn Door) -> Result<(), AuthorizeError> {
        let file = self.passphrase_file.clone();
        let given = tokio::task::spawn_blocking(move || passphrase(file.as_deref()));
        let given = given.await.map_err(|_| AuthorizeError::Unavailable)?;
        Ok(door
            .passphrase(given.map_err(|_| AuthorizeError::Unavailable)?)
            .await?)
    }
}

/// Takes the wallet's passphrase from a file, the environment or the terminal.
fn passphrase(file: Option<&std::path::Path>) -> Result<satchel_secrets::Passphrase, IpcError> {
    secret_input::from_anywhere(file, "SATCHEL_PASSPHRASE", "Passphrase: ", false)
}

/// An app on a home, held by this process alone.
pub struct Session {
    pub app: App,
    pub global: Global,
    _home: HomeLock,
}

/// Makes the home's folder when there is none, and returns where it is.
pub fn make_home(global: &Global) -> Result<PathBuf, IpcError> {
    let home: PathBuf = global
        .home
        .clone()
        .or_else(satchel_system::default_home)
        .ok_or_else(|| {
            IpcError::new(
                Code::BadInput,
                "This system names no place for data: use --home DIR.",
            )
        })?;
    satchel_store::create_home(&home)
        .map_err(|error| IpcError::new(Code::Io, format!("{}: {error}", home.display())))?;
    Ok(home)
}

/// Builds the app and takes the home.
pub fn compose(global: Global) -> Result<Session, IpcError> {
    let home = make_home(&global)?;
    let lock = HomeLock::acquire(&home, HOME_WAIT)
        .map_err(|error| IpcError::transient(Code::HomeInUse, error.to_string()))?;
    let sandbox = std::env::var("SATCHEL_SANDBOX_URL").unwrap_or_else(|_| SANDBOX.to_owned());
    let ports = Ports {
        clock: Arc::new(SystemClock),
        lan: Arc::new(satchel_lan::TcpLan::default()),
        entropy: Arc::new(OsEntropy),
        confirm: Arc::new(TerminalConfirm::new(global.yes)),
        authorize: Arc::new(TerminalAuthorize {
            passphrase_file: global.passphrase_file.clone(),
        }),
        chain: Arc::new(EsploraConnector::new(HttpSettings::default())),
        vault: Arc::new(FileVault::new(&home)),
        attempts: Arc::new(FileAttempts::new(&home)),
        keychain: Arc::new(SystemKeychain::new(Arc::new(OsEntropy))),
        database: Arc::new(SqlDatabase::new(&home)),
        files: Arc::new(DiskFiles),
        places: Arc::new(satchel_roads::Roads::new()),
    };
    let config = Config {
        default_backends: vec![Backend {
            network: bitcoin::Network::Regtest,
            kind: BackendKind::Esplora,
            url: format!("{}/api", sandbox.trim_end_matches('/')),
        }],
        seed_access: SeedAccessPolicy::WhileOpen,
        ..Config::default()
    };
    Ok(Session {
        app: App::new(ports, config),
        global,
        _home: lock,
    })
}

/// Builds the node console: on the node that the command line names, or the one that this home's console asks.
pub fn console(global: &Global, reach: &NodeReach) -> Console {
    let home = global.home.clone().or_else(satchel_system::default_home);
    let sandbox = std::env::var("SATCHEL_SANDBOX_URL").ok();
    let (settings, given) = match &reach.url {
        Some(url) => (None, Some(url.clone())),
        None => (home.map(|home| home.join("console.json")), sandbox),
    };
    let given = given.map(|url| GivenNode {
        url,
        cookie: reach.cookie.clone(),
        esplora: reach.esplora.clone(),
        plain_http: reach.plain_http,
        proxy: reach.proxy.clone(),
    });
    let keychain: Arc<dyn Keychain> = match settings {
        // A key for one command is kept nowhere.
        None => Arc::new(NoKeychain),
        Some(_) => Arc::new(SystemKeychain::new(Arc::new(OsEntropy))),
    };
    let ports = satchel_console::Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        confirm: Arc::new(TerminalConfirm::new(global.yes)),
        keychain,
        files: Arc::new(DiskFiles),
        lan: Arc::new(satchel_lan::TcpLan::default()),
    };
    let config = satchel_console::Config {
        settings,
        given,
        core_folder: satchel_system::bitcoin_core_folder(),
        ..satchel_console::Config::default()
    };
    Console::new(ports, config)
}

impl Session {
    /// Opens the vault with the keychain where `--keychain` says so, else with the passphrase given.
    pub async fn unlock(&self) -> Result<&App, IpcError> {
        if self.global.keychain {
            self.app.unlock_by_keychain().await?;
        } else {
            self.access().await?;
        }
        Ok(&self.app)
    }

    async fn access(&self) -> Result<SeedAccess, IpcError> {
        let passphrase = passphrase(self.global.passphrase_file.as_deref());
        // Whoever has no wallet yet should hear that first.
        if self.is_new()? {
            return Err(satchel_app::unlock::UnlockError::NoVault.into());
        }
        Ok(self.app.unlock(passphrase?).await?)
    }

    /// Whether this home has no vault yet.
    pub fn is_new(&self) -> Result<bool, IpcError> {
        Ok(self.app.vault_state()? == VaultState::None)
    }

    /// Opens the vault, or makes it when there is none; returns access to add wallets.
    pub async fn unlock_or_create(&self) -> Result<(&App, SeedAccess), IpcError> {
        if !self.is_new()? {
            return Ok((&self.app, self.access().await?));
        }
        let passphrase = secret_input::from_anywhere(
            self.global.passphrase_file.as_deref(),
            "SATCHEL_PASSPHRASE",
            "New passphrase (at least 8 characters): ",
            true,
        )?;
        let access = self.app.create_vault(passphrase).await?;
        Ok((&self.app, access))
    }

    /// Takes the passphrase for a wallet file: its own, else the wallet's.
    pub fn file_passphrase(
        &self,
        path: Option<&std::path::Path>,
        new: bool,
    ) -> Result<satchel_secrets::Passphrase, IpcError> {
        let path = path.or(self.global.passphrase_file.as_deref());
        secret_input::from_anywhere(path, "SATCHEL_PASSPHRASE", "Passphrase of the file: ", new)
    }

    /// Returns the current passphrase again, for what asks for it a second time.
    pub fn passphrase(&self) -> Result<satchel_secrets::Passphrase, IpcError> {
        secret_input::from_anywhere(
            self.global.passphrase_file.as_deref(),
            "SATCHEL_PASSPHRASE",
            "Current passphrase: ",
            false,
        )
    }

    /// Returns whether a question would reach somebody: there is a terminal, or `--yes` answers.
    pub fn can_ask(&self) -> bool {
        self.global.yes || std::io::stdin().is_terminal()
    }

    /// Returns the wallet named by `--wallet`.
    pub fn wallet(&self) -> Result<Option<WalletId>, IpcError> {
        let named = self.global.wallet.as_deref();
        Ok(named
            .map(|text| self.app.wallet_named(text))
            .transpose()?
            .map(|record| record.id))
    }
}

/// Makes a request id for an intent that ends with this process.
pub fn request_id() -> Result<satchel_types::RequestId, IpcError> {
    use satchel_ports::Entropy;
    let mut bytes = [0; 16];
    OsEntropy
        .fill(&mut bytes)
        .map_err(satchel_app::AccessError::from)?;
    Ok(satchel_types::RequestId::from_bytes(bytes))
}
