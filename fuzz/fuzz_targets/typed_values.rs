//! Short texts that people, pages, files and places give: fee rates, ids, names, labels, places of
//! coins, names of objects, the count of wrong passphrases.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satchel_app::attempts::reread;
use satchel_fuzz::{assert_plain, frugal, seeds};
use satchel_types::{
    BlobName, ContactAddressId, FeeRate, Label, LabelTarget, MAX_BLOB_NAME, PageSize, ScriptType,
    Timestamp, WalletName, is_disguise,
};
use satchel_wire::payment::LabelKind;
use satchel_wire::{IpcError, parse};

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    if mode == 6 {
        attempts(data);
        return;
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    match mode {
        0 => fee_rate(text),
        1 => ids(text),
        2 => name(text),
        3 => label(text),
        4 => target(text),
        5 => page(data),
        _ => {}
    }
});

/// What is read is printed in its one form and read again the same.
fn fee_rate(text: &str) {
    match frugal(text.len(), || text.parse::<FeeRate>()) {
        Ok(rate) => {
            let shown = rate.to_string();
            assert_eq!(shown.parse(), Ok(rate));
            assert!(
                (FeeRate::MIN_SAT_PER_KVB..=FeeRate::MAX_SAT_PER_VB * 1000)
                    .contains(&rate.sat_per_kvb())
            );
            // The edge reads the same number from JSON.
            let wire: satchel_wire::FeeRate = serde_json::from_str(&shown).expect("a number");
            assert_eq!(parse::fee_rate(wire), Ok(rate));
            assert_eq!(serde_json::to_string(&wire).expect("a number"), shown);
            for vsize in [0, 1, 141, 100_000] {
                let fee = rate.fee_for_vsize(vsize).to_sat();
                assert!(fee * 1000 >= rate.sat_per_kvb() * vsize, "rounded down");
                assert!(fee * 1000 < rate.sat_per_kvb() * vsize + 1000);
            }
        }
        Err(_) => {
            if let Ok(wire) = serde_json::from_str::<satchel_wire::FeeRate>(text) {
                let _ = parse::fee_rate(wire);
            }
        }
    }
}

fn bad(error: &IpcError) {
    assert!(error.message.len() < 300, "an endless error");
}

/// Ids have one form.
fn ids(text: &str) {
    match parse::wallet_id(Some(text)) {
        Ok(id) => assert_eq!(id.map(|id| id.to_string()).as_deref(), Some(text)),
        Err(error) => bad(&error),
    }
    match parse::request_id(text) {
        Ok(id) => assert_eq!(id.to_string(), text),
        Err(error) => bad(&error),
    }
    match parse::draft_id(text) {
        Ok(id) => assert_eq!(id.to_string(), text),
        Err(error) => bad(&error),
    }
    match parse::txid(text) {
        Ok(id) => assert_eq!(id.to_string(), text.to_ascii_lowercase()),
        Err(error) => bad(&error),
    }
    match parse::outpoint(text) {
        Ok(at) => assert_eq!(at.to_string(), text.to_ascii_lowercase()),
        Err(error) => bad(&error),
    }
    if let Ok(name) = frugal(text.len(), || text.parse::<BlobName>()) {
        assert_eq!(name.to_string(), text);
        assert!(text.len() <= MAX_BLOB_NAME && !text.contains(".."));
    }
    match parse::contact_address_id(text) {
        Ok(id) => assert_eq!(id.to_string(), text),
        Err(error) => bad(&error),
    }
    assert_eq!(
        parse::contact_address_id(text).ok(),
        frugal(text.len(), || text.parse::<ContactAddressId>()).ok()
    );
    if let Ok(kind) = text.parse::<ScriptType>() {
        assert_eq!(kind.as_str(), text);
    }
}

/// A name that is taken stays as it is, and shows what it says.
fn name(text: &str) {
    match frugal(text.len(), || parse::wallet_name(text)) {
        Ok(name) => {
            assert_plain(name.as_str());
            assert!((1..=WalletName::MAX).contains(&name.as_str().chars().count()));
            assert_eq!(WalletName::new(name.as_str()), Ok(name));
        }
        Err(error) => bad(&error),
    }
}

