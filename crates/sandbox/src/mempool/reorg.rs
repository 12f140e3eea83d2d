//! The pool after blocks left the chain: what they held waits again, and what waited may not be able to any more.

use std::mem;
use std::sync::Arc;

use bitcoin::{OutPoint, Transaction, Txid};

use super::accept::COINBASE_MATURITY;
use super::finality::is_final;
use super::{CHAIN_LIMIT, CHAIN_VSIZE_LIMIT, CoinView, Entry, Limits, LockPoints, Mempool, check};
use crate::index::Index;

impl Mempool {
    /// Puts the pool in order for a chain that lost blocks, in Core's steps. `returned` is what these held, in
    /// the order of the chain, rewards included; with `again` it waits once more, without it is forgotten.
    pub fn settle(&mut self, index: &Index, returned: &[Arc<Transaction>], again: bool, now: u32) {
        // What comes back is judged as if nothing waited: chains are counted afterwards.
        let fresh = Self {
            next_sequence: self.next_sequence + 1,
            ..Self::default()
        };
        let mut waiting = mem::replace(self, fresh);
        for tx in returned {
            let view = CoinView { index, pool: self };
            let checked = (again && !tx.is_coinbase())
                .then(|| check(view, tx, Limits::Reorg, now).ok())
                .flatten();
            match checked {
                Some(checked) if checked.evicted.is_empty() => self.insert(checked.entry),
                _ => waiting.remove_spenders(tx),
            }
        }
        let kept: Vec<Txid> = waiting.iter().map(|entry| entry.txid).collect();
        for entry in kept.iter().filter_map(|txid| waiting.get(txid)) {
            // Behind what came back, so that parents stand before children.
            self.insert(entry.clone());
        }
        self.remove_too_long(&kept);
        self.remove_untimely(index);
    }

    /// Takes out what spends a transaction that is gone, with all that follows.
    fn remove_spenders(&mut self, tx: &Transaction) {
        let txid = tx.compute_txid();
        for vout in 0..tx.output.len() as u32 {
            if let Some((spender, _)) = self.spender(&OutPoint { txid, vout }) {
                self.remove_with_descendants(&spender);
            }
        }
    }

    /// Takes out those of `kept` that stand behind too many now. How many follow a transaction is not looked at.
    fn remove_too_long(&mut self, kept: &[Txid]) {
        let too_long: Vec<Txid> = kept
            .iter()
            .filter(|txid| self.get(txid).is_some_and(|entry| self.is_too_long(entry)))
            .copied()
            .collect();
        for txid in &too_long {
            self.remove_with_descendants(txid);
        }
    }

    fn is_too_long(&self, entry: &Entry) -> bool {
        let ancestors = self.ancestors(&entry.tx);
        ancestors.len() + 1 > CHAIN_LIMIT
            || self.family(&ancestors).vsize + entry.vsize > CHAIN_VSIZE_LIMIT
    }

    /// Takes out what could not be in the next block: locked, or spending a reward that is young again.
    fn remove_untimely(&mut self, index: &Index) {
        let mut untimely = Vec::new();
        let mut renewed = Vec::new();
        for entry in self.iter() {
            match self.locks_now(index, entry) {
                Some(locks) if locks == entry.locks => {}
                Some(locks) => renewed.push((entry.txid, locks)),
                None => untimely.push(entry.txid),
            }
        }
        for (txid, locks) in renewed {
            if let Some(entry) = self.entries.get_mut(&txid) {
                entry.locks = locks;
            }
        }
        for txid in &untimely {
            self.remove_with_descendants(txid);
        }
    }

    /// The lock points of an entry that could be in the next block.
    fn locks_now(&self, index: &Index, entry: &Entry) -> Option<LockPoints> {
        let tip = index.tip();
        let next = tip.height + 1;
        if !is_final(&entry.tx, next, tip.median_time) {
            return None;
        }
        let view = CoinView { index, pool: self };
        let coins = entry
            .tx
            .input
            .iter()
            .map(|input| view.coin(&input.previous_output))
            .collect::<Option<Vec<_>>>()?;
        let young = |height: u32| next - height < COINBASE_MATURITY;
        if coins.iter().any(|coin| coin.coinbase && young(coin.height)) {
            return None;
        }
        let locks = if entry.locks.hold(index) {
            entry.locks
        } else {
            LockPoints::of(&entry.tx, &coins, index)
        };
        locks.are_passed(index).then_some(locks)
    }
}
