//! How many waiting transactions may hang together: the walk over ancestors that Bitcoin Core does, in its order, so that
//! the first limit it meets is the one that is named.

use std::collections::{BTreeMap, HashSet};

use bitcoin::Txid;
use bitcoin::hashes::Hash;

use super::{CHAIN_LIMIT, CHAIN_VSIZE_LIMIT, Entry, Mempool, Reject};

const TOO_LONG: &str = "too-long-mempool-chain";
/// Largest transaction that may be one descendant too many.
const EXTRA_VSIZE: u64 = 10_000;

/// Limits of one walk.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    ancestors: usize,
    ancestors_vsize: u64,
    descendants: usize,
    descendants_vsize: u64,
}

/// Checks how long the chains are that `entry` would belong to: 25 transactions and 101 kvB up and down.
///
/// What comes alone has two exceptions. One that replaces exactly one may stand in its place, and the rival's whole family in
/// size. And one small transaction more may follow a full family whose first it spends alone, so that either side of a
/// contract can pay for what both signed.
pub(super) fn check_chain(
    pool: &Mempool,
    entry: &Entry,
    conflicts: &HashSet<Txid>,
    alone: bool,
    truc: bool,
) -> Result<(), Reject> {
    let mut bounds = Bounds {
        ancestors: CHAIN_LIMIT,
        ancestors_vsize: CHAIN_VSIZE_LIMIT,
        descendants: CHAIN_LIMIT,
        descendants_vsize: CHAIN_VSIZE_LIMIT,
    };
    if alone && conflicts.len() == 1 {
        bounds.descendants += 1;
        let families = conflicts.iter().map(|rival| pool.descendants(rival));
        bounds.descendants_vsize += families
            .map(|family| pool.family(&family).vsize)
            .sum::<u64>();
    }
    let Err(details) = walk(pool, entry, bounds) else {
        return Ok(());
    };
    let one_more = Bounds {
        ancestors: 2,
        descendants: bounds.descendants + 1,
        descendants_vsize: bounds.descendants_vsize + EXTRA_VSIZE,
        ..bounds
    };
    if alone && !truc && entry.vsize <= EXTRA_VSIZE && walk(pool, entry, one_more).is_ok() {
        return Ok(());
    }
    Err(Reject::with(TOO_LONG, details))
}

/// Goes through the ancestors by the bytes of their ids.
fn walk(pool: &Mempool, entry: &Entry, bounds: Bounds) -> Result<(), String> {
    let mut seen = HashSet::new();
    let mut waiting: BTreeMap<[u8; 32], Txid> = BTreeMap::new();
    for input in &entry.tx.input {
        let parent = input.previous_output.txid;
        if pool.get(&parent).is_none() {
            continue;
        }
        waiting.insert(parent.to_byte_array(), parent);
        if waiting.len() + 1 > bounds.ancestors {
            let limit = bounds.ancestors;
            return Err(format!("too many unconfirmed parents [limit: {limit}]"));
        }
    }
    let mut vsize = entry.vsize;
    while let Some((_, txid)) = waiting.pop_first() {
        seen.insert(txid);
        let Some(ancestor) = pool.get(&txid) else {
            continue;
        };
        vsize += ancestor.vsize;
        let family = pool.descendants(&txid);
        let below = pool.family(&family);
        if below.vsize + entry.vsize > bounds.descendants_vsize {
            let limit = bounds.descendants_vsize;
            return Err(format!(
                "exceeds descendant size limit for tx {txid} [limit: {limit}]"
            ));
        }
        if family.len() + 1 > bounds.descendants {
            let limit = bounds.descendants;
            return Err(format!(
                "too many descendants for tx {txid} [limit: {limit}]"
            ));
        }
        if vsize > bounds.ancestors_vsize {
            let limit = bounds.ancestors_vsize;
            return Err(format!("exceeds ancestor size limit [limit: {limit}]"));
        }
        for parent in pool.parents(&ancestor.tx) {
            if !seen.contains(&parent) {
                waiting.insert(parent.to_byte_array(), parent);
            }
            if waiting.len() + seen.len() + 1 > bounds.ancestors {
                let limit = bounds.ancestors;
                return Err(format!("too many unconfirmed ancestors [limit: {limit}]"));
            }
        }
    }
    Ok(())
}
