//! Scans of a server that lies or fails in the middle.

use bitcoin::{Amount, TxOut};
use serde_json::{Value, json};

use super::*;
use crate::HttpSettings;
use crate::fake::tx_json;

/// Plays an honest world, but answers the first page of every script with `page`.
async fn lie(page: impl Fn() -> Answer + Send + Sync + 'static) -> Fake {
    let world = World::new(20);
    Fake::start(move |path, _| {
        if path.starts_with("/scripthash") {
            page()
        } else {
            world.answer(path)
        }
    })
    .await
}

async fn lie_with_row(row: Value) -> &'static str {
    let fake = lie(move || Answer::json(&json!([row]))).await;
    what(failure(&fake, of_scripts([1])).await)
}

fn good_row() -> Value {
    let prevout = TxOut {
        value: Amount::from_sat(5_000),
        script_pubkey: script(77),
    };
    tx_json(&payment(&script(1), 1), None, &[prevout])
}

#[tokio::test]
async fn the_row_that_the_lies_are_made_from_is_good() {
    let fake = lie(|| Answer::json(&json!([good_row()]))).await;
    let (_, batches) = run_ok(&fake, of_scripts([1])).await;
    let tx = &batches[0].txs[0];
    assert_eq!(tx.prevouts.len(), 1);
    assert_eq!(tx.prevouts[0].1.value.to_sat(), 5_000);
}

#[tokio::test]
async fn a_wrong_txid_is_refused() {
    let mut row = good_row();
    row["txid"] = json!("ab".repeat(32));
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that does not hash to its id"
    );
    let mut row = good_row();
    row["vout"][0]["value"] = json!(4_999);
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that does not hash to its id"
    );
}

#[tokio::test]
async fn raw_bytes_help_where_json_does_not_hash_but_only_the_right_ones() {
    let tx = payment(&script(1), 1);
    for right in [true, false] {
        let mut row = good_row();
        row["version"] = json!(77);
        let bytes = bitcoin::consensus::serialize(&payment(&script(1), if right { 1 } else { 2 }));
        let world = World::new(20);
        let fake = Fake::start(move |path, _| {
            if path.starts_with("/scripthash") {
                Answer::json(&json!([row]))
            } else if path.ends_with("/raw") {
                Answer::Full(200, Vec::new(), bytes.clone())
            } else {
                world.answer(path)
            }
        })
        .await;
        let (end, batches) = run(&fake, of_scripts([1])).await;
        if right {
            assert!(end.is_ok());
            assert_eq!(batches[0].txs[0].tx.as_deref(), Some(&tx));
        } else {
            assert_eq!(
                what(end.expect_err("other bytes")),
                "a transaction that does not hash to its id"
            );
        }
    }
}

#[tokio::test]
async fn impossible_amounts_are_refused() {
    let json = "it is not the JSON expected";
    for (value, expected) in [
        (json!(-1), json),
        (
            json!(18_446_744_073_709_551_615u64),
            "an amount above all the money there is",
        ),
        (
            json!(2_100_000_000_000_001u64),
            "an amount above all the money there is",
        ),
        (json!(1e300), json),
        (json!("5"), json),
        (json!(4_999.5), json),
    ] {
        let mut row = good_row();
        row["vout"][0]["value"] = value.clone();
        assert_eq!(lie_with_row(row).await, expected, "{value}");
        let mut row = good_row();
        row["vin"][0]["prevout"]["value"] = value.clone();
        assert_eq!(lie_with_row(row).await, expected, "prevout {value}");
    }
    let mut row = good_row();
    row["vin"][0]["prevout"]["value"] = json!(1);
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that pays more than it spends"
    );
}

#[tokio::test]
async fn impossible_blocks_are_refused() {
    let block = json!({
        "confirmed": true, "block_height": 5, "block_hash": "ab".repeat(32), "block_time": 1,
    });
    for (key, value, expected) in [
        (
            "block_height",
            json!(4_000_000_000u32),
            "a block height that is far away",
        ),
        ("block_height", json!(-5), "it is not the JSON expected"),
        (
            "block_height",
            json!(null),
            "a confirmed transaction without a block",
        ),
        ("block_hash", json!("abcd"), "it is not the JSON expected"),
        (
            "block_time",
            json!(1u64 << 40),
            "it is not the JSON expected",
        ),
        ("confirmed", json!("yes"), "it is not the JSON expected"),
    ] {
        let mut row = good_row();
        row["status"] = block.clone();
        row["status"][key] = value;
        assert_eq!(lie_with_row(row).await, expected, "{key}");
    }
}

#[tokio::test]
async fn a_transaction_of_somebody_else_is_refused() {
    let mut row = good_row();
    row["vout"][0]["scriptpubkey"] = json!(script(2).to_hex_string());
    assert_eq!(
        lie_with_row(row).await,
        "a transaction that was not asked for"
    );
}

#[tokio::test]
async fn giant_pages_are_refused() {
    let row = good_row().to_string();
    let many = format!("[{}{row}]", format!("{row},").repeat(limits::PAGE_ROWS));
    let fake = lie(move || Answer::text(200, many.clone())).await;
    assert_eq!(
        what(failure(&fake, of_scripts([1])).await),
        "a page that is longer than allowed"
    );
    let fake = lie(|| Answer::Endless).await;
    assert_eq!(
        what(failure(&fake, of_scripts([1])).await),
        "the answer is longer than allowed"
    );
}

#[tokio::test]
async fn a_page_that_repeats_itself_is_refused() {
    let page: Vec<Value> = (0..25)
        .map(|i| {
            let block = BlockRef {
                height: 20 - i % 10,
                hash: BlockHash::hash(&[(20 - i % 10) as u8]),
            };
            tx_json(&payment(&script(1), i), Some((block, 5)), &[])
        })
        .collect();
    let fake = lie(move || Answer::json(&json!(page))).await;
    assert_eq!(
        what(failure(&fake, of_scripts([1])).await),
        "a page that repeats the ones before"
    );
}

#[tokio::test]
async fn a_failure_names_the_server_but_no_word_of_it() {
    let fake = lie(|| Answer::text(200, "SECRET")).await;
    let error = failure(&fake, of_scripts([1])).await;
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("SECRET"));
    assert!(!shown.contains(&scripthash(1)), "nor what was asked");
    assert!(shown.contains(fake.source().server()));
}

#[tokio::test]
async fn a_server_that_fails_in_the_middle_keeps_what_came_before() {
    let world = World::new(20);
    let seen = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::start(move |path, _| {
        if path.starts_with("/scripthash")
            && seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 700
        {
            return Answer::text(500, "");
        }
        world.answer(path)
    })
    .await;
    let source = fake.source_with(HttpSettings {
        retries: 0,
        ..settings()
    });
    let (send, mut receive) = mpsc::channel(100);
    let end = source
        .scan(of_scripts(0..1_000), send, CancellationToken::new())
        .await;
    assert!(matches!(end, Err(ChainError::Refused { status: 500, .. })));
    let mut whole = 0;
    while let Some(batch) = receive.recv().await {
        whole += batch.scripts.len();
    }
    assert!(whole >= 2 * limits::BATCH_SCRIPTS, "{whole}");
}
