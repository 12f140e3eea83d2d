//! Addresses that are set aside for one device, so that two devices that have not met never show the same
//! one, nor let change go to it (ADR 0018, 0029).
//!
//! A device asks for an index by saying so in the circle. It has it once every other device has written
//! something knowing that, and nothing that anybody names is missing: then whatever they had asked for before
//! is known here, and they ask for it no more. If two asked at once, the one that belongs for longer has it. Nothing
//! rests on what a place can do.

use std::collections::BTreeSet;

use satchel_types::{ChainSide, DeviceId, Lease, WalletId};

use crate::replica::Replica;
use crate::state::Touched;

/// How many unused addresses in a row any wallet looks at: whatever is handed out lies within.
pub const GAP: u32 = 20;
/// Indices that all devices together have set aside: the rest of the gap is for what was shown and not paid.
const SET_ASIDE: u32 = 16;

/// Which address is handed out next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Its index on the side that was asked for.
    pub index: u32,
    /// Another device may hand it out too.
    pub unsure: bool,
}

/// What is known of the addresses of one side of a wallet.
#[derive(Debug)]
pub struct Addresses {
    side: ChainSide,
    /// The first index after the last that was paid to, as far as is known here.
    first: u32,
    /// The chain was asked. Where it was not, any that somebody spoke of may have been paid to.
    scanned: bool,
    /// Indices that somebody handed out.
    shown: BTreeSet<u32>,
    /// Indices that this device handed out and no other.
    alone: BTreeSet<u32>,
    /// Indices that belong to another device, if to any.
    others: BTreeSet<u32>,
    /// Indices that somebody asked for, in vain or not.
    asked: BTreeSet<u32>,
    /// Indices that this device asked for and nobody else may have.
    mine: BTreeSet<u32>,
    /// How many devices belong.
    members: u32,
}

impl Addresses {
    /// Looks at what a device knows, given the first index after the last that was paid to and whether the chain was asked.
    pub fn of(
        replica: &Replica,
        wallet: WalletId,
        side: ChainSide,
        (first, scanned): (u32, bool),
    ) -> Self {
        let me = replica.device();
        let state = replica.state();
        let mut known = Self {
            side,
            first,
            scanned,
            shown: BTreeSet::new(),
            alone: BTreeSet::new(),
            others: BTreeSet::new(),
            asked: BTreeSet::new(),
            mine: BTreeSet::new(),
            members: u32::try_from(replica.roster().members().count()).unwrap_or(u32::MAX),
        };
        for (index, by) in state.revealed(wallet, side) {
            known.shown.insert(index);
            if by.keys().all(|device| *device == me) {
                known.alone.insert(index);
            }
        }
        if !scanned {
            // Nobody goes further than the gap beyond what was paid to.
            let next = known.next();
            known.first = first.max(next.saturating_sub(GAP));
        }
        for (index, by) in state.leased(wallet, side) {
            known.asked.insert(index);
            match holder(replica, by.keys().copied()) {
                Some(device) if device == me => known.mine.insert(index),
                _ => known.others.insert(index),
            };
        }
        known
    }

    /// The first index after all that somebody spoke of.
    fn next(&self) -> u32 {
        let last = self.shown.last();
        last.map_or(self.first, |last| last.saturating_add(1).max(self.first))
    }

    fn window(&self) -> impl Iterator<Item = u32> {
        self.first..self.first.saturating_add(GAP)
    }

    /// Returns indices to ask for: the lowest that nobody showed or asked for, as many as are still this
    /// device's share.
    pub fn to_ask_for(&self, leases: &[Lease]) -> Vec<u32> {
        let share = (SET_ASIDE / self.members.max(1)).max(1);
        let has = self
            .window()
            .filter(|index| self.mine.contains(index) && !self.shown.contains(index))
            .filter(|index| leases.iter().any(|lease| lease.index == *index))
            .count();
        let more = usize::try_from(share).unwrap_or(0).saturating_sub(has);
        self.window()
            .filter(|index| !self.asked.contains(index) && !self.shown.contains(index))
            .take(more)
            .collect()
    }

    /// Returns what this device asked for and now has: all others have heard of it, and nobody else may have it.
    pub fn granted(&self, replica: &Replica, leases: &[Lease]) -> Vec<Lease> {
        let granted = leases.iter().filter(|lease| {
            !lease.confirmed
                && self.mine.contains(&lease.index)
                && replica.is_heard_by_all(lease.stream, lease.seq)
        });
        granted
            .map(|lease| Lease {
                confirmed: true,
                ..*lease
            })
            .collect()
    }

    /// Returns the index to hand out next: one's own, else one within the gap that is nobody's, at random.
    pub fn choose(&self, leases: &[Lease], used: impl Fn(u32) -> bool, random: u64) -> Choice {
        let own = |fits: &dyn Fn(u32) -> bool| {
            let mut mine = leases
                .iter()
                .filter(|lease| lease.confirmed && self.mine.contains(&lease.index))
                .map(|lease| lease.index);
            mine.find(|index| !used(*index) && fits(*index))
        };
        let fresh = own(&|index| !self.shown.contains(&index));
        // Of a draft that was dropped nobody got to see the change address. One that was shown to a payer is not
        // shown again.
        let again = |()| match self.side {
            ChainSide::Receive => None,
            ChainSide::Change => own(&|index| self.alone.contains(&index)),
        };
        if let Some(index) = fresh.or_else(|| again(())) {
            return Choice {
                index,
                unsure: false,
            };
        }
        let free = |index: &u32| !self.others.contains(index) && !used(*index);
        let fresh: Vec<u32> = self
            .window()
            .filter(|index| free(index) && !self.shown.contains(index))
            .collect();
        let again: Vec<u32> = if self.scanned {
            self.window().filter(free).collect()
        } else {
            vec![self.next()]
        };
        let all: Vec<u32> = self.window().collect();
        let from = [fresh, again, all]
            .into_iter()
            .find(|list| !list.is_empty())
            .unwrap_or_default();
        let len = u64::try_from(from.len()).unwrap_or(1).max(1);
        let at = usize::try_from(random % len).unwrap_or(0);
        Choice {
            index: from.get(at).copied().unwrap_or(self.first),
            unsure: true,
        }
    }
}

/// Returns who has an index that these asked for: the one that belongs for longest. One that was removed
/// may have shown it to somebody, so that nobody has it after.
fn holder(replica: &Replica, asked: impl Iterator<Item = DeviceId>) -> Option<DeviceId> {
    let since = |device: DeviceId| {
        let roster = replica.roster();
        let member = roster.device(device)?;
        Some((member.added_at, device))
    };
    asked.filter_map(since).min().map(|(_, device)| device)
}

/// Returns whether a device may ask for an index: who has not heard from the others would ask for what they asked for before.
pub fn may_ask(replica: &Replica) -> bool {
    let me = replica.device();
    let mut others = replica.roster().members().filter(|one| one.id != me);
    others.all(|one| replica.last_seen(one.id).is_some())
}

/// Returns whether another device asked for any of these, and waits until it is heard that it did.
pub fn is_asked_for<'a>(replica: &Replica, touched: impl IntoIterator<Item = &'a Touched>) -> bool {
    let me = replica.device();
    touched.into_iter().any(|what| match what {
        Touched::Lease(key) => {
            let mut by = replica.state().leased(key.wallet, key.side);
            by.any(|(index, by)| index == key.index && by.keys().any(|device| *device != me))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests;
