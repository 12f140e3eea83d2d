//! What other nodes ask: when something has changed, and to take a block.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bitcoin::consensus::encode;
use serde::Deserialize;
use tower_http::limit::RequestBodyLimitLayer;

use super::{App, blocking};
use crate::node::BlockOutcome;

/// Longest wait for a change.
const LONGEST: Duration = Duration::from_secs(20);
/// Largest block.
const BLOCK: usize = 4_000_000;

/// Routes under `/sandbox` for other nodes.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/sandbox/wait", get(wait))
        .route("/sandbox/block", post(block))
        .layer(RequestBodyLimitLayer::new(BLOCK))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    after: Option<u64>,
}

/// `GET /sandbox/wait?after=N`: the count of changes of chain and pool, as soon as it is not N any more.
async fn wait(State(app): State<Arc<App>>, Query(After { after }): Query<After>) -> Response {
    if !app.peers.is_active() {
        return off();
    }
    let mut changes = app.node.changes();
    let revision = match after {
        None => *changes.borrow(),
        Some(after) => tokio::select! {
            changed = changes.wait_for(|revision| *revision != after) => match changed {
                Ok(revision) => *revision,
                Err(_) => after,
            },
            () = tokio::time::sleep(LONGEST) => after,
            // Whoever waits must not keep the sandbox from ending.
            () = app.stop.cancelled() => after,
        },
    };
    revision.to_string().into_response()
}

/// `POST /sandbox/block`: takes a block's bytes. 400 with the kernel's word for one that is refused.
async fn block(State(app): State<Arc<App>>, body: Bytes) -> Response {
    if !app.peers.is_active() {
        return off();
    }
    let Ok(block) = encode::deserialize(&body) else {
        return (StatusCode::BAD_REQUEST, "Block decode failed").into_response();
    };
    match blocking(move || app.node.submit_block(block)).await {
        Some(Ok(BlockOutcome::Refused(reason))) => {
            (StatusCode::BAD_REQUEST, reason).into_response()
        }
        Some(Ok(_)) => StatusCode::OK.into_response(),
        Some(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn off() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "the network is off").into_response()
}
