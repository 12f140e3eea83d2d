//! Bitcoin Core's JSON-RPC: one call, or many in one request.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use satchel_http::{ReadError, read_cut};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use url::Url;

use crate::text::{ERROR_WORDS, cut};
use crate::{Credential, NodeAddress, NodeError, Way};

/// Calls in one request; more are sent as several.
const BATCH: usize = 500;
/// Requests under way at a time. Core lets 16 wait for its four threads, and tells the next one that it is busy.
const AT_A_TIME: usize = 8;
/// Bytes read of an answer that is no success.
const ERROR_BYTES: usize = 64 * 1024;
/// Longest name of a wallet, in bytes.
const WALLET_NAME: usize = 200;
/// Core's number while it starts.
const IN_WARMUP: i64 = -28;

/// How long is waited and how much is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time for making a connection.
    pub connect: Duration,
    /// Time for a usual request, to the last byte of its answer.
    pub request: Duration,
    /// Time for what the node takes long for: mining many blocks, looking through all unspent outputs.
    pub slow: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(30),
            slow: Duration::from_secs(600),
        }
    }
}

/// How large an answer may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Size {
    /// Figures: 256 KiB.
    Small,
    /// A page of blocks, transactions or addresses: 16 MiB.
    Page,
    /// The ids of all that waits: 64 MiB.
    Large,
}

impl Size {
    const fn bytes(self) -> usize {
        match self {
            Self::Small => 256 * 1024,
            Self::Page => 16 * 1024 * 1024,
            Self::Large => 64 * 1024 * 1024,
        }
    }
}

/// A method with its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: &'static str,
    params: Box<RawValue>,
}

impl Call {
    /// Makes a call; `params` is an array or an object.
    pub(crate) fn new(method: &'static str, params: &impl Serialize) -> Self {
        let params = serde_json::value::to_raw_value(params)
            .expect("parameters are plain values, which JSON has");
        Self { method, params }
    }

    /// Makes a call without parameters.
    pub(crate) fn bare(method: &'static str) -> Self {
        Self::new(method, &[(); 0])
    }
}

#[derive(Serialize)]
struct Request<'a> {
    jsonrpc: &'static str,
    id: u64,
    method: &'a str,
    params: &'a RawValue,
}

#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Fault>,
    #[serde(default)]
    id: Option<u64>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
}

impl Fault {
    fn into_error(self) -> NodeError {
        if self.code == IN_WARMUP {
            return NodeError::Busy;
        }
        NodeError::Refused {
            code: self.code,
            message: cut(&self.message, ERROR_WORDS),
        }
    }
}

impl Reply<'_> {
    fn read<T: DeserializeOwned>(self) -> Result<T, NodeError> {
        if let Some(fault) = self.error {
            return Err(fault.into_error());
        }
        let text = self.result.map_or("null", RawValue::get);
        serde_json::from_str(text).map_err(|_| NodeError::nonsense("its result has another form"))
    }
}

/// Reads the answer to one call.
pub(crate) fn one<T: DeserializeOwned>(body: &[u8], id: u64) -> Result<T, NodeError> {
    let reply: Reply<'_> = serde_json::from_slice(body)
        .map_err(|_| NodeError::nonsense("it is no answer of a node"))?;
    // An error about the request as a whole has no id.
    if reply.id != Some(id) && reply.error.is_none() {
        return Err(NodeError::nonsense("it answers another question"));
    }
    reply.read()
}

/// Reads the answers to `count` calls with ids from `first` on, in whatever order they come.
pub(crate) fn many<T: DeserializeOwned>(
    body: &[u8],
    first: u64,
    count: usize,
) -> Result<Vec<Result<T, NodeError>>, NodeError> {
    // An error about the request as a whole is a single object.
    if body.trim_ascii_start().first() == Some(&b'{') {
        return match one::<serde::de::IgnoredAny>(body, first) {
            Err(error) => Err(error),
            Ok(_) => Err(NodeError::nonsense("it answers one of several questions")),
        };
    }
    let replies: Vec<Reply<'_>> = serde_json::from_slice(body)
        .map_err(|_| NodeError::nonsense("it is no answer of a node"))?;
    if replies.len() != count {
        return Err(NodeError::nonsense(
            "it answers more or fewer questions than asked",
        ));
    }
    let mut answers: Vec<Option<Result<T, NodeError>>> = Vec::new();
    answers.resize_with(count, || None);
    for reply in replies {
        let place = reply
            .id
            .and_then(|id| id.checked_sub(first))
            .and_then(|at| usize::try_from(at).ok());
        let slot = place.and_then(|at| answers.get_mut(at));
        match slot {
            Some(slot @ None) => *slot = Some(reply.read()),
            _ => return Err(NodeError::nonsense("it answers another question")),
        }
    }
    Ok(answers.into_iter().flatten().collect())
}

/// A node's JSON-RPC.
pub struct Rpc {
    client: Client,
    address: NodeAddress,
    credential: Credential,
    way: Way,
    next: AtomicU64,
    slots: Semaphore,
}

