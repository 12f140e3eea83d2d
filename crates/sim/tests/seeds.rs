//! A hundred seeds, without optimisation, and those that found something once; `cargo xtask sim` runs twenty thousand.

use satchel_sim::{Fault, Stats, Variant, run};

/// What they found has ordinary tests too, in `crates/bundle` and `crates/sync`.
const FOUND: [u64; 0] = [];

/// Runs seeds; returns what happened, and each failure with how to see it again.
fn run_all(seeds: impl Iterator<Item = u64>, variant: Variant) -> (Stats, Vec<String>) {
    let (mut sum, mut failed) = (Stats::default(), Vec::new());
    for seed in seeds {
        match run(seed, variant) {
            Ok(stats) => sum.add(&stats),
            Err(what) => failed.push(format!("cargo xtask sim --seed {seed}: {what}")),
        }
    }
    (sum, failed)
}

#[test]
fn everybody_ends_alike_whatever_befalls_them() {
    let (stats, failed) = run_all((0..100).chain(FOUND), Variant::Real);
    assert!(failed.is_empty(), "{failed:#?}");
    let never: Vec<_> = stats.faults.never().map(Fault::text).collect();
    assert!(never.is_empty(), "never drawn: {never:#?}");
}

#[test]
fn a_stream_that_is_one_counter_ends_apart() {
    let (_, failed) = run_all(0..60, Variant::OneNumberAStream);
    assert!(
        failed.iter().any(|what| what.contains("end apart")),
        "the simulation does not see what is known to be wrong"
    );
}
