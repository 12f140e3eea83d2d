//! Taking what a chain source told, and what the owner did.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bdk_chain::{BlockId, ConfirmationBlockTime, TxUpdate};
use bitcoin::{OutPoint, Transaction, Txid};
use satchel_types::{
    BlockRef, ChainSide, Freshness, ScanBatch, ScanEnd, ScannedTx, Timestamp, TxSeen, TxState,
    Write,
};

use super::addresses::believed;
use super::{ApplyError, Engine, FullScan, Update, WalletEvent};
use crate::changes::Changes;
use crate::oracle::ChainDelta;

/// Seconds between the first time a source misses a pending transaction and the time its coins
/// are free again. Servers lose sight of transactions for moments, and a payment made from coins
/// that are not free after all would compete with the first one.
const MISSED_FOR: u64 = 60;

impl Engine {
    /// Takes one batch of a scan.
    ///
    /// # Errors
    /// When the batch contradicts itself or the chain known here; then nothing was taken.
    pub fn apply_batch(&mut self, batch: &ScanBatch, now: Timestamp) -> Result<Update, ApplyError> {
        self.take_batch(batch, None, now)
    }

    pub(super) fn take_batch(
        &mut self,
        batch: &ScanBatch,
        full: Option<&FullScan>,
        now: Timestamp,
    ) -> Result<Update, ApplyError> {
        let scanned = self.checked(batch)?;
        let anchored = batch.txs.iter().filter_map(|tx| match tx.seen {
            TxSeen::Block { block, .. } => Some(block),
            TxSeen::Mempool => None,
        });
        let mut delta = self.chain.join(&batch.blocks, anchored)?;

        let tip_before = self.tip();
        let mut changes = Changes::default();
        self.reveal_used(&batch.last_used, &mut changes);
        let scanned = self.relevant(scanned);
        let mut touched = self.join_chain(&mut delta, &scanned, &mut changes);
        self.check_progress(&mut changes);
        self.insert(&scanned, now, &mut touched, &mut changes);
        self.settle(batch, &scanned, &mut touched, &mut changes);
        if let Some(full) = full {
            self.note_progress(full, batch, &mut changes);
        }
        let mut update = self.refresh(touched, now, &mut changes);
        if let Some(tip) = self.tip().filter(|tip| Some(*tip) != tip_before) {
            update.events.insert(0, WalletEvent::TipChanged { tip });
        }
        Ok(update)
    }

    /// Takes the end of a scan: who is missing, and how fresh the picture is.
    ///
    /// A pending transaction counts as dropped only after two scans in a row missed it, at least
    /// 60 seconds apart, together with what builds on it. It is kept in the history.
    pub fn apply_end(&mut self, end: &ScanEnd, source: &str, now: Timestamp) -> Update {
        self.take_end(end, source, (end.tip, now), now, Changes::default())
    }

    /// Takes the end of a scan that claims to be as fresh as `as_of`.
    pub(super) fn take_end(
        &mut self,
        end: &ScanEnd,
        source: &str,
        as_of: (BlockRef, Timestamp),
        now: Timestamp,
        mut changes: Changes,
    ) -> Update {
        let missing: HashSet<Txid> = end.missing.iter().copied().collect();
        let mut lost = Vec::new();
        let pending: Vec<Txid> = self
            .view
            .open
            .iter()
            .copied()
            .filter(|txid| self.is_pending(*txid))
            .collect();
        for txid in pending {
            // One that something pending builds on is there, whatever the source says.
            let stands = !missing.contains(&txid)
                || self
                    .pending_descendants(txid)
                    .iter()
                    .any(|child| !missing.contains(child));
            if stands {
                self.forget_miss(txid, &mut changes);
                continue;
            }
            match self.notes.missed.get(&txid) {
                Some(first) if now.secs_since(*first) >= MISSED_FOR => lost.push(txid),
                Some(first) if *first <= now => {}
                // Missed for the first time, or by a clock that was ahead then: the minute begins now.
                _ => {
                    self.notes.missed.insert(txid, now);
                    changes.missed.insert(txid, Some(now.as_secs()));
                }
            }
        }
        self.give_up(&lost, now, &mut changes);
        let mut update = self.refresh(HashSet::new(), now, &mut changes);
        let writes = &mut update.batch.writes;
        if !writes.iter().any(|w| matches!(w, Write::PutBalance(..))) {
            writes.push(Write::PutBalance(self.id, self.view.balance));
        }
        writes.push(Write::PutFreshness(
            self.id,
            Freshness {
                height: as_of.0.height,
                hash: as_of.0.hash,
                synced_at: as_of.1,
                source: source.to_owned(),
            },
        ));
        update
    }

