//! Batches as wholes, repetition, concurrency, closing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use satchel_ports::{StoreError, WalletStore};
use satchel_types::{
    AddressQuery, Backend, BackendKind, Batch, ChainSide, HandOut, HistoryQuery, LabelTarget,
    Lease, PageSize, PaymentFate, StreamId, Timestamp, WalletId, Write,
};

use super::contacts;
use super::notices::notices;
use super::{Law, apply, is_unknown, wallet};
use crate::rows;

pub(super) const LAWS: &[Law] = &[
    a_batch_that_fails_changes_nothing,
    writes_to_an_absent_wallet_fail,
    a_batch_applied_twice_is_a_batch_applied_once,
    a_reader_sees_batches_whole,
    a_closed_store_says_so,
];

fn a_batch_that_fails_changes_nothing(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    apply(store, [Write::PutBalance(id, rows::balance(1))]);
    let mut batch = everything(id);
    batch.push(Write::PutBalance(rows::wallet_id(77), rows::balance(1)));
    let before = dump(store, id);
    assert!(is_unknown(store.apply(&batch)));
    assert_eq!(dump(store, id), before);
    store.apply(&Batch::new()).expect("nothing to do");
    assert_eq!(dump(store, id), before);
}

fn writes_to_an_absent_wallet_fail(store: &dyn WalletStore) {
    let id = rows::wallet_id(1);
    for write in everything(id).writes {
        let of_no_wallet = matches!(
            write,
            Write::InsertWallet { .. }
                | Write::PutRequest { .. }
                | Write::PutBackend(_)
                | Write::RemoveBackend(_)
                | Write::RemoveDraft(_)
                | Write::DismissNotice(..)
                | Write::PutSetting { .. }
                | Write::PutContactName { .. }
                | Write::PutContactNote(..)
                | Write::PutContactAddress(..)
                | Write::RemoveContact(_)
                | Write::CompareContactAddress { .. }
        ) || matches!(&write, Write::PutNotice(notice) if notice.wallet.is_none());
        if !of_no_wallet {
            let shown = format!("{write:?}");
            assert!(is_unknown(store.apply(&write.into())), "{shown}");
        }
    }
}

/// One write of every kind but two: appending, which is repeatable for the engine that merges the
/// pieces, and the removal of the wallet itself.
fn everything(id: WalletId) -> Batch {
    let mut batch = Batch {
        writes: vec![
            rows::insert(rows::wallet(1)),
            Write::PutSeed(id, b"another".to_vec()),
            Write::RenameWallet(id, rows::name("Savings")),
            Write::WordsProven(id, Timestamp::from_secs(3)),
            Write::BackedUp(id, Timestamp::from_secs(4)),
            Write::PutTx(id, Box::new(rows::pending(1, 9))),
            Write::PutTx(id, Box::new(rows::confirmed(2, 9))),
            Write::PutTx(id, Box::new(rows::confirmed(3, 9))),
            Write::PutTx(id, Box::new(rows::replaced(3, 2, 9))),
            Write::PutTx(id, Box::new(rows::dropped(4, 9))),
            Write::RemoveTx(id, rows::txid(4)),
            Write::PutCoin(id, Box::new(rows::coin(1, 10))),
            Write::PutCoin(id, Box::new(rows::coin(2, 20))),
            Write::RemoveCoin(id, rows::outpoint(2, 0)),
            Write::PutAddress(id, Box::new(rows::address_row(ChainSide::Receive, 0))),
            Write::PutBalance(id, rows::balance(30)),
            Write::PutFreshness(id, rows::freshness(9)),
            Write::PutLabel(
                id,
                LabelTarget::Tx(rows::txid(1)),
                Some(rows::label("rent")),
            ),
            Write::PutLabel(id, LabelTarget::Tx(rows::txid(2)), None),
            Write::PutCoinLock(id, rows::outpoint(1, 0), true),
            Write::PutCoinLock(id, rows::outpoint(2, 0), false),
            Write::PutDraft(Box::new(rows::draft(1, id))),
            Write::PutDraft(Box::new(rows::draft(2, id))),
            Write::RemoveDraft(rows::draft_id(2)),
            Write::PutRequest {
                id: rows::request_id(1),
                outcome: "done".into(),
                at: Timestamp::from_secs(5),
            },
            Write::PutBackend(Backend {
                network: bitcoin::Network::Regtest,
                kind: BackendKind::Esplora,
                url: "http://127.0.0.1:1/api".into(),
            }),
            Write::RemoveBackend(bitcoin::Network::Signet),
            Write::SelectWallet(id),
            Write::Reserve(id, rows::txid(5), Timestamp::from_secs(6)),
            Write::Reserve(id, rows::txid(6), Timestamp::from_secs(6)),
            Write::DecidePayment(id, rows::txid(6), PaymentFate::Replaced),
            Write::HandOut(
                id,
                HandOut {
                    side: ChainSide::Change,
                    index: 4,
                    at: Timestamp::from_secs(6),
                    unsure: false,
                },
            ),
            Write::PutLease(
                id,
                Lease {
                    side: ChainSide::Change,
                    index: 5,
                    stream: StreamId::from_bytes([1; 16]),
                    seq: 2,
                    confirmed: true,
                },
            ),
            Write::PutNotice(Box::new(notices(id)[0].clone())),
            Write::PutNotice(Box::new(notices(id)[1].clone())),
            Write::PutNotice(Box::new(notices(id)[2].clone())),
            Write::PutNotice(Box::new(notices(id)[3].clone())),
            Write::DismissNotice(notices(id)[0].id, Timestamp::from_secs(7)),
            Write::PutSetting {
                key: "theme".into(),
                value: "dark".into(),
            },
        ],
    };
    batch.writes.extend(contacts::everything());
    batch
}

