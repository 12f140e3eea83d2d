//! A home on a real disk, a made-up keychain, and a process that can die at any of its writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use bitcoin::Network;
use satchel_app::{App, Config, Ports};
use satchel_ports::{
    Answer, Database, Keychain, KeychainError, KeychainItem, KeychainTraits, OpenStoreError,
    VaultFile, VaultFileError, WalletStore,
};
use satchel_secrets::kdf::KdfParams;
use satchel_secrets::{Passphrase, SecretBytes, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    FakeChain, FakeConnector, FakeKeychain, ManualClock, Platform, ScriptedAuthorize,
    ScriptedConfirm, SeededEntropy, WatchedStore,
};
use satchel_types::{Backend, BackendKind};
use tempfile::TempDir;

/// The passphrase of every home here.
pub const RIGHT: &str = "correct horse battery";

pub fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
}

/// A home and what stands beside it.
pub struct World {
    pub home: TempDir,
    pub keychain: Arc<FakeKeychain>,
    pub confirm: Arc<ScriptedConfirm>,
    pub authorize: Arc<ScriptedAuthorize>,
    pub chain: Arc<FakeChain>,
}

impl World {
    /// An empty home of somebody who agrees to everything and knows the passphrase.
    pub fn on(platform: Platform) -> Self {
        Self::with(Arc::new(FakeKeychain::like(platform)))
    }

    /// The same, beside a keychain that is there.
    pub fn with(keychain: Arc<FakeKeychain>) -> Self {
        Self {
            home: tempfile::tempdir().expect("a scratch folder"),
            keychain,
            confirm: Arc::new(ScriptedConfirm::always(Answer::Agreed)),
            authorize: Arc::new(ScriptedAuthorize::always(RIGHT)),
            chain: Arc::new(FakeChain::new(Network::Regtest)),
        }
    }

    /// Returns the same home and keychain once more, for a life of their own. Nothing may be open.
    pub async fn twin(&self) -> Self {
        let twin = Self::on(Platform::Linux);
        for entry in std::fs::read_dir(self.home.path()).expect("a folder") {
            let entry = entry.expect("readable");
            std::fs::copy(entry.path(), twin.home.path().join(entry.file_name())).expect("a copy");
        }
        for item in self.keychain.items() {
            let key = self.keychain.get(item).await.expect("unlocked");
            twin.keychain.put(item, &key).await.expect("unlocked");
        }
        twin
    }

    /// Starts the program. It makes the vault when there is none, and leaves it locked.
    pub async fn start(&self) -> App {
        self.start_with(&Arc::new(Fuse::never())).await
    }

    /// Starts a program that dies when the fuse blows.
    pub async fn start_with(&self, fuse: &Arc<Fuse>) -> App {
        let ports = Ports {
            clock: Arc::new(ManualClock::default()),
            lan: Arc::new(satchel_ports::NoLan),
            entropy: Arc::new(SeededEntropy::dangerous_from_seed(rand_seed())),
            confirm: self.confirm.clone(),
            authorize: self.authorize.clone(),
            chain: Arc::new(FakeConnector::to(Arc::clone(&self.chain))),
            attempts: Arc::new(FileAttempts::new(self.home.path())),
            vault: Arc::new(Mortal::new(FileVault::new(self.home.path()), fuse)),
            keychain: Arc::new(Mortal::new(Arc::clone(&self.keychain), fuse)),
            database: Arc::new(Mortal::new(SqlDatabase::new(self.home.path()), fuse)),
            files: Arc::new(DiskFiles),
            places: Arc::new(satchel_ports::NoPlaces),
        };
        let config = Config {
            vault_kdf: KdfParams::FLOOR,
            file_kdf: KdfParams::FLOOR,
            default_backends: vec![Backend {
                network: Network::Regtest,
                kind: BackendKind::Esplora,
                url: "http://127.0.0.1:1/api".to_owned(),
            }],
            ..Config::default()
        };
        let app = App::new(ports, config);
        if self.vault().is_none() {
            app.create_vault(passphrase(RIGHT))
                .await
                .expect("an empty home");
            app.lock();
        }
        app
    }

