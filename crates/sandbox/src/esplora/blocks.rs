//! `/blocks`, `/block/…`, `/block-height/…`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use bitcoin::consensus::encode;
use serde_json::{Value, json};

use super::{ApiError, CHAIN_PAGE, json, octets, parse_hash, parse_number, plain};
use crate::chain::BlockEntry;
use crate::http::App;

type Shared = State<Arc<App>>;

/// Blocks on one page of `/blocks`.
const BLOCKS_PAGE: usize = 10;

pub async fn newest(State(app): Shared) -> Json<Vec<Value>> {
    Json(page(app.node.read().index.blocks()))
}

pub async fn from_height(
    State(app): Shared,
    Path(height): Path<String>,
) -> Result<Json<Vec<Value>>, ApiError> {
    let state = app.node.read();
    let blocks = state.index.blocks();
    // As on the public servers, what is no number means the newest ones.
    let end = match height.parse::<usize>() {
        Ok(height) if height >= blocks.len() => return Err(ApiError::no_block()),
        Ok(height) => height + 1,
        Err(_) => blocks.len(),
    };
    Ok(Json(page(&blocks[..end])))
}

/// The last ten of `blocks`, newest first.
fn page(blocks: &[Arc<BlockEntry>]) -> Vec<Value> {
    let newest = blocks.iter().rev().take(BLOCKS_PAGE);
    newest.map(|entry| json::block(entry)).collect()
}

pub async fn tip_height(State(app): Shared) -> impl IntoResponse {
    plain(app.node.read().index.height().to_string())
}

pub async fn tip_hash(State(app): Shared) -> impl IntoResponse {
    plain(app.node.read().index.tip().hash.to_string())
}

pub async fn hash_at(
    State(app): Shared,
    Path(height): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let height: usize = parse_number(&height)?;
    let state = app.node.read();
    let entry = state
        .index
        .blocks()
        .get(height)
        .ok_or_else(ApiError::no_block)?;
    Ok(plain(entry.hash.to_string()))
}

/// A block by the hash in the path, active or stale.
fn find(app: &App, hash: &str) -> Result<Arc<BlockEntry>, ApiError> {
    let hash = parse_hash(hash)?;
    app.node
        .read()
        .any_block(&hash)
        .cloned()
        .ok_or_else(ApiError::no_block)
}

pub async fn block(State(app): Shared, Path(hash): Path<String>) -> Result<Json<Value>, ApiError> {
    Ok(Json(json::block(find(&app, &hash)?.as_ref())))
}

pub async fn header(
    State(app): Shared,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    Ok(plain(encode::serialize_hex(&find(&app, &hash)?.header)))
}

pub async fn status(State(app): Shared, Path(hash): Path<String>) -> Result<Json<Value>, ApiError> {
    let hash = parse_hash(&hash)?;
    let state = app.node.read();
    // An unknown block is not an error here on the public servers: it is just not in the chain.
    Ok(Json(match state.index.block(&hash) {
        Some(entry) => {
            let next = state
                .index
                .blocks()
                .get(entry.height as usize + 1)
                .map(|next| next.hash);
            json!({ "in_best_chain": true, "height": entry.height, "next_best": next })
        }
        None => json!({ "in_best_chain": false, "height": null, "next_best": null }),
    }))
}

pub async fn raw(
    State(app): Shared,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    Ok(octets(encode::serialize(&find(&app, &hash)?.to_block())))
}

pub async fn txids(State(app): Shared, Path(hash): Path<String>) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!(find(&app, &hash)?.txids)))
}

pub async fn txid(
    State(app): Shared,
    Path((hash, index)): Path<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let index: usize = parse_number(&index)?;
    let entry = find(&app, &hash)?;
    let txid = entry
        .txids
        .get(index)
        .ok_or_else(|| ApiError::missing("tx index out of range"))?;
    Ok(plain(txid.to_string()))
}

pub async fn first_txs(
    state: Shared,
    Path(hash): Path<String>,
) -> Result<Json<Vec<Value>>, ApiError> {
    txs(state, Path((hash, "0".to_owned()))).await
}

pub async fn txs(
    State(app): Shared,
    Path((hash, start)): Path<(String, String)>,
) -> Result<Json<Vec<Value>>, ApiError> {
    // As on the public servers, what is no number means the beginning.
    let start: usize = start.parse().unwrap_or(0);
    let entry = find(&app, &hash)?;
    if start >= entry.txs.len() {
        return Err(ApiError::missing("start index out of range"));
    }
    if !start.is_multiple_of(CHAIN_PAGE) {
        return Err(ApiError::bad(format!(
            "start index must be a multipication of {CHAIN_PAGE}"
        )));
    }
    let state = app.node.read();
    let end = (start + CHAIN_PAGE).min(entry.txs.len());
    Ok(Json(
        entry.txs[start..end]
            .iter()
            .zip(&entry.txids[start..end])
            .map(|(tx, txid)| json::tx(&state, tx, txid))
            .collect(),
    ))
}
