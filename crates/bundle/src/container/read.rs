//! Reading a container.

use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{CircleId, Timestamp};

use super::{Container, MAX_KEYS, MAX_OBJECTS, MAX_PARTS, OpenedContainer, Part, key_order, rank};
use crate::OpenError;
use crate::cbor::Reader;
use crate::contents::unpadded;
use crate::envelope::bucket;
use crate::groups::columns::Invalid;
use crate::object::{Class, ObjectError};
use crate::replica::{Replica, Source, Taken};

/// Version of this layout, apart from the envelope's.
pub(super) const LAYOUT: u64 = 2;
/// What is said of an object that a newer version wrote.
pub(crate) const NEWER: Invalid = "an object of a newer version";

/// Reads what was encrypted.
///
/// # Errors
/// [`OpenError::Invalid`] with what is wrong, [`OpenError::TooNew`] where only a newer version can say.
pub fn read_container(padded: &SecretVec) -> Result<OpenedContainer, OpenError> {
    let read = decode(padded).and_then(take_in);
    read.map_err(|what| match what {
        NEWER => OpenError::NewerObjects,
        what => OpenError::Invalid { what },
    })
}

/// Reads padded contents; the objects in it are not looked into.
pub(crate) fn decode(padded: &SecretVec) -> Result<Container, Invalid> {
    let mut r = Reader::new(unpadded(padded, bucket)?);
    let container = read_map(&mut r)?;
    if !r.is_at_end() {
        return Err("there is more than a wallet file");
    }
    Ok(container)
}

fn read_map(r: &mut Reader<'_>) -> Result<Container, Invalid> {
    const OUTER: Invalid = "the outer map";
    r.map(3).ok_or(OUTER)?;
    r.key(0).ok_or(OUTER)?;
    if r.uint() != Some(LAYOUT) {
        return Err("the layout's version");
    }
    r.key(1).ok_or(OUTER)?;
    let created_at = Timestamp::from_secs(r.uint().ok_or("a time")?);
    r.key(2).ok_or(OUTER)?;
    let count = r.array().filter(|count| (1..=MAX_PARTS).contains(count));
    let mut parts: Vec<Part> = Vec::new();
    for _ in 0..count.ok_or("the number of parts")? {
        let part = read_part(r)?;
        if parts.iter().any(|known| known.circle == part.circle) {
            return Err("two parts of one circle");
        }
        parts.push(part);
    }
    Ok(Container { created_at, parts })
}

fn read_part(r: &mut Reader<'_>) -> Result<Part, Invalid> {
    const PART: Invalid = "a part";
    r.map(4).ok_or(PART)?;
    r.key(0).ok_or(PART)?;
    let circle = r.bytes().and_then(|id| id.try_into().ok()).ok_or(PART)?;
    r.key(1).ok_or(PART)?;
    let owner = r.bytes().and_then(|key| key.try_into().ok()).ok_or(PART)?;
    r.key(2).ok_or(PART)?;
    let count = r.array().filter(|count| *count <= MAX_KEYS);
    let mut keys: Vec<(Class, u32, SecretBytes<32>)> = Vec::new();
    for _ in 0..count.ok_or("the number of keys")? {
        let key = read_key(r).ok_or("a class key")?;
        if keys
            .last()
            .is_some_and(|last| key_order(last) >= key_order(&key))
        {
            return Err("the order of the class keys");
        }
        keys.push(key);
    }
    r.key(3).ok_or(PART)?;
    let count = r.array().filter(|count| *count <= MAX_OBJECTS);
    let mut objects: Vec<Vec<u8>> = Vec::new();
    let mut last = None;
    for _ in 0..count.ok_or("the number of objects")? {
        let object = r.bytes().ok_or("an object")?;
        match crate::object::name(object) {
            Ok(_) => {}
            Err(ObjectError::Newer) => return Err(NEWER),
            Err(_) => return Err("an object that is none, or damaged"),
        }
        let here = Some(rank(object));
        if last >= here {
            return Err("the order of the objects");
        }
        last = here;
        objects.push(object.to_vec());
    }
    Ok(Part {
        circle: CircleId::from_bytes(circle),
        owner,
        keys,
        objects,
    })
}

fn read_key(r: &mut Reader<'_>) -> Option<(Class, u32, SecretBytes<32>)> {
    if r.array()? != 3 {
        return None;
    }
    let class = match r.uint()? {
        0 => Class::Shared,
        1 => Class::Seeds,
        _ => return None,
    };
    let epoch = u32::try_from(r.uint()?).ok()?;
    Some((class, epoch, SecretBytes::from_slice(r.bytes()?)?))
}

/// Takes the objects in, all of them or none.
pub(super) fn take_in(container: Container) -> Result<OpenedContainer, Invalid> {
    let mut read = Vec::with_capacity(container.parts.len());
    for part in &container.parts {
        read.push(observe(part)?);
    }
    Ok(OpenedContainer { container, read })
}

pub(super) fn observe(part: &Part) -> Result<Replica, Invalid> {
    let keys = part
        .keys
        .iter()
        .map(|(class, epoch, key)| (*class, *epoch, super::copy(key)));
    let mut replica = Replica::observer(part.circle, part.owner, keys);
    let taken = replica.take_all(part.objects.iter().map(Vec::as_slice), Source::Elsewhere);
    for taken in taken {
        match taken {
            Ok(Taken::New { .. } | Taken::LeftOut { .. }) => {}
            Err(ObjectError::Newer) => return Err(NEWER),
            Err(ObjectError::Invalid(what)) => return Err(what),
            Err(_) => return Err("an object that is refused"),
            Ok(_) => return Err("an object that cannot be judged"),
        }
    }
    if replica.refold_due() {
        let kept = part
            .objects
            .iter()
            .map(|o| (crate::object::ObjectHash::of(o), o));
        let kept: std::collections::BTreeMap<_, _> = kept.collect();
        let bytes = |hash: &_| kept.get(hash).map(|object| (*object).clone());
        replica
            .refold(bytes)
            .map_err(|_| "objects that contradict each other")?;
    }
    if !replica.uses_all_keys() {
        return Err("a class key that opens nothing");
    }
    Ok(replica)
}
