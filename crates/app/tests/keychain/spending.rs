//! Presence in place of the passphrase: when it pays, and when it never does.

use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash as _;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Witness,
};
use satchel_app::access::SeedAccessError;
use satchel_app::cancel::CancelPayment;
use satchel_app::create_wallet::CreateWallet;
use satchel_app::draft::{CoinChoice, CreateDraft};
use satchel_app::send::SendError;
use satchel_app::spending_limits::Limits;
use satchel_app::sync::SyncScope;
use satchel_app::{AccessError, App, SeedError, SigningError};
use satchel_ports::{
    Answer, AuthorizeError, Database, Keychain, KeychainError, Presence, VaultFile,
};
use satchel_secrets::SecretBytes;
use satchel_store::{FileVault, SqlDatabase};
use satchel_testkit::{FakeKeychain, Platform, Proof, ScriptedScan};
use satchel_types::{
    Batch, BlockRef, ChainSide, Draft, FeeRate, RequestId, ScanBatch, ScannedTx, ScriptType,
    Timestamp, TxSeen, WalletName, Write,
};
use tokio_util::sync::CancellationToken;

use crate::world::{RIGHT, World, passphrase};

/// Somebody's address to pay to.
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const PRESENT: [Platform; 3] = [Platform::Apple, Platform::Windows, Platform::Android];
const SEND: &str = "to send this payment";

fn request(number: u8) -> RequestId {
    RequestId::from_bytes([number; 16])
}

/// An open wallet with coins and a door for the keychain.
async fn rich(world: &World) -> App {
    let app = world.start().await;
    let access = app.unlock(passphrase(RIGHT)).await.expect("the right one");
    app.enrol_keychain().await.expect("it is ready");
    let wallet = CreateWallet {
        request: request(100),
        name: WalletName::new("Main").expect("a name"),
        network: Network::Regtest,
        script_type: ScriptType::Taproot,
    };
    app.create_wallet(wallet, &access).await.expect("new");
    let address = app.generate_address(None, request(101), None).await;
    fund(world, &address.expect("a wallet").address);
    app.sync(None, SyncScope::Usual, CancellationToken::new())
        .await
        .expect("a chain");
    app
}

/// The same, with presence enough for a payment of so many satoshis.
async fn allowed(world: &World, sats: u64) -> App {
    let app = rich(world).await;
    allow(&app, Some(sats)).await;
    app
}

async fn allow(app: &App, sats: Option<u64>) {
    let limits = Limits {
        by_presence: sats.map(Amount::from_sat),
        ..Limits::default()
    };
    app.set_limits(limits).await.expect("agreed and proven");
}

