//! `getblockstats`: figures of one block.

use std::sync::Arc;

use bitcoin::consensus::encode::serialize;
use bitcoin::{OutPoint, Transaction, TxOut};
use serde_json::{Map, Value, json};

use super::params::{Args, Kind, Method, parse_hash, wrong_kind};
use super::{Outcome, RpcError};
use crate::chain::BlockEntry;
use crate::http::App;
use crate::index::is_unspendable;
use crate::miner::subsidy;
use crate::node::State;

/// What Core adds to the size of an output for the rest of its record: outpoint, height, whether it was mined.
const OVERHEAD: usize = 36 + 4 + 1;
/// Shares of a block's weight whose fee rate is told, in percent.
const SHARES: [u128; 5] = [10, 25, 50, 75, 90];

/// This room's methods.
pub const METHODS: &[Method] = &[Method {
    name: "getblockstats",
    params: &[
        ("hash_or_height", Kind::Any, true),
        ("stats", Kind::List, false),
    ],
    help: "Returns figures of a block; amounts are in satoshis, fee rates in sat/vB.",
    run: stats,
}];

fn stats(app: &Arc<App>, args: &Args) -> Outcome {
    let state = app.node.read();
    let entry = named(&state, args.value(0).unwrap_or(&Value::Null))?;
    let all = figures(&state, &entry)?;
    let mut wanted = Map::new();
    for item in args.list(1).map(Vec::as_slice).unwrap_or_default() {
        let name = item.as_str().ok_or_else(|| wrong_kind(item, "string"))?;
        let value = all
            .get(name)
            .ok_or_else(|| RpcError::invalid(format!("Invalid selected statistic '{name}'")))?;
        wanted.insert(name.to_owned(), value.clone());
    }
    Ok(Value::Object(if wanted.is_empty() { all } else { wanted }))
}

/// The block that a height or a hash names.
fn named(state: &State, value: &Value) -> Result<Arc<BlockEntry>, RpcError> {
    if value.is_number() {
        let height = value
            .as_i64()
            .filter(|height| i32::try_from(*height).is_ok())
            .ok_or_else(|| RpcError::misc("JSON integer out of range"))?;
        let top = state.index.height();
        return match usize::try_from(height) {
            Err(_) => Err(RpcError::invalid(format!(
                "Target block height {height} is negative"
            ))),
            Ok(place) => state.index.blocks().get(place).cloned().ok_or_else(|| {
                RpcError::invalid(format!(
                    "Target block height {height} after current tip {top}"
                ))
            }),
        };
    }
    let text = value.as_str().ok_or_else(|| wrong_kind(value, "string"))?;
    let hash = parse_hash(text, "hash_or_height")?;
    state
        .any_block(&hash)
        .cloned()
        .ok_or_else(|| RpcError::not_found("Block not found"))
}

/// What an input of a block spends, also of one that is not active any more.
fn spent(state: &State, entry: &Arc<BlockEntry>, outpoint: &OutPoint) -> Option<TxOut> {
    let of = |tx: &Transaction| tx.output.get(outpoint.vout as usize).cloned();
    let mut at = Some(entry);
    while let Some(block) = at {
        if let Some(place) = block.txids.iter().position(|txid| *txid == outpoint.txid) {
            return of(&block.txs[place]);
        }
        // What is active is in the index.
        at = state
            .any_block(&block.header.prev_blockhash)
            .filter(|parent| state.index.block(&parent.hash).is_none());
    }
    state.index.output(outpoint).cloned()
}

/// The middle of sorted numbers, or the mean of the two there.
fn median(mut of: Vec<u64>) -> u64 {
    of.sort_unstable();
    let half = of.len() / 2;
    match of.len() {
        0 => 0,
        count if count % 2 == 0 => (of[half - 1] + of[half]) / 2,
        _ => of[half],
    }
}

/// The fee rates below which the shares of the weight are.
fn percentiles(mut rates: Vec<(u64, u64)>, weight: u64) -> [u64; 5] {
    rates.sort_unstable();
    let mut found = [0; 5];
    let (mut next, mut sum) = (0, 0_u128);
    for (rate, part) in &rates {
        sum += u128::from(*part);
        while next < SHARES.len() && sum * 100 >= u128::from(weight) * SHARES[next] {
            found[next] = *rate;
            next += 1;
        }
    }
    // What rounding left.
    if let Some((rate, _)) = rates.last() {
        found[next..].fill(*rate);
    }
    found
}

/// What a block's transactions are, the coinbase left out.
#[derive(Default)]
struct Sums {
    sizes: Vec<u64>,
    fees: Vec<u64>,
    rates: Vec<(u64, u64)>,
    weight: u64,
    inputs: i64,
    outputs: i64,
    coins: i64,
    paid: u64,
    growth: i64,
    real_growth: i64,
    segwit: (u64, u64, u64),
}

