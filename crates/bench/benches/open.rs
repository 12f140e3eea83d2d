//! Opening a wallet and reading the first things a person sees.
#![allow(missing_docs)]

use satchel_bench::{Bench, chain};
use satchel_types::{CoinQuery, HistoryQuery};

fn main() {
    divan::main();
}

/// Argon2id, opening the database, reading the balance.
#[divan::bench(args = [1_000, 10_000], sample_count = 10)]
fn unlock_to_balance(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let bench = Bench::synced(&chain(payments));
    bencher
        .with_inputs(|| bench.app.lock())
        .bench_local_values(|()| {
            bench.unlock();
            bench.app.balance(None, None).expect("a balance")
        });
}

/// The passphrase alone: stretching and opening the vault.
#[divan::bench(sample_count = 10)]
fn unlock(bencher: divan::Bencher<'_, '_>) {
    let bench = Bench::restored(&chain(0));
    bencher
        .with_inputs(|| bench.app.lock())
        .bench_local_values(|()| bench.unlock());
}

#[divan::bench(args = [1_000, 10_000])]
fn balance(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let bench = Bench::synced(&chain(payments));
    bencher.bench_local(|| bench.app.balance(None, None).expect("a balance"));
}

#[divan::bench(args = [1_000, 10_000])]
fn first_history_page(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let bench = Bench::synced(&chain(payments));
    let query = HistoryQuery::default();
    bencher.bench_local(|| bench.app.history(None, &query).expect("a page"));
}

#[divan::bench(args = [1_000, 10_000])]
fn first_coin_page(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let bench = Bench::synced(&chain(payments));
    let query = CoinQuery::default();
    bencher.bench_local(|| bench.app.coins(None, &query).expect("a page"));
}
