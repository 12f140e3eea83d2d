//! The sandbox's own routes, for demos and tests: faucet, mining, reorganising, status.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, Network, ScriptBuf};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{App, blocking};
use crate::faucet::FaucetError;
use crate::node::MineError;
use crate::scenario::{Line, Scenario, ScenarioError, Step};

/// Most blocks one request may mine.
const MAX_BLOCKS: u32 = 10_000;

/// Routes under `/sandbox`.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/sandbox/status", get(status))
        .route("/sandbox/mine", post(mine))
        .route("/sandbox/reorg", post(reorg))
        .route("/sandbox/faults", post(faults))
}

/// A refusal: status and a sentence.
pub struct Refused(StatusCode, String);

impl Refused {
    fn bad(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<MineError> for Refused {
    fn from(error: MineError) -> Self {
        let status = match error {
            MineError::TooDeep { .. } => StatusCode::BAD_REQUEST,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error.to_string())
    }
}

/// A JSON body, whatever its content type says, with errors in JSON.
pub struct Body<T>(T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Refused> {
        use axum::http::{HeaderValue, header};
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::BytesRejection(error)) => {
                Err(Refused(error.status(), error.body_text()))
            }
            Err(error) => Err(Refused::bad(error.body_text())),
        }
    }
}

fn script_of(address: &str) -> Result<ScriptBuf, Refused> {
    address
        .parse::<Address<NetworkUnchecked>>()
        .map_err(|error| Refused::bad(format!("invalid address: {error}")))?
        .require_network(Network::Regtest)
        .map(|address| address.script_pubkey())
        .map_err(|_| Refused::bad("invalid address: not a regtest address"))
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    blocking(work).await.unwrap_or_else(|| {
        Err(Refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the request failed".into(),
        ))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaucetRequest {
    address: String,
    /// Satoshis.
    amount: u64,
}

/// `POST /faucet {"address", "amount"}`: pays and mines one block.
pub async fn faucet(
    State(app): State<Arc<App>>,
    Body(request): Body<FaucetRequest>,
) -> Result<Json<Value>, Refused> {
    let script = script_of(&request.address)?;
    let amount = Amount::from_sat(request.amount);
    let payment = off_thread(move || {
        app.faucet
            .pay(&app.node, &script, amount)
            .map_err(|error| match error {
                FaucetError::Mine(error) => error.into(),
                error => Refused::bad(error.to_string()),
            })
    })
    .await?;
    Ok(Json(json!({
        "txid": payment.txid,
        "vout": payment.vout,
        "amount": request.amount,
        "block_hash": payment.block,
        "block_height": payment.height,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MineRequest {
    #[serde(default = "one")]
    blocks: u32,
    address: Option<String>,
}

fn one() -> u32 {
    1
}

fn within_limit(blocks: u32) -> Result<(), Refused> {
    if blocks > MAX_BLOCKS {
        return Err(Refused::bad(format!(
            "blocks must be at most {MAX_BLOCKS}, not {blocks}"
        )));
    }
    Ok(())
}

/// `POST /sandbox/mine {"blocks", "address"?}`.
async fn mine(
    State(app): State<Arc<App>>,
    Body(request): Body<MineRequest>,
) -> Result<Json<Value>, Refused> {
    within_limit(request.blocks)?;
    let script = match &request.address {
        Some(address) => script_of(address)?,
        None => app.faucet.script().clone(),
    };
    let hashes = off_thread({
        let app = app.clone();
        move || Ok(app.node.mine(&script, request.blocks)?)
    })
    .await?;
    Ok(Json(
        json!({ "block_hashes": hashes, "height": app.node.read().index.height() }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReorgRequest {
    depth: u32,
    blocks: Option<u32>,
}

/// `POST /sandbox/reorg {"depth", "blocks"?}`: blocks default to one more than depth.
async fn reorg(
    State(app): State<Arc<App>>,
    Body(request): Body<ReorgRequest>,
) -> Result<Json<Value>, Refused> {
    let blocks = request.blocks.unwrap_or(request.depth.saturating_add(1));
    within_limit(request.depth)?;
    within_limit(blocks)?;
    let hashes = off_thread({
        let app = app.clone();
        move || Ok(app.node.reorg(app.faucet.script(), request.depth, blocks)?)
    })
    .await?;
    Ok(Json(
        json!({ "block_hashes": hashes, "height": app.node.read().index.height() }),
    ))
}

/// `POST /sandbox/faults`: lines of a scenario that make answers go wrong, or right again.
async fn faults(State(app): State<Arc<App>>, text: String) -> Result<StatusCode, Refused> {
    let scenario: Scenario = text
        .parse()
        .map_err(|error: ScenarioError| Refused::bad(error.to_string()))?;
    let fault_or_heal = |line: &Line| matches!(line.step, Step::Fault(..) | Step::Heal(_));
    if let Some(line) = scenario.lines().iter().find(|line| !fault_or_heal(line)) {
        return Err(Refused::bad(format!(
            "line {}: only stall, slow, wrong and heal are taken here",
            line.number
        )));
    }
    for line in scenario.lines() {
        match &line.step {
            Step::Fault(route, fault) if !app.faults.set(route.clone(), *fault) => {
                return Err(Refused::bad("there are too many faults"));
            }
            Step::Heal(route) => app.faults.heal(route.as_ref()),
            _ => {}
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /sandbox/status`.
async fn status(State(app): State<Arc<App>>) -> Json<Value> {
    let available = app.faucet.available(&app.node);
    let state = app.node.read();
    Json(json!({
        "network": "regtest",
        "height": state.index.height(),
        "tip": state.index.tip().hash,
        "mempool": state.pool.count(),
        "faucet": if app.faucet_on { json!({ "available": available }) } else { Value::Null },
        "uptime": app.node.uptime(),
    }))
}

/// Reads the body of a route that changes the chain as the route does, and changes nothing. Returns
/// whether the route would go on.
#[cfg(fuzzing)]
pub fn read_body(route: &str, body: &[u8]) -> bool {
    fn of<T: serde::de::DeserializeOwned>(body: &[u8]) -> Option<T> {
        serde_json::from_slice(body).ok()
    }
    match route {
        "/faucet" => of(body).is_some_and(|r: FaucetRequest| script_of(&r.address).is_ok()),
        "/sandbox/mine" => of(body).is_some_and(|r: MineRequest| {
            within_limit(r.blocks).is_ok() && r.address.is_none_or(|a| script_of(&a).is_ok())
        }),
        _ => of(body).is_some_and(|r: ReorgRequest| {
            let blocks = r.blocks.unwrap_or(r.depth.saturating_add(1));
            within_limit(r.depth).is_ok() && within_limit(blocks).is_ok()
        }),
    }
}
