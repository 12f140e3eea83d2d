//! A look at every script, and going on with one that was cut off.
//!
//! Each batch of a full scan notes, in the very write that keeps its rows, which scripts it looked
//! at. A scan that is cut off leaves these notes, and the next one does not ask for those scripts
//! again, as long as three things hold: it is the same server, the block that was the newest when
//! the first part began is still in the best chain, and that was not long ago.
//!
//! So the whole has looked at every script at the *first* part's tip or later, and that tip is
//! what it claims ([`Engine::apply_full_end`]). It is a full scan that ended then: what happened
//! since to a script that was skipped is found like what happens after any full scan, by the
//! usual ones. They treat a script alike whichever part looked at it: coins, young and pending
//! transactions and the next addresses each time, the others in turns.

use std::collections::BTreeMap;

use bitcoin::Txid;
use satchel_types::{BlockRef, ChainSide, ScanBatch, ScanEnd, ScanRequest, Timestamp};

use super::state::SIDES;
use super::{ApplyError, Engine, ScanScope, Update};
use crate::changes::{Changes, ScanNote};
use crate::oracle::id_of;

/// Seconds after which the beginning of a scan is not gone on with. The rest of a wallet's life is
/// seen by the usual scans, which need some turns for scripts long unused; a day bounds how much
/// may wait for them.
const KEPT_FOR: u64 = 24 * 60 * 60;

/// A full scan under way.
#[derive(Debug, Clone)]
pub struct FullScan {
    source: String,
    began: Timestamp,
    resumes: bool,
    skipped: u64,
}

impl FullScan {
    /// Returns whether this is the rest of a scan that was cut off.
    pub fn resumes(&self) -> bool {
        self.resumes
    }

    /// Returns how many scripts were looked at before and are not asked again.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }
}

/// How far a full scan came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Who was asked.
    pub source: String,
    /// When its first part began.
    pub began: Timestamp,
    /// The lowest tip of its parts.
    pub tip: BlockRef,
    /// Scripts looked at whole, by side.
    pub looked: BTreeMap<ChainSide, Ranges>,
}

impl Progress {
    fn is_of(&self, scan: &FullScan) -> bool {
        self.source == scan.source && self.began == scan.began
    }

    pub fn has(&self, (side, index): (ChainSide, u32)) -> bool {
        self.looked.get(&side).is_some_and(|r| r.contains(index))
    }

    /// Adds what a later part of the same scan looked at.
    pub fn extend(&mut self, later: Self) {
        self.tip = later.tip;
        for (side, ranges) in later.looked {
            let kept = self.looked.entry(side).or_default();
            for (first, last) in ranges.iter() {
                kept.insert(first, last);
            }
        }
    }
}

impl Engine {
    /// Begins to look at every script until `stop_gap` in a row were never used, or goes on with
    /// a scan that was cut off. `source` names the server that will be asked.
    pub fn full_scan(
        &self,
        stop_gap: u32,
        source: &str,
        now: Timestamp,
    ) -> (FullScan, ScanRequest) {
        let mut request = self.scan_request(ScanScope::Discover { stop_gap });
        let mut scan = FullScan {
            source: source.to_owned(),
            began: now,
            resumes: false,
            skipped: 0,
        };
        let kept = self.progress.as_ref().filter(|progress| {
            progress.source == source
                && progress.began <= now
                && now.secs_since(progress.began) <= KEPT_FOR
                && self.chain.contains(id_of(progress.tip))
        });
        if let Some(progress) = kept {
            scan.began = progress.began;
            scan.resumes = true;
            scan.skipped = progress.looked.values().map(Ranges::len).sum();
            request.scripts.retain(|script| {
                let key = self.is_mine(script);
                !key.is_some_and(|key| progress.has(key))
            });
            let sides = SIDES.map(|side| {
                let next = self.next_index(side);
                let looked = progress.looked.get(&side);
                let unused = looked.map_or(0, |ranges| ranges.run_from(next));
                self.look_ahead(side, stop_gap, unused)
            });
            request.sides = sides.into();
        }
        (scan, request)
    }

    /// Takes one batch of a full scan, as [`Engine::apply_batch`] does, and notes how far it is.
    ///
    /// Ask [`Engine::goes_on`] afterwards.
    ///
    /// # Errors
    /// Those of [`Engine::apply_batch`].
    pub fn apply_full_batch(
        &mut self,
        scan: &FullScan,
        batch: &ScanBatch,
        now: Timestamp,
    ) -> Result<Update, ApplyError> {
        self.take_batch(batch, Some(scan), now)
    }

    /// Returns whether a scan may go on. It may not when the chain moved below what its first
    /// part relied on; then a new one starts at the first script.
    pub fn goes_on(&self, scan: &FullScan) -> bool {
        self.progress.as_ref().is_some_and(|p| p.is_of(scan))
    }

