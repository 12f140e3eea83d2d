//! The keys of all epochs that a device can open.

use std::collections::{BTreeMap, BTreeSet};

use satchel_secrets::aead::{self, NONCE_LEN};
use satchel_secrets::derive::{derive_key, derive_key_about};
use satchel_secrets::wrap::{self, WRAPPED_LEN};
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{CircleId, DeviceId};

use super::recovery::recovery_info;
use super::{Keys, RecoveryKey, SlotFor, device_info};
use crate::object::Class;

/// Keys objects of one epoch that two devices made at once; more than a few are an attack.
const MAX_AT_ONCE: usize = 16;

/// Where a class key is on a ring: its epoch, and which of that epoch's.
pub(crate) type RingPlace = (u32, usize);

/// What a keys object held of one class.
#[derive(Debug)]
pub(crate) struct Found {
    /// The key of its own epoch.
    pub(crate) own: SecretBytes<32>,
    /// Where on the ring the keys of older epochs are that it carries.
    pub(crate) older: BTreeSet<RingPlace>,
}

/// The class keys of all epochs that are known. Two devices may have made one epoch at once, so
/// there can be several keys of a number; an object's commitment says which is its own.
#[derive(Debug, Default)]
pub struct Ring {
    shared: BTreeMap<u32, Vec<SecretBytes<32>>>,
    seeds: BTreeMap<u32, Vec<SecretBytes<32>>>,
}

impl Ring {
    /// Returns the keys of an epoch and class.
    pub fn keys(&self, class: Class, epoch: u32) -> &[SecretBytes<32>] {
        self.class(class).get(&epoch).map_or(&[], Vec::as_slice)
    }

    fn class(&self, class: Class) -> &BTreeMap<u32, Vec<SecretBytes<32>>> {
        match class {
            Class::Shared => &self.shared,
            Class::Seeds => &self.seeds,
        }
    }

    /// Adds a key; returns where it is among [`Self::keys`].
    pub fn add(&mut self, class: Class, epoch: u32, key: SecretBytes<32>) -> Option<usize> {
        let keys = match class {
            Class::Shared => &mut self.shared,
            Class::Seeds => &mut self.seeds,
        };
        let keys = keys.entry(epoch).or_default();
        if let Some(at) = keys.iter().position(|known| known.ct_eq(&key)) {
            return Some(at);
        }
        if keys.len() == MAX_AT_ONCE {
            return None;
        }
        keys.push(key);
        Some(keys.len() - 1)
    }

    /// Names each key by what it is, whatever the order in which keys were added.
    pub(crate) fn names(&self, class: Class) -> BTreeMap<RingPlace, [u8; 8]> {
        let of =
            |place: RingPlace| Some((place, key_name(self.keys(class, place.0).get(place.1)?)));
        self.all(class).filter_map(of).collect()
    }

    /// Returns all keys of a class, with their epochs.
    pub fn each(&self, class: Class) -> impl Iterator<Item = (u32, &SecretBytes<32>)> {
        self.class(class)
            .iter()
            .flat_map(|(epoch, keys)| keys.iter().map(|key| (*epoch, key)))
    }

    /// Returns all keys of a class: their epochs and places among [`Self::keys`].
    pub(crate) fn all(&self, class: Class) -> impl Iterator<Item = RingPlace> {
        self.class(class)
            .iter()
            .flat_map(|(epoch, keys)| (0..keys.len()).map(|at| (*epoch, at)))
    }

    /// Opens the slots of a keys object for a device. Returns what was in it, by class; keys of
    /// older epochs are added, those of its own are not yet.
    pub(crate) fn open_for_device(
        &mut self,
        keys: &Keys,
        device: DeviceId,
        secret: &SecretBytes<32>,
    ) -> [Option<Found>; 2] {
        self.open(keys, |whom, seeds, sealed| match whom {
            SlotFor::Device(id) if *id == device => {
                let info = device_info(keys.circle, keys.epoch, seeds, device);
                wrap::unwrap(<&[u8; WRAPPED_LEN]>::try_from(sealed).ok()?, secret, &info).ok()
            }
            _ => None,
        })
    }

