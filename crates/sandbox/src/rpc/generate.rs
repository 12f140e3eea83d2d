//! Mining and fee estimation.

use std::sync::Arc;

use bitcoin::address::NetworkUnchecked;
use bitcoin::consensus::encode;
use bitcoin::{Address, Block, Network, ScriptBuf};
use serde_json::{Value, json};

use super::params::{Args, Kind, Method};
use super::scan::single_script;
use super::values::{bits, difficulty, rate, target};
use super::{Outcome, RpcError};
use crate::fees::Estimates;
use crate::http::App;
use crate::mempool::CoinView;
use crate::node::BlockOutcome;
use crate::submit::decode_tx;

/// Most blocks one call may mine.
const MAX_BLOCKS: i64 = 100_000;

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "getmininginfo",
        params: &[],
        help: "Returns figures about mining.",
        run: info,
    },
    Method {
        name: "getnetworkhashps",
        params: &[
            ("nblocks", Kind::Number, false),
            ("height", Kind::Number, false),
        ],
        help: "Returns the estimated hashes per second.",
        run: |app, _| Ok(json!(hash_rate(app))),
    },
    Method {
        name: "generatetoaddress",
        params: &[
            ("nblocks", Kind::Number, true),
            ("address", Kind::Text, true),
            ("maxtries", Kind::Number, false),
        ],
        help: "Mines blocks to an address and returns their hashes.",
        run: |app, args| {
            let script = args
                .required_text(1)
                .parse::<Address<NetworkUnchecked>>()
                .ok()
                .and_then(|address| address.require_network(Network::Regtest).ok())
                .ok_or_else(|| RpcError::not_found("Error: Invalid address"))?
                .script_pubkey();
            generate(app, args, &script)
        },
    },
    Method {
        name: "generatetodescriptor",
        params: &[
            ("num_blocks", Kind::Number, true),
            ("descriptor", Kind::Text, true),
            ("maxtries", Kind::Number, false),
        ],
        help: "Mines blocks to a descriptor and returns their hashes.",
        run: |app, args| {
            let script = single_script(args.required_text(1))?;
            generate(app, args, &script)
        },
    },
    Method {
        name: "generateblock",
        params: &[
            ("output", Kind::Text, true),
            ("transactions", Kind::List, true),
            ("submit", Kind::Flag, false),
        ],
        help: "Mines one block with exactly the given transactions (ids of waiting ones, or hex).",
        run: generate_block,
    },
    Method {
        name: "submitblock",
        params: &[("hexdata", Kind::Text, true), ("dummy", Kind::Text, false)],
        help: "Offers a block; returns null, or why it was not taken.",
        run: submit_block,
    },
    Method {
        name: "estimatesmartfee",
        params: &[
            ("conf_target", Kind::Number, true),
            ("estimate_mode", Kind::Text, false),
        ],
        help: "Estimates the fee rate, in BTC/kvB, to be confirmed within so many blocks.",
        run: estimate,
    },
];

fn hash_rate(app: &App) -> f64 {
    let state = app.node.read();
    let blocks = state.index.blocks();
    let from = &blocks[blocks.len().saturating_sub(121)];
    let tip = state.index.tip();
    let seconds = tip.header.time.saturating_sub(from.header.time);
    if seconds == 0 {
        return 0.0;
    }
    // Every regtest block stands for two hashes.
    f64::from(tip.height - from.height) * 2.0 / f64::from(seconds)
}

fn info(app: &Arc<App>, _: &Args) -> Outcome {
    let rate_now = hash_rate(app);
    let state = app.node.read();
    let tip = state.index.tip();
    Ok(json!({
        "blocks": tip.height,
        "currentblockweight": tip.weight,
        "currentblocktx": tip.txs.len() - 1,
        "bits": bits(tip.header.bits),
        "difficulty": difficulty(tip.header.bits),
        "target": target(tip.header.bits),
        "networkhashps": rate_now,
        "pooledtx": state.pool.count(),
        "blockmintxfee": rate(1_000),
        "chain": "regtest",
        "next": {
            "height": tip.height + 1,
            "bits": bits(tip.header.bits),
            "difficulty": difficulty(tip.header.bits),
            "target": target(tip.header.bits),
        },
        "warnings": [],
    }))
}

fn generate(app: &App, args: &Args, script: &ScriptBuf) -> Outcome {
    let count = args.integer(0)?.unwrap_or(0);
    if count > MAX_BLOCKS {
        return Err(RpcError::invalid(format!(
            "at most {MAX_BLOCKS} blocks can be mined at once"
        )));
    }
    let count = u32::try_from(count).unwrap_or(0);
    let hashes = app
        .node
        .mine(script, count)
        .map_err(|error| RpcError::misc(error.to_string()))?;
    Ok(json!(hashes))
}

