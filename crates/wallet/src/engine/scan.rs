//! What to ask a chain source.

use std::collections::BTreeSet;
use std::sync::Arc;

use bdk_chain::SpkIterator;
use bitcoin::ScriptBuf;
use satchel_types::{ChainSide, ScanRequest, SideScan, TxState};

use super::state::{LOOKAHEAD, SIDES};
use super::{Engine, ScanScope};

/// Unused scripts in a row after which a look ahead ends.
const GAP: u32 = 20;
/// Below this many scripts every scan looks at all.
const SMALL: u32 = 1_000;
/// Coins whose scripts every scan looks at; the scripts of more take turns.
const COINS: usize = 1_000;
/// Scans after which every script was looked at.
const TURNS: u64 = 20;
/// Confirmations below which a transaction's scripts are looked at in every scan.
const YOUNG: u32 = 6;

impl Engine {
    /// Returns what to ask a chain source.
    pub fn scan_request(&self, scope: ScanScope) -> ScanRequest {
        let (gap, keys, known_confirmed) = match scope {
            // A script never looked at may have older transactions than one already known of it,
            // so that nothing may be skipped here.
            ScanScope::Discover { stop_gap } => (stop_gap, self.revealed(), Arc::default()),
            ScanScope::Revealed => (GAP, self.revealed(), Arc::clone(&self.known_confirmed)),
            ScanScope::Recent { rotation } => (
                GAP,
                self.recent(rotation),
                Arc::clone(&self.known_confirmed),
            ),
        };
        let index = self.graph.index.inner();
        let sides = SIDES.map(|side| self.look_ahead(side, gap, 0));
        ScanRequest {
            sides: sides.into(),
            scripts: keys
                .iter()
                .filter_map(|key| index.all_spks().get(key).cloned())
                .collect(),
            txids: self
                .view
                .open
                .iter()
                .filter(|txid| {
                    let row = self.view.txs.get(*txid);
                    row.is_some_and(|row| matches!(row.state, TxState::Pending { .. }))
                })
                .copied()
                .collect(),
            checkpoints: self.chain.locator(),
            known_confirmed,
            known_txids: Arc::clone(&self.known_txids),
            usage_only: false,
        }
    }

    /// Returns what to ask about single scripts of this wallet, and nothing else. Its batches can be taken as
    /// those of any scan; its end tells nothing of the others.
    pub fn script_request(&self, scripts: Vec<ScriptBuf>) -> ScanRequest {
        ScanRequest {
            scripts,
            checkpoints: self.chain.locator(),
            known_confirmed: Arc::clone(&self.known_confirmed),
            known_txids: Arc::clone(&self.known_txids),
            ..ScanRequest::default()
        }
    }

    pub(super) fn next_index(&self, side: ChainSide) -> u32 {
        self.last_revealed(side).map_or(0, |index| index + 1)
    }

    fn revealed(&self) -> BTreeSet<(ChainSide, u32)> {
        SIDES
            .into_iter()
            .flat_map(|side| (0..self.next_index(side)).map(move |index| (side, index)))
            .collect()
    }

    /// Walks on from the first script not handed out, or behind the next `unused` ones. The first
    /// few are known, the rest are derived as they are asked for.
    pub(super) fn look_ahead(&self, side: ChainSide, stop_gap: u32, unused: u32) -> SideScan {
        let from = self.next_index(side).saturating_add(unused);
        let until = from.saturating_add(LOOKAHEAD);
        let known: Vec<_> = self
            .graph
            .index
            .inner()
            .all_spks()
            .range((side, from)..(side, until))
            .map(|((_, index), script)| (*index, script.clone()))
            .collect();
        let next = known.last().map_or(from, |(index, _)| index + 1);
        let derived = SpkIterator::new_with_range(self.descriptors.side(side).clone(), next..);
        SideScan {
            side,
            scripts: Box::new(known.into_iter().chain(derived)),
            stop_gap,
            unused,
        }
    }

    /// Returns the keys where something can have happened lately, and a slice of the others.
    fn recent(&self, rotation: u64) -> BTreeSet<(ChainSide, u32)> {
        let all: u32 = SIDES.into_iter().map(|side| self.next_index(side)).sum();
        if all < SMALL {
            return self.revealed();
        }
        let turn = rotation % TURNS;
        let mut keys: BTreeSet<_> = SIDES
            .into_iter()
            .flat_map(|side| {
                let next = self.next_index(side);
                let tail = next.saturating_sub(GAP)..next;
                let slice = (0..next).filter(move |index| u64::from(*index) % TURNS == turn);
                tail.chain(slice).map(move |index| (side, index))
            })
            .collect();
        let coins: BTreeSet<_> = self.coins().map(|coin| (coin.index, coin.side)).collect();
        keys.extend(
            coins
                .iter()
                .rev()
                .take(COINS)
                .map(|(index, side)| (*side, *index)),
        );
        let young_from = self
            .tip()
            .map_or(0, |tip| (tip.height + 2).saturating_sub(YOUNG));
        let young = self
            .view
            .at_height
            .range(young_from..)
            .flat_map(|(_, txids)| txids)
            .chain(&self.view.open);
        for txid in young {
            if let Some(tx) = self.tx(*txid) {
                keys.extend(self.own_keys(&tx));
            }
        }
        let handed_out = |(side, index): &(ChainSide, u32)| *index < self.next_index(*side);
        keys.retain(handed_out);
        keys
    }
}
