//! A process that runs on a home, what it leaves behind at each moment, and another one started on
//! what is left.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bitcoin::{Network, Transaction};
use satchel_app::{App, Config, Ports};
use satchel_lan::TcpLan;
use satchel_ports::{
    Answer, AttemptsFile, BroadcastError, ChainConnector, ChainError, ChainSource, Database,
    Keychain, KeychainError, KeychainItem, KeychainTraits, OpenStoreError, VaultFile, WalletFiles,
    WalletStore,
};
use satchel_secrets::kdf::KdfParams;
use satchel_secrets::{Passphrase, SecretBytes, SecretText};
use satchel_store::kill_points::{Watching, watch};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    FakeChain, FakeKeychain, ManualClock, Platform, ScriptedAuthorize, ScriptedConfirm,
    SeededEntropy, WatchedStore,
};
use satchel_types::{Backend, BackendKind, FeeEstimates, ScanBatch, ScanEnd, ScanRequest};
use satchel_vault::VaultKey;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::disk::Disk;
use crate::place::{Files, Meeting};

/// The passphrase of every home here.
pub const RIGHT: &str = "correct horse battery staple";

pub fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).unwrap()
}

/// Everything that outlives a process.
#[derive(Clone, Default)]
pub struct Remains {
    pub disk: Disk,
    /// What the keychain holds.
    pub items: BTreeMap<String, (KeychainItem, [u8; 32])>,
    /// What the network was handed.
    pub sent: Vec<Transaction>,
    /// What lies where devices meet.
    pub place: Files,
}

/// What is left when the process ends at some moment.
pub struct Moment {
    pub what: String,
    pub remains: Remains,
    /// The answer, if it was given by then.
    pub acknowledged: Option<String>,
}

/// Looks at the disk at each moment.
pub struct Recorder {
    root: PathBuf,
    on: AtomicBool,
    seen: Mutex<Seen>,
    store: Mutex<Option<Arc<dyn WalletStore>>>,
}

#[derive(Default)]
struct Seen {
    now: Remains,
    acknowledged: Option<String>,
    moments: Vec<Moment>,
}

impl Recorder {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn moment(&self, what: &str) {
        if !self.on.load(Ordering::SeqCst) {
            return;
        }
        let mut seen = self.seen();
        seen.now.disk = Disk::of(&self.root, Some(&seen.now.disk));
        let moment = Moment {
            what: what.to_owned(),
            remains: seen.now.clone(),
            acknowledged: seen.acknowledged.clone(),
        };
        seen.moments.push(moment);
    }

    /// Notes what lies where devices meet.
    pub fn place(&self, files: Files) {
        self.seen().now.place = files;
    }

    pub fn start(&self) {
        self.on.store(true, Ordering::SeqCst);
        self.moment("the start");
    }

    pub fn acknowledge(&self, answer: String) {
        self.seen().acknowledged = Some(answer);
        self.moment("the answer");
    }

    pub fn take(&self) -> Vec<Moment> {
        std::mem::take(&mut self.seen().moments)
    }
}

/// A running program.
pub struct Process {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub chain: Arc<FakeChain>,
    pub recorder: Arc<Recorder>,
    /// Where it meets other devices.
    pub meeting: Meeting,
    keychain: Arc<FakeKeychain>,
    root: TempDir,
    // Before the folder goes.
    _watching: Watching,
}

/// Puts something between the app and its store.
pub type WrapStore = fn(Arc<dyn WalletStore>) -> Arc<dyn WalletStore>;

/// What stands between the app and its writes: nothing, or something that breaks promises, to see that the
/// laws notice.
#[derive(Clone, Copy)]
pub struct Between {
    pub store: WrapStore,
    pub files: fn() -> Arc<dyn WalletFiles>,
}

/// Nothing.
pub const HONEST: Between = Between {
    store: |store| store,
    files: || Arc::new(DiskFiles),
};

impl Process {
    /// Starts a program on what another one left.
    pub async fn on(remains: &Remains) -> Self {
        Self::with(remains, HONEST).await
    }

