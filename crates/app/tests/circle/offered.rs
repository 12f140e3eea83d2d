//! Wallets that a device which was taken over offers the others.

use satchel_app::take_wallet::TakeWalletError;
use satchel_app::watched::UnwatchableError;
use satchel_bundle::state::wallet_id;
use satchel_ports::{Answer, ConfirmError};
use satchel_types::{PublicDescriptors, ScriptType, WalletName, WalletRecord};
use satchel_wallet::{WatchKey, WatchKeyError, first_addresses};

use crate::world::founder_and_stranger;

#[tokio::test]
async fn what_is_offered_is_of_one_key_on_both_sides_or_is_refused_by_name() {
    let (first, second) = founder_and_stranger().await;
    let (mine, _) = first.app.wallets().unwrap().remove(0);
    let key = WatchKey::read(&mine.descriptors.external).unwrap();
    let twin = key.descriptors(ScriptType::Segwit);
    let offer = |name: &str, script_type, descriptors: PublicDescriptors| {
        let record = WalletRecord {
            id: wallet_id(mine.network, &descriptors),
            name: WalletName::new(name).unwrap(),
            script_type,
            descriptors,
            has_seed: false,
            ..mine.clone()
        };
        second.has_besides(&record);
        record.id
    };
    // Its first address is that of the wallet that everybody knows; change would go elsewhere.
    let bent = PublicDescriptors {
        internal: twin.internal.clone(),
        ..mine.descriptors.clone()
    };
    let begins = |of: &PublicDescriptors| first_addresses(of, mine.network, 1).unwrap();
    assert_eq!(begins(&bent), begins(&mine.descriptors));
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
    let bent = offer("Bent", ScriptType::Taproot, bent);
    let several = offer("Several", ScriptType::Segwit, several);
    let twin = offer("Twin", ScriptType::Segwit, twin);

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
