//! Locks of coins: locking wins.

use std::collections::BTreeSet;

/// Names one act of locking; random.
pub type Tag = [u8; 8];

/// What is known of a coin's locks. Each lock has a tag of its own, and taking off names the tags
/// that were known: a lock set elsewhere meanwhile stays, so that a coin somebody wanted to keep
/// still is never spent because two devices had not met.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoinLock {
    set: BTreeSet<Tag>,
    off: BTreeSet<Tag>,
}

impl CoinLock {
    /// Returns whether a lock was set that nobody took off.
    pub fn is_locked(&self) -> bool {
        self.standing().next().is_some()
    }

    /// Returns the locks that stand; taking them all off unlocks the coin.
    pub fn standing(&self) -> impl Iterator<Item = Tag> {
        self.set.difference(&self.off).copied()
    }

    pub(super) fn set(&mut self, tag: Tag) -> bool {
        self.set.insert(tag)
    }

    pub(super) fn take_off(&mut self, tag: Tag) -> bool {
        self.off.insert(tag)
    }

    pub(super) fn join(&mut self, other: &Self) -> bool {
        let known = (self.set.len(), self.off.len());
        self.set.extend(&other.set);
        self.off.extend(&other.off);
        known != (self.set.len(), self.off.len())
    }

    pub(super) fn tags_set(&self) -> impl Iterator<Item = Tag> {
        self.set.iter().copied()
    }

    pub(super) fn tags_off(&self) -> impl Iterator<Item = Tag> {
        self.off.iter().copied()
    }
}
