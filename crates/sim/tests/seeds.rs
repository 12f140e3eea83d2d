//! A hundred seeds, without optimisation, and those that found something once; `cargo xtask sim` runs twenty thousand.

use satchel_sim::addresses::{Found, Usage};
use satchel_sim::{Fault, Stats, Variant, addresses, run};

/// What they found has ordinary tests too, in `crates/bundle` and `crates/sync`.
const FOUND: [u64; 3] = [2090, 2595, 3546];

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

#[test]
fn devices_that_seldom_meet_show_few_addresses_twice_and_none_beyond_the_gap() {
    for (devices, offline, at_most) in [(2, 50, 0), (4, 80, 3)] {
        let usage = Usage {
            devices,
            offline,
            steps: 60,
        };
        let mut found = Found::default();
        for seed in 0..6 {
            found.add(&addresses::run(seed, usage));
        }
        assert!(found.tail <= 20, "{found:?}");
        assert!(found.twice <= at_most, "{found:?}");
        assert!(found.twice_by_last > found.twice, "it is seen: {found:?}");
    }
}
