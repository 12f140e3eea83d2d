//! Transactions of wallets.

use std::collections::HashMap;

use bitcoin::{Amount, SignedAmount};
use serde_json::{Map, Value, json};

use super::params::{Args, Kind, Method};
use super::values::{self, Detail, btc};
use super::wallet::{address_of, last_block, parents};
use super::{Outcome, RpcError};
use crate::http::App;
use crate::node::State;
use crate::wallet::{OwnTx, Place, Wallet};

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "listtransactions",
        params: &[
            ("label|dummy", Kind::Text, false),
            ("count", Kind::Number, false),
            ("skip", Kind::Number, false),
            ("include_watchonly", Kind::Flag, false),
        ],
        help: "Returns the last transactions of a wallet, oldest first; skip goes back from the newest.",
        run: list,
    },
    Method {
        name: "gettransaction",
        params: &[
            ("txid", Kind::Text, true),
            ("include_watchonly", Kind::Flag, false),
            ("verbose", Kind::Flag, false),
        ],
        help: "Returns a transaction of a wallet.",
        run: get,
    },
];

/// Bitcoin of a sum that may be negative.
fn signed(sats: i64) -> Value {
    let amount = SignedAmount::from_sat(sats);
    match btc(amount.unsigned_abs()).as_f64() {
        Some(value) if sats < 0 => json!(-value),
        value => json!(value),
    }
}

/// Sums of a transaction from the wallet's side, in satoshis.
struct Sums {
    /// Of its coins that are spent; 0 when it did not pay.
    debit: i64,
    /// Of its outputs that are the wallet's.
    credit: i64,
    /// Of all outputs.
    paid: i64,
}

fn sums(wallet: &Wallet, state: &State, own: &OwnTx) -> Sums {
    let sats = |amount: Amount| amount.to_sat().cast_signed();
    let debit = own
        .tx
        .input
        .iter()
        .filter_map(|input| wallet.spent(state, own, &input.previous_output))
        .filter(|output| wallet.own(&output.script_pubkey).is_some())
        .map(|output| sats(output.value))
        .sum();
    let mine = own
        .tx
        .output
        .iter()
        .filter(|output| wallet.own(&output.script_pubkey).is_some());
    Sums {
        debit,
        credit: mine.map(|output| sats(output.value)).sum(),
        paid: own.tx.output.iter().map(|output| sats(output.value)).sum(),
    }
}

/// The fields of every entry about a transaction.
fn about(wallet: &Wallet, state: &State, own: &OwnTx) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert(
        "confirmations".into(),
        json!(wallet.confirmations(state, own)),
    );
    if own.tx.is_coinbase() {
        map.insert("generated".into(), json!(true));
    }
    match &own.place {
        Place::Block(position, block) => {
            map.insert("blockhash".into(), json!(block.hash));
            map.insert("blockheight".into(), json!(position.height));
            map.insert("blockindex".into(), json!(position.index));
            map.insert("blocktime".into(), json!(block.header.time));
        }
        Place::Pool => {
            let trusted = wallet.trusts(state, &own.txid, &mut HashMap::new());
            map.insert("trusted".into(), json!(trusted));
        }
        Place::Gone => {
            map.insert("trusted".into(), json!(false));
        }
    }
    map.insert("txid".into(), json!(own.txid));
    map.insert("wtxid".into(), json!(own.tx.compute_wtxid()));
    let (conflicts, waiting) = wallet.conflicts(state, own);
    map.insert("walletconflicts".into(), json!(conflicts));
    map.insert("mempoolconflicts".into(), json!(waiting));
    map.insert("time".into(), json!(own.time));
    map.insert("timereceived".into(), json!(own.time));
    let replaceable = match &own.place {
        Place::Block(..) => "no",
        Place::Pool => {
            let ancestors = state.pool.ancestors(&own.tx);
            let signals = own.tx.is_explicitly_rbf()
                || ancestors
                    .iter()
                    .filter_map(|txid| state.pool.get(txid))
                    .any(|entry| entry.tx.is_explicitly_rbf());
            if signals { "yes" } else { "no" }
        }
        Place::Gone if own.tx.is_explicitly_rbf() => "yes",
        Place::Gone => "unknown",
    };
    map.insert("bip125-replaceable".into(), json!(replaceable));
    if let Some(sent) = wallet.sent(&own.txid) {
        for (name, text) in [("comment", &sent.comment), ("to", &sent.to)] {
            if let Some(text) = text.as_ref().filter(|text| !text.is_empty()) {
                map.insert(name.into(), json!(text));
            }
        }
    }
    map
}

