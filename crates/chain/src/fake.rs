//! A server for tests that says whatever it is told to say.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use bitcoin::absolute::LockTime;
use bitcoin::hashes::{Hash, sha256};
use bitcoin::hex::DisplayHex;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
    consensus,
};
use satchel_ports::{ChainConnector, ChainSource};
use satchel_types::{Backend, BackendKind, BlockRef};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::{EsploraConnector, HttpSettings};

/// What the server does with one request.
pub(crate) enum Answer {
    /// A proper answer.
    Full(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes as they are, then the connection is closed.
    Cut(Vec<u8>),
    /// A body that never ends.
    Endless,
    /// Nothing at all.
    Silent,
    /// This text with status 200, once there is a permit.
    Held(Arc<Semaphore>, String),
}

impl Answer {
    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::Full(status, Vec::new(), text.into().into_bytes())
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::text(200, value.to_string())
    }

    pub(crate) fn with(status: u16, header: (&'static str, &str)) -> Self {
        Self::Full(status, vec![(header.0, header.1.to_owned())], Vec::new())
    }
}

type Handler = dyn Fn(&str, &str) -> Answer + Send + Sync;

/// A running server.
pub(crate) struct Fake {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
    /// Request lines and headers as they came.
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Fake {
    /// Starts a server; the handler gets the path and the body.
    pub(crate) async fn start(
        handler: impl Fn(&str, &str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/api", listener.local_addr().expect("bound"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Handler> = Arc::new(handler);
        let log = (Arc::clone(&asked), Arc::clone(&heads));
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, Arc::clone(&handler), log.clone()));
            }
        });
        Self {
            url,
            asked,
            heads,
            task,
        }
    }

    /// Starts a server that plays a world.
    pub(crate) async fn play(world: &Arc<Mutex<World>>) -> Self {
        let world = Arc::clone(world);
        Self::start(move |path, _| lock(&world).answer(path)).await
    }

    /// Paths asked for so far, without the base.
    pub(crate) fn asked(&self) -> Vec<String> {
        lock(&self.asked).clone()
    }

    /// How often a path that starts so was asked for.
    pub(crate) fn count(&self, start: &str) -> usize {
        self.asked().iter().filter(|p| p.starts_with(start)).count()
    }

    /// A source that asks this server, with short pauses.
    pub(crate) fn source(&self) -> Arc<dyn ChainSource> {
        self.source_with(settings())
    }

    pub(crate) fn source_with(&self, settings: HttpSettings) -> Arc<dyn ChainSource> {
        EsploraConnector::new(settings)
            .connect(&Backend {
                network: bitcoin::Network::Regtest,
                kind: BackendKind::Esplora,
                url: self.url.clone(),
            })
            .expect("a loopback address")
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn settings() -> HttpSettings {
    HttpSettings {
        retry_pause: std::time::Duration::from_millis(1),
        ..HttpSettings::default()
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while holding it")
}

type Log = (Arc<Mutex<Vec<String>>>, Arc<Mutex<Vec<String>>>);

async fn serve(mut stream: TcpStream, handler: Arc<Handler>, log: Log) {
    let mut buffer = Vec::new();
    loop {
        let Some((head, path, body)) = read_request(&mut stream, &mut buffer).await else {
            return;
        };
        let path = path.strip_prefix("/api").unwrap_or(&path).to_owned();
        lock(&log.0).push(path.clone());
        lock(&log.1).push(head);
        let answer = match handler(&path, &body) {
            Answer::Held(permits, text) => {
                permits.acquire().await.expect("never closed").forget();
                Answer::text(200, text)
            }
            answer => answer,
        };
        let done = match answer {
            Answer::Full(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                head.push_str("\r\n");
                let whole = [head.into_bytes(), body].concat();
                stream.write_all(&whole).await.is_err()
            }
            Answer::Cut(bytes) => {
                let _ = stream.write_all(&bytes).await;
                true
            }
            Answer::Endless => {
                let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                let chunk = format!("1000\r\n{}\r\n", "[".repeat(0x1000));
                let mut sent = stream.write_all(head).await;
                while sent.is_ok() {
                    sent = stream.write_all(chunk.as_bytes()).await;
                }
                true
            }
            Answer::Silent | Answer::Held(..) => {
                std::future::pending::<()>().await;
                true
            }
        };
        if done {
            return;
        }
    }
}

async fn read_request(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> Option<(String, String, String)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec()).ok()?;
            let length: usize = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(Some(0), |(_, value)| value.trim().parse().ok())?;
            if buffer.len() >= end + 4 + length {
                let body = String::from_utf8(buffer[end + 4..end + 4 + length].to_vec()).ok()?;
                buffer.drain(..end + 4 + length);
                let path = head.split(' ').nth(1)?.to_owned();
                return Some((head, path, body));
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// A transaction in Esplora's JSON.
pub(crate) fn tx_json(
    tx: &Transaction,
    block: Option<(BlockRef, u32)>,
    prevouts: &[TxOut],
) -> Value {
    let out = |out: &TxOut| {
        json!({
            "scriptpubkey": out.script_pubkey.to_hex_string(),
            "scriptpubkey_asm": "",
            "scriptpubkey_type": "unknown",
            "value": out.value.to_sat(),
        })
    };
    let vin: Vec<Value> = tx
        .input
        .iter()
        .enumerate()
        .map(|(i, input)| {
            json!({
                "txid": input.previous_output.txid,
                "vout": input.previous_output.vout,
                "prevout": prevouts.get(i).map(out),
                "scriptsig": input.script_sig.to_hex_string(),
                "scriptsig_asm": "",
                "witness": input.witness.iter().map(|w| w.to_lower_hex_string()).collect::<Vec<_>>(),
                "is_coinbase": input.previous_output.is_null(),
                "sequence": input.sequence.0,
            })
        })
        .collect();
    json!({
        "txid": tx.compute_txid(),
        "version": tx.version.0,
        "locktime": tx.lock_time.to_consensus_u32(),
        "vin": vin,
        "vout": tx.output.iter().map(out).collect::<Vec<_>>(),
        "size": tx.total_size(),
        "weight": tx.weight().to_wu(),
        "fee": 0,
        "status": match block {
            Some((block, time)) => json!({
                "confirmed": true,
                "block_height": block.height,
                "block_hash": block.hash,
                "block_time": time,
            }),
            None => json!({"confirmed": false}),
        },
    })
}

/// A script with a number.
pub(crate) fn script(n: u32) -> ScriptBuf {
    ScriptBuf::from_bytes([&[0x00, 0x14][..], &[0; 16], &n.to_be_bytes()].concat())
}

/// A transaction that pays to a script; `salt` makes it unique.
pub(crate) fn payment(to: &ScriptBuf, salt: u32) -> Transaction {
    let from = Txid::hash(&salt.to_le_bytes());
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(from, 0),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::from_slice(&[salt.to_le_bytes()]),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(1_000 + u64::from(salt)),
            script_pubkey: to.clone(),
        }],
    }
}

