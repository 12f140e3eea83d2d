//! Laws of contacts: what counts on this device, and what others say of it.

use bitcoin::Network;
use satchel_ports::WalletStore;
use satchel_types::{
    ContactAddressId, ContactAddressRow, ContactId, ContactName, ContactQuery, PageSize, Write,
};

use super::{Law, apply, is_bad_cursor};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    a_contact_is_there_as_long_as_it_has_a_name_or_an_address,
    an_address_counts_while_it_is_what_was_compared,
    a_name_from_elsewhere_lends_no_address_to_somebody_else,
    whose_an_address_is_is_told_of_those_that_count_alone,
    contacts_are_listed_by_name_page_by_page_and_found,
];

const ONE: ContactId = ContactId::from_bytes([1; 16]);

fn address_id(n: u8) -> ContactAddressId {
    ContactAddressId {
        network: Network::Regtest,
        number: [n; 16],
    }
}

fn name(text: &str) -> ContactName {
    ContactName::new(text).expect("a name")
}

fn named(contact: ContactId, text: &str, here: bool) -> Write {
    Write::PutContactName {
        contact,
        name: Some(name(text)),
        here,
    }
}

fn says(contact: ContactId, id: u8, address: u32) -> Write {
    let address = Some(rows::address(address));
    Write::PutContactAddress(contact, address_id(id), address)
}

fn compared(contact: ContactId, id: u8, address: u32, as_name: &str) -> Write {
    Write::CompareContactAddress {
        contact,
        id: address_id(id),
        address: rows::address(address),
        name: name(as_name),
    }
}

/// Writes of every kind, none of which is undone by a later one.
pub(super) fn everything() -> Vec<Write> {
    let gone = ContactId::from_bytes([9; 16]);
    vec![
        named(ONE, "Mum", true),
        says(ONE, 1, 1),
        compared(ONE, 1, 1, "Mum"),
        says(ONE, 2, 2),
        Write::PutContactAddress(ONE, address_id(3), None),
        Write::PutContactNote(ONE, Some(rows::label("rent"))),
        named(gone, "Somebody", true),
        says(gone, 1, 3),
        Write::RemoveContact(gone),
    ]
}

fn addresses(store: &dyn WalletStore, contact: ContactId) -> Vec<ContactAddressRow> {
    let found = store.contact(contact).expect("a healthy store");
    found.expect("it is there").addresses
}

fn counts(store: &dyn WalletStore) -> Vec<bool> {
    addresses(store, ONE).iter().map(|it| it.counts).collect()
}

fn a_contact_is_there_as_long_as_it_has_a_name_or_an_address(store: &dyn WalletStore) {
    let is_there = || store.contact(ONE).expect("a healthy store").is_some();
    apply(
        store,
        [Write::PutContactNote(ONE, Some(rows::label("rent")))],
    );
    assert!(!is_there(), "of a note alone");
    apply(store, [named(ONE, "Mum", false), says(ONE, 1, 1)]);
    let unnamed = Write::PutContactName {
        contact: ONE,
        name: None,
        here: false,
    };
    apply(store, [unnamed]);
    assert!(is_there());
    apply(store, [Write::PutContactAddress(ONE, address_id(1), None)]);
    assert!(!is_there());
    apply(
        store,
        [named(ONE, "Mum", false), says(ONE, 1, 1), says(ONE, 2, 2)],
    );
    apply(
        store,
        [Write::RemoveContact(ONE), Write::RemoveContact(ONE)],
    );
    assert!(!is_there());
    // Nothing of it is left for whoever comes under the same id.
    apply(store, [named(ONE, "Mum", false)]);
    assert!(addresses(store, ONE).is_empty());
}

fn an_address_counts_while_it_is_what_was_compared(store: &dyn WalletStore) {
    apply(store, [named(ONE, "Mum", true), says(ONE, 1, 1)]);
    assert_eq!(counts(store), [false], "nobody compared it");
    apply(store, [compared(ONE, 1, 1, "Mum")]);
    assert_eq!(counts(store), [true]);
    apply(store, [says(ONE, 1, 2)]);
    assert_eq!(counts(store), [false], "another device changed it");
    let before = addresses(store, ONE)
        .remove(0)
        .compared
        .expect("it stays visible");
    assert_eq!(
        (before.address, before.name),
        (rows::address(1), "Mum".into())
    );
    apply(store, [says(ONE, 1, 1)]);
    assert_eq!(
        counts(store),
        [true],
        "it is the one that was compared again"
    );
    // What was compared while another device changed it is not what it is now.
    apply(store, [says(ONE, 1, 3), compared(ONE, 1, 2, "Mum")]);
    assert_eq!(counts(store), [false]);
    // One that is gone is not brought back by an answer that came late.
    apply(store, [Write::PutContactAddress(ONE, address_id(1), None)]);
    apply(store, [compared(ONE, 1, 3, "Mum")]);
    assert!(addresses(store, ONE).is_empty());
    apply(store, [says(ONE, 1, 3)]);
    assert_eq!(counts(store), [false], "removed and added again");
}

