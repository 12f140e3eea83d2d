//! How objects hang together: which count, which are last, which are missing.

use std::collections::BTreeSet;

use satchel_types::StreamId;

use super::{Known, Replica};
use crate::object::{Class, Kind, ObjectHash};

impl Replica {
    /// Returns the known objects that do not count: by a removed device, and none of its last that
    /// the removal names nor before one of these; and snapshots that hold what such an object said.
    pub(super) fn judge(&self) -> BTreeSet<ObjectHash> {
        let mut out = BTreeSet::new();
        if !self.roster.has_removals() {
            return out;
        }
        for removal in self.roster.removals() {
            let mut counts = BTreeSet::new();
            let mut walk: Vec<ObjectHash> = removal.last.into_iter().collect();
            while let Some(hash) = walk.pop() {
                if let Some(known) = self.known.get(&hash)
                    && known.device == removal.device
                    && counts.insert(hash)
                {
                    walk.push(known.place.prev);
                }
            }
            let by_it = self
                .known
                .iter()
                .filter(|(_, known)| known.device == removal.device);
            out.extend(
                by_it
                    .map(|(hash, _)| *hash)
                    .filter(|hash| !counts.contains(hash)),
            );
        }
        if !out.is_empty() {
            let mut clean = BTreeSet::new();
            let tainted: Vec<_> = self
                .known
                .iter()
                .filter(|(_, known)| {
                    known.place.kind == Kind::Snapshot && self.reaches(known, &out, &mut clean)
                })
                .map(|(hash, _)| *hash)
                .collect();
            out.extend(tainted);
        }
        out
    }

    /// Whether one of `wanted` is among what a snapshot's writer knew. `clean` remembers what
    /// leads to none of them.
    fn reaches(
        &self,
        from: &Known,
        wanted: &BTreeSet<ObjectHash>,
        clean: &mut BTreeSet<ObjectHash>,
    ) -> bool {
        let mut seen = BTreeSet::new();
        let mut walk: Vec<ObjectHash> = from.heads.clone();
        walk.push(from.place.prev);
        while let Some(hash) = walk.pop() {
            if wanted.contains(&hash) {
                return true;
            }
            if let Some(known) = self.known.get(&hash)
                && !clean.contains(&hash)
                && seen.insert(hash)
            {
                walk.extend(&known.heads);
                walk.push(known.place.prev);
            }
        }
        clean.append(&mut seen);
        false
    }

    /// Adds what the writer of an object knew of the known ones.
    pub(super) fn walk(&self, from: &Known, seen: &mut BTreeSet<ObjectHash>) {
        let mut walk: Vec<ObjectHash> = from.heads.clone();
        walk.push(from.place.prev);
        while let Some(hash) = walk.pop() {
            if let Some(known) = self.known.get(&hash)
                && seen.insert(hash)
            {
                walk.extend(&known.heads);
                walk.push(known.place.prev);
            }
        }
    }

    /// Notes that an object counts.
    pub(super) fn index(&mut self, hash: ObjectHash) {
        let Some(known) = self.known.get(&hash) else {
            return;
        };
        let before = known.place.prev;
        self.followed.insert(before);
        self.last.remove(&before);
        if !self.followed.contains(&hash) {
            self.last.insert(hash);
        }
    }

    /// Does so for all, after some do not count any more.
    pub(super) fn index_anew(&mut self) {
        self.followed.clear();
        self.last.clear();
        let counting: Vec<_> = self.known.keys().copied().collect();
        for hash in counting {
            if !self.left_out.contains(&hash) {
                self.index(hash);
            }
        }
    }

    /// Returns the last objects of a class that count, stream by stream; more than one of a stream if a copy went on
    /// under it.
    pub fn heads(&self, class: Class) -> impl Iterator<Item = (StreamId, ObjectHash)> {
        self.last.iter().filter_map(move |hash| {
            let place = self.known.get(hash)?.place;
            (place.class == class).then_some((place.stream, *hash))
        })
    }

    /// Returns the last objects of a device that count, of both classes: what its removal names.
    pub fn last_of(&self, device: satchel_types::DeviceId) -> BTreeSet<ObjectHash> {
        [Class::Shared, Class::Seeds]
            .into_iter()
            .flat_map(|class| self.heads(class))
            .map(|(_, hash)| hash)
            .filter(|hash| {
                self.known
                    .get(hash)
                    .is_some_and(|known| known.device == device)
            })
            .collect()
    }

    /// Returns objects that others name and nobody has brought: a place holds them back, or they
    /// are on their way.
    pub fn missing(&self) -> BTreeSet<ObjectHash> {
        let before = self.known.values().map(|known| known.place.prev);
        let beside = self
            .known
            .values()
            .flat_map(|known| known.heads.iter().copied());
        before
            .chain(beside)
            .filter(|hash| *hash != ObjectHash::NONE && !self.known.contains_key(hash))
            .collect()
    }

    /// Returns whether every other device that belongs wrote something, knowing the object of a stream of this
    /// device's that has a number or a later one, and nothing is missing that anybody names: whatever they
    /// had said before they heard of it is known here then.
    pub fn is_heard_by_all(&self, stream: StreamId, seq: u64) -> bool {
        let objects = self.streams.get(&stream);
        let said: BTreeSet<ObjectHash> = objects
            .into_iter()
            .flat_map(|objects| objects.range(seq..))
            .flat_map(|(_, hashes)| hashes.iter().copied())
            .collect();
        let heard = |device| {
            self.known.iter().any(|(hash, known)| {
                known.device == device
                    && !self.left_out.contains(hash)
                    && known.heads.iter().any(|head| said.contains(head))
            })
        };
        let me = self.identity.device;
        let mut others = self.roster.members().filter(|device| device.id != me);
        others.all(|device| heard(device.id)) && self.missing().is_empty()
    }

    /// Returns streams in which two objects stand at one place: a copy of their device went on.
    pub fn forked(&self) -> impl Iterator<Item = StreamId> {
        self.streams
            .iter()
            .filter(|(_, objects)| objects.values().any(|hashes| hashes.len() > 1))
            .map(|(stream, _)| *stream)
    }
}
