//! Opening a wallet and using its keys are two authorisations.
#![allow(clippy::unwrap_used, missing_docs)] // a test that panics has failed

use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::Network;
use satchel_app::create_wallet::CreateWallet;
use satchel_app::unlock::UnlockError;
use satchel_app::words::WordsError;
use satchel_app::{App, Config, Ports, SeedAccessError, SeedError};
use satchel_ports::{
    Answer, Authorize, AuthorizeError, Confirm, ConfirmError, ConfirmText, Database, Door,
    DoorError, OpenStoreError, VaultFile, WalletStore,
};
use satchel_secrets::{Passphrase, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    FakeChain, FakeConnector, ManualClock, Proof, ScriptedAuthorize, ScriptedConfirm, SeededEntropy,
};
use satchel_types::{RequestId, ScriptType, WalletName};
use tempfile::TempDir;
use tokio::sync::Notify;

const PASSPHRASE: &str = "correct horse battery staple";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).unwrap()
}

struct World {
    app: Arc<App>,
    home: TempDir,
    owner: Arc<ScriptedAuthorize>,
    clock: Arc<ManualClock>,
}

fn app(
    home: &TempDir,
    seed: u64,
    clock: Arc<ManualClock>,
    confirm: Arc<dyn Confirm>,
    authorize: Arc<dyn Authorize>,
) -> Arc<App> {
    let ports = ports(home, seed, clock, confirm, authorize);
    Arc::new(App::new(ports, Config::default()))
}

fn ports(
    home: &TempDir,
    seed: u64,
    clock: Arc<ManualClock>,
    confirm: Arc<dyn Confirm>,
    authorize: Arc<dyn Authorize>,
) -> Ports {
    let chain = FakeConnector::to(Arc::new(FakeChain::new(Network::Regtest)));
    Ports {
        clock,
        lan: Arc::new(satchel_ports::NoLan),
        entropy: Arc::new(SeededEntropy::dangerous_from_seed(seed)),
        confirm,
        authorize,
        chain: Arc::new(chain),
        vault: Arc::new(FileVault::new(home.path())),
        attempts: Arc::new(FileAttempts::new(home.path())),
        keychain: Arc::new(satchel_ports::NoKeychain),
        database: Arc::new(SqlDatabase::new(home.path())),
        files: Arc::new(DiskFiles),
        places: Arc::new(satchel_ports::NoPlaces),
    }
}

/// Makes a vault with a wallet in it, open.
async fn fill(app: &App) {
    let access = app.create_vault(passphrase(PASSPHRASE)).await.unwrap();
    let request = CreateWallet {
        request: RequestId::from_bytes([1; 16]),
        name: WalletName::new("Main").unwrap(),
        network: Network::Regtest,
        script_type: ScriptType::Taproot,
    };
    app.create_wallet(request, &access).await.unwrap();
}

impl World {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let owner = Arc::new(ScriptedAuthorize::new());
        let clock = Arc::new(ManualClock::default());
        let agrees = Arc::new(ScriptedConfirm::always(Answer::Agreed));
        let app = app(&home, 1, clock.clone(), agrees, owner.clone());
        fill(&app).await;
        Self {
            app,
            home,
            owner,
            clock,
        }
    }
}