    /// The same, with something between it and its writes.
    pub async fn with(remains: &Remains, between: Between) -> Self {
        let root = scratch();
        remains.disk.write_to(root.path());
        let (home, out) = (root.path().join("home"), root.path().join("out"));
        std::fs::create_dir_all(&home).unwrap();
        std::fs::create_dir_all(out).unwrap();
        let keychain = Arc::new(FakeKeychain::like(Platform::Linux));
        for (item, secret) in remains.items.values() {
            let secret = SecretBytes::from_slice(secret).unwrap();
            keychain.put(*item, &secret).await.unwrap();
        }
        let recorder = Arc::new(Recorder {
            root: root.path().to_owned(),
            on: AtomicBool::new(false),
            seen: Mutex::new(Seen {
                now: remains.clone(),
                ..Seen::default()
            }),
            store: Mutex::default(),
        });
        let watcher = Arc::clone(&recorder);
        let watching = watch(root.path(), move |step| watcher.moment(step));
        let (clock, chain) = (
            Arc::new(ManualClock::default()),
            Arc::new(FakeChain::new(Network::Regtest)),
        );
        let meeting = Meeting::of(&remains.place, recorder.clone());
        let ports = Ports {
            clock: clock.clone(),
            lan: Arc::new(TcpLan::only_on(Ipv4Addr::LOCALHOST.into())),
            places: Arc::new(meeting.clone()),
            entropy: Arc::new(SeededEntropy::dangerous_from_seed(another())),
            confirm: Arc::new(ScriptedConfirm::always(Answer::Agreed)),
            authorize: Arc::new(ScriptedAuthorize::always(RIGHT)),
            chain: Arc::new(Recorded {
                inner: chain.clone(),
                recorder: recorder.clone(),
            }),
            vault: Arc::new(FileVault::new(&home)),
            attempts: Arc::new(Recorded {
                inner: FileAttempts::new(&home),
                recorder: recorder.clone(),
            }),
            keychain: Arc::new(Recorded {
                inner: keychain.clone(),
                recorder: recorder.clone(),
            }),
            database: Arc::new(Recorded {
                inner: (SqlDatabase::new(&home), between.store),
                recorder: recorder.clone(),
            }),
            files: (between.files)(),
        };
        let config = Config {
            vault_kdf: KdfParams::FLOOR,
            file_kdf: KdfParams::FLOOR,
            default_backends: vec![Backend {
                network: Network::Regtest,
                kind: BackendKind::Esplora,
                url: "http://127.0.0.1:1/api".into(),
            }],
            ..Config::default()
        };
        Self {
            app: App::new(ports, config),
            clock,
            chain,
            recorder,
            meeting,
            keychain,
            root,
            _watching: watching,
        }
    }

    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// A folder for files that a person names.
    pub fn out(&self) -> PathBuf {
        self.root.path().join("out")
    }

    pub fn vault(&self) -> Option<Vec<u8>> {
        FileVault::new(&self.home()).read().unwrap()
    }

    pub fn items(&self) -> Vec<KeychainItem> {
        self.keychain.items()
    }

    /// What the network was handed, by this process and those before.
    pub fn sent(&self) -> Vec<Transaction> {
        self.recorder.seen().now.sent.clone()
    }

    /// The vault's key, by the keychain's door.
    pub async fn key(&self) -> Result<VaultKey, String> {
        let bytes = self.vault().ok_or("the vault is gone")?;
        let doors = satchel_vault::doors(&bytes).map_err(|e| format!("the vault: {e:?}"))?;
        let slot = doors.keychain.ok_or("no door for the keychain")?;
        let item = KeychainItem::VaultSlot {
            vault: doors.vault,
            slot,
        };
        let secret = self.keychain.get(item).await;
        let secret = secret.map_err(|e| format!("a door without a key: {e:?}"))?;
        satchel_vault::unlock_by_keychain(&bytes, slot, &secret).map_err(|e| format!("{e:?}"))
    }

    /// The database that the app has open.
    pub fn store(&self) -> Arc<dyn WalletStore> {
        self.recorder.store.lock().unwrap().clone().unwrap()
    }

