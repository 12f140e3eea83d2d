//! Where adapters and app meet. No other file of the shell sees both.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bitcoin::{Address, Amount, Network, Txid};
use satchel_app::{App, Config, Ports};
use satchel_chain::{EsploraConnector, HttpSettings};
use satchel_console::{Console, GivenNode};
use satchel_keychain::SystemKeychain;
use satchel_ports::{ChainError, Keychain, Lan};
use satchel_store::{
    CreateHomeError, DiskFiles, FileAttempts, FileVault, HomeInUseError, HomeLock, SqlDatabase,
};
use satchel_system::{OsEntropy, SystemClock};
use satchel_types::{Backend, BackendKind};
#[cfg(target_os = "android")]
use tauri::Manager;
use tauri::{AppHandle, Runtime};

use crate::asking::{Asking, Counted};
use crate::biometry::Biometry;
use crate::console::{ConsoleDesk, ConsoleWindow};
use crate::dialogs::Dialogs;
use crate::foreground::Moment;
use crate::idle::Idle;
use crate::options::Options;
use crate::sealed::{Desk, SealedAuthorize, WindowScreen};
use crate::shell::{Faucet, Shell};

/// Why the home cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// It could not be made.
    #[error(transparent)]
    Create(#[from] CreateHomeError),
    /// Somebody else uses it.
    #[error(transparent)]
    InUse(#[from] HomeInUseError),
}

impl HomeError {
    /// Returns whether another process uses the home.
    pub fn is_in_use(&self) -> bool {
        matches!(self, Self::InUse(HomeInUseError::InUse))
    }
}

/// Makes the home when there is none, and takes the right to use it.
///
/// # Errors
/// See [`HomeError`].
pub fn take_home(home: &Path) -> Result<HomeLock, HomeError> {
    satchel_store::create_home(home)?;
    // A wallet that cannot be kept out of a backup opens all the same: what is in its folder is encrypted.
    #[cfg(target_os = "ios")]
    if let Err(error) = satchel_system::phone::keep_out_of_backups(home) {
        tracing::warn!("the system may put the wallet into its backups: {error}");
    }
    Ok(HomeLock::acquire(home, Duration::ZERO)?)
}

/// Makes the wallet program out of its adapters, and the shell around it.
pub fn shell<R: Runtime>(handle: &AppHandle<R>, options: &Options) -> Shell {
    let biometry = biometry(handle);
    let dialogs = Dialogs::of_platform(handle, Arc::clone(&biometry), Arc::new(DiskFiles));
    let desk = Arc::new(Desk::new(Arc::new(WindowScreen::new(handle.clone()))));
    let idle = Arc::new(Idle::new(Moment::now()));
    let asking = idle.asking();
    let faucet = options.sandbox.as_deref().map(SandboxFaucet::new);
    let ports = Ports {
        clock: Arc::new(SystemClock),
        lan: Arc::new(Counted::new(lan(handle), asking)),
        entropy: Arc::new(OsEntropy),
        confirm: Arc::new(Counted::new(dialogs.confirm, asking)),
        authorize: Arc::new(SealedAuthorize::new(Arc::clone(&desk))),
        chain: Arc::new(EsploraConnector::new(HttpSettings::default())),
        vault: Arc::new(FileVault::new(&options.home)),
        attempts: Arc::new(FileAttempts::new(&options.home)),
        keychain: Arc::new(Counted::new(keychain(handle), asking)),
        database: Arc::new(SqlDatabase::new(&options.home)),
        files: Arc::new(Counted::new(dialogs.chosen, asking)),
        places: Arc::new(satchel_roads::Roads::new()),
    };
    let default_backends = faucet.iter().map(SandboxFaucet::backend).collect();
    let app = App::new(
        ports,
        Config {
            default_backends,
            ..Config::default()
        },
    );
    let files = Arc::new(Counted::new(dialogs.files, asking));
    Shell::new(
        Arc::new(app),
        desk,
        idle,
        files,
        biometry,
        faucet.map(|faucet| Arc::new(faucet) as Arc<dyn Faucet>),
        crate::scan::eyes_of_platform(handle),
    )
}

/// Makes the node console out of the same adapters; it shares no state with the wallet but which questions stand.
pub fn console<R: Runtime>(
    handle: &AppHandle<R>,
    options: &Options,
    asking: &Asking,
) -> ConsoleDesk {
    let dialogs = Dialogs::of_platform(handle, biometry(handle), Arc::new(DiskFiles));
    let ports = satchel_console::Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        confirm: Arc::new(Counted::new(dialogs.confirm, asking)),
        keychain: keychain(handle),
        files: Arc::new(DiskFiles),
        lan: Arc::new(Counted::new(lan(handle), asking)),
    };
    let given = options.sandbox.as_ref().map(|url| GivenNode {
        url: url.clone(),
        cookie: options.sandbox_cookie.clone(),
        esplora: None,
        plain_http: false,
        proxy: None,
    });
    let config = satchel_console::Config {
        settings: Some(options.home.join("console.json")),
        given,
        core_folder: satchel_system::bitcoin_core_folder(),
        ..satchel_console::Config::default()
    };
    ConsoleDesk::new(
        Arc::new(Console::new(ports, config)),
        Arc::new(ConsoleWindow::new(handle.clone())),
    )
}