fn refusal(error: WordsError) -> AuthorizeError {
    match error {
        WordsError::Seed(SeedError::Proof(SeedAccessError::Authorize(error))) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_open_wallet_gives_no_words_without_proof() {
    let world = World::new().await;
    let error = world.app.reveal_words(None).await.unwrap_err();
    assert_eq!(refusal(error), AuthorizeError::Unavailable);
    world.owner.then(Proof::GivesUp);
    let error = world.app.reveal_words(None).await.unwrap_err();
    assert_eq!(refusal(error), AuthorizeError::Declined);
    world.owner.then(Proof::Types("not the passphrase".into()));
    let error = world.app.reveal_words(None).await.unwrap_err();
    assert_eq!(
        refusal(error),
        AuthorizeError::Refused(DoorError::WrongPassphrase)
    );
    world.owner.then(Proof::Types(PASSPHRASE.into()));
    assert_eq!(world.app.reveal_words(None).await.unwrap().word_count(), 12);
    // Each time anew.
    let error = world.app.reveal_words(None).await.unwrap_err();
    assert_eq!(refusal(error), AuthorizeError::Unavailable);
    assert_eq!(world.owner.asked(), ["to see the recovery words"; 5]);
}

/// A database during whose opening the wallet is locked, as by a computer that goes to sleep.
struct LockedMeanwhile {
    database: SqlDatabase,
    app: std::sync::OnceLock<std::sync::Weak<App>>,
}

impl Database for LockedMeanwhile {
    fn exists(&self) -> bool {
        self.database.exists()
    }

    fn open(
        &self,
        key: &satchel_secrets::SecretBytes<32>,
    ) -> Result<Arc<dyn WalletStore>, OpenStoreError> {
        if let Some(app) = self.app.get().and_then(std::sync::Weak::upgrade) {
            app.lock();
        }
        self.database.open(key)
    }
}

#[tokio::test]
async fn a_lock_while_it_opens_leaves_it_locked() {
    let world = World::new().await;
    world.app.lock();
    let database = Arc::new(LockedMeanwhile {
        database: SqlDatabase::new(world.home.path()),
        app: std::sync::OnceLock::new(),
    });
    let mut ports = ports(
        &world.home,
        2,
        world.clock.clone(),
        Arc::new(ScriptedConfirm::always(Answer::Agreed)),
        world.owner.clone(),
    );
    ports.database = database.clone();
    let app = Arc::new(App::new(ports, Config::default()));
    database.app.set(Arc::downgrade(&app)).unwrap();
    let opened = app.unlock(passphrase(PASSPHRASE)).await;
    assert!(matches!(
        opened,
        Err(UnlockError::Access(satchel_app::AccessError::Locked))
    ));
    assert_eq!(app.vault_state().unwrap(), satchel_app::VaultState::Locked);
}

#[tokio::test]
async fn wrong_proofs_count_together_with_wrong_unlocks() {
    let world = World::new().await;
    for _ in 0..2 {
        world.owner.then(Proof::Types("not the passphrase".into()));
        world.app.reveal_words(None).await.unwrap_err();
    }
    let wrong = world.app.unlock(passphrase("nor is this one")).await;
    assert!(matches!(wrong, Err(UnlockError::WrongPassphrase)));
    world.owner.then(Proof::Types(PASSPHRASE.into()));
    let error = world.app.reveal_words(None).await.unwrap_err();
    assert_eq!(
        refusal(error),
        AuthorizeError::Refused(DoorError::TooManyAttempts { seconds: 1 })
    );
    world.clock.advance(1);
    world.owner.then(Proof::Types(PASSPHRASE.into()));
    assert!(world.app.reveal_words(None).await.is_ok());
}

#[tokio::test]
async fn a_vault_file_exchanged_under_an_open_wallet_proves_nothing() {
    let world = World::new().await;
    let other = tempfile::tempdir().unwrap();
    let forger = app(
        &other,
        2,
        Arc::new(ManualClock::default()),
        Arc::new(ScriptedConfirm::always(Answer::Agreed)),
        Arc::new(ScriptedAuthorize::new()),
    );
    fill(&forger).await;
    let forged = FileVault::new(other.path()).read().unwrap().unwrap();
    FileVault::new(world.home.path()).replace(&forged).unwrap();

    world.owner.then(Proof::Types(PASSPHRASE.into()));
    let error = world.app.reveal_words(None).await.unwrap_err();
    assert!(
        matches!(
            error,
            WordsError::Seed(SeedError::Proof(SeedAccessError::Vault(_)))
        ),
        "{error}"
    );
    // Nor does it give access to seal another wallet's seed under the forger's key.
    let access = world.app.unlock(passphrase(PASSPHRASE)).await;
    assert!(matches!(access, Err(UnlockError::Vault(_))));
}

/// Says that the door opened without having tried it.
struct Liar;

#[async_trait]
impl Authorize for Liar {
    async fn authorize(&self, _: &str, _: &dyn Door) -> Result<(), AuthorizeError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_port_that_only_says_so_proves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::default());
    let agrees = Arc::new(ScriptedConfirm::always(Answer::Agreed));
    let app = app(&home, 1, clock, agrees, Arc::new(Liar));
    fill(&app).await;
    let error = app.reveal_words(None).await.unwrap_err();
    assert_eq!(refusal(error), AuthorizeError::Unavailable);
}

/// A person who answers when told to.
#[derive(Default)]
struct Slow {
    asked: Notify,
    go: Notify,
}

#[async_trait]
impl Confirm for Slow {
    async fn put(&self, _: &ConfirmText) -> Result<Answer, ConfirmError> {
        self.asked.notify_one();
        self.go.notified().await;
        Ok(Answer::Agreed)
    }
}

#[async_trait]
impl Authorize for Slow {
    async fn authorize(&self, _: &str, door: &dyn Door) -> Result<(), AuthorizeError> {
        self.asked.notify_one();
        self.go.notified().await;
        Ok(door.passphrase(passphrase(PASSPHRASE)).await?)
    }
}

#[tokio::test]
async fn a_lock_takes_an_open_question_back() {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::default());
    let slow = Arc::new(Slow::default());
    let app = app(&home, 1, clock, slow.clone(), slow.clone());
    fill(&app).await;
    let asking = tokio::spawn({
        let app = app.clone();
        async move { app.reveal_words(None).await.map(|_| ()) }
    });
    slow.asked.notified().await;
    app.lock();
    // Answered or not, it is over.
    let error = asking.await.unwrap().unwrap_err();
    assert!(
        matches!(error, WordsError::Confirm(ConfirmError::Withdrawn)),
        "{error}"
    );
}

