//! The read models in memory, and how they follow a change.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bdk_chain::{CanonicalizationParams, ChainPosition, ConfirmationBlockTime, TxGraph};
use bitcoin::{Amount, OutPoint, Txid};
use satchel_types::{
    AddressRow, Balance, ChainSide, CoinRow, CoinState, Timestamp, TxRow, TxState, Write,
};

use super::{Engine, Update, WalletEvent};
use crate::changes::Changes;

/// Where a live transaction is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Block(ConfirmationBlockTime),
    Mempool,
}

/// Rows as last written, and what is needed to work out the next ones.
#[derive(Debug, Default)]
pub(super) struct View {
    /// Transactions in a block of the best chain.
    pub anchored: HashMap<Txid, ConfirmationBlockTime>,
    /// Transactions said to be in some block of this height, of the best chain or not.
    pub at_height: BTreeMap<u32, Vec<Txid>>,
    /// Known transactions in no block of the best chain.
    pub open: HashSet<Txid>,
    /// Those of them that count. Some build the ground for one in a block: they count as in it.
    open_live: HashMap<Txid, Place>,
    pub txs: HashMap<Txid, TxRow>,
    pub coins: HashMap<OutPoint, CoinRow>,
    pub addresses: BTreeMap<(ChainSide, u32), AddressRow>,
    immature: HashSet<OutPoint>,
    pub balance: Balance,
}

impl View {
    pub fn note_anchor(&mut self, height: u32, txid: Txid) {
        let here = self.at_height.entry(height).or_default();
        if !here.contains(&txid) {
            here.push(txid);
        }
    }

    /// Returns the sum that a coin counts in.
    fn sum_of(&mut self, state: CoinState) -> &mut Amount {
        match state {
            CoinState::Confirmed { .. } => &mut self.balance.confirmed,
            CoinState::Immature { .. } => &mut self.balance.immature,
            CoinState::PendingChange { .. } => &mut self.balance.pending_change,
            CoinState::PendingIncoming { .. } => &mut self.balance.pending_incoming,
        }
    }

    /// Puts or takes a coin; returns whether anything changed.
    fn set_coin(&mut self, outpoint: OutPoint, new: Option<&CoinRow>) -> bool {
        let old = match new {
            Some(row) => self.coins.insert(outpoint, row.clone()),
            None => self.coins.remove(&outpoint),
        };
        if old.as_ref() == new {
            return false;
        }
        // A server could claim more than all bitcoin; then the sum stops short instead of wrapping.
        if let Some(old) = &old {
            let sum = self.sum_of(old.state);
            *sum = sum.checked_sub(old.amount).unwrap_or(Amount::ZERO);
            self.immature.remove(&outpoint);
        }
        if let Some(new) = new {
            let sum = self.sum_of(new.state);
            *sum = sum.checked_add(new.amount).unwrap_or(*sum);
            if matches!(new.state, CoinState::Immature { .. }) {
                self.immature.insert(outpoint);
            }
        }
        true
    }
}

impl Engine {
    /// Returns where a transaction is, if it counts.
    pub(super) fn place(&self, txid: Txid) -> Option<Place> {
        match self.view.anchored.get(&txid) {
            Some(anchor) => Some(Place::Block(*anchor)),
            None => self.view.open_live.get(&txid).copied(),
        }
    }

    pub(crate) fn is_live(&self, txid: Txid) -> bool {
        self.view.anchored.contains_key(&txid) || self.view.open_live.contains_key(&txid)
    }

