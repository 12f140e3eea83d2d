//! An answer that does not wait for the rest of a request must still arrive.
//!
//! Whoever closes a connection on which bytes are still coming makes the system reset it, and a reset can
//! overtake the answer: a client in the middle of sending too large a body would see a broken connection
//! instead of the 413 that says why. So what is left of a refused body is read and thrown away, for a while.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;

/// Most bytes thrown away for one request; twice the largest body that is read.
const MOST: usize = 18_000_000;
/// Longest time that is spent on it.
const LONGEST: Duration = Duration::from_secs(5);

/// Lets refused requests finish sending.
pub async fn linger(request: Request, next: Next) -> Response {
    next.run(request.map(|body| Body::new(Lingering(Some(body)))))
        .await
}

/// A body whose rest is read when it is dropped.
struct Lingering(Option<Body>);

impl HttpBody for Lingering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        match &mut self.0 {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.0
            .as_ref()
            .map_or_else(Default::default, HttpBody::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(body) = self.0.take().filter(|body| !body.is_end_stream()) else {
            return;
        };
        // Without a runtime the server is gone, and its connections with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(tokio::time::timeout(LONGEST, throw_away(body)));
        }
    }
}

async fn throw_away(body: Body) {
    let mut rest = body.into_data_stream();
    let mut read = 0;
    while let Some(Ok(bytes)) = rest.next().await {
        read += bytes.len();
        if read > MOST {
            return;
        }
    }
}