#[tokio::test]
async fn a_lock_while_the_passphrase_is_typed_ends_it() {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::default());
    let slow = Arc::new(Slow::default());
    let agrees = Arc::new(ScriptedConfirm::always(Answer::Agreed));
    let app = app(&home, 1, clock, agrees, slow.clone());
    fill(&app).await;
    let asking = tokio::spawn({
        let app = app.clone();
        async move { app.reveal_words(None).await.map(|_| ()) }
    });
    slow.asked.notified().await;
    app.lock();
    let error = asking.await.unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            WordsError::Seed(SeedError::Proof(SeedAccessError::Access(_)))
        ),
        "{error}"
    );
}

#[tokio::test]
async fn noes_make_the_next_question_wait_and_a_yes_forgives() {
    let home = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::default());
    let person = Arc::new(ScriptedConfirm::always(Answer::Agreed));
    let owner = Arc::new(ScriptedAuthorize::always(PASSPHRASE));
    let app = app(&home, 1, clock.clone(), person.clone(), owner);
    fill(&app).await;
    let refuse = || async {
        person.then(Ok(Answer::Declined));
        app.reveal_words(None).await.map(|_| ()).unwrap_err()
    };
    for _ in 0..3 {
        assert!(matches!(
            refuse().await,
            WordsError::Confirm(ConfirmError::Declined)
        ));
    }
    let early = app.reveal_words(None).await.map(|_| ()).unwrap_err();
    assert!(matches!(
        early,
        WordsError::Confirm(ConfirmError::TooOften { seconds: 1 })
    ));
    assert_eq!(person.asked().len(), 3, "nobody was bothered");
    clock.advance(1);
    assert!(app.reveal_words(None).await.is_ok());
    assert!(matches!(
        refuse().await,
        WordsError::Confirm(ConfirmError::Declined)
    ));
    assert!(app.reveal_words(None).await.is_ok());
}
