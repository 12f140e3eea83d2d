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

#[derive(Debug)]
struct Inner {
    bytes: Vec<u8>,
    name: OnceLock<Option<BlobName>>,
}

impl Blob {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Inner {
            bytes,
            name: OnceLock::new(),
        }))
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
