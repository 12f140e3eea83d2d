//! What the owner is asked, in the words that are shown.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bitcoin::{Amount, Network};
use satchel_app::cancel::CancelPayment;
use satchel_app::create_wallet::CreateWallet;
use satchel_app::draft::{CoinChoice, CreateDraft};
use satchel_app::sync::SyncScope;
use satchel_app::{App, Config, Ports};
use satchel_chain::{EsploraConnector, HttpSettings};
use satchel_ports::{Answer, Authorize, AuthorizeError, Confirm, ConfirmError, ConfirmText, Door};
use satchel_sandbox::Sandbox;
use satchel_secrets::{Passphrase, SecretText};
use satchel_store::{DiskFiles, FileAttempts, FileVault, SqlDatabase};
use satchel_system::{OsEntropy, SystemClock};
use satchel_types::{Backend, BackendKind, RequestId, ScriptType, WalletName};
use tokio_util::sync::CancellationToken;

use crate::support::{ELSEWHERE, PASSPHRASE, chain, regtest};

/// Agrees, and keeps what was asked.
#[derive(Default)]
struct Agrees(Mutex<Vec<ConfirmText>>);

#[async_trait]
impl Confirm for Agrees {
    async fn put(&self, text: &ConfirmText) -> Result<Answer, ConfirmError> {
        self.0.lock().expect("no panic").push(text.clone());
        Ok(Answer::Agreed)
    }
}

/// Enters the passphrase whenever it is asked for.
struct Owner;

#[async_trait]
impl Authorize for Owner {
    async fn authorize(&self, _: &str, door: &dyn Door) -> Result<(), AuthorizeError> {
        Ok(door.passphrase(passphrase()).await?)
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new(SecretText::new(PASSPHRASE.to_owned())).expect("a passphrase")
}

fn request(n: u8) -> RequestId {
    RequestId::from_bytes([n; 16])
}

async fn app(chain: &Sandbox, home: &std::path::Path, confirm: Arc<Agrees>) -> App {
    let ports = Ports {
        clock: Arc::new(SystemClock),
        lan: Arc::new(satchel_ports::NoLan),
        entropy: Arc::new(OsEntropy),
        confirm,
        authorize: Arc::new(Owner),
        chain: Arc::new(EsploraConnector::new(HttpSettings::default())),
        vault: Arc::new(FileVault::new(home)),
        attempts: Arc::new(FileAttempts::new(home)),
        keychain: Arc::new(satchel_ports::NoKeychain),
        database: Arc::new(SqlDatabase::new(home)),
        files: Arc::new(DiskFiles),
        places: Arc::new(satchel_ports::NoPlaces),
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
    let access = app.create_vault(passphrase()).await.expect("a fresh home");
    let wallet = CreateWallet {
        request: request(1),
        name: WalletName::new("Main").expect("a name"),
        network: Network::Regtest,
        script_type: ScriptType::Taproot,
    };
    app.create_wallet(wallet, &access).await.expect("a wallet");
    app
}

async fn pay(app: &App, n: u8, sats: u64) -> bitcoin::Txid {
    let draft = app
        .create_draft(CreateDraft {
            request: request(n),
            wallet: None,
            recipients: vec![(ELSEWHERE.to_owned(), Some(Amount::from_sat(sats)))],
            fee_rate: Some("2".parse().expect("a rate")),
            coins: CoinChoice::Auto,
            label: None,
            replaces: None,
        })
        .await
        .expect("enough coins");
    app.send_transaction(draft.id).await.expect("it is sent")
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_back_a_payment_says_what_goes_with_it() {
    let chain = chain();
    let home = tempfile::tempdir().expect("a scratch folder");
    let asked = Arc::new(Agrees::default());
    let app = app(&chain, home.path(), Arc::clone(&asked)).await;
    let to = app
        .generate_address(None, request(2), None)
        .await
        .expect("an address");
    chain
        .faucet(
            regtest(&to.address).script_pubkey(),
            Amount::from_sat(500_000),
        )
        .expect("the faucet pays");
    app.sync(None, SyncScope::Usual, CancellationToken::new())
        .await
        .expect("the chain answers");

    // The second payment can only be made of the first one's change.
    let first = pay(&app, 3, 50_000).await;
    let second = pay(&app, 4, 60_000).await;
    let cancel = |n, txid| CancelPayment {
        request: request(n),
        wallet: None,
        txid,
        fee_rate: None,
    };
    app.cancel_payment(cancel(5, second))
        .await
        .expect("replaced");
    let built = pay(&app, 6, 70_000).await;
    assert_ne!(built, second);
    app.cancel_payment(cancel(7, first))
        .await
        .expect("replaced");

    let asked = asked.0.lock().expect("no panic");
    let warned = |n: usize| {
        let takes_along = "Transactions that build on that payment are taken back with it";
        let found = asked[n]
            .warnings
            .iter()
            .find(|w| w.starts_with(takes_along));
        found.map(|text| text.rsplit(' ').next().unwrap_or_default().to_owned())
    };
    assert_eq!(asked.len(), 5, "{asked:?}");
    assert_eq!(warned(2), None, "nothing builds on the second one");
    // The cancellation of the second one, and the third payment.
    assert_eq!(warned(4).as_deref(), Some("2."));
}
