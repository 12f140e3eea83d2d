//! Answers of an Esplora server, each shape.
#![no_main]

use bitcoin::hashes::Hash;
use bitcoin::{Amount, Network, Script, Transaction, Txid, Weight, consensus};
use libfuzzer_sys::fuzz_target;
use satchel_chain::fuzzing::{self as chain, Told};
use satchel_fuzz::{assert_plain, frugal, frugal_bitcoin, seeds};
use satchel_types::FeeRate;

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => page(data),
        1 => transaction(data),
        2 => raw(data),
        3 => blocks(data),
        4 => fees(data),
        5 => refusal(data),
        6 => lines(data),
        _ => {}
    }
});

fn script() -> &'static Script {
    Script::from_bytes(&[0x51])
}

fn page(body: &[u8]) {
    for told in frugal(body.len(), || chain::page(body, script()))
        .into_iter()
        .flatten()
    {
        believed(&told);
    }
}

fn transaction(body: &[u8]) {
    if let Some(told) = frugal(body.len(), || chain::transaction(body, script())) {
        believed(&told);
    }
}

/// A transaction that is put together has the id claimed, fits a block and survives the wire; its
/// amounts are possible.
fn believed(told: &Told) {
    if let Ok(Some((block, time))) = &told.block {
        assert!(block.height <= 10_000_000);
        assert!(time.as_secs() <= u64::from(u32::MAX));
    }
    if told.amounts.is_ok() {
        assert!(
            told.prevouts
                .iter()
                .all(|(_, out)| out.value <= Amount::MAX_MONEY)
        );
    }
    let Some(tx) = &told.tx else { return };
    assert_eq!(tx.compute_txid(), told.txid);
    assert!(tx.weight() <= Weight::MAX_BLOCK);
    assert_eq!(tx.is_coinbase(), told.is_coinbase);
    if told.amounts.is_ok() {
        let total = tx
            .output
            .iter()
            .try_fold(Amount::ZERO, |sum, out| sum.checked_add(out.value));
        assert!(total.is_some_and(|total| total <= Amount::MAX_MONEY));
    }
    let spends = |outpoint| {
        tx.input
            .iter()
            .any(|input| input.previous_output == outpoint)
    };
    assert!(told.prevouts.iter().all(|(outpoint, _)| spends(*outpoint)));
    let pays = tx
        .output
        .iter()
        .any(|out| out.script_pubkey.as_script() == script());
    assert!(told.may_touch || !pays, "a payment was overlooked");
    // Without inputs the wire's form is ambiguous, and no such transaction is in a block.
    if !tx.input.is_empty() {
        let bytes = consensus::serialize(tx);
        assert_eq!(chain::raw(&bytes, told.txid).as_ref(), Some(tx));
        assert_eq!(chain::raw(&bytes[..bytes.len() - 1], told.txid), None);
    }
}

/// Bytes are taken for the id that they hash to alone.
fn raw(body: &[u8]) {
    let other = Txid::all_zeros();
    assert!(frugal_bitcoin(body.len(), || chain::raw(body, other)).is_none());
    if let Ok(tx) = consensus::deserialize::<Transaction>(body) {
        let taken = chain::raw(body, tx.compute_txid()).expect("its own id");
        assert_eq!(
            consensus::serialize(&taken),
            body,
            "another form of the same"
        );
    }
}

fn blocks(body: &[u8]) {
    let Some(Ok(blocks)) = frugal(body.len(), || chain::blocks(body)) else {
        return;
    };
    assert!((1..=100).contains(&blocks.len()));
    assert!(blocks[0].height <= 10_000_000);
    assert!(
        blocks.is_sorted_by(|a, b| a.height == b.height + 1),
        "a gap"
    );
}

/// Rates fall with the wait and lie within what this wallet pays.
fn fees(body: &[u8]) {
    let Some(Ok(fees)) = frugal(body.len(), || chain::fees(body)) else {
        return;
    };
    assert!((1..=200).contains(&fees.len()));
    assert!(fees.is_sorted_by(|a, b| a.0 < b.0 && a.1 >= b.1));
    for (wait, rate) in &fees {
        assert!(*wait > 0);
        assert_eq!(FeeRate::from_sat_per_kvb(rate.sat_per_kvb()), Ok(*rate));
    }
}