/// One entry per payment that left and per one that came, as Core lists them.
fn entries(
    wallet: &Wallet,
    state: &State,
    own: &OwnTx,
    label: Option<&str>,
    about: Option<&Map<String, Value>>,
) -> Vec<Value> {
    let Sums { debit, paid, .. } = sums(wallet, state, own);
    let fee = if debit > 0 { debit - paid } else { 0 };
    let mut sent = Vec::new();
    let mut received = Vec::new();
    for (vout, output) in own.tx.output.iter().enumerate() {
        let script = &output.script_pubkey;
        let mine = wallet.own(script);
        // An output of its own that nobody asked an address for is change.
        if debit > 0 && mine.is_some_and(|own| own.label.is_none()) {
            continue;
        }
        let named = wallet.label(script);
        if debit > 0 && label.is_none() {
            let mut map = Map::new();
            if let Some(address) = address_of(script) {
                map.insert("address".into(), json!(address));
            }
            map.insert("category".into(), json!("send"));
            let value = output.value.to_sat().cast_signed();
            map.insert("amount".into(), signed(-value));
            if let Some(label) = named {
                map.insert("label".into(), json!(label));
            }
            map.insert("vout".into(), json!(vout));
            map.insert("fee".into(), signed(-fee));
            map.extend(about.cloned().unwrap_or_default());
            map.insert("abandoned".into(), json!(false));
            sent.push(Value::Object(map));
        }
        if mine.is_none() || label.is_some_and(|label| named.unwrap_or_default() != label) {
            continue;
        }
        let mut map = Map::new();
        if let Some(address) = address_of(script) {
            map.insert("address".into(), json!(address));
        }
        map.insert("parent_descs".into(), json!(parents(wallet, script)));
        let category = match (own.tx.is_coinbase(), wallet.confirmations(state, own)) {
            (false, _) => "receive",
            (true, ..1) => "orphan",
            (true, ..=100) => "immature",
            (true, _) => "generate",
        };
        map.insert("category".into(), json!(category));
        map.insert("amount".into(), btc(output.value));
        if let Some(label) = named {
            map.insert("label".into(), json!(label));
        }
        map.insert("vout".into(), json!(vout));
        map.insert("abandoned".into(), json!(false));
        map.extend(about.cloned().unwrap_or_default());
        received.push(Value::Object(map));
    }
    sent.append(&mut received);
    sent
}

fn list(app: &App, args: &Args) -> Outcome {
    let label = args.text(0).filter(|label| *label != "*");
    if label == Some("") {
        return Err(RpcError::invalid(
            "Label argument must be a valid label name or \"*\".",
        ));
    }
    let count = args.integer(1)?.unwrap_or(10);
    let skip = args.integer(2)?.unwrap_or(0);
    let count = usize::try_from(count).map_err(|_| RpcError::invalid("Negative count"))?;
    let skip = usize::try_from(skip).map_err(|_| RpcError::invalid("Negative from"))?;
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let state = app.node.read();
    let mut page: Vec<Value> = wallet
        .history(&state)
        .flat_map(|own| {
            let about = about(wallet, &state, &own);
            entries(wallet, &state, &own, label, Some(&about))
        })
        .skip(skip)
        .take(count)
        .collect();
    page.reverse();
    Ok(json!(page))
}

fn get(app: &App, args: &Args) -> Outcome {
    let txid = args.hash(0, "txid")?;
    let verbose = args.flag(2).unwrap_or(false);
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let state = app.node.read();
    let own = wallet
        .tx(&state, &txid)
        .ok_or_else(|| RpcError::not_found("Invalid or non-wallet transaction id"))?;
    let Sums {
        debit,
        credit,
        paid,
    } = sums(wallet, &state, &own);
    let fee = if debit > 0 { debit - paid } else { 0 };
    let mut map = Map::new();
    map.insert("amount".into(), signed(credit - debit + fee));
    if debit > 0 {
        map.insert("fee".into(), signed(-fee));
    }
    map.extend(about(wallet, &state, &own));
    map.insert(
        "details".into(),
        json!(entries(wallet, &state, &own, None, None)),
    );
    let hex = bitcoin::consensus::encode::serialize_hex(own.tx.as_ref());
    map.insert("hex".into(), json!(hex));
    if verbose {
        let mut decoded = values::tx(&state, &own.tx, &txid, Detail::Plain);
        decoded.remove("hex");
        map.insert("decoded".into(), Value::Object(decoded));
    }
    map.insert("lastprocessedblock".into(), last_block(&state));
    Ok(Value::Object(map))
}
