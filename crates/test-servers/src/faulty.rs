//! What stands between a program and a server and does not do as it should: requests are lost, made twice, made and not
//! answered; lists are old or lack something; what is read is cut off or has a bit turned; what is written arrives in part.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::here::{Here, serve};

/// A server behind which another one stands, until it is dropped.
#[derive(Debug)]
pub struct Faulty {
    here: Here,
    storm: Arc<Storm>,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is never made, and an error answers.
    Lost,
    /// It is made, and an error answers.
    Ambiguous,
    /// It is made twice.
    Doubled,
    /// What is written arrives in part.
    WrittenInPart,
    /// What is read is cut off.
    ReadInPart,
    /// A bit of what is read is turned.
    BitTurned,
    /// A list is as it was before.
    OldList,
    /// A list lacks something.
    Hidden,
}

#[derive(Debug)]
struct Storm {
    upstream: String,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    dice: u64,
    of_hundred: u64,
    is_away: bool,
    /// What each list was, oldest first.
    lists: BTreeMap<String, Vec<Answer>>,
    met: BTreeMap<Fault, usize>,
}

/// How many lists of a path are remembered.
const REMEMBERED: usize = 8;

#[derive(Debug, Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
}

/// A body that is there as a whole.
#[derive(Debug)]
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

impl Faulty {
    /// Stands before a server, by its address, and does as it should. Chance goes by a seed.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn before(upstream: &str, seed: u64) -> Self {
        let upstream = upstream.trim_start_matches("http://");
        let storm = Arc::new(Storm {
            upstream: upstream.trim_end_matches('/').to_owned(),
            inner: Mutex::new(Inner {
                dice: seed,
                of_hundred: 0,
                is_away: false,
                lists: BTreeMap::new(),
                met: BTreeMap::new(),
            }),
        });
        let answering = Arc::clone(&storm);
        let here = serve(service_fn(move |request| {
            let storm = Arc::clone(&answering);
            async move { Ok::<_, Infallible>(storm.answer(request).await) }
        }));
        Self { here, storm }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.here.url
    }

    /// Lets so many of a hundred requests meet a fault.
    pub fn storm(&self, of_hundred: u64) {
        self.storm.inner().of_hundred = of_hundred;
    }

    /// Lets nothing through, or everything.
    pub fn is_away(&self, is_away: bool) {
        self.storm.inner().is_away = is_away;
    }

    /// Returns how many requests met which fault.
    #[must_use]
    pub fn met(&self) -> BTreeMap<Fault, usize> {
        self.storm.inner().met.clone()
    }
}

impl Inner {
    /// SplitMix64.
    fn below(&mut self, end: usize) -> usize {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let drawn = (z ^ (z >> 31)) % u64::try_from(end.max(1)).expect("it fits");
        usize::try_from(drawn).expect("less than what fits")
    }

    /// Draws what becomes of a request.
    fn fate(&mut self, method: &Method, is_list: bool) -> Option<Fault> {
        if (self.below(100) as u64) >= self.of_hundred {
            return None;
        }
        let any = [Fault::Lost, Fault::Ambiguous, Fault::Doubled];
        let own: &[Fault] = match *method {
            _ if is_list => &[Fault::OldList, Fault::Hidden, Fault::ReadInPart],
            Method::GET => &[Fault::ReadInPart, Fault::BitTurned],
            Method::PUT => &[Fault::WrittenInPart],
            _ => &[],
        };
        let all: Vec<Fault> = any.iter().chain(own).copied().collect();
        let at = self.below(all.len());
        let fault = all[at];
        *self.met.entry(fault).or_default() += 1;
        Some(fault)
    }
}

/// Whether a request asks for a list: of a folder, or of a bucket.
fn is_list(method: &Method, path: &str) -> bool {
    method.as_str() == "PROPFIND" || (*method == Method::GET && path.contains("list-type=2"))
}

fn error() -> Answer {
    Answer {
        status: StatusCode::SERVICE_UNAVAILABLE,
        headers: HeaderMap::new(),
        bytes: Bytes::new(),
    }
}

/// Returns a list without one of its entries, the first of which may be of the folder itself.
fn without_one(list: &str, mut which: impl FnMut(usize) -> usize) -> String {
    for (open, close) in [
        ("<D:response", "</D:response>"),
        ("<Contents>", "</Contents>"),
    ] {
        let starts: Vec<_> = list.match_indices(open).map(|(at, _)| at).collect();
        let first = usize::from(open.starts_with("<D:"));
        if starts.len() <= first {
            continue;
        }
        let start = starts[first + which(starts.len() - first)];
        if let Some(len) = list[start..].find(close) {
            return format!("{}{}", &list[..start], &list[start + len + close.len()..]);
        }
    }
    list.to_owned()
}

