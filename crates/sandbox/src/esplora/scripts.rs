//! `/address/…` and `/scripthash/…`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Network, OutPoint, Txid};
use serde_json::{Value, json};

use super::{ApiError, CHAIN_PAGE, MAX_COINS, MEMPOOL_PAGE, json, parse_hash};
use crate::http::App;
use crate::index::{ScriptHash, script_hash};
use crate::node;

type Shared = State<Arc<App>>;
type Key = Path<(String, String)>;

/// The script a path names: `address/ADDRESS` or `scripthash/SHA256-OF-SCRIPT`.
fn parse_key(kind: &str, key: &str, uri: &Uri) -> Result<ScriptHash, ApiError> {
    match kind {
        "address" => {
            let address: Address<NetworkUnchecked> = key
                .parse()
                .map_err(|_| ApiError::bad("Invalid Bitcoin address"))?;
            let address = address
                .require_network(Network::Regtest)
                .map_err(|_| ApiError::bad("Address on invalid network"))?;
            Ok(script_hash(&address.script_pubkey()))
        }
        "scripthash" => hex::decode(key)
            .map_err(|_| ApiError::bad("Invalid hex string"))?
            .try_into()
            .map_err(|_| ApiError::bad("Invalid scripthash")),
        _ => Err(ApiError::no_endpoint(uri.path())),
    }
}

pub async fn stats(
    State(app): Shared,
    Path((kind, key)): Key,
    uri: Uri,
) -> Result<Json<Value>, ApiError> {
    let hash = parse_key(&kind, &key, &uri)?;
    let state = app.node.read();
    let chain = state
        .index
        .script(&hash)
        .map(|record| record.stats)
        .unwrap_or_default();
    let mut answer = json!({
        "chain_stats": json::stats(chain),
        "mempool_stats": json::stats(state.pool.script_stats(&hash)),
    });
    answer[kind] = json!(key);
    Ok(Json(answer))
}

fn waiting(state: &node::State, hash: &ScriptHash) -> Vec<Value> {
    state
        .pool
        .of_script(hash)
        .take(MEMPOOL_PAGE)
        .map(|entry| json::tx(state, &entry.tx, &entry.txid))
        .collect()
}

/// A page of confirmed transactions; after `last` when that is one of them, else none.
fn confirmed(state: &node::State, hash: &ScriptHash, last: Option<&Txid>) -> Vec<Value> {
    let Some(record) = state.index.script(hash) else {
        return Vec::new();
    };
    let before = match last {
        None => None,
        Some(txid) => match state.index.position(txid) {
            Some(position) if record.history.binary_search(&position).is_ok() => Some(position),
            _ => return Vec::new(),
        },
    };
    record
        .newest_first(before)
        .take(CHAIN_PAGE)
        .map(|position| {
            json::tx(
                state,
                state.index.tx_at(position),
                &state.index.txid_at(position),
            )
        })
        .collect()
}

pub async fn txs(
    State(app): Shared,
    Path((kind, key)): Key,
    uri: Uri,
) -> Result<Json<Vec<Value>>, ApiError> {
    let hash = parse_key(&kind, &key, &uri)?;
    let state = app.node.read();
    let mut txs = waiting(&state, &hash);
    txs.extend(confirmed(&state, &hash, None));
    Ok(Json(txs))
}

pub async fn chain_txs(
    State(app): Shared,
    Path((kind, key)): Key,
    uri: Uri,
) -> Result<Json<Vec<Value>>, ApiError> {
    let hash = parse_key(&kind, &key, &uri)?;
    Ok(Json(confirmed(&app.node.read(), &hash, None)))
}

pub async fn chain_txs_after(
    State(app): Shared,
    Path((kind, key, last)): Path<(String, String, String)>,
    uri: Uri,
) -> Result<Json<Vec<Value>>, ApiError> {
    let hash = parse_key(&kind, &key, &uri)?;
    // As on the public servers, what is no id means the first page.
    let last = parse_hash(&last).ok();
    Ok(Json(confirmed(&app.node.read(), &hash, last.as_ref())))
}

pub async fn mempool_txs(
    State(app): Shared,
    Path((kind, key)): Key,
    uri: Uri,
) -> Result<Json<Vec<Value>>, ApiError> {
    let hash = parse_key(&kind, &key, &uri)?;
    Ok(Json(waiting(&app.node.read(), &hash)))
}

pub async fn utxo(
    State(app): Shared,
    Path((kind, key)): Key,
    uri: Uri,
) -> Result<Json<Vec<Value>>, ApiError> {
    let hash = parse_key(&kind, &key, &uri)?;
    let state = app.node.read();
    let coin = |outpoint: OutPoint, value: u64| {
        json!({
            "txid": outpoint.txid,
            "vout": outpoint.vout,
            "status": json::status(&state, &outpoint.txid),
            "value": value,
        })
    };
    let mut coins = Vec::new();
    for entry in state.pool.of_script(&hash) {
        for (vout, output) in entry.tx.output.iter().enumerate() {
            let outpoint = OutPoint {
                txid: entry.txid,
                vout: vout as u32,
            };
            if script_hash(&output.script_pubkey) == hash && state.pool.spender(&outpoint).is_none()
            {
                coins.push(coin(outpoint, output.value.to_sat()));
            }
        }
    }
    if let Some(record) = state.index.script(&hash) {
        for ((position, vout), value) in record.coins.iter().rev() {
            let outpoint = OutPoint {
                txid: state.index.txid_at(*position),
                vout: *vout,
            };
            if state.pool.spender(&outpoint).is_none() {
                coins.push(coin(outpoint, *value));
            }
            if coins.len() > MAX_COINS {
                return Err(ApiError::bad(format!(
                    "Too many unspent transaction outputs (>{MAX_COINS}). Contact support to raise limits."
                )));
            }
        }
    }
    Ok(Json(coins))
}
