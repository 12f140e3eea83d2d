//! The history: rows, order, pages, filter, search.

use bitcoin::{Amount, Txid};
use satchel_ports::WalletStore;
use satchel_types::{
    CoinQuery, Direction, HistoryQuery, LabelTarget, PageSize, Timestamp, TxRow, TxState, WalletId,
    Write,
};

use super::{Law, apply, is_bad_cursor, is_unknown, wallet};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    a_row_comes_back_as_it_was_written,
    a_row_is_replaced_and_removed,
    pending_comes_first_and_then_the_newest_block,
    dead_rows_stand_near_their_time,
    pages_hold_every_row_once_whatever_their_size,
    rows_that_arrive_do_not_disturb_a_page_turner,
    a_direction_is_listed_alone,
    search_finds_ids_labels_and_addresses,
    search_takes_no_wildcards,
    a_cursor_of_elsewhere_is_refused,
];

fn put(store: &dyn WalletStore, id: WalletId, listed: impl IntoIterator<Item = TxRow>) {
    apply(
        store,
        listed
            .into_iter()
            .map(|row| Write::PutTx(id, Box::new(row))),
    );
}

/// Reads every page and checks what must hold for each; returns all ids in order.
fn turn(store: &dyn WalletStore, id: WalletId, query: &HistoryQuery) -> Vec<Txid> {
    let mut query = query.clone();
    let mut seen = Vec::new();
    loop {
        let page = store.history(id, &query).expect("a page");
        assert!(page.rows.len() <= usize::from(query.size.get()));
        seen.extend(page.rows.iter().map(|row| row.txid));
        match page.next {
            Some(next) => {
                assert_eq!(page.rows.len(), usize::from(query.size.get()));
                query.after = Some(next);
            }
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

fn ids(numbers: &[u32]) -> Vec<Txid> {
    numbers.iter().map(|n| rows::txid(*n)).collect()
}

fn a_row_comes_back_as_it_was_written(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let directions = [
        Direction::Incoming,
        Direction::Outgoing,
        Direction::Internal,
    ];
    let listed = [
        rows::pending(0, 5),
        rows::confirmed(1, u32::MAX),
        rows::replaced(2, 1, 6),
        rows::dropped(3, 7),
    ];
    for (n, mut row) in listed.into_iter().enumerate() {
        row.direction = directions[n % 3];
        row.spent = Amount::MAX_MONEY;
        row.fee = (n > 0).then(|| Amount::from_sat(n as u64));
        row.address = (n > 1).then(|| rows::address(9));
        row.more_addresses = n as u32;
        row.signals_rbf = n % 2 == 0;
        row.cancels = (n == 3).then(|| rows::txid(77));
        put(store, id, [row.clone()]);
        let found = store.transaction(id, row.txid).expect("an answer");
        assert_eq!(found, Some(row));
    }
    let absent = store.transaction(id, rows::txid(50)).expect("an answer");
    assert_eq!(absent, None);
    assert!(is_unknown(
        store.transaction(rows::wallet_id(2), rows::txid(1))
    ));
    assert!(is_unknown(
        store.history(rows::wallet_id(2), &Default::default())
    ));
}

fn a_row_is_replaced_and_removed(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    put(store, other, [rows::pending(1, 5)]);
    put(store, id, [rows::pending(1, 5)]);
    let mut row = rows::confirmed(1, 9);
    row.direction = Direction::Outgoing;
    row.label = Some("ignored".into());
    put(store, id, [row.clone()]);
    row.label = None;
    let found = store.transaction(id, row.txid).expect("an answer");
    assert_eq!(found, Some(row));
    for _ in 0..2 {
        apply(store, [Write::RemoveTx(id, rows::txid(1))]);
        assert!(turn(store, id, &HistoryQuery::default()).is_empty());
    }
    assert_eq!(turn(store, other, &HistoryQuery::default()), ids(&[1]));
}

fn pending_comes_first_and_then_the_newest_block(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    // Block times may run backwards; heights never do.
    let mut early = rows::confirmed(4, 8);
    early.state = TxState::Confirmed {
        height: 8,
        hash: rows::block_hash(8),
        time: rows::block_time(20),
    };
    put(
        store,
        id,
        [
            rows::confirmed(3, 9),
            early,
            rows::pending(1, 100),
            rows::confirmed(5, 7),
            rows::pending(2, 50),
        ],
    );
    let seen = turn(store, id, &HistoryQuery::default());
    assert_eq!(seen, ids(&[1, 2, 3, 4, 5]));
}

fn dead_rows_stand_near_their_time(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let between = |height| rows::block_time(height).as_secs() + 1;
    put(
        store,
        id,
        [
            rows::confirmed(10, 10),
            rows::confirmed(11, 11),
            rows::confirmed(12, 12),
            rows::dropped(20, between(10)),
            rows::replaced(21, 11, between(11)),
            rows::dropped(22, 5),
            // First seen long ago, and still it is what may happen next.
            rows::pending(30, 1),
        ],
    );
    let seen = turn(store, id, &HistoryQuery::default());
    assert_eq!(seen, ids(&[30, 12, 21, 11, 20, 10, 22]));
}

/// A wallet with many rows of every state, many of them at the same moment.
fn many(store: &dyn WalletStore, id: WalletId) {
    let moment = |n: u32| u64::from(n / 3) * 200 + rows::block_time(0).as_secs();
    let listed = (0..130).map(|n| match n % 7 {
        0 => rows::pending(n, moment(n)),
        1 => rows::replaced(n, n + 1, moment(n)),
        2 => rows::dropped(n, moment(n)),
        _ => rows::confirmed(n, n / 5),
    });
    put(store, id, listed);
}

fn pages_hold_every_row_once_whatever_their_size(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    many(store, id);
    let whole = turn(store, id, &HistoryQuery::default());
    let mut unique = whole.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((whole.len(), unique.len()), (130, 130));
    for size in [1, 2, 3, 7, 19, 64, 129, 130, 131, 500] {
        let query = HistoryQuery {
            size: PageSize::clamped(size),
            ..HistoryQuery::default()
        };
        assert_eq!(turn(store, id, &query), whole, "pages of {size}");
    }
}

fn rows_that_arrive_do_not_disturb_a_page_turner(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    many(store, id);
    let whole = turn(store, id, &HistoryQuery::default());
    let mut query = HistoryQuery {
        size: PageSize::clamped(11),
        ..HistoryQuery::default()
    };
    let mut seen = Vec::new();
    for arrived in 1000.. {
        let page = store.history(id, &query).expect("a page");
        seen.extend(page.rows.iter().map(|row| row.txid));
        let now = u64::from(arrived) + rows::block_time(1000).as_secs();
        put(
            store,
            id,
            [
                rows::pending(arrived, now),
                rows::confirmed(arrived + 1000, arrived),
                rows::dropped(arrived + 2000, now),
            ],
        );
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    // What was there is seen in order, each once.
    let old: Vec<_> = seen
        .iter()
        .copied()
        .filter(|txid| whole.contains(txid))
        .collect();
    assert_eq!(old, whole);
    // What arrived is seen in its place near the top, or not at all; never far down.
    let first_dead_or_confirmed = whole[19];
    let mut after = seen
        .iter()
        .skip_while(|txid| **txid != first_dead_or_confirmed);
    assert!(after.all(|txid| whole.contains(txid)));
    assert!(seen.len() > whole.len(), "something arrived before that");
}

fn a_direction_is_listed_alone(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let directions = [
        Direction::Incoming,
        Direction::Outgoing,
        Direction::Internal,
    ];
    for n in 0..40 {
        let mut row = if n % 4 == 0 {
            rows::pending(n, 1)
        } else {
            rows::confirmed(n, n)
        };
        row.direction = directions[n as usize % 3];
        put(store, id, [row]);
    }
    // A row may turn, when more of its inputs become known.
    let mut row = rows::confirmed(0, 3);
    row.direction = Direction::Outgoing;
    put(store, id, [row]);
    for (n, direction) in directions.into_iter().enumerate() {
        let query = HistoryQuery {
            direction: Some(direction),
            size: PageSize::clamped(3),
            ..HistoryQuery::default()
        };
        let expected = [13, 14, 13][n];
        let seen = turn(store, id, &query);
        assert_eq!(seen.len(), expected, "{direction:?}");
        for txid in seen {
            let row = store.transaction(id, txid).expect("an answer");
            assert_eq!(row.map(|row| row.direction), Some(direction));
        }
    }
    assert_eq!(turn(store, id, &HistoryQuery::default()).len(), 40);
}

fn search(store: &dyn WalletStore, id: WalletId, text: &str) -> Vec<Txid> {
    let query = HistoryQuery {
        search: Some(text.into()),
        size: PageSize::clamped(2),
        ..HistoryQuery::default()
    };
    turn(store, id, &query)
}

fn search_finds_ids_labels_and_addresses(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    put(store, id, (0..20).map(|n| rows::confirmed(n, 100 - n)));
    let target = |n| LabelTarget::Tx(rows::txid(n));
    apply(
        store,
        [
            Write::PutLabel(id, target(3), Some(rows::label("Straßenfest ÄPFEL"))),
            Write::PutLabel(id, target(4), Some(rows::label("äpfel und Birnen"))),
            // Of no transaction in this wallet.
            Write::PutLabel(id, target(900), Some(rows::label("äpfel"))),
        ],
    );
    assert_eq!(search(store, id, " Äpfel "), ids(&[3, 4]));
    assert_eq!(search(store, id, "BIRN"), ids(&[4]));
    let txid = rows::txid(7).to_string();
    for length in [9, 10, 64] {
        assert_eq!(search(store, id, &txid[..length]), ids(&[7]));
        assert_eq!(search(store, id, &txid[..length].to_uppercase()), ids(&[7]));
    }
    assert!(
        search(store, id, &txid[20..40]).is_empty(),
        "an id is found by its start alone"
    );
    let address = rows::address(8);
    assert_eq!(search(store, id, &address), ids(&[8]));
    assert_eq!(
        search(store, id, &address[10..30].to_uppercase()),
        ids(&[8])
    );
    assert!(search(store, id, "nowhere").is_empty());
    for all in ["", "   "] {
        assert_eq!(search(store, id, all).len(), 20);
    }
}

fn search_takes_no_wildcards(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    put(store, id, (0..4).map(|n| rows::confirmed(n, 100 - n)));
    let label = |n, text: &str| {
        Write::PutLabel(id, LabelTarget::Tx(rows::txid(n)), Some(rows::label(text)))
    };
    apply(
        store,
        [
            label(0, "100% mine"),
            label(1, "100 a_b mine"),
            label(2, "100 axb 'mine' \\ *"),
        ],
    );
    assert_eq!(search(store, id, "100%"), ids(&[0]));
    assert_eq!(search(store, id, "a_b"), ids(&[1]));
    assert_eq!(search(store, id, "'mine'"), ids(&[2]));
    assert_eq!(search(store, id, "\\"), ids(&[2]));
    assert_eq!(search(store, id, "*"), ids(&[2]));
    assert!(search(store, id, "1_0").is_empty());
    assert!(search(store, id, "' OR 1=1 --").is_empty());
}

fn a_cursor_of_elsewhere_is_refused(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    for id in [id, other] {
        put(store, id, (0..5).map(|n| rows::confirmed(n, n)));
        apply(
            store,
            (0..5).map(|n| Write::PutCoin(id, Box::new(rows::coin(n, 10)))),
        );
    }
    let two = HistoryQuery {
        size: PageSize::clamped(2),
        ..HistoryQuery::default()
    };
    let next = store.history(id, &two).expect("a page").next;
    let after = HistoryQuery { after: next, ..two };
    assert!(store.history(id, &after).is_ok());
    assert!(is_bad_cursor(store.history(other, &after)));
    let filtered = HistoryQuery {
        direction: Some(Direction::Incoming),
        ..after.clone()
    };
    assert!(is_bad_cursor(store.history(id, &filtered)));
    let searched = HistoryQuery {
        search: Some("a".into()),
        ..after.clone()
    };
    assert!(is_bad_cursor(store.history(id, &searched)));
    let coins = CoinQuery {
        after: after.after,
        ..CoinQuery::default()
    };
    assert!(is_bad_cursor(store.coins(id, &coins)));
    for text in ["", "1", "nonsense", "0000000000", "\u{0}", "\u{1f4b0}"] {
        let query = HistoryQuery {
            after: Some(text.into()),
            ..HistoryQuery::default()
        };
        assert!(is_bad_cursor(store.history(id, &query)), "{text:?}");
    }
    let huge = HistoryQuery {
        after: Some("00".repeat(1 << 20)),
        ..HistoryQuery::default()
    };
    assert!(is_bad_cursor(store.history(id, &huge)));
    // Time beyond what a store can hold is refused when written, not bent.
    let late = rows::tx(
        9,
        TxState::Pending {
            first_seen: Timestamp::from_secs(u64::MAX),
        },
    );
    assert!(
        store
            .apply(&Write::PutTx(id, Box::new(late)).into())
            .is_err()
    );
}
