//! Devices, each with a home of its own, and the one place where they meet.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use bitcoin::{Network, OutPoint};
use satchel_app::create_wallet::CreateWallet;
use satchel_app::found_circle::DeviceName;
use satchel_app::join_circle::NewDevice;
use satchel_app::sync::SyncScope;
use satchel_app::sync_circle::CircleRound;
use satchel_app::{App, Config, Ports};
use satchel_lan::TcpLan;
use satchel_ports::{
    Answer, BlobStore, Database, Keychain, NoKeychain, OpenStoreError, PlaceError, PlaceLogin,
    Places, WalletStore,
};
use satchel_secrets::kdf::KdfParams;
use satchel_secrets::{Passphrase, SecretBytes, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    FakeChain, FakeConnector, ManualClock, MemoryPlace, ScriptedAuthorize, ScriptedConfirm,
    ScriptedScan, SeededEntropy, WatchedStore, paid_at_first,
};
use satchel_types::{
    AddressQuery, Backend, BackendKind, Batch, BlobName, ChainSide, CircleId, DeviceId, Label,
    LabelTarget, PageSize, PlaceAddress, RequestId, ScriptType, StreamId, WalletId, WalletName,
    WalletRecord, Write,
};
use satchel_wallet::Engine;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const PASSPHRASE: &str = "correct horse battery staple";

/// What lies in a place, by circle and path.
pub type Files = BTreeMap<(CircleId, String), Vec<u8>>;

/// The place, once somebody asked for it, and the password that was last shown there.
#[derive(Clone, Default)]
pub struct Meeting(Arc<OnceLock<MemoryPlace>>, Arc<Mutex<Option<String>>>);

impl Meeting {
    /// Returns the password that was last shown there.
    pub fn last_password(&self) -> Option<String> {
        self.1.lock().unwrap().clone()
    }

    /// Returns all that lies there by its names, to be brought back.
    pub fn files(&self) -> Files {
        self.0.get().unwrap().snapshot()
    }

    /// Lets this lie there, and nothing else.
    pub fn restore(&self, files: Files) {
        self.0.get().unwrap().restore(files);
    }

    /// Returns all that lies there.
    pub fn left(&self) -> Vec<Vec<u8>> {
        let place = self.0.get().unwrap();
        place.snapshot().into_values().collect()
    }
}

#[async_trait]
impl Places for Meeting {
    async fn set_up(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
        _: CircleId,
    ) -> Result<(), PlaceError> {
        Ok(())
    }

    async fn circles(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
    ) -> Result<Vec<CircleId>, PlaceError> {
        let place = self.0.get().into_iter();
        let held = place.flat_map(|place| place.snapshot().into_keys());
        Ok(held
            .map(|(circle, _)| circle)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect())
    }

    fn open(
        &self,
        _: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError> {
        let password = login.map(|login| login.password.expose().to_owned());
        *self.1.lock().unwrap() = password;
        let place = self.0.get_or_init(|| MemoryPlace::new(circle));
        Ok(Arc::new(place.of(circle)))
    }
}

pub struct Device {
    pub app: App,
    pub confirm: Arc<ScriptedConfirm>,
    pub clock: Arc<ManualClock>,
    pub authorize: Arc<ScriptedAuthorize>,
    pub chain: Arc<FakeChain>,
    database: Arc<SeenDatabase>,
    /// The wallet that both share.
    pub wallet: WalletId,
    number: u8,
    home: TempDir,
}

impl Device {
    pub async fn new(number: u8) -> Self {
        Self::meeting(number, Meeting::default()).await
    }

    /// Makes one that meets others at a place.
    pub async fn meeting(number: u8, meeting: Meeting) -> Self {
        Self::beside(Arc::new(NoKeychain), number, meeting).await
    }

