//! Writing a keys object.

use std::collections::BTreeSet;

use satchel_secrets::SecretBytes;
use satchel_secrets::sign::{SIGNATURE_LEN, sign, verify_key};
use satchel_secrets::wrap::{self, WrapError};
use satchel_types::CircleId;

use super::recovery::recovery_info;
use super::ring::{Ring, seal_older};
use super::{EpochKeys, Keys, Roster, SIGNATURE_AT, Slot, SlotFor, device_info, signed};
use crate::cbor::Writer;
use crate::groups::columns::written;
use crate::object::{MAGIC, ObjectError, ObjectHash, SUITE, Sealed, VERSION};

/// Why a keys object was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealKeysError {
    /// The owner's key is another.
    #[error("this is not the key of the circle's owner")]
    NotTheOwner,
    /// A public key is none.
    #[error("a device's or recovery key is none that keys can be wrapped for")]
    DeviceKey(#[from] WrapError),
    /// No reader would take it.
    #[error("the keys cannot be written: {0}")]
    Invalid(&'static str),
}

/// What a new epoch is made of.
#[derive(Debug)]
pub struct NewEpoch<'a> {
    /// Whose circle.
    pub circle: CircleId,
    /// Who belongs, with what is added or removed now, and the recovery key.
    pub roster: &'a Roster,
    /// The keys of older epochs, which the new key will open.
    pub ring: &'a Ring,
    /// The keys objects that it follows: of [`Roster::tips`] those whose keys are on the ring, so that
    /// whoever can open the new one can open what was sealed under them.
    pub follows: BTreeSet<ObjectHash>,
}

/// Writes the keys object of a new epoch: fresh keys, wrapped for each device that belongs.
/// `draw` fills with random bytes.
pub fn seal_keys<E>(
    new: &NewEpoch<'_>,
    owner: &SecretBytes<32>,
    mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Result<(Sealed, EpochKeys), SealKeysError>, E> {
    let roster = new.roster;
    if verify_key(owner) != *roster.owner() {
        return Ok(Err(SealKeysError::NotTheOwner));
    }
    let epoch = roster.next_epoch();
    let keys = EpochKeys {
        shared: SecretBytes::init_with(|out| draw(out))?,
        seeds: SecretBytes::init_with(|out| draw(out))?,
    };
    let mut slots = Vec::new();
    for (seeds, key) in [(false, &keys.shared), (true, &keys.seeds)] {
        for device in roster.members().filter(|device| device.seeds || !seeds) {
            let drawn = SecretBytes::init_with(|out| draw(out))?;
            let info = device_info(new.circle, epoch, seeds, device.id);
            match wrap::wrap(key, &device.wrap_key, &info, &drawn) {
                Ok(sealed) => slots.push(Slot {
                    whom: SlotFor::Device(device.id),
                    seeds,
                    sealed: sealed.to_vec(),
                }),
                Err(error) => return Ok(Err(error.into())),
            }
        }
        if let Some(recovery) = roster.recovery() {
            let drawn = SecretBytes::init_with(|out| draw(out))?;
            let info = recovery_info(new.circle, epoch, seeds, &recovery.key);
            match wrap::wrap(key, &recovery.key, &info, &drawn) {
                Ok(sealed) => slots.push(Slot {
                    whom: SlotFor::Recovery(recovery.key),
                    seeds,
                    sealed: sealed.to_vec(),
                }),
                Err(error) => return Ok(Err(error.into())),
            }
        }
        for (older, sealed) in seal_older(new.ring, new.circle, epoch, seeds, key, &mut draw)? {
            slots.push(Slot {
                whom: SlotFor::Older(older),
                seeds,
                sealed,
            });
        }
    }
    slots.sort_unstable();
    let object = Keys {
        hash: ObjectHash::NONE,
        circle: new.circle,
        epoch,
        owner: *roster.owner(),
        follows: new.follows.clone(),
        devices: roster.devices().cloned().collect(),
        removals: roster.removals(),
        recoveries: roster.recoveries().collect(),
        slots,
    };
    let bytes = write(&object, owner);
    Ok(match super::read_keys(&bytes) {
        Ok(back) => Ok((
            Sealed {
                hash: back.hash,
                bytes,
            },
            keys,
        )),
        Err(ObjectError::Invalid(what)) => Err(SealKeysError::Invalid(what)),
        Err(_) => Err(SealKeysError::Invalid("it does not open again")),
    })
}

fn write(keys: &Keys, owner: &SecretBytes<32>) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&[3, SUITE, VERSION, 0]);
    bytes.extend_from_slice(keys.circle.as_bytes());
    bytes.extend_from_slice(&keys.epoch.to_le_bytes());
    bytes.extend_from_slice(&[0; SIGNATURE_LEN]);
    bytes.extend_from_slice(&written(|w| write_map(keys, w)));
    let signature = sign(owner, &signed(&bytes));
    bytes[SIGNATURE_AT..SIGNATURE_AT + SIGNATURE_LEN].copy_from_slice(&signature);
    bytes
}

fn write_map(keys: &Keys, w: &mut Writer<'_>) {
    let hashes = |w: &mut Writer<'_>, hashes: &std::collections::BTreeSet<ObjectHash>| {
        w.array(hashes.len());
        for hash in hashes {
            w.bytes(hash.as_bytes());
        }
    };
    w.map(6);
    w.uint(0);
    w.bytes(&keys.owner);
    w.uint(1);
    hashes(w, &keys.follows);
    w.uint(2);
    w.array(keys.devices.len());
    for device in &keys.devices {
        w.array(7);
        w.bytes(device.id.as_bytes());
        w.uint(device.added_at);
        w.bytes(&device.sign_key);
        w.bytes(&device.wrap_key);
        w.text(&device.name);
        w.text(&device.system);
        w.uint(u64::from(device.seeds));
    }
    w.uint(3);
    w.array(keys.removals.len());
    for removal in &keys.removals {
        w.array(3);
        w.bytes(removal.device.as_bytes());
        w.uint(removal.at);
        hashes(w, &removal.last);
    }
    w.uint(4);
    w.array(keys.slots.len());
    for slot in &keys.slots {
        let (kind, whom) = match &slot.whom {
            SlotFor::Device(device) => (1, device.as_bytes().to_vec()),
            SlotFor::Recovery(key) => (2, key.to_vec()),
            SlotFor::Older(epoch) => (3, epoch.to_le_bytes().to_vec()),
        };
        w.array(3);
        w.uint(kind + if slot.seeds { 16 } else { 0 });
        w.bytes(&whom);
        w.bytes(&slot.sealed);
    }
    w.uint(5);
    w.array(keys.recoveries.len());
    for recovery in &keys.recoveries {
        w.array(2);
        w.uint(recovery.since);
        w.bytes(&recovery.key);
    }
}
