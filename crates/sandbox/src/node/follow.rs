//! Index and pool move after the active chain, in the order in which Core does it: what waits afterwards
//! depends on it.

use std::collections::HashSet;
use std::sync::Arc;

use bitcoin::{Transaction, Txid};

use super::State;
use crate::chain::{BlockEntry, ChainChange, now};

/// From an invalidated branch, what the upper ten blocks held waits again; below that Core forgets it.
const RETURNING_BLOCKS: usize = 10;

impl State {
    /// Follows a change of the active chain. `invalid` is the height of the block that was invalidated, if one
    /// was: the blocks from it on leave one at a time, and the pool is put in order after each.
    pub(super) fn follow(&mut self, change: &ChainChange, invalid: Option<u32>) {
        let leaves_alone = |entry: &&Arc<BlockEntry>| invalid.is_some_and(|at| entry.height >= at);
        let alone = change.disconnected.iter().take_while(leaves_alone).count();
        let (alone, together) = change.disconnected.split_at(alone);
        for (number, entry) in alone.iter().enumerate() {
            self.disconnect(entry);
            let again = number < RETURNING_BLOCKS;
            self.pool.settle(&self.index, &entry.txs, again, now());
        }
        self.turn(together, &change.connected);
    }

    /// From one branch to another: the pool is put in order once, as soon as the new one has more work.
    fn turn(&mut self, disconnected: &[Arc<BlockEntry>], connected: &[Arc<BlockEntry>]) {
        let height = self.index.height();
        for entry in disconnected {
            self.disconnect(entry);
        }
        let mut joined = HashSet::new();
        let mut settled = disconnected.is_empty();
        for entry in connected {
            self.stale.remove(&entry.hash);
            self.index.connect(entry.clone());
            self.pool.confirm(&entry.txs, &entry.txids);
            if !settled {
                joined.extend(entry.txids.iter().copied());
                // Every block of regtest has the same work.
                if self.index.height() > height {
                    self.settle(disconnected, &joined);
                    settled = true;
                }
            }
        }
        if !settled {
            self.settle(disconnected, &joined);
        }
    }

    fn settle(&mut self, disconnected: &[Arc<BlockEntry>], joined: &HashSet<Txid>) {
        let returned: Vec<Arc<Transaction>> = disconnected
            .iter()
            .rev()
            .flat_map(|entry| entry.txs.iter().zip(&entry.txids))
            .filter(|(_, txid)| !joined.contains(*txid))
            .map(|(tx, _)| tx.clone())
            .collect();
        self.pool.settle(&self.index, &returned, true, now());
    }

    fn disconnect(&mut self, entry: &Arc<BlockEntry>) {
        self.index.disconnect_tip();
        self.stale.insert(entry.hash, entry.clone());
    }
}
