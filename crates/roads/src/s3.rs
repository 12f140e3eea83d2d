//! S3-compatible storage: AWS, MinIO, Ceph, Cloudflare R2, Backblaze B2, Garage.
//!
//! Objects lie under `<circle>/<name>` in a bucket that is there already. Requests are signed as addresses
//! (AWS Signature Version 4 in the query), so that the one client of the house sends them.

mod page;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{RequestBuilder, Response, StatusCode, header};
use rusty_s3::actions::S3Action;
use rusty_s3::{Bucket, Credentials, UrlStyle};
use satchel_http::{BadAddress, Connection, read_cut};
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::{BlobName, CircleId};
use tokio_util::sync::CancellationToken;

pub(crate) use page::{Page, page};

use crate::limits;
use crate::web::{Login, Server, refused, with_object};

/// How long a signed address may be used. It is used at once; more than its time on the way is not needed.
const VALID: Duration = Duration::from_secs(600);

/// How much of the text of an error is looked at.
const ERROR_BYTES: usize = 4_096;

/// Where a bucket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Place {
    /// The server, without the bucket: `https://s3.example.org`.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// What the server calls its region; `us-east-1` where it has none.
    pub region: String,
}

/// A circle's folder in a bucket.
pub struct S3 {
    server: Server,
    bucket: Bucket,
    login: Login,
    /// What keys begin with, with a slash at its end.
    folder: String,
}

impl S3 {
    /// Makes a hand to a bucket. Opens no connection. `login` is the access key's id and its secret; `connection`
    /// is best [`connection`](crate::connection).
    ///
    /// # Errors
    /// What is wrong with the address, a name or the proxy. Plain http is for this machine and onion services only.
    pub fn open(
        place: &S3Place,
        circle: CircleId,
        login: Login,
        connection: &Connection,
    ) -> Result<Self, BadAddress> {
        let is_plain = |text: &str, most: usize| {
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            (1..=most).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with('.')
        };
        if !is_plain(&place.bucket, 63) {
            return Err(BadAddress {
                what: "a bucket's name has letters, digits, dots and dashes",
            });
        }
        if !is_plain(&place.region, 63) {
            return Err(BadAddress {
                what: "a region's name has letters, digits and dashes",
            });
        }
        let server = Server::open(&place.endpoint, None, connection)?;
        let bucket = Bucket::new(
            server.base().clone(),
            UrlStyle::Path,
            place.bucket.clone(),
            place.region.clone(),
        );
        Ok(Self {
            bucket: bucket.map_err(|_| BadAddress {
                what: "it is no web address",
            })?,
            server,
            login,
            folder: format!("{circle}/"),
        })
    }

    fn key(&self, name: &BlobName) -> String {
        format!("{}{name}", self.folder)
    }

    /// Returns what requests are signed with, for one request: the copy is wiped after it.
    fn credentials(&self) -> Credentials {
        Credentials::new(self.login.user(), self.login.password().expose())
    }

    /// Lists the circles whose objects lie in the bucket.
    ///
    /// # Errors
    /// [`BlobError`]; a bucket that is not there does not answer.
    pub async fn circles(&self) -> Result<Vec<CircleId>, BlobError> {
        let mut circles: Vec<CircleId> = Vec::new();
        let mut from = From::Start;
        let mut last: Option<String> = None;
        for _ in 0..limits::PAGES {
            let page = self.page("", &from).await?;
            for (key, ..) in page.objects {
                if last.as_ref().is_some_and(|last| *last >= key) {
                    return Err(self.server.nonsense("its list goes in circles"));
                }
                let circle = key.split('/').next().and_then(|first| first.parse().ok());
                circles.extend(circle.filter(|circle| !circles.contains(circle)));
                last = Some(key);
            }
            if circles.len() > limits::CIRCLES {
                return Err(self
                    .server
                    .nonsense("there are more circles than a place has"));
            }
            from = match (page.is_truncated, &last) {
                (false, _) => return Ok(circles),
                (true, Some(last)) => From::Key(behind(last)),
                (true, None) => break,
            };
        }
        Err(self.server.nonsense("its list has no end"))
    }

    async fn page(&self, prefix: &str, from: &From) -> Result<Page, BlobError> {
        let credentials = self.credentials();
        // `ListObjectsV2` is a GET of the bucket itself; the library's own knows no list that was cut without a token.
        let mut list = self.bucket.get_object(Some(&credentials), "");
        let query = list.query_mut();
        query.insert("list-type", "2");
        query.insert("encoding-type", "url");
        query.insert("prefix", prefix);
        match from {
            From::Start => {}
            From::Token(token) => query.insert("continuation-token", &**token),
            From::Key(key) => query.insert("start-after", &**key),
        }
        let request = self.server.client().get(list.sign(VALID));
        let response = self.server.send(request).await?;
        match response.status() {
            StatusCode::OK => {}
            // There is no such bucket.
            StatusCode::NOT_FOUND => return Err(self.server.unreachable()),
            _ => return Err(self.refused(response).await),
        }
        let body = self.server.listing(response).await?;
        page(&body).map_err(|what| self.server.nonsense(what))
    }