/// All that can be read, as one text.
fn dump(store: &dyn WalletStore, id: WalletId) -> String {
    let addresses = AddressQuery {
        side: ChainSide::Receive,
        after: None,
        size: PageSize::default(),
        unused_only: false,
    };
    let lists = (
        store.history(id, &HistoryQuery::default()).expect("a page"),
        store.coins(id, &Default::default()).expect("a page"),
        store.addresses(id, &addresses).expect("a page"),
        store.labels(id).expect("a list"),
        store.locked_coins(id).expect("a list"),
        store.drafts(id).expect("a list"),
        store.changes(id).expect("a list"),
    );
    let shared = (
        store.reservations(id).expect("a list"),
        store.hand_outs(id).expect("a list"),
        store.leases(id).expect("a list"),
        store.notices().expect("a list"),
        store.contacts(&Default::default()).expect("a page"),
    );
    let singles = (
        store.wallets().expect("a list"),
        store.selected().expect("an answer"),
        store.sealed_seed(id).expect("an answer"),
        store.balance(id).expect("an answer"),
        store.freshness(id).expect("an answer"),
        store.request(rows::request_id(1)).expect("an answer"),
        store.backend(bitcoin::Network::Regtest).expect("an answer"),
        store.setting("theme").expect("an answer"),
    );
    format!("{lists:?} {shared:?} {singles:?}")
}

fn a_batch_applied_twice_is_a_batch_applied_once(store: &dyn WalletStore) {
    let id = rows::wallet_id(1);
    store.apply(&everything(id)).expect("a healthy store");
    let once = dump(store, id);
    store.apply(&everything(id)).expect("a healthy store");
    assert_eq!(dump(store, id), once);
}

fn a_reader_sees_batches_whole(store: &dyn WalletStore) {
    let id = wallet(store, 1);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers = [(); 4].map(|()| {
            scope.spawn(|| {
                let query = HistoryQuery {
                    size: PageSize::clamped(500),
                    ..HistoryQuery::default()
                };
                let mut last = 0;
                loop {
                    let over = done.load(Ordering::Acquire);
                    let page = store.history(id, &query).expect("a page");
                    assert_eq!(page.total % 3, 0, "half a batch");
                    assert_eq!(
                        page.total,
                        page.rows.len() as u64,
                        "total of another moment"
                    );
                    assert!(page.total >= last, "a batch went away");
                    last = page.total;
                    if over {
                        return last;
                    }
                }
            })
        });
        for n in 0..60 {
            apply(
                store,
                [
                    Write::PutTx(id, Box::new(rows::pending(3 * n, 1))),
                    Write::PutTx(id, Box::new(rows::confirmed(3 * n + 1, n))),
                    Write::PutTx(id, Box::new(rows::dropped(3 * n + 2, 1))),
                ],
            );
        }
        done.store(true, Ordering::Release);
        for reader in readers {
            assert_eq!(reader.join().expect("no panic"), 180);
        }
    });
}

fn a_closed_store_says_so(store: &dyn WalletStore) {
    fn is_closed<T>(outcome: Result<T, StoreError>) -> bool {
        matches!(outcome, Err(StoreError::Closed))
    }
    let id = wallet(store, 1);
    for _ in 0..2 {
        store.close();
        assert!(is_closed(store.apply(&everything(id))));
        assert!(is_closed(store.apply(&Batch::new())));
        assert!(is_closed(store.compact(id, b"whole")));
        assert!(is_closed(store.wallets()));
        assert!(is_closed(store.wallet(id)));
        assert!(is_closed(store.selected()));
        assert!(is_closed(store.sealed_seed(id)));
        assert!(is_closed(store.changes(id)));
        assert!(is_closed(store.balance(id)));
        assert!(is_closed(store.history(id, &HistoryQuery::default())));
        assert!(is_closed(store.all_coins(id)));
        assert!(is_closed(store.draft(rows::draft_id(1))));
        assert!(is_closed(store.contacts(&Default::default())));
        assert!(is_closed(store.setting("theme")));
    }
}
