//! Bitcoin Core's JSON-RPC at `POST /`: Core 29's names, fields, error codes and HTTP habits.
//!
//! A request without `"jsonrpc": "2.0"` is answered in the old way: errors come with HTTP 500 (404 for an
//! unknown method, 400 for a malformed request). With it, errors come with HTTP 200.

mod address;
mod auth;
mod blockchain;
mod control;
mod filters;
mod generate;
mod mempool;
mod network;
pub mod package;
mod params;
mod rawtx;
mod reply;
mod scan;
mod script;
mod stats;
mod util;
mod values;
mod wallet;
mod wallet_coins;
mod wallet_history;
mod wallet_send;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request as HttpRequest, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::{App, blocking};
pub use filters::FilterCache;
use params::{Args, Method, bind};
#[cfg(fuzzing)]
pub use params::{sat_per_kvb, satoshis};
pub use values::difficulty;
pub use wallet::{address_of, script_of};
pub use wallet_send::double_spend;

/// Most calls in one batch.
const MAX_BATCH: usize = 1_000;

/// An error in Core's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcError {
    /// Core's code.
    pub code: i32,
    /// Core's message.
    pub message: String,
}

impl RpcError {
    /// Any code.
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// -1: something went wrong in itself.
    fn misc(message: impl Into<String>) -> Self {
        Self::new(-1, message)
    }

    /// -5: no such address, block or transaction.
    fn not_found(message: impl Into<String>) -> Self {
        Self::new(-5, message)
    }

    /// -8: a parameter out of range.
    fn invalid(message: impl Into<String>) -> Self {
        Self::new(-8, message)
    }

    /// -32600: not a request.
    fn request(message: impl Into<String>) -> Self {
        Self::new(-32600, message)
    }
}

impl From<crate::submit::SendError> for RpcError {
    fn from(error: crate::submit::SendError) -> Self {
        Self {
            code: error.code,
            message: error.message,
        }
    }
}

type Outcome = Result<Value, RpcError>;

/// Every method, room by room.
fn methods() -> impl Iterator<Item = &'static Method> {
    [
        blockchain::METHODS,
        control::METHODS,
        filters::METHODS,
        generate::METHODS,
        mempool::METHODS,
        network::METHODS,
        rawtx::METHODS,
        scan::METHODS,
        stats::METHODS,
        util::METHODS,
        wallet::METHODS,
        wallet_coins::METHODS,
        wallet_history::METHODS,
        wallet_send::METHODS,
    ]
    .into_iter()
    .flatten()
}

fn find(name: &str) -> Option<&'static Method> {
    methods().find(|method| method.name == name)
}

/// One call, as if it had come over HTTP.
pub fn call(app: &Arc<App>, wallet: Option<&str>, name: &str, params: &Value) -> Outcome {
    let method = find(name).ok_or_else(|| RpcError::new(-32601, "Method not found"))?;
    let values = bind(method, params)?;
    (method.run)(app, &Args::new(method, values, wallet.map(str::to_owned)))
}

struct Request {
    id: Option<Value>,
    v2: bool,
    call: Result<(String, Value), RpcError>,
}

impl Request {
    fn parse(value: &Value) -> Self {
        let Value::Object(map) = value else {
            let call = Err(RpcError::request("Invalid Request object"));
            return Self {
                id: Some(Value::Null),
                v2: false,
                call,
            };
        };
        let id = map.get("id").cloned();
        let (v2, version) = match map.get("jsonrpc") {
            None | Some(Value::Null) => (false, Ok(())),
            Some(Value::String(version)) if version == "2.0" => (true, Ok(())),
            Some(Value::String(version)) if version == "1.0" || version == "1.1" => (false, Ok(())),
            Some(Value::String(_)) => (
                false,
                Err(RpcError::request("JSON-RPC version not supported")),
            ),
            Some(_) => (
                false,
                Err(RpcError::request("jsonrpc field must be a string")),
            ),
        };
        let call = version.and_then(|()| {
            let name = match map.get("method") {
                Some(Value::String(name)) => name.clone(),
                None | Some(Value::Null) => return Err(RpcError::request("Missing method")),
                Some(_) => return Err(RpcError::request("Method must be a string")),
            };
            match map.get("params") {
                None | Some(Value::Null) => Ok((name, Value::Array(Vec::new()))),
                Some(params @ (Value::Array(_) | Value::Object(_))) => Ok((name, params.clone())),
                Some(_) => Err(RpcError::request("Params must be an array or object")),
            }
        });
        Self { id, v2, call }
    }

    fn is_notification(&self) -> bool {
        self.v2 && self.id.is_none() && self.call.is_ok()
    }