fn generate_block(app: &Arc<App>, args: &Args) -> Outcome {
    let output = args.required_text(0);
    let script = match output.parse::<Address<NetworkUnchecked>>() {
        Ok(address) => address
            .require_network(Network::Regtest)
            .map_err(|_| RpcError::not_found("Error: Invalid address or descriptor"))?
            .script_pubkey(),
        Err(_) => single_script(output)
            .map_err(|_| RpcError::not_found("Error: Invalid address or descriptor"))?,
    };
    if args.flag(2) == Some(false) {
        return Err(RpcError::invalid(
            "submit=false is not available in the sandbox",
        ));
    }
    let mut txs = Vec::new();
    let mut fees = 0u64;
    {
        let state = app.node.read();
        let mut pool = state.pool.clone();
        for item in args.list(1).map(Vec::as_slice).unwrap_or_default() {
            let text = item.as_str().unwrap_or_default();
            let tx = match text.parse() {
                Ok(txid) => {
                    let entry = state.pool.get(&txid).ok_or_else(|| {
                        RpcError::not_found(format!("Transaction {text} not in mempool."))
                    })?;
                    entry.tx.clone()
                }
                Err(_) => decode_tx(text).map(Arc::new).ok_or_else(|| {
                    RpcError::new(
                        -22,
                        format!("Transaction decode failed for {text}. Make sure the tx has at least one input."),
                    )
                })?,
            };
            let view = CoinView {
                index: &state.index,
                pool: &pool,
            };
            let spent: Option<u64> = tx
                .input
                .iter()
                .map(|input| {
                    let made = txs.iter().find_map(|other: &Arc<bitcoin::Transaction>| {
                        (other.compute_txid() == input.previous_output.txid)
                            .then(|| {
                                other
                                    .output
                                    .get(input.previous_output.vout as usize)
                                    .cloned()
                            })
                            .flatten()
                    });
                    made.or_else(|| view.coin(&input.previous_output).map(|coin| coin.output))
                        .map(|output| output.value.to_sat())
                })
                .sum();
            let paid: u64 = tx.output.iter().map(|output| output.value.to_sat()).sum();
            let fee = spent
                .and_then(|spent| spent.checked_sub(paid))
                .ok_or_else(|| {
                    RpcError::new(
                        -25,
                        "TestBlockValidity failed: bad-txns-inputs-missingorspent",
                    )
                })?;
            fees += fee;
            pool.remove(&tx.compute_txid());
            txs.push(tx);
        }
    }
    let time = app.node.next_times(1)[0];
    let hash = app
        .node
        .mine_exactly(&script, txs, fees, time, true)
        .map_err(|error| RpcError::new(-25, error.to_string()))?;
    Ok(json!({ "hash": hash }))
}

fn submit_block(app: &Arc<App>, args: &Args) -> Outcome {
    let block: Block = hex::decode(args.required_text(0))
        .ok()
        .and_then(|bytes| encode::deserialize(&bytes).ok())
        .ok_or_else(|| RpcError::new(-22, "Block decode failed"))?;
    if block.txdata.first().is_none_or(|tx| !tx.is_coinbase()) {
        return Err(RpcError::new(-22, "Block does not start with a coinbase"));
    }
    let outcome = app
        .node
        .submit_block(block)
        .map_err(|error| RpcError::new(-20, error.to_string()))?;
    Ok(match outcome {
        BlockOutcome::Active => Value::Null,
        BlockOutcome::Inconclusive => json!("inconclusive"),
        BlockOutcome::Duplicate => json!("duplicate"),
        BlockOutcome::Refused(reason) => json!(reason),
    })
}

fn estimate(app: &Arc<App>, args: &Args) -> Outcome {
    const MOST: i64 = 1_008;
    let wanted = args.integer(0)?.unwrap_or(0);
    if !(1..=MOST).contains(&wanted) {
        return Err(RpcError::invalid(format!(
            "Invalid conf_target, must be between 1 and {MOST}"
        )));
    }
    let mode = args.text(1).unwrap_or("economical").to_ascii_lowercase();
    if !matches!(mode.as_str(), "unset" | "economical" | "conservative") {
        return Err(RpcError::invalid(
            "Invalid estimate_mode parameter, must be one of: \"unset\", \"economical\", \"conservative\"",
        ));
    }
    let blocks = wanted.max(2) as u32;
    let estimates = Estimates::of(&app.node.read().pool);
    Ok(json!({ "feerate": rate(estimates.rate(blocks)), "blocks": blocks }))
}
