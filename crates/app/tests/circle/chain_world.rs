//! Devices that share a wallet, with a real chain behind them. Each can be kept away from the place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bitcoin::{Address, Amount, Network, OutPoint, Txid};
use satchel_app::create_wallet::CreateWallet;
use satchel_app::draft::{CreateDraft, DraftError};
use satchel_app::found_circle::DeviceName;
use satchel_app::sync::SyncScope;
use satchel_app::sync_circle::CircleRound;
use satchel_app::{App, Config, Ports, SeedAccess};
use satchel_chain::{EsploraConnector, HttpSettings};
use satchel_ports::{Answer, BlobError, BlobStore, PlaceError, PlaceLogin, Places};
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_secrets::{Passphrase, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{ManualClock, ScriptedAuthorize, ScriptedConfirm, SeededEntropy};
use satchel_types::{
    Backend, BackendKind, CircleId, CoinQuery, CoinRow, Draft, FeeRate, Label, PlaceAddress,
    RequestId, ScriptType, WalletId, WalletName,
};
use satchel_wallet::CoinChoice;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::world::Meeting;

const PASSPHRASE: &str = "correct horse battery staple";
/// Nobody's address here.
pub const ELSEWHERE: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// One device's way to the place where all meet.
#[derive(Clone, Default)]
struct Way {
    place: Meeting,
    away: Arc<AtomicBool>,
}

#[async_trait]
impl Places for Way {
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
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
    ) -> Result<Vec<CircleId>, PlaceError> {
        self.place.circles(address, login).await
    }

    fn open(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError> {
        if self.away.load(Ordering::SeqCst) {
            let place = "meeting".to_owned();
            return Err(BlobError::Unreachable { place }.into());
        }
        self.place.open(address, login, circle)
    }
}

pub struct Device {
    pub app: App,
    pub access: SeedAccess,
    pub confirm: Arc<ScriptedConfirm>,
    pub clock: Arc<ManualClock>,
    pub wallet: WalletId,
    way: Way,
    number: u8,
    requests: std::sync::atomic::AtomicU8,
    home: TempDir,
}

fn passphrase() -> Passphrase {
    Passphrase::new(SecretText::new(PASSPHRASE.into())).unwrap()
}

impl Device {
    async fn new(number: u8, chain: &Sandbox, way: Way) -> Self {
        let home = tempfile::tempdir().unwrap();
        let confirm = Arc::new(ScriptedConfirm::always(Answer::Agreed));
        let clock = Arc::new(ManualClock::default());
        let ports = Ports {
            clock: clock.clone(),
            lan: Arc::new(satchel_ports::NoLan),
            entropy: Arc::new(SeededEntropy::dangerous_from_seed(u64::from(number))),
            confirm: confirm.clone(),
            authorize: Arc::new(ScriptedAuthorize::always(PASSPHRASE)),
            chain: Arc::new(EsploraConnector::new(HttpSettings::default())),
            vault: Arc::new(FileVault::new(home.path())),
            keychain: Arc::new(satchel_ports::NoKeychain),
            database: Arc::new(SqlDatabase::new(home.path())),
            files: Arc::new(DiskFiles),
            places: Arc::new(way.clone()),
            attempts: Arc::new(FileAttempts::new(home.path())),
        };
        let config = Config {
            default_backends: vec![Backend {
                network: Network::Regtest,
                kind: BackendKind::Esplora,
                url: chain.esplora_url(),
            }],
            ..Config::default()
        };
        let app = App::new(ports, config);
        let access = app.create_vault(passphrase()).await.unwrap();
        Self {
            app,
            access,
            confirm,
            clock,
            wallet: WalletId::from_bytes([0; 16]),
            way,
            number,
            requests: std::sync::atomic::AtomicU8::new(0),
            home,
        }
    }

    /// A home of its own that shares with nobody and asks the same chain.
    pub async fn alone(number: u8, chain: &Sandbox) -> Self {
        Self::new(number, chain, Way::default()).await
    }

    /// All that lies at the place where it meets others.
    pub fn left(&self) -> Vec<Vec<u8>> {
        self.way.place.left()
    }

    fn name(&self) -> DeviceName {
        DeviceName {
            name: format!("Device {}", self.number),
            system: "Test".to_owned(),
        }
    }

    /// Keeps it away from the place, or not.
    pub fn away(&self, away: bool) {
        self.way.away.store(away, Ordering::SeqCst);
    }

    /// A round with the place.
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

    /// Asks the chain.
    pub async fn sync(&self) {
        let cancel = CancellationToken::new();
        let sync = self.app.sync(Some(self.wallet), SyncScope::Usual, cancel);
        sync.await.unwrap();
    }

    pub fn request(&self) -> RequestId {
        let n = self.requests.fetch_add(1, Ordering::SeqCst);
        RequestId::from_bytes([n; 16])
    }

    pub async fn address(&self) -> satchel_types::AddressRow {
        let (wallet, request) = (Some(self.wallet), self.request());
        let row = self.app.generate_address(wallet, request, None).await;
        row.unwrap()
    }

    /// Receives a confirmed coin and finds it.
    pub async fn receive(&self, chain: &Sandbox, sats: u64) -> OutPoint {
        let address: Address<_> = self.address().await.address.parse().unwrap();
        let script = address.assume_checked().script_pubkey();
        let paid = chain.faucet(script, Amount::from_sat(sats)).unwrap();
        self.sync().await;
        OutPoint::new(paid.txid, paid.vout)
    }

    pub fn coins(&self) -> Vec<CoinRow> {
        let page = self.app.coins(Some(self.wallet), &CoinQuery::default());
        page.unwrap().page.rows
    }

    /// Prepares a payment to nobody's address.
    pub async fn draft(
        &self,
        sats: u64,
        sat_per_vb: u64,
        coins: CoinChoice,
    ) -> Result<Draft, DraftError> {
        self.labelled(sats, sat_per_vb, coins, None).await
    }

    /// The same with the label that it will have.
    pub async fn labelled(
        &self,
        sats: u64,
        sat_per_vb: u64,
        coins: CoinChoice,
        label: Option<&str>,
    ) -> Result<Draft, DraftError> {
        let request = CreateDraft {
            request: self.request(),
            wallet: Some(self.wallet),
            recipients: vec![(ELSEWHERE.into(), Some(Amount::from_sat(sats)))],
            fee_rate: FeeRate::from_sat_per_kvb(sat_per_vb * 1000).ok(),
            coins,
            label: label.and_then(|text| Label::new(text).unwrap()),
            replaces: None,
        };
        self.app.create_draft(request).await
    }

    pub fn notices(&self) -> Vec<String> {
        let notices = self.app.notices(false).unwrap();
        notices.into_iter().map(|view| view.text).collect()
    }

    pub fn status(&self, txid: Txid) -> satchel_types::TxState {
        self.app.tx_status(Some(self.wallet), txid).unwrap().0.state
    }

    pub async fn reopen(&self) {
        self.app.lock();
        self.app.unlock(passphrase()).await.unwrap();
    }
}

/// A chain, and devices that share one wallet of which each has everything.
pub async fn world(devices: u8, keys: bool) -> (Sandbox, Vec<Device>) {
    world_of(devices, keys, ScriptType::Taproot).await
}

/// The same with a wallet of this kind.
pub async fn world_of(devices: u8, keys: bool, script_type: ScriptType) -> (Sandbox, Vec<Device>) {
    let chain = Sandbox::start(SandboxConfig::default()).unwrap();
    let place = Meeting::default();
    let way = || Way {
        place: place.clone(),
        away: Arc::default(),
    };
    let mut first = Device::new(1, &chain, way()).await;
    let request = CreateWallet {
        request: RequestId::from_bytes([255; 16]),
        name: WalletName::new("Main").unwrap(),
        network: Network::Regtest,
        script_type,
    };
    let record = first
        .app
        .create_wallet(request, &first.access)
        .await
        .unwrap();
    first.wallet = record.id;
    first.app.found_circle(first.name()).await.unwrap();
    let file = first.home.path().join("wallet");
    let export = first
        .app
        .export_wallet(Some(record.id), &file, passphrase(), true);
    export.await.unwrap();
    first.step().await;
    let mut all = vec![first];
    for number in 2..=devices {
        let mut device = Device::new(number, &chain, way()).await;
        device.wallet = record.id;
        if keys {
            let import = device.app.import_file(&file, passphrase(), &device.access);
            import.await.unwrap();
        }
        let new = device.app.new_device(device.name()).await.unwrap();
        let request = new.request().unwrap();
        let admission = all[0].app.admit_device(request, keys).await.unwrap();
        device.app.join_circle(new, &admission).await.unwrap();
        all[0].step().await;
        device.step().await;
        if !keys {
            device.app.take_wallet(record.id).await.unwrap();
        }
        all.push(device);
    }
    meet(&all).await;
    // That they were added is meant.
    for device in &all {
        for view in device.app.notices(false).unwrap() {
            device.app.dismiss_notice(view.notice.id).unwrap();
        }
    }
    (chain, all)
}

/// Everything of each is with all afterwards.
pub async fn meet(devices: &[Device]) {
    for device in devices.iter().chain(devices) {
        device.step().await;
    }
}
