//! What an owner waits for, with the database, the vault and Argon2id in it: a wallet of 5,000 payments and 10,000 labels.

use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bitcoin::hashes::Hash;
use bitcoin::{Network, Txid};
use satchel_app::create_wallet::CreateWallet;
use satchel_app::found_circle::DeviceName;
use satchel_app::join_pairing::PairingCode;
use satchel_app::sync::SyncScope;
use satchel_app::{App, Config, Digits, Ports};
use satchel_lan::TcpLan;
use satchel_ports::{Answer, BlobStore, PlaceError, PlaceLogin, Places};
use satchel_secrets::{Passphrase, SecretText, hash};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    FakeChain, FakeConnector, ManualClock, MemoryPlace, ScriptedAuthorize, ScriptedConfirm,
    ScriptedScan, SeededEntropy, paid_at_first,
};
use satchel_types::{
    Backend, BackendKind, CircleId, Label, LabelTarget, PlaceAddress, RequestId, ScriptType,
    WalletId, WalletName,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::row;
use crate::times::{median, ms};

const PASSPHRASE: &str = "correct horse battery staple";
const PAYMENTS: u32 = 5_000;
const LABELS: u32 = 10_000;

fn passphrase() -> Passphrase {
    Passphrase::new(SecretText::new(PASSPHRASE.to_owned())).expect("long enough")
}

/// The place where the devices meet, in memory.
#[derive(Clone, Default)]
struct Meeting(Arc<OnceLock<MemoryPlace>>);

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
        Ok(Vec::new())
    }

    fn open(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError> {
        let place = self.0.get_or_init(|| MemoryPlace::new(circle));
        Ok(Arc::new(place.of(circle)))
    }
}

/// A device with a home on disk. Nobody is waited for: whoever is asked agrees at once.
struct Home {
    app: App,
    chain: Arc<FakeChain>,
    _home: TempDir,
}

impl Home {
    async fn new(number: u64, meeting: Meeting) -> Self {
        let home = tempfile::tempdir().expect("a scratch folder");
        let chain = Arc::new(FakeChain::new(Network::Regtest));
        let ports = Ports {
            clock: Arc::new(ManualClock::default()),
            lan: Arc::new(TcpLan::only_on(Ipv4Addr::LOCALHOST.into())),
            entropy: Arc::new(SeededEntropy::dangerous_from_seed(number)),
            confirm: Arc::new(ScriptedConfirm::always(Answer::Agreed)),
            authorize: Arc::new(ScriptedAuthorize::always(PASSPHRASE)),
            chain: Arc::new(FakeConnector::to(Arc::clone(&chain))),
            vault: Arc::new(FileVault::new(home.path())),
            keychain: Arc::new(satchel_ports::NoKeychain),
            database: Arc::new(SqlDatabase::new(home.path())),
            files: Arc::new(DiskFiles),
            places: Arc::new(meeting),
            attempts: Arc::new(FileAttempts::new(home.path())),
        };
        let config = Config {
            default_backends: vec![Backend {
                network: Network::Regtest,
                kind: BackendKind::Esplora,
                url: "http://127.0.0.1:1/api".to_owned(),
            }],
            ..Config::default()
        };
        let app = App::new(ports, config);
        app.create_vault(passphrase()).await.expect("a fresh home");
        Self {
            app,
            chain,
            _home: home,
        }
    }

    fn name() -> DeviceName {
        DeviceName {
            name: "Device".to_owned(),
            system: "Bench".to_owned(),
        }
    }

    /// Makes a wallet that was paid so often.
    async fn paid(&self) -> WalletId {
        let access = self.app.unlock(passphrase()).await.expect("its own");
        let request = CreateWallet {
            request: RequestId::from_bytes([9; 16]),
            name: WalletName::new("Main").expect("a name"),
            network: Network::Regtest,
            script_type: ScriptType::Taproot,
        };
        let record = self.app.create_wallet(request, &access).await;
        let wallet = record.expect("a fresh home").id;
        let request = RequestId::from_bytes([1; 16]);
        let first = self.app.generate_address(Some(wallet), request, None).await;
        let address: bitcoin::Address<_> =
            first.expect("an address").address.parse().expect("its own");
        let (tip, batch) = paid_at_first(&address.assume_checked().script_pubkey(), PAYMENTS);
        self.chain.set_tip(tip);
        self.chain.then(ScriptedScan::of(vec![batch]));
        let cancel = CancellationToken::new();
        let sync = self.app.sync(Some(wallet), SyncScope::Usual, cancel).await;
        sync.expect("the chain answers");
        wallet
    }

