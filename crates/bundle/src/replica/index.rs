//! What is known of each object, to be kept beside them: with it a program that starts reads the newest snapshots and
//! what came after them, and not every object.
//!
//! It is a memory of what was verified, for this device alone. Losing it costs time.

use std::collections::{BTreeMap, BTreeSet};

use satchel_types::{DeviceId, ShortHash, StreamId};

use super::{Known, RefoldError, Replica};
use crate::cbor::{Reader, Writer};
use crate::groups::columns::written;
use crate::keys::RingPlace;
use crate::object::{Basis, Class, Kind, MAX_HEADS, MAX_MISSES, ObjectHash, Place};

const LAYOUT: u64 = 1;

/// Where on the ring the key of an epoch and name is.
type Places = BTreeMap<(u32, [u8; 8]), RingPlace>;

/// Why nothing was remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no index of this circle's objects")]
pub struct IndexError;

impl Replica {
    /// Writes down what is known of each object.
    pub fn index_of_all(&self) -> Vec<u8> {
        let names = [Class::Shared, Class::Seeds].map(|class| self.ring.names(class));
        let all: Vec<_> = self
            .known
            .iter()
            .filter_map(|(hash, known)| {
                let names = &names[usize::from(known.place.class.number())];
                Some((hash, known, *names.get(&known.key)?))
            })
            .collect();
        written(|w| {
            w.array(3);
            w.uint(LAYOUT);
            w.bytes(self.circle.as_bytes());
            w.array(all.len());
            for (hash, known, key) in &all {
                write(w, hash, known, key);
            }
        })
    }

    /// Remembers what is known of the objects that are kept; their keys objects are to be taken in before. Returns how many
    /// they are. Until [`Replica::fold_recalled`] nothing of what they say counts.
    ///
    /// # Errors
    /// If it was written for something else, or is damaged; nothing is remembered then.
    pub fn recall(
        &mut self,
        index: &[u8],
        is_kept: impl Fn(ShortHash) -> bool,
    ) -> Result<usize, IndexError> {
        let mut r = Reader::new(index);
        let all = self.read_all(&mut r).ok_or(IndexError)?;
        if !r.is_at_end() {
            return Err(IndexError);
        }
        let mut recalled = 0;
        for (hash, known) in all {
            let Some(known) = known else { continue };
            if is_kept(hash.short()) && self.roster.device(known.device).is_some() {
                self.enter(hash, known);
                recalled += 1;
            }
        }
        Ok(recalled)
    }

    /// Makes the state of what was remembered, by the objects that [`Replica::to_be_read`] named.
    ///
    /// # Errors
    /// If an object that is needed is gone or cannot be read; then nothing is known any more, and all is to be taken in.
    pub fn fold_recalled(
        &mut self,
        needed: &[ObjectHash],
        bytes: impl FnMut(&ObjectHash) -> Option<Vec<u8>>,
    ) -> Result<(), RefoldError> {
        let left_out = self.judge();
        let contents = match self.contents_of(needed, bytes) {
            Ok(contents) => contents,
            Err(error) => {
                self.forget_objects();
                return Err(error);
            }
        };
        self.left_out = left_out;
        self.index_anew();
        for contents in contents {
            self.fold(contents);
        }
        Ok(())
    }

    /// Returns the objects that [`Replica::fold_recalled`] needs: what snapshots hold is not read.
    pub fn to_be_read(&self) -> Vec<ObjectHash> {
        self.said_once(&self.judge()).collect()
    }

    fn forget_objects(&mut self) {
        for hash in std::mem::take(&mut self.known).keys() {
            self.short.remove(&hash.short());
        }
        self.streams.clear();
    }

    /// Reads all entries; of those whose keys are not on the ring, the name alone.
    fn read_all(&self, r: &mut Reader<'_>) -> Option<Vec<(ObjectHash, Option<Known>)>> {
        if r.array()? != 3 || r.uint()? != LAYOUT || r.bytes()? != self.circle.as_bytes() {
            return None;
        }
        let places = [Class::Shared, Class::Seeds].map(|class| {
            let names = self.ring.names(class).into_iter();
            names
                .map(|(place, name)| ((place.0, name), place))
                .collect()
        });
        let count = r.array()?;
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(self.read(r, &places)?);
        }
        Some(all)
    }

    fn read(
        &self,
        r: &mut Reader<'_>,
        places: &[Places; 2],
    ) -> Option<(ObjectHash, Option<Known>)> {
        if r.array()? != 13 {
            return None;
        }
        let hash = ObjectHash::from_bytes(r.bytes()?.try_into().ok()?);
        let kind = match r.uint()? {
            1 => Kind::Segment,
            2 => Kind::Snapshot,
            _ => return None,
        };
        let class = match r.uint()? {
            0 => Class::Shared,
            1 => Class::Seeds,
            _ => return None,
        };
        let epoch = u32::try_from(r.uint()?).ok()?;
        let key = r.bytes()?.try_into().ok()?;
        let stream = StreamId::from_bytes(r.bytes()?.try_into().ok()?);
        let seq = r.uint()?;
        let prev = ObjectHash::from_bytes(r.bytes()?.try_into().ok()?);
        let device = DeviceId::from_bytes(r.bytes()?.try_into().ok()?);
        let clock_ms = r.uint()?;
        let len = r.uint()?;
        let heads = hashes(r, MAX_HEADS)?;
        let basis = if r.null() {
            None
        } else if r.array()? == 2 {
            Some(Basis {
                keys: hashes(r, MAX_HEADS)?,
                misses: hashes(r, MAX_MISSES)?,
            })
        } else {
            return None;
        };
        if basis.is_some() != (kind == Kind::Snapshot) {
            return None;
        }
        let place = places[usize::from(class.number())].get(&(epoch, key));
        let known = place.map(|key| Known {
            place: Place {
                kind,
                circle: self.circle,
                epoch,
                class,
                stream,
                seq,
                prev,
            },
            device,
            heads: heads.into_iter().collect(),
            basis,
            clock_ms,
            len,
            key: *key,
        });
        Some((hash, known))
    }
}

fn hashes(r: &mut Reader<'_>, max: usize) -> Option<BTreeSet<ObjectHash>> {
    let count = r.array().filter(|count| *count <= max)?;
    let mut hashes = BTreeSet::new();
    for _ in 0..count {
        hashes.insert(ObjectHash::from_bytes(r.bytes()?.try_into().ok()?));
    }
    Some(hashes)
}

fn write(w: &mut Writer<'_>, hash: &ObjectHash, known: &Known, key: &[u8; 8]) {
    let place = &known.place;
    w.array(13);
    w.bytes(hash.as_bytes());
    w.uint(match place.kind {
        Kind::Segment => 1,
        Kind::Snapshot => 2,
    });
    w.uint(u64::from(place.class.number()));
    w.uint(u64::from(place.epoch));
    w.bytes(key);
    w.bytes(place.stream.as_bytes());
    w.uint(place.seq);
    w.bytes(place.prev.as_bytes());
    w.bytes(known.device.as_bytes());
    w.uint(known.clock_ms);
    w.uint(known.len);
    let list = |w: &mut Writer<'_>, hashes: &mut dyn ExactSizeIterator<Item = &ObjectHash>| {
        w.array(hashes.len());
        for hash in hashes {
            w.bytes(hash.as_bytes());
        }
    };
    list(w, &mut known.heads.iter());
    match &known.basis {
        None => w.null(),
        Some(basis) => {
            w.array(2);
            list(w, &mut basis.keys.iter());
            list(w, &mut basis.misses.iter());
        }
    }
}