fn a_name_from_elsewhere_lends_no_address_to_somebody_else(store: &dyn WalletStore) {
    apply(
        store,
        [
            named(ONE, "Café", true),
            says(ONE, 1, 1),
            compared(ONE, 1, 1, "Café"),
        ],
    );
    apply(store, [named(ONE, "Landlord", false)]);
    assert_eq!(counts(store), [false]);
    apply(store, [named(ONE, "Café", false)]);
    assert_eq!(counts(store), [true], "it is called as before");
    apply(
        store,
        [named(ONE, "The café", true), named(ONE, "The café", true)],
    );
    assert_eq!(counts(store), [true], "a name that was given here");
    let compared_as = addresses(store, ONE).remove(0).compared.expect("it was");
    assert_eq!(compared_as.name, "Café", "as the question said it");
    // What did not count under the name before does not count under one that is given here.
    apply(
        store,
        [
            named(ONE, "Landlord", false),
            named(ONE, "My landlord", true),
        ],
    );
    assert_eq!(counts(store), [false]);
    let unnamed = Write::PutContactName {
        contact: ONE,
        name: None,
        here: false,
    };
    apply(store, [unnamed]);
    assert_eq!(counts(store), [false]);
}

fn whose_an_address_is_is_told_of_those_that_count_alone(store: &dyn WalletStore) {
    apply(
        store,
        [
            named(ONE, "Mum", true),
            says(ONE, 1, 1),
            compared(ONE, 1, 1, "Mum"),
        ],
    );
    apply(store, [says(ONE, 2, 2), named(ONE, "Mother", true)]);
    let asked = [1, 2, 3].map(rows::address);
    let told = store
        .payees(Network::Regtest, &asked)
        .expect("a healthy store");
    let told: Vec<_> = told
        .into_iter()
        .map(|payee| payee.map(|payee| (payee.contact, payee.name, payee.compared_as)))
        .collect();
    assert_eq!(
        told,
        [Some((ONE, "Mother".into(), "Mum".into())), None, None]
    );
    let elsewhere = store
        .payees(Network::Signet, &asked)
        .expect("a healthy store");
    assert_eq!(elsewhere, [None, None, None]);
    assert_eq!(
        store
            .payees(Network::Regtest, &[])
            .expect("a healthy store"),
        []
    );
}

fn contacts_are_listed_by_name_page_by_page_and_found(store: &dyn WalletStore) {
    let id = |n: u8| ContactId::from_bytes([n; 16]);
    for (n, text) in [(1, "berta"), (2, "Anton"), (3, "Cäsar"), (4, "anton")] {
        apply(store, [named(id(n), text, true)]);
    }
    apply(
        store,
        [Write::PutContactNote(id(3), Some(rows::label("The Baker")))],
    );
    apply(store, [says(id(1), 1, 7)]);
    let list = |query: &ContactQuery| store.contacts(query).expect("a page");
    let ids = |query: &ContactQuery| {
        let page = list(query);
        assert_eq!(page.total, page.rows.len() as u64);
        page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = [2, 4, 1, 3].map(id);
    assert_eq!(ids(&ContactQuery::default()), all);
    let search = |text: &str| ContactQuery {
        search: Some(text.to_owned()),
        ..ContactQuery::default()
    };
    assert_eq!(ids(&search(" ANTON ")), [id(2), id(4)]);
    assert_eq!(ids(&search("CÄS")), [id(3)]);
    assert_eq!(ids(&search("baker")), [id(3)]);
    assert_eq!(ids(&search(&rows::address(7)[4..])), [id(1)]);
    assert_eq!(ids(&search("%")), []);
    let mut query = ContactQuery {
        size: PageSize::clamped(3),
        ..ContactQuery::default()
    };
    let first = list(&query);
    assert_eq!((first.rows.len(), first.total), (3, 4));
    query.after = first.next;
    let last = list(&query);
    assert_eq!((last.rows.len(), last.next.as_ref()), (1, None));
    assert_eq!(last.rows[0].id, id(3));
    query.search = Some("anton".into());
    assert!(is_bad_cursor(store.contacts(&query)), "another filter");
    query.search = None;
    apply(store, [Write::RemoveContact(id(1))]);
    assert!(
        is_bad_cursor(store.contacts(&query)),
        "where it ended is gone"
    );
}
