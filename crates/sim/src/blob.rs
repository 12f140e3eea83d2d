//! Bytes under a name, on disks and in places.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use satchel_bundle::object::name;
use satchel_types::BlobName;

/// What is under the names.
pub type Blobs = BTreeMap<BlobName, Blob>;

/// Bytes that do not change. Copies share them, and which name they have is found once.
#[derive(Debug, Clone)]
pub struct Blob(Arc<Inner>);

/// How bytes in a place differ from those that were left there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Damage {
    #[default]
    None,
    /// They are fewer.
    Torn,
    /// They are as many.
    Flipped,
}

#[derive(Debug)]
struct Inner {
    bytes: Vec<u8>,
    name: OnceLock<Option<BlobName>>,
    /// What a place that tells tags tells of them.
    tag: u64,
    damage: Damage,
    /// It was done by the disk and not by a write, so that the tag says nothing of it.
    is_rot: bool,
}

impl Blob {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self::damaged(bytes, 0, Damage::None, false)
    }

    pub fn damaged(bytes: Vec<u8>, tag: u64, damage: Damage, is_rot: bool) -> Self {
        Self(Arc::new(Inner {
            bytes,
            name: OnceLock::new(),
            tag,
            damage,
            is_rot,
        }))
    }

    /// The same, of which its tag says nothing.
    pub fn as_rot(&self) -> Self {
        Self::damaged(self.0.bytes.clone(), self.0.tag, self.0.damage, true)
    }

    pub fn damage(&self) -> Damage {
        self.0.damage
    }

    pub fn tag(&self) -> u64 {
        self.0.tag
    }

    /// Whether no list shows that these bytes are not as they were left, by what the place tells.
    pub fn hides_damage(&self, tells_lengths: bool, tells_tags: bool) -> bool {
        match self.0.damage {
            Damage::None => false,
            Damage::Torn if tells_lengths => false,
            Damage::Torn | Damage::Flipped => !tells_tags || self.0.is_rot,
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Whether these are the bytes of the object that is called so.
    pub fn is_named(&self, wanted: &BlobName) -> bool {
        let own = self.0.name.get_or_init(|| name(&self.0.bytes).ok());
        own.as_ref() == Some(wanted)
    }
}

impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.bytes == other.0.bytes
    }
}
