//! Files of a home that shares: what they carry, and what taking one in does.

use std::path::{Path, PathBuf};

use satchel_app::create_wallet::CreateWallet;
use satchel_app::found_circle::CircleError;
use satchel_app::import::{ImportError, Imported};
use satchel_app::prove_backup::ProveBackupError;
use satchel_app::recover_circle::{RecoverCircleError, RecoveredCircle};
use satchel_bundle::OpenedFile;
use satchel_ports::{Answer, ConfirmError};
use satchel_types::{RequestId, ScriptType, WalletName};
use tempfile::TempDir;

use crate::world::{Device, passphrase, text_passphrase};
use crate::{meet, shared, tx};

const FILE: &str = "a file's own horse and battery";

async fn backup(device: &Device, folder: &TempDir) -> PathBuf {
    device.clock.advance(60);
    // A folder each: files are named by the second.
    let folder = tempfile::tempdir_in(folder.path()).unwrap().keep();
    let made = device.app.backup(&folder, text_passphrase(FILE));
    made.await.unwrap().path
}

async fn import(device: &Device, path: &Path) -> Imported {
    let access = device.app.unlock(passphrase()).await.unwrap();
    let imported = device.app.import_file(path, text_passphrase(FILE), &access);
    imported.await.unwrap()
}

fn opened(path: &Path) -> OpenedFile {
    let bytes = std::fs::read(path).unwrap();
    satchel_bundle::open(&bytes, &text_passphrase(FILE)).unwrap()
}

fn parts(path: &Path) -> usize {
    match opened(path) {
        OpenedFile::Container(opened) => opened.container.parts.len(),
        OpenedFile::Wallets(_) => panic!("it is of version 2"),
    }
}

#[tokio::test]
async fn a_file_does_in_the_same_circle_what_a_round_does() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = shared().await;
    let coins = first.find_coins().await;
    first.label(tx(1), "rent");
    first.label(tx(2), "to be taken off");
    first.lock(coins[0], true).await;
    let shown = first.address(1).await;
    let old = backup(&first, &folder).await;
    first.label(tx(2), "");
    first.label(tx(3), "books");
    second.label(tx(3), "bread");
    let new = backup(&first, &folder).await;

    let imported = import(&second, &new).await;
    assert_eq!(imported.merged.len(), 1);
    assert!(imported.added.is_empty());
    assert_eq!(second.locked(), [coins[0]]);
    assert!(second.handed_out().contains(&shown));
    let conflicts = second.app.circle().unwrap().unwrap().conflicts;
    assert_eq!(conflicts, 1, "two wrote one label");
    let texts: Vec<_> = second.labels().into_iter().map(|(_, text)| text).collect();
    assert!(texts.contains(&"rent".to_owned()) && !texts.contains(&"to be taken off".to_owned()));

    // Again, and an older one: nothing changes, on either.
    for device in [&second, &first] {
        import(device, &new).await;
        let before = device.dump();
        for path in [&new, &old, &new] {
            let imported = import(device, path).await;
            assert_eq!((imported.unchanged.len(), imported.merged.len()), (1, 0));
            assert_eq!(device.dump(), before);
        }
    }
    // And the other way round, so that both end alike without having met.
    let of_second = backup(&second, &folder).await;
    import(&first, &of_second).await;
    assert_eq!(first.labels(), second.labels());
    let shown = |device: &Device| (device.labels(), device.locked(), device.handed_out());
    let by_files = [shown(&first), shown(&second)];
    // What rounds bring besides is which addresses each sets aside.
    for device in [&first, &second, &first] {
        device.step().await;
    }
    assert_eq!(
        [shown(&first), shown(&second)],
        by_files,
        "all of it was in the files"
    );
    assert_eq!(first.labels(), second.labels());
}