/// Android's keychain is reached through a plugin of the shell.
#[cfg(target_os = "android")]
fn keychain<R: Runtime>(handle: &AppHandle<R>) -> Arc<dyn Keychain> {
    use satchel_keychain::BridgeKeychain;
    use satchel_keystore_android::Keystore;
    match handle.try_state::<Keystore<R>>() {
        Some(keystore) => Arc::new(BridgeKeychain::new(keystore.inner().clone())),
        // Without the plugin there is none, which this says.
        None => Arc::new(SystemKeychain::new(Arc::new(OsEntropy))),
    }
}

#[cfg(not(target_os = "android"))]
fn keychain<R: Runtime>(_: &AppHandle<R>) -> Arc<dyn Keychain> {
    Arc::new(SystemKeychain::new(Arc::new(OsEntropy)))
}

/// The local network, which Android's owner has to open to this program.
#[cfg(target_os = "android")]
fn lan<R: Runtime>(handle: &AppHandle<R>) -> Arc<dyn Lan> {
    use satchel_keystore_android::LocalNetwork;
    use satchel_lan::{Permission, PermittedLan, TcpLan};

    struct Asked<R: Runtime>(AppHandle<R>);
    #[async_trait]
    impl<R: Runtime> Permission for Asked<R> {
        async fn is_granted(&self) -> bool {
            match self.0.try_state::<LocalNetwork<R>>() {
                Some(plugin) => plugin.is_granted().await,
                // Who cannot ask tries; the connection says the rest.
                None => true,
            }
        }
    }
    Arc::new(PermittedLan::new(TcpLan::default(), Asked(handle.clone())))
}

#[cfg(not(target_os = "android"))]
fn lan<R: Runtime>(_: &AppHandle<R>) -> Arc<dyn Lan> {
    Arc::new(satchel_lan::TcpLan::default())
}

/// Where a plugin asks for finger or face.
#[cfg(any(mobile, target_os = "macos"))]
fn biometry<R: Runtime>(handle: &AppHandle<R>) -> Arc<dyn Biometry> {
    Arc::new(crate::biometry::PluginBiometry::new(handle.clone()))
}

#[cfg(not(any(mobile, target_os = "macos")))]
fn biometry<R: Runtime>(_: &AppHandle<R>) -> Arc<dyn Biometry> {
    Arc::new(crate::biometry::NoBiometry)
}

/// The faucet of the sandbox of this run.
struct SandboxFaucet {
    esplora_url: String,
}

impl SandboxFaucet {
    fn new(root: &str) -> Self {
        Self {
            esplora_url: format!("{root}/api"),
        }
    }

    fn backend(&self) -> Backend {
        Backend {
            network: Network::Regtest,
            kind: BackendKind::Esplora,
            url: self.esplora_url.clone(),
        }
    }
}

#[async_trait]
impl Faucet for SandboxFaucet {
    fn esplora_url(&self) -> &str {
        &self.esplora_url
    }

    async fn pay(&self, address: &Address, amount: Amount) -> Result<Txid, ChainError> {
        satchel_chain::faucet(&self.esplora_url, address, amount).await
    }
}
