//! Whom the owner pays: an address counts on a device once its owner agreed to it there, and nowhere else (SYNC, H11).

use bitcoin::Amount;
use satchel_app::conflicts::ConflictOn;
use satchel_app::contacts::add::{AddContact, AddContactError};
use satchel_app::contacts::address::{KeepAddress, KeepAddressError, RemoveAddressError};
use satchel_app::contacts::compare::CompareContactError;
use satchel_app::contacts::pay::ChooseContactError;
use satchel_app::contacts::{Contact, Standing};
use satchel_app::draft::CreateDraft;
use satchel_app::payment::PaymentTextError;
use satchel_ports::{Answer, ConfirmError};
use satchel_testkit::rows;
use satchel_types::{
    ContactId, ContactName, ContactQuery, FeeRate, HistoryQuery, Label, RequestId, Write,
};
use satchel_wallet::CoinChoice;

use crate::world::{Device, founder_and_stranger};
use crate::{chain_world, meet, shared};

pub fn name(text: &str) -> ContactName {
    ContactName::new(text).unwrap()
}

pub fn adding(n: u8, called: &str, address: &str) -> AddContact {
    AddContact {
        request: RequestId::from_bytes([n; 16]),
        wallet: None,
        name: name(called),
        note: None,
        address: address.to_owned(),
    }
}

fn changing(n: u8, contact: &Contact, address: &str) -> KeepAddress {
    KeepAddress {
        request: RequestId::from_bytes([n; 16]),
        contact: contact.id,
        instead_of: Some(contact.addresses[0].id),
        wallet: None,
        address: address.to_owned(),
    }
}

pub async fn add(device: &Device, n: u8, called: &str) -> Contact {
    let wanted = adding(n, called, &rows::address(n.into()));
    device.app.add_contact(wanted).await.unwrap()
}

pub fn all(device: &Device) -> Vec<Contact> {
    device.app.contacts(&ContactQuery::default()).unwrap().rows
}

pub fn one(device: &Device) -> Contact {
    let [one] = <[Contact; 1]>::try_from(all(device)).unwrap();
    one
}

pub fn counts(contact: &Contact) -> bool {
    contact
        .addresses
        .iter()
        .all(|it| it.standing == Standing::Counts)
}

fn choose(device: &Device, contact: ContactId) -> Result<String, ChooseContactError> {
    let chosen = device
        .app
        .choose_contact(Some(device.wallet), contact, None)?;
    Ok(chosen.address)
}

pub fn is_refused(device: &Device, contact: &Contact) -> bool {
    let by_id = device.app.choose_contact(
        Some(device.wallet),
        contact.id,
        Some(contact.addresses[0].id),
    );
    matches!(
        choose(device, contact.id),
        Err(ChooseContactError::NotCompared { .. })
    ) && matches!(by_id, Err(ChooseContactError::NotCompared { .. }))
}

