//! The place where devices meet, which outlives each of their programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, PlaceError, PlaceLogin, Places, Put};
use satchel_testkit::MemoryPlace;
use satchel_types::{BlobName, CircleId, PlaceAddress};
use tokio_util::sync::CancellationToken;

use crate::process::Recorder;

/// What lies in a place, by circle and path.
pub type Files = BTreeMap<(CircleId, String), Vec<u8>>;

/// The one place, as a program sees it: before and after each write to it is a moment.
#[derive(Clone)]
pub struct Meeting {
    inner: MemoryPlace,
    recorder: Arc<Recorder>,
}

impl Meeting {
    /// A place in which this lies.
    pub fn of(files: &Files, recorder: Arc<Recorder>) -> Self {
        let inner = MemoryPlace::new(CircleId::from_bytes([0; 16]));
        inner.restore(files.clone());
        Self { inner, recorder }
    }

    /// What lies there now.
    pub fn files(&self) -> Files {
        self.inner.snapshot()
    }

    /// Lets this lie there, and nothing else: somebody else was there meanwhile.
    pub fn bring(&self, files: Files) {
        self.inner.restore(files.clone());
        self.recorder.place(files);
    }

    fn wrote(&self, what: &str) {
        self.recorder.place(self.inner.snapshot());
        self.recorder.moment(what);
    }
}

impl fmt::Debug for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl Places for Meeting {
    async fn set_up(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
        _: CircleId,
    ) -> Result<(), PlaceError> {
        Ok(())
    }

    async fn circles(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
    ) -> Result<Vec<CircleId>, PlaceError> {
        let held = self.inner.snapshot().into_keys();
        let circles: BTreeSet<_> = held.map(|(circle, _)| circle).collect();
        Ok(circles.into_iter().collect())
    }

    fn open(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError> {
        Ok(Arc::new(Self {
            inner: self.inner.of(circle),
            recorder: Arc::clone(&self.recorder),
        }))
    }
}

#[async_trait]
impl BlobStore for Meeting {
    fn place(&self) -> &str {
        "meeting"
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        self.inner.list(cancel).await
    }

    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError> {
        self.inner.get(name, max).await
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        self.recorder.moment("before an object is left");
        let put = self.inner.put_new(name, object).await?;
        self.wrote("an object is left");
        Ok(put)
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.recorder.moment("before an object is mended");
        self.inner.mend(name, object).await?;
        self.wrote("an object is mended");
        Ok(())
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        self.recorder.moment("before an object goes");
        self.inner.remove(name).await?;
        self.wrote("an object went");
        Ok(())
    }
}
