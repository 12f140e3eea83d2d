//! Reading a keys object.

use std::collections::BTreeSet;

use satchel_secrets::sign::{SIGNATURE_LEN, verify};
use satchel_types::{CircleId, DeviceId, is_disguise};

use super::{
    Device, Keys, MAP_AT, MAX_DEVICES, MAX_KEYS, MAX_RECOVERIES, Recovery, Removal, SIGNATURE_AT,
    Slot, SlotFor, signed,
};
use crate::cbor::Reader;
use crate::groups::columns::Invalid;
use crate::object::{MAGIC, ObjectError, ObjectHash, SUITE, VERSION};

const MAX_NAME: usize = 256;
const MAX_LIST: usize = 1_024;
const MAX_SLOTS: usize = 2_048;
const MAX_SEALED: usize = 128;

/// Returns whether bytes claim to be a keys object.
pub(crate) fn is_keys(object: &[u8]) -> bool {
    object
        .strip_prefix(&MAGIC)
        .is_some_and(|rest| rest.first() == Some(&3))
}

/// Reads the number of the epoch that a keys object claims.
pub(crate) fn epoch(object: &[u8]) -> Result<u32, ObjectError> {
    let epoch = object
        .get(24..28)
        .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    epoch.map(u32::from_le_bytes).ok_or(ObjectError::Damaged)
}

/// Reads a keys object and checks its signature.
///
/// # Errors
/// See [`ObjectError`]; any bytes may be given.
pub fn open_keys(object: &[u8]) -> Result<Keys, ObjectError> {
    let keys = read_keys(object)?;
    verify_keys(object, &keys)?;
    Ok(keys)
}

/// Checks the signature of a keys object that was read.
pub(crate) fn verify_keys(object: &[u8], keys: &Keys) -> Result<(), ObjectError> {
    let signature = object
        .get(SIGNATURE_AT..MAP_AT)
        .and_then(|bytes| <&[u8; SIGNATURE_LEN]>::try_from(bytes).ok())
        .ok_or(ObjectError::Damaged)?;
    if verify(&keys.owner, &signed(object), signature) {
        Ok(())
    } else {
        Err(ObjectError::Forged)
    }
}

/// Reads a keys object whose signature was checked before.
///
/// # Errors
/// All of [`ObjectError`] but `Forged`.
pub(crate) fn read_keys(object: &[u8]) -> Result<Keys, ObjectError> {
    let rest = object
        .strip_prefix(&MAGIC)
        .ok_or(ObjectError::NotAnObject)?;
    let [kind, suite, lowest, flags, ..] = *rest else {
        return Err(ObjectError::Damaged);
    };
    if kind != 3 {
        return Err(ObjectError::NotAnObject);
    }
    if suite != SUITE || lowest > VERSION {
        return Err(ObjectError::Newer);
    }
    if object.len() > MAX_KEYS {
        return Err(ObjectError::TooLarge { max: MAX_KEYS });
    }
    if lowest != VERSION || flags != 0 || object.len() < MAP_AT {
        return Err(ObjectError::Damaged);
    }
    let array = |at: usize| <[u8; 16]>::try_from(&object[at..at + 16]);
    let circle = CircleId::from_bytes(array(8).map_err(|_| ObjectError::Damaged)?);
    let mut reader = Reader::new(&object[MAP_AT..]);
    let mut keys = read_map(&mut reader).map_err(ObjectError::Invalid)?;
    if !reader.is_at_end() {
        return Err(ObjectError::Invalid("there is more than the keys"));
    }
    keys.hash = ObjectHash::of(object);
    keys.circle = circle;
    keys.epoch = epoch(object)?;
    Ok(keys)
}

fn read_map(r: &mut Reader<'_>) -> Result<Keys, Invalid> {
    const MAP: Invalid = "the map of keys";
    r.map(6).ok_or(MAP)?;
    r.key(0).ok_or(MAP)?;
    let owner = read_array(r).ok_or("the owner")?;
    r.key(1).ok_or(MAP)?;
    let follows = read_hashes(r)?;
    r.key(2).ok_or(MAP)?;
    let devices = ordered(r, MAX_DEVICES, read_device)?;
    if devices.windows(2).any(|pair| pair[0].id == pair[1].id) {
        return Err("a device twice");
    }
    r.key(3).ok_or(MAP)?;
    let removals = ordered(r, MAX_DEVICES, read_removal)?;
    if removals
        .windows(2)
        .any(|pair| pair[0].device == pair[1].device)
    {
        return Err("a removal twice");
    }
    r.key(4).ok_or(MAP)?;
    let slots = ordered(r, MAX_SLOTS, read_slot)?;
    r.key(5).ok_or(MAP)?;
    let recoveries = ordered(r, MAX_RECOVERIES, read_recovery)?;
    Ok(Keys {
        hash: ObjectHash::NONE,
        circle: CircleId::from_bytes([0; 16]),
        epoch: 0,
        owner,
        follows,
        devices,
        removals,
        recoveries,
        slots,
    })
}

