//! Transactions: reading, testing, sending.

use std::sync::Arc;

use bitcoin::hashes::Hash;
use bitcoin::{Amount, BlockHash, Transaction, Txid};
use serde_json::{Value, json};

use super::params::{Args, Kind, Method};
use super::script::script_pub_key;
use super::values::{self, Detail, btc, rate};
use super::{Outcome, RpcError, package};
use crate::http::App;
use crate::mempool::{Checked, Reject, fee_at, script_type};
use crate::submit::{DEFAULT_MAX_FEE_RATE, SendError, decode_tx, send};

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "getrawtransaction",
        params: &[
            ("txid", Kind::Text, true),
            ("verbosity|verbose", Kind::Level, false),
            ("blockhash", Kind::Text, false),
        ],
        help: "Returns a transaction: 0 in hex, 1 as an object, 2 with fee and what it spends.",
        run: get,
    },
    Method {
        name: "decoderawtransaction",
        params: &[
            ("hexstring", Kind::Text, true),
            ("iswitness", Kind::Flag, false),
        ],
        help: "Returns a transaction given in hex as an object.",
        run: decode,
    },
    Method {
        name: "decodescript",
        params: &[("hexstring", Kind::Text, true)],
        help: "Returns a script given in hex as an object.",
        run: decode_script,
    },
    Method {
        name: "sendrawtransaction",
        params: &[
            ("hexstring", Kind::Text, true),
            ("maxfeerate", Kind::Money, false),
            ("maxburnamount", Kind::Money, false),
        ],
        help: "Submits a transaction to the mempool.",
        run: send_raw,
    },
    Method {
        name: "testmempoolaccept",
        params: &[
            ("rawtxs", Kind::List, true),
            ("maxfeerate", Kind::Money, false),
        ],
        help: "Says whether transactions would be accepted by the mempool.",
        run: test_accept,
    },
    Method {
        name: "submitpackage",
        params: &[
            ("package", Kind::List, true),
            ("maxfeerate", Kind::Money, false),
            ("maxburnamount", Kind::Money, false),
        ],
        help: "Submits parents and their child together, so that the child can pay for its parents.",
        run: submit_package,
    },
];

fn get(app: &Arc<App>, args: &Args) -> Outcome {
    let txid: Txid = args.hash(0, "parameter 1")?;
    let verbosity = args.level(1, 0)?;
    let state = app.node.read();
    let genesis = &state.index.blocks()[0];
    if genesis.txids[0] == txid {
        return Err(RpcError::not_found(
            "The genesis block coinbase is not considered an ordinary transaction and cannot be retrieved",
        ));
    }
    let mut in_active_chain = None;
    let tx: Arc<Transaction>;
    let mut block = None;
    if args.value(2).is_some() {
        let hash: BlockHash = args.hash(2, "parameter 3")?;
        let entry = state
            .any_block(&hash)
            .ok_or_else(|| RpcError::not_found("Block hash not found"))?;
        let place = entry.txids.iter().position(|other| *other == txid).ok_or_else(|| {
            RpcError::not_found(
                "No such transaction found in the provided block. Use gettransaction for wallet transactions.",
            )
        })?;
        in_active_chain = Some(state.index.block(&hash).is_some());
        tx = entry.txs[place].clone();
        block = Some(entry.clone());
    } else {
        // As Core's index, which keeps what was in a block that is not active any more.
        let stale = || {
            let mut blocks = state.stale.values();
            blocks.find_map(|entry| {
                let place = entry.txids.iter().position(|other| *other == txid)?;
                Some((entry.txs[place].clone(), entry.clone()))
            })
        };
        tx = match state.tx(&txid) {
            Some(tx) => tx.clone(),
            None => {
                let (tx, entry) = stale().ok_or_else(|| {
                    RpcError::not_found(
                        "No such mempool or blockchain transaction. Use gettransaction for wallet transactions.",
                    )
                })?;
                block = Some(entry);
                tx
            }
        };
        if let Some(position) = state.index.position(&txid) {
            block = Some(state.index.blocks()[position.height as usize].clone());
        }
    }
    if verbosity <= 0 {
        return Ok(json!(bitcoin::consensus::encode::serialize_hex(
            tx.as_ref()
        )));
    }
    // Core knows what is spent from the records of blocks, and tells nothing of it while a transaction waits.
    let detail = if verbosity == 1 || block.is_none() {
        Detail::Plain
    } else {
        Detail::Prevouts
    };
    let mut map = values::tx(&state, &tx, &txid, detail);
    if let Some(active) = in_active_chain {
        map.insert("in_active_chain".into(), json!(active));
    }
    if let Some(entry) = block {
        map.insert("blockhash".into(), json!(entry.hash));
        if state.index.block(&entry.hash).is_some() {
            let confirmations = state.index.height() - entry.height + 1;
            map.insert("confirmations".into(), json!(confirmations));
            map.insert("time".into(), json!(entry.header.time));
            map.insert("blocktime".into(), json!(entry.header.time));
        } else {
            map.insert("confirmations".into(), json!(0));
        }
    }
    Ok(Value::Object(map))
}

