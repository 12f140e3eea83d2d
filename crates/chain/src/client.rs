//! Bounded HTTP with retries.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, Method, Response, StatusCode, header};
use satchel_http::address::{canonical, host_and_port};
use satchel_http::{Connection, ReadError, read_cut};
use satchel_ports::ChainError;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::HttpSettings;
use crate::limits;

/// Longest pause that a server can ask for; beyond it the request fails.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// One server with its pool of connections.
pub(crate) struct Http {
    client: Client,
    base: String,
    server: String,
    settings: HttpSettings,
    /// One per request that may be under way.
    slots: Semaphore,
    /// No request is sent before this moment: one 429 slows all requests down, not just its own.
    not_before: Mutex<Instant>,
}

/// An answer, read whole.
pub(crate) struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// At most as many bytes as were allowed.
    pub body: Vec<u8>,
}

/// Why one try failed.
enum Failed {
    /// Another try may succeed, after the pause if the server named one.
    Passing(ChainError, Option<Duration>),
    /// Another try would fail as well.
    Lasting(ChainError),
}

impl Http {
    /// Makes a client. Opens no connection.
    pub(crate) fn new(base: &Url, settings: &HttpSettings) -> Result<Self, ChainError> {
        let connection = Connection {
            proxy: settings.proxy.clone(),
            connect_timeout: settings.connect_timeout,
            request_timeout: settings.request_timeout,
            idle: settings.parallel,
        };
        let client = satchel_http::open(base, &connection)
            .map_err(|bad| ChainError::BadAddress { what: bad.what })?;
        Ok(Self {
            client,
            base: canonical(base).to_owned(),
            server: host_and_port(base),
            slots: Semaphore::new(settings.parallel.max(1)),
            settings: settings.clone(),
            not_before: Mutex::new(Instant::now()),
        })
    }

    /// Returns host and port, for people.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Returns how many requests are sent at a time.
    pub(crate) fn parallel(&self) -> usize {
        self.settings.parallel.max(1)
    }

    /// Makes the error for an answer that cannot be right.
    pub(crate) fn nonsense(&self, what: &'static str) -> ChainError {
        ChainError::Nonsense {
            server: self.server.clone(),
            what,
        }
    }

    /// Makes the error for a status that is no success.
    pub(crate) fn refused(&self, status: StatusCode) -> ChainError {
        if status.is_redirection() {
            return self.nonsense("it sends requests elsewhere");
        }
        let passing = status.is_server_error()
            || matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS
                    | StatusCode::REQUEST_TIMEOUT
                    | StatusCode::UNAUTHORIZED
                    | StatusCode::FORBIDDEN
                    | StatusCode::PROXY_AUTHENTICATION_REQUIRED
            );
        if passing {
            ChainError::Refused {
                server: self.server.clone(),
                status: status.as_u16(),
            }
        } else {
            self.nonsense("it does not know a question of the Esplora API")
        }
    }

    fn unreachable(&self) -> ChainError {
        ChainError::Unreachable {
            server: self.server.clone(),
        }
    }

    /// Sends one request once and reads the answer, up to `limit` bytes of a success and
    /// [`limits::ERROR_BYTES`] of anything else.
    async fn once(
        &self,
        method: Method,
        path: &str,
        body: Option<&Body>,
        limit: usize,
    ) -> Result<Reply, Failed> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request
                .header(header::CONTENT_TYPE, body.kind)
                .body(body.text.clone());
        }
        let response = request.send().await.map_err(|e| self.broken(&e))?;
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            let pause = retry_after(&response);
            let body = read_cut(response, limits::ERROR_BYTES).await;
            // A node's verdict on a transaction is an answer, whatever status carries it.
            if crate::verdict::is_verdict(&body) {
                return Ok(Reply { status, body });
            }
            return Err(match pause {
                Some(pause) if pause > MAX_PAUSE => Failed::Lasting(self.refused(status)),
                pause => Failed::Passing(self.refused(status), pause),
            });
        }
        let body = if status.is_success() {
            self.read(response, limit).await?
        } else {
            read_cut(response, limits::ERROR_BYTES).await
        };
        Ok(Reply { status, body })
    }

    /// Reads a body; one byte over the limit fails.
    async fn read(&self, response: Response, limit: usize) -> Result<Vec<u8>, Failed> {
        satchel_http::read(response, limit)
            .await
            .map_err(|error| match error {
                ReadError::TooLong => {
                    Failed::Lasting(self.nonsense("the answer is longer than allowed"))
                }
                ReadError::Broken(error) => self.broken(&error),
            })
    }

    /// Sorts the ways in which a connection fails. The library's text is dropped: it holds the
    /// address, and with it what was asked.
    fn broken(&self, error: &reqwest::Error) -> Failed {
        if error.is_builder() {
            return Failed::Lasting(ChainError::BadAddress {
                what: "no request can be made from it",
            });
        }
        // A time-out while connecting counts as a time-out too.
        if error.is_timeout() {
            return Failed::Lasting(self.unreachable());
        }
        Failed::Passing(self.unreachable(), None)
    }

    /// Returns how long to wait before try number `tries` + 1.
    fn pause(&self, tries: u32, error: &ChainError, named: Option<Duration>) -> Duration {
        if let Some(named) = named {
            return named;
        }
        let crowded = matches!(error, ChainError::Refused { status: 429, .. });
        let first = self.settings.retry_pause * if crowded { 4 } else { 1 };
        let full = first.saturating_mul(1 << tries.min(10)).min(MAX_PAUSE);
        // The standard library's hasher is seeded by the system; that is random enough here.
        let dice = RandomState::new().hash_one(tries) % 1000;
        full / 2 + (full / 2).mul_f64(dice as f64 / 1000.0)
    }

    /// Lets no request out for a while.
    fn hold_back(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut not_before = self.lock_gate();
        *not_before = until.max(*not_before);
    }

    fn gate(&self) -> Instant {
        *self.lock_gate()
    }

    fn lock_gate(&self) -> std::sync::MutexGuard<'_, Instant> {
        // A panic cannot leave a moment half written.
        self.not_before
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Reads how many seconds a server wants to be left alone (RFC 9110, section 10.2.3). The form
/// with a date is ignored.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// What is posted.
pub(crate) struct Body {
    /// Content type.
    pub kind: &'static str,
    /// The bytes.
    pub text: String,
}