    /// Takes the end of a full scan, as [`Engine::apply_end`] does. One that went on with an
    /// earlier part is as fresh as that part's beginning, no fresher.
    pub fn apply_full_end(&mut self, scan: &FullScan, end: &ScanEnd, now: Timestamp) -> Update {
        let mut changes = Changes::default();
        let (mut as_of, mut at) = (end.tip, now);
        if let Some(progress) = self.progress.take() {
            changes.scan = Some(ScanNote::Over);
            if scan.resumes {
                as_of = lower(as_of, progress.tip);
                at = progress.began;
            }
        }
        self.take_end(end, &scan.source, (as_of, at), now, changes)
    }

    /// Returns whether a scan that may go on looked a script up when a transaction was in a block
    /// already, so that it saw all that came before.
    pub(super) fn was_looked_at(&self, txid: Txid, key: (ChainSide, u32)) -> bool {
        let Some(progress) = self.progress.as_ref().filter(|p| p.has(key)) else {
            return false;
        };
        let node = self.tx_graph().get_tx_node(txid);
        node.is_some_and(|node| {
            let blocks = node.anchors.iter().map(|anchor| anchor.block_id);
            blocks
                .filter(|block| self.chain.contains(*block))
                .any(|block| block.height <= progress.tip.height)
        })
    }

    /// Forgets a scan whose tip is not in the best chain any more.
    pub(super) fn check_progress(&mut self, changes: &mut Changes) {
        let chain = &self.chain;
        if self
            .progress
            .take_if(|progress| !chain.contains(id_of(progress.tip)))
            .is_some()
        {
            changes.scan = Some(ScanNote::Over);
        }
    }

    /// Notes which scripts a batch looked at.
    pub(super) fn note_progress(
        &mut self,
        scan: &FullScan,
        batch: &ScanBatch,
        changes: &mut Changes,
    ) {
        let Some(tip) = batch.blocks.last().copied() else {
            return;
        };
        let mut part = Progress {
            source: scan.source.clone(),
            began: scan.began,
            tip,
            looked: BTreeMap::new(),
        };
        for (side, index) in batch.scripts.iter().filter_map(|s| self.is_mine(s)) {
            part.looked.entry(side).or_default().insert(index, index);
        }
        match self.progress.as_mut().filter(|p| p.is_of(scan)) {
            Some(progress) => {
                part.tip = lower(tip, progress.tip);
                progress.extend(part.clone());
                changes.scan = Some(ScanNote::Went(part));
            }
            None if !scan.resumes => {
                self.progress = Some(part.clone());
                changes.scan = Some(ScanNote::Began(part));
            }
            // What it went on with was refuted just now.
            None => {}
        }
    }
}

fn lower(a: BlockRef, b: BlockRef) -> BlockRef {
    if b.height < a.height { b } else { a }
}

/// Numbers as ranges, both ends included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges(BTreeMap<u32, u32>);

impl Ranges {
    /// Adds `first` to `last`.
    pub fn insert(&mut self, mut first: u32, mut last: u32) {
        if let Some((&before, &end)) = self.0.range(..=first).next_back()
            && end.saturating_add(1) >= first
        {
            first = before;
        }
        while let Some((&start, &end)) = self.0.range(first..).next()
            && start <= last.saturating_add(1)
        {
            self.0.remove(&start);
            last = last.max(end);
        }
        self.0.insert(first, last);
    }

    pub fn contains(&self, number: u32) -> bool {
        let at_or_before = self.0.range(..=number).next_back();
        at_or_before.is_some_and(|(_, last)| number <= *last)
    }

    /// Returns how many follow each other from `number` on.
    pub fn run_from(&self, number: u32) -> u32 {
        match self.0.range(..=number).next_back() {
            Some((_, &last)) if number <= last => (last - number).saturating_add(1),
            _ => 0,
        }
    }

    /// Returns how many there are.
    pub fn len(&self) -> u64 {
        self.iter().map(|(a, b)| u64::from(b - a) + 1).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.0.iter().map(|(first, last)| (*first, *last))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_are_a_set(pieces in proptest::collection::vec((0..60u32, 0..9u32), 0..20)) {
            let (mut ranges, mut set) = (Ranges::default(), BTreeSet::new());
            for (first, more) in pieces {
                ranges.insert(first, first + more);
                set.extend(first..=first + more);
            }
            prop_assert_eq!(ranges.len(), set.len() as u64);
            for number in 0..80 {
                prop_assert_eq!(ranges.contains(number), set.contains(&number));
                let run = (number..).take_while(|n| set.contains(n)).count();
                prop_assert_eq!(ranges.run_from(number) as usize, run);
            }
            // Kept apart, so that few ranges stay few.
            let all: Vec<_> = ranges.iter().collect();
            prop_assert!(all.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
        }
    }

    #[test]
    fn the_last_number_is_no_trap() {
        let mut ranges = Ranges::default();
        ranges.insert(u32::MAX, u32::MAX);
        ranges.insert(u32::MAX - 1, u32::MAX - 1);
        assert_eq!(
            ranges.iter().collect::<Vec<_>>(),
            [(u32::MAX - 1, u32::MAX)]
        );
        assert_eq!(ranges.run_from(u32::MAX), 1);
    }
}