#[tokio::test]
async fn a_backup_brings_everything_back_to_a_fresh_home() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = shared().await;
    let coins = first.find_coins().await;
    first.lock(coins[1], true).await;
    second.label(tx(1), "by the second");
    meet(&first, &second).await;
    first.label(tx(2), "by the first");
    first.address(1).await;
    let path = backup(&first, &folder).await;
    assert_eq!(parts(&path), 2, "the circle, and the seeds");

    let fresh = Device::new(7).await;
    let imported = import(&fresh, &path).await;
    assert_eq!(imported.added.len(), 1);
    assert!(imported.added[0].has_seed);
    assert_eq!(imported.added[0].id, first.wallet);
    let fresh = fresh.with_wallet(first.wallet);
    assert_eq!(fresh.labels(), first.labels());
    assert_eq!(fresh.labels().len(), 2);
    assert_eq!(fresh.locked(), [coins[1]]);
    assert_eq!(fresh.handed_out(), first.handed_out());
    assert!(fresh.app.circle().unwrap().is_none(), "it joins by pairing");
    let before = fresh.dump();
    let again = import(&fresh, &path).await;
    assert_eq!(again.unchanged.len(), 1);
    assert_eq!(fresh.dump(), before);
}

#[tokio::test]
async fn a_device_that_watches_backs_up_what_it_knows_and_no_seed() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = shared().await;
    first.label(tx(1), "rent");
    meet(&first, &second).await;
    let path = backup(&second, &folder).await;
    let wallets = opened(&path).into_wallets();
    assert_eq!(wallets.len(), 1);
    assert!(wallets[0].seed.is_none());
    assert_eq!(wallets[0].labels.len(), 1);
    // An export of it alone, which may be for somebody else, does not open the circle.
    let alone = folder.path().join("alone.satchel");
    let export = second
        .app
        .export_wallet(Some(first.wallet), &alone, text_passphrase(FILE), false);
    export.await.unwrap();
    assert_eq!(parts(&alone), 1);
    let OpenedFile::Container(opened) = opened(&alone) else {
        panic!("it is of version 2");
    };
    let circle = second.app.circle().unwrap().unwrap().id;
    assert!(opened.part(circle).is_none());
    let asked = second.confirm.asked().pop().unwrap();
    assert_eq!(asked.warnings.len(), 1);
}

#[tokio::test]
async fn a_wallet_that_comes_without_keys_is_compared_before_anything_of_its_file_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = shared().await;
    first.label(tx(1), "rent");
    meet(&first, &second).await;
    let path = backup(&second, &folder).await;

    let fresh = Device::new(7).await;
    let access = fresh.app.unlock(passphrase()).await.unwrap();
    let before = fresh.dump();
    fresh.confirm.then(Ok(Answer::Declined));
    let refused = fresh.app.import_file(&path, text_passphrase(FILE), &access);
    assert!(matches!(
        refused.await,
        Err(ImportError::Confirm(ConfirmError::Declined))
    ));
    assert_eq!(fresh.dump(), before, "a no leaves all as it was");
    let imported = import(&fresh, &path).await;
    assert_eq!(imported.added.len(), 1);
    assert!(!imported.added[0].has_seed);
    let asked = fresh.confirm.asked();
    assert_eq!(asked.len(), 2);
    let address = first_address(&imported.added[0]);
    let said = asked[1].lines.iter().any(|line| {
        let grouped: String = line.value.split_whitespace().collect();
        line.label == "First address" && grouped == address
    });
    assert!(said, "{:?}", asked[1]);
    assert!(asked[1].warnings[0].contains("Whoever made the file"));
    // What is here is not asked about again, and a wallet with its keys never.
    import(&fresh, &path).await;
    assert_eq!(fresh.confirm.asked().len(), 2);
    let with_keys = backup(&first, &folder).await;
    let other = Device::new(8).await;
    import(&other, &with_keys).await;
    assert!(other.confirm.asked().is_empty());
}

fn first_address(record: &satchel_types::WalletRecord) -> String {
    let first = satchel_wallet::first_addresses(&record.descriptors, record.network, 1);
    first.unwrap()[0].to_string()
}

