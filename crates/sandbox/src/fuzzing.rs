//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.

use std::sync::Arc;

use axum::Router;
use bitcoin::{Address, BlockHash, Network, Transaction, Txid};
use serde_json::Value;
use tempfile::TempDir;

use crate::chain::read_records;
use crate::faucet::Faucet;
use crate::http::{self, App};
use crate::node::{self, Node};
use crate::wallet::{Wallets, encode_event, read_events};

pub use crate::http::read_body;
pub use crate::submit::decode_tx;

/// `user:password` of the JSON-RPC.
pub const COOKIE: &str = "__cookie__:fuzz";

/// A node on a scratch folder with a chain of a few blocks, whose routes are asked without a port.
pub struct House {
    app: Arc<App>,
    _scratch: TempDir,
}

impl House {
    /// Opens the node and mines `blocks`.
    pub fn open(blocks: u32) -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let node = Arc::new(Node::open(scratch.path(), false).expect("a new chain"));
        let faucet = Arc::new(Faucet::new());
        node.mine(faucet.script(), blocks).expect("a few blocks");
        let app = Arc::new(App {
            node,
            faucet: faucet.clone(),
            wallets: Wallets::open(None, 0, Some((faucet.key(), faucet.script().clone())))
                .expect("nothing is read from disk"),
            faucet_on: true,
            cookie: COOKIE.to_owned(),
            filters: Default::default(),
            stop: Default::default(),
        });
        Self {
            app,
            _scratch: scratch,
        }
    }

    /// All routes.
    pub fn router(&self) -> Router {
        http::router(self.app.clone())
    }

    /// Hash of the best block and ids of its transactions, for requests that find something.
    pub fn tip(&self) -> (BlockHash, Vec<Txid>) {
        let state = self.app.node.read();
        let tip = state.index.tip();
        (tip.hash, tip.txids.clone())
    }

    /// The faucet's address.
    pub fn address(&self) -> String {
        Address::from_script(self.app.faucet.script(), Network::Regtest)
            .map(|address| address.to_string())
            .unwrap_or_default()
    }
}

/// An amount of the JSON-RPC, in satoshis.
pub fn satoshis(value: &Value) -> Option<u64> {
    crate::rpc::satoshis(value).ok()
}

/// A fee rate of the JSON-RPC, in satoshis per 1000 virtual bytes.
pub fn sat_per_kvb(value: &Value) -> Option<u64> {
    crate::rpc::sat_per_kvb(value).ok()
}

/// Records of a journal's bytes up to the first that is not whole: blocks, marks, and bytes read.
pub fn journal(bytes: &[u8]) -> (usize, u64) {
    let (records, read) = read_records(&mut &bytes[..]).unwrap_or_default();
    (records.len(), read)
}

/// Writes the whole records of a journal's bytes again.
pub fn journal_rewritten(bytes: &[u8]) -> Vec<u8> {
    let (records, _) = read_records(&mut &bytes[..]).unwrap_or_default();
    records.iter().flat_map(crate::chain::frame).collect()
}

/// Transactions of a pool file up to the first that is damaged.
pub fn pool_log(bytes: &[u8]) -> Vec<Transaction> {
    node::read_pool_log(bytes)
}

/// Records of a wallets' file up to the first that is not whole, written again; and bytes read. The wallets are
/// made of them as well.
pub fn wallet_log(bytes: &[u8]) -> (Vec<u8>, u64) {
    let (events, read) = read_events(&mut &bytes[..]).unwrap_or_default();
    let bodies = events.iter().map(encode_event);
    let written = bodies
        .flat_map(|body| crate::framed::frame(&body))
        .collect();
    (written, read)
}
