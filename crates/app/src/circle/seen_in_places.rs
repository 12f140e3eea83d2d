//! What the device that added this one had seen in places: whoever is shown less there learns of it.
//!
//! A place that holds back what a new device never saw is found by nothing else: no object that the device has names it. What
//! is told are the last objects of each stream, which name all before them.

use std::collections::{BTreeMap, BTreeSet};

use satchel_bundle::object::{Class, ObjectHash};
use satchel_bundle::replica::Replica;
use satchel_pairing::MAX_SEEN;
use satchel_ports::{StoreError, WalletStore};
use satchel_types::{BlobName, DeviceId, ShortHash, StreamId, Write};

use super::Circle;
use super::keep::{bytes_of, text_of};

/// Key of the setting with them.
const SEEN: &str = "circle.seen_by_adder";
/// A stream, a number and a hash.
const LEN: usize = 16 + 8 + 32;

/// The last objects that a device has seen in places, stream by stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenInPlaces {
    /// Who has seen them.
    pub by: DeviceId,
    /// The objects: their streams, their numbers there, and their hashes.
    pub last: BTreeSet<(StreamId, u64, ObjectHash)>,
}

impl SeenInPlaces {
    /// Returns what this device has seen in the places that it uses: what it read there, or read back.
    pub(crate) fn of(circle: &Circle, store: &dyn WalletStore) -> Result<Self, StoreError> {
        let mut marked: BTreeSet<ShortHash> = BTreeSet::new();
        for place in store.places()? {
            let marks = store.marks(&place.id.to_string())?;
            marked.extend(marks.iter().map(BlobName::hash));
        }
        let replica = circle.replica();
        let left_out: BTreeSet<_> = replica.left_out().copied().collect();
        let mut last: BTreeMap<StreamId, (u64, BTreeSet<ObjectHash>)> = BTreeMap::new();
        for (hash, place) in replica.objects() {
            // Seeds are not for every device.
            let counts = place.class == Class::Shared && !left_out.contains(hash);
            if !counts || !marked.contains(&hash.short()) {
                continue;
            }
            let (seq, hashes) = last.entry(place.stream).or_default();
            if place.seq > *seq {
                hashes.clear();
                *seq = place.seq;
            }
            if place.seq == *seq {
                hashes.insert(*hash);
            }
        }
        let last = last.into_iter().flat_map(|(stream, (seq, hashes))| {
            hashes.into_iter().map(move |hash| (stream, seq, hash))
        });
        Ok(Self {
            by: replica.device(),
            last: last.take(MAX_SEEN).collect(),
        })
    }

    /// Returns whether some of it was not shown here yet.
    pub(crate) fn is_lacking(&self, replica: &Replica) -> bool {
        let mut last = self.last.iter();
        last.any(|(stream, seq, hash)| replica.lacks(*stream, *seq, hash))
    }

    /// Makes it of what another device told.
    pub(crate) fn told(told: &satchel_pairing::SeenInPlaces) -> Self {
        Self {
            by: told.by,
            last: told.last.iter().map(read).collect(),
        }
    }

    /// Makes what another device is told of it.
    pub(crate) fn to_tell(&self) -> satchel_pairing::SeenInPlaces {
        let last: BTreeSet<_> = self.last.iter().map(written).collect();
        satchel_pairing::SeenInPlaces {
            by: self.by,
            last: last.into_iter().collect(),
        }
    }
}

fn written((stream, seq, hash): &(StreamId, u64, ObjectHash)) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    bytes[..16].copy_from_slice(stream.as_bytes());
    bytes[16..24].copy_from_slice(&seq.to_le_bytes());
    bytes[24..].copy_from_slice(hash.as_bytes());
    bytes
}

fn read(bytes: &[u8; LEN]) -> (StreamId, u64, ObjectHash) {
    let (mut stream, mut seq, mut hash) = ([0; 16], [0; 8], [0; 32]);
    stream.copy_from_slice(&bytes[..16]);
    seq.copy_from_slice(&bytes[16..24]);
    hash.copy_from_slice(&bytes[24..]);
    (
        StreamId::from_bytes(stream),
        u64::from_le_bytes(seq),
        ObjectHash::from_bytes(hash),
    )
}

/// Keeps what is still to be seen here; `None`: nothing is.
pub(crate) fn put_seen(seen: Option<&SeenInPlaces>) -> Write {
    let mut bytes = Vec::new();
    if let Some(seen) = seen.filter(|seen| !seen.last.is_empty()) {
        bytes.extend(seen.by.as_bytes());
        seen.last.iter().for_each(|one| bytes.extend(written(one)));
    }
    Write::PutSetting {
        key: SEEN.to_owned(),
        value: text_of(&bytes),
    }
}

/// Returns what is still to be seen here, if anything.
pub(crate) fn seen_in_places(store: &dyn WalletStore) -> Result<Option<SeenInPlaces>, StoreError> {
    let bytes = store.setting(SEEN)?.and_then(|text| bytes_of(&text));
    let bytes = bytes.unwrap_or_default();
    Ok(bytes.split_first_chunk().map(|(by, last)| SeenInPlaces {
        by: DeviceId::from_bytes(*by),
        last: last.as_chunks().0.iter().map(read).collect(),
    }))
}
