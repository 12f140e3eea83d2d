//! The name of an object.

use std::fmt;

use satchel_types::ShortHash;

/// The BLAKE3 hash of an object's bytes; names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectHash([u8; 32]);

impl ObjectHash {
    /// Stands for "none" in front of a stream's first object.
    pub const NONE: Self = Self([0; 32]);

    /// Hashes an object.
    pub fn of(object: &[u8]) -> Self {
        Self(satchel_secrets::hash::hash(object))
    }

    /// Takes a hash that was computed before.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the part that stands in a place's names: the first 16 bytes.
    pub fn short(&self) -> ShortHash {
        let mut short = [0; 16];
        short.copy_from_slice(&self.0[..16]);
        ShortHash::from_bytes(short)
    }
}

impl fmt::Debug for ObjectHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ObjectHash(")?;
        for byte in &self.0[..8] {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…)")
    }
}
