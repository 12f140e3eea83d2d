//! How often two devices show one address, by the code that sets addresses aside.

use satchel_sim::addresses::{Found, Usage, run};

use crate::row;

/// For how many steps one wallet is used.
const STEPS: usize = 100;

fn percent(of_ten_thousand: usize) -> String {
    format!("{}.{:02} %", of_ten_thousand / 100, of_ten_thousand % 100)
}

pub fn print() {
    let usages = [
        // What is seldom takes more of them to be seen.
        (2, 50, 20_000, "0.01 %"),
        (3, 50, 20_000, "0.02 %"),
        (4, 80, 5_000, "1.3 %"),
        (8, 80, 5_000, "5.6 %"),
    ];
    let mut tail = 0;
    for (devices, offline, shown, aim) in usages {
        let usage = Usage {
            devices,
            offline,
            steps: STEPS,
        };
        let mut found = Found::default();
        for seed in 0.. {
            if found.shown >= shown {
                break;
            }
            found.add(&run(seed, usage));
        }
        tail = tail.max(found.tail);
        let of = |twice| percent(found.of_ten_thousand(twice));
        let what = format!(
            "{devices} devices, offline in {offline} of 100 steps: shown by two, of {} addresses",
            found.shown
        );
        let reached = format!(
            "{} (at random in the gap {}, the next after the last known {})",
            of(found.twice),
            of(found.twice_at_random),
            of(found.twice_by_last)
        );
        row(&what, &reached, aim);
    }
    row(
        "addresses beyond the last one paid to, at most",
        &tail.to_string(),
        "≤ 20",
    );
}
