//! Recovery words bring back the wallets they were used for, whole or not at all.
#![allow(clippy::unwrap_used, missing_docs)] // a test that panics has failed

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash as _;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Witness,
};
use satchel_app::backend::BackendError;
use satchel_app::create_wallet::CreateWalletError;
use satchel_app::draft::{CoinChoice, CreateDraft};
use satchel_app::find_script_types::Search;
use satchel_app::recovery::Usage;
use satchel_app::recovery::{LOOKED_AT, Recovery};
use satchel_app::restore_wallet::{AgreeError, RestoreRequest};
use satchel_app::sync::SyncScope;
use satchel_app::{AccessError, App, Config, Ports, SeedAccess};
use satchel_keys::RecoveryWords;
use satchel_ports::{Answer, ChainError, ConfirmError};
use satchel_secrets::{Passphrase, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    FakeChain, FakeConnector, ManualClock, ScriptedAuthorize, ScriptedConfirm, ScriptedScan,
    SeededEntropy,
};
use satchel_types::{
    Backend, BackendKind, BlockRef, ChainSide, FeeRate, RequestId, ScanBatch, ScannedTx,
    ScriptType, Timestamp, TxSeen, WalletName,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const PASSPHRASE: &str = "correct horse battery staple";
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

struct World {
    app: Arc<App>,
    access: SeedAccess,
    chain: Arc<FakeChain>,
    connector: Arc<FakeConnector>,
    confirm: Arc<ScriptedConfirm>,
    _home: TempDir,
}

async fn world() -> World {
    let home = tempfile::tempdir().unwrap();
    let chain = Arc::new(FakeChain::new(Network::Regtest));
    let connector = Arc::new(FakeConnector::to(Arc::clone(&chain)));
    let confirm = Arc::new(ScriptedConfirm::always(Answer::Agreed));
    let ports = Ports {
        clock: Arc::new(ManualClock::default()),
        lan: Arc::new(satchel_ports::NoLan),
        entropy: Arc::new(SeededEntropy::dangerous_from_seed(1)),
        confirm: confirm.clone(),
        authorize: Arc::new(ScriptedAuthorize::always(PASSPHRASE)),
        chain: connector.clone(),
        vault: Arc::new(FileVault::new(home.path())),
        keychain: Arc::new(satchel_ports::NoKeychain),
        database: Arc::new(SqlDatabase::new(home.path())),
        files: Arc::new(DiskFiles),
        places: Arc::new(satchel_ports::NoPlaces),
        attempts: Arc::new(FileAttempts::new(home.path())),
    };
    let config = Config {
        default_backends: vec![Backend {
            network: Network::Regtest,
            kind: BackendKind::Esplora,
            url: "http://127.0.0.1:1/api".into(),
        }],
        ..Config::default()
    };
    let app = Arc::new(App::new(ports, config));
    let passphrase = Passphrase::new(SecretText::new(PASSPHRASE.into())).unwrap();
    let access = app.create_vault(passphrase).await.unwrap();
    World {
        app,
        access,
        chain,
        connector,
        confirm,
        _home: home,
    }
}

fn recovery(extra: Option<&str>) -> Recovery {
    let words = RecoveryWords::parse(&SecretText::new(WORDS.into())).unwrap();
    let extra = extra.map(|text| SecretText::new(text.into()));
    Recovery::new(words, extra, Network::Regtest).unwrap()
}

fn request(number: u8, script_types: &[ScriptType]) -> RestoreRequest {
    RestoreRequest {
        request: RequestId::from_bytes([number; 16]),
        name: WalletName::new("Main").unwrap(),
        script_types: script_types.to_vec(),
    }
}

impl World {
    /// Pays an address of a script type, by its place.
    fn pay(&self, recovery: &Recovery, kind: ScriptType, index: usize) {
        let address = &recovery.kind(kind).addresses[index];
        self.chain.pay(address.script_pubkey());
    }

    async fn search(&self, recovery: &Recovery) -> Search {
        let cancel = CancellationToken::new();
        let search = self.app.find_script_types(recovery, cancel, &|_| {});
        search.await.unwrap()
    }
}

fn usages(search: &Search) -> Vec<Usage> {
    search.kinds.iter().map(|found| found.usage).collect()
}

use Usage::{Unknown, Unused, Used};

#[tokio::test]
async fn each_script_type_that_was_paid_is_found() {
    let (world, recovery) = (world().await, recovery(None));
    world.pay(&recovery, ScriptType::Segwit, 0);
    world.pay(&recovery, ScriptType::Legacy, LOOKED_AT as usize - 1);
    let told = AtomicU32::new(0);
    let count = |done| told.store(done, Ordering::Relaxed);
    let cancel = CancellationToken::new();
    let search = world.app.find_script_types(&recovery, cancel, &count);
    let search = search.await.unwrap();
    assert_eq!(usages(&search), [Unused, Used, Unused, Used]);
    assert!(search.fault.is_none() && search.found_any());
    assert_eq!(search.server.as_deref(), Some("fake.invalid:1"));
    assert_eq!(told.into_inner(), 4, "progress was told to the end");
    let asked = world.chain.scans();
    assert_eq!(asked.len(), 4);
    for scan in asked {
        assert_eq!(scan.sides.len(), 1, "the receive side alone");
        assert_eq!(scan.sides[0].2, LOOKED_AT);
        assert!(scan.scripts.is_empty() && scan.txids.is_empty());
    }
}

#[tokio::test]
async fn a_passphrase_that_is_another_finds_another_wallet() {
    let world = world().await;
    world.pay(&recovery(Some("right")), ScriptType::Taproot, 0);
    assert!(world.search(&recovery(Some("right"))).await.found_any());
    let search = world.search(&recovery(Some("Right"))).await;
    assert_eq!(usages(&search), [Unused; 4]);
    assert!(search.fault.is_none());
    let again = recovery(Some("Right")).with_passphrase(SecretText::new("right".into()));
    assert!(world.search(&again.unwrap()).await.found_any());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_never_taken_for_unused() {
    let (world, recovery) = (world().await, recovery(None));
    let gone = || ChainError::Unreachable {
        server: "fake.invalid:1".into(),
    };
    // Before the first question.
    world.connector.refuse(Some(gone()));
    let search = world.search(&recovery).await;
    assert_eq!(usages(&search), [Unknown; 4]);
    assert!(matches!(search.fault, Some(BackendError::Chain(_))));
    // In the middle: what was answered is kept.
    world.connector.refuse(None);
    world.pay(&recovery, ScriptType::Segwit, 3);
    world.search(&recovery).await;
    world.chain.fail_next(gone());
    let search = world.search(&recovery).await;
    assert_eq!(usages(&search), [Unknown, Used, Unused, Unused]);
    assert_eq!(search.fault.unwrap().to_string(), gone().to_string());
    // A chain that moves is asked again.
    world.chain.fail_next(ChainError::ChainMoved);
    assert!(world.search(&recovery).await.fault.is_none());
}

#[tokio::test]
async fn what_was_seen_is_true_however_the_search_ended() {
    let (world, recovery) = (world().await, recovery(None));
    let used = ScanBatch {
        last_used: vec![(ChainSide::Receive, 3)],
        ..ScanBatch::default()
    };
    let gone = ChainError::Unreachable {
        server: "fake.invalid:1".into(),
    };
    world.chain.then(ScriptedScan::failing(vec![used], gone));
    let search = world.search(&recovery).await;
    assert_eq!(usages(&search), [Used, Unused, Unused, Unused]);
    assert!(search.fault.is_none(), "nothing is left to be known");
}

/// Lets the chain pay one coin to a wallet's first address; the next sync sees it.
fn fund(world: &World, recovery: &Recovery, kind: ScriptType) {
    let block = |height: u32, hash| BlockRef { height, hash };
    let genesis = bitcoin::constants::genesis_block(Network::Regtest).block_hash();
    let block_1 = block(1, BlockHash::from_byte_array([7; 32]));
    let script = recovery.kind(kind).addresses[0].script_pubkey();
    let tx = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(Txid::all_zeros(), kind.purpose()),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(1_000_000),
            script_pubkey: script.clone(),
        }],
    };
    world.chain.set_tip(block_1);
    world.chain.then(ScriptedScan::of(vec![ScanBatch {
        blocks: Arc::new(vec![block(0, genesis), block_1]),
        txs: vec![ScannedTx {
            txid: tx.compute_txid(),
            tx: Some(Arc::new(tx)),
            seen: TxSeen::Block {
                block: block_1,
                time: Timestamp::from_secs(1_700_000_000),
            },
            prevouts: Vec::new(),
        }],
        last_used: vec![(ChainSide::Receive, 0)],
        scripts: vec![script],
        done: 1,
        expected: 1,
    }]));
}

