//! A server is asked nothing before its owner agreed to it.
#![allow(clippy::unwrap_used, missing_docs)] // a test that panics has failed

use std::sync::Arc;

use bitcoin::Network;
use satchel_app::backend::BackendError;
use satchel_app::{App, Config, Ports};
use satchel_ports::{Answer, ChainError, ConfirmError};
use satchel_secrets::{Passphrase, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_testkit::{
    AskedLan, FakeChain, FakeConnector, ManualClock, ScriptedAuthorize, ScriptedConfirm,
    SeededEntropy,
};
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse battery staple";
const URL: &str = "https://esplora.example/api";

struct World {
    app: App,
    chain: Arc<FakeChain>,
    confirm: Arc<ScriptedConfirm>,
    lan: Arc<AskedLan>,
    _home: TempDir,
}

/// A wallet home whose every server is one of `network`.
async fn world(network: Network) -> World {
    let home = tempfile::tempdir().unwrap();
    let chain = Arc::new(FakeChain::new(network));
    let confirm = Arc::new(ScriptedConfirm::new());
    let lan = Arc::new(AskedLan::default());
    let ports = Ports {
        clock: Arc::new(ManualClock::default()),
        lan: lan.clone(),
        entropy: Arc::new(SeededEntropy::dangerous_from_seed(1)),
        confirm: confirm.clone(),
        authorize: Arc::new(ScriptedAuthorize::always(PASSPHRASE)),
        chain: Arc::new(FakeConnector::to(Arc::clone(&chain))),
        vault: Arc::new(FileVault::new(home.path())),
        keychain: Arc::new(satchel_ports::NoKeychain),
        database: Arc::new(SqlDatabase::new(home.path())),
        files: Arc::new(DiskFiles),
        places: Arc::new(satchel_ports::NoPlaces),
        attempts: Arc::new(FileAttempts::new(home.path())),
    };
    let app = App::new(ports, Config::default());
    let passphrase = Passphrase::new(SecretText::new(PASSPHRASE.into())).unwrap();
    app.create_vault(passphrase).await.unwrap();
    World {
        app,
        chain,
        confirm,
        lan,
        _home: home,
    }
}

impl World {
    async fn set(&self, network: Option<Network>) -> Result<Network, BackendError> {
        let set = self.app.set_backend(network, URL).await;
        set.map(|backend| backend.network)
    }

    fn stored(&self, network: Network) -> Option<String> {
        let backend = self.app.backend(network).unwrap();
        backend.map(|(backend, _)| backend.url)
    }
}

fn declined(set: Result<Network, BackendError>) -> bool {
    matches!(set, Err(BackendError::Confirm(ConfirmError::Declined)))
}

#[tokio::test]
async fn who_declines_has_asked_the_server_nothing() {
    let world = world(Network::Signet).await;
    for network in [Some(Network::Signet), None] {
        world.confirm.then(Ok(Answer::Declined));
        assert!(declined(world.set(network).await));
    }
    assert_eq!(world.chain.questions(), 0);
    assert_eq!(world.stored(Network::Signet), None);
    assert_eq!(world.confirm.asked().len(), 2);
}

#[tokio::test]
async fn the_server_may_say_its_network_once_it_is_agreed_to() {
    let world = world(Network::Signet).await;
    world.confirm.then(Ok(Answer::Agreed));
    assert_eq!(world.set(None).await.unwrap(), Network::Signet);
    let asked = world.confirm.asked().remove(0);
    assert_eq!(asked.lines[0].value, "the one it says it serves");
    assert_eq!(asked.lines[1].value, URL);
    // What is in use already is no change: nobody is asked, and the server is not either.
    let questions = world.chain.questions();
    for network in [None, Some(Network::Signet)] {
        assert_eq!(world.set(network).await.unwrap(), Network::Signet);
    }
    assert_eq!(world.chain.questions(), questions);
    assert_eq!(world.confirm.asked().len(), 1);
}

#[tokio::test]
async fn a_server_of_another_network_is_refused_and_one_that_is_down_is_kept_if_named() {
    let world = world(Network::Signet).await;
    let down = || ChainError::Unreachable {
        server: "fake.invalid:1".into(),
    };
    for _ in 0..4 {
        world.confirm.then(Ok(Answer::Agreed));
    }
    let other = world.set(Some(Network::Bitcoin)).await;
    assert!(matches!(other, Err(BackendError::OtherNetwork)));
    assert_eq!(world.stored(Network::Bitcoin), None);
    world.chain.fail_next(down());
    assert!(matches!(world.set(None).await, Err(BackendError::Chain(_))));
    assert_eq!(world.stored(Network::Signet), None);
    world.chain.fail_next(down());
    let kept = world.set(Some(Network::Bitcoin)).await;
    assert_eq!(kept.unwrap(), Network::Bitcoin);
    assert_eq!(world.stored(Network::Bitcoin).as_deref(), Some(URL));
}

const AT_HOME: &str = "http://192.168.1.5:3002/api";

fn unreachable() -> ChainError {
    ChainError::Unreachable {
        server: "192.168.1.5:3002".to_owned(),
    }
}

#[tokio::test]
async fn for_a_server_at_home_the_system_is_asked_once_its_owner_agreed_and_for_others_never() {
    let world = world(Network::Regtest).await;
    world.confirm.then(Ok(Answer::Declined));
    let set = world.app.set_backend(Some(Network::Regtest), AT_HOME).await;
    assert!(matches!(set, Err(BackendError::Confirm(_))));
    assert_eq!(world.lan.asked(), 0);
    world.confirm.then(Ok(Answer::Agreed));
    world.set(Some(Network::Regtest)).await.unwrap();
    assert_eq!(world.lan.asked(), 0);
    world.confirm.then(Ok(Answer::Agreed));
    let set = world.app.set_backend(Some(Network::Regtest), AT_HOME).await;
    assert_eq!(set.unwrap().url, AT_HOME);
    assert_eq!(world.lan.asked(), 1);
}

#[tokio::test]
async fn a_server_at_home_that_the_system_keeps_away_is_not_taken_for_one_that_is_away() {
    let world = world(Network::Regtest).await;
    let set = || async {
        world.confirm.then(Ok(Answer::Agreed));
        world.app.set_backend(Some(Network::Regtest), AT_HOME).await
    };
    world.lan.says_no(true);
    world.chain.fail_next(unreachable());
    assert!(matches!(set().await, Err(BackendError::LanDenied)));
    assert_eq!(world.app.backend(Network::Regtest).unwrap(), None);
    // It may be allowed meanwhile: then it is only away.
    world.lan.says_no(false);
    world.chain.fail_next(unreachable());
    set().await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_reached_without_the_system_s_yes_is_taken() {
    let world = world(Network::Regtest).await;
    world.lan.says_no(true);
    world.confirm.then(Ok(Answer::Agreed));
    let set = world.app.set_backend(Some(Network::Regtest), AT_HOME).await;
    assert_eq!(set.unwrap().url, AT_HOME);
}
