//! Making, loading and storing a wallet's state.

use std::collections::HashSet;
use std::sync::Arc;

use bdk_chain::IndexedTxGraph;
use bdk_chain::Merge;
use bdk_chain::keychain_txout::{self, KeychainTxOutIndex};
use satchel_types::{Batch, ChainSide, Timestamp, WalletRecord};

use super::view::View;
use super::{CreateError, Descriptors, Engine, LoadError, Notes};
use crate::changes::{self, Changes, DecodeError, Identity, ScanNote};
use crate::oracle::Chain;

/// Scripts indexed beyond the last one handed out, so that a payment to an address that another
/// device handed out is recognised.
pub(super) const LOOKAHEAD: u32 = 30;

pub(super) const SIDES: [ChainSide; 2] = [ChainSide::Receive, ChainSide::Change];

impl Engine {
    /// Makes a new wallet and what to store of it.
    pub fn create(record: &WalletRecord) -> Result<(Self, Batch), CreateError> {
        let descriptors = Descriptors::parse(&record.descriptors, record.network)?;
        let identity = identity_of(record, &descriptors);
        let mut changes = Changes {
            identity: Some(identity),
            ..Changes::default()
        };
        let engine = Self::assemble(record, descriptors, &mut changes);
        let batch = engine.batch(&changes, Vec::new());
        Ok((engine, batch))
    }

    /// Loads a wallet from the pieces stored so far, in order.
    pub fn load(record: &WalletRecord, changes: &[Vec<u8>]) -> Result<Self, LoadError> {
        let descriptors = Descriptors::parse(&record.descriptors, record.network)?;
        let mut whole = Changes::default();
        for (index, piece) in changes.iter().enumerate() {
            let piece = Changes::decode(piece).map_err(|error| match error {
                DecodeError::Damaged => LoadError::Damaged { index },
                DecodeError::TooNew { found } => LoadError::TooNew {
                    index,
                    found,
                    known: changes::VERSION,
                },
            })?;
            whole.merge(piece);
        }
        match &whole.identity {
            None => return Err(LoadError::NotWhole),
            Some(stored) if *stored != identity_of(record, &descriptors) => {
                return Err(LoadError::OtherWallet);
            }
            Some(_) => {}
        }
        if !whole.is_derived() {
            let index = changes.len().saturating_sub(1);
            return Err(LoadError::Damaged { index });
        }
        Ok(Self::assemble(record, descriptors, &mut whole))
    }

    /// Returns the whole state as one piece, equal to all pieces stored so far.
    pub fn whole_changes(&self) -> Vec<u8> {
        let mut whole = Changes {
            identity: Some(Identity {
                network: self.network.to_string(),
                external: self.descriptors.text(ChainSide::Receive).to_owned(),
                internal: self.descriptors.text(ChainSide::Change).to_owned(),
            }),
            ..Changes::default()
        };
        whole.blocks = self.chain.iter().map(|(h, hash)| (h, Some(hash))).collect();
        whole.absorb_graph(self.tx_graph().initial_changeset());
        for side in SIDES {
            if let Some(index) = self.last_revealed(side) {
                whole.revealed.insert(side, index);
            }
        }
        whole.scripts = self.graph.index.inner().all_spks().clone();
        let notes = &self.notes;
        whole.first_seen = notes.first_seen.iter().map(|(k, v)| (*k, *v)).collect();
        let times = |map: &std::collections::HashMap<_, Timestamp>| {
            map.iter().map(|(k, v)| (*k, Some(v.as_secs()))).collect()
        };
        whole.gone = times(&notes.gone);
        whole.missed = times(&notes.missed);
        whole.cancels = notes.cancels.iter().map(|(k, v)| (*k, *v)).collect();
        whole.scan = self.progress.clone().map(ScanNote::Began);
        whole.unsettled = notes.unsettled.keys().map(|txid| (*txid, true)).collect();
        whole.encode()
    }