/// A label that is taken stays as it is: a wallet file with it opens again.
fn label(text: &str) {
    match frugal(text.len(), || parse::label(Some(text))) {
        Ok(Some(label)) => {
            assert!((1..=Label::MAX).contains(&label.as_str().chars().count()));
            assert_plain(label.as_str());
            assert_eq!(Label::new(label.as_str()), Ok(Some(label)));
        }
        Ok(None) => assert!(text.chars().all(|c| c.is_whitespace() || is_disguise(c))),
        Err(error) => bad(&error),
    }
}

/// A label's target that is taken is one that a wallet file can hold.
fn target(text: &str) {
    let kinds = [
        LabelKind::Tx,
        LabelKind::Address,
        LabelKind::Output,
        LabelKind::Input,
        LabelKind::Key,
    ];
    for kind in kinds {
        match parse::label_target(kind, text) {
            Ok(LabelTarget::Address(address)) => {
                assert_eq!(address, text);
                assert!((1..=100).contains(&text.len()));
                assert!(text.bytes().all(|b| b.is_ascii_alphanumeric()));
            }
            Ok(LabelTarget::Tx(txid)) => assert_eq!(txid.to_string(), text.to_ascii_lowercase()),
            Ok(LabelTarget::Key(key)) => {
                assert_eq!(key, text);
                assert!((1..=LabelTarget::MAX_KEY).contains(&text.len()));
            }
            Ok(LabelTarget::Output(at) | LabelTarget::Input(at)) => {
                assert_eq!(at.to_string(), text.to_ascii_lowercase())
            }
            Err(error) => bad(&error),
        }
    }
}

/// A count has one form, and whoever wrote it makes nobody wait longer than a minute.
fn attempts(data: &[u8]) {
    let Some((moment, data)) = data.split_first_chunk() else {
        return;
    };
    let now = Timestamp::from_secs(u64::from_le_bytes(*moment));
    if let Some((again, wait)) = frugal(data.len(), || reread(data, now)) {
        assert_eq!(again, data);
        assert!(wait <= 60, "{wait} seconds");
    }
}

fn page(data: &[u8]) {
    let limit = data
        .first_chunk::<4>()
        .map(|bytes| u32::from_le_bytes(*bytes));
    assert!((1..=PageSize::MAX).contains(&parse::page_size(limit).get()));
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    let attempt = |now: u64, text: &str| [&[6][..], &now.to_le_bytes(), text.as_bytes()].concat();
    let txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
    vec![
        ("rate", text(0, "12.345")),
        ("rate-lowest", text(0, "0.1")),
        ("rate-highest", text(0, "10000")),
        ("rate-json", text(0, "1.5e1")),
        ("id", text(1, "00112233445566778899aabbccddeeff")),
        ("txid", text(1, txid)),
        ("outpoint", text(1, &format!("{txid}:1"))),
        (
            "object",
            text(
                1,
                "s/00112233445566778899aabbccddeeff/0000000000000007-00112233445566778899aabbccddeeff.seg",
            ),
        ),
        (
            "object-keys",
            text(1, "keys/00000001-00112233445566778899aabbccddeeff.key"),
        ),
        (
            "contact-address",
            text(1, "testnet4/00112233445566778899aabbccddeeff"),
        ),
        ("script-type", text(1, "nested_segwit")),
        ("name", text(2, " Savings \u{20bf} ")),
        ("name-turned", text(2, "Savings\u{61c}")),
        ("label", text(3, "rent \u{1}")),
        ("label-control-first", text(3, "\u{1} rent")),
        (
            "target",
            text(4, "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"),
        ),
        ("target-words", text(4, "no address at all")),
        ("target-output", text(4, &format!("{txid}:4294967295"))),
        ("page", vec![5, 0xff, 0xff, 0, 0]),
        ("attempts", attempt(1_000, "1 4 990\n")),
        (
            "attempts-future",
            attempt(1_000, "1 4294967295 18446744073709551615\n"),
        ),
        ("attempts-damaged", attempt(1_000, "1 4")),
    ]
}
