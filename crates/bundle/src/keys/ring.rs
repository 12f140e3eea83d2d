//! The keys of all epochs that a device can open.

use std::collections::{BTreeMap, BTreeSet};

use satchel_secrets::aead::{self, NONCE_LEN};
use satchel_secrets::derive::{derive_key, derive_key_about};
use satchel_secrets::wrap::{self, WRAPPED_LEN};
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{CircleId, DeviceId};

use super::recovery::recovery_info;
use super::{Keys, RecoveryKey, Slot, SlotFor, device_info};
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
        self.open(keys, &SlotFor::Device(device), |seeds, sealed| {
            let info = device_info(keys.circle, keys.epoch, seeds, device);
            wrap::unwrap(sealed, secret, &info).ok()
        })
    }

    /// Opens the slots of a keys object with the recovery key.
    pub(crate) fn open_with_recovery(
        &mut self,
        keys: &Keys,
        recovery: &RecoveryKey,
    ) -> [Option<Found>; 2] {
        let public = recovery.public();
        self.open(keys, &SlotFor::Recovery(public), |seeds, sealed| {
            let info = recovery_info(keys.circle, keys.epoch, seeds, &public);
            wrap::unwrap(sealed, recovery.secret(), &info).ok()
        })
    }

    /// Returns the key of a keys object's own epoch if a later one carried it here: it is the one that opens what that
    /// keys object carries. Unwrapping takes a hundred times as long, and a program that starts has all of them.
    fn already(&self, keys: &Keys, class: Class) -> Option<SecretBytes<32>> {
        let seeds = class == Class::Seeds;
        let mut slots = keys.slots.iter();
        let carried =
            slots.find(|slot| slot.seeds == seeds && matches!(slot.whom, SlotFor::Older(_)))?;
        let mut known = self.keys(class, keys.epoch).iter();
        let own = known.find(|key| open_older(key, keys, carried).is_some())?;
        SecretBytes::from_slice(own.expose())
    }

    fn open(
        &mut self,
        keys: &Keys,
        whom: &SlotFor,
        unwrap: impl Fn(bool, &[u8; WRAPPED_LEN]) -> Option<SecretBytes<32>>,
    ) -> [Option<Found>; 2] {
        [(Class::Shared, false), (Class::Seeds, true)].map(|(class, seeds)| {
            let slots = || keys.slots.iter().filter(|slot| slot.seeds == seeds);
            let mut given = slots().filter(|slot| slot.whom == *whom).peekable();
            given.peek()?;
            let own = match self.already(keys, class) {
                Some(own) => own,
                None => {
                    given.find_map(|slot| unwrap(seeds, slot.sealed.as_slice().try_into().ok()?))?
                }
            };
            let mut older_keys = BTreeSet::new();
            for slot in slots() {
                if let SlotFor::Older(older) = slot.whom
                    && let Some(key) = open_older(&own, keys, slot)
                {
                    let at = self.add(class, older, key);
                    older_keys.extend(at.map(|at| (older, at)));
                }
            }
            Some(Found {
                own,
                older: older_keys,
            })
        })
    }
}

/// Opens the key of an older epoch with that of a keys object.
fn open_older(own: &SecretBytes<32>, keys: &Keys, slot: &Slot) -> Option<SecretBytes<32>> {
    let SlotFor::Older(older) = slot.whom else {
        return None;
    };
    let wrapping = older_key(own, keys.circle, keys.epoch, older, slot.seeds);
    open(&wrapping, &slot.sealed)
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
