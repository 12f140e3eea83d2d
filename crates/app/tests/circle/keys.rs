//! Keys that are handed over, and what follows from more than one device that decides.

use satchel_app::found_circle::CircleError;
use satchel_app::host_pairing::HostPairingError;
use satchel_app::join_pairing::Joined;
use satchel_ports::{Answer, ConfirmError};
use satchel_types::LabelTarget;

use crate::pairing::{meet, never, scanned, shown_by};
use crate::tx;
use crate::world::{Device, founder_and_stranger, founder_and_strangers};

pub type Ends = (Result<(), HostPairingError>, Joined);

/// Adds a device and gives it the keys, as far as both agree.
pub async fn add_with_keys(first: &Device, second: &Device) -> Ends {
    let (arrived, joining) = meet(first, second).await;
    let digits = shown_by(&joining);
    let cancel = never();
    let giving = async {
        let added = first.app.admit_guest(arrived, &digits, &cancel).await?;
        assert!(!added.was_known());
        first.app.give_keys(added, &cancel).await
    };
    let (given, joined) = tokio::join!(giving, second.app.finish_joining(joining, &cancel));
    (given, joined.unwrap())
}

/// Adds a device that only watches.
pub async fn add(first: &Device, second: &Device) {
    let device = second.new_device().await;
    let request = device.request().unwrap();
    let admission = first.app.admit_device(request, false).await.unwrap();
    second.app.join_circle(device, &admission).await.unwrap();
}

/// Gives a device that belongs the keys.
async fn give_again(first: &Device, second: &Device) -> Ends {
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = scanned(&shown);
    let cancel = never();
    let (arrived, joining) = tokio::join!(
        first.app.await_guest(&mut shown, &cancel),
        second.app.ask_for_keys(&code, &cancel)
    );
    let (arrived, joining) = (arrived.unwrap(), joining.unwrap());
    let digits = shown_by(&joining);
    let giving = async {
        let added = first.app.admit_guest(arrived, &digits, &cancel).await?;
        assert!(added.was_known());
        first.app.give_keys(added, &cancel).await
    };
    let (given, joined) = tokio::join!(giving, second.app.finish_joining(joining, &cancel));
    (given, joined.unwrap())
}

async fn words(device: &Device) -> Vec<String> {
    let words = device.app.reveal_words(Some(device.wallet)).await.unwrap();
    (0..words.word_count())
        .map(|at| words.word(at).to_owned())
        .collect()
}

/// What the list of devices says: who may hold keys, and of which wallets each does.
fn roster(device: &Device) -> Vec<(bool, Vec<String>)> {
    let view = device.app.circle().unwrap().unwrap();
    let held = |keys: Vec<satchel_app::circle_status::HeldKeys>| {
        keys.into_iter().filter_map(|it| it.name).collect()
    };
    let devices = view.devices.into_iter();
    devices.map(|it| (it.seeds, held(it.holds))).collect()
}

fn main() -> Vec<String> {
    vec!["Main".to_owned()]
}

#[tokio::test]
async fn keys_are_given_after_a_second_question_and_the_new_device_signs_and_decides() {
    let (first, mut others) = founder_and_strangers(2).await;
    let third = others.pop().unwrap();
    let second = others.pop().unwrap();
    let (given, joined) = add_with_keys(&first, &second).await;
    given.unwrap();
    assert_eq!(joined.keys.unwrap().unwrap(), [first.wallet]);
    let titles = |device: &Device| -> Vec<String> {
        let asked = device.confirm.asked().into_iter();
        asked.map(|it| it.title).collect()
    };
    assert_eq!(
        titles(&first),
        ["Add this device?", "Give this device your keys?"]
    );
    assert_eq!(titles(&second), ["Hold these keys on this device?"]);
    let said = first.confirm.asked().pop().unwrap();
    assert!(said.lines.iter().any(|it| it.value.starts_with("Main (")));
    assert!(
        said.warnings
            .iter()
            .any(|it| it.contains("moving the coins"))
    );
    assert_eq!(words(&second).await, words(&first).await);

    first.step().await;
    second.step().await;
    first.step().await;
    let both = [(true, main()), (true, main())];
    assert_eq!(roster(&first), both);
    assert_eq!(roster(&second), both);
    // Nothing of it went to the place: no object is of the class of seeds.
    for object in first.objects().into_iter().chain(second.objects()) {
        assert!(object[4] == 3 || object[28] == 0, "an object of seeds");
    }

    // The circle goes on without its first device.
    assert!(second.app.circle().unwrap().unwrap().owner);
    let lost = first.app.circle().unwrap().unwrap();
    let lost = lost.devices.into_iter().find(|it| it.this).unwrap().id;
    let removed = second.app.remove_device(lost).await.unwrap();
    assert!(removed.held_seeds);
    add(&second, &third).await;
    second.step().await;
    third.step().await;
    assert_eq!(third.app.circle().unwrap().unwrap().devices.len(), 3);
}