    /// Opens the slots of a keys object with the recovery key.
    pub(crate) fn open_with_recovery(
        &mut self,
        keys: &Keys,
        recovery: &RecoveryKey,
    ) -> [Option<Found>; 2] {
        self.open(keys, |whom, seeds, sealed| match whom {
            SlotFor::Recovery(key) if *key == recovery.public() => {
                let info = recovery_info(keys.circle, keys.epoch, seeds, key);
                let sealed = <&[u8; WRAPPED_LEN]>::try_from(sealed).ok()?;
                wrap::unwrap(sealed, recovery.secret(), &info).ok()
            }
            _ => None,
        })
    }

    fn open(
        &mut self,
        keys: &Keys,
        mut open_slot: impl FnMut(&SlotFor, bool, &[u8]) -> Option<SecretBytes<32>>,
    ) -> [Option<Found>; 2] {
        [(Class::Shared, false), (Class::Seeds, true)].map(|(class, seeds)| {
            let own = keys
                .slots
                .iter()
                .filter(|slot| slot.seeds == seeds)
                .find_map(|slot| open_slot(&slot.whom, seeds, &slot.sealed))?;
            let mut older_keys = BTreeSet::new();
            for slot in keys.slots.iter().filter(|slot| slot.seeds == seeds) {
                if let SlotFor::Older(older) = slot.whom {
                    let wrapping = older_key(&own, keys.circle, keys.epoch, older, seeds);
                    if let Some(key) = self::open(&wrapping, &slot.sealed) {
                        let at = self.add(class, older, key);
                        older_keys.extend(at.map(|at| (older, at)));
                    }
                }
            }
            Some(Found {
                own,
                older: older_keys,
            })
        })
    }
}

fn key_name(key: &SecretBytes<32>) -> [u8; 8] {
    let derived = derive_key(key, "satchel bundle v1 key name");
    let mut name = [0; 8];
    name.copy_from_slice(&derived.expose()[..8]);
    name
}

fn older_key(
    key: &SecretBytes<32>,
    circle: CircleId,
    epoch: u32,
    older: u32,
    seeds: bool,
) -> SecretBytes<32> {
    derive_key_about(
        key,
        "satchel bundle v1 older",
        &[
            circle.as_bytes(),
            &epoch.to_le_bytes(),
            &older.to_le_bytes(),
            &[u8::from(seeds)],
        ],
    )
}

/// Seals the keys of older epochs under a new one.
pub(super) fn seal_older<E>(
    ring: &Ring,
    circle: CircleId,
    epoch: u32,
    seeds: bool,
    key: &SecretBytes<32>,
    mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<(u32, Vec<u8>)>, E> {
    let class = if seeds { Class::Seeds } else { Class::Shared };
    let mut sealed = Vec::new();
    for (older, keys) in ring.class(class) {
        let wrapping = older_key(key, circle, epoch, *older, seeds);
        for old in keys {
            let mut nonce = [0; NONCE_LEN];
            draw(&mut nonce)?;
            sealed.push((*older, seal(&wrapping, old, &nonce)));
        }
    }
    Ok(sealed)
}

fn seal(wrapping: &SecretBytes<32>, key: &SecretBytes<32>, nonce: &[u8; NONCE_LEN]) -> Vec<u8> {
    let mut sealed = nonce.to_vec();
    sealed.extend_from_slice(&aead::seal(wrapping, nonce, &[], key.expose()));
    sealed
}

fn open(wrapping: &SecretBytes<32>, sealed: &[u8]) -> Option<SecretBytes<32>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let key: SecretVec = aead::open(wrapping, nonce, &[], sealed).ok()?;
    SecretBytes::from_slice(key.expose())
}
