//! Ready wallets on ready chains for the benchmarks, and the peer they are measured beside.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bdk_esplora::EsploraAsyncExt;
use bdk_esplora::esplora_client::{AsyncClient, Builder};
use bdk_wallet::Wallet as BdkWallet;
use bitcoin::bip32::Fingerprint;
use bitcoin::{Amount, Network, ScriptBuf};
use miniscript::{Descriptor, DescriptorPublicKey};
use satchel_app::recovery::Recovery;
use satchel_app::restore_wallet::RestoreRequest;
use satchel_app::sync::{SyncReport, SyncScope};
use satchel_app::{App, Config, Ports, SeedAccessPolicy};
use satchel_chain::{EsploraConnector, HttpSettings};
use satchel_keys::RecoveryWords;
use satchel_ports::{
    Answer, Authorize, AuthorizeError, Confirm, ConfirmError, ConfirmText, Door, NoKeychain,
};
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_secrets::{Passphrase, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_system::{OsEntropy, SystemClock};
use satchel_types::{
    Backend, BackendKind, PublicDescriptors, RequestId, ScriptType, WalletName, WalletRecord,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const PASSPHRASE: &str = "correct horse battery staple";
const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                     abandon abandon about";
/// Transactions a block.
const PER_BLOCK: usize = 10;
/// What each transaction pays.
pub const EACH: Amount = Amount::from_sat(10_000);

struct Owner;

#[async_trait]
impl Authorize for Owner {
    async fn authorize(&self, _: &str, door: &dyn Door) -> Result<(), AuthorizeError> {
        Ok(door.passphrase(passphrase()).await?)
    }
}

/// The runtime that everything async runs on.
pub static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("this machine runs threads"));

struct AlwaysYes;

#[async_trait]
impl Confirm for AlwaysYes {
    async fn put(&self, _: &ConfirmText) -> Result<Answer, ConfirmError> {
        Ok(Answer::Agreed)
    }
}

/// A chain that holds this many payments to the test wallet, one an address.
pub fn chain(payments: usize) -> Arc<Sandbox> {
    static CHAINS: LazyLock<Mutex<HashMap<usize, Arc<Sandbox>>>> = LazyLock::new(Mutex::default);
    let mut chains = CHAINS.lock().unwrap_or_else(PoisonError::into_inner);
    let made = chains.entry(payments).or_insert_with(|| {
        let blocks = (payments / PER_BLOCK + 200) as u64;
        let chain = Sandbox::start(SandboxConfig {
            chain_age: Some(Duration::from_secs(blocks * 1200)),
            ..SandboxConfig::default()
        })
        .expect("a sandbox starts");
        if payments > 0 {
            let scripts = receive_scripts(payments);
            chain
                .fill_history(&scripts, payments, PER_BLOCK, EACH)
                .expect("the faucet has enough");
        }
        Arc::new(chain)
    });
    Arc::clone(made)
}

/// Public descriptors of the test wallet, taproot on regtest.
pub fn descriptors() -> PublicDescriptors {
    let words = RecoveryWords::parse(&SecretText::new(WORDS.to_owned())).expect("valid words");
    let seed = satchel_keys::Seed::new(words, None).expect("no passphrase");
    satchel_keys::public_descriptors(&seed, ScriptType::Taproot, Network::Regtest, 0)
        .expect("account 0 exists")
}

fn receive_scripts(count: usize) -> Vec<ScriptBuf> {
    let descriptor = Descriptor::<DescriptorPublicKey>::from_str(&descriptors().external)
        .expect("our own descriptor");
    (0..count as u32)
        .map(|index| {
            descriptor
                .at_derivation_index(index)
                .expect("a plain index")
                .script_pubkey()
        })
        .collect()
}

/// A wallet with a home of its own on disk.
pub struct Bench {
    /// The app, unlocked.
    pub app: App,
    /// The wallet.
    pub record: WalletRecord,
    home: TempDir,
}

impl Bench {
    /// Restores the test wallet in a fresh home that asks this chain. Nothing is synced yet.
    pub fn restored(chain: &Sandbox) -> Self {
        let home = tempfile::tempdir().expect("a scratch folder");
        let ports = Ports {
            clock: Arc::new(SystemClock),
            lan: Arc::new(satchel_ports::NoLan),
            entropy: Arc::new(OsEntropy),
            confirm: Arc::new(AlwaysYes),
            authorize: Arc::new(Owner),
            chain: Arc::new(EsploraConnector::new(HttpSettings::default())),
            vault: Arc::new(FileVault::new(home.path())),
            attempts: Arc::new(FileAttempts::new(home.path())),
            keychain: Arc::new(NoKeychain),
            database: Arc::new(SqlDatabase::new(home.path())),
            files: Arc::new(DiskFiles),
            places: Arc::new(satchel_ports::NoPlaces),
        };
        let config = Config {
            default_backends: vec![Backend {
                network: Network::Regtest,
                kind: BackendKind::Esplora,
                url: chain.esplora_url(),
            }],
            // What is measured is signing, not Argon2id.
            seed_access: SeedAccessPolicy::WhileOpen,
            ..Config::default()
        };
        let app = App::new(ports, config);
        let record = RUNTIME.block_on(async {
            let access = app.create_vault(passphrase()).await.expect("a fresh vault");
            let request = RestoreRequest {
                request: RequestId::from_bytes([7; 16]),
                name: WalletName::new("Bench").expect("a name"),
                script_types: vec![ScriptType::Taproot],
            };
            let words = RecoveryWords::parse(&SecretText::new(WORDS.to_owned())).expect("words");
            let recovery = Recovery::new(words, None, Network::Regtest).expect("no passphrase");
            let made = app.restore_wallets(request, &recovery, &access).await;
            made.expect("a fresh home").remove(0)
        });
        Self { app, record, home }
    }

    /// The same, synced.
    pub fn synced(chain: &Sandbox) -> Self {
        let bench = Self::restored(chain);
        bench.sync();
        bench
    }

    /// Syncs as usual.
    pub fn sync(&self) -> SyncReport {
        RUNTIME
            .block_on(
                self.app
                    .sync(None, SyncScope::Usual, CancellationToken::new()),
            )
            .expect("the chain answers")
    }

    /// Locks and lets go of everything but the folder, for another program to open.
    pub fn into_home(self) -> TempDir {
        self.app.lock();
        self.home
    }

    /// Unlocks after a lock.
    pub fn unlock(&self) {
        RUNTIME
            .block_on(self.app.unlock(passphrase()))
            .expect("the right passphrase");
    }
}

/// The passphrase of every test home.
pub fn passphrase() -> Passphrase {
    Passphrase::new(SecretText::new(PASSPHRASE.to_owned())).expect("a passphrase")
}

/// The peer: bdk_wallet with bdk_esplora's own scan, in memory.
pub struct Peer {
    wallet: BdkWallet,
    client: AsyncClient,
}

impl Peer {
    /// Makes one on the same descriptors and chain.
    pub fn new(chain: &Sandbox) -> Self {
        let PublicDescriptors {
            external,
            internal,
            fingerprint,
        } = descriptors();
        debug_assert_ne!(fingerprint, Fingerprint::default());
        let wallet = BdkWallet::create(external, internal)
            .network(Network::Regtest)
            .create_wallet_no_persist()
            .expect("our own descriptors");
        let client = Builder::new(&chain.esplora_url())
            .build_async()
            .expect("a client");
        Self { wallet, client }
    }

    /// Scans from nothing, as a restored wallet does.
    pub fn full_scan(&mut self) {
        let request = self.wallet.start_full_scan();
        let update = RUNTIME
            .block_on(self.client.full_scan(request, 20, 16))
            .expect("the chain answers");
        self.wallet.apply_update(update).expect("one chain");
    }

    /// Asks for news of every revealed script.
    pub fn sync(&mut self) {
        let request = self.wallet.start_sync_with_revealed_spks();
        let update = RUNTIME
            .block_on(self.client.sync(request, 16))
            .expect("the chain answers");
        self.wallet.apply_update(update).expect("one chain");
    }

    /// Transactions found, to see that both did the same work.
    pub fn transactions(&self) -> usize {
        self.wallet.tx_graph().full_txs().count()
    }
}
