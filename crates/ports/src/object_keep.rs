//! A device's own keeping of a circle's objects.
//!
//! What is here is what the device knows: its picture of the circle is made of these bytes each time
//! the program starts. Places come and go, and each may lose what it was given; what is kept here is brought again.

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use satchel_types::BlobName;

/// An object that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptObject {
    /// Its name.
    pub name: BlobName,
    /// Its length in bytes.
    pub len: u64,
}

/// Why the keeping did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// There is no such object.
    #[error("there is no such object")]
    Gone,
    /// The disk is full.
    #[error("the disk is full; nothing was written")]
    Full,
    /// The wallet was locked.
    #[error("the wallet is locked")]
    Closed,
    /// The system refused.
    #[error("objects cannot be kept or read")]
    Io(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The objects of one circle that this device keeps. Nothing is ever removed but by whoever leaves
/// the circle.
#[async_trait]
pub trait ObjectKeep: Send + Sync + fmt::Debug {
    /// Returns what is kept, in the order of the names.
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError>;

    /// Reads an object.
    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError>;

    /// Keeps objects, all or none of them. Once this has returned they outlive the end of the
    /// process and of the power. What is there under a name already is replaced: it has the
    /// same bytes, or damaged ones.
    async fn put(&self, objects: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError>;

    /// Returns what was remembered of the objects, so that not every one is read when the program starts.
    /// None: all are read.
    async fn index(&self) -> Result<Option<Vec<u8>>, KeepError> {
        Ok(None)
    }

    /// Remembers something of the objects in place of what was remembered. It may be lost.
    async fn put_index(&self, _: &[u8]) -> Result<(), KeepError> {
        Ok(())
    }

    /// Returns which objects a place was seen to hold, whole. The place is named as the caller
    /// likes, always alike.
    ///
    /// This is memory, not knowledge: it says what was lost, and saves reading twice.
    async fn marks(&self, place: &str) -> Result<BTreeSet<BlobName>, KeepError>;

    /// Returns what was remembered of how a place listed what it holds. None: nothing was, and own objects are read
    /// there once more.
    async fn listing(&self, _place: &str) -> Result<Option<Vec<u8>>, KeepError> {
        Ok(None)
    }

    /// Remembers it, in place of what was remembered of that place. It may be lost.
    async fn put_listing(&self, _place: &str, _listing: &[u8]) -> Result<(), KeepError> {
        Ok(())
    }

    /// Sets and takes away marks of a place. They may be lost with the process.
    async fn mark(
        &self,
        place: &str,
        seen: &[BlobName],
        lost: &[BlobName],
    ) -> Result<(), KeepError>;
}