impl fmt::Debug for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rpc")
            .field("address", &self.address.as_str())
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl Rpc {
    /// Makes a client. Opens no connection.
    ///
    /// # Errors
    /// [`NodeError::BadAddress`]: an onion address needs a proxy.
    pub fn new(
        address: NodeAddress,
        credential: Credential,
        way: impl Into<Way>,
    ) -> Result<Self, NodeError> {
        let way = way.into();
        Ok(Self {
            client: way.client(&address, way.limits.slow, AT_A_TIME)?,
            address,
            credential,
            way,
            next: AtomicU64::new(1),
            slots: Semaphore::new(AT_A_TIME),
        })
    }

    /// Returns the node's address.
    pub fn address(&self) -> &NodeAddress {
        &self.address
    }

    /// Makes one call, of a wallet if one is named.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        wallet: Option<&str>,
        call: &Call,
        size: Size,
    ) -> Result<T, NodeError> {
        self.timed(wallet, call, size, self.way.limits.request)
            .await
    }

    /// Makes a call that the node may take long for.
    pub(crate) async fn slow<T: DeserializeOwned>(
        &self,
        wallet: Option<&str>,
        call: &Call,
        size: Size,
    ) -> Result<T, NodeError> {
        self.timed(wallet, call, size, self.way.limits.slow).await
    }

    async fn timed<T: DeserializeOwned>(
        &self,
        wallet: Option<&str>,
        call: &Call,
        size: Size,
        time: Duration,
    ) -> Result<T, NodeError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let body = body(&request(call, id))?;
        let answer = self.post(wallet, body, size, time).await?;
        one(&answer, id)
    }

    /// Makes many calls, 500 in a request. The answers are in the order of the calls.
    ///
    /// # Errors
    /// When a request as a whole failed; what single calls led to is in the list.
    pub(crate) async fn batch<T: DeserializeOwned>(
        &self,
        calls: &[Call],
        size: Size,
    ) -> Result<Vec<Result<T, NodeError>>, NodeError> {
        let mut answers = Vec::with_capacity(calls.len());
        for calls in calls.chunks(BATCH) {
            let first = self.next.fetch_add(calls.len() as u64, Ordering::Relaxed);
            let requests: Vec<Request<'_>> = (first..)
                .zip(calls)
                .map(|(id, call)| request(call, id))
                .collect();
            let body = body(&requests)?;
            let answer = self.post(None, body, size, self.way.limits.request).await?;
            answers.extend(many(&answer, first, calls.len())?);
        }
        Ok(answers)
    }

    async fn post(
        &self,
        wallet: Option<&str>,
        body: Vec<u8>,
        size: Size,
        time: Duration,
    ) -> Result<Vec<u8>, NodeError> {
        let url = self.endpoint(wallet)?;
        // Never closed. The time of a request begins when it is its turn.
        let _slot = self.slots.acquire().await;
        let mut renewed = false;
        loop {
            let header = self.credential.header()?;
            let sent = self
                .send(url.clone(), header, body.clone(), size, time)
                .await;
            // The node was started anew since the cookie was read; nothing was done under the old one.
            if sent == Err(NodeError::Unauthorized) && self.credential.may_be_renewed() && !renewed
            {
                renewed = true;
                continue;
            }
            return sent;
        }
    }

    async fn send(
        &self,
        url: Url,
        header: Option<(HeaderName, HeaderValue)>,
        body: Vec<u8>,
        size: Size,
        time: Duration,
    ) -> Result<Vec<u8>, NodeError> {
        let mut request = self
            .client
            .post(url)
            .timeout(time)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(self.way.why(&self.address, &error).await),
        };
        taken(response, size.bytes()).await
    }

    fn endpoint(&self, wallet: Option<&str>) -> Result<Url, NodeError> {
        let mut url = self.address.url().clone();
        let Some(name) = wallet else { return Ok(url) };
        // As steps in a path these two would lead elsewhere.
        let odd = matches!(name, "." | "..")
            || name.len() > WALLET_NAME
            || name.chars().any(char::is_control);
        if odd {
            return Err(NodeError::Refused {
                code: NodeError::NO_WALLET,
                message: "a wallet of this name cannot be asked for".to_owned(),
            });
        }
        match url.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().push("wallet").push(name),
            Err(()) => {
                return Err(NodeError::BadAddress {
                    what: "nothing can be appended to it",
                });
            }
        };
        Ok(url)
    }
}

fn request(call: &Call, id: u64) -> Request<'_> {
    Request {
        jsonrpc: "2.0",
        id,
        method: call.method,
        params: &call.params,
    }
}

fn body(requests: &impl Serialize) -> Result<Vec<u8>, NodeError> {
    serde_json::to_vec(requests).map_err(|_| NodeError::nonsense("the question cannot be written"))
}