    /// Finds out whether a transaction is in a block of the best chain.
    fn anchor(&mut self, txid: Txid) {
        let graph = self.graph.graph();
        let Some(node) = graph.get_tx_node(txid) else {
            return;
        };
        let best = node
            .anchors
            .iter()
            .find(|anchor| self.chain.contains(anchor.block_id))
            .copied();
        match best {
            Some(anchor) => {
                self.view.anchored.insert(txid, anchor);
                self.view.open.remove(&txid);
            }
            None => {
                self.view.anchored.remove(&txid);
                self.view.open.insert(txid);
            }
        }
        let known = best
            .filter(|_| !self.notes.unsettled.contains_key(&txid))
            .map(|anchor| anchor.block_id.hash);
        // A running scan may hold the map; it is copied only when something changes.
        if self.known_confirmed.get(&txid).copied() != known {
            let map = Arc::make_mut(&mut self.known_confirmed);
            match known {
                Some(hash) => map.insert(txid, hash),
                None => map.remove(&txid),
            };
        }
    }

    /// Weighs the open transactions against each other and against what is in blocks.
    ///
    /// The rules are `bdk_chain`'s. The graph they run on holds the open transactions and the
    /// confirmed ones that spend from them or compete with them: others cannot change the verdict,
    /// since a transaction in a block of the best chain counts whatever else there is.
    fn weigh_open(&self) -> HashMap<Txid, Place> {
        let whole = self.tx_graph();
        let mut small = TxGraph::<ConfirmationBlockTime>::default();
        for txid in &self.view.open {
            let Some(node) = whole.get_tx_node(*txid) else {
                continue;
            };
            let _ = small.insert_tx(Arc::clone(&node.tx));
            for anchor in node.anchors {
                let _ = small.insert_anchor(*txid, *anchor);
            }
            if let Some(at) = node.last_seen {
                let _ = small.insert_seen_at(*txid, at);
            }
            if let Some(at) = whole.get_last_evicted(*txid) {
                let _ = small.insert_evicted_at(*txid, at);
            }
            let spent = node.tx.input.iter().map(|input| input.previous_output);
            let made = (0..)
                .zip(&node.tx.output)
                .map(|(v, _)| OutPoint::new(*txid, v));
            for neighbour in spent.chain(made).flat_map(|op| whole.outspends(op)) {
                if let Some(anchor) = self.view.anchored.get(neighbour)
                    && let Some(tx) = whole.get_tx(*neighbour)
                {
                    let _ = small.insert_tx(tx);
                    let _ = small.insert_anchor(*neighbour, *anchor);
                }
            }
        }
        small
            .list_canonical_txs(
                &self.chain,
                self.chain.tip_id(),
                CanonicalizationParams::default(),
            )
            .filter(|tx| self.view.open.contains(&tx.tx_node.txid))
            .map(|tx| {
                let place = match tx.chain_position {
                    ChainPosition::Confirmed { anchor, .. } => Place::Block(anchor),
                    ChainPosition::Unconfirmed { .. } => Place::Mempool,
                };
                (tx.tx_node.txid, place)
            })
            .collect()
    }

    /// Works everything out anew from the whole graph, by `bdk_chain`'s rules alone, and returns
    /// whether the rows kept agree. Takes as long as loading; for tests and a health check.
    pub fn audit(&self) -> bool {
        let live: HashSet<Txid> = self
            .tx_graph()
            .list_canonical_txs(
                &self.chain,
                self.chain.tip_id(),
                CanonicalizationParams::default(),
            )
            .map(|tx| tx.tx_node.txid)
            .collect();
        let kept: HashSet<Txid> = self
            .view
            .anchored
            .keys()
            .chain(self.view.open_live.keys())
            .copied()
            .collect();
        let txs: HashMap<Txid, TxRow> = self
            .tx_graph()
            .full_txs()
            .filter_map(|node| Some((node.txid, self.tx_row(node.txid)?)))
            .collect();
        let mut trust = HashMap::new();
        let coins: HashMap<OutPoint, CoinRow> = self
            .graph
            .index
            .outpoints()
            .iter()
            .filter_map(|(_, outpoint)| Some((*outpoint, self.coin_row(*outpoint, &mut trust)?)))
            .collect();
        let addresses: BTreeMap<_, _> = super::state::SIDES
            .into_iter()
            .flat_map(|side| {
                let next = self.last_revealed(side).map_or(0, |index| index + 1);
                (0..next).map(move |index| (side, index))
            })
            .map(|(side, index)| ((side, index), self.address_row(side, index)))
            .collect();
        let mut view = View::default();
        for (outpoint, row) in &coins {
            view.set_coin(*outpoint, Some(row));
        }
        view.balance.pending_outgoing = self.pending_outgoing();
        live == kept
            && txs == self.view.txs
            && coins == self.view.coins
            && addresses == self.view.addresses
            && view.balance == self.view.balance
    }

