//! Syncing, beside bdk_esplora's own scan of the same chain in the same run.
#![allow(missing_docs)]

use satchel_bench::{Bench, Peer, chain};

fn main() {
    divan::main();
}

#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn first_sync(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let chain = chain(payments);
    bencher
        .with_inputs(|| Bench::restored(&chain))
        .bench_local_values(|bench| {
            assert_eq!(bench.sync().changed, payments as u64);
            bench
        });
}

#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn first_sync_bdk(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let chain = chain(payments);
    bencher
        .with_inputs(|| Peer::new(&chain))
        .bench_local_values(|mut peer| {
            peer.full_scan();
            assert_eq!(peer.transactions(), payments);
            peer
        });
}

#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn nothing_new(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let bench = Bench::synced(&chain(payments));
    bencher.bench_local(|| bench.sync());
}

#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn nothing_new_bdk(bencher: divan::Bencher<'_, '_>, payments: usize) {
    let mut peer = Peer::new(&chain(payments));
    peer.full_scan();
    bencher.bench_local(|| peer.sync());
}
