//! A server that answers as it is told to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it does with a call: the result, or the node's no.
pub type Answers = Arc<dyn Fn(&str, &Value) -> Result<Value, (i64, &'static str)> + Send + Sync>;

/// How it answers a request.
#[derive(Clone)]
pub enum Mood {
    /// As a node does.
    Node(Answers),
    /// As a node does, counting requests that are under way; each is held until others had a chance to come.
    Held(Arc<AtomicUsize>, Answers),
    /// With a status and a body.
    Raw(u16, Vec<u8>),
    /// Without an end.
    Endless,
    /// With a length of which little comes.
    Promises(u64),
    /// Not at all.
    Silent,
    /// By closing.
    Closes,
}

/// A running server.
pub struct Server {
    pub url: String,
    mood: Arc<Mutex<Mood>>,
    heads: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let mood = Arc::new(Mutex::new(mood));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (shared, seen) = (Arc::clone(&mood), Arc::clone(&heads));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = shared.lock().expect("no panic").clone();
                tokio::spawn(serve(stream, mood, Arc::clone(&seen)));
            }
        });
        Self {
            url,
            mood,
            heads,
            task,
        }
    }

    pub fn be(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    /// Heads of the requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic").clone()
    }
}

async fn request(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 16 * 1024];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")
                        .map(str::to_owned)
                })
                .and_then(|text| text.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                let body = serde_json::from_slice(&bytes[end + 4..end + 4 + length])
                    .unwrap_or(Value::Null);
                return Some((head, body));
            }
        }
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
}

fn reply(call: &Value, answers: &Answers) -> Value {
    let method = call["method"].as_str().unwrap_or_default();
    match answers(method, &call["params"]) {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": call["id"], "result": result }),
        Err((code, message)) => {
            json!({ "jsonrpc": "2.0", "id": call["id"], "error": { "code": code, "message": message } })
        }
    }
}

async fn serve(mut stream: TcpStream, mood: Mood, heads: Arc<Mutex<Vec<String>>>) {
    let Some((head, body)) = request(&mut stream).await else {
        return;
    };
    heads.lock().expect("no panic").push(head);
    let (status, bytes) = match mood {
        Mood::Held(now, answers) => {
            now.fetch_add(1, Ordering::SeqCst);
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            let value = reply(&body, &answers);
            now.fetch_sub(1, Ordering::SeqCst);
            (200, value.to_string().into_bytes())
        }
        Mood::Node(answers) => {
            let value = match &body {
                Value::Array(calls) => {
                    Value::Array(calls.iter().map(|call| reply(call, &answers)).collect())
                }
                call => reply(call, &answers),
            };
            (200, value.to_string().into_bytes())
        }
        Mood::Raw(status, bytes) => (status, bytes),
        Mood::Endless => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"result\":\"";
            let mut sent = stream.write_all(head.as_bytes()).await;
            let filler = [b'a'; 64 * 1024];
            while sent.is_ok() {
                sent = stream.write_all(&filler).await;
            }
            return;
        }
        Mood::Promises(length) => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{{");
            let _ = stream.write_all(head.as_bytes()).await;
            // Until the other side has had enough.
            let _ = stream.read(&mut [0; 16]).await;
            return;
        }
        Mood::Silent => {
            let _ = stream.read(&mut [0; 16]).await;
            return;
        }
        Mood::Closes => return,
    };
    let head = format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        bytes.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&bytes).await;
}
