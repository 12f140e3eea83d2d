//! Coins: order, pages, labels, locks.

use satchel_ports::WalletStore;
use satchel_types::{
    ChainSide, CoinQuery, CoinRow, CoinState, LabelTarget, PageSize, Timestamp, WalletId, Write,
};

use super::{Law, apply, is_bad_cursor, is_unknown, wallet};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    a_coin_comes_back_as_it_was_written,
    the_largest_coin_comes_first_and_each_once,
    a_coin_shows_its_nearest_label,
    a_lock_outlives_its_coin,
    search_finds_addresses_and_the_shown_label,
];

fn put(store: &dyn WalletStore, id: WalletId, coins: impl IntoIterator<Item = CoinRow>) {
    apply(
        store,
        coins
            .into_iter()
            .map(|row| Write::PutCoin(id, Box::new(row))),
    );
}

fn turn(store: &dyn WalletStore, id: WalletId, query: &CoinQuery) -> Vec<CoinRow> {
    let mut query = query.clone();
    let mut seen = Vec::new();
    loop {
        let page = store.coins(id, &query).expect("a page");
        assert!(page.rows.len() <= usize::from(query.size.get()));
        seen.extend(page.rows);
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

fn a_coin_comes_back_as_it_was_written(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let at = Timestamp::from_secs(5);
    let states = [
        CoinState::Confirmed {
            height: 3,
            time: at,
        },
        CoinState::Immature {
            height: 4,
            time: at,
        },
        CoinState::PendingChange { first_seen: at },
        CoinState::PendingIncoming { first_seen: at },
    ];
    for (n, state) in (0..).zip(states) {
        let mut coin = rows::coin(n, 100 - u64::from(n));
        coin.state = state;
        coin.outpoint.vout = u32::MAX - n;
        coin.index = u32::MAX / 2;
        coin.side = if n % 2 == 0 {
            ChainSide::Receive
        } else {
            ChainSide::Change
        };
        put(store, id, [rows::coin(n, 7), coin.clone()]);
        // Written again in another state, it is the same coin.
        let mut first = rows::coin(n, 7);
        first.state = CoinState::PendingChange { first_seen: at };
        put(store, id, [first.clone()]);
        let all = store.all_coins(id).expect("a list");
        assert_eq!(all.len(), 2);
        assert!(all.contains(&coin) && all.contains(&first));
        for _ in 0..2 {
            apply(
                store,
                [
                    Write::RemoveCoin(id, coin.outpoint),
                    Write::RemoveCoin(id, first.outpoint),
                ],
            );
            assert!(turn(store, id, &CoinQuery::default()).is_empty());
        }
    }
    assert!(is_unknown(store.all_coins(rows::wallet_id(2))));
    assert!(is_unknown(
        store.coins(rows::wallet_id(2), &CoinQuery::default())
    ));
}

fn the_largest_coin_comes_first_and_each_once(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    put(store, other, [rows::coin(999, 1 << 40)]);
    // Many of the same amount, since that is what a page may end in the middle of.
    put(store, id, (0..60).map(|n| rows::coin(n, u64::from(n / 20))));
    let whole = turn(store, id, &CoinQuery::default());
    assert_eq!(whole.len(), 60);
    assert!(whole.is_sorted_by(|a, b| a.amount >= b.amount));
    assert_eq!(whole, store.all_coins(id).expect("a list"));
    for size in [1, 7, 20, 59, 60, 61] {
        let query = CoinQuery {
            size: PageSize::clamped(size),
            ..CoinQuery::default()
        };
        assert_eq!(turn(store, id, &query), whole, "pages of {size}");
    }
    for text in ["", "x", "00112233"] {
        let query = CoinQuery {
            after: Some(text.into()),
            ..CoinQuery::default()
        };
        assert!(is_bad_cursor(store.coins(id, &query)), "{text:?}");
    }
}

fn only(store: &dyn WalletStore, id: WalletId) -> CoinRow {
    let coins = turn(store, id, &CoinQuery::default());
    assert_eq!(coins, store.all_coins(id).expect("a list"));
    match <[CoinRow; 1]>::try_from(coins) {
        Ok([coin]) => coin,
        Err(coins) => panic!("one coin, not {}", coins.len()),
    }
}

fn a_coin_shows_its_nearest_label(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let mut coin = rows::coin(1, 50);
    coin.label = Some("ignored".into());
    coin.locked = true;
    put(store, id, [coin]);
    let shown = || only(store, id).label;
    assert_eq!(shown(), None);
    assert!(!only(store, id).locked);
    let targets = [
        LabelTarget::Tx(rows::txid(1)),
        LabelTarget::Address(rows::address(1)),
        LabelTarget::Output(rows::outpoint(1, 0)),
    ];
    let texts = ["of the payment", "of the address", "of the coin"];
    for (target, text) in targets.iter().zip(texts) {
        let elsewhere = Write::PutLabel(other, target.clone(), Some(rows::label("theirs")));
        let here = Write::PutLabel(id, target.clone(), Some(rows::label(text)));
        apply(store, [elsewhere, here]);
        assert_eq!(shown().as_deref(), Some(text));
    }
    for (target, text) in targets
        .iter()
        .zip([None, Some(texts[0]), Some(texts[1])])
        .rev()
    {
        apply(store, [Write::PutLabel(id, target.clone(), None)]);
        assert_eq!(shown().as_deref(), text);
    }
}

fn a_lock_outlives_its_coin(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let lock = |locked| Write::PutCoinLock(id, rows::outpoint(1, 0), locked);
    apply(store, [lock(true)]);
    put(store, id, [rows::coin(1, 50)]);
    put(store, other, [rows::coin(1, 50)]);
    assert!(only(store, id).locked);
    assert!(!only(store, other).locked, "the same output, another owner");
    apply(store, [Write::RemoveCoin(id, rows::outpoint(1, 0))]);
    let locked = store.locked_coins(id).expect("a list");
    assert_eq!(locked, [rows::outpoint(1, 0)]);
    put(store, id, [rows::coin(1, 50)]);
    assert!(only(store, id).locked);
    for _ in 0..2 {
        apply(store, [lock(false)]);
        assert!(!only(store, id).locked);
        assert!(store.locked_coins(id).expect("a list").is_empty());
    }
}

fn search_finds_addresses_and_the_shown_label(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    put(
        store,
        id,
        (0..30).map(|n| rows::coin(n, 1000 - u64::from(n))),
    );
    let label = |target, text| Write::PutLabel(id, target, Some(rows::label(text)));
    apply(
        store,
        [
            label(LabelTarget::Output(rows::outpoint(3, 0)), "MIETE Mai"),
            label(LabelTarget::Address(rows::address(4)), "miete juni"),
            label(LabelTarget::Tx(rows::txid(5)), "Miete 100%"),
            // Hidden behind the coin's own.
            label(LabelTarget::Tx(rows::txid(3)), "secret"),
        ],
    );
    let found = |text: &str| {
        let query = CoinQuery {
            search: Some(text.into()),
            size: PageSize::clamped(2),
            ..CoinQuery::default()
        };
        let coins = turn(store, id, &query);
        coins.iter().map(|coin| coin.index).collect::<Vec<_>>()
    };
    assert_eq!(found("miete"), [3, 4, 5]);
    assert_eq!(found("100%"), [5]);
    assert!(found("m_ete").is_empty());
    assert!(found("secret").is_empty());
    assert_eq!(found(&rows::address(8).to_uppercase()), [8]);
    assert_eq!(found(" ").len(), 30);
}
