//! The circle's objects in the encrypted database.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::{KeepError, KeptObject, ObjectKeep, StoreError, WalletStore};
use satchel_types::{Batch, BlobName, Write};

/// Keeps objects where everything else of the wallet lies.
pub(crate) struct StoreKeep(Arc<dyn WalletStore>);

impl StoreKeep {
    pub(crate) fn new(store: Arc<dyn WalletStore>) -> Self {
        Self(store)
    }

    /// Asks the database, off the async threads.
    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn WalletStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, KeepError> {
        let store = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || ask(&*store))
            .await
            .map_err(|error| KeepError::Io(Box::new(error)))?
            .map_err(|error| match error {
                StoreError::DiskFull => KeepError::Full,
                StoreError::Closed => KeepError::Closed,
                other => KeepError::Io(Box::new(other)),
            })
    }
}

impl fmt::Debug for StoreKeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKeep")
    }
}

#[async_trait]
impl ObjectKeep for StoreKeep {
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError> {
        self.ask(|store| store.objects()).await
    }

    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError> {
        let name = *name;
        let object = self.ask(move |store| store.object(&name)).await?;
        object.ok_or(KeepError::Gone)
    }

    async fn put(&self, objects: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError> {
        let writes = objects
            .iter()
            .map(|(name, bytes)| Write::KeepObject(*name, bytes.clone()));
        let batch = Batch {
            writes: writes.collect(),
        };
        self.ask(move |store| store.apply(&batch)).await
    }

    async fn marks(&self, place: &str) -> Result<BTreeSet<BlobName>, KeepError> {
        let place = place.to_owned();
        let marks = self.ask(move |store| store.marks(&place)).await?;
        Ok(marks.into_iter().collect())
    }

    async fn mark(
        &self,
        place: &str,
        seen: &[BlobName],
        lost: &[BlobName],
    ) -> Result<(), KeepError> {
        let batch = Batch::from(Write::MarkObjects {
            place: place.to_owned(),
            seen: seen.to_vec(),
            lost: lost.to_vec(),
        });
        self.ask(move |store| store.apply(&batch)).await
    }
}
