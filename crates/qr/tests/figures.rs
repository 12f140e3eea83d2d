//! How many frames it takes, and how long: the table of `docs/formats/qr-frames-v1.md`.
//!
//! `cargo test -p satchel-qr --test figures -- --ignored --nocapture`

use std::time::{Duration, Instant};

use satchel_qr::{Code, Collect, Density, Kind, Payload, Show, Took};

fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Returns how many frames were shown until all was there, and how long the reader took.
fn shown(payload: &Payload, code: Code, percent: u32, seed: u32) -> (usize, Duration) {
    let show = Show::new(payload, code, Density::High).expect("it fits");
    let (mut collect, mut dice, mut took) = (Collect::new(), seed, Duration::ZERO);
    for (at, frame) in show.enumerate() {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if (dice >> 16) % 100 < percent {
            continue;
        }
        let begun = Instant::now();
        let taken = collect.take(&frame);
        took += begun.elapsed();
        if let Ok(Took::Done(_)) = taken {
            return (at + 1, took);
        }
    }
    unreachable!("a show has no end")
}

#[test]
#[ignore = "prints figures"]
fn frames_until_all_is_there() {
    let payloads = [
        ("50 labels", 2_400),
        ("1k, short", 15_000),
        ("1k, full", 29_000),
        ("10k, short", 137_000),
        ("10k, full", 281_000),
    ];
    for (name, length) in payloads {
        // Sealed bytes, which nothing packs.
        let payload = Payload {
            kind: Kind::Psbt,
            bytes: noise(length),
        };
        for percent in [0, 5, 15, 30] {
            print!("| {name} | {percent} % |");
            for code in [Code::Own, Code::Ur, Code::Bbqr] {
                let tries = 20;
                let all: Vec<_> = (0..tries)
                    .map(|n| shown(&payload, code, percent, n * 7_919 + 1))
                    .collect();
                let frames: usize = all.iter().map(|(frames, _)| frames).sum();
                let most = all.iter().map(|(_, took)| *took).max().unwrap_or_default();
                print!(
                    " {} ({} ms) |",
                    frames.div_ceil(all.len()),
                    most.as_millis()
                );
            }
            println!();
        }
    }
}