fn record(output: &TxOut) -> i64 {
    i64::try_from(serialize(output).len() + OVERHEAD).unwrap_or(i64::MAX)
}

fn sums(state: &State, entry: &Arc<BlockEntry>) -> Result<Sums, RpcError> {
    let mut sums = Sums::default();
    for tx in &entry.txs {
        let mut paid = 0;
        for output in &tx.output {
            sums.outputs += 1;
            paid += output.value.to_sat();
            sums.growth += record(output);
            // The first block's output is nobody's.
            if entry.height > 0 && !is_unspendable(&output.script_pubkey) {
                sums.coins += 1;
                sums.real_growth += record(output);
            }
        }
        if tx.is_coinbase() {
            continue;
        }
        let (size, weight) = (tx.total_size() as u64, tx.weight().to_wu());
        let mut had = 0;
        for input in &tx.input {
            let output = spent(state, entry, &input.previous_output)
                .ok_or_else(|| RpcError::misc("Can't read undo data from disk"))?;
            had += output.value.to_sat();
            sums.inputs += 1;
            sums.growth -= record(&output);
            sums.real_growth -= record(&output);
        }
        let fee = had.saturating_sub(paid);
        sums.paid += paid;
        sums.sizes.push(size);
        sums.weight += weight;
        sums.fees.push(fee);
        sums.rates.push((fee * 4 / weight, weight));
        if tx.input.iter().any(|input| !input.witness.is_empty()) {
            let (count, sizes, weights) = sums.segwit;
            sums.segwit = (count + 1, sizes + size, weights + weight);
        }
    }
    Ok(sums)
}

fn figures(state: &State, entry: &Arc<BlockEntry>) -> Result<Map<String, Value>, RpcError> {
    let sums = sums(state, entry)?;
    let count = sums.fees.len() as u64;
    let (size, fee): (u64, u64) = (sums.sizes.iter().sum(), sums.fees.iter().sum());
    let least = |of: &[u64]| of.iter().min().copied().unwrap_or(0);
    let most = |of: &[u64]| of.iter().max().copied().unwrap_or(0);
    let rates: Vec<u64> = sums.rates.iter().map(|(rate, _)| *rate).collect();
    let (segwit, segwit_size, segwit_weight) = sums.segwit;
    let all = json!({
        "avgfee": fee.checked_div(count).unwrap_or(0),
        "avgfeerate": (fee * 4).checked_div(sums.weight).unwrap_or(0),
        "avgtxsize": size.checked_div(count).unwrap_or(0),
        "blockhash": entry.hash,
        "feerate_percentiles": percentiles(sums.rates, sums.weight),
        "height": entry.height,
        "ins": sums.inputs,
        "maxfee": most(&sums.fees),
        "maxfeerate": most(&rates),
        "maxtxsize": most(&sums.sizes),
        "medianfee": median(sums.fees.clone()),
        "mediantime": entry.median_time,
        "mediantxsize": median(sums.sizes.clone()),
        "minfee": least(&sums.fees),
        "minfeerate": least(&rates),
        "mintxsize": least(&sums.sizes),
        "outs": sums.outputs,
        "subsidy": subsidy(entry.height).to_sat(),
        "swtotal_size": segwit_size,
        "swtotal_weight": segwit_weight,
        "swtxs": segwit,
        "time": entry.header.time,
        "total_out": sums.paid,
        "total_size": size,
        "total_weight": sums.weight,
        "totalfee": fee,
        "txs": entry.txs.len(),
        "utxo_increase": sums.outputs - sums.inputs,
        "utxo_size_inc": sums.growth,
        "utxo_increase_actual": sums.coins - sums.inputs,
        "utxo_size_inc_actual": sums.real_growth,
    });
    match all {
        Value::Object(map) => Ok(map),
        _ => Err(RpcError::misc("no figures")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_or_the_mean_of_the_two_there() {
        assert_eq!(median(vec![]), 0);
        assert_eq!(median(vec![9, 1, 5]), 5);
        assert_eq!(median(vec![4, 1, 9, 2]), 3);
    }

    #[test]
    fn percentiles_go_by_weight() {
        assert_eq!(percentiles(vec![], 0), [0; 5]);
        assert_eq!(percentiles(vec![(7, 400)], 400), [7; 5]);
        let rates = vec![(1, 100), (9, 200), (2, 100), (30, 600)];
        assert_eq!(percentiles(rates, 1_000), [1, 9, 30, 30, 30]);
    }
}
