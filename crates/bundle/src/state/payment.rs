//! Payments that are being prepared, and the coins they reserve.

use std::collections::BTreeSet;

use satchel_types::DeviceId;

use super::Coin;
use crate::groups::{MAX_LIST, MAX_PSBTS};

/// Most bytes that the PSBTs of one payment have together.
const MAX_PSBTS_LEN: usize = 16 * 1024 * 1024;

/// How far a payment has come. It only moves forward: what the network may have seen outweighs
/// what its owner wanted later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Stage {
    /// Can be changed, dropped, signed.
    Draft = 0,
    /// Its coins are kept for it for a while.
    Reserved = 1,
    /// Signed, at least in part.
    Signed = 2,
    /// Its owner gave it up before anybody else had it.
    GivenUp = 3,
    /// Handed to a server.
    Broadcast = 4,
    /// Another transaction took its coins.
    Replaced = 5,
    /// In a block.
    Confirmed = 6,
}

impl Stage {
    /// Reads the number that is written.
    pub fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Draft,
            1 => Self::Reserved,
            2 => Self::Signed,
            3 => Self::GivenUp,
            4 => Self::Broadcast,
            5 => Self::Replaced,
            6 => Self::Confirmed,
            _ => return None,
        })
    }

    /// Returns whether the payment is not decided yet, so that its coins are spoken for.
    pub fn is_open(self) -> bool {
        self < Self::GivenUp
    }
}

/// A payment that is being prepared, named by its wallet and its unsigned transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Payment {
    /// How far it has come.
    pub stage: Stage,
    /// Until when its coins are kept for it, in seconds since 1970.
    pub reserved_until: u64,
    /// Devices that worked on it.
    pub devices: BTreeSet<DeviceId>,
    /// The coins it spends.
    pub coins: BTreeSet<Coin>,
    /// The PSBTs (BIP-0174) of its unsigned transaction, each with what some device added. None
    /// once it is decided.
    pub psbts: BTreeSet<Vec<u8>>,
}

impl Payment {
    /// Joins what another device knows of the same payment; returns whether anything changed. A row holds so much and no
    /// more, or no snapshot could: what is kept is chosen so that the order of joining does not matter.
    pub fn join(&mut self, other: Self) -> bool {
        self.join_within(other, MAX_PSBTS_LEN)
    }

    fn join_within(&mut self, other: Self, psbts_len: usize) -> bool {
        let stage = self.stage.max(other.stage);
        let until = self.reserved_until.max(other.reserved_until);
        let mut changed = (stage, until) != (self.stage, self.reserved_until);
        (self.stage, self.reserved_until) = (stage, until);
        changed |= add_smallest(&mut self.devices, other.devices);
        changed |= add_smallest(&mut self.coins, other.coins);
        if self.stage.is_open() {
            changed |= self.add_psbts(other.psbts, psbts_len);
        } else {
            self.psbts.clear();
        }
        changed
    }

    /// Returns it without what its stage no longer needs and what is too much.
    pub(super) fn normal(self) -> Self {
        let mut normal = Self {
            stage: self.stage,
            reserved_until: self.reserved_until,
            devices: BTreeSet::new(),
            coins: BTreeSet::new(),
            psbts: BTreeSet::new(),
        };
        normal.join(self);
        normal
    }

    /// Adds PSBTs; returns whether that changed which there are.
    fn add_psbts(&mut self, mut more: BTreeSet<Vec<u8>>, max_len: usize) -> bool {
        more.retain(|psbt| !self.psbts.contains(psbt));
        if more.is_empty() {
            return false;
        }
        let known = std::mem::take(&mut self.psbts);
        let known = known.into_iter().map(|psbt| (psbt, false));
        let mut all: Vec<_> = known
            .chain(more.into_iter().map(|psbt| (psbt, true)))
            .collect();
        // The longer, the more signatures it has.
        all.sort_unstable_by(|(one, _), (other, _)| {
            let longer = other.len().cmp(&one.len());
            longer.then_with(|| one.cmp(other))
        });
        let longest = all.first().map_or(1, |(psbt, _)| psbt.len().max(1));
        all.truncate((max_len / longest).clamp(1, MAX_PSBTS));
        let changed = all.iter().any(|(_, is_new)| *is_new);
        self.psbts = all.into_iter().map(|(psbt, _)| psbt).collect();
        changed
    }
}

/// Adds to a list of a row what belongs to its smallest; returns whether that changed it.
fn add_smallest<T: Ord>(list: &mut BTreeSet<T>, more: BTreeSet<T>) -> bool {
    let mut changed = false;
    for item in more {
        let is_full = list.len() >= MAX_LIST;
        if is_full && list.last().is_some_and(|last| *last < item) {
            break;
        }
        if list.insert(item) {
            changed = true;
            if is_full {
                list.pop_last();
            }
        }
    }
    changed
}

#[cfg(test)]
mod tests;
