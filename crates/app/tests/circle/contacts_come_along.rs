//! Contacts that come along: with a circle, with a file, from lost devices, from an older version, and those that stay behind.

use satchel_app::contacts::Standing;
use satchel_app::contacts::add::AddContact;
use satchel_app::create_wallet::CreateWallet;
use satchel_app::recover_circle::RecoveredCircle;
use satchel_testkit::rows;
use satchel_types::{Label, RequestId, ScriptType, WalletName, Write};

use crate::contacts::{add, adding, all, counts, is_refused, name, one};
use crate::world::{
    Device, Meeting, founder_and_strangers, founder_and_strangers_at, pair, passphrase,
    text_passphrase,
};
use crate::{meet, shared};

const FILE: &str = "a file's own horse and battery";

#[tokio::test]
async fn contacts_of_a_device_that_shares_with_nobody_come_along_when_it_does() {
    let alone = Device::new(1).await;
    let access = alone.app.unlock(passphrase()).await.unwrap();
    let request = CreateWallet {
        request: RequestId::from_bytes([9; 16]),
        name: WalletName::new("Main").unwrap(),
        network: bitcoin::Network::Regtest,
        script_type: ScriptType::Taproot,
    };
    alone.app.create_wallet(request, &access).await.unwrap();
    let wanted = AddContact {
        note: Label::new("rent").unwrap(),
        ..adding(1, "Landlord", &rows::address(1))
    };
    let kept = alone.app.add_contact(wanted).await.unwrap();
    assert_eq!(kept.addresses[0].standing, Standing::Counts);
    alone.app.found_circle(alone.name()).await.unwrap();
    let file = alone.app.circle().unwrap().unwrap();
    assert_eq!(file.devices.len(), 1);
    let folder = tempfile::tempdir().unwrap();
    let made = alone
        .app
        .backup(folder.path(), text_passphrase(FILE))
        .await
        .unwrap();
    let fresh = Device::new(2).await;
    let access = fresh.app.unlock(passphrase()).await.unwrap();
    let import = fresh
        .app
        .import_file(&made.path, text_passphrase(FILE), &access);
    import.await.unwrap();
    let came = one(&fresh);
    assert_eq!(came.note.as_deref(), Some("rent"));
    assert!(counts(&one(&alone)), "founding changes nothing here");
    assert!(!counts(&came));
}

#[tokio::test]
async fn a_file_brings_contacts_of_which_none_counts_and_changes_none_that_are_here() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = pair().await;
    let kept = add(&first, 1, "Mum").await;
    meet(&first, &second).await;
    let path = first
        .app
        .backup(folder.path(), text_passphrase(FILE))
        .await
        .unwrap()
        .path;
    let import = async |device: &Device| {
        let access = device.app.unlock(passphrase()).await.unwrap();
        let import = device
            .app
            .import_file(&path, text_passphrase(FILE), &access);
        import.await.unwrap();
    };
    let fresh = Device::new(7).await.with_wallet(first.wallet);
    import(&fresh).await;
    let came = one(&fresh);
    assert_eq!((came.id, came.name.as_deref()), (kept.id, Some("Mum")));
    let nobody = Standing::NotCompared {
        from: None,
        before: None,
    };
    assert_eq!(came.addresses[0].standing, nobody);
    assert!(is_refused(&fresh, &came));
    let id = came.addresses[0].id;
    fresh
        .app
        .compare_contact_address(came.id, id)
        .await
        .unwrap();
    fresh
        .app
        .rename_contact(came.id, name("Mama"), None)
        .unwrap();
    // Again, and an older one than what is here.
    import(&fresh).await;
    assert_eq!(one(&fresh).name.as_deref(), Some("Mama"));
    assert!(counts(&one(&fresh)));
    import(&first).await;
    assert!(counts(&one(&first)));
    // To watch one wallet, nobody is told whom its owner pays.
    second.app.take_wallet(first.wallet).await.unwrap();
    let alone = folder.path().join("alone.satchel");
    let export = second
        .app
        .export_wallet(Some(first.wallet), &alone, text_passphrase(FILE), false);
    export.await.unwrap();
    let bytes = std::fs::read(&alone).unwrap();
    let file = satchel_bundle::open(&bytes, &text_passphrase(FILE)).unwrap();
    let satchel_bundle::OpenedFile::Container(file) = file else {
        panic!("it is of version 2");
    };
    assert!(
        satchel_bundle::container::person_in(&file.read)
            .contacts
            .is_empty()
    );
}

#[tokio::test]
async fn what_lost_devices_left_brings_contacts_of_which_none_counts() {
    let meeting = Meeting::default();
    let (first, _) = founder_and_strangers_at(&meeting, 0).await;
    add(&first, 1, "Mum").await;
    let words = first.app.new_recovery_key().await.unwrap();
    first.step().await;
    let left = meeting.left();
    let recovered = RecoveredCircle::of(&left, &words).unwrap();
    let fresh = Device::new(8).await;
    let access = fresh.app.unlock(passphrase()).await.unwrap();
    fresh.app.take_recovered(&recovered, &access).await.unwrap();
    let came = one(&fresh);
    assert_eq!(came.name.as_deref(), Some("Mum"));
    assert!(!counts(&came));
}

#[tokio::test]
async fn contacts_that_an_older_version_kept_without_knowing_them_are_shown_by_this_one() {
    let (first, second) = shared().await;
    let kept = add(&first, 1, "Mum").await;
    meet(&first, &second).await;
    // As a program left it that made no rows of such values.
    second.write_behind(Write::RemoveContact(kept.id));
    assert!(all(&second).is_empty());
    second.reopen().await;
    let came = one(&second);
    assert_eq!(came.name.as_deref(), Some("Mum"));
    assert!(!counts(&came));
    let objects = second.names().len();
    second.reopen().await;
    assert_eq!(second.names().len(), objects, "and tells nobody");
}

#[tokio::test]
async fn what_a_device_that_was_removed_does_with_contacts_stays_with_it() {
    let (first, second) = shared().await;
    let mum = add(&second, 1, "Mum").await;
    meet(&first, &second).await;
    let devices = first.app.circle().unwrap().unwrap().devices;
    let gone = devices.iter().find(|device| !device.this).unwrap().id;
    first.app.remove_device(gone).await.unwrap();
    meet(&first, &second).await;
    second
        .app
        .rename_contact(mum.id, name("Mother"), None)
        .unwrap();
    add(&second, 2, "Dad").await;
    second.reopen().await;
    let names = |device: &Device| -> Vec<_> {
        let contacts = all(device).into_iter();
        contacts.filter_map(|contact| contact.name).collect()
    };
    assert_eq!(names(&second), ["Dad", "Mother"]);
    assert!(all(&second).iter().all(counts));
    meet(&first, &second).await;
    assert_eq!(names(&first), ["Mum"]);
}

#[tokio::test]
async fn a_device_that_joins_later_hears_of_contacts_and_compares_them() {
    let (first, mut strangers) = founder_and_strangers(1).await;
    add(&first, 1, "Mum").await;
    let second = strangers.remove(0);
    let device = second.new_device().await;
    let admission = first
        .app
        .admit_device(device.request().unwrap(), false)
        .await
        .unwrap();
    second.app.join_circle(device, &admission).await.unwrap();
    first.step().await;
    second.step().await;
    // Also before it took a wallet in: contacts are the person's.
    assert!(!counts(&one(&second)));
}
