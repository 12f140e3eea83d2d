//! Addresses: handing them out, and recognising them.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use bdk_chain::{Indexer, keychain_txout};
use bitcoin::{Address, Script, Transaction, Txid};
use satchel_types::{AddressRow, Batch, ChainSide, Timestamp};

use super::Engine;
use crate::changes::Changes;
use crate::plan::Plan;

/// Unused addresses in a row that any wallet restored from the same words still looks past.
const GAP: u32 = 20;
/// An index further ahead of what was handed out than this is not believed.
const MAX_JUMP: u32 = 100_000;

/// Returns the index up to which addresses are handed out when somebody says `index`.
pub(super) fn believed(last_revealed: Option<u32>, index: u32) -> u32 {
    index.min(last_revealed.unwrap_or(0).saturating_add(MAX_JUMP))
}

impl Engine {
    /// Hands out the next address never shown before.
    pub fn new_address(&mut self, side: ChainSide) -> (AddressRow, Batch) {
        let ((index, _), learned) = self
            .graph
            .index
            .reveal_next_spk(side)
            .expect("both sides have a descriptor");
        let mut changes = Changes::default();
        self.absorb_index(learned, &mut changes);
        let update = self.refresh(HashSet::new(), Timestamp::default(), &mut changes);
        let row = self.view.addresses[&(side, index)].clone();
        (row, update.batch)
    }

    /// Marks every address up to and including `index` as handed out, and no more than 100,000 at
    /// a time: each is derived, and an index from a file can be any.
    pub fn reveal_to(&mut self, side: ChainSide, index: u32) -> Batch {
        let mut changes = Changes::default();
        let index = believed(self.last_revealed(side), index);
        if let Some((_, learned)) = self.graph.index.reveal_to_target(side, index) {
            self.absorb_index(learned, &mut changes);
        }
        self.refresh(HashSet::new(), Timestamp::default(), &mut changes)
            .batch
    }

    /// Returns the row of an address that was handed out.
    pub fn address(&self, side: ChainSide, index: u32) -> Option<&AddressRow> {
        self.view.addresses.get(&(side, index))
    }

    /// Returns the first index of a side after the last one that was ever paid to.
    pub fn first_unused(&self, side: ChainSide) -> u32 {
        let last = self.graph.index.last_used_index(side);
        last.map_or(0, |index| index.saturating_add(1))
    }

    /// Returns the highest index handed out.
    pub fn last_revealed(&self, side: ChainSide) -> Option<u32> {
        self.graph.index.last_revealed_index(side)
    }

    /// Returns side and index of a script of this wallet, handed out or soon to be.
    pub fn is_mine(&self, script: &Script) -> Option<(ChainSide, u32)> {
        self.graph.index.index_of_spk(script.into()).copied()
    }

    /// Marks a plan's change address as handed out. Store the batch with the draft.
    pub fn commit_plan(&mut self, plan: &Plan) -> Batch {
        match plan.change_index {
            Some(index) => self.reveal_to(ChainSide::Change, index),
            None => Batch::new(),
        }
    }

    /// Returns the index of the address that change should go to: the next one never used for
    /// anything. Drafts that were never sent leave unused ones behind; before these grow into a
    /// gap that a restored wallet would not look past, the oldest of them is taken again.
    pub(crate) fn change_index(&self) -> u32 {
        let next = self
            .last_revealed(ChainSide::Change)
            .map_or(0, |index| index.saturating_add(1));
        let first_unused = self
            .graph
            .index
            .last_used_index(ChainSide::Change)
            .map_or(0, |index| index + 1);
        if next.saturating_sub(first_unused) >= GAP - 2 {
            first_unused
        } else {
            next
        }
    }

    /// Takes over what the index says it learned.
    pub(super) fn absorb_index(
        &mut self,
        learned: keychain_txout::ChangeSet,
        changes: &mut Changes,
    ) {
        for side in super::state::SIDES {
            let id = self.descriptors.id(side);
            if let Some(index) = learned.last_revealed.get(&id) {
                changes.revealed.insert(side, *index);
            }
            for (index, script) in learned.spk_cache.get(&id).into_iter().flatten() {
                changes.scripts.insert((side, *index), script.clone());
                self.fresh.push((side, *index));
            }
        }
    }