    /// Builds a wallet of its state, and notes scripts that had to be derived.
    fn assemble(record: &WalletRecord, descriptors: Descriptors, whole: &mut Changes) -> Self {
        let mut chain = Chain::new(record.network);
        chain.load(&whole.blocks);

        let mut stored = keychain_txout::ChangeSet::default();
        for side in SIDES {
            let id = descriptors.id(side);
            if let Some(index) = whole.revealed.get(&side) {
                stored.last_revealed.insert(id, *index);
            }
            let scripts = whole
                .scripts
                .range((side, 0)..=(side, u32::MAX))
                .map(|((_, index), script)| (*index, script.clone()));
            stored.spk_cache.insert(id, scripts.collect());
        }
        let mut index = KeychainTxOutIndex::from_changeset(LOOKAHEAD, true, stored);
        for side in SIDES {
            index
                .insert_descriptor(side, descriptors.side(side).clone())
                .expect("the two descriptors differ and the index is new");
        }
        let mut graph = IndexedTxGraph::new(index);
        let mut learned = keychain_txout::ChangeSet::default();
        for tx in &whole.txs {
            learned.merge(graph.insert_tx(Arc::clone(tx)).indexer);
        }
        for (outpoint, out) in &whole.txouts {
            learned.merge(graph.insert_txout(*outpoint, out.clone()).indexer);
        }
        for (anchor, txid) in &whole.anchors {
            let _ = graph.insert_anchor(*txid, *anchor);
        }
        for (txid, at) in &whole.last_seen {
            let _ = graph.insert_seen_at(*txid, *at);
        }
        for (txid, at) in &whole.evicted {
            let _ = graph.insert_evicted_at(*txid, *at);
        }

        let present = |map: &std::collections::BTreeMap<_, Option<u64>>| {
            map.iter()
                .filter_map(|(txid, at)| Some((*txid, Timestamp::from_secs((*at)?))))
                .collect()
        };
        let notes = Notes {
            first_seen: whole.first_seen.iter().map(|(k, v)| (*k, *v)).collect(),
            gone: present(&whole.gone),
            missed: present(&whole.missed),
            cancels: whole.cancels.iter().map(|(k, v)| (*k, *v)).collect(),
            unsettled: Default::default(),
        };
        let clock = whole
            .last_seen
            .values()
            .chain(whole.evicted.values())
            .max()
            .copied()
            .unwrap_or(0);
        let known_txids: HashSet<_> = graph.graph().full_txs().map(|node| node.txid).collect();
        let mut engine = Self {
            id: record.id,
            network: record.network,
            descriptors,
            chain,
            graph,
            notes,
            progress: whole.scan.take().and_then(ScanNote::going),
            view: View::default(),
            clock,
            known_confirmed: Arc::default(),
            known_txids: Arc::new(known_txids),
            foreign: Default::default(),
            fresh: Vec::new(),
        };
        for tx in &whole.txs {
            engine.note_foreign(tx.compute_txid(), tx);
        }
        for (anchor, txid) in &whole.anchors {
            engine.view.note_anchor(anchor.block_id.height, *txid);
        }
        for txid in whole.unsettled.iter().filter(|(_, is)| **is).map(|e| *e.0) {
            // Which of its scripts are missing was not stored; all of them are on the safe side,
            // but those that a scan looked at which will go on behind them.
            let mut keys = engine
                .tx(txid)
                .map(|tx| engine.own_keys(&tx))
                .unwrap_or_default();
            keys.retain(|key| !engine.was_looked_at(txid, *key));
            if !keys.is_empty() {
                engine.notes.unsettled.insert(txid, keys);
            }
        }
        let all: HashSet<_> = engine.known_txids.iter().copied().collect();
        let mut unstored = Changes::default();
        let _ = engine.refresh(all, Timestamp::default(), &mut unstored);

        let known = std::mem::take(&mut whole.scripts);
        whole.scripts = engine
            .graph
            .index
            .inner()
            .all_spks()
            .iter()
            .filter(|(key, _)| !known.contains_key(key))
            .map(|(key, script)| (*key, script.clone()))
            .collect();
        engine
    }
}

fn identity_of(record: &WalletRecord, descriptors: &Descriptors) -> Identity {
    Identity {
        network: record.network.to_string(),
        external: descriptors.text(ChainSide::Receive).to_owned(),
        internal: descriptors.text(ChainSide::Change).to_owned(),
    }
}