/// Asks one server and counts the requests.
pub(crate) struct Asker {
    http: Arc<Http>,
    cancel: CancellationToken,
    requests: AtomicU64,
}

impl Asker {
    /// Makes an asker that stops within one request when told so.
    pub(crate) fn new(http: Arc<Http>, cancel: CancellationToken) -> Self {
        Self {
            http,
            cancel,
            requests: AtomicU64::new(0),
        }
    }

    /// Returns the server.
    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    /// Returns how many requests went out, repeated ones included.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Gets a body; a status of 404 is `None`.
    pub(crate) async fn get(
        &self,
        path: &str,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, ChainError> {
        let reply = self
            .ask(Method::GET, path, None, limit, self.http.settings.retries)
            .await?;
        match reply.status {
            status if status.is_success() => Ok(Some(reply.body)),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(self.http.refused(status)),
        }
    }

    /// Gets JSON that has to be there.
    pub(crate) async fn get_json<T: DeserializeOwned>(
        &self,
        path: &str,
        limit: usize,
    ) -> Result<T, ChainError> {
        let body = self
            .get(path, limit)
            .await?
            .ok_or_else(|| self.http.refused(StatusCode::NOT_FOUND))?;
        self.parse(&body)
    }

    /// Parses JSON.
    pub(crate) fn parse<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, ChainError> {
        // The parser's text quotes the server, so it is dropped.
        serde_json::from_slice(body).map_err(|_| self.http.nonsense("it is not the JSON expected"))
    }

    /// Posts a body and returns any answer that is not worth another try. `repeat` is false for
    /// what must not happen twice.
    pub(crate) async fn post(
        &self,
        path: &str,
        body: Body,
        limit: usize,
        repeat: bool,
    ) -> Result<Reply, ChainError> {
        let retries = if repeat {
            self.http.settings.retries
        } else {
            0
        };
        self.ask(Method::POST, path, Some(&body), limit, retries)
            .await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Body>,
        limit: usize,
        retries: u32,
    ) -> Result<Reply, ChainError> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(ChainError::Cancelled),
            answer = self.ask_until_answered(method, path, body, limit, retries) => answer,
        }
    }

    async fn ask_until_answered(
        &self,
        method: Method,
        path: &str,
        body: Option<&Body>,
        limit: usize,
        retries: u32,
    ) -> Result<Reply, ChainError> {
        let http = &*self.http;
        let mut tries = 0;
        loop {
            let slot = http
                .slots
                .acquire()
                .await
                .expect("the semaphore is never closed");
            tokio::time::sleep_until(http.gate()).await;
            self.requests.fetch_add(1, Ordering::Relaxed);
            let answer = http.once(method.clone(), path, body, limit).await;
            drop(slot);
            let (error, named) = match answer {
                Ok(reply) => return Ok(reply),
                Err(Failed::Lasting(error)) => return Err(error),
                Err(Failed::Passing(error, _)) if tries >= retries => return Err(error),
                Err(Failed::Passing(error, named)) => (error, named),
            };
            let pause = http.pause(tries, &error, named);
            tries += 1;
            tracing::debug!(%error, tries, "asking again");
            if matches!(error, ChainError::Refused { .. }) {
                http.hold_back(pause);
            }
            tokio::time::sleep(pause).await;
        }
    }
}

#[cfg(test)]
mod tests;