#[tokio::test]
async fn keeping_somebody_asks_for_name_and_whole_address_and_keeps_nobody_without_consent() {
    let (first, _) = founder_and_stranger().await;
    first.confirm.then(Ok(Answer::Declined));
    let wanted = adding(1, "Mum", &format!("bitcoin:{}?amount=1", rows::address(1)));
    let declined = first.app.add_contact(wanted.clone()).await;
    assert!(matches!(
        declined,
        Err(AddContactError::Confirm(ConfirmError::Declined))
    ));
    assert!(all(&first).is_empty());
    let kept = first.app.add_contact(wanted.clone()).await.unwrap();
    assert!(counts(&kept));
    let asked = first.confirm.asked();
    let lines = &asked.last().unwrap().lines;
    let said = |label: &str| {
        lines
            .iter()
            .find(|line| line.label == label)
            .unwrap()
            .value
            .clone()
    };
    assert_eq!(said("Name"), "Mum");
    assert_eq!(said("Address").replace(' ', ""), rows::address(1));
    assert!(said("Address").contains(' '), "in groups, to be compared");
    // A call that arrives twice keeps and asks once.
    assert_eq!(first.app.add_contact(wanted).await.unwrap(), kept);
    assert_eq!(first.confirm.asked().len(), asked.len());
    assert_eq!(choose(&first, kept.id).unwrap(), rows::address(1));
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_with_its_reason_before_anybody_is_asked() {
    let (first, _) = founder_and_stranger().await;
    let kept = add(&first, 1, "Mum").await;
    let asked = first.confirm.asked().len();
    let refused = |n, address: &str| first.app.add_contact(adding(n, "Mallory", address));
    assert!(matches!(
        refused(2, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4").await,
        Err(AddContactError::Address(
            PaymentTextError::OtherNetwork { .. }
        ))
    ));
    assert!(matches!(
        refused(3, "nobody").await,
        Err(AddContactError::Address(PaymentTextError::NotAnAddress))
    ));
    assert!(matches!(
        refused(4, &rows::address(1)).await,
        Err(AddContactError::Kept(kept)) if kept.name == "Mum"
    ));
    let other = changing(5, &kept, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
    assert!(matches!(
        first.app.keep_contact_address(other).await,
        Err(KeepAddressError::Address(
            PaymentTextError::OtherNetwork { .. }
        ))
    ));
    assert_eq!(first.confirm.asked().len(), asked);
    // Another of the same name is said to be one.
    first
        .app
        .add_contact(adding(6, "MUM", &rows::address(6)))
        .await
        .unwrap();
    let warnings = first.confirm.asked().pop().unwrap().warnings;
    assert!(
        warnings.iter().any(|it| it.contains("same name")),
        "{warnings:?}"
    );
    let named = first.app.contact_named("mum");
    assert!(matches!(
        named,
        Err(ChooseContactError::SeveralContacts { count: 2 })
    ));
}

#[tokio::test]
async fn what_another_device_wrote_counts_for_nothing_until_it_was_compared_here() {
    let (first, second) = shared().await;
    let kept = add(&first, 1, "Mum").await;
    meet(&first, &second).await;
    let came = one(&second);
    assert_eq!((came.id, came.name.as_deref()), (kept.id, Some("Mum")));
    assert_eq!(
        came.addresses[0].standing,
        Standing::NotCompared {
            from: Some("Device 1".into()),
            before: None
        }
    );
    assert!(is_refused(&second, &came));
    let shown = |device: &Device| {
        let address = [rows::address(1), rows::address(2)];
        device
            .app
            .payee_names(bitcoin::Network::Regtest, address)
            .unwrap()
            .len()
    };
    assert_eq!((shown(&first), shown(&second)), (1, 0));
    let read = |device: &Device| device.app.parse_payment(None, &rows::address(1)).unwrap();
    assert_eq!(read(&second).dealings.contact, None);

    let id = came.addresses[0].id;
    second.confirm.then(Ok(Answer::Declined));
    let declined = second.app.compare_contact_address(came.id, id).await;
    assert!(matches!(
        declined,
        Err(CompareContactError::Confirm(ConfirmError::Declined))
    ));
    assert!(is_refused(&second, &came));
    let compared = second
        .app
        .compare_contact_address(came.id, id)
        .await
        .unwrap();
    assert!(counts(&compared));
    let asked = second.confirm.asked().pop().unwrap();
    let lines: Vec<_> = asked
        .lines
        .iter()
        .map(|line| line.value.replace(' ', ""))
        .collect();
    assert!(lines.contains(&rows::address(1)) && lines.contains(&"Mum".to_owned()));
    assert_eq!(choose(&second, came.id).unwrap(), rows::address(1));
    assert_eq!(read(&second).dealings.contact.as_deref(), Some("Mum"));
    // That it was compared is nobody else's to know, and asks nobody again.
    let questions = second.confirm.asked().len();
    second
        .app
        .compare_contact_address(came.id, id)
        .await
        .unwrap();
    assert_eq!(second.confirm.asked().len(), questions);
    let round = second.step().await;
    assert_eq!(round.pending, 0);

    // Changed on the first: it counts there, where its owner agreed, and no more here. The old one stays visible.
    let changed = first
        .app
        .keep_contact_address(changing(2, &kept, &rows::address(2)));
    assert!(counts(&changed.await.unwrap()));
    let asked = first.confirm.asked().pop().unwrap();
    assert_eq!(asked.title, "Change the contact's address?");
    meet(&first, &second).await;
    let came = one(&second);
    assert_eq!(came.addresses[0].address, rows::address(2));
    let Standing::NotCompared { from, before } = &came.addresses[0].standing else {
        panic!("nobody compared it here");
    };
    assert_eq!(from.as_deref(), Some("Device 1"));
    assert_eq!(before.as_ref().unwrap().address, rows::address(1));
    assert!(is_refused(&second, &came));
    assert_eq!((shown(&first), shown(&second)), (1, 0));
    second
        .app
        .compare_contact_address(came.id, id)
        .await
        .unwrap();
    let asked = second.confirm.asked().pop().unwrap();
    let line = |label: &str| asked.lines.iter().find(|line| line.label == label).unwrap();
    assert_eq!(line("Until now").value.replace(' ', ""), rows::address(1));
    assert_eq!(line("Address").value.replace(' ', ""), rows::address(2));
    assert!(counts(&one(&second)));
    second.reopen().await;
    assert!(counts(&one(&second)));
}

#[tokio::test]
async fn an_answer_counts_for_the_address_that_the_question_said() {
    let (first, second) = shared().await;
    add(&first, 1, "Mum").await;
    meet(&first, &second).await;
    let came = one(&second);
    let id = came.addresses[0].id;
    let second = std::sync::Arc::new(second);
    let device = std::sync::Arc::clone(&second);
    second.confirm.meanwhile(move || {
        let other = Some(rows::address(3));
        device.write_behind(Write::PutContactAddress(came.id, id, other));
    });
    let compared = second.app.compare_contact_address(came.id, id).await;
    assert!(matches!(compared, Err(CompareContactError::Changed)));
    assert!(!counts(&one(&second)));
}

#[tokio::test]
async fn a_name_that_another_device_gave_lends_no_address_to_somebody_else() {
    let (first, second) = shared().await;
    let cafe = add(&second, 1, "Bob's café").await;
    meet(&first, &second).await;
    let on_first = one(&first);
    first
        .app
        .rename_contact(on_first.id, name("Landlord"), None)
        .unwrap();
    meet(&first, &second).await;
    let came = one(&second);
    assert_eq!(came.name.as_deref(), Some("Landlord"));
    let Standing::NotCompared { from, before } = &came.addresses[0].standing else {
        panic!("it was compared as somebody else's");
    };
    assert_eq!(from.as_deref(), Some("Device 1"));
    assert_eq!(before.as_ref().unwrap().name, "Bob's café");
    assert!(is_refused(&second, &came));
    // Here its owner calls it what he likes.
    second
        .app
        .rename_contact(
            cafe.id,
            name("Bob's café"),
            Label::new("cash only").unwrap(),
        )
        .unwrap();
    assert!(counts(&one(&second)));
    let questions = second.confirm.asked().len();
    let renamed = second
        .app
        .rename_contact(cafe.id, name("Bob"), None)
        .unwrap();
    assert!(counts(&renamed) && renamed.note.is_none());
    assert_eq!(second.confirm.asked().len(), questions);
}

#[tokio::test]
async fn a_contact_of_one_device_is_taken_away_on_all_and_an_address_kept_meanwhile_stays() {
    let (first, second) = shared().await;
    add(&first, 1, "Mum").await;
    add(&first, 2, "Dad").await;
    meet(&first, &second).await;
    let [dad, mum] = <[Contact; 2]>::try_from(all(&second)).unwrap();
    first.app.remove_contact(mum.id).unwrap();
    first.app.remove_contact(dad.id).unwrap();
    let one_more = KeepAddress {
        instead_of: None,
        ..changing(3, &dad, &rows::address(3))
    };
    second.app.keep_contact_address(one_more).await.unwrap();
    meet(&first, &second).await;
    for device in [&first, &second] {
        let left = one(device);
        assert_eq!((left.id, left.name.as_deref()), (dad.id, None));
        let addresses: Vec<_> = left.addresses.iter().map(|it| it.address.clone()).collect();
        assert_eq!(addresses, [rows::address(3)]);
        // Nobody's name goes with it, so it can neither be paid nor compared.
        assert!(is_refused(device, &left));
        let compared = device
            .app
            .compare_contact_address(left.id, left.addresses[0].id)
            .await;
        assert!(matches!(compared, Err(CompareContactError::NoName)));
    }
    first.app.remove_contact(dad.id).unwrap();
    meet(&first, &second).await;
    assert!(all(&first).is_empty() && all(&second).is_empty());
    // A removed address is gone with what was agreed to.
    let kept = add(&second, 4, "Mum").await;
    let gone = kept.addresses[0].id;
    second.app.remove_contact_address(kept.id, gone).unwrap();
    assert!(matches!(
        second.app.remove_contact_address(kept.id, gone),
        Err(RemoveAddressError::UnknownAddress)
    ));
    meet(&first, &second).await;
    assert!(one(&first).addresses.is_empty());
}

#[tokio::test]
async fn two_names_and_two_addresses_are_chosen_between_and_choosing_makes_none_count() {
    let (first, second) = shared().await;
    let kept = add(&first, 1, "Mum").await;
    meet(&first, &second).await;
    let id = kept.addresses[0].id;
    second.clock.advance(5);
    first
        .app
        .rename_contact(kept.id, name("Mother"), None)
        .unwrap();
    second
        .app
        .rename_contact(kept.id, name("Mama"), None)
        .unwrap();
    first
        .app
        .keep_contact_address(changing(2, &kept, &rows::address(2)))
        .await
        .unwrap();
    let on_second = one(&second);
    second
        .app
        .keep_contact_address(changing(3, &on_second, &rows::address(3)))
        .await
        .unwrap();
    meet(&first, &second).await;
    let conflicts = first.app.conflicts().unwrap();
    let on: Vec<_> = conflicts.iter().map(|one| one.on.clone()).collect();
    let address = ConflictOn::ContactAddress(kept.id, id);
    assert_eq!(on, [ConflictOn::ContactName(kept.id), address.clone()]);
    assert_eq!(second.app.conflicts().unwrap().len(), 2);
    assert!(
        counts(&one(&second)) && !counts(&one(&first)),
        "that of the second is later"
    );
    let questions = [first.confirm.asked().len(), second.confirm.asked().len()];
    first
        .app
        .settle_conflict(&address, Some(&rows::address(2)))
        .unwrap();
    first.app.settle_conflict(&on[0], Some("Mother")).unwrap();
    meet(&first, &second).await;
    assert!(
        first.app.conflicts().unwrap().is_empty() && second.app.conflicts().unwrap().is_empty()
    );
    assert!(
        counts(&one(&first)),
        "its owner agreed to this one here before"
    );
    assert!(!counts(&one(&second)));
    assert_eq!(
        questions,
        [first.confirm.asked().len(), second.confirm.asked().len()]
    );
}

#[tokio::test]
async fn a_payment_says_in_its_question_the_name_that_was_agreed_to_and_shows_none_that_was_not() {
    let (chain, devices) = chain_world::world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    first.receive(&chain, 100_000).await;
    second.sync().await;
    let address = rows::address(1);
    let wanted = AddContact {
        wallet: Some(first.wallet),
        request: RequestId::from_bytes([201; 16]),
        ..adding(1, "Bob", &address)
    };
    let bob = first.app.add_contact(wanted).await.unwrap();
    // What a page that was taken over could do: it needs no question, and the question before a payment does not say it.
    first
        .app
        .rename_contact(bob.id, name("Landlord"), None)
        .unwrap();
    chain_world::meet(&devices).await;
    let request = |device: &chain_world::Device| CreateDraft {
        request: device.request(),
        wallet: Some(device.wallet),
        recipients: vec![(address.clone(), Some(Amount::from_sat(20_000)))],
        fee_rate: FeeRate::from_sat_per_kvb(2_000).ok(),
        coins: CoinChoice::Auto,
        label: None,
        replaces: None,
    };
    let draft = first.app.create_draft(request(first)).await.unwrap();
    let report = first.app.draft_report(draft.clone()).unwrap();
    assert_eq!(
        report.payees.get(&address).map(String::as_str),
        Some("Landlord")
    );
    chain_world::meet(&devices).await;
    let elsewhere = second.app.drafts(Some(second.wallet)).unwrap().remove(0);
    assert!(
        second
            .app
            .draft_report(elsewhere)
            .unwrap()
            .payees
            .is_empty()
    );
    let read = first
        .app
        .parse_payment(Some(first.wallet), &address)
        .unwrap();
    assert!(!read.dealings.paid_before);

    let txid = first.app.send_transaction(draft.id).await.unwrap();
    let asked = first.confirm.asked().pop().unwrap();
    let said = asked.warnings.join(" ");
    assert!(
        said.contains("“Bob”") && !said.contains("Landlord"),
        "{said}"
    );
    let read = first
        .app
        .parse_payment(Some(first.wallet), &address)
        .unwrap();
    assert!(
        read.dealings.paid_before,
        "a new address is better for both"
    );
    let shown = first
        .app
        .transaction(Some(first.wallet), txid)
        .await
        .unwrap();
    assert_eq!(
        shown.payees.get(&address).map(String::as_str),
        Some("Landlord")
    );
    let listed = |device: &chain_world::Device| {
        let rows = device
            .app
            .history(Some(device.wallet), &HistoryQuery::default())
            .unwrap();
        rows.payees.len()
    };
    second.sync().await;
    assert_eq!((listed(first), listed(second)), (1, 0));
}