    /// Enters this wallet's own payment as pending at once. `cancels` names the payment it takes
    /// back, if that is its purpose.
    pub fn note_sent(&mut self, tx: &Transaction, cancels: Option<Txid>, now: Timestamp) -> Update {
        let txid = tx.compute_txid();
        let mut changes = Changes::default();
        if let Some(what) = cancels {
            self.notes.cancels.insert(txid, what);
            changes.cancels.insert(txid, what);
        }
        let own = Scanned {
            txid,
            tx: Arc::new(tx.clone()),
            seen: TxSeen::Mempool,
            prevouts: &[],
        };
        let mut touched = HashSet::from([txid]);
        self.insert(&[own], now, &mut touched, &mut changes);
        self.refresh(touched, now, &mut changes)
    }

    /// Gives up a pending payment that no block took: its coins are free again, and so are those
    /// of what builds on it. It comes back if a scan sees it. Does nothing to any other.
    pub fn abandon(&mut self, txid: Txid, now: Timestamp) -> Update {
        if !self.is_pending(txid) {
            return Update::default();
        }
        let mut changes = Changes::default();
        self.give_up(&[txid], now, &mut changes);
        self.refresh(HashSet::new(), now, &mut changes)
    }

    fn is_pending(&self, txid: Txid) -> bool {
        self.view
            .txs
            .get(&txid)
            .is_some_and(|row| matches!(row.state, TxState::Pending { .. }))
    }

    /// Returns the pending transactions that spend from one, directly or not.
    pub fn pending_descendants(&self, txid: Txid) -> BTreeSet<Txid> {
        let mut found = BTreeSet::new();
        let mut queue = vec![txid];
        while let Some(parent) = queue.pop() {
            for (_, children) in self.tx_graph().tx_spends(parent) {
                for child in children {
                    if self.is_pending(*child) && found.insert(*child) {
                        queue.push(*child);
                    }
                }
            }
        }
        found
    }

    fn forget_miss(&mut self, txid: Txid, changes: &mut Changes) {
        if self.notes.missed.remove(&txid).is_some() {
            changes.missed.insert(txid, None);
        }
    }

    fn tick(&mut self, now: Timestamp) -> u64 {
        self.clock = now.as_secs().max(self.clock + 1);
        self.clock
    }

    /// Lets transactions count no more, and what builds on them.
    fn give_up(&mut self, lost: &[Txid], now: Timestamp, changes: &mut Changes) {
        let mut all: BTreeSet<Txid> = lost.iter().copied().collect();
        for txid in lost {
            all.extend(self.pending_descendants(*txid));
        }
        self.evict(all, now, changes);
    }

    /// Marks transactions as not seen any more.
    pub(super) fn evict(
        &mut self,
        txids: impl IntoIterator<Item = Txid>,
        now: Timestamp,
        changes: &mut Changes,
    ) {
        let mut txids = txids.into_iter().peekable();
        if txids.peek().is_none() {
            return;
        }
        let at = self.tick(now);
        for txid in txids {
            self.forget_miss(txid, changes);
            let mut update = TxUpdate::default();
            update.evicted_ats.insert((txid, at));
            let learned = self.graph.apply_update(update);
            changes.absorb_graph(learned.tx_graph);
        }
    }