/// Says what a failure of the HTTP library means; its own text holds the address and is dropped.
pub(crate) fn broken(error: &reqwest::Error) -> NodeError {
    if error.is_timeout() {
        NodeError::TimedOut
    } else {
        NodeError::Unreachable
    }
}

/// Reads an answer of any status up to a limit. The nodes of old send errors with HTTP 500 and 404.
pub(crate) async fn taken(response: Response, limit: usize) -> Result<Vec<u8>, NodeError> {
    let status = response.status();
    if status.is_success() {
        return satchel_http::read(response, limit)
            .await
            .map_err(|error| match error {
                ReadError::TooLong => NodeError::TooLong,
                ReadError::Broken(error) => broken(&error),
            });
    }
    let busy = matches!(
        status,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
    );
    if status.is_redirection() {
        return Err(NodeError::nonsense("it sends requests elsewhere"));
    }
    let body = read_cut(response, ERROR_BYTES).await;
    if serde_json::from_slice::<Reply<'_>>(&body).is_ok_and(|reply| reply.error.is_some()) {
        return Ok(body);
    }
    Err(match status {
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => NodeError::Unauthorized,
        _ if busy => NodeError::Busy,
        _ => NodeError::Http {
            status: status.as_u16(),
            body: cut(&String::from_utf8_lossy(&body), ERROR_WORDS),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_result_or_the_node_s_no() {
        assert_eq!(
            one::<u32>(br#"{"jsonrpc":"2.0","result":7,"id":3}"#, 3),
            Ok(7)
        );
        assert_eq!(
            one::<u32>(br#"{"result":7,"error":null,"id":3}"#, 3),
            Ok(7),
            "as nodes of old answer"
        );
        assert_eq!(
            one::<Option<u32>>(br#"{"result":null,"error":null,"id":3}"#, 3),
            Ok(None)
        );
        let refused = one::<u32>(
            br#"{"result":null,"error":{"code":-5,"message":"Block not\nfound"},"id":3}"#,
            3,
        );
        assert_eq!(
            refused,
            Err(NodeError::Refused {
                code: -5,
                message: "Block notfound".to_owned()
            })
        );
        let starting = one::<u32>(br#"{"error":{"code":-28,"message":"Loading"},"id":3}"#, 3);
        assert_eq!(starting, Err(NodeError::Busy));
    }

    #[test]
    fn an_answer_to_another_question_is_none() {
        for body in [
            &br#"{"result":7,"id":4}"#[..],
            br#"{"result":7}"#,
            br#"{"result":"7","id":3}"#,
            br#"{"id":3}"#,
            br#"[]"#,
            br#"7"#,
            b"",
            b"<html>",
        ] {
            assert!(
                matches!(one::<u32>(body, 3), Err(NodeError::Nonsense { .. })),
                "{body:?}"
            );
        }
    }

    #[test]
    fn answers_to_many_come_in_any_order_and_each_once() {
        let body = br#"[{"result":2,"id":11},{"error":{"code":-8,"message":"no"},"id":12},{"result":1,"id":10}]"#;
        let answers = many::<u32>(body, 10, 3).expect("all three");
        assert_eq!(answers[0], Ok(1));
        assert_eq!(answers[1], Ok(2));
        assert!(answers[2].as_ref().is_err_and(|error| error.is_code(-8)));
        for body in [
            &br#"[{"result":1,"id":10}]"#[..],
            br#"[{"result":1,"id":10},{"result":1,"id":10}]"#,
            br#"[{"result":1,"id":10},{"result":1,"id":9}]"#,
            br#"[{"result":1,"id":10},{"result":1}]"#,
            br#"{"result":1,"id":10}"#,
            b"",
        ] {
            assert!(many::<u32>(body, 10, 2).is_err(), "{body:?}");
        }
        let whole = many::<u32>(
            br#"{"error":{"code":-32600,"message":"no"},"id":null}"#,
            10,
            2,
        );
        assert!(whole.is_err_and(|error| error.is_code(-32_600)));
    }

    #[test]
    fn a_wallet_s_name_is_one_step_of_the_path() {
        let address = NodeAddress::parse("http://127.0.0.1:1/node/", false).expect("an address");
        let rpc = Rpc::new(address, Credential::None, Limits::default()).expect("a client");
        let path = |name: &str| rpc.endpoint(Some(name)).map(|url| url.path().to_owned());
        assert_eq!(path("a").as_deref(), Ok("/node/wallet/a"));
        assert_eq!(path("").as_deref(), Ok("/node/wallet/"));
        assert_eq!(
            path("a/../b?c#d").as_deref(),
            Ok("/node/wallet/a%2F..%2Fb%3Fc%23d")
        );
        for name in [".", "..", "a\nb", &"a".repeat(201)] {
            assert!(path(name).is_err(), "{name}");
        }
        assert_eq!(
            rpc.endpoint(None)
                .map(|url| url.path().to_owned())
                .as_deref(),
            Ok("/node/")
        );
    }
}
