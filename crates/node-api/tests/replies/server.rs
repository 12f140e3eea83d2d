//! A node that answers what was recorded, or passes everything on to a real one and records it.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::line::{Line, Lines};

/// Where the answers come from.
pub enum Answering {
    /// From a recording.
    Recorded(Mutex<Lines>),
    /// From a real node.
    Passed {
        url: String,
        cookie: String,
        lines: Arc<Mutex<Vec<Line>>>,
    },
}

/// It, on loopback.
pub struct Server {
    pub url: String,
    answering: Arc<Answering>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Deserialize)]
struct Call {
    id: u64,
    method: String,
    params: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
struct Reply {
    jsonrpc: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Box<RawValue>>,
    id: u64,
}

impl Server {
    pub async fn start(answering: Answering) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answering = Arc::new(answering);
        let shared = Arc::clone(&answering);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self {
            url,
            answering,
            task,
        }
    }

    /// Methods of recorded lines that nobody asked for.
    pub fn unread(&self) -> Vec<String> {
        match &*self.answering {
            Answering::Recorded(lines) => lines.lock().unwrap().left(),
            Answering::Passed { .. } => Vec::new(),
        }
    }
}

/// Reads a message: its first line, the whole head, and a body of the length that the head tells.
async fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 16 * 1024];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().unwrap())
            });
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return Some((head, bytes.split_off(end + 4)));
            }
        }
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
}

async fn serve(mut stream: TcpStream, answering: Arc<Answering>) {
    let Some((head, body)) = message(&mut stream).await else {
        return;
    };
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let wallet = path.strip_prefix("/wallet/").map(str::to_owned);
    let answer = match &*answering {
        Answering::Recorded(lines) => {
            recorded(&mut lines.lock().unwrap(), wallet.as_deref(), &body)
        }
        Answering::Passed { url, cookie, lines } => {
            let answer = passed(url, cookie, &path, &body).await;
            note(
                &mut lines.lock().unwrap(),
                wallet.as_deref(),
                &body,
                &answer,
            );
            answer
        }
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&answer).await;
}

/// Calls of a request, and whether it is a list of them.
fn calls(body: &[u8]) -> (Vec<Call>, bool) {
    match serde_json::from_slice::<Vec<Call>>(body) {
        Ok(calls) => (calls, true),
        Err(_) => (vec![serde_json::from_slice(body).unwrap()], false),
    }
}

fn recorded(lines: &mut Lines, wallet: Option<&str>, body: &[u8]) -> Vec<u8> {
    let (calls, many) = calls(body);
    let replies: Vec<Reply> = calls
        .iter()
        .map(|call| {
            let line = lines.take(wallet, &call.method, &call.params);
            let line = line.unwrap_or_else(|| {
                panic!("not recorded: {wallet:?} {} {}", call.method, call.params)
            });
            Reply {
                jsonrpc: "2.0".to_owned(),
                result: line.result.clone(),
                error: line.error.clone(),
                id: call.id,
            }
        })
        .collect();
    if many {
        serde_json::to_vec(&replies).unwrap()
    } else {
        serde_json::to_vec(&replies[0]).unwrap()
    }
}

/// Asks the real node and returns the body of its answer.
async fn passed(url: &str, cookie: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let place = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(place).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {place}\r\nauthorization: Basic {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        STANDARD.encode(cookie),
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    message(&mut stream).await.unwrap().1
}

fn note(lines: &mut Vec<Line>, wallet: Option<&str>, body: &[u8], answer: &[u8]) {
    let (calls, many) = calls(body);
    let replies: Vec<Reply> = if many {
        serde_json::from_slice(answer).unwrap()
    } else {
        vec![serde_json::from_slice(answer).unwrap()]
    };
    for (call, reply) in calls.into_iter().zip(replies) {
        assert_eq!(call.id, reply.id);
        lines.push(Line {
            wallet: wallet.map(str::to_owned),
            method: call.method,
            params: call.params,
            result: reply.result,
            error: reply.error,
        });
    }
}
