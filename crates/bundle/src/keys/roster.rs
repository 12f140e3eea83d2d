//! Who belongs to a circle.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use satchel_secrets::sign::VERIFY_KEY_LEN;
use satchel_types::{BlobName, CircleId, DeviceId};

use super::{Device, Keys, Recovery, Removal};
use crate::object::ObjectHash;

/// When a device was removed, and what of it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// When, in seconds since 1970; the earliest if several removed it.
    pub at: u64,
    /// The last of its objects that count.
    pub last: BTreeSet<ObjectHash>,
}

/// The join of all keys objects by the circle's owner.
///
/// Adding and removing are both unions, and removing wins: the same set of objects gives the same
/// roster, and a device that was removed cannot be brought back by an old object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    circle: CircleId,
    owner: [u8; VERIFY_KEY_LEN],
    devices: BTreeMap<DeviceId, Device>,
    removed: BTreeMap<DeviceId, Removed>,
    recoveries: BTreeSet<Recovery>,
    /// The removals that each keys object says.
    statements: BTreeMap<ObjectHash, Vec<Removal>>,
    objects: BTreeMap<ObjectHash, u32>,
    followed: BTreeSet<ObjectHash>,
}

impl Roster {
    /// Starts with the owner that a device was told when it joined, and nobody else.
    pub fn new(circle: CircleId, owner: [u8; VERIFY_KEY_LEN]) -> Self {
        Self {
            circle,
            owner,
            devices: BTreeMap::new(),
            removed: BTreeMap::new(),
            recoveries: BTreeSet::new(),
            statements: BTreeMap::new(),
            objects: BTreeMap::new(),
            followed: BTreeSet::new(),
        }
    }

    /// Returns the owner's public key.
    pub fn owner(&self) -> &[u8; VERIFY_KEY_LEN] {
        &self.owner
    }

    /// Joins a keys object; `false` if it is not by this circle's owner, `true` otherwise.
    pub fn join(&mut self, keys: &Keys) -> bool {
        if keys.circle != self.circle || keys.owner != self.owner {
            return false;
        }
        for device in &keys.devices {
            self.add(device.clone());
        }
        for removal in &keys.removals {
            self.remove(removal.clone());
        }
        self.recoveries.extend(&keys.recoveries);
        self.statements.insert(keys.hash, keys.removals.clone());
        self.objects.insert(keys.hash, keys.epoch);
        self.followed.extend(&keys.follows);
        true
    }

    /// Adds a device, to be written into the next keys object. Of two records of one id the smaller holds, but whoever
    /// may hold seeds by either of them may: what a device was given it has.
    pub fn add(&mut self, device: Device) {
        match self.devices.entry(device.id) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(device);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let seeds = device.seeds || entry.get().seeds;
                let plain = |device: &Device| Device {
                    seeds: false,
                    ..device.clone()
                };
                if plain(&device) < plain(entry.get()) {
                    entry.insert(device);
                }
                entry.get_mut().seeds = seeds;
            }
        }
    }

    /// Removes a device, to be written into the next keys object.
    pub fn remove(&mut self, removal: Removal) {
        let removed = self.removed.entry(removal.device).or_insert(Removed {
            at: removal.at,
            last: BTreeSet::new(),
        });
        removed.at = removed.at.min(removal.at);
        removed.last.extend(removal.last);
    }

    /// Sets the recovery key, to be written into the next keys object. It is in use from then on, whatever
    /// the clock says.
    pub fn set_recovery(&mut self, key: [u8; 32], now: u64) {
        let last = self.recoveries.last().map_or(0, |last| last.since);
        self.recoveries.insert(Recovery {
            since: now.max(last.saturating_add(1)),
            key,
        });
    }

    /// Returns the recovery key that is in use.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recoveries.last()
    }

    pub(crate) fn recoveries(&self) -> impl Iterator<Item = Recovery> {
        self.recoveries.iter().copied()
    }

    /// Returns what somebody knew of removals whose newest keys objects were these, as far as they are known here, and
    /// whether all of them are. Each keys object says all that its maker knew.
    pub(crate) fn removals_known_by(&self, tips: &BTreeSet<ObjectHash>) -> (Vec<Removal>, bool) {
        let mut removed: BTreeMap<DeviceId, Removal> = BTreeMap::new();
        let mut complete = true;
        for tip in tips {
            let Some(removals) = self.statements.get(tip) else {
                complete = false;
                continue;
            };
            for removal in removals {
                match removed.entry(removal.device) {
                    std::collections::btree_map::Entry::Vacant(entry) => {
                        entry.insert(removal.clone());
                    }
                    std::collections::btree_map::Entry::Occupied(mut entry) => {
                        entry.get_mut().last.extend(&removal.last);
                    }
                }
            }
        }
        (removed.into_values().collect(), complete)
    }

    /// Returns all devices that were ever added.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }

    /// Returns the devices that belong.
    pub fn members(&self) -> impl Iterator<Item = &Device> {
        self.devices
            .values()
            .filter(|device| !self.removed.contains_key(&device.id))
    }

    /// Returns a device that was ever added.
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(&id)
    }

    /// Returns what is known of a device's removal; `None`: it was not removed.
    pub fn removed(&self, id: DeviceId) -> Option<&Removed> {
        self.removed.get(&id)
    }

    pub(crate) fn removals(&self) -> Vec<Removal> {
        self.removed
            .iter()
            .map(|(device, removed)| Removal {
                device: *device,
                at: removed.at,
                last: removed.last.clone(),
            })
            .collect()
    }

    pub(crate) fn has_removals(&self) -> bool {
        !self.removed.is_empty()
    }

    /// Returns the keys objects that none follows.
    pub fn tips(&self) -> BTreeSet<ObjectHash> {
        self.objects
            .keys()
            .filter(|hash| !self.followed.contains(hash))
            .copied()
            .collect()
    }

    /// Returns the keys object whose keys are used for what is written now, and its epoch: of those that none follows
    /// the one of the highest epoch, and of these that with the smallest hash.
    pub fn current(&self) -> Option<(u32, ObjectHash)> {
        self.tips()
            .into_iter()
            .filter_map(|hash| Some((*self.objects.get(&hash)?, hash)))
            .max_by_key(|(epoch, hash)| (*epoch, Reverse(*hash)))
    }

    /// Returns all keys objects, and their epochs.
    pub fn objects(&self) -> impl Iterator<Item = (&ObjectHash, u32)> {
        self.objects.iter().map(|(hash, epoch)| (hash, *epoch))
    }

    /// Returns whether keys objects were made at once, so that one that follows all is due.
    pub fn is_split(&self) -> bool {
        self.tips().len() > 1
    }

    pub(crate) fn knows(&self, hash: &ObjectHash) -> bool {
        self.objects.contains_key(hash)
    }

    /// Returns the name of a keys object that was joined.
    pub fn name_of(&self, hash: &ObjectHash) -> Option<BlobName> {
        let epoch = *self.objects.get(hash)?;
        Some(BlobName::Keys {
            epoch,
            hash: hash.short(),
        })
    }

    pub(super) fn next_epoch(&self) -> u32 {
        self.objects
            .values()
            .max()
            .map_or(1, |epoch| epoch.saturating_add(1))
    }
}
