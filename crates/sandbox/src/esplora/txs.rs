//! `/tx/…` and sending.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use bitcoin::consensus::encode;
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::merkle_tree::{MerkleBlock, PartialMerkleTree};
use bitcoin::{Amount, Denomination, OutPoint, Transaction, Txid};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, json, octets, parse_hash, parse_number, plain};
use crate::http::{App, blocking};
use crate::rpc::package;
use crate::submit::{DEFAULT_MAX_FEE_RATE, SendError, decode_tx, send};

type Shared = State<Arc<App>>;

fn find(app: &App, txid: &Txid) -> Result<Arc<Transaction>, ApiError> {
    app.node
        .read()
        .tx(txid)
        .cloned()
        .ok_or_else(ApiError::no_tx)
}

pub async fn tx(State(app): Shared, Path(txid): Path<String>) -> Result<Json<Value>, ApiError> {
    let txid = parse_hash(&txid)?;
    let state = app.node.read();
    let tx = state.tx(&txid).ok_or_else(ApiError::no_tx)?;
    Ok(Json(json::tx(&state, tx, &txid)))
}

pub async fn hex(
    State(app): Shared,
    Path(txid): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let tx = find(&app, &parse_hash(&txid)?)?;
    Ok(plain(encode::serialize_hex(tx.as_ref())))
}

pub async fn raw(
    State(app): Shared,
    Path(txid): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let tx = find(&app, &parse_hash(&txid)?)?;
    Ok(octets(encode::serialize(tx.as_ref())))
}

pub async fn status(State(app): Shared, Path(txid): Path<String>) -> Result<Json<Value>, ApiError> {
    // As on the public servers, a transaction nobody knows is an unconfirmed one.
    Ok(Json(json::status(&app.node.read(), &parse_hash(&txid)?)))
}

