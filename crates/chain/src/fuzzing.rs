//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.
//!
//! Each takes one answer of a server and returns what this room makes of it. `None`: it is not the
//! JSON expected.

use std::collections::BTreeMap;

use bitcoin::{BlockHash, OutPoint, Script, Transaction, TxOut, Txid};
use satchel_types::{BlockRef, FeeRate, Timestamp};
use serde_json::value::RawValue;

use crate::json::{BlockRow, TxRow, Wrong, newest_blocks};
use crate::{agree, faucet, fees, history, verdict};

/// Why an answer is refused.
pub type Refused = &'static str;

/// What a transaction's row says.
#[derive(Debug)]
pub struct Told {
    /// Id claimed.
    pub txid: Txid,
    /// Its block, if it is in one.
    pub block: Result<Option<(BlockRef, Timestamp)>, Refused>,
    /// Whether its amounts are possible.
    pub amounts: Result<(), Refused>,
    /// Whether it makes new coins.
    pub is_coinbase: bool,
    /// What it spends, as far as told.
    pub prevouts: Vec<(OutPoint, TxOut)>,
    /// The transaction, where the row is enough to make it.
    pub tx: Option<Transaction>,
    /// Whether it may pay to or spend from the script asked for.
    pub may_touch: bool,
}

fn told(row: &TxRow, script: &Script) -> Told {
    Told {
        txid: row.txid,
        block: row.block().map_err(|wrong| wrong.0),
        amounts: row.check_amounts().map_err(|wrong| wrong.0),
        is_coinbase: row.is_coinbase(),
        prevouts: row.prevouts(),
        tx: row.build(),
        may_touch: row.may_touch(script),
    }
}

/// `/tx/:txid`.
pub fn transaction(body: &[u8], script: &Script) -> Option<Told> {
    let row: TxRow = serde_json::from_slice(body).ok()?;
    Some(told(&row, script))
}

/// `/scripthash/:hash/txs`.
pub fn page(body: &[u8], script: &Script) -> Option<Vec<Told>> {
    let rows: Vec<TxRow> = serde_json::from_slice(body).ok()?;
    Some(rows.iter().map(|row| told(row, script)).collect())
}

/// `/tx/:txid/raw`.
pub fn raw(body: &[u8], txid: Txid) -> Option<Transaction> {
    history::read_raw(body, txid)
}

/// `/blocks`.
pub fn blocks(body: &[u8]) -> Option<Result<Vec<BlockRef>, Refused>> {
    let rows: Vec<BlockRow> = serde_json::from_slice(body).ok()?;
    Some(newest_blocks(&rows).map_err(|wrong| wrong.0))
}

/// `/block-height/:height`.
pub fn block_hash(body: &[u8]) -> Option<BlockHash> {
    agree::read_hash(body)
}

/// `/fee-estimates`.
pub fn fees(body: &[u8]) -> Option<Result<Vec<(u16, FeeRate)>, Refused>> {
    let map: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).ok()?;
    let pairs = map.iter().map(|(k, v)| (k.as_str(), v.get()));
    Some(fees::read(pairs).map_err(|Wrong(what)| what))
}

/// A refused broadcast: the reason that is shown, if the node gave a verdict, and the whole text cut
/// to a reason.
pub fn reasons(body: &[u8]) -> (Option<String>, String) {
    let text = String::from_utf8_lossy(body);
    let refused = match verdict::verdict(&text) {
        verdict::Verdict::Refused(reason) => Some(reason),
        verdict::Verdict::Known | verdict::Verdict::None => None,
    };
    (refused, verdict::plain(&text))
}

/// `/faucet`.
pub fn paid(body: &[u8]) -> Option<Txid> {
    let paid: faucet::Paid = serde_json::from_slice(body).ok()?;
    Some(paid.txid)
}