    /// The same beside a keychain.
    pub async fn beside(keychain: Arc<dyn Keychain>, number: u8, meeting: Meeting) -> Self {
        let home = tempfile::tempdir().unwrap();
        let chain = Arc::new(FakeChain::new(Network::Regtest));
        let confirm = Arc::new(ScriptedConfirm::always(Answer::Agreed));
        let clock = Arc::new(ManualClock::default());
        let authorize = Arc::new(ScriptedAuthorize::always(PASSPHRASE));
        let database = Arc::new(SeenDatabase {
            inner: SqlDatabase::new(home.path()),
            opened: Mutex::new(None),
            left: Arc::new(Mutex::new(None)),
        });
        let ports = Ports {
            clock: clock.clone(),
            lan: Arc::new(TcpLan::only_on(Ipv4Addr::LOCALHOST.into())),
            entropy: Arc::new(SeededEntropy::dangerous_from_seed(u64::from(number))),
            confirm: confirm.clone(),
            authorize: authorize.clone(),
            chain: Arc::new(FakeConnector::to(Arc::clone(&chain))),
            vault: Arc::new(FileVault::new(home.path())),
            keychain,
            database: database.clone(),
            files: Arc::new(DiskFiles),
            places: Arc::new(meeting),
            attempts: Arc::new(FileAttempts::new(home.path())),
        };
        let config = Config {
            file_kdf: KdfParams::FLOOR,
            default_backends: vec![Backend {
                network: Network::Regtest,
                kind: BackendKind::Esplora,
                url: "http://127.0.0.1:1/api".into(),
            }],
            ..Config::default()
        };
        let app = App::new(ports, config);
        app.create_vault(passphrase()).await.unwrap();
        Self {
            app,
            confirm,
            clock,
            authorize,
            chain,
            database,
            wallet: WalletId::from_bytes([0; 16]),
            number,
            home,
        }
    }

    pub fn name(&self) -> DeviceName {
        DeviceName {
            name: format!("Device {}", self.number),
            system: "Test".to_owned(),
        }
    }

    pub async fn new_device(&self) -> NewDevice {
        self.app.new_device(self.name()).await.unwrap()
    }

    pub async fn step(&self) -> CircleRound {
        let place = match self.app.places().unwrap().first() {
            Some(place) => place.id,
            None => {
                let address = PlaceAddress::Folder("meeting".into());
                self.app.add_place(address, None).await.unwrap().id
            }
        };
        let cancel = CancellationToken::new();
        let round = self.app.sync_circle(place, cancel, &mut |_| {}).await;
        round.unwrap()
    }

    /// A round, if it belongs to a circle.
    pub async fn step_if_shared(&self) {
        if self.app.circle().unwrap().is_some() {
            self.step().await;
        }
    }

    pub fn label(&self, target: LabelTarget, text: &str) {
        let label = Label::new(text).unwrap();
        self.app
            .set_label(Some(self.wallet), target, label)
            .unwrap();
    }

    /// Lets the wallet find coins on the chain and returns them, alike on every device.
    pub async fn find_coins(&self) -> Vec<OutPoint> {
        self.find_many_coins(3).await
    }

    /// The same of so many.
    pub async fn find_many_coins(&self, count: u32) -> Vec<OutPoint> {
        let at_first = || {
            let rows = self.app.addresses(Some(self.wallet), &all()).unwrap().rows;
            let first = rows.into_iter().find(|row| row.index == 0);
            first.map(|row| row.address)
        };
        if at_first().is_none() {
            // Whichever is set aside for this device: those before it are known then.
            self.address(0).await;
        }
        let address = at_first().unwrap();
        let address: bitcoin::Address<_> = address.parse().unwrap();
        let script = address.assume_checked().script_pubkey();
        let (tip, batch) = paid_at_first(&script, count);
        let coins = batch
            .txs
            .iter()
            .map(|tx| OutPoint::new(tx.txid, 0))
            .collect();
        self.chain.set_tip(tip);
        self.chain.then(ScriptedScan::of(vec![batch]));
        let cancel = CancellationToken::new();
        let sync = self.app.sync(Some(self.wallet), SyncScope::Usual, cancel);
        sync.await.unwrap();
        coins
    }

    pub async fn lock(&self, coin: OutPoint, locked: bool) {
        let lock = self.app.set_coin_lock(Some(self.wallet), coin, locked);
        lock.await.unwrap();
    }

    pub async fn address(&self, request: u8) -> String {
        let request = RequestId::from_bytes([request; 16]);
        let row = self
            .app
            .generate_address(Some(self.wallet), request, None)
            .await;
        row.unwrap().address
    }

    pub fn handed_out(&self) -> Vec<String> {
        let page = self.app.addresses(Some(self.wallet), &all()).unwrap();
        page.rows.into_iter().map(|row| row.address).collect()
    }

    pub fn labels(&self) -> Vec<(LabelTarget, String)> {
        let mut labels = self.store().labels(self.wallet).unwrap();
        labels.sort_by_key(|(target, _)| format!("{target:?}"));
        labels
    }

    /// The same device, of which a test looks at this wallet.
    pub fn with_wallet(mut self, wallet: WalletId) -> Self {
        self.wallet = wallet;
        self
    }

