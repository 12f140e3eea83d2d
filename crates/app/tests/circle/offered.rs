//! Wallets that a device which was taken over offers the others.

use satchel_app::recover_circle::RecoveredCircle;
use satchel_app::take_wallet::TakeWalletError;
use satchel_app::watched::UnwatchableError;
use satchel_bundle::state::wallet_id;
use satchel_ports::{Answer, ConfirmError};
use satchel_types::{PublicDescriptors, ScriptType, WalletName, WalletRecord};
use satchel_wallet::{WatchKey, WatchKeyError, first_addresses};

use crate::world::{Device, founder_and_stranger, passphrase};

/// The same wallet as another device may describe it.
fn described(
    mine: &WalletRecord,
    name: &str,
    script_type: ScriptType,
    descriptors: PublicDescriptors,
) -> WalletRecord {
    WalletRecord {
        id: wallet_id(mine.network, &descriptors),
        name: WalletName::new(name).unwrap(),
        script_type,
        descriptors,
        has_seed: false,
        ..mine.clone()
    }
}

/// Its first address is that of the wallet that everybody knows; change goes elsewhere.
fn bent(mine: &WalletRecord) -> WalletRecord {
    let key = WatchKey::read(&mine.descriptors.external).unwrap();
    let descriptors = PublicDescriptors {
        internal: key.descriptors(ScriptType::Segwit).internal,
        ..mine.descriptors.clone()
    };
    let begins = |of: &PublicDescriptors| first_addresses(of, mine.network, 1).unwrap();
    assert_eq!(begins(&descriptors), begins(&mine.descriptors));
    described(mine, "Bent", ScriptType::Taproot, descriptors)
}

#[tokio::test]
async fn what_is_offered_is_of_one_key_on_both_sides_or_is_refused_by_name() {
    let (first, second) = founder_and_stranger().await;
    let (mine, _) = first.app.wallets().unwrap().remove(0);
    let key = WatchKey::read(&mine.descriptors.external).unwrap();
    let twin = key.descriptors(ScriptType::Segwit);
    let offer = |record: WalletRecord| {
        second.has_besides(&record);
        record.id
    };
    let side = |one: u8, other: u8| {
        let text = twin.external.split_once("/0/*").unwrap().0;
        let key = text.strip_prefix("wpkh(").unwrap();
        format!("wsh(sortedmulti(1,{key}/{one}/*,{key}/{other}/*))")
    };
    let several = PublicDescriptors {
        external: side(0, 1),
        internal: side(2, 3),
        ..twin.clone()
    };
    let bent = offer(bent(&mine));
    let several = offer(described(&mine, "Several", ScriptType::Segwit, several));
    let twin = offer(described(&mine, "Twin", ScriptType::Segwit, twin));

    let device = second.new_device().await;
    let request = device.request().unwrap();
    let admission = first.app.admit_device(request, false).await.unwrap();
    second.app.join_circle(device, &admission).await.unwrap();
    second.step().await;
    first.step().await;
    let asked = first.confirm.asked().len();
    for (id, fault) in [
        (bent, WatchKeyError::OtherSides),
        (several, WatchKeyError::NotOneKey),
    ] {
        let refused = first.app.take_wallet(id).await.unwrap_err();
        let TakeWalletError::Descriptors(UnwatchableError::Key(told)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(told, fault);
    }
    assert_eq!(first.confirm.asked().len(), asked, "nobody is asked");

    // Another kind of a key that is here may be meant, and is said to be one.
    first.confirm.then(Ok(Answer::Declined));
    let declined = first.app.take_wallet(twin).await;
    assert!(matches!(
        declined,
        Err(TakeWalletError::Confirm(ConfirmError::Declined))
    ));
    let warnings = first.confirm.asked().pop().unwrap().warnings;
    let said = "It has the same key as Main on this device";
    assert!(warnings.iter().any(|it| it.contains(said)), "{warnings:?}");
    assert_eq!(first.app.wallets().unwrap().len(), 1);
}

#[tokio::test]
async fn what_comes_back_from_a_place_and_is_of_no_one_key_is_asked_about_as_that() {
    let (first, second) = founder_and_stranger().await;
    let (mine, _) = first.app.wallets().unwrap().remove(0);
    second.has_besides(&bent(&mine));
    let device = second.new_device().await;
    let request = device.request().unwrap();
    let admission = first.app.admit_device(request, false).await.unwrap();
    second.app.join_circle(device, &admission).await.unwrap();
    let words = first.app.new_recovery_key().await.unwrap();
    for device in [&first, &second, &first] {
        device.step().await;
    }
    let recovered = RecoveredCircle::of(&first.objects(), &words).unwrap();
    let fresh = Device::new(8).await;
    let access = fresh.app.unlock(passphrase()).await.unwrap();
    let imported = fresh.app.take_recovered(&recovered, &access).await.unwrap();
    assert_eq!(imported.added.len(), 2);
    let asked = fresh.confirm.asked();
    for record in &imported.added {
        let about = |line: &str| line == record.name.as_str();
        let question = asked
            .iter()
            .find(|asked| asked.lines.iter().any(|line| about(&line.value)))
            .unwrap();
        let said = question
            .warnings
            .iter()
            .any(|it| it.contains("several keys"));
        assert_eq!(said, record.id != mine.id, "{question:?}");
    }
}
