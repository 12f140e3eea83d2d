//! Transactions that wait for a block.
//!
//! An entry passed, in this order, Core's checks of form, policy, finality, inputs, fee floor, chain
//! limits and replacement, and at last its scripts passed the kernel. The pool answers as Bitcoin Core
//! 28 does with default settings on regtest: fee floor and increment 1 sat/vB, full replace-by-fee,
//! 25 ancestors and descendants, dust at 3 sat/vB, no dust at all (the exemption of later versions is
//! not made), data carrier up to 83 bytes.

mod accept;
mod chain_limits;
mod coins;
mod diagnose;
mod finality;
mod form;
mod reject;
mod reorg;
mod replace;
mod scripts;
mod sigops;
mod standard;
mod template;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bitcoin::{Amount, OutPoint, Transaction, TxOut, Txid, Wtxid};

use crate::index::{ScriptHash, ScriptStats, script_hash};
pub use accept::{Accepted, Checked, Limits, check};
pub use coins::{CoinView, PoolCoin};
pub use finality::LockPoints;
pub use reject::Reject;
pub use sigops::sigop_cost;
pub use standard::{dust_threshold, last_push, script_type, witness_program};
pub use template::{Template, select};

/// Satoshis per 1000 virtual bytes a transaction must pay to enter (1 sat/vB, Core 29's default).
pub const MIN_RELAY_SAT_PER_KVB: u64 = 1_000;
/// Satoshis per 1000 virtual bytes a replacement must pay on top.
pub const INCREMENTAL_SAT_PER_KVB: u64 = 1_000;
/// Longest chain of unconfirmed transactions, the new one included.
pub const CHAIN_LIMIT: usize = 25;
/// Largest such chain in virtual bytes.
pub const CHAIN_VSIZE_LIMIT: u64 = 101_000;
/// Virtual bytes the pool holds at most (Core: 300 MB of memory).
pub const POOL_VSIZE_LIMIT: u64 = 100_000_000;

/// The fee for a size at a rate, rounded as Core's `CFeeRate::GetFee` (up).
pub fn fee_at(sat_per_kvb: u64, vsize: u64) -> u64 {
    (sat_per_kvb * vsize).div_ceil(1000)
}

/// A waiting transaction.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The transaction.
    pub tx: Arc<Transaction>,
    /// Its id.
    pub txid: Txid,
    /// Its id with witness (BIP-0141).
    pub wtxid: Wtxid,
    /// What it pays to the miner.
    pub fee: Amount,
    /// Virtual bytes, counting signature operations as Core does.
    pub vsize: u64,
    /// Weight units.
    pub weight: u64,
    /// Cost of its signature operations (BIP-0141).
    pub sigops: u64,
    /// Seconds since 1970 when it came.
    pub time: u32,
    /// Height of the tip when it came.
    pub height: u32,
    /// The outputs it spends, in input order.
    pub prevouts: Vec<TxOut>,
    /// Order of arrival.
    pub sequence: u64,
    /// When its relative lock times pass.
    pub locks: LockPoints,
}

/// Sums over a set of entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Family {
    /// How many.
    pub count: u64,
    /// Virtual bytes.
    pub vsize: u64,
    /// Fees in satoshis.
    pub fees: u64,
}

/// The pool.
#[derive(Debug, Default, Clone)]
pub struct Mempool {
    entries: HashMap<Txid, Entry>,
    by_wtxid: HashMap<Wtxid, Txid>,
    by_sequence: BTreeMap<u64, Txid>,
    spends: HashMap<OutPoint, (Txid, u32)>,
    scripts: HashMap<ScriptHash, BTreeSet<(u64, Txid)>>,
    next_sequence: u64,
    vsize: u64,
    fees: u64,
}

impl Mempool {
    /// How many wait.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// Virtual bytes of all.
    pub fn vsize(&self) -> u64 {
        self.vsize
    }

    /// Fees of all, in satoshis.
    pub fn fees(&self) -> u64 {
        self.fees
    }

    /// Counts every change, for Core's `mempool_sequence`.
    pub fn sequence(&self) -> u64 {
        self.next_sequence
    }

    /// One entry.
    pub fn get(&self, txid: &Txid) -> Option<&Entry> {
        self.entries.get(txid)
    }

    /// One entry by its id with witness.
    pub fn get_by_wtxid(&self, wtxid: &Wtxid) -> Option<&Entry> {
        self.entries.get(self.by_wtxid.get(wtxid)?)
    }

