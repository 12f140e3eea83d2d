//! What happened in a wallet, newest first, without walking what nobody asked for.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashSet};
use std::sync::Arc;

use bitcoin::{OutPoint, Transaction, TxOut, Txid};

use super::Wallet;
use crate::chain::BlockEntry;
use crate::index::Position;
use crate::node::State;

/// Where a transaction of a wallet is.
#[derive(Debug, Clone)]
pub enum Place {
    /// In the active chain.
    Block(Position, Arc<BlockEntry>),
    /// Waiting.
    Pool,
    /// Nowhere: the wallet sent it, and it was replaced or fell out.
    Gone,
}

/// A transaction of a wallet.
#[derive(Debug, Clone)]
pub struct OwnTx {
    /// Its id.
    pub txid: Txid,
    /// Itself.
    pub tx: Arc<Transaction>,
    /// Where it is.
    pub place: Place,
    /// Seconds since 1970 when the wallet heard of it, or of its block.
    pub time: u32,
}

impl Wallet {
    /// All its transactions, newest first.
    pub fn history<'a>(&'a self, state: &'a State) -> impl Iterator<Item = OwnTx> + 'a {
        self.unconfirmed(state)
            .into_iter()
            .chain(self.confirmed(state))
    }

    /// One of its transactions.
    pub fn tx(&self, state: &State, txid: &Txid) -> Option<OwnTx> {
        if let Some(entry) = state.pool.get(txid) {
            let touches = entry
                .tx
                .output
                .iter()
                .chain(&entry.prevouts)
                .any(|output| self.scripts.contains_key(&output.script_pubkey));
            return touches.then(|| self.waiting(entry));
        }
        if let Some(position) = state.index.position(txid) {
            let own = self.at(state, position);
            let paid = own.tx.output.iter();
            let mut spent = own
                .tx
                .input
                .iter()
                .filter_map(|input| state.index.output(&input.previous_output));
            let touches = paid
                .chain(&mut spent)
                .any(|output| self.scripts.contains_key(&output.script_pubkey));
            return touches.then_some(own);
        }
        self.sent(txid).map(|sent| OwnTx {
            txid: *txid,
            tx: sent.tx.clone(),
            place: Place::Gone,
            time: sent.time,
        })
    }

    /// How many transactions it has.
    pub fn tx_count(&self, state: &State) -> usize {
        let confirmed: BTreeSet<Position> = self
            .scripts
            .values()
            .filter_map(|own| state.index.script(&own.hash))
            .flat_map(|record| record.history.iter().copied())
            .collect();
        confirmed.len() + self.unconfirmed(state).len()
    }

    fn waiting(&self, entry: &crate::mempool::Entry) -> OwnTx {
        OwnTx {
            txid: entry.txid,
            tx: entry.tx.clone(),
            place: Place::Pool,
            time: self.sent(&entry.txid).map_or(entry.time, |sent| sent.time),
        }
    }

    fn at(&self, state: &State, position: Position) -> OwnTx {
        let block = state.index.blocks()[position.height as usize].clone();
        let txid = block.txids[position.index as usize];
        OwnTx {
            txid,
            tx: block.txs[position.index as usize].clone(),
            // A payment of its own is as old as it is; of others' the block is the first that is known.
            time: self.sent(&txid).map_or(block.header.time, |sent| sent.time),
            place: Place::Block(position, block),
        }
    }

    /// What waits and what is nowhere, newest first.
    fn unconfirmed(&self, state: &State) -> Vec<OwnTx> {
        let mut seen = HashSet::new();
        let mut waiting: Vec<_> = self
            .scripts
            .values()
            .flat_map(|own| state.pool.of_script(&own.hash))
            .filter(|entry| seen.insert(entry.txid))
            .collect();
        waiting.sort_by_key(|entry| Reverse(entry.sequence));
        let gone = self.sent.iter().rev().filter_map(|sent| {
            let txid = sent.tx.compute_txid();
            let known = state.pool.get(&txid).is_some() || state.index.position(&txid).is_some();
            (!known).then(|| OwnTx {
                txid,
                tx: sent.tx.clone(),
                place: Place::Gone,
                time: sent.time,
            })
        });
        waiting
            .into_iter()
            .map(|entry| self.waiting(entry))
            .chain(gone)
            .collect()
    }

    /// What the chain has, newest first: the newest of every script, merged.
    fn confirmed<'a>(&'a self, state: &'a State) -> impl Iterator<Item = OwnTx> + 'a {
        let mut histories: Vec<_> = self
            .scripts
            .values()
            .filter_map(|own| state.index.script(&own.hash))
            .map(|record| record.newest_first(None))
            .collect();
        let mut heap: BinaryHeap<(Position, usize)> = histories
            .iter_mut()
            .enumerate()
            .filter_map(|(number, history)| Some((history.next()?, number)))
            .collect();
        let mut last = None;
        std::iter::from_fn(move || {
            loop {
                let (position, number) = heap.pop()?;
                if let Some(next) = histories[number].next() {
                    heap.push((next, number));
                }
                // A transaction is in the history of each script it touches.
                if last.replace(position) != Some(position) {
                    return Some(position);
                }
            }
        })
        .map(move |position| self.at(state, position))
    }

    /// What an input spends, as far as it is known.
    pub fn spent<'a>(
        &self,
        state: &'a State,
        own: &OwnTx,
        outpoint: &OutPoint,
    ) -> Option<&'a TxOut> {
        if own.tx.is_coinbase() {
            return None;
        }
        state
            .index
            .output(outpoint)
            .or_else(|| state.pool.output(outpoint))
            .or_else(|| {
                let entry = state.pool.get(&own.txid)?;
                let mut inputs = own.tx.input.iter();
                let place = inputs.position(|input| input.previous_output == *outpoint)?;
                entry.prevouts.get(place)
            })
    }

    /// Its other transactions that spend a coin this one spends, and of them those that wait.
    pub fn conflicts(&self, state: &State, own: &OwnTx) -> (BTreeSet<Txid>, BTreeSet<Txid>) {
        let mut in_wallet = BTreeSet::new();
        let mut in_pool = BTreeSet::new();
        for input in own.tx.input.iter().filter(|_| !own.tx.is_coinbase()) {
            let outpoint = input.previous_output;
            let waiting = state.pool.spender(&outpoint).map(|(txid, _)| txid);
            let mined = state.index.spender(&outpoint).map(|spender| spender.txid);
            in_pool.extend(waiting.filter(|txid| *txid != own.txid));
            let rivals = self.sent.iter().filter(|sent| {
                sent.tx
                    .input
                    .iter()
                    .any(|other| other.previous_output == outpoint)
            });
            in_wallet.extend(rivals.map(|sent| sent.tx.compute_txid()));
            for txid in waiting.into_iter().chain(mined) {
                if self.tx(state, &txid).is_some() {
                    in_wallet.insert(txid);
                }
            }
        }
        in_wallet.remove(&own.txid);
        (in_wallet, in_pool)
    }

    /// Blocks on a transaction; negative on one that contradicts it.
    pub fn confirmations(&self, state: &State, own: &OwnTx) -> i64 {
        let depth = |height: u32| i64::from(state.index.height() - height) + 1;
        match &own.place {
            Place::Block(position, _) => depth(position.height),
            Place::Pool => 0,
            Place::Gone => own
                .tx
                .input
                .iter()
                .filter_map(|input| state.index.spender(&input.previous_output))
                .filter_map(|spender| state.index.position(&spender.txid))
                .map(|position| -depth(position.height))
                .min()
                .unwrap_or(0),
        }
    }
}
