//! Compact block filters (BIP-0157, BIP-0158).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bitcoin::BlockHash;
use bitcoin::bip158::{BlockFilter, FilterHeader};
use bitcoin::hashes::Hash;
use serde_json::json;

use super::params::{Args, Kind, Method};
use super::{Outcome, RpcError};
use crate::chain::BlockEntry;
use crate::http::App;
use crate::node::State;

/// This room's methods.
pub const METHODS: &[Method] = &[Method {
    name: "getblockfilter",
    params: &[
        ("blockhash", Kind::Text, true),
        ("filtertype", Kind::Text, false),
    ],
    help: "Returns a block's basic filter (BIP-0158) and its filter header (BIP-0157).",
    run: block_filter,
}];

/// Filters made so far; a block's filter never changes.
#[derive(Default)]
pub struct FilterCache {
    made: Mutex<HashMap<BlockHash, (Arc<Vec<u8>>, FilterHeader)>>,
}

impl FilterCache {
    /// Filter and header of an active block, made for it and its ancestors as far as needed.
    fn get(&self, state: &State, entry: &BlockEntry) -> Option<(Arc<Vec<u8>>, FilterHeader)> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = state.index.blocks();
        let first = (0..=entry.height as usize)
            .rev()
            .find(|height| made.contains_key(&blocks[*height].hash))
            .map_or(0, |height| height + 1);
        for height in first..=entry.height as usize {
            let block = &blocks[height];
            let before = match height {
                0 => FilterHeader::all_zeros(),
                _ => made.get(&blocks[height - 1].hash)?.1,
            };
            let filter = BlockFilter::new_script_filter(&block.to_block(), |outpoint| {
                state
                    .index
                    .output(outpoint)
                    .map(|output| output.script_pubkey.clone())
                    .ok_or(bitcoin::bip158::Error::UtxoMissing(*outpoint))
            })
            .ok()?;
            let header = filter.filter_header(&before);
            made.insert(block.hash, (Arc::new(filter.content), header));
        }
        made.get(&entry.hash).cloned()
    }
}

fn block_filter(app: &App, args: &Args) -> Outcome {
    let hash = args.hash(0, "blockhash")?;
    if !matches!(args.text(1), None | Some("basic")) {
        return Err(RpcError::not_found("Unknown filtertype"));
    }
    let state = app.node.read();
    let Some(entry) = state.index.block(&hash) else {
        return Err(match state.stale.get(&hash) {
            Some(_) => RpcError::misc("Filter not found. Block was not connected to active chain."),
            None => RpcError::not_found("Block not found"),
        });
    };
    let (filter, header) = app
        .filters
        .get(&state, entry)
        .ok_or_else(|| RpcError::misc("Filter not found."))?;
    Ok(json!({ "filter": hex::encode(filter.as_slice()), "header": header }))
}