    /// Labels so many transactions in one write.
    pub fn label_many(&self, count: u32) {
        let mut batch = Batch::new();
        for n in 0..count {
            let target = LabelTarget::Tx(satchel_testkit::rows::txid(n));
            let label = Label::new(&format!("label {n}")).unwrap();
            batch.push(Write::PutLabel(self.wallet, target, label));
        }
        self.store().apply(&batch).unwrap();
    }

    /// All that a file could change, as text.
    pub fn dump(&self) -> String {
        let store = self.store();
        let mut all = format!(
            "{:?} {:?}\n",
            store.circle().unwrap(),
            store.selected().unwrap()
        );
        for kept in store.objects().unwrap() {
            let bytes = store.object(&kept.name).unwrap().unwrap();
            all += &format!("{} {bytes:?}\n", kept.name);
        }
        for mut record in store.wallets().unwrap() {
            // Backups note it.
            record.backed_up_at = None;
            let id = record.id;
            all += &format!(
                "{record:?} {:?} {:?} {:?} {:?}\n",
                store.labels(id).unwrap(),
                store.locked_coins(id).unwrap(),
                store.changes(id).unwrap(),
                store.sealed_seed(id).unwrap(),
            );
        }
        for place in store.places().unwrap() {
            all += &format!(
                "{place:?} {:?}\n",
                store.marks(&place.id.to_string()).unwrap()
            );
        }
        all += &format!("{:?}", store.marks("file").unwrap());
        all
    }

    /// The circle's objects as it keeps them.
    pub fn objects(&self) -> Vec<Vec<u8>> {
        let store = self.store();
        let kept = store.objects().unwrap().into_iter();
        kept.map(|kept| store.object(&kept.name).unwrap().unwrap())
            .collect()
    }

    /// How many snapshots of the circle it keeps, by whomever.
    pub fn snapshots(&self) -> usize {
        let names = self.names().into_iter();
        let snapshots = names.filter(|name| matches!(name, BlobName::Snapshot { .. }));
        snapshots.count()
    }

    /// Names of the circle's objects as it keeps them.
    pub fn names(&self) -> Vec<BlobName> {
        let kept = self.store().objects().unwrap().into_iter();
        kept.map(|kept| kept.name).collect()
    }

    /// Which device it is.
    pub fn id(&self) -> DeviceId {
        self.store().circle().unwrap().unwrap().device
    }

    /// Under which streams it writes, as it remembers them.
    pub fn streams(&self) -> (StreamId, StreamId) {
        let record = self.store().circle().unwrap().unwrap();
        (record.shared_stream, record.seeds_stream)
    }

    pub fn locked(&self) -> Vec<OutPoint> {
        self.store().locked_coins(self.wallet).unwrap()
    }

    /// The database as it is now open.
    fn store(&self) -> Arc<dyn WalletStore> {
        let opened = self.database.opened.lock().unwrap();
        Arc::clone(opened.as_ref().unwrap())
    }

    /// Writes past every use case, and tells nobody.
    pub fn write_behind(&self, write: Write) {
        self.store().apply(&Batch::from(write)).unwrap();
    }

    /// Returns a setting as the database has it.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.store().setting(key).unwrap()
    }

    /// Puts a wallet without keys here that no use case makes.
    pub fn has_besides(&self, record: &WalletRecord) {
        let (_, engine) = Engine::create(record).unwrap();
        let mut batch = Batch::from(Write::InsertWallet {
            record: Box::new(record.clone()),
            sealed_seed: None,
        });
        batch.extend(engine);
        self.store().apply(&batch).unwrap();
    }

    /// Lets the process die after so many moments; there is one before and one after each write.
    pub fn dies_after(&self, moments: usize) {
        *self.database.left.lock().unwrap() = Some(moments);
    }

    /// Ends the program and copies what lies in its home.
    pub fn copied_home(&self) -> TempDir {
        self.ends();
        let copy = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(self.home.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        copy
    }

    /// Puts an older home in the place of this one, and starts the program on it.
    pub async fn put_back(&self, copy: &TempDir) {
        self.put_back_locked(copy);
        self.app.unlock(passphrase()).await.unwrap();
    }

    /// The same, and leaves it locked.
    pub fn put_back_locked(&self, copy: &TempDir) {
        *self.database.left.lock().unwrap() = None;
        self.ends();
        for entry in std::fs::read_dir(self.home.path()).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for entry in std::fs::read_dir(copy.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), self.home.path().join(entry.file_name())).unwrap();
        }
    }

    fn ends(&self) {
        self.app.lock();
        // Nothing has the files open now.
        *self.database.opened.lock().unwrap() = None;
    }

    /// Starts the program anew on what is left.
    pub async fn starts_again(&self) {
        *self.database.left.lock().unwrap() = None;
        self.reopen().await;
    }

    pub async fn reopen(&self) {
        self.app.lock();
        self.app.unlock(passphrase()).await.unwrap();
    }
}

