//! Keys objects: who belongs to a circle, and an epoch's keys wrapped for each.

mod open;
mod recovery;
mod ring;
mod roster;
mod seal;

use std::collections::BTreeSet;

use satchel_secrets::SecretBytes;
use satchel_secrets::sign::VERIFY_KEY_LEN;
use satchel_secrets::wrap::WRAP_KEY_LEN;
use satchel_types::{CircleId, DeviceId};

use crate::object_hash::ObjectHash;

pub use open::open_keys;
pub(crate) use open::{epoch, is_keys, read_keys, verify_keys};
pub use recovery::{Recovery, RecoveryKey};
pub use ring::Ring;
pub(crate) use ring::{Found, RingPlace};
pub use roster::{Removed, Roster};
pub use seal::{NewEpoch, SealKeysError, seal_keys};

/// Largest keys object in bytes.
pub const MAX_KEYS: usize = 256 * 1024;
/// Most devices that a circle ever had.
pub const MAX_DEVICES: usize = 64;
/// Most recovery keys that a circle ever had.
pub const MAX_RECOVERIES: usize = 64;

/// A device, as the owner added it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// When it was added, in seconds since 1970.
    pub added_at: u64,
    /// The key that its objects are signed with.
    pub sign_key: [u8; VERIFY_KEY_LEN],
    /// The key that keys are wrapped for.
    pub wrap_key: [u8; WRAP_KEY_LEN],
    /// Its name when it was added.
    pub name: String,
    /// Its system.
    pub system: String,
    /// Whether it may hold seeds.
    pub seeds: bool,
}

/// A device that was removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Removal {
    /// Which.
    pub device: DeviceId,
    /// When, in seconds since 1970.
    pub at: u64,
    /// The last of its objects that count.
    pub last: BTreeSet<ObjectHash>,
}

/// For whom a class key was sealed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SlotFor {
    /// A device.
    Device(DeviceId),
    /// Whoever has the secret of this recovery key.
    Recovery([u8; WRAP_KEY_LEN]),
    /// Holders of this epoch's key: it opens that of an older one.
    Older(u32),
}

/// A class key, sealed for somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) whom: SlotFor,
    pub(crate) seeds: bool,
    pub(crate) sealed: Vec<u8>,
}

/// A keys object whose signature is right; whether its owner is ours, the roster says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Its name.
    pub hash: ObjectHash,
    /// Whose circle.
    pub circle: CircleId,
    /// Its epoch.
    pub epoch: u32,
    /// The owner's public key.
    pub owner: [u8; VERIFY_KEY_LEN],
    /// The keys objects it follows.
    pub follows: BTreeSet<ObjectHash>,
    /// Devices that were added.
    pub devices: Vec<Device>,
    /// Devices that were removed.
    pub removals: Vec<Removal>,
    /// Recovery keys, the one in use last.
    pub recoveries: Vec<Recovery>,
    pub(crate) slots: Vec<Slot>,
}

impl Keys {
    /// Returns the devices for which there is a key.
    pub(crate) fn wrapped_for(&self) -> BTreeSet<DeviceId> {
        let slots = self.slots.iter().filter(|slot| !slot.seeds);
        slots
            .filter_map(|slot| match slot.whom {
                SlotFor::Device(device) => Some(device),
                SlotFor::Recovery(_) | SlotFor::Older(_) => None,
            })
            .collect()
    }

    /// Returns the recovery keys for which there is a key.
    pub(crate) fn recoverable_by(&self) -> BTreeSet<[u8; WRAP_KEY_LEN]> {
        let slots = self.slots.iter().filter(|slot| !slot.seeds);
        slots
            .filter_map(|slot| match slot.whom {
                SlotFor::Recovery(key) => Some(key),
                SlotFor::Device(_) | SlotFor::Older(_) => None,
            })
            .collect()
    }
}

/// The keys of one epoch.
#[derive(Debug)]
pub struct EpochKeys {
    /// Opens what all devices share.
    pub shared: SecretBytes<32>,
    /// Opens seeds.
    pub seeds: SecretBytes<32>,
}

const SIGNATURE_AT: usize = 28;
const MAP_AT: usize = SIGNATURE_AT + satchel_secrets::sign::SIGNATURE_LEN;

/// What the owner signs: all but the signature.
fn signed(object: &[u8]) -> Vec<u8> {
    let mut message = b"satchel bundle v1 keys\0".to_vec();
    message.extend_from_slice(&object[..SIGNATURE_AT]);
    message.extend_from_slice(&object[MAP_AT..]);
    message
}

/// What a slot for a device is bound to.
fn device_info(circle: CircleId, epoch: u32, seeds: bool, device: DeviceId) -> Vec<u8> {
    let mut info = b"satchel bundle v1 slot\0".to_vec();
    info.extend_from_slice(circle.as_bytes());
    info.extend_from_slice(&epoch.to_le_bytes());
    info.push(u8::from(seeds));
    info.extend_from_slice(device.as_bytes());
    info
}

#[cfg(test)]
mod tests;