fn decode(app: &Arc<App>, args: &Args) -> Outcome {
    let tx =
        decode_tx(args.required_text(0)).ok_or_else(|| RpcError::new(-22, "TX decode failed"))?;
    let mut map = values::tx(&app.node.read(), &tx, &tx.compute_txid(), Detail::Plain);
    map.remove("hex");
    Ok(Value::Object(map))
}

fn decode_script(_: &Arc<App>, args: &Args) -> Outcome {
    let text = args.required_text(0);
    let script = bitcoin::ScriptBuf::from_hex(text).map_err(|_| {
        RpcError::invalid(format!(
            "argument must be hexadecimal string (not '{text}')"
        ))
    })?;
    let mut value = script_pub_key(&script);
    if let Some(map) = value.as_object_mut() {
        map.remove("hex");
    }
    let wraps = !matches!(
        script_type(&script),
        "scripthash" | "witness_v1_taproot" | "nulldata"
    );
    if wraps && let Ok(address) = bitcoin::Address::p2sh(&script, bitcoin::Network::Regtest) {
        value["p2sh"] = json!(address.to_string());
        if let Some(inner) = segwit_of(&script) {
            value["segwit"] = script_pub_key(&inner);
            let wrapped = bitcoin::Address::p2sh(&inner, bitcoin::Network::Regtest);
            value["segwit"]["p2sh-segwit"] = json!(wrapped.ok().map(|address| address.to_string()));
        }
    }
    Ok(value)
}

/// The witness script that does what a script does: by its key where it is of one, else by its hash.
fn segwit_of(script: &bitcoin::Script) -> Option<bitcoin::ScriptBuf> {
    match script_type(script) {
        "pubkey" => {
            let bytes = script.as_bytes();
            let key = bitcoin::PublicKey::from_slice(&bytes[1..bytes.len() - 1]).ok()?;
            // Without a program for keys in their long form.
            let hash = key.wpubkey_hash().ok()?;
            Some(bitcoin::ScriptBuf::new_p2wpkh(&hash))
        }
        "pubkeyhash" => {
            let hash = bitcoin::WPubkeyHash::from_slice(&script.as_bytes()[3..23]).ok()?;
            Some(bitcoin::ScriptBuf::new_p2wpkh(&hash))
        }
        "multisig" | "nonstandard" => Some(script.to_p2wsh()),
        _ => None,
    }
}

fn max_fee_rate(args: &Args, place: usize) -> Result<u64, RpcError> {
    const TOO_MUCH: u64 = 100_000_000;
    let rate = args.satoshis(place)?.unwrap_or(DEFAULT_MAX_FEE_RATE);
    if rate >= TOO_MUCH {
        return Err(RpcError::invalid(
            "Fee rates larger than or equal to 1BTC/kvB are not accepted",
        ));
    }
    Ok(rate)
}

