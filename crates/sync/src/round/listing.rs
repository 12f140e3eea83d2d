//! How a place listed what it holds when that was last seen whole. Whatever it lists otherwise is read once more: a bit that
//! turned, or a file that somebody wrote over, keeps its length.

use std::collections::{BTreeMap, BTreeSet};

use satchel_ports::KeepError;
use satchel_types::{BlobName, ShortHash};

use super::Going;

/// An object and its tag.
const ENTRY: usize = 16 + 8;

/// Tags by which the place listed objects that were seen whole.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Tags(BTreeMap<ShortHash, u64>);

impl Tags {
    /// Reads what was remembered. What is not whole is as nothing: it costs a look.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let entries = bytes.chunks_exact(ENTRY).map(|entry| {
            let (hash, tag) = entry.split_at(16);
            let hash = ShortHash::from_bytes(hash.try_into().expect("16 bytes"));
            (hash, u64::from_le_bytes(tag.try_into().expect("8 bytes")))
        });
        Self(entries.collect())
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * ENTRY);
        for (hash, tag) in &self.0 {
            bytes.extend_from_slice(hash.as_bytes());
            bytes.extend_from_slice(&tag.to_le_bytes());
        }
        bytes
    }
}

impl Going<'_> {
    /// What the place tells of an object that it lists.
    fn tag(&self, name: &BlobName) -> Option<u64> {
        self.tags_listed.get(name).copied()
    }

    /// Whether the place tells that it may hold other bytes than those that were seen, or that were not seen there yet.
    pub(super) fn is_changed(&self, name: &BlobName) -> bool {
        let then = self.tags.0.get(&name.hash()).copied();
        self.tag(name).is_some_and(|now| Some(now) != then)
    }

    /// Notes that an object is whole as it was listed.
    pub(super) fn is_as_listed(&mut self, name: &BlobName) {
        if let Some(tag) = self.tag(name) {
            self.tags.0.insert(name.hash(), tag);
        }
    }

    /// Notes that an object is no more what was listed.
    pub(super) fn is_not_as_listed(&mut self, name: &BlobName) {
        self.tags.0.remove(&name.hash());
    }

    /// Asks how the place lists what was put there, so that the next round need not read it once more.
    pub(super) async fn ask_how_listed(&mut self, put: &BTreeSet<BlobName>) {
        let tells = self.listed.is_empty() || !self.tags_listed.is_empty();
        if !tells {
            return;
        }
        // If this fails they are read.
        let again = self.round.store.list(self.round.cancel).await;
        for listed in again.unwrap_or_default() {
            if let Some(tag) = listed.tag.filter(|_| put.contains(&listed.name)) {
                self.tags_listed.insert(listed.name, tag);
            }
        }
    }

    /// Remembers how the place listed what was seen whole.
    pub(super) async fn remember_listing(&mut self, before: &Tags) -> Result<(), KeepError> {
        if self.tags == *before {
            return Ok(());
        }
        let keep = self.round.keep;
        keep.put_listing(self.round.place, &self.tags.write()).await
    }
}
