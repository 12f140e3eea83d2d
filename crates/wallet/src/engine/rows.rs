//! Rows as they follow from the transactions known.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bitcoin::{Address, Amount, OutPoint, Script, Transaction, Txid};
use satchel_types::{CoinRow, CoinState, Direction, Timestamp, TxRow, TxState};

use super::view::Place;
use super::{ChainSide, Engine, TxDetails, TxInput, TxOutput};

/// Confirmations that a coinbase needs before it can be spent.
const MATURITY: u32 = 100;

impl Engine {
    /// Returns all about one transaction.
    pub fn transaction(&self, txid: Txid) -> Option<TxDetails> {
        let row = self.view.txs.get(&txid)?.clone();
        let tx = self.tx(txid)?;
        let paid_by_us = row.spent > Amount::ZERO;
        let inputs = tx
            .input
            .iter()
            .map(|input| {
                let out = self.tx_graph().get_txout(input.previous_output);
                TxInput {
                    outpoint: input.previous_output,
                    amount: out.map(|out| out.value),
                    address: out.and_then(|out| self.address_text(&out.script_pubkey)),
                    ours: self
                        .own_output(input.previous_output)
                        .map(|(side, index, _)| (side, index)),
                }
            })
            .collect();
        let outputs = (0..)
            .zip(&tx.output)
            .map(|(vout, out)| {
                let ours = self.is_mine(&out.script_pubkey);
                let spenders = self.tx_graph().outspends(OutPoint::new(txid, vout));
                TxOutput {
                    vout,
                    amount: out.value,
                    script: out.script_pubkey.clone(),
                    address: self.address_text(&out.script_pubkey),
                    ours,
                    change: paid_by_us && matches!(ours, Some((ChainSide::Change, _))),
                    spent_by: spenders.iter().copied().find(|by| self.is_live(*by)),
                }
            })
            .collect();
        let conflicts: BTreeSet<Txid> = self
            .tx_graph()
            .direct_conflicts(&tx)
            .map(|(_, other)| other)
            .collect();
        Some(TxDetails {
            row,
            inputs,
            outputs,
            tx,
            conflicts: conflicts.into_iter().collect(),
        })
    }

    /// Returns the transaction that spends one of this wallet's outputs and counts.
    pub fn spender(&self, outpoint: OutPoint) -> Option<Arc<Transaction>> {
        let spenders = self.tx_graph().outspends(outpoint);
        let live = spenders.iter().copied().find(|by| self.is_live(*by))?;
        self.tx(live)
    }

    pub(super) fn address_text(&self, script: &Script) -> Option<String> {
        Address::from_script(script, self.network)
            .ok()
            .map(|address| address.to_string())
    }

