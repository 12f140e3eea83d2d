//! The words of both programs' command lines, and amounts in them.
#![no_main]

use std::ffi::OsString;
use std::path::PathBuf;

use bitcoin::Amount;
use clap::Parser;
use clap::error::ErrorKind;
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::cli_args::{AmountArg, Args, Command, LimitArg, PayArgs};
use satchel_fuzz::links::MAX_LINK;
use satchel_fuzz::options::Options;
use satchel_fuzz::seeds;

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    match mode {
        0 => satchel(text),
        1 => amount(text),
        2 => shell(text),
        _ => {}
    }
});

/// Words are parted by line ends, so that they may hold spaces.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
}

fn satchel(text: &str) {
    let words = std::iter::once("satchel").chain(words(text));
    match Args::try_parse_from(words) {
        Ok(args) => {
            if let Command::Send(pay) | Command::Sign(pay) = args.command {
                payment(&pay);
            }
        }
        Err(error) => {
            let shows = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            assert!(shows || error.exit_code() == 2, "bad words exit with 2");
        }
    }
}

fn payment(pay: &PayArgs) {
    assert!(!pay.to.is_empty() || pay.draft.is_some(), "nobody to pay");
    assert!(pay.draft.is_none() || (pay.to.is_empty() && pay.amount.is_empty()));
    for amount in &pay.amount {
        if let AmountArg::Sats(sats) = amount {
            assert!(*sats <= Amount::MAX_MONEY.to_sat());
        }
    }
}

/// Whole satoshis in plain digits, or `all`.
fn amount(text: &str) {
    match text.parse::<AmountArg>() {
        Ok(AmountArg::All) => assert_eq!(text, "all"),
        Ok(AmountArg::Sats(sats)) => {
            assert!(sats <= Amount::MAX_MONEY.to_sat());
            assert!(text.bytes().all(|b| b.is_ascii_digit()));
            assert_eq!(
                text.trim_start_matches('0'),
                sats.to_string().trim_start_matches('0')
            );
        }
        Err(why) => assert!(why.len() < 100),
    }
    if let Ok(LimitArg(limit)) = text.parse::<LimitArg>() {
        match limit {
            None => assert_eq!(text, "none"),
            Some(limit) => {
                assert!(limit <= Amount::MAX_MONEY);
                assert!(text.bytes().all(|b| b.is_ascii_digit()));
            }
        }
    }
}

/// What the window's program is started with, words and variables.
fn shell(text: &str) {
    let (words, variables) = text.split_once("\n\n").unwrap_or((text, ""));
    let words: Vec<OsString> = words
        .split('\n')
        .filter(|w| !w.is_empty())
        .map(Into::into)
        .collect();
    let (home, url) = variables.split_once('\n').unwrap_or((variables, ""));
    let variable = |name: &str| match name {
        "SATCHEL_HOME" => Some(OsString::from(home)),
        "SATCHEL_SANDBOX_URL" => Some(OsString::from(url)),
        _ => None,
    };
    let Ok(options) = Options::read(words.clone(), variable, Some(PathBuf::from("/data"))) else {
        return;
    };
    if words.is_empty() {
        let expected = if home.is_empty() {
            "/data/satchel"
        } else {
            home
        };
        assert_eq!(options.home, PathBuf::from(expected));
    }
    if let Some(link) = options.link {
        let is_it = |word: &&OsString| {
            word.to_str()
                .is_some_and(|word| word.trim() == link.as_str())
        };
        assert!(
            words.iter().any(|word| is_it(&word)),
            "another link than was opened"
        );
        assert!(link.as_str().len() <= MAX_LINK && !link.as_str().contains(char::is_control));
    }
    let sandbox = options.sandbox.unwrap_or_default();
    assert!(url.starts_with(&sandbox), "another sandbox than was named");
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    let lines = |line: &str| text(0, &line.replace(' ', "\n"));
    vec![
        (
            "send",
            lines("send --to bcrt1q --amount 20000 --fee-rate 2.5 --coin a:0 --label rent -y"),
        ),
        (
            "send-all",
            lines("send --to a --amount 1 --to b --amount all --no-sync"),
        ),
        (
            "sign-draft",
            lines("sign --draft 00112233445566778899aabbccddeeff --json"),
        ),
        (
            "create",
            lines("wallet create --name Try --network regtest --script-type nested_segwit"),
        ),
        (
            "restore",
            lines("wallet restore --name Try --network bitcoin --words-file w"),
        ),
        (
            "backend",
            lines("backend set esplora http://127.0.0.1:8080/api --network signet"),
        ),
        (
            "history",
            lines("history --limit 500 --after aa --search rent --direction outgoing"),
        ),
        ("coins", lines("coins lock aa:0")),
        ("cancel", lines("cancel aa --fee-rate 12")),
        ("bump", lines("tx bump aa --fee-rate 12")),
        (
            "export",
            lines("export -o file --force --file-passphrase-file p"),
        ),
        ("label", lines("label address aa bb")),
        ("help", lines("help send")),
        ("amount", text(1, "2100000000000000")),
        ("amount-all", text(1, "all")),
        ("amount-none", text(1, "none")),
        ("limits", lines("limits --per-payment 1000 --per-day none")),
        ("amount-zeros", text(1, "000123")),
        (
            "shell",
            text(2, "--home\n/w\n-psn_0_1\n\n/v\nhttp://127.0.0.1:8080/api/"),
        ),
    ]
}
