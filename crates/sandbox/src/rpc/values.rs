//! JSON of blocks and transactions in Core's fields.

use bitcoin::consensus::encode;
use bitcoin::{Amount, CompactTarget, Transaction, TxOut, Txid};
use serde_json::{Map, Value, json};

use super::script::{asm, script_pub_key};
use crate::chain::BlockEntry;
use crate::node::State;

/// Bitcoin as Core's JSON has them. The one place where an amount becomes a float: every amount up to
/// 21 million bitcoin with eight decimals survives the way there and back.
pub fn btc(amount: Amount) -> Value {
    json!(amount.to_sat() as f64 / 1e8)
}

/// A rate in satoshis per 1000 virtual bytes as BTC/kvB.
pub fn rate(sat_per_kvb: u64) -> Value {
    btc(Amount::from_sat(sat_per_kvb))
}

/// How many times harder than the easiest target of mainnet; Core's `GetDifficulty`.
pub fn difficulty(bits: CompactTarget) -> f64 {
    let bits = bits.to_consensus();
    let mut shift = (bits >> 24) & 0xff;
    let mut difficulty = f64::from(0x0000_ffff) / f64::from(bits & 0x00ff_ffff);
    while shift < 29 {
        difficulty *= 256.0;
        shift += 1;
    }
    while shift > 29 {
        difficulty /= 256.0;
        shift -= 1;
    }
    difficulty
}

/// Fields of `getblockheader`.
pub fn header(state: &State, entry: &BlockEntry) -> Map<String, Value> {
    let active = state.index.block(&entry.hash).is_some();
    let confirmations = if active {
        i64::from(state.index.height() - entry.height) + 1
    } else {
        -1
    };
    let mut map = Map::new();
    map.insert("hash".into(), json!(entry.hash));
    map.insert("confirmations".into(), json!(confirmations));
    map.insert("height".into(), json!(entry.height));
    map.insert("version".into(), json!(entry.header.version.to_consensus()));
    let version = format!("{:08x}", entry.header.version.to_consensus());
    map.insert("versionHex".into(), json!(version));
    map.insert("merkleroot".into(), json!(entry.header.merkle_root));
    map.insert("time".into(), json!(entry.header.time));
    map.insert("mediantime".into(), json!(entry.median_time));
    map.insert("nonce".into(), json!(entry.header.nonce));
    map.insert("bits".into(), json!(bits(entry.header.bits)));
    map.insert("target".into(), json!(target(entry.header.bits)));
    map.insert("difficulty".into(), json!(difficulty(entry.header.bits)));
    map.insert(
        "chainwork".into(),
        json!(hex::encode(entry.chain_work.to_be_bytes())),
    );
    map.insert("nTx".into(), json!(entry.txs.len()));
    if entry.height > 0 {
        map.insert(
            "previousblockhash".into(),
            json!(entry.header.prev_blockhash),
        );
    }
    if active && let Some(next) = state.index.blocks().get(entry.height as usize + 1) {
        map.insert("nextblockhash".into(), json!(next.hash));
    }
    map
}

/// Compact target as eight hex digits.
pub fn bits(bits: CompactTarget) -> String {
    format!("{:08x}", bits.to_consensus())
}

/// Target as 64 hex digits.
pub fn target(bits: CompactTarget) -> String {
    hex::encode(bitcoin::Target::from_compact(bits).to_be_bytes())
}

/// How much of a transaction is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Itself.
    Plain,
    /// And its fee.
    Fee,
    /// And what each input spends.
    Prevouts,
}

/// A transaction in Core's fields.
pub fn tx(state: &State, tx: &Transaction, txid: &Txid, detail: Detail) -> Map<String, Value> {
    let spent: Vec<Option<Spent>> = tx
        .input
        .iter()
        .map(|input| spent(state, tx, txid, input))
        .collect();
    let mut map = Map::new();
    let weight = tx.weight().to_wu();
    map.insert("txid".into(), json!(txid));
    map.insert("hash".into(), json!(tx.compute_wtxid()));
    map.insert("version".into(), json!(tx.version.0 as u32));
    map.insert("size".into(), json!(tx.total_size()));
    map.insert("vsize".into(), json!(weight.div_ceil(4)));
    map.insert("weight".into(), json!(weight));
    map.insert("locktime".into(), json!(tx.lock_time.to_consensus_u32()));
    let vin: Vec<Value> = tx
        .input
        .iter()
        .zip(&spent)
        .map(|(input, spent)| {
            let spent = spent.as_ref().filter(|_| detail == Detail::Prevouts);
            vin(tx, input, spent)
        })
        .collect();
    map.insert("vin".into(), json!(vin));
    let vout: Vec<Value> = tx
        .output
        .iter()
        .enumerate()
        .map(|(n, output)| {
            json!({
                "value": btc(output.value),
                "n": n,
                "scriptPubKey": script_pub_key(&output.script_pubkey),
            })
        })
        .collect();
    map.insert("vout".into(), json!(vout));
    if detail != Detail::Plain && !tx.is_coinbase() {
        let all: Option<u64> = spent
            .iter()
            .map(|spent| spent.as_ref().map(|spent| spent.output.value.to_sat()))
            .sum();
        let paid: u64 = tx.output.iter().map(|output| output.value.to_sat()).sum();
        if let Some(fee) = all.and_then(|all| all.checked_sub(paid)) {
            map.insert("fee".into(), btc(Amount::from_sat(fee)));
        }
    }
    map.insert("hex".into(), json!(encode::serialize_hex(tx)));
    map
}

struct Spent {
    output: TxOut,
    height: Option<u32>,
    generated: bool,
}

fn spent(state: &State, tx: &Transaction, txid: &Txid, input: &bitcoin::TxIn) -> Option<Spent> {
    if tx.is_coinbase() {
        return None;
    }
    let outpoint = input.previous_output;
    if let Some(output) = state.index.output(&outpoint) {
        let position = state.index.position(&outpoint.txid)?;
        return Some(Spent {
            output: output.clone(),
            height: Some(position.height),
            generated: position.index == 0,
        });
    }
    let output = state.pool.output(&outpoint).cloned().or_else(|| {
        // A waiting transaction remembers what it spends.
        let entry = state.pool.get(txid)?;
        let place = tx
            .input
            .iter()
            .position(|other| other.previous_output == outpoint)?;
        entry.prevouts.get(place).cloned()
    })?;
    Some(Spent {
        output,
        height: None,
        generated: false,
    })
}

fn vin(tx: &Transaction, input: &bitcoin::TxIn, spent: Option<&Spent>) -> Value {
    let mut map = Map::new();
    if tx.is_coinbase() {
        map.insert("coinbase".into(), json!(input.script_sig.to_hex_string()));
    } else {
        map.insert("txid".into(), json!(input.previous_output.txid));
        map.insert("vout".into(), json!(input.previous_output.vout));
        let script = json!({
            "asm": asm(&input.script_sig, true),
            "hex": input.script_sig.to_hex_string(),
        });
        map.insert("scriptSig".into(), script);
    }
    if !input.witness.is_empty() {
        let items: Vec<String> = input.witness.iter().map(hex::encode).collect();
        map.insert("txinwitness".into(), json!(items));
    }
    if let Some(spent) = spent {
        let mut prevout = json!({
            "generated": spent.generated,
            "value": btc(spent.output.value),
            "scriptPubKey": script_pub_key(&spent.output.script_pubkey),
        });
        if let Some(height) = spent.height {
            prevout["height"] = json!(height);
        }
        map.insert("prevout".into(), prevout);
    }
    map.insert("sequence".into(), json!(input.sequence.0));
    Value::Object(map)
}
