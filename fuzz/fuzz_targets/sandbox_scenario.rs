//! The sandbox's scenarios, fee rates and addresses of other nodes: texts that people write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satchel_fuzz::seeds;
use satchel_sandbox::fuzzing::{fee_rate, peer_url};
use satchel_sandbox::scenario::{MAX_LINES, Scenario, ScenarioError, Step};

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    match mode {
        0 => scenario(text),
        1 => rate(text),
        2 => peer(text),
        _ => {}
    }
});

/// Steps stand in order on lines that exist; spaces and comments mean nothing; a fault names its line.
fn scenario(text: &str) {
    let lines = text.lines().count();
    let read: Scenario = match text.parse() {
        Ok(read) => read,
        Err(ScenarioError::Line { line, fault }) => {
            assert!((1..=lines).contains(&line), "{line} of {lines}");
            assert!(fault.to_string().len() < 1_000);
            return;
        }
        Err(ScenarioError::TooLarge) => return,
    };
    assert!(read.lines().len() <= lines.min(MAX_LINES));
    let numbers: Vec<usize> = read.lines().iter().map(|line| line.number).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b));
    assert!(numbers.last().is_none_or(|last| *last <= lines));
    let said = |step: &Step| matches!(step, Step::Say(_));
    if read.lines().iter().any(|line| said(&line.step)) {
        return;
    }
    let tidy: String = text
        .lines()
        .map(|line| {
            let body = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = body.split_whitespace().collect();
            words.join(" ") + "\n"
        })
        .collect();
    assert_eq!(tidy.parse(), Ok(read));
}

/// A rate is read to the thousandth or refused.
fn rate(text: &str) {
    if let Some(rate) = fee_rate(text) {
        let shown = format!("{}.{:03}", rate / 1_000, rate % 1_000);
        assert_eq!(fee_rate(&shown), Some(rate));
    }
}

/// An address has one form.
fn peer(text: &str) {
    if let Some(url) = peer_url(text) {
        assert!(url.starts_with("http://"));
        assert_eq!(peer_url(&url), Some(url));
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    vec![
        ("mine", text(0, "mine 3\nmine 1..4 to @ada # for ada\n")),
        (
            "pay",
            text(
                0,
                "pay @ada 0.5btc rate 1.5 as rent\npay faucet 1..2sat from @ada",
            ),
        ),
        (
            "double",
            text(0, "double-spend rent rate 20 mined as theft"),
        ),
        ("reorg", text(0, "reorg 2 blocks 5\nfee-spike 80 blocks 2")),
        (
            "faults",
            text(
                0,
                "stall /api/tx/*\nslow / 200ms\nwrong /api/* 503\nheal /api/*\nheal all",
            ),
        ),
        (
            "conditions",
            text(
                0,
                "wait height 120 within 2m\nexpect tx a confirmed 3\nexpect tx a gone\nexpect fee 1.001\n\
                 expect balance @a 7sat\nexpect pool 0",
            ),
        ),
        (
            "nodes",
            text(
                0,
                "node b\nconnect main b\non b expect same main\ndisconnect main b\nserve",
            ),
        ),
        ("say", text(0, "say # hello\npause 1s")),
        (
            "address",
            text(0, "mine 1 to bcrt1qs758ursh4q9z627kt3pp5yysm78ddny6txaqgw"),
        ),
        ("rate", text(1, "1.005")),
        ("peer", text(2, "127.0.0.1:18443")),
        ("peer-six", text(2, "http://[::1]:8080/")),
    ]
}
