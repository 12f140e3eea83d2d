//! HTTP basic authentication with the cookie, or the sandbox's API key.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::access::same;
use crate::http::App;

/// Whether the request carries the cookie, the login or the key.
pub fn allowed(app: &App, headers: &HeaderMap) -> bool {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|value| STANDARD.decode(value.trim()).ok())
        .is_some_and(|given| same(&given, app.cookie.as_bytes()));
    basic
        || app
            .access
            .api_key
            .as_ref()
            .is_some_and(|key| key.is_in(headers))
}
