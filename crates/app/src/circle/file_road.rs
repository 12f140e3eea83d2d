//! A file's objects as a place that is only read, so that taking one in is a round like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, KeepError, KeptObject, Listed, ObjectKeep, Put};
use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

use super::StoreKeep;

/// What a file holds of a circle.
pub(crate) struct FileObjects(BTreeMap<BlobName, Vec<u8>>);

impl FileObjects {
    pub(crate) fn new(objects: Vec<Vec<u8>>) -> Self {
        let named = objects.into_iter().filter_map(|object| {
            let name = satchel_bundle::object::name(&object).ok()?;
            Some((name, object))
        });
        Self(named.collect())
    }
}

impl fmt::Debug for FileObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileObjects({})", self.0.len())
    }
}

fn read_only() -> BlobError {
    BlobError::Denied {
        place: "the file".to_owned(),
    }
}

#[async_trait]
impl BlobStore for FileObjects {
    fn place(&self) -> &str {
        "the file"
    }

    async fn list(&self, _: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        let listed = self.0.iter().map(|(name, object)| Listed {
            name: *name,
            len: u64::try_from(object.len()).ok(),
            tag: None,
        });
        Ok(listed.collect())
    }

    async fn get(&self, name: &BlobName, _: u64) -> Result<Vec<u8>, BlobError> {
        self.0.get(name).cloned().ok_or(BlobError::NotFound)
    }

    async fn put_new(&self, _: &BlobName, _: &[u8]) -> Result<Put, BlobError> {
        Err(read_only())
    }

    async fn mend(&self, _: &BlobName, _: &[u8]) -> Result<(), BlobError> {
        Err(read_only())
    }

    async fn remove(&self, _: &BlobName) -> Result<(), BlobError> {
        Err(read_only())
    }
}

/// The circle's keeping, which remembers nothing of what a file holds: it is not a place to come back to.
#[derive(Debug)]
pub(crate) struct FileKeep(pub(crate) StoreKeep);

#[async_trait]
impl ObjectKeep for FileKeep {
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError> {
        self.0.objects().await
    }

    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError> {
        self.0.get(name).await
    }

    async fn put(&self, objects: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError> {
        if objects.is_empty() {
            return Ok(());
        }
        self.0.put(objects).await
    }

    async fn marks(&self, _: &str) -> Result<BTreeSet<BlobName>, KeepError> {
        Ok(BTreeSet::new())
    }

    async fn mark(&self, _: &str, _: &[BlobName], _: &[BlobName]) -> Result<(), KeepError> {
        Ok(())
    }
}
