//! A hundred seeds, without optimisation, and those that found something once; `cargo xtask sim` runs twenty thousand.

use satchel_sim::{Variant, run};

/// What they found has ordinary tests too, in `crates/bundle` and `crates/sync`.
const FOUND: [u64; 8] = [1036, 8629, 10_665, 14_233, 15_015, 20_523, 33_793, 36_050];

fn failures(seeds: impl Iterator<Item = u64>, variant: Variant) -> Vec<(u64, String)> {
    seeds
        .filter_map(|seed| Some((seed, run(seed, variant).err()?)))
        .collect()
}

#[test]
fn everybody_ends_alike() {
    let failed = failures((0..100).chain(FOUND), Variant::Real);
    assert!(failed.is_empty(), "cargo xtask sim --seed N: {failed:#?}");
}

#[test]
fn a_stream_that_is_one_counter_ends_apart() {
    let failed = failures(0..60, Variant::OneNumberAStream);
    assert!(
        failed.iter().any(|(_, what)| what.contains("end apart")),
        "the simulation does not see what is known to be wrong"
    );
}