#[tokio::test]
async fn the_file_of_one_wallet_tells_nothing_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _second) = shared().await;
    first.label(tx(1), "rent");
    let access = first.app.unlock(passphrase()).await.unwrap();
    let request = CreateWallet {
        request: RequestId::from_bytes([8; 16]),
        name: WalletName::new("Secret savings").unwrap(),
        network: bitcoin::Network::Regtest,
        script_type: ScriptType::Segwit,
    };
    let other = first.app.create_wallet(request, &access).await.unwrap();
    let path = folder.path().join("one.satchel");
    let export = first
        .app
        .export_wallet(Some(first.wallet), &path, text_passphrase(FILE), false);
    export.await.unwrap();
    assert_eq!(parts(&path), 1);
    let wallets = opened(&path).into_wallets();
    assert_eq!(wallets.len(), 1);
    assert_ne!(wallets[0].descriptors, other.descriptors);
    assert!(wallets[0].seed.is_some());
    assert_eq!(wallets[0].labels.len(), 1);
    // A backup is for its owner, and has both.
    let path = backup(&first, &folder).await;
    assert_eq!(opened(&path).into_wallets().len(), 2);
    let asked = first.confirm.asked().pop().unwrap();
    assert_eq!(
        asked.warnings.len(),
        2,
        "that the circle goes along is said"
    );
}

#[tokio::test]
async fn a_device_that_was_removed_backs_up_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = shared().await;
    let gone = second.app.circle().unwrap().unwrap();
    let gone = gone.devices.iter().find(|device| device.this).unwrap().id;
    first.app.remove_device(gone).await.unwrap();
    meet(&first, &second).await;
    second.label(tx(5), "by itself");
    let path = backup(&second, &folder).await;
    let labels = &opened(&path).into_wallets()[0].labels;
    assert!(labels.iter().any(|(_, text)| text == "by itself"));
    // In its old circle that is another's word: nothing is taken in from it that a place would not give.
    let before = first.labels();
    import(&first, &path).await;
    let texts: Vec<_> = first.labels().into_iter().collect();
    assert!(texts.len() >= before.len());
}

#[tokio::test]
async fn a_label_that_was_taken_off_does_not_come_back_with_an_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _second) = shared().await;
    first.label(tx(1), "rent");
    let path = folder.path().join("old.satchel");
    // A second wallet, so that the file is one of the first alone.
    let access = first.app.unlock(passphrase()).await.unwrap();
    let request = CreateWallet {
        request: RequestId::from_bytes([8; 16]),
        name: WalletName::new("Other").unwrap(),
        network: bitcoin::Network::Regtest,
        script_type: ScriptType::Segwit,
    };
    first.app.create_wallet(request, &access).await.unwrap();
    let export = first
        .app
        .export_wallet(Some(first.wallet), &path, text_passphrase(FILE), false);
    export.await.unwrap();
    first.label(tx(1), "");
    let before = first.dump();
    import(&first, &path).await;
    assert!(first.labels().is_empty());
    assert_eq!(first.dump(), before);
}

#[tokio::test]
async fn a_drill_says_what_would_come_back_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _second) = shared().await;
    assert!(first.app.backup_health().unwrap().last.is_none());
    assert!(matches!(
        first.app.prove_backup(None, text_passphrase(FILE)).await,
        Err(ProveBackupError::NoBackup)
    ));
    first.label(tx(1), "rent");
    let path = backup(&first, &folder).await;
    let health = first.app.backup_health().unwrap();
    assert_eq!(health.last.as_ref().map(|(_, at)| at), Some(&path));
    assert!(health.proven_at.is_none() && health.never.is_empty());
    let before = first.dump();
    let wrong = first
        .app
        .prove_backup(None, text_passphrase("another horse and battery"));
    assert!(matches!(wrong.await, Err(ProveBackupError::File(_))));
    assert!(first.app.backup_health().unwrap().proven_at.is_none());
    first.clock.advance(86_400);
    let proven = first.app.prove_backup(None, text_passphrase(FILE)).await;
    let proven = proven.unwrap();
    assert_eq!(proven.path, path);
    assert_eq!(proven.wallets.len(), 1);
    assert!(proven.wallets[0].has_seed && proven.wallets[0].labels == 1);
    assert!(proven.lacking.is_empty());
    assert_eq!(first.dump(), before);
    let health = first.app.backup_health().unwrap();
    let now = first.app.backup_health().unwrap().proven_at;
    assert_eq!(health.proven_at, now);
    assert!(now.unwrap().secs_since(proven.written_at) >= 86_400);
    // What is made later is lacking there; and a later backup is not proven by this drill.
    let access = first.app.unlock(passphrase()).await.unwrap();
    let request = CreateWallet {
        request: RequestId::from_bytes([8; 16]),
        name: WalletName::new("Later").unwrap(),
        network: bitcoin::Network::Regtest,
        script_type: ScriptType::Segwit,
    };
    let later = first.app.create_wallet(request, &access).await.unwrap();
    assert_eq!(first.app.backup_health().unwrap().never, [later.id]);
    let proven = first.app.prove_backup(None, text_passphrase(FILE)).await;
    assert_eq!(proven.unwrap().lacking, [later.id]);
    backup(&first, &folder).await;
    assert!(first.app.backup_health().unwrap().proven_at.is_none());
    // Somebody shortened it.
    let path = first.app.backup_health().unwrap().last.unwrap().1;
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let damaged = first.app.prove_backup(None, text_passphrase(FILE)).await;
    assert!(matches!(damaged, Err(ProveBackupError::File(_))));
}

