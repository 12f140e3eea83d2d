//! Who may ask, and for how long. The port is on loopback, yet a web page in the owner's browser can
//! reach it: by a name that resolves to 127.0.0.1 (DNS rebinding) or by a cross-site form.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;

/// Longest a request may take; mining many blocks is the slowest.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Refuses changes that were not addressed to loopback or come from a foreign page, requests without the key
/// where one is needed, and ends requests that take too long.
pub async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    // Where other machines may ask, they know it by names of their own; each needs the key.
    if !reads && !app.access.has_other_names() && !addressed_to_loopback(&request) {
        return (
            StatusCode::FORBIDDEN,
            "Host must be 127.0.0.1, localhost or [::1]",
        )
            .into_response();
    }
    if !reads && !from_here(request.headers()) {
        return (StatusCode::FORBIDDEN, "cross-site requests are refused").into_response();
    }
    if let Some(key) = &app.access.api_key
        && !checks_itself(&request)
        && !key.is_in(request.headers())
    {
        let scheme = HeaderValue::from_static("Bearer");
        return (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, scheme)],
            "an API key is needed: Authorization: Bearer KEY, or X-API-Key: KEY",
        )
            .into_response();
    }
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// JSON-RPC takes its cookie or the key and answers in its own way; a browser asks with OPTIONS before it may
/// send a key.
fn checks_itself(request: &Request) -> bool {
    let path = request.uri().path();
    *request.method() == Method::OPTIONS || path == "/" || path.starts_with("/wallet/")
}

fn addressed_to_loopback(request: &Request) -> bool {
    // Every place that can name a host must name this one; HTTP/1.0 may name none.
    let hosts = request.headers().get_all(header::HOST).iter();
    let target = request.uri().authority();
    hosts
        .map(|host| host.to_str().unwrap_or(""))
        .chain(target.map(|authority| authority.as_str()))
        .all(is_loopback)
}

/// A browser names the page's origin on every cross-site POST; other clients send none.
fn from_here(headers: &HeaderMap) -> bool {
    match headers.get(header::ORIGIN) {
        None => true,
        Some(origin) => origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"))
            .is_some_and(|(_, host)| is_loopback(host)),
    }
}

fn is_loopback(host: &str) -> bool {
    let name = if host.starts_with('[') {
        host.split_inclusive(']').next().unwrap_or("")
    } else {
        host.split(':').next().unwrap_or("")
    };
    matches!(name, "127.0.0.1" | "[::1]") || name.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_loopback_names_count() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "localhost:1",
            "LOCALHOST",
            "[::1]:8080",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:8080",
            "[::2]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