    /// Works out a transaction's row from scratch; `None` if it is none of this wallet's.
    pub(super) fn tx_row(&self, txid: Txid) -> Option<TxRow> {
        let tx = self.tx(txid)?;
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
            amounts.fold(Amount::ZERO, |a, b| a.checked_add(b).unwrap_or(a))
        };
        let own_inputs: Vec<Amount> = tx
            .input
            .iter()
            .filter_map(|input| Some(self.own_output(input.previous_output)?.2))
            .collect();
        // (vout, amount, side) of this wallet's outputs; the rest go to others.
        let mut own = Vec::new();
        let mut foreign = Vec::new();
        for (vout, out) in tx.output.iter().enumerate() {
            match self.is_mine(&out.script_pubkey) {
                Some((side, _)) => own.push((vout, out, side)),
                None => foreign.push((vout, out)),
            }
        }
        if own_inputs.is_empty() && own.is_empty() {
            return None;
        }
        let spent = sum(&mut own_inputs.iter().copied());
        let received = sum(&mut own.iter().map(|(_, out, _)| out.value));
        let direction = if own_inputs.is_empty() || received > spent {
            Direction::Incoming
        } else if foreign.is_empty() {
            Direction::Internal
        } else {
            Direction::Outgoing
        };
        let shown: Vec<_> = match direction {
            Direction::Outgoing => foreign,
            Direction::Incoming => own.iter().map(|(vout, out, _)| (*vout, *out)).collect(),
            Direction::Internal => {
                let receive_side: Vec<_> = own
                    .iter()
                    .filter(|(_, _, side)| *side == ChainSide::Receive)
                    .map(|(vout, out, _)| (*vout, *out))
                    .collect();
                if receive_side.is_empty() {
                    own.iter().map(|(vout, out, _)| (*vout, *out)).collect()
                } else {
                    receive_side
                }
            }
        };
        // The largest stands for all, the first of equals.
        let shown: Vec<_> = shown
            .into_iter()
            .filter_map(|(vout, out)| Some((vout, out, self.address_text(&out.script_pubkey)?)))
            .collect();
        let address = shown
            .iter()
            .max_by_key(|(vout, out, _)| (out.value, std::cmp::Reverse(*vout)))
            .map(|(_, _, address)| address.clone());
        let addresses: HashSet<_> = shown.iter().map(|(_, _, address)| address).collect();
        Some(TxRow {
            txid,
            state: self.tx_state(txid, &tx),
            direction,
            spent,
            received,
            fee: self.fee(&tx),
            vsize: tx.vsize() as u64,
            address,
            more_addresses: u32::try_from(addresses.len().saturating_sub(1)).unwrap_or(u32::MAX),
            signals_rbf: tx.is_explicitly_rbf(),
            cancels: self.notes.cancels.get(&txid).copied(),
            label: None,
        })
    }

    /// Returns a transaction's fee, when all amounts are known and add up.
    fn fee(&self, tx: &Transaction) -> Option<Amount> {
        if tx.is_coinbase() {
            return None;
        }
        let add = |sum: Amount, amount: Option<Amount>| sum.checked_add(amount?);
        let spent = tx
            .input
            .iter()
            .map(|input| Some(self.tx_graph().get_txout(input.previous_output)?.value))
            .try_fold(Amount::ZERO, add)?;
        let paid = tx
            .output
            .iter()
            .map(|out| Some(out.value))
            .try_fold(Amount::ZERO, add)?;
        spent.checked_sub(paid)
    }

    fn tx_state(&self, txid: Txid, tx: &Transaction) -> TxState {
        match self.place(txid) {
            Some(Place::Block(anchor)) => TxState::Confirmed {
                height: anchor.block_id.height,
                hash: anchor.block_id.hash,
                time: Timestamp::from_secs(anchor.confirmation_time),
            },
            Some(Place::Mempool) => TxState::Pending {
                first_seen: self.first_seen(txid),
            },
            None => {
                let at = self
                    .notes
                    .gone
                    .get(&txid)
                    .copied()
                    .unwrap_or_else(|| self.first_seen(txid));
                match self.replacer(txid, tx) {
                    Some(by) => TxState::Replaced { by, at },
                    None => TxState::Dropped { at },
                }
            }
        }
    }

    /// Returns when a transaction was first seen in no block; one that was never seen but came
    /// out of a block has the time of that block.
    fn first_seen(&self, txid: Txid) -> Timestamp {
        let seen = self.notes.first_seen.get(&txid).copied();
        let mined = || {
            let anchors = self.tx_graph().all_anchors().get(&txid)?;
            anchors.iter().map(|anchor| anchor.confirmation_time).min()
        };
        Timestamp::from_secs(seen.or_else(mined).unwrap_or(0))
    }

    /// Returns the live transaction that took an input of this one, or of one it builds on.
    fn replacer(&self, txid: Txid, tx: &Transaction) -> Option<Txid> {
        let mut visited = HashSet::from([txid]);
        let mut queue = vec![(txid, tx.clone())];
        let mut found = BTreeSet::new();
        while let Some((_, tx)) = queue.pop() {
            for (_, rival) in self.tx_graph().direct_conflicts(&tx) {
                if self.is_live(rival) {
                    found.insert(rival);
                }
            }
            if !found.is_empty() {
                return found.pop_first();
            }
            for input in &tx.input {
                let parent = input.previous_output.txid;
                if !self.is_live(parent)
                    && visited.insert(parent)
                    && let Some(tx) = self.tx(parent)
                {
                    queue.push((parent, tx.as_ref().clone()));
                }
            }
        }
        None
    }

    /// Works out a coin's row from scratch; `None` if there is no such coin now.
    pub(super) fn coin_row(
        &self,
        outpoint: OutPoint,
        trust: &mut HashMap<Txid, bool>,
    ) -> Option<CoinRow> {
        let (side, index, amount) = self.own_output(outpoint)?;
        let tx = self.tx(outpoint.txid)?;
        let place = self.place(outpoint.txid)?;
        let spenders = self.tx_graph().outspends(outpoint);
        if spenders.iter().any(|txid| self.is_live(*txid)) {
            return None;
        }
        let state = match place {
            Place::Block(anchor) => {
                let height = anchor.block_id.height;
                let time = Timestamp::from_secs(anchor.confirmation_time);
                let tip = self.chain.tip_id().height;
                let confirmations = (tip + 1).saturating_sub(height);
                if tx.is_coinbase() && confirmations < MATURITY {
                    CoinState::Immature { height, time }
                } else {
                    CoinState::Confirmed { height, time }
                }
            }
            Place::Mempool => {
                let first_seen = self.first_seen(outpoint.txid);
                if self.is_trusted(outpoint.txid, trust) {
                    CoinState::PendingChange { first_seen }
                } else {
                    CoinState::PendingIncoming { first_seen }
                }
            }
        };
        let script = tx.output.get(outpoint.vout as usize)?.script_pubkey.clone();
        Some(CoinRow {
            outpoint,
            amount,
            address: self
                .address_text(&script)
                .unwrap_or_else(|| script.to_hex_string()),
            script,
            side,
            index,
            state,
            locked: false,
            label: None,
            reserved_by: None,
        })
    }

    /// Returns whether nobody but this wallet could take a pending transaction back: all its
    /// inputs are this wallet's, and so are those of the pending ones it builds on.
    fn is_trusted(&self, txid: Txid, known: &mut HashMap<Txid, bool>) -> bool {
        let mut path = vec![txid];
        // Depth first; a transaction is decided once all its parents are.
        while let Some(&next) = path.last() {
            if known.contains_key(&next) {
                path.pop();
                continue;
            }
            let own = |tx: &Transaction| {
                !tx.is_coinbase()
                    && tx
                        .input
                        .iter()
                        .all(|input| self.own_output(input.previous_output).is_some())
            };
            let verdict = match (self.place(next), self.tx(next)) {
                (Some(Place::Block(_)), _) => Some(true),
                (Some(Place::Mempool), Some(tx)) if own(&tx) => {
                    let parents: Vec<Txid> =
                        tx.input.iter().map(|i| i.previous_output.txid).collect();
                    match parents.iter().find(|p| !known.contains_key(*p)) {
                        Some(undecided) => {
                            path.push(*undecided);
                            None
                        }
                        None => Some(parents.iter().all(|p| known[p])),
                    }
                }
                _ => Some(false),
            };
            if let Some(verdict) = verdict {
                known.insert(next, verdict);
                path.pop();
            }
        }
        known[&txid]
    }
}
