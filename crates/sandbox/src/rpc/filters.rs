//! Compact block filters (BIP-0157, BIP-0158).

use std::sync::Arc;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bitcoin::BlockHash;
use bitcoin::bip158::{BlockFilter, FilterHeader};
use bitcoin::hashes::Hash;
use serde_json::json;

use super::params::{Args, Kind, Method};
use super::{Outcome, RpcError};
use crate::http::App;
use crate::node::{Node, State};

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

/// A filter's bytes and its header.
type Made = (Arc<Vec<u8>>, FilterHeader);

/// Filters made so far; a block's filter never changes.
#[derive(Default)]
pub struct FilterCache {
    made: Mutex<HashMap<BlockHash, Made>>,
}

/// Blocks whose filters are made before others may write again.
const STEP: usize = 64;

impl FilterCache {
    /// Filter and header of an active block, made for it and its ancestors as far as needed.
    fn get(&self, node: &Node, hash: &BlockHash) -> Result<Made, RpcError> {
        loop {
            // A few at a time: the first call on a long chain must not hold up the writer.
            if let Some(made) = self.advance(&node.read(), hash)? {
                return Ok(made);
            }
        }
    }

    fn advance(&self, state: &State, hash: &BlockHash) -> Result<Option<Made>, RpcError> {
        let Some(entry) = state.index.block(hash) else {
            return Err(match state.stale.get(hash) {
                Some(_) => {
                    RpcError::misc("Filter not found. Block was not connected to active chain.")
                }
                None => RpcError::not_found("Block not found"),
            });
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = &state.index.blocks()[..=entry.height as usize];
        let first = blocks
            .iter()
            .rposition(|block| made.contains_key(&block.hash))
            .map_or(0, |height| height + 1);
        for (height, block) in blocks.iter().enumerate().skip(first).take(STEP) {
            let before = match height {
                0 => FilterHeader::all_zeros(),
                _ => made
                    .get(&blocks[height - 1].hash)
                    .map_or_else(FilterHeader::all_zeros, |m| m.1),
            };
            let filter = BlockFilter::new_script_filter(&block.to_block(), |outpoint| {
                state
                    .index
                    .output(outpoint)
                    .map(|output| output.script_pubkey.clone())
                    .ok_or(bitcoin::bip158::Error::UtxoMissing(*outpoint))
            })
            .map_err(|error| RpcError::misc(format!("Filter not found. {error}")))?;
            let header = filter.filter_header(&before);
            made.insert(block.hash, (Arc::new(filter.content), header));
        }
        Ok(made.get(hash).cloned())
    }
}

fn block_filter(app: &Arc<App>, args: &Args) -> Outcome {
    let hash = args.hash(0, "blockhash")?;
    if !matches!(args.text(1), None | Some("basic")) {
        return Err(RpcError::not_found("Unknown filtertype"));
    }
    let (filter, header) = app.filters.get(&app.node, &hash)?;
    Ok(json!({ "filter": hex::encode(filter.as_slice()), "header": header }))
}
