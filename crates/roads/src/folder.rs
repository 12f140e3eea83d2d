//! A folder, on this machine or kept the same on several by Syncthing, iCloud Drive, Dropbox or a stick.
//!
//! Objects lie under `<root>/<circle>/<name>`. Beside them lies a marker. A folder without it is not the
//! place: a stick that is not plugged in, a share that is not mounted, a cloud folder that was
//! moved leave an empty folder behind, which must neither be taken for an empty place nor be written to.

mod disk;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::{BlobName, CircleId};
use tokio_util::sync::CancellationToken;

use disk::{Disk, Fault};

/// The file that says that a folder is a circle's. Not hidden, so that whoever copies the folder takes it along.
pub const MARKER: &str = "satchel-circle.txt";

/// How long one call may take, in which an object of 64 MiB goes over a slow stick.
const PATIENCE: Duration = Duration::from_secs(300);

/// Why a folder was not set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetUpError {
    /// The circle's folder holds something and has no marker: perhaps not all of it arrived yet.
    #[error("{place} holds something of this circle, but not what marks its folder")]
    Unmarked {
        /// Which place.
        place: String,
    },
    /// The marker is another circle's.
    #[error("{place} belongs to another circle")]
    Other {
        /// Which place.
        place: String,
    },
    /// The folder cannot be used.
    #[error(transparent)]
    Place(#[from] BlobError),
}

/// A circle's folder below a folder.
pub struct Folder {
    disk: Arc<Disk>,
    place: String,
    patience: Duration,
}

impl Folder {
    /// Makes a hand to a place that was set up once, here or elsewhere. Touches nothing. `place` is its name for people.
    pub fn open(root: &Path, circle: CircleId, place: &str) -> Self {
        Self {
            disk: Arc::new(Disk::new(root, circle)),
            place: place.to_owned(),
            patience: PATIENCE,
        }
    }

    /// Sets a place up that this device has never used: makes the circle's folder in an existing folder and
    /// marks it. One that another device has set up is taken as it is.
    ///
    /// For a place that was used before [`open`](Self::open) is right: what it lost must not be made anew silently.
    ///
    /// # Errors
    /// [`SetUpError`]. What was there is as it was.
    pub async fn set_up(root: &Path, circle: CircleId, place: &str) -> Result<Self, SetUpError> {
        let folder = Self::open(root, circle, place);
        folder
            .on_disk(|disk| disk.set_up())
            .await
            .map_err(|fault| {
                let place = folder.place.clone();
                match fault {
                    Fault::Unmarked => SetUpError::Unmarked { place },
                    Fault::Other => SetUpError::Other { place },
                    fault => SetUpError::Place(folder.told(fault)),
                }
            })?;
        Ok(folder)
    }

    /// Lists the circles whose folders lie in the folder.
    ///
    /// # Errors
    /// [`BlobError`]; a folder that is not there does not answer.
    pub async fn circles(&self) -> Result<Vec<CircleId>, BlobError> {
        let circles = self.on_disk(|disk| disk.circles()).await;
        circles.map_err(|fault| self.told(fault))
    }

    /// Runs one call where blocking harms nobody. Whoever gives up leaves the thread to end by itself.
    async fn on_disk<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Disk) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let disk = Arc::clone(&self.disk);
        let call = tokio::task::spawn_blocking(move || act(&disk));
        match tokio::time::timeout(self.patience, call).await {
            Ok(Ok(outcome)) => outcome,
            // The thread panicked or the runtime ends, or the medium hangs.
            Ok(Err(_)) | Err(_) => Err(Fault::Away),
        }
    }

    fn told(&self, fault: Fault) -> BlobError {
        let place = self.place.clone();
        match fault {
            // Without its marker it is not the place that was set up.
            Fault::Away | Fault::Unmarked | Fault::Other => BlobError::Unreachable { place },
            Fault::Denied => BlobError::Denied { place },
            Fault::Full => BlobError::Full { place },
            Fault::Busy => BlobError::Busy {
                place,
                after_s: None,
            },
            Fault::NotFound => BlobError::NotFound,
            Fault::TooLarge(max) => BlobError::TooLarge { place, max },
            Fault::Nonsense(what) => BlobError::Nonsense { place, what },
            Fault::Cancelled => BlobError::Cancelled,
        }
    }
}

impl fmt::Debug for Folder {
    // The path may say whose home it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Returns where an object lies below the circle's folder.
fn path_of(name: &BlobName) -> PathBuf {
    name.to_string().split('/').collect()
}

#[async_trait]
impl BlobStore for Folder {
    fn place(&self) -> &str {
        &self.place
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        let inner = cancel.clone();
        let listing = self.on_disk(move |disk| disk.list(&inner));
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(BlobError::Cancelled),
            listed = listing => listed.map_err(|fault| self.told(fault)),
        }
    }

    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError> {
        let path = path_of(name);
        let got = self.on_disk(move |disk| disk.get(&path, max)).await;
        got.map_err(|fault| self.told(fault))
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        let (path, object) = (path_of(name), object.to_vec());
        let put = self.on_disk(move |disk| disk.put_new(&path, &object)).await;
        put.map_err(|fault| self.told(fault))
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        let (path, object) = (path_of(name), object.to_vec());
        let mended = self.on_disk(move |disk| disk.mend(&path, &object)).await;
        mended.map_err(|fault| self.told(fault))
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        let path = path_of(name);
        let removed = self.on_disk(move |disk| disk.remove(&path)).await;
        removed.map_err(|fault| self.told(fault))
    }
}

#[cfg(test)]
mod tests;
