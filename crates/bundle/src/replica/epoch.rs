//! When a new epoch is due, and what an object's key is found by.

use satchel_secrets::SecretBytes;

use super::{Known, Replica};
use crate::keys::{EpochKeys, NewEpoch, RecoveryKey, Roster, SealKeysError, seal_keys};
use crate::object::{Class, ObjectHash, Sealed};

impl Replica {
    /// Returns whether a device with the owner's key should make a new epoch, although nobody is
    /// added or removed: two were made at once, or the one in use does not lead to all older keys,
    /// so that some device could not open what was sealed under them.
    ///
    /// Only a device that can open both brings two epochs together; on others this is `false`.
    pub fn needs_epoch(&self) -> bool {
        if !self.belongs() {
            return false;
        }
        let opened = self.opened_tips().count();
        if opened > 1 {
            return true;
        }
        // Split, and somebody else's to mend: a further epoch would only add to it.
        if self.roster.tips().len() != opened {
            return false;
        }
        let current = self.roster.current();
        let Some(held) = current.and_then(|(_, hash)| self.opened.get(&hash)) else {
            return false;
        };
        [Class::Shared, Class::Seeds].into_iter().any(|class| {
            let held = &held[usize::from(class.number())];
            self.ring.all(class).any(|key| !held.all.contains(&key))
        })
    }

    /// Writes the keys object of a new epoch, to be kept and taken in; it follows the newest epochs that this device
    /// can open and carries all keys that it has. `draw` fills with random bytes.
    pub fn seal_epoch<E>(
        &self,
        roster: &Roster,
        owner: &SecretBytes<32>,
        recovery: Option<&RecoveryKey>,
        draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<(Sealed, EpochKeys), SealKeysError>, E> {
        let new = NewEpoch {
            circle: self.circle,
            roster,
            ring: &self.ring,
            follows: self.opened_tips().collect(),
            recovery,
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

    /// Whether this device was added and not removed.
    pub(super) fn belongs(&self) -> bool {
        let device = self.identity.device;
        self.roster.device(device).is_some() && self.roster.removed(device).is_none()
    }

    /// Returns the keys objects that none follows and whose keys this device has all.
    fn opened_tips(&self) -> impl Iterator<Item = ObjectHash> {
        let seeds = self.may_hold_seeds();
        self.roster.tips().into_iter().filter(move |hash| {
            self.opened.get(hash).is_some_and(|[shared, secret]| {
                shared.own.is_some() && (secret.own.is_some() || !seeds)
            })
        })
    }
}
