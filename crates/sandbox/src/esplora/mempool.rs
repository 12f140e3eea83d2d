//! `/mempool…` and `/fee-estimates`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::fees::{Estimates, TARGETS};
use crate::http::App;
use crate::mempool::Mempool;

type Shared = State<Arc<App>>;

/// Waiting transactions in `/mempool/recent`.
const RECENT: usize = 10;
/// Virtual bytes a histogram bar holds at least.
const BAR_VSIZE: u64 = 50_000;

pub async fn summary(State(app): Shared) -> Json<Value> {
    let state = app.node.read();
    Json(json!({
        "count": state.pool.count(),
        "vsize": state.pool.vsize(),
        "total_fee": state.pool.fees(),
        "fee_histogram": histogram(&state.pool),
    }))
}

/// Bars of (lowest rate in sat/vB, virtual bytes), highest rate first.
fn histogram(pool: &Mempool) -> Vec<(f64, u64)> {
    let mut rates: Vec<(f64, u64)> = pool
        .iter()
        .map(|entry| (entry.fee.to_sat() as f64 / entry.vsize as f64, entry.vsize))
        .collect();
    rates.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut bars = Vec::new();
    let mut bar = 0;
    let mut lowest = 0.0;
    for (rate, vsize) in rates {
        if bar > BAR_VSIZE && lowest != rate {
            bars.push((lowest, bar));
            bar = 0;
        }
        bar += vsize;
        lowest = rate;
    }
    if bar > 0 {
        bars.push((lowest, bar));
    }
    bars
}

pub async fn txids(State(app): Shared) -> Json<Value> {
    let state = app.node.read();
    Json(json!(
        state
            .pool
            .iter()
            .map(|entry| entry.txid)
            .collect::<Vec<_>>()
    ))
}

pub async fn recent(State(app): Shared) -> Json<Vec<Value>> {
    let state = app.node.read();
    Json(
        state
            .pool
            .iter()
            .rev()
            .take(RECENT)
            .map(|entry| {
                let value: u64 = entry
                    .tx
                    .output
                    .iter()
                    .map(|output| output.value.to_sat())
                    .sum();
                json!({
                    "txid": entry.txid,
                    "fee": entry.fee.to_sat(),
                    "vsize": entry.vsize,
                    "value": value,
                })
            })
            .collect(),
    )
}

pub async fn fee_estimates(State(app): Shared) -> Json<Value> {
    let estimates = Estimates::of(&app.node.read().pool);
    let map: Map<String, Value> = TARGETS
        .iter()
        .map(|target| {
            (
                target.to_string(),
                json!(estimates.rate(*target) as f64 / 1000.0),
            )
        })
        .collect();
    Json(Value::Object(map))
}