/// Chain, mempool and histories of an honest server.
#[derive(Default)]
pub(crate) struct World {
    blocks: Vec<BlockHash>,
    txs: HashMap<Txid, (Transaction, Option<u32>)>,
    /// Newest first is not needed here; rows are sorted when asked for.
    histories: HashMap<String, Vec<Txid>>,
    next_hash: u32,
}

impl World {
    /// A chain with a tip at this height.
    pub(crate) fn new(height: u32) -> Self {
        let mut world = Self::default();
        world.mine(height + 1);
        world
    }

    pub(crate) fn shared(self) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(self))
    }

    /// Adds empty blocks.
    pub(crate) fn mine(&mut self, count: u32) {
        for _ in 0..count {
            self.next_hash += 1;
            let hash = BlockHash::hash(&self.next_hash.to_le_bytes());
            self.blocks.push(hash);
        }
    }

    /// Replaces the last blocks by one more; their transactions wait again.
    pub(crate) fn reorg(&mut self, depth: u32) {
        let keep = self.blocks.len() - depth as usize;
        self.blocks.truncate(keep);
        for (_, place) in self.txs.values_mut() {
            *place = place.filter(|height| (*height as usize) < keep);
        }
        self.mine(depth + 1);
    }

    pub(crate) fn tip(&self) -> BlockRef {
        self.at(self.blocks.len() as u32 - 1)
    }

    pub(crate) fn at(&self, height: u32) -> BlockRef {
        BlockRef {
            height,
            hash: self.blocks[height as usize],
        }
    }

    /// Adds a transaction to the history of scripts; in a block, or waiting.
    pub(crate) fn add(&mut self, tx: &Transaction, scripts: &[ScriptBuf], height: Option<u32>) {
        let txid = tx.compute_txid();
        self.txs.insert(txid, (tx.clone(), height));
        for script in scripts {
            let hash = sha256::Hash::hash(script.as_bytes()).to_string();
            self.histories.entry(hash).or_default().push(txid);
        }
    }

    /// Adds a payment to a script.
    pub(crate) fn pay(&mut self, to: u32, salt: u32, height: Option<u32>) -> Txid {
        let (script, tx) = (script(to), payment(&script(to), salt));
        self.add(&tx, &[script], height);
        tx.compute_txid()
    }

    pub(crate) fn confirm(&mut self, txid: Txid, height: u32) {
        self.txs.get_mut(&txid).expect("added before").1 = Some(height);
    }

    fn row(&self, txid: &Txid) -> Value {
        let (tx, height) = &self.txs[txid];
        tx_json(tx, height.map(|h| (self.at(h), 1_000_000 + h)), &[])
    }

    pub(crate) fn answer(&self, path: &str) -> Answer {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts.as_slice() {
            ["blocks"] => {
                let rows: Vec<Value> = (0..self.blocks.len())
                    .rev()
                    .take(10)
                    .map(|h| {
                        json!({
                            "id": self.blocks[h],
                            "height": h,
                            "previousblockhash": h.checked_sub(1).map(|p| self.blocks[p]),
                        })
                    })
                    .collect();
                Answer::json(&json!(rows))
            }
            ["block-height", height] => match height
                .parse::<usize>()
                .ok()
                .and_then(|h| self.blocks.get(h))
            {
                Some(hash) => Answer::text(200, hash.to_string()),
                None => Answer::text(404, "Block not found"),
            },
            ["tx", txid] => match txid.parse().ok().filter(|t| self.txs.contains_key(t)) {
                Some(txid) => Answer::json(&self.row(&txid)),
                None => Answer::text(404, "Transaction not found"),
            },
            ["tx", txid, "raw"] => match txid.parse().ok().and_then(|t: Txid| self.txs.get(&t)) {
                Some((tx, _)) => Answer::Full(200, Vec::new(), consensus::serialize(tx)),
                None => Answer::text(404, "Transaction not found"),
            },
            ["scripthash", hash, "txs", rest @ ..] => self.page(hash, rest),
            _ => Answer::text(404, "endpoint does not exist"),
        }
    }

    fn page(&self, hash: &str, rest: &[&str]) -> Answer {
        let all = self.histories.get(hash).cloned().unwrap_or_default();
        let place = |txid: &Txid| self.txs[txid].1;
        let mut confirmed: Vec<Txid> = all.iter().filter(|t| place(t).is_some()).copied().collect();
        confirmed.sort_by_key(|t| std::cmp::Reverse((place(t), *t)));
        let rows: Vec<Txid> = match rest {
            ["chain", last] => {
                let from = confirmed.iter().position(|t| t.to_string() == *last);
                let from = from.map_or(confirmed.len(), |i| i + 1);
                confirmed.into_iter().skip(from).take(25).collect()
            }
            _ => all
                .iter()
                .filter(|t| place(t).is_none())
                .copied()
                .chain(confirmed.into_iter().take(25))
                .collect(),
        };
        Answer::json(&rows.iter().map(|t| self.row(t)).collect())
    }
}
