//! What a screen waits for, on wallets of 10,000 and of 100,000 rows. The two should be alike.

use std::sync::OnceLock;

use divan::{Bencher, black_box};
use satchel_ports::WalletStore;
use satchel_secrets::SecretBytes;
use satchel_store::{SqlDatabase, SqlStore};
use satchel_testkit::rows;
use satchel_types::{
    AddressQuery, Batch, ChainSide, CoinQuery, Direction, HistoryQuery, LabelTarget, PageSize,
    Write,
};

const SIZES: [u32; 2] = [10_000, 100_000];

fn main() {
    divan::main();
}

struct Filled {
    home: tempfile::TempDir,
    store: SqlStore,
}

fn key() -> SecretBytes<32> {
    SecretBytes::from_slice(&[1; 32]).expect("32 bytes")
}

/// A wallet with one transaction a block, as many coins and addresses, and a few labels.
fn filled(size: u32) -> &'static Filled {
    static WALLETS: [OnceLock<Filled>; 2] = [OnceLock::new(), OnceLock::new()];
    let slot = SIZES.iter().position(|known| *known == size);
    WALLETS[slot.expect("a known size")].get_or_init(|| {
        let home = tempfile::tempdir().expect("a scratch folder");
        let store = SqlDatabase::new(home.path())
            .open_store(&key())
            .expect("a new database");
        let id = rows::wallet_id(1);
        store
            .apply(&rows::insert(rows::wallet(1)).into())
            .expect("a healthy disk");
        for start in (0..size).step_by(1000) {
            let mut batch = Batch::new();
            for n in start..start + 1000 {
                let mut row = rows::confirmed(n, n);
                if n % 3 == 0 {
                    row.direction = Direction::Outgoing;
                }
                batch.push(Write::PutTx(id, Box::new(row)));
                let sats = u64::from(n.wrapping_mul(2_654_435_761) % 1_000_000);
                batch.push(Write::PutCoin(id, Box::new(rows::coin(n, sats))));
                let address = rows::address_row(ChainSide::Receive, n);
                batch.push(Write::PutAddress(id, Box::new(address)));
                if n % 50 == 0 {
                    let label = rows::label(&format!("label number {n}"));
                    batch.push(Write::PutLabel(
                        id,
                        LabelTarget::Tx(rows::txid(n)),
                        Some(label),
                    ));
                }
            }
            batch.push(Write::PutBalance(id, rows::balance(1)));
            store.apply(&batch).expect("a healthy disk");
        }
        Filled { home, store }
    })
}

#[divan::bench(args = SIZES)]
fn open_and_read_the_balance(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let database = SqlDatabase::new(wallet.home.path());
    bencher.bench(|| {
        let store = database.open_store(&key()).expect("its own key");
        store.balance(rows::wallet_id(1)).expect("an answer")
    });
}

#[divan::bench(args = SIZES)]
fn balance(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    bencher.bench(|| wallet.store.balance(rows::wallet_id(1)).expect("an answer"));
}

#[divan::bench(args = SIZES)]
fn first_history_page(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let query = HistoryQuery::default();
    bencher.bench(|| wallet.store.history(rows::wallet_id(1), black_box(&query)));
}

#[divan::bench(args = SIZES)]
fn history_page_in_the_middle(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let mut query = HistoryQuery {
        size: PageSize::clamped(500),
        ..HistoryQuery::default()
    };
    for _ in 0..size / 1000 {
        let page = wallet.store.history(rows::wallet_id(1), &query);
        query.after = page.expect("a page").next;
    }
    query.size = PageSize::default();
    bencher.bench(|| wallet.store.history(rows::wallet_id(1), black_box(&query)));
}

#[divan::bench(args = SIZES)]
fn history_page_of_a_direction(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let query = HistoryQuery {
        direction: Some(Direction::Outgoing),
        ..HistoryQuery::default()
    };
    bencher.bench(|| wallet.store.history(rows::wallet_id(1), black_box(&query)));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn history_search_for_a_label(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let query = HistoryQuery {
        search: Some("number 50".into()),
        ..HistoryQuery::default()
    };
    bencher.bench(|| wallet.store.history(rows::wallet_id(1), black_box(&query)));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn history_search_for_an_address(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let query = HistoryQuery {
        search: Some(rows::address(5)),
        ..HistoryQuery::default()
    };
    bencher.bench(|| wallet.store.history(rows::wallet_id(1), black_box(&query)));
}

#[divan::bench(args = SIZES)]
fn first_coin_page(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let query = CoinQuery::default();
    bencher.bench(|| wallet.store.coins(rows::wallet_id(1), black_box(&query)));
}

#[divan::bench(args = SIZES)]
fn first_address_page(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let query = AddressQuery {
        side: ChainSide::Receive,
        after: None,
        size: PageSize::default(),
        unused_only: true,
    };
    bencher.bench(|| {
        wallet
            .store
            .addresses(rows::wallet_id(1), black_box(&query))
    });
}

#[divan::bench(args = SIZES)]
fn apply_one_payment(bencher: Bencher<'_, '_>, size: u32) {
    let wallet = filled(size);
    let id = rows::wallet_id(1);
    let mut n = size;
    bencher.bench_local(|| {
        n += 1;
        let mut batch = Batch::new();
        batch.push(Write::AppendChanges(id, vec![1; 500]));
        batch.push(Write::PutTx(id, Box::new(rows::pending(n, 1))));
        batch.push(Write::PutCoin(id, Box::new(rows::coin(n, 5))));
        batch.push(Write::PutBalance(id, rows::balance(1)));
        wallet.store.apply(&batch).expect("a healthy disk");
    });
}
