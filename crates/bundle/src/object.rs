//! Segments and snapshots: sealed objects that are written once.

mod body;
mod head;
mod open;
mod seal;

use satchel_types::{BlobName, ShortHash};

pub use crate::object_hash::ObjectHash;
pub use body::{Basis, Body, Contents, Secrets};
pub(crate) use body::{MAX_HEADS, MAX_MISSES};
pub use head::MAGIC;
pub use head::{Class, Head, Kind, Place};
pub(crate) use head::{SUITE, VERSION};
pub(crate) use open::open_hashed;
pub use open::{Opened, open};
pub(crate) use seal::seal_and_open;
pub use seal::{SealObjectError, Sealed, seal};

/// Largest segment in bytes.
pub const MAX_SEGMENT: usize = 4 * 1024 * 1024;
/// Largest snapshot in bytes.
pub const MAX_SNAPSHOT: usize = 64 * 1024 * 1024;

/// An object's bytes with their hash, so that it is computed once on the way from a place to where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashed {
    bytes: Vec<u8>,
    hash: ObjectHash,
}

impl Hashed {
    /// Hashes bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        let hash = ObjectHash::of(&bytes);
        Self { bytes, hash }
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Gives the bytes back.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns their hash.
    pub fn hash(&self) -> ObjectHash {
        self.hash
    }
}

/// Why bytes are no object that can be used. Nothing was taken from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// More bytes than an object may have.
    #[error("this is larger than the {max} bytes that an object may have")]
    TooLarge {
        /// The limit.
        max: usize,
    },
    /// Something else.
    #[error("this is no object of a bundle")]
    NotAnObject,
    /// Of another circle.
    #[error("this belongs to another set of devices")]
    OtherCircle,
    /// Written by a newer version in a way that this one must not guess at.
    #[error("this was written by a newer version of Satchel; update to read it")]
    Newer,
    /// Cut off or put together wrongly.
    #[error("the object is damaged")]
    Damaged,
    /// Not sealed with this key; or its head was changed.
    #[error("the object is not sealed with this key")]
    OtherKey,
    /// Sealed with this key and changed since, or not by whom it names.
    #[error("the object was changed, or somebody else wrote it")]
    Forged,
    /// Opened, but what is inside is not as it must be.
    #[error("the object's contents are invalid: {0}")]
    Invalid(&'static str),
}

/// Returns the name under which a place keeps an object of any kind. The name says what the object
/// claims; nothing is checked but its form.
///
/// # Errors
/// If it has not the form of an object.
pub fn name(object: &[u8]) -> Result<BlobName, ObjectError> {
    named(object, ObjectHash::of(object).short())
}

/// Does so for an object whose hash begins like this.
///
/// # Errors
/// As [`name`].
pub fn named(object: &[u8], hash: ShortHash) -> Result<BlobName, ObjectError> {
    if crate::keys::is_keys(object) {
        let epoch = crate::keys::epoch(object)?;
        return Ok(BlobName::Keys { epoch, hash });
    }
    Ok(Head::read(object)?.place.named(hash))
}

/// Returns the most bytes that an object of this name may have.
pub fn max_len(name: &BlobName) -> usize {
    match name {
        BlobName::Keys { .. } => crate::keys::MAX_KEYS,
        BlobName::Segment { .. } => MAX_SEGMENT,
        BlobName::Snapshot { .. } => MAX_SNAPSHOT,
    }
}

#[cfg(test)]
mod tests;