#[tokio::test]
async fn a_second_question_that_is_declined_on_either_side_leaves_a_device_that_watches() {
    let (first, second) = founder_and_stranger().await;
    first.confirm.then(Ok(Answer::Agreed));
    first.confirm.then(Ok(Answer::Declined));
    let (given, joined) = add_with_keys(&first, &second).await;
    assert!(matches!(
        given,
        Err(HostPairingError::Circle(CircleError::Confirm(
            ConfirmError::Declined
        )))
    ));
    assert!(joined.keys.is_none());
    assert_eq!(roster(&first), [(true, main()), (false, vec![])]);
    assert!(!second.app.circle().unwrap().unwrap().owner);
    assert!(second.app.wallets().unwrap().is_empty());

    // The new device may say no, too; it may have kept them all the same, which the list says.
    second.confirm.then(Ok(Answer::Declined));
    let (given, joined) = give_again(&first, &second).await;
    assert!(matches!(given, Err(HostPairingError::GivenUnheard(_))));
    assert!(matches!(
        joined.keys,
        Some(Err(CircleError::Confirm(ConfirmError::Declined)))
    ));
    assert!(second.app.wallets().unwrap().is_empty());
    assert_eq!(roster(&first), [(true, main()), (true, main())]);
}

#[tokio::test]
async fn a_device_that_watched_gets_the_keys_of_what_it_watches_later() {
    let (first, second) = founder_and_stranger().await;
    add(&first, &second).await;
    first.step().await;
    second.step().await;
    second.app.take_wallet(first.wallet).await.unwrap();
    second.label(tx(1), "rent");
    let (given, joined) = give_again(&first, &second).await;
    given.unwrap();
    assert_eq!(joined.keys.unwrap().unwrap(), [first.wallet]);
    assert_eq!(words(&second).await, words(&first).await);
    assert_eq!(second.labels(), [(tx(1), "rent".to_owned())]);
    second.step().await;
    first.step().await;
    assert_eq!(first.labels(), second.labels());
    assert_eq!(roster(&second), [(true, main()), (true, main())]);
    // A device of another circle, or of none, is given nothing by asking.
    let (_, stranger) = founder_and_stranger().await;
    let shown = first.app.host_pairing().await.unwrap();
    let asked = stranger.app.ask_for_keys(&scanned(&shown), &never()).await;
    assert!(asked.is_err());
}

#[tokio::test]
async fn a_device_says_itself_that_it_holds_keys_of_its_own() {
    let (first, second) = founder_and_stranger().await;
    let access = second.app.unlock(crate::world::passphrase()).await.unwrap();
    let request = satchel_app::create_wallet::CreateWallet {
        request: satchel_types::RequestId::from_bytes([3; 16]),
        name: satchel_types::WalletName::new("Own").unwrap(),
        network: bitcoin::Network::Regtest,
        script_type: satchel_types::ScriptType::Segwit,
    };
    second.app.create_wallet(request, &access).await.unwrap();
    add(&first, &second).await;
    second.step().await;
    first.step().await;
    let own = vec!["Own".to_owned()];
    assert_eq!(roster(&first), [(true, main()), (false, own)]);
    let view = first.app.circle().unwrap().unwrap();
    let lost = view.devices.into_iter().find(|it| !it.this).unwrap().id;
    let removed = first.app.remove_device(lost).await.unwrap();
    assert!(removed.held_seeds, "it holds keys, whoever gave them");
}

