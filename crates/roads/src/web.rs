//! What roads over HTTP share: credentials, and what a server's status means.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use satchel_http::address::{self, host_and_port};
use satchel_http::{BadAddress, Connection, PlainHttp, ReadError};
use satchel_ports::BlobError;
use satchel_secrets::SecretText;
use url::Url;

use crate::limits;

/// Name and password, or the two halves of an access key.
///
/// They lie sealed in the database and are open for as long as a hand is.
#[derive(Clone)]
pub struct Login {
    user: String,
    password: Arc<SecretText>,
}

impl Login {
    /// Makes credentials. Neither part is ever shown.
    pub fn new(user: String, password: SecretText) -> Self {
        Self {
            user,
            password: Arc::new(password),
        }
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn password(&self) -> &SecretText {
        &self.password
    }

    /// Returns the header of RFC 7617, marked so that nothing prints it.
    fn basic(&self) -> Option<HeaderValue> {
        let pair = SecretText::new(format!("{}:{}", self.user, self.password.expose()));
        let text = SecretText::new(format!("Basic {}", STANDARD.encode(pair.expose())));
        let mut value = HeaderValue::from_str(text.expose()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Returns how servers of roads are reached: with time for an object of 64 MiB on a slow line.
pub fn connection(proxy: Option<Url>) -> Connection {
    Connection {
        proxy,
        request_timeout: Duration::from_secs(300),
        ..Connection::default()
    }
}

/// Makes bytes the body of a request, with their length also where there are none.
pub(crate) fn with_object(request: RequestBuilder, object: &[u8]) -> RequestBuilder {
    let request = request.header(CONTENT_TYPE, "application/octet-stream");
    if object.is_empty() {
        return request.header(CONTENT_LENGTH, "0");
    }
    request.body(object.to_vec())
}

/// A server and what is said to it.
pub(crate) struct Server {
    client: Client,
    /// Ends with a slash.
    base: Url,
    place: String,
    authorization: Option<HeaderValue>,
}

impl fmt::Debug for Server {
    // A path may say whose folder it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Judges an address and makes a client for it. Opens no connection.
    pub(crate) fn open(
        address: &str,
        login: Option<&Login>,
        connection: &Connection,
    ) -> Result<Self, BadAddress> {
        let mut base = address::parse(address, PlainHttp::Safe)?;
        let path = format!("{}/", base.path().trim_end_matches('/'));
        base.set_path(&path);
        let authorization = match login {
            None => None,
            // The name could not be told from the password (RFC 7617).
            Some(login) if login.user().contains(':') => {
                return Err(BadAddress {
                    what: "a user name must not hold a colon",
                });
            }
            Some(login) => Some(login.basic().ok_or(BadAddress {
                what: "the user name or password holds characters that no server reads",
            })?),
        };
        Ok(Self {
            client: satchel_http::open(&base, connection)?,
            place: host_and_port(&base),
            base,
            authorization,
        })
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request once.
    pub(crate) async fn send(&self, mut request: RequestBuilder) -> Result<Response, BlobError> {
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        // The library's text holds the address, and with it the names of objects.
        let place = || self.place.clone();
        request.send().await.map_err(|error| {
            if satchel_http::is_untrusted(&error) {
                BlobError::Untrusted { place: place() }
            } else {
                BlobError::Unreachable { place: place() }
            }
        })
    }

    /// Reads an answer that holds an object.
    pub(crate) async fn object(&self, response: Response, max: u64) -> Result<Vec<u8>, BlobError> {
        if response.status() != StatusCode::OK {
            return Err(self.refused(&response));
        }
        let limit = usize::try_from(max).unwrap_or(usize::MAX);
        let body = satchel_http::read(response, limit).await;
        body.map_err(|error| match error {
            ReadError::TooLong => BlobError::TooLarge {
                place: self.place.clone(),
                max,
            },
            ReadError::Broken(_) => self.unreachable(),
        })
    }

    /// Reads an answer that holds a list.
    pub(crate) async fn listing(&self, response: Response) -> Result<Vec<u8>, BlobError> {
        let body = satchel_http::read(response, limits::LISTING_BYTES).await;
        body.map_err(|error| match error {
            ReadError::TooLong => self.nonsense("its list is too long"),
            ReadError::Broken(_) => self.unreachable(),
        })
    }

    pub(crate) fn unreachable(&self) -> BlobError {
        BlobError::Unreachable {
            place: self.place.clone(),
        }
    }

    pub(crate) fn nonsense(&self, what: &'static str) -> BlobError {
        BlobError::Nonsense {
            place: self.place.clone(),
            what,
        }
    }

    pub(crate) fn busy(&self, after_s: Option<u32>) -> BlobError {
        BlobError::Busy {
            place: self.place.clone(),
            after_s,
        }
    }

    /// Returns what an answer means that is not what was hoped for.
    pub(crate) fn refused(&self, response: &Response) -> BlobError {
        refused(&self.place, response.status(), response.headers())
    }
}

/// Returns what a status means that is no success (RFC 9110, section 15; RFC 4918, section 11).
pub(crate) fn refused(place: &str, status: StatusCode, headers: &HeaderMap) -> BlobError {
    let place = place.to_owned();
    match status.as_u16() {
        401 | 402 | 403 | 407 | 451 => BlobError::Denied { place },
        404 | 410 => BlobError::NotFound,
        507 => BlobError::Full { place },
        408 | 423 | 425 | 429 | 500 | 502 | 503 | 504 => BlobError::Busy {
            place,
            after_s: after_s(headers),
        },
        413 => BlobError::Nonsense {
            place,
            what: "it takes no object of this size",
        },
        300..=399 => BlobError::Nonsense {
            place,
            what: "it sends requests elsewhere",
        },
        _ => BlobError::Nonsense {
            place,
            what: "its status does not fit the question",
        },
    }
}

/// Reads how many seconds a server wants to be left alone (RFC 9110, section 10.2.3). The form with a date is
/// ignored.
fn after_s(headers: &HeaderMap) -> Option<u32> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_in_no_debug_text() {
        let login = Login::new("alice".to_owned(), SecretText::new("hunter2".to_owned()));
        let server = Server::open(
            "https://example.org/dav/alice",
            Some(&login),
            &connection(None),
        );
        let shown = format!("{login:?} {:?}", server.expect("a good address"));
        // "alice:hunter2" in Base64.
        for word in ["alice", "hunter2", "YWxpY2U6aHVudGVyMg"] {
            assert!(!shown.contains(word), "{shown}");
        }
        let header = format!("{:?}", login.basic());
        assert!(!header.contains("YWxp"), "{header}");
    }

    #[test]
    fn a_login_goes_out_in_clear_to_this_machine_alone() {
        let open = |address: &str| {
            let login = Login::new("a".to_owned(), SecretText::new("b".to_owned()));
            Server::open(address, Some(&login), &connection(None)).map(|server| server.base)
        };
        assert_eq!(
            open("http://example.org/dav").map_err(|bad| bad.what),
            Err("plain http only to this machine")
        );
        for address in ["http://127.0.0.1:8080/dav", "https://example.org/dav//"] {
            let base = open(address).expect("a good address");
            assert!(base.path() == "/dav/", "{base}");
        }
    }

    #[test]
    fn a_login_that_cannot_be_sent_is_refused() {
        for user in ["a:b", "a\nb"] {
            let login = Login::new(user.to_owned(), SecretText::new("x".to_owned()));
            let server = Server::open("https://example.org", Some(&login), &connection(None));
            assert_eq!(server.is_err(), user.contains(':'), "{user:?}");
        }
    }

    #[test]
    fn each_status_says_what_its_owner_can_do() {
        let told = |status: u16, after: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(after) = after {
                headers.insert(RETRY_AFTER, after.parse().expect("plain text"));
            }
            let status = StatusCode::from_u16(status).expect("a status");
            refused("here", status, &headers)
        };
        for status in [401, 403, 407] {
            assert!(matches!(told(status, None), BlobError::Denied { .. }));
        }
        assert_eq!(told(404, None), BlobError::NotFound);
        assert!(matches!(told(507, None), BlobError::Full { .. }));
        for status in [301, 308, 400, 413, 418, 501] {
            assert!(matches!(told(status, None), BlobError::Nonsense { .. }));
        }
        for (after, after_s) in [
            (None, None),
            (Some("17"), Some(17)),
            (Some("-1"), None),
            (Some("Wed, 25 Nov 2026 12:00:00 GMT"), None),
        ] {
            let place = "here".to_owned();
            assert_eq!(told(503, after), BlobError::Busy { place, after_s });
        }
    }
}
