//! Chain and blocks.

use std::sync::Arc;

use bitcoin::BlockHash;
use bitcoin::consensus::encode;
use serde_json::{Value, json};

use super::params::{Args, Kind, Method};
use super::values::{self, Detail, bits, btc, difficulty, target};
use super::{Outcome, RpcError};
use crate::chain::{BlockEntry, ChainError};
use crate::http::App;

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "getblockchaininfo",
        params: &[],
        help: "Returns the state of block chain processing.",
        run: info,
    },
    Method {
        name: "getblockcount",
        params: &[],
        help: "Returns the height of the most-work chain.",
        run: |app, _| Ok(json!(app.node.read().index.height())),
    },
    Method {
        name: "getbestblockhash",
        params: &[],
        help: "Returns the hash of the tip of the most-work chain.",
        run: |app, _| Ok(json!(app.node.read().index.tip().hash)),
    },
    Method {
        name: "getblockhash",
        params: &[("height", Kind::Number, true)],
        help: "Returns the hash of the active block at a height.",
        run: hash_at,
    },
    Method {
        name: "getblockheader",
        params: &[
            ("blockhash", Kind::Text, true),
            ("verbose", Kind::Flag, false),
        ],
        help: "Returns a block header, as an object or (verbose false) in hex.",
        run: header,
    },
    Method {
        name: "getblock",
        params: &[
            ("blockhash", Kind::Text, true),
            ("verbosity|verbose", Kind::Level, false),
        ],
        help: "Returns a block: 0 in hex, 1 with ids, 2 with transactions, 3 with what they spend.",
        run: block,
    },
    Method {
        name: "getchaintips",
        params: &[],
        help: "Returns the tips of all known branches.",
        run: tips,
    },
    Method {
        name: "getdifficulty",
        params: &[],
        help: "Returns the difficulty as a multiple of the least one.",
        run: |app, _| Ok(json!(difficulty(app.node.read().index.tip().header.bits))),
    },
    Method {
        name: "gettxout",
        params: &[
            ("txid", Kind::Text, true),
            ("n", Kind::Number, true),
            ("include_mempool", Kind::Flag, false),
        ],
        help: "Returns an unspent output, or null.",
        run: tx_out,
    },
    Method {
        name: "gettxoutsetinfo",
        params: &[("hash_type", Kind::Text, false)],
        help: "Returns figures about the unspent outputs.",
        run: tx_out_set,
    },
    Method {
        name: "invalidateblock",
        params: &[("blockhash", Kind::Text, true)],
        help: "Marks a block as invalid, as if it violated a consensus rule.",
        run: |app, args| mark(args, |hash| app.node.invalidate(hash)),
    },
    Method {
        name: "reconsiderblock",
        params: &[("blockhash", Kind::Text, true)],
        help: "Takes the mark of invalidateblock away from a block, its ancestors and descendants.",
        run: |app, args| mark(args, |hash| app.node.reconsider(hash)),
    },
];

fn find(app: &App, hash: &BlockHash) -> Result<Arc<BlockEntry>, RpcError> {
    app.node
        .read()
        .any_block(hash)
        .cloned()
        .ok_or_else(|| RpcError::not_found("Block not found"))
}

fn info(app: &Arc<App>, _: &Args) -> Outcome {
    let state = app.node.read();
    let tip = state.index.tip();
    let size: usize = state
        .index
        .blocks()
        .iter()
        .map(|entry| entry.size + 8)
        .sum();
    Ok(json!({
        "chain": "regtest",
        "blocks": tip.height,
        "headers": tip.height,
        "bestblockhash": tip.hash,
        "bits": bits(tip.header.bits),
        "target": target(tip.header.bits),
        "difficulty": difficulty(tip.header.bits),
        "time": tip.header.time,
        "mediantime": tip.median_time,
        "verificationprogress": 1,
        "initialblockdownload": tip.height == 0,
        "chainwork": hex::encode(tip.chain_work.to_be_bytes()),
        "size_on_disk": size,
        "pruned": false,
        "warnings": [],
    }))
}