/// A server's words come out short, plain, on one line and without links.
fn refusal(body: &[u8]) {
    let (verdict, reason) = frugal(body.len(), || chain::reasons(body));
    for text in verdict.iter().chain([&reason]) {
        assert_plain(text);
        assert!((1..=200).contains(&text.len()));
        assert!(text.is_ascii() && !text.contains("://"));
    }
}

fn lines(body: &[u8]) {
    if let Some(hash) = chain::block_hash(body) {
        let text = std::str::from_utf8(body).expect("it was read as text");
        assert_eq!(hash.to_string(), text.trim().to_ascii_lowercase());
    }
    if let Some(txid) = frugal(body.len(), || chain::paid(body)) {
        assert_eq!(txid.to_string().len(), 64);
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let coinbase = bitcoin::constants::genesis_block(Network::Regtest)
        .txdata
        .remove(0);
    let payment = Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![bitcoin::TxIn {
            previous_output: bitcoin::OutPoint::new(coinbase.compute_txid(), 0),
            witness: bitcoin::Witness::from_slice(&[vec![1_u8; 8], vec![]]),
            ..Default::default()
        }],
        output: vec![bitcoin::TxOut {
            value: Amount::from_sat(1_000),
            script_pubkey: script().to_owned(),
        }],
    };
    let row = |tx: &Transaction, confirmed: bool| {
        let vin: Vec<_> = tx
            .input
            .iter()
            .map(|input| {
                serde_json::json!({
                    "txid": input.previous_output.txid, "vout": input.previous_output.vout,
                    "prevout": {"scriptpubkey": "51", "value": 2_000},
                    "scriptsig": input.script_sig.to_hex_string(),
                    "witness": input.witness.iter().map(hex::encode).collect::<Vec<_>>(),
                    "is_coinbase": false, "sequence": input.sequence.0,
                })
            })
            .collect();
        let vout: Vec<_> = tx
            .output
            .iter()
            .map(|out| {
                serde_json::json!({
                    "scriptpubkey": out.script_pubkey.to_hex_string(), "value": out.value.to_sat(),
                })
            })
            .collect();
        let status = if confirmed {
            serde_json::json!({"confirmed": true, "block_height": 7, "block_hash": "ab".repeat(32), "block_time": 1_700_000_000})
        } else {
            serde_json::json!({"confirmed": false})
        };
        serde_json::json!({
            "txid": tx.compute_txid(), "version": tx.version.0, "locktime": tx.lock_time.to_consensus_u32(),
            "vin": vin, "vout": vout, "size": 1, "weight": 4, "fee": 0, "status": status,
        })
    };
    let text = |mode: u8, text: String| [&[mode], text.as_bytes()].concat();
    let waiting = row(&payment, false).to_string();
    let blocks = format!(
        r#"[{{"id":"{a}","height":8,"previousblockhash":"{b}"}},{{"id":"{b}","height":7}}]"#,
        a = "aa".repeat(32),
        b = "bb".repeat(32)
    );
    vec![
        ("page", text(0, format!("[{waiting},{}]", row(&coinbase, true)))),
        ("page-empty", text(0, "[]".to_owned())),
        ("transaction", text(1, row(&payment, true).to_string())),
        ("transaction-bare", text(1, waiting.replace("\"witness\"", "\"w\"").replace("\"prevout\"", "\"p\""))),
        ("raw", [&[2], &consensus::serialize(&payment)[..]].concat()),
        ("raw-coinbase", [&[2], &consensus::serialize(&coinbase)[..]].concat()),
        ("blocks", text(3, blocks)),
        ("fees", text(4, r#"{"1":87.882,"2":87.882,"144":1.0e0,"504":1.5e-1,"1008":0.1}"#.to_owned())),
        ("fees-empty", text(4, "{}".to_owned())),
        ("refusal", text(5, r#"sendrawtransaction RPC error: {"code":-26,"message":"min relay fee not met, 0 < 141"}"#.to_owned())),
        ("refusal-bare", text(5, "txn-already-known".to_owned())),
        ("refusal-link", text(5, r#"{"code":-25,"message":"see https://evil.example/ now"}"#.to_owned())),
        ("hash", text(6, format!(" {}\n", "ab".repeat(32)))),
        ("paid", text(6, format!(r#"{{"txid":"{}"}}"#, "ab".repeat(32)))),
    ]
}