/// Lets the chain pay an address eight coins.
fn fund(world: &World, address: &str) {
    let address: bitcoin::Address<_> = address.parse().expect("an address");
    let script = address.assume_checked().script_pubkey();
    let tx = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(Txid::all_zeros(), 7),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![
            TxOut {
                value: Amount::from_sat(1_000_000),
                script_pubkey: script.clone(),
            };
            8
        ],
    };
    let block = BlockRef {
        height: 1,
        hash: BlockHash::from_byte_array([7; 32]),
    };
    let genesis = BlockRef {
        height: 0,
        hash: bitcoin::constants::genesis_block(Network::Regtest).block_hash(),
    };
    world.chain.set_tip(block);
    world.chain.then(ScriptedScan::of(vec![ScanBatch {
        blocks: Arc::new(vec![genesis, block]),
        txs: vec![ScannedTx {
            txid: tx.compute_txid(),
            tx: Some(Arc::new(tx)),
            seen: TxSeen::Block {
                block,
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

fn rate(sat_per_vb: u64) -> FeeRate {
    FeeRate::from_sat_per_kvb(sat_per_vb * 1_000).expect("a rate")
}

/// A payment of 10000 satoshis, and what leaves with it.
async fn draft(app: &App, number: u8) -> (Draft, u64) {
    let wanted = CreateDraft {
        request: request(number),
        wallet: None,
        recipients: vec![(TO.to_owned(), Some(Amount::from_sat(10_000)))],
        fee_rate: Some(rate(2)),
        coins: CoinChoice::Auto,
        label: None,
        replaces: None,
    };
    let draft = app.create_draft(wanted).await.expect("coins");
    let leaves = 10_000 + draft.fee.to_sat();
    (draft, leaves)
}

/// What the passphrase was asked for, and how often the keychain asked, since `before`.
fn since(world: &World, before: &(usize, u32)) -> (Vec<String>, u32) {
    let asked = world.authorize.asked().split_off(before.0);
    (asked, world.keychain.questions() - before.1)
}

fn now(world: &World) -> (usize, u32) {
    (world.authorize.asked().len(), world.keychain.questions())
}

fn proof(error: SendError) -> SeedAccessError {
    match error {
        SendError::Signing(SigningError::Seed(SeedError::Proof(error))) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn presence_pays_up_to_the_limit_with_the_fee_and_no_satoshi_more() {
    for platform in PRESENT {
        let world = World::on(platform);
        let app = rich(&world).await;
        let (first, leaves) = draft(&app, 1).await;
        allow(&app, Some(leaves)).await;
        let before = now(&world);
        app.send_transaction(first.id).await.expect("a finger");
        assert_eq!(since(&world, &before), (vec![], 1), "{platform:?}");
        assert_eq!(world.chain.sent().len(), 1);

        let (second, leaves) = draft(&app, 2).await;
        allow(&app, Some(leaves - 1)).await;
        let before = now(&world);
        app.send_transaction(second.id).await.expect("a passphrase");
        assert_eq!(since(&world, &before), (vec![SEND.to_owned()], 0));
    }
}

#[tokio::test]
async fn it_is_off_until_it_is_asked_for_and_after_it_is_turned_off() {
    let world = World::on(Platform::Apple);
    let app = rich(&world).await;
    assert_eq!(app.limits().expect("open").by_presence, None);
    for number in [1, 2] {
        let (draft, _) = draft(&app, number).await;
        let before = now(&world);
        app.send_transaction(draft.id).await.expect("a passphrase");
        assert_eq!(since(&world, &before), (vec![SEND.to_owned()], 0));
        allow(&app, Some(1_000_000)).await;
        allow(&app, None).await;
    }
}

#[tokio::test]
async fn presence_signs_cancels_and_raises_a_fee_as_well() {
    let world = World::on(Platform::Apple);
    let app = allowed(&world, 1_000_000).await;
    let before = now(&world);
    let (signed, _) = draft(&app, 1).await;
    app.sign_transaction(signed.id).await.expect("a finger");
    let (sent, _) = draft(&app, 2).await;
    let txid = app.send_transaction(sent.id).await.expect("a finger");
    let bump = satchel_app::bump::BumpPayment {
        request: request(3),
        wallet: None,
        txid,
        fee_rate: rate(10),
    };
    let raised = app.bump_payment(bump).await.expect("it is pending");
    let txid = app.send_transaction(raised.id).await.expect("a finger");
    let cancel = CancelPayment {
        request: request(4),
        wallet: None,
        txid,
        fee_rate: Some(rate(30)),
    };
    app.cancel_payment(cancel).await.expect("a finger");
    assert_eq!(since(&world, &before), (vec![], 4));
    assert_eq!(world.chain.sent().len(), 3);
}

/// Sets the limit without asking anybody, as somebody does who knows the passphrase and the format.
async fn write_by_hand(world: &World, app: &App, sats: u64) {
    app.lock();
    let file = world.vault().expect("a file");
    let key = satchel_vault::unlock(&file, &passphrase(RIGHT)).expect("the right one");
    let store = SqlDatabase::new(world.home.path()).open(&key.database_key());
    let store = store.expect("nobody has it open");
    let setting = Write::PutSetting {
        key: "limit_by_presence".to_owned(),
        value: sats.to_string(),
    };
    store.apply(&Batch::from(setting)).expect("a disk");
    store.close();
    app.unlock(passphrase(RIGHT)).await.expect("the right one");
    let limit = app.limits().expect("open").by_presence;
    assert_eq!(limit, Some(Amount::from_sat(sats)));
}

#[tokio::test]
async fn a_keychain_that_does_not_ask_each_time_pays_nothing_whatever_the_setting_says() {
    for presence in [Presence::None, Presence::Session] {
        let keychain = FakeKeychain::with_presence(Platform::Linux, presence);
        let world = World::with(Arc::new(keychain));
        let app = allowed(&world, 1_000_000).await;
        let warned = world.confirm.asked().pop().expect("it was asked").warnings;
        assert!(warned.iter().any(|text| text.contains("proves no payment")));
        for (number, by_hand) in [(1, false), (2, true)] {
            if by_hand {
                allow(&app, None).await;
                write_by_hand(&world, &app, 1_000_000).await;
            }
            let (draft, _) = draft(&app, number).await;
            let (before, sent) = (now(&world), world.chain.sent().len());
            world.authorize.then(Proof::GivesUp);
            let error = app.send_transaction(draft.id).await.expect_err("no proof");
            assert!(matches!(
                proof(error),
                SeedAccessError::Authorize(AuthorizeError::Declined)
            ));
            assert_eq!(since(&world, &before).0, [SEND], "{presence:?}");
            assert_eq!(world.chain.sent().len(), sent);
        }
    }
}

#[tokio::test]
async fn what_the_keychain_says_but_the_key_leads_to_the_passphrase_and_changes_nothing() {
    type Event = fn(&FakeKeychain);
    let table: [(Platform, Event, KeychainError, &str); 5] = [
        (
            Platform::Apple,
            FakeKeychain::lock,
            KeychainError::Locked,
            "to send this payment, because the keychain is locked",
        ),
        (
            Platform::Apple,
            FakeKeychain::enrol_biometry,
            KeychainError::NotFound,
            "to send this payment, because the keychain has no key to this wallet",
        ),
        (
            Platform::Android,
            FakeKeychain::enrol_biometry,
            KeychainError::Invalidated,
            "to send this payment, because the keychain's key is not valid any more",
        ),
        (
            Platform::Windows,
            FakeKeychain::cancel_next,
            KeychainError::Denied,
            "to send this payment, because the keychain did not give the key",
        ),
        (
            Platform::Windows,
            FakeKeychain::stop,
            KeychainError::Unavailable,
            "to send this payment, because no keychain answers",
        ),
    ];
    for (platform, event, error, reason) in table {
        let world = World::on(platform);
        let app = allowed(&world, 1_000_000).await;
        let (draft, _) = draft(&app, 1).await;
        // Neither proof: nothing leaves.
        event(&world.keychain);
        let (file, items, before) = (world.vault(), world.keychain.items(), now(&world));
        world.authorize.then(Proof::GivesUp);
        let refused = app.send_transaction(draft.id).await.expect_err("no proof");
        assert!(refused.is_refusal(), "{error:?}");
        assert_eq!(since(&world, &before).0, [reason]);
        assert!(world.chain.sent().is_empty());
        // And with the passphrase it does.
        event(&world.keychain);
        app.send_transaction(draft.id).await.expect("a passphrase");
        assert_eq!(since(&world, &before).0, [reason; 2]);
        assert_eq!(world.chain.sent().len(), 1);
        assert_eq!(world.vault(), file, "{error:?} writes nothing");
        assert_eq!(world.keychain.items(), items, "{error:?} removes nothing");
        assert!(app.limits().expect("open").by_presence.is_some());
    }
}

#[tokio::test]
async fn an_item_that_somebody_wrote_over_pays_nothing() {
    let world = World::on(Platform::Apple);
    let app = allowed(&world, 1_000_000).await;
    let other = SecretBytes::from_slice(&[1; 32]).expect("32 bytes");
    let item = world.keychain.items()[0];
    world.keychain.put(item, &other).await.expect("unlocked");
    let (draft, _) = draft(&app, 1).await;
    world.authorize.then(Proof::GivesUp);
    let error = app.send_transaction(draft.id).await.expect_err("no proof");
    assert!(error.is_refusal());
    assert!(world.chain.sent().is_empty());
}

#[tokio::test]
async fn a_door_of_another_vault_put_in_the_place_of_this_one_pays_nothing() {
    let world = World::on(Platform::Apple);
    let app = allowed(&world, 1_000_000).await;
    let (draft, _) = draft(&app, 1).await;
    // The same person's keychain has the item of both.
    let other = World::with(Arc::clone(&world.keychain));
    other.open().await.enrol_keychain().await.expect("agreed");
    let forged = other.vault().expect("a file");
    let file = FileVault::new(world.home.path());
    file.replace(&forged).expect("a disk");
    let before = now(&world);
    let error = app.send_transaction(draft.id).await.expect_err("no proof");
    assert!(matches!(proof(error), SeedAccessError::Vault(_)));
    assert_eq!(since(&world, &before), (vec![SEND.to_owned()], 1));
    assert!(world.chain.sent().is_empty());
}

#[tokio::test]
async fn a_door_that_was_shut_is_not_asked() {
    let world = World::on(Platform::Apple);
    let app = allowed(&world, 1_000_000).await;
    app.remove_keychain().await.expect("agreed");
    let (draft, _) = draft(&app, 1).await;
    let before = now(&world);
    app.send_transaction(draft.id).await.expect("a passphrase");
    assert_eq!(since(&world, &before), (vec![SEND.to_owned()], 0));
}

#[tokio::test]
async fn a_lock_while_the_keychain_asks_ends_it() {
    let world = World::on(Platform::Apple);
    let app = Arc::new(allowed(&world, 1_000_000).await);
    let (draft, _) = draft(&app, 1).await;
    let before = now(&world);
    world.keychain.hold();
    let sending = tokio::spawn({
        let app = Arc::clone(&app);
        async move { app.send_transaction(draft.id).await }
    });
    world.keychain.asked(before.1 + 1).await;
    app.lock();
    // The finger that comes too late is for nothing.
    world.keychain.release();
    let error = sending.await.expect("no panic").expect_err("it was locked");
    assert!(matches!(
        proof(error),
        SeedAccessError::Access(AccessError::Locked)
    ));
    assert_eq!(since(&world, &before), (vec![], 1));
    assert!(world.chain.sent().is_empty());
    app.unlock(passphrase(RIGHT)).await.expect("the right one");
    let stays = app.draft(draft.id).expect("it is kept");
    assert_eq!(stays.state, satchel_types::DraftState::Open);
}

#[tokio::test]
async fn presence_does_nothing_but_spend() {
    let world = World::on(Platform::Apple);
    let app = allowed(&world, 1_000_000).await;
    let before = now(&world);
    for _ in 0..6 {
        world.authorize.then(Proof::GivesUp);
    }
    let path = world.home.path().join("out.satchel");
    let strong = || passphrase("a passphrase for the file");
    let raised = Limits {
        by_presence: Some(Amount::from_sat(1_000_001)),
        ..Limits::default()
    };
    assert!(app.reveal_words(None).await.is_err());
    assert!(app.ask_words(None).await.is_err());
    assert!(
        app.export_wallet(None, &path, strong(), false)
            .await
            .is_err()
    );
    assert!(app.prove_to_add().await.is_err());
    assert!(app.set_limits(raised).await.is_err());
    assert!(app.enrol_keychain().await.is_err());
    let (asked, questions) = since(&world, &before);
    assert_eq!((asked.len(), questions), (6, 0), "{asked:?}");
    world.authorize.then(Proof::GivesUp);
    assert!(app.remove_keychain().await.is_err());
    let wrong = app.set_passphrase(passphrase("not the right one"), strong());
    assert!(wrong.await.is_err());
    assert_eq!(world.keychain.questions(), before.1);
    assert!(!path.exists());
}

#[tokio::test]
async fn allowing_more_needs_consent_and_passphrase_and_allowing_less_needs_neither() {
    let world = World::on(Platform::Apple);
    let app = rich(&world).await;
    let limits = |sats: Option<u64>| Limits {
        by_presence: sats.map(Amount::from_sat),
        ..Limits::default()
    };
    let set = |sats| app.set_limits(limits(sats));
    let kept = || app.limits().expect("open");
    world.confirm.then(Ok(Answer::Declined));
    assert!(set(Some(1_000)).await.is_err());
    world.authorize.then(Proof::GivesUp);
    assert!(set(Some(1_000)).await.is_err());
    assert_eq!(kept(), limits(None));
    set(Some(1_000)).await.expect("agreed and proven");
    let text = world.confirm.asked().pop().expect("it was asked");
    assert_eq!(text.title, "Pay without the passphrase?");
    let says = text.lines.iter().any(|line| {
        line.label == "Without the passphrase" && line.value.ends_with("until now nothing")
    });
    assert!(says && text.warnings.len() == 1, "{text:?}");
    world.authorize.then(Proof::GivesUp);
    assert!(set(Some(1_001)).await.is_err());
    assert_eq!(kept(), limits(Some(1_000)));

    let (consents, proofs) = (world.confirm.asked().len(), world.authorize.asked().len());
    for sats in [Some(1_000), Some(999), None] {
        set(sats).await.expect("no looser");
        assert_eq!(kept(), limits(sats));
    }
    assert_eq!(world.confirm.asked().len(), consents);
    assert_eq!(world.authorize.asked().len(), proofs);
}

#[tokio::test]
async fn a_door_that_will_pay_as_well_says_so_when_it_is_added() {
    for (platform, pays) in [(Platform::Apple, true), (Platform::Linux, false)] {
        let world = World::on(platform);
        let app = world.open().await;
        let says = || {
            let text = world.confirm.asked().pop().expect("it was asked");
            text.lines.iter().any(|line| line.label == "It also proves")
        };
        app.enrol_keychain().await.expect("agreed");
        assert!(!says(), "it does not yet");
        allow(&app, Some(5_000)).await;
        app.enrol_keychain().await.expect("agreed");
        assert_eq!(says(), pays, "{platform:?}");
    }
}