    async fn all(&self) -> Result<Vec<Listed>, BlobError> {
        let mut all = Vec::new();
        let mut from = From::Start;
        let mut last: Option<String> = None;
        for _ in 0..limits::PAGES {
            let page = self.page(&self.folder, &from).await?;
            for (key, len, tag) in page.objects {
                let Some(name) = key.strip_prefix(&self.folder) else {
                    return Err(self.server.nonsense("it lists what was not asked for"));
                };
                // Keys come in order, so that a page that repeats what was there is found.
                if last.as_ref().is_some_and(|last| *last >= key) {
                    return Err(self.server.nonsense("its list goes in circles"));
                }
                if let Ok(name) = name.parse() {
                    all.push(Listed { name, len, tag });
                }
                last = Some(key);
            }
            if all.len() > limits::OBJECTS {
                return Err(self
                    .server
                    .nonsense("there are more objects than a circle has"));
            }
            // A list that says that it was cut goes on, also where the server gives no token: it is never taken for
            // a whole one.
            from = match (page.token, page.is_truncated, &last) {
                (_, false, _) => return Ok(all),
                (Some(token), true, _) => From::Token(token),
                (None, true, Some(last)) => From::Key(last.clone()),
                (None, true, None) => break,
            };
        }
        Err(self.server.nonsense("its list has no end"))
    }

    async fn has(&self, key: &str) -> Result<bool, BlobError> {
        let credentials = self.credentials();
        let url = self.bucket.head_object(Some(&credentials), key).sign(VALID);
        let response = self.server.send(self.server.client().head(url)).await?;
        match response.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(self.refused(response).await),
        }
    }

    /// Makes a request to put an object, if wanted only where there is none.
    fn putting(&self, key: &str, object: &[u8], new: bool) -> RequestBuilder {
        let credentials = self.credentials();
        let mut put = self.bucket.put_object(Some(&credentials), key);
        if new {
            put.headers_mut().insert("if-none-match", "*");
        }
        let request = with_object(self.server.client().put(put.sign(VALID)), object);
        if new {
            return request.header(header::IF_NONE_MATCH, "*");
        }
        request
    }

    async fn put(&self, key: &str, object: &[u8], new: bool) -> Result<Put, BlobError> {
        let response = self.server.send(self.putting(key, object, new)).await?;
        match response.status() {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(Put::New),
            StatusCode::PRECONDITION_FAILED if new => Ok(Put::Existed),
            // Somebody is putting it at this moment.
            StatusCode::CONFLICT if new => Err(self.server.busy(None)),
            StatusCode::NOT_FOUND => Err(self.server.unreachable()),
            _ => Err(self.refused(response).await),
        }
    }

    /// Returns what a refusal means. Some say only in a text that there is no room.
    async fn refused(&self, response: Response) -> BlobError {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = read_cut(response, ERROR_BYTES).await;
        let says = |code: &str| text.windows(code.len()).any(|w| w == code.as_bytes());
        if status.is_client_error() && (says("QuotaExceeded") || says("StorageFull")) {
            return BlobError::Full {
                place: self.server.place().to_owned(),
            };
        }
        refused(self.server.place(), status, &headers)
    }
}

/// Returns where a list goes on that need not see the rest of a circle: behind its last possible key.
fn behind(key: &str) -> String {
    match key.split_once('/') {
        // The digit that comes after a slash.
        Some((circle, _)) if circle.parse::<CircleId>().is_ok() => format!("{circle}0"),
        _ => key.to_owned(),
    }
}

/// Where a page begins.
enum From {
    Start,
    Token(String),
    Key(String),
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("place", &self.server.place())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for S3 {
    fn place(&self) -> &str {
        self.server.place()
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(BlobError::Cancelled),
            listed = self.all() => listed,
        }
    }

    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError> {
        let request = {
            let (key, credentials) = (self.key(name), self.credentials());
            let get = self.bucket.get_object(Some(&credentials), &key);
            self.server.client().get(get.sign(VALID))
        };
        let response = self.server.send(request).await?;
        match response.status() {
            StatusCode::OK | StatusCode::NOT_FOUND => self.server.object(response, max).await,
            _ => Err(self.refused(response).await),
        }
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        let key = self.key(name);
        // Not every server keeps to the condition, and some know it not at all.
        if self.has(&key).await? {
            return Ok(Put::Existed);
        }
        match self.put(&key, object, true).await {
            Err(BlobError::Nonsense { .. }) => self.put(&key, object, false).await,
            put => put,
        }
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.put(&self.key(name), object, false).await.map(drop)
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        let request = {
            let (key, credentials) = (self.key(name), self.credentials());
            let delete = self.bucket.delete_object(Some(&credentials), &key);
            self.server.client().delete(delete.sign(VALID))
        };
        let response = self.server.send(request).await?;
        match response.status() {
            StatusCode::OK | StatusCode::NO_CONTENT | StatusCode::NOT_FOUND => Ok(()),
            _ => Err(self.refused(response).await),
        }
    }
}

#[cfg(test)]
mod tests;
