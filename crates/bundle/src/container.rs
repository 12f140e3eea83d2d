//! The wallet file: what somebody has of a circle, in one file under a passphrase (`docs/formats/wallet-file-v2.md`).

mod contacts;
mod read;
mod wallets;
mod write;

use std::collections::BTreeSet;

use satchel_secrets::SecretBytes;
use satchel_types::{CircleId, Timestamp};

use crate::object::{Class, Head, ObjectHash};
use crate::replica::Replica;

pub use contacts::{PortableContact, PortablePerson, contact_address, person_in};
pub(crate) use read::read_container;
pub use wallets::{label_target, payment_label, payment_label_key, wallets_in, wallets_of};
pub use write::seal_container;
#[cfg(any(test, fuzzing))]
pub(crate) use write::{encode, seal_with};

/// Most parts of a file.
pub const MAX_PARTS: usize = 8;
/// Most objects of a part.
pub const MAX_OBJECTS: usize = 100_000;
/// Most class keys of a part.
pub const MAX_KEYS: usize = 4_096;

/// Everything that restores wallets on another device, and keeps in step those that share.
#[derive(Debug)]
pub struct Container {
    /// When it was written.
    pub created_at: Timestamp,
    /// What it has of each circle.
    pub parts: Vec<Part>,
}

/// What somebody has of one circle.
#[derive(Debug)]
pub struct Part {
    /// Whose.
    pub circle: CircleId,
    /// The owner's public key.
    pub owner: [u8; 32],
    /// The class keys that its objects need.
    pub keys: Vec<(Class, u32, SecretBytes<32>)>,
    /// The objects, in the order in which they are written.
    pub objects: Vec<Vec<u8>>,
}

/// A file whose objects were all accepted.
#[derive(Debug)]
pub struct OpenedContainer {
    /// What it holds.
    pub container: Container,
    /// What each part says.
    pub read: Vec<Replica>,
}

impl Part {
    /// Makes a part of objects that a device took in, with the class keys that they need.
    ///
    /// Of the circle's seeds nothing is among it.
    pub fn of_circle(replica: &Replica, keys_objects: Vec<Vec<u8>>, objects: Vec<Vec<u8>>) -> Self {
        let needed: BTreeSet<_> = replica.keys_of(objects.iter().map(|o| ObjectHash::of(o)));
        let mut keys = Vec::with_capacity(needed.len());
        for (epoch, at) in needed {
            if let Some(key) = replica.ring().keys(Class::Shared, epoch).get(at) {
                keys.push((Class::Shared, epoch, copy(key)));
            }
        }
        Self::new(replica, keys, keys_objects, objects)
    }

    /// Makes a part of all that a device of a circle of its own wrote.
    pub fn of_all(replica: &Replica, keys_objects: Vec<Vec<u8>>, objects: Vec<Vec<u8>>) -> Self {
        let mut keys = Vec::new();
        for class in [Class::Shared, Class::Seeds] {
            let is_of_it =
                |object: &Vec<u8>| Head::read(object).is_ok_and(|head| head.place.class == class);
            if objects.iter().any(is_of_it) {
                let all = replica.ring().each(class);
                keys.extend(all.map(|(epoch, key)| (class, epoch, copy(key))));
            }
        }
        Self::new(replica, keys, keys_objects, objects)
    }

    fn new(
        replica: &Replica,
        mut keys: Vec<(Class, u32, SecretBytes<32>)>,
        keys_objects: Vec<Vec<u8>>,
        objects: Vec<Vec<u8>>,
    ) -> Self {
        keys.sort_by(|a, b| key_order(a).cmp(&key_order(b)));
        let mut named: Vec<_> = keys_objects
            .into_iter()
            .chain(objects)
            .map(|object| (rank(&object), object))
            .collect();
        named.sort();
        named.dedup();
        Self {
            circle: replica.circle(),
            owner: *replica.roster().owner(),
            keys,
            objects: named.into_iter().map(|(_, object)| object).collect(),
        }
    }
}

/// The order of class keys. Equal ones cannot be told apart by time: they are the same key.
fn key_order((class, epoch, key): &(Class, u32, SecretBytes<32>)) -> (u8, u32, &[u8; 32]) {
    (class.number(), *epoch, key.expose())
}

/// The order of objects: that of their names as text, in which keys objects come before streams.
fn rank(object: &[u8]) -> String {
    crate::object::name(object).map_or_else(|_| String::new(), |name| name.to_string())
}

fn copy(key: &SecretBytes<32>) -> SecretBytes<32> {
    SecretBytes::from_slice(key.expose()).expect("it has the length of a key")
}

impl OpenedContainer {
    /// Returns the part of a circle, and what it says.
    pub fn part(&self, circle: CircleId) -> Option<(&Part, &Replica)> {
        let mut parts = self.container.parts.iter().zip(&self.read);
        parts.find(|(part, _)| part.circle == circle)
    }
}

#[cfg(test)]
mod tests;