fn read_array<const N: usize>(r: &mut Reader<'_>) -> Option<[u8; N]> {
    r.bytes()?.try_into().ok()
}

fn ordered<T: Ord>(
    r: &mut Reader<'_>,
    max: usize,
    read: impl Fn(&mut Reader<'_>) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let count = r.array().filter(|count| *count <= max).ok_or("a list")?;
    let mut list = Vec::with_capacity(count);
    for _ in 0..count {
        let item = read(r)?;
        if list.last().is_some_and(|last| *last >= item) {
            return Err("the order of a list");
        }
        list.push(item);
    }
    Ok(list)
}

fn read_hashes(r: &mut Reader<'_>) -> Result<BTreeSet<ObjectHash>, Invalid> {
    let hashes = ordered(r, MAX_LIST, |r| {
        Ok(ObjectHash::from_bytes(read_array(r).ok_or("a hash")?))
    })?;
    Ok(hashes.into_iter().collect())
}

fn read_device(r: &mut Reader<'_>) -> Result<Device, Invalid> {
    const DEVICE: Invalid = "a device";
    if r.array() != Some(7) {
        return Err(DEVICE);
    }
    let id = DeviceId::from_bytes(read_array(r).ok_or(DEVICE)?);
    let added_at = r.uint().ok_or(DEVICE)?;
    let sign_key = read_array(r).ok_or(DEVICE)?;
    let wrap_key = read_array(r).ok_or(DEVICE)?;
    let name = read_name(r)?;
    let system = read_name(r)?;
    let seeds = match r.uint() {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(DEVICE),
    };
    Ok(Device {
        id,
        added_at,
        sign_key,
        wrap_key,
        name,
        system,
        seeds,
    })
}

fn read_name(r: &mut Reader<'_>) -> Result<String, Invalid> {
    r.text()
        .filter(|name| name.len() <= MAX_NAME && !name.chars().any(is_disguise))
        .map(str::to_owned)
        .ok_or("a device's name")
}

fn read_removal(r: &mut Reader<'_>) -> Result<Removal, Invalid> {
    const REMOVAL: Invalid = "a removal";
    if r.array() != Some(3) {
        return Err(REMOVAL);
    }
    Ok(Removal {
        device: DeviceId::from_bytes(read_array(r).ok_or(REMOVAL)?),
        at: r.uint().ok_or(REMOVAL)?,
        last: read_hashes(r)?,
    })
}

fn read_recovery(r: &mut Reader<'_>) -> Result<Recovery, Invalid> {
    const RECOVERY: Invalid = "a recovery key";
    if r.array() != Some(2) {
        return Err(RECOVERY);
    }
    Ok(Recovery {
        since: r.uint().ok_or(RECOVERY)?,
        key: read_array(r).ok_or(RECOVERY)?,
    })
}

fn read_slot(r: &mut Reader<'_>) -> Result<Slot, Invalid> {
    const SLOT: Invalid = "a slot";
    let (Some(3), Some(kind), Some(whom), Some(sealed)) =
        (r.array(), r.uint(), r.bytes(), r.bytes())
    else {
        return Err(SLOT);
    };
    let seeds = (17..=19).contains(&kind);
    let whom = match (if seeds { kind - 16 } else { kind }, whom) {
        (1, device) => SlotFor::Device(DeviceId::from_bytes(device.try_into().map_err(|_| SLOT)?)),
        (2, key) => SlotFor::Recovery(key.try_into().map_err(|_| SLOT)?),
        (3, epoch) => SlotFor::Older(u32::from_le_bytes(epoch.try_into().map_err(|_| SLOT)?)),
        _ => return Err(SLOT),
    };
    if sealed.is_empty() || sealed.len() > MAX_SEALED {
        return Err(SLOT);
    }
    Ok(Slot {
        whom,
        seeds,
        sealed: sealed.to_vec(),
    })
}
