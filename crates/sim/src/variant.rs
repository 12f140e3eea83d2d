//! A design that is known to be wrong, to see that the simulation sees.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::{BlobName, StreamId};
use tokio_util::sync::CancellationToken;

use crate::keep::SimKeep;
use crate::place::SimPlace;

/// What is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The real thing.
    Real,
    /// A stream is one counter: an object of a number that the device has is taken as known,
    /// whatever its hash. Copies of a device never get each other's.
    OneNumberAStream,
}

/// A place as a device of [`Variant::OneNumberAStream`] sees it.
#[derive(Debug)]
pub struct OneNumber {
    pub place: Arc<SimPlace>,
    pub keep: Arc<SimKeep>,
}

fn number(name: &BlobName) -> Option<(StreamId, u64)> {
    match name {
        BlobName::Keys { .. } => None,
        BlobName::Segment { stream, seq, .. } | BlobName::Snapshot { stream, seq, .. } => {
            Some((*stream, *seq))
        }
    }
}

impl OneNumber {
    fn own(&self) -> BTreeMap<(StreamId, u64), (BlobName, usize)> {
        let disk = self.keep.disk();
        let numbered = disk.objects.iter().filter_map(|(name, object)| {
            let number = number(name)?;
            Some((number, (*name, object.bytes().len())))
        });
        numbered.collect()
    }
}

#[async_trait]
impl BlobStore for OneNumber {
    fn place(&self) -> &str {
        self.place.place()
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        let mut listed = self.place.list(cancel).await?;
        let own = self.own();
        for object in &mut listed {
            if let Some((name, len)) = number(&object.name).and_then(|number| own.get(&number)) {
                object.name = *name;
                object.len = u64::try_from(*len).ok();
            }
        }
        Ok(listed)
    }

    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError> {
        let kept = self.keep.disk().objects.get(name).cloned();
        let taken = number(name).is_some_and(|wanted| {
            let objects = self.place.objects();
            objects.keys().any(|other| number(other) == Some(wanted))
        });
        match kept {
            Some(kept) if taken => Ok(kept.bytes().to_vec()),
            _ => self.place.get(name, max).await,
        }
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        self.place.put_new(name, object).await
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.place.mend(name, object).await
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        self.place.remove(name).await
    }
}