    /// Brings every row in line after the graph or the chain changed, and returns the
    /// differences. `touched` names the confirmed transactions about which anything may have
    /// changed; open ones are always looked at.
    pub(super) fn refresh(
        &mut self,
        mut touched: HashSet<Txid>,
        now: Timestamp,
        changes: &mut Changes,
    ) -> Update {
        touched.extend(self.look_again(changes));
        for txid in &touched {
            self.anchor(*txid);
        }
        self.view.open_live = self.weigh_open();
        let mut dirty: BTreeSet<Txid> = touched.into_iter().collect();
        dirty.extend(&self.view.open);

        let mut rows = Vec::new();
        let mut events = Vec::new();
        self.note_gone(&dirty, now, changes);
        for txid in &dirty {
            self.refresh_tx(*txid, &mut rows, &mut events);
        }
        events.sort_by_key(|(at, txid, _)| (*at, *txid));
        let mut events: Vec<_> = events.into_iter().map(|(_, _, event)| event).collect();

        let balance_before = self.view.balance;
        let mut keys = self.refresh_coins(&dirty, &mut rows);
        for side in super::state::SIDES {
            let shown = self
                .view
                .addresses
                .range((side, 0)..=(side, u32::MAX))
                .next_back()
                .map_or(0, |((_, index), _)| index + 1);
            let next = self.last_revealed(side).map_or(0, |index| index + 1);
            keys.extend((shown..next).map(|index| (side, index)));
        }
        for (side, index) in keys {
            if self.last_revealed(side).is_none_or(|last| index > last) {
                continue;
            }
            let row = self.address_row(side, index);
            if self.view.addresses.get(&(side, index)) != Some(&row) {
                rows.push(Write::PutAddress(self.id, Box::new(row.clone())));
                self.view.addresses.insert((side, index), row);
            }
        }
        self.view.balance.pending_outgoing = self.pending_outgoing();
        let balance = self.view.balance;
        if balance != balance_before {
            rows.push(Write::PutBalance(self.id, balance));
            events.push(WalletEvent::BalanceChanged { balance });
        }
        Update {
            batch: self.batch(changes, rows),
            events,
        }
    }

    /// Keeps when a transaction stopped counting. Its last sighting counts no more either: when
    /// what replaced it goes as well, it does not come back unless it is seen again.
    fn note_gone(&mut self, dirty: &BTreeSet<Txid>, now: Timestamp, changes: &mut Changes) {
        let mut gone = Vec::new();
        for txid in dirty {
            let live = self.is_live(*txid);
            if live && self.notes.gone.remove(txid).is_some() {
                changes.gone.insert(*txid, None);
            }
            if !live && !self.notes.gone.contains_key(txid) && self.tx(*txid).is_some() {
                self.notes.gone.insert(*txid, now);
                changes.gone.insert(*txid, Some(now.as_secs()));
                gone.push(*txid);
            }
        }
        self.evict(gone, now, changes);
    }

