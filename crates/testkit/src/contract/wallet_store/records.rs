//! Wallets, their engine state, balances, and what belongs to no wallet.

use bitcoin::Network;
use satchel_ports::WalletStore;
use satchel_types::{
    Backend, BackendKind, ChainSide, LabelTarget, Origin, ScriptType, Timestamp, Write,
};

use super::{Law, apply, is_unknown, wallet};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    a_new_store_is_empty,
    a_wallet_comes_back_as_it_was_written,
    wallets_are_listed_by_creation,
    what_is_noted_about_a_wallet_stays,
    adding_a_wallet_again_changes_nothing,
    a_wallet_that_watched_gets_one_seed_and_keeps_it,
    the_selected_wallet_is_the_last_one_selected,
    a_removed_wallet_leaves_nothing_behind,
    engine_state_is_kept_in_order_and_compacted_whole,
    a_balance_is_unknown_until_it_is_set,
    requests_backends_and_settings_are_replaced,
];

fn a_new_store_is_empty(store: &dyn WalletStore) {
    assert!(store.wallets().expect("a list").is_empty());
    assert_eq!(store.selected().expect("an answer"), None);
    assert!(is_unknown(store.wallet(rows::wallet_id(1))));
    assert!(is_unknown(store.sealed_seed(rows::wallet_id(1))));
    assert!(is_unknown(store.changes(rows::wallet_id(1))));
    assert!(is_unknown(store.compact(rows::wallet_id(1), b"whole")));
    assert!(is_unknown(store.balance(rows::wallet_id(1))));
    assert!(is_unknown(store.labels(rows::wallet_id(1))));
    assert!(is_unknown(store.drafts(rows::wallet_id(1))));
    assert!(store.draft(rows::draft_id(1)).expect("an answer").is_none());
    assert_eq!(store.setting("theme").expect("an answer"), None);
}

fn a_wallet_comes_back_as_it_was_written(store: &dyn WalletStore) {
    let networks = [
        Network::Bitcoin,
        Network::Testnet,
        Network::Testnet4,
        Network::Signet,
        Network::Regtest,
    ];
    let origins = [Origin::Created, Origin::Restored, Origin::Imported];
    let mut written = Vec::new();
    for (n, network) in (1..).zip(networks) {
        let mut record = rows::wallet(n);
        record.network = network;
        record.script_type = ScriptType::ALL[n as usize % 4];
        record.origin = origins[n as usize % 3];
        record.account = u32::MAX / 2 - n;
        record.has_seed = n % 2 == 0;
        record.name = rows::name("Grüße \u{1f4b0} 'quoted'");
        record.words_proven_at = (n > 2).then(|| Timestamp::from_secs(u64::from(n)));
        record.backed_up_at = (n > 3).then(|| Timestamp::from_secs(1 << 40));
        apply(store, [rows::insert(record.clone())]);
        assert_eq!(store.wallet(record.id).expect("a wallet"), record);
        let seed = store.sealed_seed(record.id).expect("an answer");
        assert_eq!(seed, record.has_seed.then(|| rows::sealed_seed(&record)));
        written.push(record);
    }
    assert_eq!(store.wallets().expect("a list"), written);
}

fn wallets_are_listed_by_creation(store: &dyn WalletStore) {
    for n in [3, 1, 2] {
        wallet(store, n);
    }
    let listed: Vec<_> = store.wallets().expect("a list");
    assert_eq!(listed, [1, 2, 3].map(rows::wallet));
}

fn what_is_noted_about_a_wallet_stays(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let other = wallet(store, 2);
    apply(
        store,
        [
            Write::RenameWallet(id, rows::name("Savings")),
            Write::WordsProven(id, Timestamp::from_secs(7)),
            Write::BackedUp(id, Timestamp::from_secs(8)),
        ],
    );
    let found = store.wallet(id).expect("a wallet");
    assert_eq!(found.name.as_str(), "Savings");
    assert_eq!(found.words_proven_at, Some(Timestamp::from_secs(7)));
    assert_eq!(found.backed_up_at, Some(Timestamp::from_secs(8)));
    assert_eq!(store.wallet(other).expect("a wallet"), rows::wallet(2));
}