#[tokio::test]
async fn what_came_back_spends_with_words_and_extra_passphrase() {
    let (world, recovery) = (world().await, recovery(Some("extra")));
    let all = request(1, &ScriptType::ALL);
    let made = world.app.restore_wallets(all, &recovery, &world.access);
    for (number, wallet) in (2..).zip(made.await.unwrap()) {
        fund(&world, &recovery, wallet.script_type);
        let cancel = CancellationToken::new();
        let synced = world.app.sync(Some(wallet.id), SyncScope::Usual, cancel);
        synced.await.unwrap();
        let wanted = CreateDraft {
            request: RequestId::from_bytes([number; 16]),
            wallet: Some(wallet.id),
            recipients: vec![(
                "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080".into(),
                Some(Amount::from_sat(10_000)),
            )],
            fee_rate: Some(FeeRate::from_sat_per_kvb(2_000).unwrap()),
            coins: CoinChoice::Auto,
            label: None,
            replaces: None,
        };
        let draft = world.app.create_draft(wanted).await.unwrap();
        // Another seed than the one that the addresses were made of signs nothing of this.
        let sent = world.app.send_transaction(draft.id).await;
        assert!(sent.is_ok(), "{:?}: {sent:?}", wallet.script_type);
    }
    assert_eq!(world.chain.sent().len(), 4);
}