    /// Remembers whom a transaction pays besides this wallet.
    pub(super) fn note_foreign(&mut self, txid: Txid, tx: &Transaction) {
        for out in &tx.output {
            if self.is_mine(&out.script_pubkey).is_none() {
                let payers = self.foreign.entry(digest(&out.script_pubkey)).or_default();
                // Called once a transaction, so that a repeated one can only be the last.
                if payers.last() != Some(&txid) {
                    payers.push(txid);
                }
            }
        }
    }

    /// Looks again at transactions known before a script of theirs was derived, and returns them.
    pub(super) fn look_again(&mut self, changes: &mut Changes) -> HashSet<Txid> {
        let mut found = HashSet::new();
        while let Some(key) = self.fresh.pop() {
            let Some(script) = self.graph.index.inner().all_spks().get(&key) else {
                continue;
            };
            let payers = self.foreign.get(&digest(script)).cloned();
            for txid in payers.into_iter().flatten() {
                let Some(tx) = self.tx(txid) else { continue };
                if !tx
                    .output
                    .iter()
                    .any(|out| out.script_pubkey == *self.script(key))
                {
                    continue;
                }
                // The new script's history was not looked at, so a scan must not stop here.
                self.notes.unsettled.entry(txid).or_default().insert(key);
                changes.unsettled.insert(txid, true);
                let learned = self.graph.index.index_tx(&tx);
                self.absorb_index(learned, changes);
                let spends = self.graph.graph().tx_spends(txid);
                found.extend(spends.flat_map(|(_, spenders)| spenders.iter().copied()));
                found.insert(txid);
            }
        }
        found
    }

    fn script(&self, key: (ChainSide, u32)) -> &Script {
        self.graph
            .index
            .inner()
            .all_spks()
            .get(&key)
            .map_or(Script::new(), |script| script)
    }

    /// Returns the keys of this wallet that a transaction pays or spends from.
    pub(super) fn own_keys(&self, tx: &Transaction) -> HashSet<(ChainSide, u32)> {
        let paid = tx
            .output
            .iter()
            .filter_map(|out| self.is_mine(&out.script_pubkey));
        let spent = tx.input.iter().filter_map(|input| {
            let (side, index, _) = self.own_output(input.previous_output)?;
            Some((side, index))
        });
        paid.chain(spent).collect()
    }

    /// Works out an address's row from scratch.
    pub(super) fn address_row(&self, side: ChainSide, index: u32) -> AddressRow {
        let script = self
            .graph
            .index
            .spk_at_index(side, index)
            .unwrap_or_else(|| self.descriptors.at(side, index).script_pubkey());
        let mut row = AddressRow {
            side,
            index,
            address: Address::from_script(&script, self.network)
                .map(|address| address.to_string())
                .unwrap_or_else(|_| script.to_hex_string()),
            script,
            used: false,
            received: bitcoin::Amount::ZERO,
            payments: 0,
            label: None,
            maybe_on: Vec::new(),
        };
        let mut payers = BTreeSet::new();
        for (_, outpoint) in self
            .graph
            .index
            .inner()
            .outputs_in_range((side, index)..=(side, index))
        {
            if !self.is_live(outpoint.txid) {
                continue;
            }
            if let Some((_, _, amount)) = self.own_output(outpoint) {
                row.received = row.received.checked_add(amount).unwrap_or(row.received);
                payers.insert(outpoint.txid);
            }
        }
        row.payments = u32::try_from(payers.len()).unwrap_or(u32::MAX);
        row.used = row.payments > 0;
        row
    }
}

/// Shortens a script. Two may share a digest; whoever uses it compares the scripts too.
fn digest(script: &Script) -> u64 {
    let mut hasher = DefaultHasher::new();
    script.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{MAX_JUMP, believed};

    #[test]
    fn no_file_and_no_server_makes_a_wallet_derive_for_hours() {
        assert_eq!(believed(None, 19), 19);
        assert_eq!(believed(Some(5), 3), 3);
        assert_eq!(believed(None, (1 << 31) - 1), MAX_JUMP);
        assert_eq!(believed(Some(5), u32::MAX), MAX_JUMP + 5);
        assert_eq!(believed(Some(u32::MAX), u32::MAX), u32::MAX);
    }
}