fn a_wallet_that_watched_gets_one_seed_and_keeps_it(store: &dyn WalletStore) {
    let mut watched = rows::wallet(1);
    watched.has_seed = false;
    let id = watched.id;
    apply(store, [rows::insert(watched)]);
    assert_eq!(store.sealed_seed(id).expect("an answer"), None);
    for (sealed, stays) in [(b"one", b"one"), (b"two", b"one")] {
        apply(store, [Write::PutSeed(id, sealed.to_vec())]);
        assert!(store.wallet(id).expect("a wallet").has_seed);
        let seed = store.sealed_seed(id).expect("an answer");
        assert_eq!(seed, Some(stays.to_vec()));
    }
}

fn adding_a_wallet_again_changes_nothing(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    apply(store, [Write::RenameWallet(id, rows::name("Savings"))]);
    let mut poorer = rows::wallet(1);
    poorer.has_seed = false;
    apply(store, [rows::insert(poorer)]);
    assert_eq!(store.wallet(id).expect("a wallet").name.as_str(), "Savings");
    let seed = store.sealed_seed(id).expect("an answer");
    assert_eq!(seed, Some(rows::sealed_seed(&rows::wallet(1))));
}

fn the_selected_wallet_is_the_last_one_selected(store: &dyn WalletStore) {
    let (first, second) = (wallet(store, 1), wallet(store, 2));
    for id in [first, second, first] {
        apply(store, [Write::SelectWallet(id)]);
        assert_eq!(store.selected().expect("an answer"), Some(id));
    }
    apply(store, [Write::RemoveWallet(second)]);
    assert_eq!(store.selected().expect("an answer"), Some(first));
    apply(store, [Write::RemoveWallet(first)]);
    assert_eq!(store.selected().expect("an answer"), None);
}

fn a_removed_wallet_leaves_nothing_behind(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let fill = |id| {
        [
            Write::AppendChanges(id, b"state".to_vec()),
            Write::PutTx(id, Box::new(rows::confirmed(1, 5))),
            Write::PutCoin(id, Box::new(rows::coin(1, 500))),
            Write::PutAddress(id, Box::new(rows::address_row(ChainSide::Receive, 0))),
            Write::PutBalance(id, rows::balance(5)),
            Write::PutFreshness(id, rows::freshness(5)),
            Write::PutLabel(
                id,
                LabelTarget::Tx(rows::txid(1)),
                Some(rows::label("rent")),
            ),
            Write::PutCoinLock(id, rows::outpoint(1, 0), true),
        ]
    };
    apply(store, fill(id));
    apply(store, fill(other));
    apply(store, [Write::PutDraft(Box::new(rows::draft(1, id)))]);
    apply(store, [Write::PutDraft(Box::new(rows::draft(2, other)))]);
    // The second time there is nothing to remove, which is as well.
    for _ in 0..2 {
        apply(store, [Write::RemoveWallet(id)]);
        assert!(is_unknown(store.wallet(id)));
        assert!(is_unknown(store.history(id, &Default::default())));
        assert!(store.draft(rows::draft_id(1)).expect("an answer").is_none());
    }

    // A wallet of the same id starts from nothing.
    assert_eq!(wallet(store, 1), id);
    assert!(store.changes(id).expect("a list").is_empty());
    assert_eq!(store.balance(id).expect("an answer"), None);
    assert_eq!(store.freshness(id).expect("an answer"), None);
    let history = store.history(id, &Default::default()).expect("a page");
    assert!(history.rows.is_empty() && history.total == 0);
    let coins = store.coins(id, &Default::default()).expect("a page");
    assert!(coins.rows.is_empty() && coins.total == 0);
    assert!(store.all_coins(id).expect("a list").is_empty());
    assert!(store.labels(id).expect("a list").is_empty());
    assert!(store.locked_coins(id).expect("a list").is_empty());
    assert!(store.drafts(id).expect("a list").is_empty());
    let address = store.address(id, &rows::address(0)).expect("an answer");
    assert_eq!(address, None);

    // And nobody else's things went with it.
    let history = store.history(other, &Default::default()).expect("a page");
    assert_eq!((history.rows.len(), history.total), (1, 1));
    assert_eq!(store.changes(other).expect("a list"), [b"state"]);
    assert_eq!(store.drafts(other).expect("a list").len(), 1);
    assert_eq!(store.labels(other).expect("a list").len(), 1);
}

