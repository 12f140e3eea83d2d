//! Which entries go into the next block: best rate first, a child's fee counting for its parents.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;

use bitcoin::{Transaction, Txid};

use super::Mempool;

/// Left free for header, coinbase and its commitment, in weight units (Core's reserve).
const RESERVED_WEIGHT: u64 = 8_000;
const MAX_WEIGHT: u64 = 4_000_000;
const MAX_SIGOPS: u64 = 80_000 - 400;

/// Transactions for a block, parents before children.
#[derive(Debug, Default)]
pub struct Template {
    /// In block order.
    pub txs: Vec<Arc<Transaction>>,
    /// Their fees in satoshis.
    pub fees: u64,
    /// Their weight.
    pub weight: u64,
}

#[derive(PartialEq, Eq)]
struct Candidate {
    fees: u64,
    vsize: u64,
    sequence: u64,
    txid: Txid,
}

impl Ord for Candidate {
    /// Higher rate first; older first among equals.
    fn cmp(&self, other: &Self) -> Ordering {
        let ours = u128::from(self.fees) * u128::from(other.vsize);
        let theirs = u128::from(other.fees) * u128::from(self.vsize);
        ours.cmp(&theirs).then(other.sequence.cmp(&self.sequence))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Fills a block from the pool.
pub fn select(pool: &Mempool) -> Template {
    let mut template = Template::default();
    let mut sigops = 0;
    let mut chosen: HashSet<Txid> = HashSet::new();
    let mut skipped: HashSet<Txid> = HashSet::new();
    let candidate = |txid: &Txid, chosen: &HashSet<Txid>| {
        let entry = pool.get(txid)?;
        let mut missing = pool.ancestors(&entry.tx);
        missing.retain(|ancestor| !chosen.contains(ancestor));
        missing.insert(*txid);
        let family = pool.family(&missing);
        let candidate = Candidate {
            fees: family.fees,
            vsize: family.vsize,
            sequence: entry.sequence,
            txid: *txid,
        };
        Some((candidate, missing))
    };
    let mut heap: BinaryHeap<Candidate> = pool
        .iter()
        .filter_map(|entry| candidate(&entry.txid, &chosen))
        .map(|(candidate, _)| candidate)
        .collect();
    while let Some(top) = heap.pop() {
        if chosen.contains(&top.txid) || skipped.contains(&top.txid) {
            continue;
        }
        let Some((fresh, package)) = candidate(&top.txid, &chosen) else {
            continue;
        };
        if fresh != top {
            // Some ancestors went in since: its own rate counts now.
            heap.push(fresh);
            continue;
        }
        let mut entries: Vec<_> = package.iter().filter_map(|txid| pool.get(txid)).collect();
        entries.sort_by_key(|entry| entry.sequence);
        let weight: u64 = entries.iter().map(|entry| entry.weight).sum();
        let cost: u64 = entries.iter().map(|entry| entry.sigops).sum();
        if template.weight + weight + RESERVED_WEIGHT > MAX_WEIGHT || sigops + cost > MAX_SIGOPS {
            skipped.insert(top.txid);
            continue;
        }
        sigops += cost;
        template.weight += weight;
        for entry in &entries {
            template.fees += entry.fee.to_sat();
            template.txs.push(entry.tx.clone());
            chosen.insert(entry.txid);
        }
        // Descendants need fewer ancestors now; offer them at their new rate.
        for descendant in entries.iter().flat_map(|entry| pool.children(&entry.txid)) {
            if !chosen.contains(&descendant)
                && let Some((fresh, _)) = candidate(&descendant, &chosen)
            {
                heap.push(fresh);
            }
        }
    }
    template
}