fn all() -> AddressQuery {
    AddressQuery {
        side: ChainSide::Receive,
        after: None,
        size: PageSize::default(),
        unused_only: false,
    }
}

/// Lets a test look into the database behind the app.
struct SeenDatabase {
    inner: SqlDatabase,
    opened: Mutex<Option<Arc<dyn WalletStore>>>,
    /// Moments around writes until the process is dead.
    left: Arc<Mutex<Option<usize>>>,
}

impl Database for SeenDatabase {
    fn exists(&self) -> bool {
        self.inner.exists()
    }

    fn open(&self, key: &SecretBytes<32>) -> Result<Arc<dyn WalletStore>, OpenStoreError> {
        let left = Arc::clone(&self.left);
        let alive = move |_: &str| match &mut *left.lock().unwrap() {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        };
        let store = self.inner.open(key)?;
        let store: Arc<dyn WalletStore> = Arc::new(WatchedStore::new(store, Arc::new(alive)));
        *self.opened.lock().unwrap() = Some(Arc::clone(&store));
        Ok(store)
    }
}

pub fn passphrase() -> Passphrase {
    text_passphrase(PASSPHRASE)
}

pub fn text_passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.into())).unwrap()
}

/// A device with a wallet that founded a circle, and one that joined it.
pub async fn pair() -> (Device, Device) {
    join(founder_and_stranger().await).await
}

/// The same, of which the first has a keychain.
pub async fn pair_beside(keychain: Arc<dyn Keychain>) -> (Device, Device) {
    let meeting = Meeting::default();
    let founder = Device::beside(keychain, 1, meeting.clone()).await;
    let (first, mut strangers) = found(founder, &meeting, 1).await;
    join((first, strangers.remove(0))).await
}

/// A device with a keychain that joined, and the one that added it.
pub async fn joined_beside(keychain: Arc<dyn Keychain>) -> (Device, Device) {
    let meeting = Meeting::default();
    let founder = Device::meeting(1, meeting.clone()).await;
    let (first, _) = found(founder, &meeting, 0).await;
    let second = Device::beside(keychain, 2, meeting).await;
    let second = second.with_wallet(first.wallet);
    let (first, second) = join((first, second)).await;
    (second, first)
}

async fn join((first, second): (Device, Device)) -> (Device, Device) {
    let device = second.new_device().await;
    let request = device.request().unwrap();
    let admission = first.app.admit_device(request, false).await.unwrap();
    second.app.join_circle(device, &admission).await.unwrap();
    (first, second)
}

/// A device with a wallet that founded a circle, and one that is in none.
pub async fn founder_and_stranger() -> (Device, Device) {
    let (first, mut strangers) = founder_and_strangers(1).await;
    (first, strangers.remove(0))
}

/// A device with a wallet that founded a circle, and some that are in none.
pub async fn founder_and_strangers(count: u8) -> (Device, Vec<Device>) {
    founder_and_strangers_at(&Meeting::default(), count).await
}

/// The same at a place that the test looks into.
pub async fn founder_and_strangers_at(meeting: &Meeting, count: u8) -> (Device, Vec<Device>) {
    let first = Device::meeting(1, meeting.clone()).await;
    found(first, meeting, count).await
}

async fn found(mut first: Device, meeting: &Meeting, count: u8) -> (Device, Vec<Device>) {
    let mut strangers = Vec::new();
    for number in 2..count + 2 {
        strangers.push(Device::meeting(number, meeting.clone()).await);
    }
    let access = first.app.unlock(passphrase()).await.unwrap();
    let request = CreateWallet {
        request: RequestId::from_bytes([9; 16]),
        name: WalletName::new("Main").unwrap(),
        network: Network::Regtest,
        script_type: ScriptType::Taproot,
    };
    let record = first.app.create_wallet(request, &access).await.unwrap();
    first.wallet = record.id;
    for stranger in &mut strangers {
        stranger.wallet = record.id;
    }
    first.app.found_circle(first.name()).await.unwrap();
    (first, strangers)
}
