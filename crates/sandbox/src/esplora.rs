//! The Esplora REST API, as Blockstream's servers have it: paths, field names, texts, page sizes.

mod blocks;
mod json;
mod mempool;
mod scripts;
mod txs;

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::http::App;

/// Confirmed transactions on a page.
const CHAIN_PAGE: usize = 25;
/// Waiting transactions listed at most.
const MEMPOOL_PAGE: usize = 50;
/// Coins listed at most; public servers stop at 500.
const MAX_COINS: usize = 50_000;

/// Routes below `/api`.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/blocks", get(blocks::newest))
        .route("/blocks/{height}", get(blocks::from_height))
        .route("/blocks/tip/height", get(blocks::tip_height))
        .route("/blocks/tip/hash", get(blocks::tip_hash))
        .route("/block-height/{height}", get(blocks::hash_at))
        .route("/block/{hash}", get(blocks::block))
        .route("/block/{hash}/header", get(blocks::header))
        .route("/block/{hash}/status", get(blocks::status))
        .route("/block/{hash}/raw", get(blocks::raw))
        .route("/block/{hash}/txids", get(blocks::txids))
        .route("/block/{hash}/txid/{index}", get(blocks::txid))
        .route("/block/{hash}/txs", get(blocks::first_txs))
        .route("/block/{hash}/txs/{start}", get(blocks::txs))
        .route("/tx", post(txs::broadcast))
        .route("/txs/package", post(txs::package))
        .route("/tx/{txid}", get(txs::tx))
        .route("/tx/{txid}/hex", get(txs::hex))
        .route("/tx/{txid}/raw", get(txs::raw))
        .route("/tx/{txid}/status", get(txs::status))
        .route("/tx/{txid}/outspend/{vout}", get(txs::outspend))
        .route("/tx/{txid}/outspends", get(txs::outspends))
        .route("/tx/{txid}/merkle-proof", get(txs::merkle_proof))
        .route("/tx/{txid}/merkleblock-proof", get(txs::merkle_block_proof))
        .route("/{kind}/{key}", get(scripts::stats))
        .route("/{kind}/{key}/txs", get(scripts::txs))
        .route("/{kind}/{key}/txs/chain", get(scripts::chain_txs))
        .route(
            "/{kind}/{key}/txs/chain/{last}",
            get(scripts::chain_txs_after),
        )
        .route("/{kind}/{key}/txs/mempool", get(scripts::mempool_txs))
        .route("/{kind}/{key}/utxo", get(scripts::utxo))
        .route("/mempool", get(mempool::summary))
        .route("/mempool/txids", get(mempool::txids))
        .route("/mempool/recent", get(mempool::recent))
        .route("/fee-estimates", get(mempool::fee_estimates))
        .fallback(|uri: Uri| async move { ApiError::no_endpoint(uri.path()) })
        .method_not_allowed_fallback(|uri: Uri| async move { ApiError::no_endpoint(uri.path()) })
}

/// A refusal: status and plain text.
#[derive(Debug)]
pub struct ApiError(StatusCode, String);

impl ApiError {
    fn bad(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }

    fn missing(text: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, text.into())
    }

    fn no_endpoint(path: &str) -> Self {
        Self::missing(format!("endpoint does not exist {path:?}"))
    }

    fn no_block() -> Self {
        Self::missing("Block not found")
    }

    fn no_tx() -> Self {
        Self::missing("Transaction not found")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.0, plain(self.1)).into_response()
    }
}

/// A plain-text body in the form the public servers send it.
fn plain(text: impl Into<String>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain")], text.into())
}

/// Raw bytes.
fn octets(bytes: Vec<u8>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/octet-stream")], bytes)
}

/// A hash in a path.
fn parse_hash<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad("Invalid hex string"))
}

/// A number in a path.
fn parse_number<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ApiError::bad("Invalid number"))
}
