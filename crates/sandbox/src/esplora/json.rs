//! The JSON of Esplora's answers.

use bitcoin::{Network, OutPoint, Script, Transaction, TxOut, Txid};
use serde_json::{Map, Value, json};

use crate::chain::BlockEntry;
use crate::index::ScriptStats;
use crate::mempool::{script_type, sigop_cost, witness_program};
use crate::node::State;

/// `status` of a transaction: where it is confirmed, if it is.
pub fn status(state: &State, txid: &Txid) -> Value {
    match state.index.position(txid) {
        Some(position) => {
            let block = &state.index.blocks()[position.height as usize];
            json!({
                "confirmed": true,
                "block_height": block.height,
                "block_hash": block.hash,
                "block_time": block.header.time,
            })
        }
        None => json!({ "confirmed": false }),
    }
}

/// A transaction whole.
pub fn tx(state: &State, tx: &Transaction, txid: &Txid) -> Value {
    let waiting = state.pool.get(txid);
    let prevouts: Vec<Option<&TxOut>> = if tx.is_coinbase() {
        vec![None]
    } else if let Some(entry) = waiting {
        entry.prevouts.iter().map(Some).collect()
    } else {
        tx.input
            .iter()
            .map(|input| state.index.output(&input.previous_output))
            .collect()
    };
    let spent: u64 = prevouts
        .iter()
        .flatten()
        .map(|output| output.value.to_sat())
        .sum();
    let paid: u64 = tx.output.iter().map(|output| output.value.to_sat()).sum();
    let fee = if tx.is_coinbase() {
        0
    } else {
        spent.saturating_sub(paid)
    };
    let sigops = sigop_cost(tx, |number| {
        prevouts.get(number).copied().flatten().cloned()
    });
    json!({
        "txid": txid,
        "version": tx.version.0 as u32,
        "locktime": tx.lock_time.to_consensus_u32(),
        "vin": tx.input.iter().zip(&prevouts).map(|(input, prevout)| vin(tx, input, *prevout)).collect::<Vec<_>>(),
        "vout": tx.output.iter().map(vout).collect::<Vec<_>>(),
        "size": tx.total_size(),
        "weight": tx.weight().to_wu(),
        "sigops": sigops,
        "fee": fee,
        "status": status(state, txid),
    })
}

fn vin(tx: &Transaction, input: &bitcoin::TxIn, prevout: Option<&TxOut>) -> Value {
    let mut map = Map::new();
    map.insert("txid".into(), json!(input.previous_output.txid));
    map.insert("vout".into(), json!(input.previous_output.vout));
    map.insert("prevout".into(), prevout.map_or(Value::Null, vout));
    map.insert("scriptsig".into(), json!(input.script_sig.to_hex_string()));
    map.insert(
        "scriptsig_asm".into(),
        json!(input.script_sig.to_asm_string()),
    );
    if !input.witness.is_empty() {
        let items: Vec<String> = input.witness.iter().map(hex::encode).collect();
        map.insert("witness".into(), json!(items));
    }
    map.insert("is_coinbase".into(), json!(tx.is_coinbase()));
    map.insert("sequence".into(), json!(input.sequence.0));
    if let Some(prevout) = prevout {
        let redeem = prevout
            .script_pubkey
            .is_p2sh()
            .then(|| crate::mempool::last_push(&input.script_sig))
            .flatten();
        if let Some(redeem) = &redeem {
            map.insert(
                "inner_redeemscript_asm".into(),
                json!(redeem.to_asm_string()),
            );
        }
        let holder = redeem
            .as_ref()
            .map_or(prevout.script_pubkey.as_script(), |s| s.as_script());
        let inner = match witness_program(holder) {
            Some((0, program)) if program.len() == 32 => input.witness.last(),
            Some((1, program)) if program.len() == 32 => input
                .witness
                .taproot_leaf_script()
                .map(|leaf| leaf.script.as_bytes()),
            _ => None,
        };
        if let Some(script) = inner {
            let asm = Script::from_bytes(script).to_asm_string();
            map.insert("inner_witnessscript_asm".into(), json!(asm));
        }
    }
    Value::Object(map)
}

/// An output.
pub fn vout(output: &TxOut) -> Value {
    let script = &output.script_pubkey;
    let mut map = Map::new();
    map.insert("scriptpubkey".into(), json!(script.to_hex_string()));
    map.insert("scriptpubkey_asm".into(), json!(script.to_asm_string()));
    map.insert("scriptpubkey_type".into(), json!(esplora_type(script)));
    if let Ok(address) = bitcoin::Address::from_script(script, Network::Regtest) {
        map.insert("scriptpubkey_address".into(), json!(address.to_string()));
    }
    map.insert("value".into(), json!(output.value.to_sat()));
    Value::Object(map)
}

/// Esplora's own names of script types.
fn esplora_type(script: &Script) -> &'static str {
    if script.is_empty() {
        return "empty";
    }
    if script.is_op_return() {
        return "op_return";
    }
    match script_type(script) {
        "pubkey" => "p2pk",
        "pubkeyhash" => "p2pkh",
        "scripthash" => "p2sh",
        "witness_v0_keyhash" => "v0_p2wpkh",
        "witness_v0_scripthash" => "v0_p2wsh",
        "witness_v1_taproot" => "v1_p2tr",
        "multisig" => "multisig",
        "anchor" => "anchor",
        _ => "unknown",
    }
}

/// A block's summary.
pub fn block(entry: &BlockEntry) -> Value {
    json!({
        "id": entry.hash,
        "height": entry.height,
        "version": entry.header.version.to_consensus() as u32,
        "timestamp": entry.header.time,
        "tx_count": entry.txs.len(),
        "size": entry.size,
        "weight": entry.weight,
        "merkle_root": entry.header.merkle_root,
        "previousblockhash": (entry.height > 0).then_some(entry.header.prev_blockhash),
        "mediantime": entry.median_time,
        "nonce": entry.header.nonce,
        "bits": entry.header.bits.to_consensus(),
        "difficulty": crate::rpc::difficulty(entry.header.bits),
    })
}

/// Esplora's five figures.
pub fn stats(stats: ScriptStats) -> Value {
    json!({
        "tx_count": stats.tx_count,
        "funded_txo_count": stats.funded_count,
        "funded_txo_sum": stats.funded_sum,
        "spent_txo_count": stats.spent_count,
        "spent_txo_sum": stats.spent_sum,
    })
}

/// Who spent an output, in chain or pool.
pub fn outspend(state: &State, outpoint: &OutPoint) -> Value {
    let spender = state
        .index
        .spender(outpoint)
        .map(|spender| (spender.txid, spender.vin))
        .or_else(|| state.pool.spender(outpoint));
    match spender {
        Some((txid, vin)) => json!({
            "spent": true,
            "txid": txid,
            "vin": vin,
            "status": status(state, &txid),
        }),
        None => json!({ "spent": false }),
    }
}
