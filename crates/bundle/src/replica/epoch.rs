//! When a new epoch is due, and what an object's key is found by.

use std::collections::BTreeSet;

use satchel_secrets::SecretBytes;
use satchel_types::DeviceId;

use super::{Known, Replica};
use crate::keys::{Device, EpochKeys, NewEpoch, RingPlace, Roster, SealKeysError, seal_keys};
use crate::object::{Class, ObjectHash, Sealed};

impl Replica {
    /// Returns whether a device with the owner's key should make a new epoch, although nobody is
    /// added or removed:
    ///
    /// * two were made at once, and this device can open both. Only such a device brings them together.
    /// * The one in use does not lead to all older keys that this device has, so that some device could not open what
    ///   was sealed under them.
    /// * The one in use was not made for all who belong, so that some can neither read nor write, or not for the
    ///   recovery key in use.
    pub fn needs_epoch(&self) -> bool {
        if !self.belongs() {
            return false;
        }
        if self.opened_tips().nth(1).is_some() {
            return true;
        }
        let Some((_, current)) = self.roster.current() else {
            return false;
        };
        let wrapped_for = self.wrapped_for.get(&current);
        let is_in = |device: &Device| wrapped_for.is_some_and(|all| all.contains(&device.id));
        if !self.roster.members().all(is_in) {
            return true;
        }
        let recovery = self.roster.recovery();
        if recovery.is_some_and(|recovery| !self.recovers(&current, &recovery.key)) {
            return true;
        }
        let classes = [Class::Shared, Class::Seeds].into_iter();
        !self.roster.is_split()
            && classes
                .flat_map(|class| self.not_carried(class))
                .next()
                .is_some()
    }

    /// Returns whether this device should write a snapshot: its segments have outgrown the last one, or it alone can
    /// open something.
    pub fn needs_snapshot(&self) -> bool {
        self.opens_alone() || self.has_outgrown()
    }

    /// Returns whether this device can open what others cannot and nobody made an epoch that lets them: all who could
    /// have lost their disks, or do not hold the owner's key. A snapshot of what it knows mends that. It is no hurry:
    /// while an epoch is due, making it is better.
    pub fn opens_alone(&self) -> bool {
        let apart: BTreeSet<_> = self.not_carried(Class::Shared).collect();
        if apart.is_empty() {
            return false;
        }
        let told = self.told_without(&apart);
        let untold = |hash: &ObjectHash, known: &Known| {
            let is_apart = known.place.class == Class::Shared && apart.contains(&known.key);
            is_apart && !told.contains(hash) && !self.left_out.contains(hash)
        };
        let mut untold = self
            .known
            .iter()
            .filter(|(hash, known)| untold(hash, known));
        let would_hold = self.would_hold();
        untold.any(|(hash, _)| would_hold.contains(hash))
    }

    fn recovers(&self, keys: &ObjectHash, recovery: &[u8; 32]) -> bool {
        self.recoverable
            .get(keys)
            .is_some_and(|known| known.contains(recovery))
    }

    /// Returns keys that this device has and the epoch in use does not lead to.
    pub(super) fn not_carried(&self, class: Class) -> impl Iterator<Item = RingPlace> {
        let current = self.roster.current();
        let held = current.and_then(|(_, hash)| self.opened.get(&hash));
        held.into_iter().flat_map(move |held| {
            let held = &held[usize::from(class.number())].all;
            self.ring.all(class).filter(|key| !held.contains(key))
        })
    }

    /// Writes the keys object of a new epoch, to be kept and taken in; it follows the newest epochs that this device
    /// can open and carries all keys that it has. `draw` fills with random bytes.
    pub fn seal_epoch<E>(
        &self,
        roster: &Roster,
        owner: &SecretBytes<32>,
        draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<(Sealed, EpochKeys), SealKeysError>, E> {
        let new = NewEpoch {
            circle: self.circle,
            roster,
            ring: &self.ring,
            follows: self.opened_tips().collect(),
        };
        seal_keys(&new, owner, draw)
    }

    /// Returns the keys objects that lead to the key of an object that was taken in. Where none of
    /// them is, others cannot open it.
    pub fn keys_for(&self, hash: &ObjectHash) -> impl Iterator<Item = ObjectHash> {
        let known = self.known.get(hash);
        self.opened
            .iter()
            .filter(move |(_, held)| {
                known.is_some_and(|Known { place, key, .. }| {
                    held[usize::from(place.class.number())].all.contains(key)
                })
            })
            .map(|(keys, _)| *keys)
    }

    /// Returns whether this device was added and not removed.
    pub fn belongs(&self) -> bool {
        let device = self.identity.device;
        self.roster.device(device).is_some() && self.roster.removed(device).is_none()
    }

    /// Returns whether this device has the keys of an epoch, of each class that it may hold.
    pub fn opens(&self, keys: &ObjectHash) -> bool {
        let seeds = self.may_hold_seeds();
        self.opened.get(keys).is_some_and(|[shared, secret]| {
            shared.own.is_some() && (secret.own.is_some() || !seeds)
        })
    }

    /// Returns for whom the keys of an epoch were wrapped: who can bring it together with others.
    pub fn wrapped_for(&self, keys: &ObjectHash) -> impl Iterator<Item = DeviceId> {
        let devices = self.wrapped_for.get(keys).into_iter();
        devices.flatten().copied()
    }

    /// Returns the keys objects that none follows and whose keys this device has all.
    fn opened_tips(&self) -> impl Iterator<Item = ObjectHash> {
        let tips = self.roster.tips().into_iter();
        tips.filter(|hash| self.opens(hash))
    }
}
