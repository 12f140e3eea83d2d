//! Addresses and labels.

use bitcoin::Amount;
use satchel_ports::WalletStore;
use satchel_types::{AddressQuery, AddressRow, ChainSide, LabelTarget, PageSize, WalletId, Write};

use super::{Law, apply, is_bad_cursor, is_unknown, wallet};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    the_newest_address_comes_first,
    an_address_is_replaced_and_found_by_its_text,
    unused_addresses_are_listed_alone,
    labels_are_set_replaced_and_cleared,
];

fn put(store: &dyn WalletStore, id: WalletId, addresses: impl IntoIterator<Item = AddressRow>) {
    apply(
        store,
        addresses
            .into_iter()
            .map(|row| Write::PutAddress(id, Box::new(row))),
    );
}

fn query(side: ChainSide, size: u32, unused_only: bool) -> AddressQuery {
    AddressQuery {
        side,
        after: None,
        size: PageSize::clamped(size),
        unused_only,
    }
}

fn turn(store: &dyn WalletStore, id: WalletId, mut query: AddressQuery) -> Vec<u32> {
    let mut seen = Vec::new();
    loop {
        let page = store.addresses(id, &query).expect("a page");
        assert!(page.rows.len() <= usize::from(query.size.get()));
        assert!(page.rows.iter().all(|row| row.side == query.side));
        seen.extend(page.rows.iter().map(|row| row.index));
        match page.next {
            Some(next) => query.after = Some(next),
            None => {
                assert_eq!(
                    page.total,
                    seen.len() as u64,
                    "the total is what the pages hold"
                );
                return seen;
            }
        }
    }
}

fn the_newest_address_comes_first(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    put(store, other, [rows::address_row(ChainSide::Receive, 90)]);
    put(
        store,
        id,
        (0..30).map(|n| rows::address_row(ChainSide::Receive, n)),
    );
    put(
        store,
        id,
        (0..4).map(|n| rows::address_row(ChainSide::Change, n)),
    );
    let newest: Vec<u32> = (0..30).rev().collect();
    for size in [1, 7, 29, 30, 31] {
        let seen = turn(store, id, query(ChainSide::Receive, size, false));
        assert_eq!(seen, newest, "pages of {size}");
    }
    let seen = turn(store, id, query(ChainSide::Change, 3, false));
    assert_eq!(seen, [3, 2, 1, 0]);

    let page = store.addresses(id, &query(ChainSide::Receive, 2, false));
    let mut other_side = query(ChainSide::Change, 2, false);
    other_side.after = page.expect("a page").next;
    assert!(is_bad_cursor(store.addresses(id, &other_side)));
    assert!(is_unknown(store.addresses(
        rows::wallet_id(3),
        &query(ChainSide::Change, 2, false)
    )));
}

fn an_address_is_replaced_and_found_by_its_text(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let mut row = rows::address_row(ChainSide::Receive, 4);
    put(store, id, [row.clone()]);
    let find = |id| store.address(id, &rows::address(8)).expect("an answer");
    assert_eq!(find(id), Some(row.clone()));
    assert_eq!(find(other), None);
    row.used = true;
    row.received = Amount::from_sat(77);
    row.payments = 3;
    row.label = Some("ignored".into());
    put(store, id, [row.clone()]);
    let label = Write::PutLabel(
        id,
        LabelTarget::Address(row.address.clone()),
        Some(rows::label("shop")),
    );
    apply(store, [label]);
    row.label = Some("shop".into());
    assert_eq!(find(id), Some(row.clone()));
    let page = store.addresses(id, &query(ChainSide::Receive, 5, false));
    assert_eq!(page.expect("a page").rows, [row]);
    assert!(is_unknown(store.address(rows::wallet_id(3), "x")));
}

fn unused_addresses_are_listed_alone(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    for n in 0..20 {
        put(store, id, [rows::address_row(ChainSide::Receive, n)]);
    }
    let mut used = rows::address_row(ChainSide::Receive, 0);
    used.used = true;
    for n in [3, 4, 19] {
        let row = rows::address_row(ChainSide::Receive, n);
        put(store, id, [AddressRow { used: true, ..row }]);
    }
    // A reorganisation may free an address again.
    put(store, id, [rows::address_row(ChainSide::Receive, 4)]);
    let expected: Vec<u32> = (0..20).rev().filter(|n| ![3, 19].contains(n)).collect();
    for size in [1, 5, 18, 19] {
        let seen = turn(store, id, query(ChainSide::Receive, size, true));
        assert_eq!(seen, expected, "pages of {size}");
    }
    assert_eq!(
        turn(store, id, query(ChainSide::Receive, 9, false)).len(),
        20
    );
    assert!(turn(store, id, query(ChainSide::Change, 9, true)).is_empty());
}

fn labels_are_set_replaced_and_cleared(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let targets = [
        LabelTarget::Tx(rows::txid(1)),
        LabelTarget::Address(rows::address(1)),
        LabelTarget::Output(rows::outpoint(1, 7)),
        LabelTarget::Input(rows::outpoint(1, 7)),
        LabelTarget::Key("02".repeat(33)),
    ];
    for (n, target) in targets.iter().enumerate() {
        for text in ["first", "second \u{1f4b0} 'x'"] {
            let label = Write::PutLabel(id, target.clone(), Some(rows::label(text)));
            apply(store, [label]);
            let labels = store.labels(id).expect("a list");
            assert_eq!(labels.len(), n + 1);
            assert!(labels.contains(&(target.clone(), text.into())));
        }
    }
    assert!(store.labels(other).expect("a list").is_empty());
    for (n, target) in targets.iter().enumerate() {
        for _ in 0..2 {
            apply(store, [Write::PutLabel(id, target.clone(), None)]);
            assert_eq!(store.labels(id).expect("a list").len(), 4 - n);
        }
    }
}