    /// Labels one more transaction.
    fn label(&self, wallet: WalletId, n: u32) {
        let target = LabelTarget::Tx(Txid::from_byte_array(hash::hash(&n.to_le_bytes())));
        let label = Label::new(&format!("rent of month {n}")).expect("short");
        self.app
            .set_label(Some(wallet), target, label)
            .expect("a label");
    }

    /// Opens what is locked and reads the balance.
    async fn unlock_to_balance(&self, wallet: WalletId) -> Duration {
        self.app.lock();
        let begun = Instant::now();
        self.app.unlock(passphrase()).await.expect("its own");
        self.app.balance(Some(wallet), None).expect("a balance");
        begun.elapsed()
    }

    /// Goes a round with the place.
    async fn round(&self) -> Duration {
        let place = match self.app.places().expect("open").first() {
            Some(place) => place.id,
            None => {
                let address = PlaceAddress::Folder("meeting".into());
                let added = self.app.add_place(address, None).await;
                added.expect("a place").id
            }
        };
        let begun = Instant::now();
        let cancel = CancellationToken::new();
        let round = self.app.sync_circle(place, cancel, &mut |_| {}).await;
        round.expect("a place that answers");
        begun.elapsed()
    }
}

pub fn print() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(figures());
}

async fn of_some(times: usize, home: &Home, wallet: WalletId) -> Duration {
    let mut all = Vec::new();
    for _ in 0..times {
        all.push(home.unlock_to_balance(wallet).await);
    }
    median(all)
}

async fn figures() {
    let meeting = Meeting::default();
    let first = Home::new(1, meeting.clone()).await;
    let wallet = first.paid().await;
    let what = "unlock to balance, Argon2id in it: 5,000 payments, one device";
    row(what, &ms(of_some(7, &first, wallet).await), "≤ 300 ms");
    for n in 0..LABELS {
        first.label(wallet, n);
    }
    let what = "the same with 10,000 labels";
    row(what, &ms(of_some(7, &first, wallet).await), "≤ 300 ms");
    let founded = first.app.found_circle(Home::name()).await;
    founded.expect("it is in none");
    let what = "the same, shared: what was there is in a snapshot";
    row(what, &ms(of_some(7, &first, wallet).await), "≤ 300 ms");
    let took = (0..20).map(|n| {
        let begun = Instant::now();
        first.label(wallet, LABELS + n);
        begun.elapsed()
    });
    row(
        "one label more, shared and on disk",
        &ms(median(took.collect())),
        "",
    );
    let brought = first.round().await;
    row(
        "all of it is brought to a place in memory",
        &ms(brought),
        "",
    );
    let mut idle = Vec::new();
    for _ in 0..7 {
        idle.push(first.round().await);
    }
    row(
        "a round with nothing new, database in it",
        &ms(median(idle)),
        "",
    );

    let second = Home::new(2, meeting).await;
    let begun = Instant::now();
    pair(&first, &second).await;
    let paired = begun.elapsed();
    first.round().await;
    second.round().await;
    let taken = second.app.take_wallet(wallet).await;
    taken.expect("the wallet came");
    let whole = begun.elapsed();
    row(
        "pairing over loopback, from the code to a device that belongs; who types takes no time",
        &ms(paired),
        "",
    );
    row(
        "the same to 10,020 labels and the wallet on both",
        &ms(whole),
        "≤ 10 s",
    );
    for n in 0..1_000 {
        first.label(wallet, LABELS + 20 + n);
    }
    let what = "unlock to balance with 1,020 more labels, an object each";
    row(what, &ms(of_some(5, &first, wallet).await), "≤ 300 ms");
    let begun = Instant::now();
    first.round().await;
    let (brought, begun) = (begun.elapsed(), Instant::now());
    second.round().await;
    row(
        "1,000 labels, an object each, are brought",
        &ms(brought),
        "",
    );
    row("and taken over by the other", &ms(begun.elapsed()), "");
}

/// One shows a code, the other reads it; the digits are typed at once.
async fn pair(first: &Home, second: &Home) {
    let cancel = CancellationToken::new();
    let mut shown = first.app.host_pairing().await.expect("a circle's owner");
    let code = PairingCode::read(shown.text(), &[]).expect("its own");
    let (arrived, joining) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.join_pairing(&code, Home::name(), &cancel)
    );
    let (arrived, joining) = (arrived.expect("a guest"), joining.expect("a host"));
    let digits = Digits::read(&joining.digits()).expect("six digits");
    let adding = async {
        let added = first.app.admit_guest(arrived, &digits, &cancel).await;
        added.expect("the same digits").watches().await;
    };
    let ((), joined) = tokio::join!(adding, second.app.finish_joining(joining, &cancel));
    joined.expect("it was added");
}