fn hash_at(app: &Arc<App>, args: &Args) -> Outcome {
    let height = args.integer(0)?.unwrap_or(-1);
    let state = app.node.read();
    usize::try_from(height)
        .ok()
        .and_then(|height| state.index.blocks().get(height))
        .map(|entry| json!(entry.hash))
        .ok_or_else(|| RpcError::invalid("Block height out of range"))
}

fn header(app: &Arc<App>, args: &Args) -> Outcome {
    let entry = find(app, &args.hash(0, "hash")?)?;
    if args.flag(1) == Some(false) {
        return Ok(json!(encode::serialize_hex(&entry.header)));
    }
    Ok(Value::Object(values::header(&app.node.read(), &entry)))
}

fn block(app: &Arc<App>, args: &Args) -> Outcome {
    let hash = args.hash(0, "blockhash")?;
    let verbosity = args.level(1, 1)?;
    let entry = find(app, &hash)?;
    if verbosity <= 0 {
        return Ok(json!(encode::serialize_hex(&entry.to_block())));
    }
    let state = app.node.read();
    let mut map = values::header(&state, &entry);
    map.insert("strippedsize".into(), json!(entry.stripped_size));
    map.insert("size".into(), json!(entry.size));
    map.insert("weight".into(), json!(entry.weight));
    let txs: Vec<Value> = if verbosity == 1 {
        entry.txids.iter().map(|txid| json!(txid)).collect()
    } else {
        let detail = if verbosity == 2 {
            Detail::Fee
        } else {
            Detail::Prevouts
        };
        entry
            .txs
            .iter()
            .zip(&entry.txids)
            .map(|(tx, txid)| Value::Object(values::tx(&state, tx, txid, detail)))
            .collect()
    };
    map.insert("tx".into(), json!(txs));
    Ok(Value::Object(map))
}

fn tips(app: &Arc<App>, _: &Args) -> Outcome {
    let tips: Vec<Value> = app
        .node
        .chain_tips()
        .into_iter()
        .map(|(entry, length, status)| {
            json!({
                "height": entry.height,
                "hash": entry.hash,
                "branchlen": length,
                "status": status,
            })
        })
        .collect();
    Ok(json!(tips))
}

fn tx_out(app: &Arc<App>, args: &Args) -> Outcome {
    let txid = args.hash(0, "txid")?;
    let vout = args.unsigned(1)?.unwrap_or(0);
    let outpoint = bitcoin::OutPoint { txid, vout };
    let with_pool = args.flag(2).unwrap_or(true);
    let state = app.node.read();
    let coin = if with_pool {
        if state.pool.spender(&outpoint).is_some() {
            return Ok(Value::Null);
        }
        state.coins().coin(&outpoint)
    } else {
        state
            .index
            .coin(&outpoint)
            .map(|coin| crate::mempool::PoolCoin {
                output: coin.output,
                height: coin.height,
                coinbase: coin.coinbase,
                unconfirmed: false,
            })
    };
    let Some(coin) = coin else {
        return Ok(Value::Null);
    };
    let tip = state.index.tip();
    let confirmations = if coin.unconfirmed {
        0
    } else {
        tip.height - coin.height + 1
    };
    Ok(json!({
        "bestblock": tip.hash,
        "confirmations": confirmations,
        "value": btc(coin.output.value),
        "scriptPubKey": super::script::script_pub_key(&coin.output.script_pubkey),
        "coinbase": coin.coinbase,
    }))
}

fn tx_out_set(app: &Arc<App>, args: &Args) -> Outcome {
    if !matches!(args.text(0), None | Some("none")) {
        return Err(RpcError::invalid(
            "only hash_type none is available in the sandbox",
        ));
    }
    let state = app.node.read();
    let (count, sum) = state.index.unspent();
    Ok(json!({
        "height": state.index.height(),
        "bestblock": state.index.tip().hash,
        "txouts": count,
        "total_amount": btc(bitcoin::Amount::from_sat(sum)),
    }))
}

fn mark(args: &Args, act: impl FnOnce(BlockHash) -> Result<(), ChainError>) -> Outcome {
    let hash = args.hash(0, "blockhash")?;
    match act(hash) {
        Ok(()) => Ok(Value::Null),
        Err(ChainError::UnknownBlock) => Err(RpcError::not_found("Block not found")),
        Err(error) => Err(RpcError::new(-20, error.to_string())),
    }
}
