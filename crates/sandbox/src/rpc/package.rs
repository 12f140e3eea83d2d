//! `submitpackage`: unconfirmed parents with the child that pays for them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bitcoin::{Amount, Transaction, Txid};
use serde_json::{Map, Value, json};

use super::values::{btc, rate};
use super::{Outcome, RpcError};
use crate::index::is_unspendable;
use crate::mempool::Accepted;
use crate::node::Node;
use crate::submit::decode_tx;

/// Most transactions of a package.
pub const MAX_COUNT: usize = 25;

/// Checks the form of a package, submits it and reports as Core does.
pub fn submit(node: &Node, hexes: &[String], max_fee_rate: u64, max_burn: Amount) -> Outcome {
    if hexes.is_empty() || hexes.len() > MAX_COUNT {
        return Err(RpcError::invalid(format!(
            "Array must contain between 1 and {MAX_COUNT} transactions."
        )));
    }
    let txs: Vec<Arc<Transaction>> = hexes
        .iter()
        .map(|hex| {
            decode_tx(hex).map(Arc::new).ok_or_else(|| {
                let message =
                    format!("TX decode failed: {hex} Make sure the tx has at least one input.");
                RpcError::new(-22, message)
            })
        })
        .collect::<Result<_, _>>()?;
    let burns = txs
        .iter()
        .flat_map(|tx| &tx.output)
        .any(|output| is_unspendable(&output.script_pubkey) && output.value > max_burn);
    if burns {
        return Err(RpcError::new(
            -25,
            "Unspendable output exceeds maximum configured by user (maxburnamount)",
        ));
    }
    check_shape(&txs)?;
    let results = node.submit_package(&txs, max_fee_rate);
    // What came in on the strength of all of them together.
    let mut together = (0, 0, Vec::new());
    for (tx, result) in txs.iter().zip(&results) {
        if let (Ok(Accepted::Together), Some(entry)) =
            (result, node.read().pool.get(&tx.compute_txid()))
        {
            together.0 += entry.fee.to_sat();
            together.1 += entry.vsize;
            together.2.push(entry.wtxid);
        }
    }
    let mut message = "success".to_owned();
    let mut map = Map::new();
    let mut replaced: Vec<Txid> = Vec::new();
    for (tx, result) in txs.iter().zip(&results) {
        let mut value = json!({ "txid": tx.compute_txid() });
        match result {
            Ok(accepted) => {
                if let Accepted::New(out) = accepted {
                    replaced.extend(out);
                }
                if let Some(entry) = node.read().pool.get(&tx.compute_txid()) {
                    value["vsize"] = json!(entry.vsize);
                    let mut fees = json!({ "base": btc(entry.fee) });
                    let paid = match accepted {
                        Accepted::New(_) => {
                            Some((entry.fee.to_sat(), entry.vsize, vec![entry.wtxid]))
                        }
                        Accepted::Together => Some(together.clone()),
                        // By what rate it came in is not known any more.
                        Accepted::Known => None,
                    };
                    if let Some((fee, vsize, includes)) = paid {
                        fees["effective-feerate"] = rate(fee * 1000 / vsize);
                        fees["effective-includes"] = json!(includes);
                    }
                    value["fees"] = fees;
                }
            }
            Err(reject) => {
                message = "transaction failed".to_owned();
                value["error"] = json!(reject.to_string());
            }
        }
        map.insert(tx.compute_wtxid().to_string(), value);
    }
    Ok(json!({
        "package_msg": message,
        "tx-results": Value::Object(map),
        "replaced-transactions": replaced,
    }))
}

/// Core's rules for any package: parents first, nothing twice. The error is Core's reason.
pub fn well_formed(txs: &[Arc<Transaction>]) -> Result<(), &'static str> {
    let places: HashMap<Txid, usize> = txs
        .iter()
        .enumerate()
        .map(|(place, tx)| (tx.compute_txid(), place))
        .collect();
    if places.len() != txs.len() {
        return Err("package-contains-duplicates");
    }
    let mut spent = HashSet::new();
    for (place, tx) in txs.iter().enumerate() {
        for input in &tx.input {
            if places
                .get(&input.previous_output.txid)
                .is_some_and(|parent| *parent >= place)
            {
                return Err("package-not-sorted");
            }
        }
    }
    for input in txs.iter().flat_map(|tx| &tx.input) {
        if !spent.insert(input.previous_output) {
            return Err("conflict-in-package");
        }
    }
    Ok(())
}

/// Core's rules for a package that is submitted: besides, one child with its parents.
fn check_shape(txs: &[Arc<Transaction>]) -> Result<(), RpcError> {
    // Core asks for the shape first and says nothing else of a package that has another; one alone is a package too.
    let Some((child, parents)) = txs.split_last() else {
        return Ok(());
    };
    let inputs: HashSet<Txid> = child
        .input
        .iter()
        .map(|input| input.previous_output.txid)
        .collect();
    let ids: HashSet<Txid> = parents.iter().map(|parent| parent.compute_txid()).collect();
    let apart = parents
        .iter()
        .flat_map(|parent| &parent.input)
        .all(|input| !ids.contains(&input.previous_output.txid));
    if !apart || !ids.is_subset(&inputs) {
        return Err(RpcError::new(
            -25,
            "package topology disallowed. not child-with-parents or parents depend on each other.",
        ));
    }
    well_formed(txs).map_err(|fault| RpcError::new(-25, format!("package rejected: {fault}")))
}