pub async fn outspend(
    State(app): Shared,
    Path((txid, vout)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let outpoint = OutPoint {
        txid: parse_hash(&txid)?,
        vout: parse_number(&vout)?,
    };
    // As on the public servers, an output nobody knows is an unspent one.
    Ok(Json(json::outspend(&app.node.read(), &outpoint)))
}

pub async fn outspends(
    State(app): Shared,
    Path(txid): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let txid = parse_hash(&txid)?;
    let state = app.node.read();
    let tx = state.tx(&txid).ok_or_else(ApiError::no_tx)?;
    let all: Vec<Value> = (0..tx.output.len() as u32)
        .map(|vout| json::outspend(&state, &OutPoint { txid, vout }))
        .collect();
    Ok(Json(json!(all)))
}

pub async fn merkle_proof(
    State(app): Shared,
    Path(txid): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let txid = parse_hash(&txid)?;
    let state = app.node.read();
    let position = state
        .index
        .position(&txid)
        .ok_or_else(|| ApiError::missing("Transaction not found or is unconfirmed"))?;
    let entry = &state.index.blocks()[position.height as usize];
    let merkle: Vec<String> = branch(&entry.txids, position.index as usize)
        .iter()
        .map(ToString::to_string)
        .collect();
    Ok(Json(
        json!({ "block_height": entry.height, "merkle": merkle, "pos": position.index }),
    ))
}

/// The siblings on the way from a leaf to the root.
fn branch(txids: &[Txid], mut place: usize) -> Vec<sha256d::Hash> {
    let mut level: Vec<sha256d::Hash> = txids.iter().map(|txid| txid.to_raw_hash()).collect();
    let mut siblings = Vec::new();
    while level.len() > 1 {
        siblings.push(*level.get(place ^ 1).unwrap_or(&level[place]));
        level = level
            .chunks(2)
            .map(|pair| {
                let mut bytes = pair[0].to_byte_array().to_vec();
                bytes.extend(pair.last().unwrap_or(&pair[0]).to_byte_array());
                sha256d::Hash::hash(&bytes)
            })
            .collect();
        place /= 2;
    }
    siblings
}

pub async fn merkle_block_proof(
    State(app): Shared,
    Path(txid): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let txid = parse_hash(&txid)?;
    let state = app.node.read();
    let position = state
        .index
        .position(&txid)
        .ok_or_else(|| ApiError::missing("Transaction not found or is unconfirmed"))?;
    let entry = &state.index.blocks()[position.height as usize];
    let matches: Vec<bool> = entry.txids.iter().map(|other| *other == txid).collect();
    let proof = MerkleBlock {
        header: entry.header,
        txn: PartialMerkleTree::from_txids(&entry.txids, &matches),
    };
    Ok(plain(encode::serialize_hex(&proof)))
}

/// Core's refusal as Esplora passes it on.
fn rpc_error(method: &str, error: &SendError) -> ApiError {
    let body = json!({ "code": error.code, "message": error.message });
    ApiError::bad(format!("{method} RPC error: {body}"))
}

pub async fn broadcast(State(app): Shared, body: Bytes) -> Result<impl IntoResponse, ApiError> {
    let sent = blocking(move || {
        let text = std::str::from_utf8(&body).unwrap_or("");
        let tx = decode_tx(text).ok_or_else(SendError::decode)?;
        send(&app.node, tx, DEFAULT_MAX_FEE_RATE, Amount::ZERO)
    })
    .await;
    match sent {
        Some(Ok(txid)) => Ok(plain(txid.to_string())),
        Some(Err(error)) => Err(rpc_error("sendrawtransaction", &error)),
        None => Err(ApiError(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the request failed".into(),
        )),
    }
}

/// Characters of hex a transaction of a package has at least and at most, as on the public servers.
const HEX_LENGTH: std::ops::Range<usize> = 120..800_000;

/// Limits of a package in its query, in bitcoin (per 1000 virtual bytes).
#[derive(Deserialize)]
pub struct PackageLimits {
    maxfeerate: Option<String>,
    maxburnamount: Option<String>,
}

fn limit(given: Option<&String>, name: &str) -> Result<Option<Amount>, ApiError> {
    given
        .map(|text| Amount::from_str_in(text, Denomination::Bitcoin))
        .transpose()
        .map_err(|_| ApiError::bad(format!("Invalid {name}")))
}

pub async fn package(
    State(app): Shared,
    Query(limits): Query<PackageLimits>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let hexes: Vec<String> = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad(format!("Invalid transaction package: {error}")))?;
    if hexes.len() > package::MAX_COUNT {
        let text = format!("Exceeded maximum of {} transactions", package::MAX_COUNT);
        return Err(ApiError::bad(text));
    }
    let max_fee_rate = limit(limits.maxfeerate.as_ref(), "maxfeerate")?
        .map_or(DEFAULT_MAX_FEE_RATE, Amount::to_sat);
    let max_burn = limit(limits.maxburnamount.as_ref(), "maxburnamount")?.unwrap_or(Amount::ZERO);
    for (index, hex) in hexes.iter().enumerate() {
        let fault = if !HEX_LENGTH.contains(&hex.len()) {
            "size"
        } else if hex::decode(hex).is_err() {
            "hex"
        } else {
            continue;
        };
        let text = format!("Invalid transaction {fault} for item {index}");
        return Err(ApiError::bad(text));
    }
    let sent = blocking(move || package::submit(&app.node, &hexes, max_fee_rate, max_burn)).await;
    match sent {
        Some(Ok(result)) => Ok(Json(result)),
        Some(Err(error)) => {
            let error = SendError {
                code: error.code,
                message: error.message,
            };
            Err(rpc_error("submitpackage", &error))
        }
        None => Err(ApiError(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the request failed".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_leads_to_the_root_for_every_leaf() {
        for count in 1..12u8 {
            let txids: Vec<Txid> = (0..count).map(|n| Txid::from_byte_array([n; 32])).collect();
            let root =
                bitcoin::merkle_tree::calculate_root(txids.iter().map(|txid| txid.to_raw_hash()))
                    .expect("there is at least one leaf");
            for (leaf, txid) in txids.iter().enumerate() {
                let mut place = leaf;
                let mut hash = txid.to_raw_hash();
                for sibling in branch(&txids, leaf) {
                    let (left, right) = if place % 2 == 0 {
                        (hash, sibling)
                    } else {
                        (sibling, hash)
                    };
                    let mut bytes = left.to_byte_array().to_vec();
                    bytes.extend(right.to_byte_array());
                    hash = sha256d::Hash::hash(&bytes);
                    place /= 2;
                }
                assert_eq!(hash, root, "leaf {leaf} of {count}");
            }
        }
    }
}
