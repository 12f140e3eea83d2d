//! A device's disk: what is written is there, unless the device is set back to an old copy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_bundle::replica::OwnStreams;
use satchel_ports::{KeepError, KeptObject, ObjectKeep};
use satchel_types::BlobName;

use crate::blob::{Blob, Blobs};
use crate::device::pause;
use crate::dice::Dice;
use crate::faults::Fault;

/// What is on the disk.
#[derive(Debug, Clone)]
pub struct Disk {
    /// Objects.
    pub objects: Blobs,
    /// Marks, place by place.
    pub marks: BTreeMap<String, BTreeSet<BlobName>>,
    /// The streams that the device writes.
    pub own: OwnStreams,
    /// What is remembered of the objects.
    pub index: Option<Vec<u8>>,
    /// How each place listed what it holds.
    pub listings: BTreeMap<String, Vec<u8>>,
    /// When all of a place was last read, by the device's clock in seconds.
    pub looked: BTreeMap<String, u64>,
}

/// A keeping.
#[derive(Debug)]
pub struct SimKeep {
    disk: Mutex<Disk>,
    dice: Dice,
    calm: Mutex<bool>,
}

impl SimKeep {
    /// A keeping with something on it.
    pub fn new(disk: Disk, dice: &Dice) -> Self {
        Self {
            disk: Mutex::new(disk),
            dice: dice.clone(),
            calm: Mutex::new(false),
        }
    }

    /// An empty one.
    pub fn empty(dice: &Dice) -> Self {
        let disk = Disk {
            objects: Blobs::new(),
            marks: BTreeMap::new(),
            own: dice.streams(),
            index: None,
            listings: BTreeMap::new(),
            looked: BTreeMap::new(),
        };
        Self::new(disk, dice)
    }

    /// What decides what becomes of it.
    pub fn dice(&self) -> &Dice {
        &self.dice
    }

    /// What is on it.
    pub fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it is never full.
    pub fn calm(&self) {
        *self.calm.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    fn is_full(&self) -> bool {
        let calm = *self.calm.lock().unwrap_or_else(PoisonError::into_inner);
        let full = !calm && self.dice.one_in(60);
        self.dice.note_some(full.then_some(Fault::DiskFull));
        full
    }
}

#[async_trait]
impl ObjectKeep for SimKeep {
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError> {
        pause(&self.dice, Fault::EndAtObjects).await;
        let disk = self.disk();
        let kept = disk.objects.iter().map(|(name, object)| KeptObject {
            name: *name,
            len: u64::try_from(object.bytes().len()).unwrap_or(u64::MAX),
        });
        Ok(kept.collect())
    }

    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError> {
        // A start reads hundreds: waiting at each, it would never be done within a run.
        if self.dice.one_in(16) {
            pause(&self.dice, Fault::EndAtRead).await;
        }
        let object = self.disk().objects.get(name).cloned();
        Ok(object.ok_or(KeepError::Gone)?.bytes().to_vec())
    }

    async fn put(&self, objects: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError> {
        pause(&self.dice, Fault::EndAtKeep).await;
        if self.is_full() {
            return Err(KeepError::Full);
        }
        for (name, object) in objects {
            let object = Blob::new(object.clone());
            self.disk().objects.insert(*name, object);
        }
        pause(&self.dice, Fault::EndAtKept).await;
        Ok(())
    }

    async fn index(&self) -> Result<Option<Vec<u8>>, KeepError> {
        pause(&self.dice, Fault::EndAtIndex).await;
        Ok(self.disk().index.clone())
    }

    async fn put_index(&self, index: &[u8]) -> Result<(), KeepError> {
        pause(&self.dice, Fault::EndAtPutIndex).await;
        if self.is_full() {
            return Err(KeepError::Full);
        }
        self.disk().index = Some(index.to_vec());
        pause(&self.dice, Fault::EndAtIndexPut).await;
        Ok(())
    }

    async fn listing(&self, place: &str) -> Result<Option<Vec<u8>>, KeepError> {
        pause(&self.dice, Fault::EndAtListing).await;
        Ok(self.disk().listings.get(place).cloned())
    }

    async fn put_listing(&self, place: &str, listing: &[u8]) -> Result<(), KeepError> {
        pause(&self.dice, Fault::EndAtPutListing).await;
        if self.is_full() {
            return Err(KeepError::Full);
        }
        let listing = listing.to_vec();
        self.disk().listings.insert(place.to_owned(), listing);
        pause(&self.dice, Fault::EndAtListingPut).await;
        Ok(())
    }

    async fn marks(&self, place: &str) -> Result<BTreeSet<BlobName>, KeepError> {
        pause(&self.dice, Fault::EndAtMarks).await;
        let marks = self.disk().marks.get(place).cloned();
        Ok(marks.unwrap_or_default())
    }

    async fn mark(
        &self,
        place: &str,
        seen: &[BlobName],
        lost: &[BlobName],
    ) -> Result<(), KeepError> {
        pause(&self.dice, Fault::EndAtMark).await;
        {
            let mut disk = self.disk();
            let marks = disk.marks.entry(place.to_owned()).or_default();
            marks.extend(seen);
            for name in lost {
                marks.remove(name);
            }
        }
        pause(&self.dice, Fault::EndAtMarked).await;
        Ok(())
    }
}