impl Storm {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Whole> {
        let asks_for_head = request.method() == Method::HEAD;
        let Answer {
            status,
            mut headers,
            bytes,
        } = self.answered(request).await.unwrap_or_else(error);
        // The body is whole here, whatever it was on its way; a head tells the length of one that is not there.
        if !asks_for_head {
            headers.remove(TRANSFER_ENCODING);
            headers.insert(CONTENT_LENGTH, bytes.len().into());
        }
        let mut response = Response::new(Whole(Some(bytes)));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    /// Answers as chance wants it. `None`: the server did not, or nobody is let through.
    async fn answered(&self, request: Request<Incoming>) -> Option<Answer> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query()?.to_string();
        let (fault, asks_for_list) = {
            let mut inner = self.inner();
            if inner.is_away {
                return None;
            }
            let list = is_list(&parts.method, &path);
            (inner.fate(&parts.method, list), list)
        };
        let mut bytes = whole(body).await?;
        if fault == Some(Fault::Lost) {
            return None;
        }
        if fault == Some(Fault::WrittenInPart) {
            let keep = self.inner().below(bytes.len());
            bytes.truncate(keep);
        }
        let ask = || self.ask(&parts.method, &path, &parts.headers, bytes.clone());
        let mut answer = ask().await?;
        match fault {
            Some(Fault::Doubled) => answer = ask().await?,
            Some(Fault::Ambiguous) => return None,
            _ => {}
        }
        let mut inner = self.inner();
        if asks_for_list {
            let before = inner.lists.entry(path).or_default();
            before.push(answer.clone());
            if before.len() > REMEMBERED {
                before.remove(0);
            }
            let (many, before) = (before.len(), before.clone());
            match fault {
                Some(Fault::OldList) => answer = before[inner.below(many)].clone(),
                Some(Fault::Hidden) => {
                    let list = String::from_utf8_lossy(&answer.bytes).into_owned();
                    answer.bytes = without_one(&list, |of| inner.below(of)).into();
                }
                _ => {}
            }
        }
        match fault {
            Some(Fault::ReadInPart) => {
                let keep = inner.below(answer.bytes.len());
                answer.bytes.truncate(keep);
            }
            Some(Fault::BitTurned) if !answer.bytes.is_empty() => {
                let (at, bit) = (inner.below(answer.bytes.len()), inner.below(8));
                let mut turned = answer.bytes.to_vec();
                turned[at] ^= 1 << bit;
                answer.bytes = turned.into();
            }
            _ => {}
        }
        Some(answer)
    }

    /// Hands a request on as it came, so that what was signed of it still is.
    async fn ask(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        bytes: Bytes,
    ) -> Option<Answer> {
        let stream = TcpStream::connect(&self.upstream).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .ok()?;
        let going = tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path);
        let named = request.headers_mut()?;
        *named = headers.clone();
        named.remove(TRANSFER_ENCODING);
        if named.contains_key(CONTENT_LENGTH) || !bytes.is_empty() {
            named.insert(CONTENT_LENGTH, bytes.len().into());
        }
        let request = request.body(Whole(Some(bytes))).ok()?;
        let (parts, body) = sender.send_request(request).await.ok()?.into_parts();
        let bytes = whole(body).await?;
        drop(sender);
        going.abort();
        Some(Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        })
    }
}

async fn whole(body: Incoming) -> Option<Bytes> {
    let mut body = std::pin::pin!(body);
    let mut bytes = Vec::new();
    loop {
        let frame = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await;
        match frame {
            None => return Some(bytes.into()),
            Some(frame) => bytes.extend(frame.ok()?.into_data().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_can_lack_any_entry_but_the_folder_itself() {
        let dav = "<D:m><D:response>self</D:response><D:response>a</D:response></D:m>";
        assert_eq!(
            without_one(dav, |of| of - 1),
            "<D:m><D:response>self</D:response></D:m>"
        );
        let s3 = "<L><Contents>a</Contents><Contents>b</Contents></L>";
        assert_eq!(without_one(s3, |_| 0), "<L><Contents>b</Contents></L>");
        let empty = "<D:m><D:response>self</D:response></D:m>";
        assert_eq!(without_one(empty, |_| 0), empty);
    }
}
