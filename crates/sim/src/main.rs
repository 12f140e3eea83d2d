//! `cargo xtask sim`: runs seeds on all cores and says what failed.

#![allow(clippy::print_stdout, clippy::print_stderr)] // A tool for a terminal talks there.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use satchel_sim::{Stats, Variant, run};

struct Wanted {
    from: u64,
    seeds: u64,
    variant: Variant,
}

fn wanted() -> Result<Wanted, String> {
    let mut wanted = Wanted {
        from: 0,
        seeds: 20_000,
        variant: Variant::Real,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("{word} needs a value"))?;
        let number = || value.parse().map_err(|_| format!("{word} needs a number"));
        match word.as_str() {
            "--seeds" => wanted.seeds = number()?,
            "--from" => wanted.from = number()?,
            "--seed" => (wanted.from, wanted.seeds) = (number()?, 1),
            "--variant" if value == "one-number-a-stream" => {
                wanted.variant = Variant::OneNumberAStream;
            }
            _ => return Err(format!("{word} {value} means nothing here")),
        }
    }
    Ok(wanted)
}

fn main() -> ExitCode {
    let wanted = match wanted() {
        Ok(wanted) => wanted,
        Err(what) => {
            eprintln!("{what}");
            return ExitCode::FAILURE;
        }
    };
    let begun = Instant::now();
    let next = AtomicU64::new(wanted.from);
    let end = wanted.from.saturating_add(wanted.seeds);
    let sum = Mutex::new((Stats::default(), Vec::new()));
    // A panic is caught and told with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let result = run(seed, wanted.variant);
                    let mut sum = sum
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    match result {
                        Ok(stats) => sum.0.add(&stats),
                        Err(what) => sum.1.push((seed, what)),
                    }
                }
            });
        }
    });
    let (stats, mut failed) = sum
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    failed.sort_unstable();
    println!(
        "{} of {} seeds failed, in {:.1} s",
        failed.len(),
        wanted.seeds,
        begun.elapsed().as_secs_f32()
    );
    println!("{stats:#?}");
    let never: Vec<_> = stats.faults.never().map(satchel_sim::Fault::text).collect();
    if !never.is_empty() {
        println!("never: {}", never.join("; "));
    }
    for (seed, what) in failed.iter().take(10) {
        // Whoever looks into one seed wants to see all of it.
        let most = if wanted.seeds == 1 { usize::MAX } else { 900 };
        let what: String = what.chars().take(most).collect();
        let variant = match wanted.variant {
            Variant::Real => "",
            Variant::OneNumberAStream => " --variant one-number-a-stream",
        };
        println!("seed {seed}: {what}\n  again: cargo xtask sim --seed {seed}{variant}");
    }
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
