//! Laws of the lists, over random wallets and random writes.

use std::collections::BTreeMap;

use bitcoin::Txid;
use proptest::prelude::*;
use satchel_ports::WalletStore;
use satchel_secrets::SecretBytes;
use satchel_store::{SqlDatabase, SqlStore};
use satchel_testkit::rows;
use satchel_types::{
    Batch, CoinQuery, Direction, HistoryQuery, PageSize, Timestamp, TxRow, TxState, Write,
};

#[derive(Debug, Clone)]
enum Op {
    Put(Box<TxRow>),
    Remove(u32),
    PutCoin(u32, u64),
    RemoveCoin(u32),
}

/// Few rows, few moments: what is likely to collide does.
fn op() -> impl Strategy<Value = Op> {
    let state = prop_oneof![
        (0..4_u64).prop_map(|at| TxState::Pending {
            first_seen: Timestamp::from_secs(at)
        }),
        (0..5_u32, 0..6_u64).prop_map(|(height, time)| TxState::Confirmed {
            height,
            hash: rows::block_hash(height),
            time: Timestamp::from_secs(time)
        }),
        (0..40_u32, 0..6_u64).prop_map(|(by, at)| TxState::Replaced {
            by: rows::txid(by),
            at: Timestamp::from_secs(at)
        }),
        (0..6_u64).prop_map(|at| TxState::Dropped {
            at: Timestamp::from_secs(at)
        }),
    ];
    let direction = prop_oneof![
        Just(Direction::Incoming),
        Just(Direction::Outgoing),
        Just(Direction::Internal)
    ];
    let put = (0..40_u32, state, direction).prop_map(|(n, state, direction)| {
        let mut row = rows::tx(n, state);
        row.direction = direction;
        Op::Put(Box::new(row))
    });
    prop_oneof![
        6 => put,
        1 => (0..40_u32).prop_map(Op::Remove),
        3 => (0..20_u32, 0..4_u64).prop_map(|(n, sats)| Op::PutCoin(n, sats)),
        1 => (0..20_u32).prop_map(Op::RemoveCoin),
    ]
}

fn history(store: &SqlStore, size: u32, direction: Option<Direction>) -> Vec<TxRow> {
    let mut query = HistoryQuery {
        size: PageSize::clamped(size),
        direction,
        ..HistoryQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = store.history(rows::wallet_id(1), &query).expect("a page");
        seen.extend(page.rows);
        match page.next {
            Some(next) => query.after = Some(next),
            None => {
                assert_eq!(page.total, seen.len() as u64);
                return seen;
            }
        }
    }
}

/// The order as it is described, by the plainest means.
fn expected(rows: &BTreeMap<Txid, TxRow>) -> Vec<TxRow> {
    let lane = |wanted: fn(&TxState) -> bool, height: fn(&TxState) -> u32| {
        let mut lane: Vec<TxRow> = rows
            .values()
            .filter(|row| wanted(&row.state))
            .cloned()
            .collect();
        lane.sort_by_key(|row| {
            let mut id: [u8; 32] = *row.txid.as_ref();
            id.reverse();
            (height(&row.state), row.state.sort_time(), id)
        });
        lane.reverse();
        lane
    };
    let mut listed = lane(|state| matches!(state, TxState::Pending { .. }), |_| 0);
    let confirmed = lane(
        |state| matches!(state, TxState::Confirmed { .. }),
        |state| match state {
            TxState::Confirmed { height, .. } => *height,
            _ => 0,
        },
    );
    let mut dead = lane(|state| !state.is_live(), |_| 0);
    for block in confirmed {
        let time = block.state.sort_time();
        let before = dead.partition_point(|row| row.state.sort_time() >= time);
        listed.extend(dead.drain(..before));
        listed.push(block);
    }
    listed.extend(dead);
    listed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn lists_hold_what_was_written_in_the_described_order(
        batches in prop::collection::vec(prop::collection::vec(op(), 1..25), 1..6),
        size in 1..30_u32,
    ) {
        let home = tempfile::tempdir().expect("a scratch folder");
        let key = SecretBytes::from_slice(&[1; 32]).expect("32 bytes");
        let store = SqlDatabase::new(home.path()).open_store(&key).expect("a new database");
        let id = rows::wallet_id(1);
        store.apply(&rows::insert(rows::wallet(1)).into()).expect("a healthy disk");

        let mut txs = BTreeMap::new();
        let mut coins = BTreeMap::new();
        for ops in batches {
            let mut batch = Batch::new();
            for op in ops {
                batch.push(match op {
                    Op::Put(row) => {
                        txs.insert(row.txid, (*row).clone());
                        Write::PutTx(id, row)
                    }
                    Op::Remove(n) => {
                        txs.remove(&rows::txid(n));
                        Write::RemoveTx(id, rows::txid(n))
                    }
                    Op::PutCoin(n, sats) => {
                        coins.insert(n, sats);
                        Write::PutCoin(id, Box::new(rows::coin(n, sats)))
                    }
                    Op::RemoveCoin(n) => {
                        coins.remove(&n);
                        Write::RemoveCoin(id, rows::outpoint(n, 0))
                    }
                });
            }
            store.apply(&batch).expect("a healthy disk");

            prop_assert_eq!(history(&store, size, None), expected(&txs));
            for direction in [Direction::Incoming, Direction::Outgoing, Direction::Internal] {
                let mut some = txs.clone();
                some.retain(|_, row| row.direction == direction);
                prop_assert_eq!(history(&store, size, Some(direction)), expected(&some));
            }
            let page = store.coins(id, &CoinQuery::default()).expect("a page");
            prop_assert_eq!(page.total, coins.len() as u64);
            let mut amounts: Vec<u64> = coins.values().copied().collect();
            amounts.sort_by(|a, b| b.cmp(a));
            let found: Vec<u64> = page.rows.iter().map(|coin| coin.amount.to_sat()).collect();
            prop_assert_eq!(found, amounts);
        }
    }
}