    /// Finds the bytes of every transaction, and checks those that were sent.
    fn checked<'b>(&self, batch: &'b ScanBatch) -> Result<Vec<Scanned<'b>>, ApplyError> {
        batch
            .txs
            .iter()
            .map(|told: &ScannedTx| {
                let missing = ApplyError::MissingTransaction { txid: told.txid };
                let tx = match &told.tx {
                    Some(tx) if tx.compute_txid() == told.txid => Arc::clone(tx),
                    Some(_) => return Err(missing),
                    None => self.tx(told.txid).ok_or(missing)?,
                };
                Ok(Scanned {
                    txid: told.txid,
                    tx,
                    seen: told.seen,
                    prevouts: &told.prevouts,
                })
            })
            .collect()
    }

    fn reveal_used(&mut self, last_used: &[(ChainSide, u32)], changes: &mut Changes) {
        for &(side, index) in last_used {
            let index = believed(self.last_revealed(side), index);
            let learned = self.graph.index.reveal_to_target(side, index);
            if let Some((_, learned)) = learned {
                self.absorb_index(learned, changes);
            }
        }
    }

    /// Keeps the transactions that pay this wallet, spend from it, or compete with one known.
    fn relevant<'b>(&self, scanned: Vec<Scanned<'b>>) -> Vec<Scanned<'b>> {
        let own: HashSet<OutPoint> = scanned
            .iter()
            .flat_map(|told| {
                let outputs = (0..).zip(&told.tx.output);
                outputs
                    .filter(|(_, out)| self.is_mine(&out.script_pubkey).is_some())
                    .map(|(vout, _)| OutPoint::new(told.txid, vout))
            })
            .collect();
        let payers: HashSet<Txid> = own.iter().map(|outpoint| outpoint.txid).collect();
        scanned
            .into_iter()
            .filter(|told| {
                // A coinbase lives in a block or not at all.
                if told.tx.is_coinbase() && told.seen == TxSeen::Mempool {
                    return false;
                }
                payers.contains(&told.txid)
                    || told.tx.input.iter().any(|input| {
                        let spent = input.previous_output;
                        own.contains(&spent)
                            || self.own_output(spent).is_some()
                            || !self.tx_graph().outspends(spent).is_empty()
                    })
            })
            .collect()
    }

    /// Joins the blocks, and returns the transactions of blocks that came or went.
    fn join_chain(
        &mut self,
        delta: &mut ChainDelta,
        scanned: &[Scanned<'_>],
        changes: &mut Changes,
    ) -> HashSet<Txid> {
        let touched = delta
            .heights()
            .filter_map(|height| self.view.at_height.get(&height))
            .flatten()
            .copied()
            .collect();
        let here: HashSet<u32> = scanned
            .iter()
            .filter_map(|t| Some(t.block()?.height))
            .collect();
        let at_height = &self.view.at_height;
        self.chain.apply(delta, |height| {
            at_height.contains_key(&height) || here.contains(&height)
        });
        changes
            .blocks
            .extend(delta.removed.iter().map(|height| (*height, None)));
        let added = delta.added.iter();
        changes
            .blocks
            .extend(added.map(|(height, hash)| (*height, Some(*hash))));
        touched
    }

    /// Puts transactions into the graph.
    fn insert(
        &mut self,
        scanned: &[Scanned<'_>],
        now: Timestamp,
        touched: &mut HashSet<Txid>,
        changes: &mut Changes,
    ) {
        let at = scanned
            .iter()
            .any(|told| told.seen == TxSeen::Mempool)
            .then(|| self.tick(now));
        let mut update = TxUpdate::default();
        for told in scanned {
            touched.insert(told.txid);
            self.forget_miss(told.txid, changes);
            if !self.known_txids.contains(&told.txid) {
                self.note_foreign(told.txid, &told.tx);
            }
            update.txs.push(Arc::clone(&told.tx));
            if let Some(anchor) = told.anchor() {
                update.anchors.insert((anchor, told.txid));
                self.view.note_anchor(anchor.block_id.height, told.txid);
            } else if !self.is_pending(told.txid)
                && let Some(at) = at
            {
                // One that is pending anyway needs no new sighting, which would be a write a scan.
                update.seen_ats.insert((told.txid, at));
            }
            for (outpoint, out) in told.prevouts {
                let spends_it = |input: &bitcoin::TxIn| input.previous_output == *outpoint;
                if told.tx.input.iter().any(spends_it)
                    && self.tx(outpoint.txid).is_none()
                    && self.is_mine(&out.script_pubkey).is_none()
                {
                    update.txouts.insert(*outpoint, out.clone());
                }
            }
        }
        if scanned.iter().any(|t| !self.known_txids.contains(&t.txid)) {
            Arc::make_mut(&mut self.known_txids).extend(scanned.iter().map(|told| told.txid));
        }
        let learned = self.graph.apply_update(update);
        self.absorb_index(learned.indexer, changes);
        for (txid, at) in &learned.tx_graph.first_seen {
            let kept = self.notes.first_seen.entry(*txid).or_insert(*at);
            *kept = (*kept).min(*at);
        }
        changes.absorb_graph(learned.tx_graph);
        // What spends from these learns an amount, or that a coin was this wallet's.
        for told in scanned {
            let spends = self.graph.graph().tx_spends(told.txid);
            touched.extend(spends.flat_map(|(_, spenders)| spenders.iter().copied()));
        }
    }

    /// Keeps track of the confirmed transactions at which a source may stop paging through a
    /// script's history: those of which every script was looked at whole since they came.
    fn settle(
        &mut self,
        batch: &ScanBatch,
        scanned: &[Scanned<'_>],
        touched: &mut HashSet<Txid>,
        changes: &mut Changes,
    ) {
        let covered: HashSet<(ChainSide, u32)> = batch
            .scripts
            .iter()
            .filter_map(|script| self.is_mine(script))
            .collect();
        for told in scanned {
            let is_new = told
                .block()
                .is_some_and(|block| self.known_confirmed.get(&told.txid) != Some(&block.hash));
            if !is_new || self.notes.unsettled.contains_key(&told.txid) {
                continue;
            }
            let mut left = self.own_keys(&told.tx);
            left.retain(|key| !covered.contains(key));
            if !left.is_empty() {
                self.notes.unsettled.insert(told.txid, left);
                changes.unsettled.insert(told.txid, true);
            }
        }
        if self.notes.unsettled.is_empty() {
            return;
        }
        let mut looked_at: HashMap<Txid, Vec<(ChainSide, u32)>> = HashMap::new();
        for &(side, index) in &covered {
            let paid = self
                .graph
                .index
                .inner()
                .outputs_in_range((side, index)..=(side, index));
            for (_, outpoint) in paid {
                let spenders = self.tx_graph().outspends(outpoint).iter().copied();
                for txid in spenders.chain([outpoint.txid]) {
                    looked_at.entry(txid).or_default().push((side, index));
                }
            }
        }
        for (txid, keys) in looked_at {
            if let Some(left) = self.notes.unsettled.get_mut(&txid) {
                left.retain(|key| !keys.contains(key));
                if left.is_empty() {
                    self.notes.unsettled.remove(&txid);
                    // What came and was settled in one batch leaves no trace.
                    if changes.unsettled.remove(&txid).is_none() {
                        changes.unsettled.insert(txid, false);
                    }
                    touched.insert(txid);
                }
            }
        }
    }
}

/// A transaction whose bytes are at hand and checked.
struct Scanned<'b> {
    txid: Txid,
    tx: Arc<Transaction>,
    seen: TxSeen,
    prevouts: &'b [(OutPoint, bitcoin::TxOut)],
}

impl Scanned<'_> {
    fn block(&self) -> Option<BlockRef> {
        match self.seen {
            TxSeen::Block { block, .. } => Some(block),
            TxSeen::Mempool => None,
        }
    }

    fn anchor(&self) -> Option<ConfirmationBlockTime> {
        match self.seen {
            TxSeen::Block { block, time } => Some(ConfirmationBlockTime {
                block_id: BlockId {
                    height: block.height,
                    hash: block.hash,
                },
                confirmation_time: time.as_secs(),
            }),
            TxSeen::Mempool => None,
        }
    }
}
