//! What real nodes of Bitcoin Core answered, read by the typed clients.
//!
//! Each file `core-VERSION.jsonl` has a line for each call of [`session`] with the node's reply as it came, digit by
//! digit; the first line says who answered. They are recorded by hand from a `bitcoind` on regtest:
//!
//! `BITCOIND_EXE=… cargo test -p satchel-node-api --test replies -- --ignored record`
#![allow(missing_docs, clippy::unwrap_used)] // Tests.

mod line;
mod server;
mod session;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use satchel_node_api::{AdminClient, Credential, Limits, NodeAddress};
use satchel_test_servers::Bitcoind;

use line::{Line, Lines};
use server::{Answering, Server};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/replies")
}

fn client(url: &str) -> AdminClient {
    let address = NodeAddress::parse(url, false).unwrap();
    AdminClient::new(address, Credential::None, Limits::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_reply_is_read() {
    let mut read = Vec::new();
    for file in std::fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|kind| kind != "jsonl") {
            continue;
        }
        let lines = Lines::parse(&std::fs::read_to_string(&path).unwrap());
        let count = lines.len();
        let server = Server::start(Answering::Recorded(Mutex::new(lines))).await;
        session::run(&client(&server.url)).await;
        let unread = server.unread();
        assert!(unread.is_empty(), "{}: {unread:?}", path.display());
        read.push(count);
    }
    assert!(!read.is_empty(), "nothing is recorded");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a bitcoind: BITCOIND_EXE names it. Writes its replies into the tree"]
async fn record() {
    let node = Bitcoind::start(&["-txindex=1"]);
    let cookie = std::fs::read_to_string(node.cookie_file()).unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let server = Server::start(Answering::Passed {
        url: node.url(),
        cookie,
        lines: Arc::clone(&lines),
    })
    .await;
    let version = session::run(&client(&server.url)).await;
    let lines = lines.lock().unwrap();
    // 289900 is 28.99: a build between two releases.
    let name = format!("core-{}.{}.jsonl", version / 10_000, version / 100 % 100);
    let text: String = lines.iter().map(Line::text).collect();
    std::fs::write(folder().join(name), text).unwrap();
}
