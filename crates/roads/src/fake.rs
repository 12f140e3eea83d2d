//! A server for tests that says whatever it is told to say.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Method and path, with a space between.
    pub(crate) line: String,
    /// Header lines, lower case.
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

/// Bytes of an answer as they go out; the connection is closed after them. `None` is silence.
pub(crate) type Answer = Option<Vec<u8>>;

/// Makes an answer with a status, headers that end with line ends, and a body.
pub(crate) fn answer(status: u16, headers: &str, body: &[u8]) -> Answer {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
        body.len()
    );
    Some([head.as_bytes(), body].concat())
}

type Handler = dyn Fn(&Request) -> Answer + Send + Sync;

/// A running server.
pub(crate) struct Fake {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Fake {
    pub(crate) async fn start(
        handler: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (handler, log): (Arc<Handler>, _) = (Arc::new(handler), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, Arc::clone(&handler), Arc::clone(&log)));
            }
        });
        Self { url, seen, task }
    }

    /// Method and path of all requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.seen()
            .into_iter()
            .map(|request| request.line)
            .collect()
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().expect("no panic").clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, handler: Arc<Handler>, log: Arc<Mutex<Vec<Request>>>) {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let (line, headers) = head.split_once("\r\n").unwrap_or_default();
    let headers = headers.to_ascii_lowercase();
    let len = headers
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|len| len.trim().parse().ok())
        .unwrap_or(0);
    while bytes.len() < head_end + len {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let request = Request {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        headers,
        body: bytes[head_end..].to_vec(),
    };
    log.lock().expect("no panic").push(request.clone());
    match handler(&request) {
        Some(answer) => {
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        // Until the other side gives up.
        None => drop(stream.read_to_end(&mut bytes).await),
    }
}