fn engine_state_is_kept_in_order_and_compacted_whole(store: &dyn WalletStore) {
    let (id, other) = (wallet(store, 1), wallet(store, 2));
    let large = vec![9; 100_000];
    let append = |id, piece: &[u8]| apply(store, [Write::AppendChanges(id, piece.to_vec())]);
    append(id, b"a");
    append(other, b"x");
    append(id, &large);
    append(id, b"a");
    let pieces = store.changes(id).expect("a list");
    assert_eq!(pieces, [b"a".to_vec(), large, b"a".to_vec()]);
    for _ in 0..2 {
        store.compact(id, b"whole").expect("a healthy store");
        assert_eq!(store.changes(id).expect("a list"), [b"whole"]);
    }
    append(id, b"b");
    let pieces = store.changes(id).expect("a list");
    assert_eq!(pieces, [b"whole".to_vec(), b"b".to_vec()]);
    assert_eq!(store.changes(other).expect("a list"), [b"x"]);
}

fn a_balance_is_unknown_until_it_is_set(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    assert_eq!(store.balance(id).expect("an answer"), None);
    assert_eq!(store.freshness(id).expect("an answer"), None);
    for n in [0, 2_100_000_000_000_000, 3] {
        apply(store, [Write::PutBalance(id, rows::balance(n))]);
        let found = store.balance(id).expect("an answer");
        assert_eq!(found, Some(rows::balance(n)));
    }
    for height in [7, 0] {
        apply(store, [Write::PutFreshness(id, rows::freshness(height))]);
        let found = store.freshness(id).expect("an answer");
        assert_eq!(found, Some(rows::freshness(height)));
    }
}

fn requests_backends_and_settings_are_replaced(store: &dyn WalletStore) {
    for outcome in ["draft 1", "txid 2"] {
        apply(
            store,
            [Write::PutRequest {
                id: rows::request_id(1),
                outcome: outcome.into(),
                at: Timestamp::from_secs(5),
            }],
        );
        let found = store.request(rows::request_id(1)).expect("an answer");
        assert_eq!(found.as_deref(), Some(outcome));
    }
    assert_eq!(store.request(rows::request_id(2)).expect("an answer"), None);

    let backend = |network, port: u16| Backend {
        network,
        kind: BackendKind::Esplora,
        url: format!("http://127.0.0.1:{port}/api"),
    };
    for port in [1, 2] {
        apply(store, [Write::PutBackend(backend(Network::Regtest, port))]);
        let found = store.backend(Network::Regtest).expect("an answer");
        assert_eq!(found, Some(backend(Network::Regtest, port)));
    }
    assert_eq!(store.backend(Network::Signet).expect("an answer"), None);
    apply(store, [Write::PutBackend(backend(Network::Signet, 3))]);
    for _ in 0..2 {
        apply(store, [Write::RemoveBackend(Network::Regtest)]);
        assert_eq!(store.backend(Network::Regtest).expect("an answer"), None);
    }
    let found = store.backend(Network::Signet).expect("an answer");
    assert_eq!(found, Some(backend(Network::Signet, 3)));

    for value in ["dark", "", "light"] {
        apply(
            store,
            [Write::PutSetting {
                key: "theme".into(),
                value: value.into(),
            }],
        );
        let found = store.setting("theme").expect("an answer");
        assert_eq!(found.as_deref(), Some(value));
    }
    assert_eq!(store.setting("Theme").expect("an answer"), None);
}