    /// The same, unlocked with the passphrase.
    pub async fn open(&self) -> App {
        let app = self.start().await;
        app.unlock(passphrase(RIGHT)).await.expect("the right one");
        app
    }

    /// The bytes of the vault file.
    pub fn vault(&self) -> Option<Vec<u8>> {
        FileVault::new(self.home.path()).read().expect("a disk")
    }

    /// The one keychain door, as the file says.
    pub fn door(&self) -> Option<satchel_types::SlotId> {
        let bytes = self.vault().expect("it was made");
        satchel_vault::doors(&bytes).expect("whole").keychain
    }

    /// Checks that whatever is in the keychain belongs to the door that stands.
    pub fn assert_no_leftovers(&self, when: &str) {
        let items = self.keychain.items();
        let belongs = |item: &KeychainItem| match item {
            KeychainItem::VaultSlot { slot, .. } => Some(*slot) == self.door(),
            KeychainItem::NodeKey { .. } | KeychainItem::HighWater { .. } => false,
        };
        assert!(items.iter().all(belongs), "{when}: {items:?}");
    }
}

/// Another seed for each program, so that no two draw the same names.
fn rand_seed() -> u64 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    u64::from(NEXT.fetch_add(1, Ordering::SeqCst))
}

/// Burns down one moment at a time: there is one before and one after every write.
pub struct Fuse(AtomicU32);

/// Long enough for any test.
const ENDLESS: u32 = u32::MAX / 2;

impl Fuse {
    pub fn never() -> Self {
        Self(AtomicU32::new(ENDLESS))
    }

    /// Blows at the moment of this number, counted from 1.
    pub fn set(&self, moment: u32) {
        self.0.store(moment, Ordering::SeqCst);
    }

    pub fn is_blown(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }

    /// Lets a moment pass; `Err`: the process is dead, now or for some time.
    fn moment(&self) -> Result<(), Dead> {
        let before = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        match before {
            Ok(2..) => Ok(()),
            _ => Err(Dead),
        }
    }
}

struct Dead;

/// A port of a process that may die.
struct Mortal<P> {
    inner: P,
    fuse: Arc<Fuse>,
}

impl<P> Mortal<P> {
    fn new(inner: P, fuse: &Arc<Fuse>) -> Self {
        Self {
            inner,
            fuse: Arc::clone(fuse),
        }
    }
}

fn broken() -> std::io::Error {
    std::io::Error::other("the process is dead")
}

impl VaultFile for Mortal<FileVault> {
    fn read(&self) -> Result<Option<Vec<u8>>, VaultFileError> {
        self.inner.read()
    }

    fn create(&self, bytes: &[u8]) -> Result<(), VaultFileError> {
        self.inner.create(bytes)
    }

    fn replace(&self, bytes: &[u8]) -> Result<(), VaultFileError> {
        let dead = |_| VaultFileError::Io(broken());
        self.fuse.moment().map_err(dead)?;
        self.inner.replace(bytes)?;
        self.fuse.moment().map_err(dead)
    }
}

#[async_trait]
impl Keychain for Mortal<Arc<FakeKeychain>> {
    fn traits(&self) -> KeychainTraits {
        self.inner.traits()
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        self.inner.ready().await
    }

    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError> {
        let dead = |_| KeychainError::Unavailable;
        self.fuse.moment().map_err(dead)?;
        self.inner.put(item, secret).await?;
        self.fuse.moment().map_err(dead)
    }

    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        self.inner.get(item).await
    }

    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        let dead = |_| KeychainError::Unavailable;
        self.fuse.moment().map_err(dead)?;
        self.inner.remove(item).await?;
        self.fuse.moment().map_err(dead)
    }
}

impl Database for Mortal<SqlDatabase> {
    fn exists(&self) -> bool {
        self.inner.exists()
    }

    fn open(&self, key: &SecretBytes<32>) -> Result<Arc<dyn WalletStore>, OpenStoreError> {
        let inner = self.inner.open(key)?;
        let fuse = Arc::clone(&self.fuse);
        let moment = Arc::new(move |_: &str| fuse.moment().is_ok());
        Ok(Arc::new(WatchedStore::new(inner, moment)))
    }
}
