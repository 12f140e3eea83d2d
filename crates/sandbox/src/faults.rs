//! Answers that are late, missing or wrong, on purpose: what a client must live with.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use crate::http::App;

/// Most faults at a time.
const MAX_FAULTS: usize = 1_000;
/// Largest answer that is spoiled; a larger one is cut off here.
const MOST: usize = 64_000_000;

/// What happens to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does not come until the fault is taken away.
    Stall,
    /// It comes so much later.
    Slow(Duration),
    /// It is an error with this status.
    Status(u16),
    /// It is as long as the right one and means nothing.
    Garbage,
    /// It is the first half of the right one.
    Truncated,
    /// It is an empty list.
    Empty,
}

/// A path, or with a star at its end all that begin so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route(String);

impl Route {
    /// Takes a path that begins with a slash.
    pub fn new(text: &str) -> Option<Self> {
        let plain = text.len() <= 1_000 && text.bytes().all(|byte| byte.is_ascii_graphic());
        let star = text.find('*').is_none_or(|place| place == text.len() - 1);
        (plain && star && text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    fn matches(&self, path: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.0,
        }
    }
}

/// All faults that are on; the newest that matches counts.
pub struct Faults {
    list: Mutex<Vec<(Route, Fault)>>,
    changes: watch::Sender<u64>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            list: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }
}

impl Faults {
    /// Turns one on; `false` if there are too many.
    pub fn set(&self, route: Route, fault: Fault) -> bool {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|(other, _)| *other != route);
        if list.len() >= MAX_FAULTS {
            return false;
        }
        list.push((route, fault));
        true
    }

    /// Turns those of a route off, or all; what was stalled goes on.
    pub fn heal(&self, route: Option<&Route>) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|(other, _)| route.is_some_and(|route| route != other));
        drop(list);
        self.changes.send_modify(|count| *count += 1);
    }

    fn of(&self, path: &str) -> Option<Fault> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let found = list.iter().rev().find(|(route, _)| route.matches(path));
        found.map(|(_, fault)| *fault)
    }
}

/// Does to an answer what is on for its path. The sandbox's own routes are left alone, so that it can always be
/// healed.
pub async fn apply(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let fault = match path.starts_with("/sandbox/") {
        true => None,
        false => app.faults.of(&path),
    };
    match fault {
        None => next.run(request).await,
        Some(Fault::Stall) => {
            let mut changes = app.faults.changes.subscribe();
            while app.faults.of(&path) == Some(Fault::Stall) {
                tokio::select! {
                    changed = changes.changed() => if changed.is_err() { break },
                    () = app.stop.cancelled() => break,
                }
            }
            next.run(request).await
        }
        Some(Fault::Slow(time)) => {
            tokio::select! {
                () = tokio::time::sleep(time) => {}
                () = app.stop.cancelled() => {}
            }
            next.run(request).await
        }
        Some(Fault::Status(code)) => {
            let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, "a fault that was asked for").into_response()
        }
        Some(Fault::Garbage) => {
            spoil(next.run(request).await, |bytes| {
                let mut rubbish = vec![0; bytes.len()];
                // The same in every run.
                blake3::Hasher::new()
                    .update(path.as_bytes())
                    .finalize_xof()
                    .fill(&mut rubbish);
                rubbish
            })
            .await
        }
        Some(Fault::Truncated) => {
            spoil(next.run(request).await, |bytes| {
                bytes[..bytes.len() / 2].to_vec()
            })
            .await
        }
        Some(Fault::Empty) => {
            let json = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, json)], "[]").into_response()
        }
    }
}

async fn spoil(response: Response, change: impl FnOnce(&[u8]) -> Vec<u8>) -> Response {
    let (mut parts, body) = response.into_parts();
    // What is larger than that is spoiled enough.
    let bytes = to_bytes(body, MOST).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(&bytes)))
}