    fn run(&self, app: &Arc<App>, wallet: Option<&str>) -> Outcome {
        let (name, params) = self.call.as_ref().map_err(Clone::clone)?;
        call(app, wallet, name, params)
    }

    fn reply(&self, outcome: &Outcome) -> Value {
        let mut reply = match (self.v2, outcome) {
            (true, Ok(result)) => json!({ "jsonrpc": "2.0", "result": result }),
            (true, Err(error)) => json!({ "jsonrpc": "2.0", "error": error_object(error) }),
            (false, Ok(result)) => json!({ "result": result, "error": null }),
            (false, Err(error)) => json!({ "result": null, "error": error_object(error) }),
        };
        if let Some(id) = &self.id {
            reply["id"] = id.clone();
        }
        reply
    }
}

fn error_object(error: &RpcError) -> Value {
    json!({ "code": error.code, "message": error.message })
}

fn status_of(error: &RpcError) -> StatusCode {
    match error.code {
        -32600 => StatusCode::BAD_REQUEST,
        -32601 => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn respond(status: StatusCode, reply: &Value) -> Response {
    let json = HeaderValue::from_static("application/json");
    (
        status,
        [(header::CONTENT_TYPE, json)],
        reply::to_bytes(reply),
    )
        .into_response()
}

/// What answers other methods at `/`.
pub async fn only_post() -> impl IntoResponse {
    (
        StatusCode::METHOD_NOT_ALLOWED,
        "JSONRPC server handles only POST requests",
    )
}

/// `POST /`.
pub async fn handle(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    serve(app, None, request).await
}

/// `POST /wallet/NAME`.
pub async fn handle_wallet(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: HttpRequest,
) -> Response {
    serve(app, Some(name), request).await
}

/// `POST /wallet/`: the wallet without a name.
pub async fn handle_nameless(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    serve(app, Some(String::new()), request).await
}

async fn serve(app: Arc<App>, wallet: Option<String>, request: HttpRequest) -> Response {
    // Before the body is read: a stranger's nine megabytes are not worth their memory.
    if !auth::allowed(&app, request.headers()) {
        let realm = HeaderValue::from_static("Basic realm=\"jsonrpc\"");
        return (
            StatusCode::UNAUTHORIZED,
            [
                (header::WWW_AUTHENTICATE, realm),
                // What Core's HTTP library says of an empty page.
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/html; charset=ISO-8859-1"),
                ),
            ],
        )
            .into_response();
    }
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(refused) => return refused.into_response(),
    };
    let answered = blocking(move || answer(&app, wallet.as_deref(), &body)).await;
    answered.unwrap_or_else(|| {
        let error = RpcError::new(-32603, "Internal error");
        let reply = json!({ "result": null, "error": error_object(&error), "id": null });
        respond(StatusCode::INTERNAL_SERVER_ERROR, &reply)
    })
}

fn answer(app: &Arc<App>, wallet: Option<&str>, body: &[u8]) -> Response {
    let lost = |error: RpcError| {
        let reply = json!({ "result": null, "error": error_object(&error), "id": null });
        respond(status_of(&error), &reply)
    };
    match serde_json::from_slice::<Value>(body) {
        Err(_) => lost(RpcError::new(-32700, "Parse error")),
        Ok(value @ Value::Object(_)) => single(app, wallet, &Request::parse(&value)),
        Ok(Value::Array(calls)) if calls.len() > MAX_BATCH => lost(RpcError::request(format!(
            "more than {MAX_BATCH} calls in a batch"
        ))),
        Ok(Value::Array(calls)) => batch(app, wallet, &calls),
        Ok(_) => lost(RpcError::new(-32700, "Top-level object parse error")),
    }
}

fn single(app: &Arc<App>, wallet: Option<&str>, request: &Request) -> Response {
    let outcome = request.run(app, wallet);
    if request.is_notification() {
        return StatusCode::NO_CONTENT.into_response();
    }
    let status = match &outcome {
        Err(error) if !request.v2 => status_of(error),
        _ => StatusCode::OK,
    };
    respond(status, &request.reply(&outcome))
}

fn batch(app: &Arc<App>, wallet: Option<&str>, calls: &[Value]) -> Response {
    let mut replies = Vec::new();
    for call in calls {
        let request = Request::parse(call);
        let outcome = request.run(app, wallet);
        if !request.is_notification() {
            replies.push(request.reply(&outcome));
        }
    }
    if replies.is_empty() && !calls.is_empty() {
        return StatusCode::NO_CONTENT.into_response();
    }
    respond(StatusCode::OK, &Value::Array(replies))
}