#[tokio::test]
async fn a_search_can_be_stopped_and_ends_with_the_lock() {
    let (world, recovery) = (world().await, recovery(None));
    world.chain.hold();
    let cancel = CancellationToken::new();
    let search = world
        .app
        .find_script_types(&recovery, cancel.clone(), &|_| {});
    let stop = async {
        while world.chain.scans().len() < 4 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (search, ()) = tokio::join!(search, stop);
    let search = search.unwrap();
    assert_eq!(usages(&search), [Unknown; 4]);
    let stopped = BackendError::Chain(ChainError::Cancelled).to_string();
    assert_eq!(search.fault.unwrap().to_string(), stopped);

    let cancel = CancellationToken::new();
    let search = world.app.find_script_types(&recovery, cancel, &|_| {});
    let lock = async {
        while world.chain.scans().len() < 8 {
            tokio::task::yield_now().await;
        }
        world.app.lock();
    };
    let (search, ()) = tokio::join!(search, lock);
    assert!(matches!(search, Err(AccessError::Locked)));
}

#[tokio::test]
async fn several_script_types_come_back_as_wallets_of_their_own_and_once() {
    let (world, recovery) = (world().await, recovery(None));
    let wanted = request(1, &[ScriptType::Legacy, ScriptType::Segwit]);
    let made = world
        .app
        .restore_wallets(wanted.clone(), &recovery, &world.access);
    let made = made.await.unwrap();
    let names: Vec<_> = made.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["Main", "Main (Legacy)"]);
    assert!(
        made.iter()
            .all(|w| w.has_seed && w.words_proven_at.is_some())
    );
    let selected = world.app.find_wallet(None).unwrap();
    assert_eq!(selected.id, made[0].id);
    assert_eq!(selected.script_type, ScriptType::Segwit);

    // The same call once more, whatever it says now, is the same call.
    let other = RestoreRequest {
        script_types: ScriptType::ALL.to_vec(),
        ..wanted.clone()
    };
    let again = world.app.restore_wallets(other, &recovery, &world.access);
    assert_eq!(again.await.unwrap(), made);
    assert_eq!(
        world.app.restored_by(wanted.request).unwrap(),
        Some(made.clone())
    );
    assert_eq!(world.app.wallets().unwrap().len(), 2);

    // Another one adds what is missing and leaves alone what is here.
    let all = request(2, &ScriptType::ALL);
    let added = world.app.restore_wallets(all, &recovery, &world.access);
    let added: Vec<_> = added.await.unwrap().iter().map(|w| w.script_type).collect();
    assert_eq!(added, [ScriptType::Taproot, ScriptType::NestedSegwit]);
    let known = world.app.known_script_types(&recovery).unwrap();
    assert!(known.iter().all(|found| found.here));
    let all = request(3, &ScriptType::ALL);
    let none = world.app.restore_wallets(all, &recovery, &world.access);
    assert!(matches!(
        none.await,
        Err(CreateWalletError::AlreadyHere { .. })
    ));
    let none = request(4, &[]);
    let none = world.app.restore_wallets(none, &recovery, &world.access);
    assert!(matches!(none.await, Err(CreateWalletError::NoKind)));
}

#[tokio::test]
async fn the_first_addresses_are_shown_before_anything_is_written() {
    let (world, recovery) = (world().await, recovery(Some("typo")));
    let search = world.search(&recovery).await;
    world.confirm.then(Ok(Answer::Declined));
    let refused = world.app.agree_to_restore(&recovery, &search.kinds[..2]);
    let refused = refused.await;
    assert!(matches!(
        refused,
        Err(AgreeError::Confirm(ConfirmError::Declined))
    ));
    assert!(world.app.wallets().unwrap().is_empty());
    let asked = world.confirm.asked();
    let [text] = &asked[..] else {
        panic!("{asked:?}")
    };
    for kind in &recovery.kinds()[..2] {
        let grouped = text.lines.iter().map(|line| line.value.replace(' ', ""));
        assert!(
            grouped
                .into_iter()
                .any(|value| value == kind.first_address())
        );
    }
    assert!(text.warnings.iter().any(|w| w.contains("extra passphrase")));
    assert!(!format!("{text:?}").contains("typo"));
}