    fn refresh_tx(
        &mut self,
        txid: Txid,
        rows: &mut Vec<Write>,
        events: &mut Vec<(Timestamp, Txid, WalletEvent)>,
    ) {
        let new = self.tx_row(txid);
        let old = self.view.txs.get(&txid);
        if old == new.as_ref() {
            return;
        }
        match new {
            Some(new) => {
                if let Some(event) = event_of(old, &new) {
                    events.push((new.state.sort_time(), txid, event));
                }
                rows.push(Write::PutTx(self.id, Box::new(new.clone())));
                self.view.txs.insert(txid, new);
            }
            None => {
                self.view.txs.remove(&txid);
                rows.push(Write::RemoveTx(self.id, txid));
            }
        }
    }

    /// Refreshes the coins that the given transactions make or spend, and those that a new block
    /// may ripen. Returns the keys they pay to.
    fn refresh_coins(
        &mut self,
        dirty: &BTreeSet<Txid>,
        rows: &mut Vec<Write>,
    ) -> BTreeSet<(ChainSide, u32)> {
        let mut outpoints: BTreeSet<OutPoint> = self.view.immature.iter().copied().collect();
        let mut keys = BTreeSet::new();
        for txid in dirty {
            let Some(tx) = self.tx(*txid) else { continue };
            for (vout, _) in (0..).zip(&tx.output) {
                let outpoint = OutPoint::new(*txid, vout);
                if let Some((side, index, _)) = self.own_output(outpoint) {
                    outpoints.insert(outpoint);
                    keys.insert((side, index));
                }
            }
            for input in &tx.input {
                if self.own_output(input.previous_output).is_some() {
                    outpoints.insert(input.previous_output);
                }
            }
        }
        let mut trust = HashMap::new();
        for outpoint in outpoints {
            let new = self.coin_row(outpoint, &mut trust);
            if self.view.set_coin(outpoint, new.as_ref()) {
                rows.push(match new {
                    Some(row) => Write::PutCoin(self.id, Box::new(row)),
                    None => Write::RemoveCoin(self.id, outpoint),
                });
            }
        }
        keys
    }

    /// Sums up what pending payments of this wallet take out of it.
    fn pending_outgoing(&self) -> Amount {
        self.view
            .open
            .iter()
            .filter_map(|txid| self.view.txs.get(txid))
            .filter(|row| matches!(row.state, TxState::Pending { .. }))
            .filter_map(|row| row.spent.checked_sub(row.received))
            .fold(Amount::ZERO, |sum, out| sum.checked_add(out).unwrap_or(sum))
    }
}

/// Returns what people should hear of a changed row.
fn event_of(old: Option<&TxRow>, new: &TxRow) -> Option<WalletEvent> {
    let txid = new.txid;
    let Some(old) = old else {
        let net = new
            .received
            .checked_sub(new.spent)
            .or_else(|| new.spent.checked_sub(new.received))?;
        return new.state.is_live().then_some(WalletEvent::NewTransaction {
            txid,
            direction: new.direction,
            net,
            confirmed: matches!(new.state, TxState::Confirmed { .. }),
        });
    };
    match (&old.state, &new.state) {
        (TxState::Confirmed { hash: old, .. }, TxState::Confirmed { hash, height, .. }) => {
            (old != hash).then_some(WalletEvent::Confirmed {
                txid,
                height: *height,
            })
        }
        (_, TxState::Confirmed { height, .. }) => Some(WalletEvent::Confirmed {
            txid,
            height: *height,
        }),
        (TxState::Confirmed { .. }, TxState::Pending { .. }) => {
            Some(WalletEvent::Unconfirmed { txid })
        }
        (TxState::Pending { .. }, TxState::Pending { .. }) => None,
        (_, TxState::Pending { .. }) => Some(WalletEvent::Returned { txid }),
        (TxState::Replaced { by: old, .. }, TxState::Replaced { by, .. }) if old == by => None,
        (_, TxState::Replaced { by, .. }) => Some(WalletEvent::Replaced { txid, by: *by }),
        (TxState::Dropped { .. }, TxState::Dropped { .. }) => None,
        (_, TxState::Dropped { .. }) => Some(WalletEvent::Dropped { txid }),
    }
}