#[tokio::test]
async fn words_bring_back_what_devices_left_that_are_lost() {
    let (first, second) = shared().await;
    let words = first.app.new_recovery_key().await.unwrap();
    assert!(matches!(
        second.app.new_recovery_key().await,
        Err(CircleError::NotTheOwner)
    ));
    meet(&first, &second).await;
    assert!(second.app.recovery_key_since().unwrap().is_some());
    let coins = first.find_coins().await;
    first.lock(coins[0], true).await;
    second.label(tx(1), "by the second");
    // A later epoch, made without the words.
    let third = Device::new(3).await.new_device().await.request().unwrap();
    first.app.admit_device(third, false).await.unwrap();
    first.label(tx(2), "under the last keys");
    meet(&first, &second).await;
    let objects = second.objects();

    let other = satchel_keys::RecoveryWords::from_entropy(&[5; 16]).unwrap();
    assert!(matches!(
        RecoveredCircle::of(&objects, &other),
        Err(RecoverCircleError::WrongWords)
    ));
    assert!(matches!(
        RecoveredCircle::of(&[], &words),
        Err(RecoverCircleError::NothingHere)
    ));
    let stranger = Device::new(11).await;
    stranger.app.found_circle(stranger.name()).await.unwrap();
    let strange = stranger.objects();
    // What strangers left there too is passed over.
    let beside = RecoveredCircle::of(&[strange.clone(), objects.clone()].concat(), &words).unwrap();
    assert!(beside.passed_over > 0 && beside.wallets().len() == 1);
    let recovered = RecoveredCircle::of(&objects, &words).unwrap();
    assert!(recovered.passed_over == 0 && !recovered.incomplete);
    let fresh = Device::new(8).await;
    let access = fresh.app.unlock(passphrase()).await.unwrap();
    fresh.confirm.then(Ok(satchel_ports::Answer::Declined));
    assert!(matches!(
        fresh.app.take_recovered(&recovered, &access).await,
        Err(RecoverCircleError::Confirm(_))
    ));
    assert!(fresh.app.wallets().unwrap().is_empty());
    let imported = fresh.app.take_recovered(&recovered, &access).await.unwrap();
    assert_eq!(imported.added.len(), 1);
    assert!(!imported.added[0].has_seed);
    let fresh = fresh.with_wallet(first.wallet);
    assert_eq!(fresh.labels(), first.labels());
    assert_eq!(fresh.labels().len(), 2);
    assert_eq!(fresh.locked(), [coins[0]]);
}

#[tokio::test]
async fn thousands_of_labels_of_a_file_reach_the_other_device() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = shared().await;
    // Another home with the same wallet and many labels.
    let path = backup(&first, &folder).await;
    let other = Device::new(9).await;
    import(&other, &path).await;
    let other = other.with_wallet(first.wallet);
    other.label_many(4_500);
    let path = backup(&other, &folder).await;
    let imported = import(&first, &path).await;
    assert_eq!(imported.merged.len(), 1);
    meet(&first, &second).await;
    assert_eq!(second.labels().len(), 4_500);
    assert_eq!(second.labels(), first.labels());
}
