//! What is remembered from round to round while the program runs.

use std::collections::{BTreeMap, BTreeSet};

use satchel_types::BlobName;

use crate::WhyNot;

/// What need not be found out again in each round. Losing it costs time alone.
#[derive(Debug, Default)]
pub struct Memory {
    /// Whole objects that were not taken in, and how many keys objects were known then. More of these may
    /// change the answer, nothing else does.
    passed: BTreeMap<BlobName, (usize, WhyNot)>,
    /// Names under which a place gave other bytes.
    torn: BTreeSet<(String, BlobName)>,
    /// Places whose lengths are not those of what they hold.
    without_lengths: BTreeSet<String>,
    /// What a place listed with another length than it had when it was read.
    doubtful: BTreeMap<String, BTreeMap<BlobName, u64>>,
}

impl Memory {
    pub(crate) fn passed(&self, name: &BlobName, keys: usize) -> Option<&WhyNot> {
        let (then, why) = self.passed.get(name)?;
        (*then == keys).then_some(why)
    }

    pub(crate) fn pass(&mut self, name: BlobName, keys: usize, why: WhyNot) {
        self.passed.insert(name, (keys, why));
    }

    pub(crate) fn taken(&mut self, name: &BlobName) {
        self.passed.remove(name);
    }

    pub(crate) fn is_torn(&self, place: &str, name: &BlobName) -> bool {
        self.torn.contains(&(place.to_owned(), *name))
    }

    pub(crate) fn set_torn(&mut self, place: &str, name: BlobName, torn: bool) {
        let entry = (place.to_owned(), name);
        if torn {
            self.torn.insert(entry);
        } else {
            self.torn.remove(&entry);
        }
    }

    pub(crate) fn has_lengths(&self, place: &str) -> bool {
        !self.without_lengths.contains(place)
    }

    /// Notes that an object was listed with a wrong length and is whole. Once alone it may have been mended in between; if it is
    /// listed with the same once more, the place's lengths mean nothing.
    pub(crate) fn doubt_lengths(&mut self, place: &str, name: BlobName, listed: u64) {
        let doubtful = self.doubtful.entry(place.to_owned()).or_default();
        if doubtful.insert(name, listed) == Some(listed) {
            self.without_lengths.insert(place.to_owned());
        }
    }
}