    pub async fn unlock_by_keychain(&self) -> Result<(), String> {
        let opened = self.app.unlock_by_keychain().await;
        opened.map_err(|e| format!("the keychain's door: {e:?}"))
    }

    /// What is there when this process has ended in good order.
    pub fn leave(self) -> Remains {
        self.app.lock();
        let mut seen = self.recorder.seen();
        seen.now.disk = Disk::of(self.root.path(), None);
        seen.now.clone()
    }
}

/// A folder in memory where the system has such a place: what a power cut does to a disk is made up here,
/// and a real one would only be waited for.
fn scratch() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// Another number for each process, so that no two draw alike.
fn another() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::SeqCst)
}

/// A port whose writes are moments.
struct Recorded<P> {
    inner: P,
    recorder: Arc<Recorder>,
}

impl AttemptsFile for Recorded<FileAttempts> {
    fn read(&self) -> std::io::Result<Option<Vec<u8>>> {
        self.inner.read()
    }

    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.inner.write(bytes)
    }

    fn remove(&self) -> std::io::Result<()> {
        self.inner.remove()?;
        self.recorder.moment("the count is gone");
        Ok(())
    }
}

#[async_trait]
impl Keychain for Recorded<Arc<FakeKeychain>> {
    fn traits(&self) -> KeychainTraits {
        self.inner.traits()
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        self.inner.ready().await
    }

    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError> {
        self.recorder.moment("before an item");
        self.inner.put(item, secret).await?;
        let kept = (item, *secret.expose());
        self.recorder
            .seen()
            .now
            .items
            .insert(format!("{item:?}"), kept);
        self.recorder.moment("after an item");
        Ok(())
    }

    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        self.inner.get(item).await
    }

    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        self.recorder.moment("before an item goes");
        self.inner.remove(item).await?;
        self.recorder.seen().now.items.remove(&format!("{item:?}"));
        self.recorder.moment("after an item went");
        Ok(())
    }
}

impl Database for Recorded<(SqlDatabase, WrapStore)> {
    fn exists(&self) -> bool {
        self.inner.0.exists()
    }

    fn open(&self, key: &SecretBytes<32>) -> Result<Arc<dyn WalletStore>, OpenStoreError> {
        self.recorder.moment("before the database opens");
        let store = self.inner.0.open(key)?;
        self.recorder.moment("the database is open");
        *self.recorder.store.lock().unwrap() = Some(Arc::clone(&store));
        let recorder = Arc::clone(&self.recorder);
        let watched = WatchedStore::new(
            store,
            Arc::new(move |what| {
                recorder.moment(what);
                true
            }),
        );
        Ok((self.inner.1)(Arc::new(watched)))
    }
}

impl ChainConnector for Recorded<Arc<FakeChain>> {
    fn connect(&self, _: &Backend) -> Result<Arc<dyn ChainSource>, ChainError> {
        Ok(Arc::new(Self {
            inner: self.inner.clone(),
            recorder: self.recorder.clone(),
        }))
    }
}

#[async_trait]
impl ChainSource for Recorded<Arc<FakeChain>> {
    fn server(&self) -> &str {
        self.inner.server()
    }

    async fn genesis(&self) -> Result<bitcoin::BlockHash, ChainError> {
        self.inner.genesis().await
    }

    async fn tip(&self) -> Result<satchel_types::BlockRef, ChainError> {
        self.inner.tip().await
    }

    async fn scan(
        &self,
        request: ScanRequest,
        batches: tokio::sync::mpsc::Sender<ScanBatch>,
        cancel: CancellationToken,
    ) -> Result<ScanEnd, ChainError> {
        self.inner.scan(request, batches, cancel).await
    }

    async fn broadcast(&self, tx: &Transaction) -> Result<(), BroadcastError> {
        self.recorder.moment("before the broadcast");
        self.inner.broadcast(tx).await?;
        self.recorder.seen().now.sent.push(tx.clone());
        self.recorder.moment("after the broadcast");
        Ok(())
    }

    async fn fee_estimates(&self) -> Result<FeeEstimates, ChainError> {
        self.inner.fee_estimates().await
    }
}