    /// All entries, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> + '_ {
        self.by_sequence
            .values()
            .filter_map(|txid| self.entries.get(txid))
    }

    /// Which entry spends an output, and by which input.
    pub fn spender(&self, outpoint: &OutPoint) -> Option<(Txid, u32)> {
        self.spends.get(outpoint).copied()
    }

    /// An output of a waiting transaction.
    pub fn output(&self, outpoint: &OutPoint) -> Option<&TxOut> {
        self.entries
            .get(&outpoint.txid)?
            .tx
            .output
            .get(outpoint.vout as usize)
    }

    /// Entries that pay or spend a script, newest first.
    pub fn of_script(&self, hash: &ScriptHash) -> impl Iterator<Item = &Entry> + '_ {
        self.scripts
            .get(hash)
            .into_iter()
            .flat_map(|set| set.iter().rev())
            .filter_map(|(_, txid)| self.entries.get(txid))
    }

    /// Esplora's five figures of a script over the pool.
    pub fn script_stats(&self, hash: &ScriptHash) -> ScriptStats {
        let mut stats = ScriptStats::default();
        for entry in self.of_script(hash) {
            stats.tx_count += 1;
            for output in &entry.tx.output {
                if script_hash(&output.script_pubkey) == *hash {
                    stats.funded_count += 1;
                    stats.funded_sum += output.value.to_sat();
                }
            }
            for output in &entry.prevouts {
                if script_hash(&output.script_pubkey) == *hash {
                    stats.spent_count += 1;
                    stats.spent_sum += output.value.to_sat();
                }
            }
        }
        stats
    }

    /// Entries whose outputs this one spends.
    pub fn parents(&self, tx: &Transaction) -> BTreeSet<Txid> {
        tx.input
            .iter()
            .map(|input| input.previous_output.txid)
            .filter(|txid| self.entries.contains_key(txid))
            .collect()
    }

    /// Entries that spend this one's outputs.
    pub fn children(&self, txid: &Txid) -> BTreeSet<Txid> {
        let outputs = self
            .entries
            .get(txid)
            .map_or(0, |entry| entry.tx.output.len());
        (0..outputs as u32)
            .filter_map(|vout| self.spends.get(&OutPoint { txid: *txid, vout }))
            .map(|(child, _)| *child)
            .collect()
    }

    /// All unconfirmed ancestors of a transaction, itself not included.
    pub fn ancestors(&self, tx: &Transaction) -> HashSet<Txid> {
        let mut found = HashSet::new();
        let mut queue: Vec<Txid> = self.parents(tx).into_iter().collect();
        while let Some(txid) = queue.pop() {
            if found.insert(txid)
                && let Some(entry) = self.entries.get(&txid)
            {
                queue.extend(self.parents(&entry.tx));
            }
        }
        found
    }

    /// All descendants of an entry, itself included.
    pub fn descendants(&self, txid: &Txid) -> HashSet<Txid> {
        let mut found = HashSet::new();
        let mut queue = vec![*txid];
        while let Some(txid) = queue.pop() {
            if found.insert(txid) {
                queue.extend(self.children(&txid));
            }
        }
        found
    }

    /// Sums over some entries.
    pub fn family<'a>(&self, txids: impl IntoIterator<Item = &'a Txid>) -> Family {
        let mut sum = Family::default();
        for entry in txids.into_iter().filter_map(|txid| self.entries.get(txid)) {
            sum.count += 1;
            sum.vsize += entry.vsize;
            sum.fees += entry.fee.to_sat();
        }
        sum
    }

    /// The scripts an entry touches, each once.
    fn scripts_of(entry: &Entry) -> HashSet<ScriptHash> {
        entry
            .tx
            .output
            .iter()
            .chain(&entry.prevouts)
            .map(|output| script_hash(&output.script_pubkey))
            .collect()
    }

    /// Puts a checked entry in. The caller has removed what it conflicts with.
    pub fn insert(&mut self, mut entry: Entry) {
        entry.sequence = self.next_sequence;
        self.next_sequence += 1;
        for hash in Self::scripts_of(&entry) {
            self.scripts
                .entry(hash)
                .or_default()
                .insert((entry.sequence, entry.txid));
        }
        for (vin, input) in entry.tx.input.iter().enumerate() {
            self.spends
                .insert(input.previous_output, (entry.txid, vin as u32));
        }
        self.by_wtxid.insert(entry.wtxid, entry.txid);
        self.by_sequence.insert(entry.sequence, entry.txid);
        self.vsize += entry.vsize;
        self.fees += entry.fee.to_sat();
        self.entries.insert(entry.txid, entry);
    }

    /// Takes one entry out, leaving its descendants.
    pub fn remove(&mut self, txid: &Txid) -> Option<Entry> {
        let entry = self.entries.remove(txid)?;
        self.next_sequence += 1;
        for hash in Self::scripts_of(&entry) {
            if let Some(set) = self.scripts.get_mut(&hash) {
                set.remove(&(entry.sequence, *txid));
                if set.is_empty() {
                    self.scripts.remove(&hash);
                }
            }
        }
        for input in &entry.tx.input {
            self.spends.remove(&input.previous_output);
        }
        self.by_wtxid.remove(&entry.wtxid);
        self.by_sequence.remove(&entry.sequence);
        self.vsize -= entry.vsize;
        self.fees -= entry.fee.to_sat();
        Some(entry)
    }

    /// Takes an entry and all its descendants out; returns them, parents before children.
    pub fn remove_with_descendants(&mut self, txid: &Txid) -> Vec<Entry> {
        let mut removed: Vec<Entry> = self
            .descendants(txid)
            .iter()
            .filter_map(|txid| self.remove(txid))
            .collect();
        removed.sort_by_key(|entry| entry.sequence);
        removed
    }

    /// After a block: takes out what it confirmed and what it made impossible.
    pub fn confirm(&mut self, txs: &[Arc<Transaction>], txids: &[Txid]) {
        for (tx, txid) in txs.iter().zip(txids).skip(1) {
            self.remove(txid);
            for input in &tx.input {
                if let Some((rival, _)) = self.spender(&input.previous_output) {
                    self.remove_with_descendants(&rival);
                }
            }
        }
    }
}
