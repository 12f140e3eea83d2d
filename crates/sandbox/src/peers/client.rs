//! The least HTTP client that another sandbox needs.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, StatusCode, Uri, header};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;

use super::PeerError;
use crate::access::ApiKey;

/// Longest wait for a connection and for an answer; a change is waited for a little less.
const PATIENCE: Duration = Duration::from_secs(30);
/// Largest answer: ids of a full pool, or a block in hex.
const MOST: usize = 40_000_000;

/// Where another sandbox is: `http://HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerUrl {
    host: String,
    port: u16,
}

impl FromStr for PeerUrl {
    type Err = PeerError;

    fn from_str(text: &str) -> Result<Self, PeerError> {
        let wrong = || PeerError::Address(text.chars().take(200).collect());
        let whole = match text.split_once("://") {
            Some(_) => text.to_owned(),
            None => format!("http://{text}"),
        };
        let uri: Uri = whole.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        let plain = uri.scheme_str() == Some("http")
            && matches!(uri.path(), "" | "/")
            && uri.query().is_none()
            && !authority.as_str().contains('@');
        let port = authority.port_u16().filter(|port| *port > 0);
        match port {
            Some(port) if plain && is_host(authority.host()) => Ok(Self {
                host: authority.host().to_ascii_lowercase(),
                port,
            }),
            _ => Err(wrong()),
        }
    }
}

/// Whether this is a name or an address. What splits an authority lets brackets stand in the middle of a name.
fn is_host(text: &str) -> bool {
    match text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !text.is_empty() && !text.contains(['[', ']', ':']),
    }
}

impl fmt::Display for PeerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}", self.host, self.port)
    }
}

/// One connection, made when it is needed.
pub struct Client {
    url: PeerUrl,
    key: Option<String>,
    sender: Option<SendRequest<Body>>,
}

/// What went wrong, for people.
type Trouble = String;

impl Client {
    /// A client that has not connected yet.
    pub fn new(url: PeerUrl, key: Option<&ApiKey>) -> Self {
        Self {
            url,
            key: key.map(ApiKey::bearer),
            sender: None,
        }
    }

    async fn connect(&self) -> Result<SendRequest<Body>, Trouble> {
        let host = self.url.host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((host, self.url.port))
            .await
            .map_err(|error| error.to_string())?;
        // Without it a small request waits for the answer to the one before.
        stream
            .set_nodelay(true)
            .map_err(|error| error.to_string())?;
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to another node ended");
            }
        });
        Ok(sender)
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), Trouble> {
        let asked = async {
            let mut sender = match self.sender.take() {
                Some(sender) if !sender.is_closed() => sender,
                _ => self.connect().await?,
            };
            sender.ready().await.map_err(|error| error.to_string())?;
            let mut request = Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, format!("{}:{}", self.url.host, self.url.port));
            if let Some(key) = &self.key {
                request = request.header(header::AUTHORIZATION, key);
            }
            let request = request
                .body(Body::from(body))
                .map_err(|error| error.to_string())?;
            let answer = sender
                .send_request(request)
                .await
                .map_err(|error| error.to_string())?;
            let status = answer.status();
            let body = to_bytes(Body::new(answer.into_body()), MOST)
                .await
                .map_err(|error| error.to_string())?;
            self.sender = Some(sender);
            Ok((status, body))
        };
        tokio::time::timeout(PATIENCE, asked)
            .await
            .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
    }

    /// An answer; `None` where there is nothing.
    pub async fn find(&mut self, path: &str) -> Result<Option<Bytes>, Trouble> {
        match self.ask(Method::GET, path, Vec::new()).await? {
            (StatusCode::OK, body) => Ok(Some(body)),
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, _) => Err(format!("{path} is answered with {status}")),
        }
    }

    async fn get(&mut self, path: &str) -> Result<Bytes, Trouble> {
        let found = self.find(path).await?;
        found.ok_or_else(|| format!("{path} is not there"))
    }

    /// A plain text that means something.
    pub async fn text<T: FromStr>(&mut self, path: &str) -> Result<T, Trouble> {
        let body = self.get(path).await?;
        std::str::from_utf8(&body)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .ok_or_else(|| format!("{path} has no sense"))
    }

    /// A JSON value.
    pub async fn json<T: DeserializeOwned>(&mut self, path: &str) -> Result<T, Trouble> {
        let body = self.get(path).await?;
        serde_json::from_slice(&body).map_err(|error| format!("{path}: {error}"))
    }

    /// Sends something; the answer as it comes.
    pub async fn post(
        &mut self,
        path: &str,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), Trouble> {
        self.ask(Method::POST, path, body).await
    }

    /// The other's count of changes.
    pub async fn revision(&mut self) -> Result<u64, Trouble> {
        self.text("/sandbox/wait").await
    }

    /// Returns when the other's count of changes is not `revision` any more.
    pub async fn moved(&mut self, revision: u64) -> Result<(), Trouble> {
        loop {
            let now: u64 = self
                .text(&format!("/sandbox/wait?after={revision}"))
                .await?;
            if now != revision {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port_and_nothing_else() {
        for (text, shown) in [
            ("127.0.0.1:18443", "http://127.0.0.1:18443"),
            ("http://LocalHost:8080/", "http://localhost:8080"),
            ("[::1]:9", "http://[::1]:9"),
        ] {
            assert_eq!(text.parse::<PeerUrl>().unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "localhost",
            "https://a:1",
            "http://a:1/x",
            "http://u@a:1",
            "a:0",
            "a:70000",
            "http://a:1?x",
            "a b:1",
            "h[:::1]:8",
            "[::g]:8",
        ] {
            let error = bad.parse::<PeerUrl>().unwrap_err();
            assert_eq!(error, PeerError::Address(bad.to_owned()));
        }
    }
}