fn send_raw(app: &Arc<App>, args: &Args) -> Outcome {
    let rate = max_fee_rate(args, 1)?;
    let burn = Amount::from_sat(args.satoshis(2)?.unwrap_or(0));
    let tx = decode_tx(args.required_text(0)).ok_or_else(SendError::decode)?;
    Ok(json!(send(&app.node, tx, rate, burn)?))
}

fn test_accept(app: &Arc<App>, args: &Args) -> Outcome {
    let raw = args.list(0).map(Vec::as_slice).unwrap_or_default();
    if raw.is_empty() || raw.len() > 25 {
        return Err(RpcError::invalid(
            "Array must contain between 1 and 25 transactions.",
        ));
    }
    let limit = max_fee_rate(args, 1)?;
    let txs = raw
        .iter()
        .map(|value| {
            let text = value
                .as_str()
                .ok_or_else(|| RpcError::new(-3, "JSON value is not a string as expected"))?;
            decode_tx(text).map(Arc::new).ok_or_else(|| {
                let message =
                    format!("TX decode failed: {text} Make sure the tx has at least one input.");
                RpcError::new(-22, message)
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if let (2.., Err(fault)) = (txs.len(), package::well_formed(&txs)) {
        let replies: Vec<Value> = txs
            .iter()
            .map(|tx| {
                let mut value = verdict(tx, None, limit);
                value["package-error"] = json!(fault);
                value
            })
            .collect();
        return Ok(json!(replies));
    }
    let results = app.node.test_txs(&txs);
    // Core runs scripts last: what any other check refuses leaves all the others unfinished.
    let unfinished = match results.last() {
        Some(Err(reject)) if !reject.is_of_script() => results.len() - 1,
        _ => 0,
    };
    let mut replies = Vec::with_capacity(txs.len());
    let mut too_dear = false;
    for (place, tx) in txs.iter().enumerate() {
        let result = results
            .get(place)
            .filter(|_| place >= unfinished && !too_dear);
        let value = verdict(tx, result, limit);
        too_dear |= value["reject-reason"] == "max-fee-exceeded";
        replies.push(value);
    }
    Ok(json!(replies))
}

fn verdict(tx: &Transaction, result: Option<&Result<Checked, Reject>>, limit: u64) -> Value {
    let mut value = json!({ "txid": tx.compute_txid(), "wtxid": tx.compute_wtxid() });
    match result {
        // Not tried: one before it was refused.
        None => {}
        Some(Ok(checked)) => {
            let entry = &checked.entry;
            let fee = entry.fee.to_sat();
            if limit > 0 && fee > fee_at(limit, entry.vsize) {
                value["allowed"] = json!(false);
                value["reject-reason"] = json!("max-fee-exceeded");
                return value;
            }
            value["allowed"] = json!(true);
            value["vsize"] = json!(entry.vsize);
            value["fees"] = json!({
                "base": btc(entry.fee),
                "effective-feerate": rate(fee * 1000 / entry.vsize),
                "effective-includes": [entry.wtxid],
            });
        }
        Some(Err(reject)) if reject.missing_inputs => {
            value["allowed"] = json!(false);
            value["reject-reason"] = json!("missing-inputs");
        }
        Some(Err(reject)) => {
            value["allowed"] = json!(false);
            value["reject-reason"] = json!(reject.reason);
            value["reject-details"] = json!(reject.to_string());
        }
    }
    value
}

fn submit_package(app: &Arc<App>, args: &Args) -> Outcome {
    let hexes: Vec<String> = args
        .list(0)
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .map(|value| value.as_str().unwrap_or_default().to_owned())
        .collect();
    let rate = max_fee_rate(args, 1)?;
    let burn = Amount::from_sat(args.satoshis(2)?.unwrap_or(0));
    package::submit(&app.node, &hexes, rate, burn)
}
