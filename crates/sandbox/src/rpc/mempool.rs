//! The pool.

use std::sync::Arc;

use std::collections::HashSet;

use bitcoin::{Amount, OutPoint, Txid};
use serde_json::{Map, Value, json};

use super::params::{Args, Kind, Method, parse_hash};
use super::values::{btc, rate};
use super::{Outcome, RpcError};
use crate::http::App;
use crate::mempool::{
    Entry, INCREMENTAL_SAT_PER_KVB, MIN_RELAY_SAT_PER_KVB, Mempool, POOL_VSIZE_LIMIT,
};

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "getmempoolinfo",
        params: &[],
        help: "Returns figures about the mempool.",
        run: info,
    },
    Method {
        name: "getrawmempool",
        params: &[
            ("verbose", Kind::Flag, false),
            ("mempool_sequence", Kind::Flag, false),
        ],
        help: "Returns the ids of all waiting transactions, or (verbose) all entries.",
        run: raw,
    },
    Method {
        name: "getmempoolentry",
        params: &[("txid", Kind::Text, true)],
        help: "Returns one entry of the mempool.",
        run: |app, args| {
            let state = app.node.read();
            let found = entry(&state.pool, &args.hash(0, "parameter 1")?)?;
            Ok(entry_json(&state.pool, found, alone(app)))
        },
    },
    Method {
        name: "getmempoolancestors",
        params: &[("txid", Kind::Text, true), ("verbose", Kind::Flag, false)],
        help: "Returns the unconfirmed ancestors of a waiting transaction.",
        run: |app, args| {
            let state = app.node.read();
            let found = entry(&state.pool, &args.hash(0, "parameter 1")?)?;
            Ok(family(
                app,
                &state.pool,
                &state.pool.ancestors(&found.tx),
                args.flag(1),
            ))
        },
    },
    Method {
        name: "getmempooldescendants",
        params: &[("txid", Kind::Text, true), ("verbose", Kind::Flag, false)],
        help: "Returns the descendants of a waiting transaction.",
        run: |app, args| {
            let state = app.node.read();
            let found = entry(&state.pool, &args.hash(0, "parameter 1")?)?;
            let mut family_of = state.pool.descendants(&found.txid);
            family_of.remove(&found.txid);
            Ok(family(app, &state.pool, &family_of, args.flag(1)))
        },
    },
    Method {
        name: "gettxspendingprevout",
        params: &[("outputs", Kind::List, true)],
        help: "Returns which waiting transactions spend the given outputs.",
        run: spending,
    },
];

fn info(app: &Arc<App>, _: &Args) -> Outcome {
    let state = app.node.read();
    let pool = &state.pool;
    Ok(json!({
        "loaded": true,
        "size": pool.count(),
        "bytes": pool.vsize(),
        "usage": pool.iter().map(|entry| entry.tx.total_size() + 400).sum::<usize>(),
        "total_fee": btc(Amount::from_sat(pool.fees())),
        "maxmempool": POOL_VSIZE_LIMIT,
        "mempoolminfee": rate(MIN_RELAY_SAT_PER_KVB),
        "minrelaytxfee": rate(MIN_RELAY_SAT_PER_KVB),
        "incrementalrelayfee": rate(INCREMENTAL_SAT_PER_KVB),
        "unbroadcastcount": if alone(app) { pool.count() } else { 0 },
        "fullrbf": true,
    }))
}

/// Whether there is no other node that could have heard of what waits.
fn alone(app: &App) -> bool {
    app.peers.list().iter().all(|link| link.since.is_none())
}

fn entry<'a>(pool: &'a Mempool, txid: &Txid) -> Result<&'a Entry, RpcError> {
    pool.get(txid)
        .ok_or_else(|| RpcError::not_found("Transaction not in mempool"))
}

/// The fields of `getmempoolentry`.
fn entry_json(pool: &Mempool, entry: &Entry, alone: bool) -> Value {
    let mut ancestors = pool.ancestors(&entry.tx);
    let signals = entry.tx.is_explicitly_rbf()
        || ancestors
            .iter()
            .filter_map(|txid| pool.get(txid))
            .any(|ancestor| ancestor.tx.is_explicitly_rbf());
    ancestors.insert(entry.txid);
    let above = pool.family(&ancestors);
    let below = pool.family(&pool.descendants(&entry.txid));
    json!({
        "vsize": entry.vsize,
        "weight": entry.weight,
        "time": entry.time,
        "height": entry.height,
        "descendantcount": below.count,
        "descendantsize": below.vsize,
        "ancestorcount": above.count,
        "ancestorsize": above.vsize,
        "wtxid": entry.wtxid,
        "fees": {
            "base": btc(entry.fee),
            "modified": btc(entry.fee),
            "ancestor": btc(Amount::from_sat(above.fees)),
            "descendant": btc(Amount::from_sat(below.fees)),
        },
        "depends": pool.parents(&entry.tx),
        "spentby": pool.children(&entry.txid),
        "bip125-replaceable": signals,
        "unbroadcast": alone,
    })
}

fn raw(app: &Arc<App>, args: &Args) -> Outcome {
    let state = app.node.read();
    let verbose = args.flag(0).unwrap_or(false);
    let sequence = args.flag(1).unwrap_or(false);
    if verbose {
        let alone = alone(app);
        if sequence {
            return Err(RpcError::invalid(
                "Verbose results cannot contain mempool sequence values.",
            ));
        }
        let map: Map<String, Value> = state
            .pool
            .iter()
            .map(|entry| {
                (
                    entry.txid.to_string(),
                    entry_json(&state.pool, entry, alone),
                )
            })
            .collect();
        return Ok(Value::Object(map));
    }
    let txids: Vec<Txid> = state.pool.iter().map(|entry| entry.txid).collect();
    if sequence {
        return Ok(json!({ "txids": txids, "mempool_sequence": state.pool.sequence() }));
    }
    Ok(json!(txids))
}

fn family(app: &App, pool: &Mempool, txids: &HashSet<Txid>, verbose: Option<bool>) -> Value {
    let alone = alone(app);
    if verbose.unwrap_or(false) {
        let map: Map<String, Value> = txids
            .iter()
            .filter_map(|txid| pool.get(txid))
            .map(|entry| (entry.txid.to_string(), entry_json(pool, entry, alone)))
            .collect();
        return Value::Object(map);
    }
    json!(txids)
}

fn spending(app: &Arc<App>, args: &Args) -> Outcome {
    let outputs = args.list(0).map(Vec::as_slice).unwrap_or_default();
    if outputs.is_empty() {
        return Err(RpcError::invalid("Invalid parameter, outputs are missing"));
    }
    let state = app.node.read();
    let found: Result<Vec<Value>, RpcError> = outputs
        .iter()
        .map(|output| {
            let txid = parse_hash(output["txid"].as_str().unwrap_or_default(), "txid")?;
            let vout = output["vout"]
                .as_u64()
                .and_then(|vout| u32::try_from(vout).ok())
                .ok_or_else(|| RpcError::invalid("Invalid parameter, vout cannot be negative"))?;
            let mut value = json!({ "txid": txid, "vout": vout });
            if let Some((spender, _)) = state.pool.spender(&OutPoint { txid, vout }) {
                value["spendingtxid"] = json!(spender);
            }
            Ok(value)
        })
        .collect();
    Ok(json!(found?))
}