/// Two devices that decide each add one without knowing of the other: one of the two new ones has to wait for keys.
/// Returns the two that decide, and the one that waits with the wallet taken in.
async fn one_that_waits() -> (Device, Device, Device) {
    let (first, mut others) = founder_and_strangers(3).await;
    let fourth = others.pop().unwrap();
    let third = others.pop().unwrap();
    let second = others.pop().unwrap();
    add_with_keys(&first, &second).await.0.unwrap();
    first.step().await;
    second.step().await;
    add(&first, &third).await;
    add(&second, &fourth).await;
    for device in [&first, &second, &third, &fourth, &third] {
        device.step().await;
    }
    for device in [&third, &fourth] {
        device.app.take_wallet(first.wallet).await.unwrap();
    }
    let before = (third.objects().len(), fourth.objects().len());
    third.label(tx(90), "third");
    fourth.label(tx(91), "fourth");
    let wrote = (
        third.objects().len() > before.0,
        fourth.objects().len() > before.1,
    );
    let waits = match wrote {
        (true, false) => fourth,
        (false, true) => third,
        other => panic!("one of them waits: {other:?}"),
    };
    (first, second, waits)
}

#[tokio::test]
async fn what_was_written_while_waiting_for_keys_is_shared_when_they_come() {
    let (first, second, waits) = one_that_waits().await;
    waits.label(tx(1), "one");
    waits.label(tx(1), "two");
    waits.label(tx(2), "gone");
    waits.label(tx(3), "stays");
    // It is remembered when the program starts anew, and what others wrote does not overwrite it.
    waits.reopen().await;
    let clear = satchel_types::Label::new("").unwrap();
    let cleared = waits.app.set_label(Some(waits.wallet), tx(2), clear);
    cleared.unwrap();
    second.label(tx(1), "by the second");
    second.step().await;
    waits.step().await;
    let label = |device: &Device, target: LabelTarget| {
        let labels = device.labels().into_iter();
        labels.filter(|it| it.0 == target).map(|it| it.1).next()
    };
    assert_eq!(label(&waits, tx(1)).as_deref(), Some("two"));
    first.step().await;
    assert_eq!(
        label(&first, tx(1)).as_deref(),
        Some("by the second"),
        "the other is not known yet"
    );

    // Whoever decides makes the keys at the next proof, unasked, and nobody agrees to anything.
    let asked = first.confirm.asked().len();
    first.reopen().await;
    assert_eq!(first.confirm.asked().len(), asked);
    first.step().await;
    for device in [&waits, &waits, &second, &first, &waits] {
        device.step().await;
    }
    assert_eq!(label(&first, tx(3)).as_deref(), Some("stays"));
    assert_eq!(label(&first, tx(2)), None);
    for device in [&first, &second] {
        assert_eq!(device.labels(), waits.labels());
    }
    // Two wrote one label apart: both are there to choose from.
    assert_eq!(first.app.conflicts().unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_for_keys_survives_death_at_any_write() {
    let (first, second, waits) = one_that_waits().await;
    let mut told = Vec::new();
    for moments in 0..8 {
        let target = tx(10 + moments);
        waits.dies_after(usize::from(moments));
        let label = satchel_types::Label::new("kept").unwrap();
        let done = waits
            .app
            .set_label(Some(waits.wallet), target.clone(), label);
        if done.is_ok() {
            told.push(target.clone());
        }
        waits.starts_again().await;
        let there = waits.labels().iter().any(|it| it.0 == target);
        assert!(there || !told.contains(&target), "{moments}");
        if there && !told.contains(&target) {
            told.push(target);
        }
    }
    assert!(!told.is_empty());
    // The keys come; the process dies at each write on the way to saying it.
    first.step().await;
    first.reopen().await;
    first.step().await;
    for moments in 0..40 {
        waits.dies_after(moments);
        let place = waits.app.places().unwrap()[0].id;
        let cancel = never();
        let _ = waits.app.sync_circle(place, cancel, &mut |_| {}).await;
        waits.starts_again().await;
    }
    waits.step().await;
    waits.step().await;
    second.step().await;
    for target in told {
        let there = second.labels().iter().any(|it| it.0 == target);
        assert!(there, "{target:?} was told and is lost");
    }
    assert_eq!(second.labels(), waits.labels());
}
