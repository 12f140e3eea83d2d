//! What snapshots hold: it need not be read again, carried on, nor kept in a place.
//!
//! A snapshot holds what its writer knew, and its writer knew what its heads and its own chain reach, but for what it
//! says it missed and what it left out because of the removals it knew.

use std::collections::{BTreeMap, BTreeSet};

use satchel_types::DeviceId;

use super::{Known, Replica};
use crate::keys::RingPlace;
use crate::object::{Basis, Class, Kind, MAX_HEADS, MAX_MISSES, ObjectHash};

/// An own stream may have so many bytes of segments behind its last snapshot, whatever that has.
const FEW_BYTES: u64 = 64 * 1024;
/// A snapshot that nobody speaks of holds for them all the same after so long.
const LONG_AGO_MS: u64 = 180 * 86_400 * 1000;

/// An object that a snapshot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// The object.
    pub object: ObjectHash,
    /// The snapshot.
    pub by: ObjectHash,
}

impl Replica {
    /// Returns what a snapshot that is written now says of what this device knows.
    pub(super) fn basis(&self) -> Option<Basis> {
        let (keys, misses) = (self.roster.tips(), self.missing());
        let fits = keys.len() <= MAX_HEADS && misses.len() <= MAX_MISSES;
        fits.then_some(Basis { keys, misses })
    }

    /// Returns what a snapshot says of its writer, if the snapshot counts and all that it says can be followed here.
    pub(super) fn basis_of<'a>(
        &self,
        hash: &ObjectHash,
        known: &'a Known,
        left_out: &BTreeSet<ObjectHash>,
    ) -> Option<&'a Basis> {
        let basis = known.basis.as_ref()?;
        let followed = basis.keys.iter().all(|keys| self.roster.knows(keys));
        (followed && !left_out.contains(hash)).then_some(basis)
    }

    /// Returns the snapshots that count, the newest first, and what each holds that none of those before it does. Also
    /// names of objects are among it that are not here.
    fn held(&self, left_out: &BTreeSet<ObjectHash>) -> Vec<(ObjectHash, BTreeSet<ObjectHash>)> {
        self.held_by(left_out, |_| true)
    }

    /// The same of some snapshots alone.
    fn held_by(
        &self,
        left_out: &BTreeSet<ObjectHash>,
        wanted: impl Fn(&Known) -> bool,
    ) -> Vec<(ObjectHash, BTreeSet<ObjectHash>)> {
        let mut snapshots: Vec<_> = self
            .known
            .iter()
            .filter(|(_, known)| wanted(known))
            .filter_map(|(hash, known)| Some((hash, known, self.basis_of(hash, known, left_out)?)))
            .collect();
        // In its own stream a later one holds the earlier. Which comes first does not matter otherwise.
        snapshots.sort_by_key(|(hash, known, _)| {
            (std::cmp::Reverse((known.place.seq, known.clock_ms)), **hash)
        });
        type View<'a> = (&'a BTreeSet<ObjectHash>, &'a BTreeSet<ObjectHash>);
        let mut views: BTreeMap<View<'_>, BTreeSet<ObjectHash>> = BTreeMap::new();
        let mut all: BTreeSet<ObjectHash> = BTreeSet::new();
        let mut held = Vec::new();
        for (hash, known, basis) in snapshots {
            if all.contains(hash) {
                continue;
            }
            let view = views.entry((&basis.keys, &basis.misses));
            let knowingly = view.or_insert_with(|| self.left_out_by(basis));
            let mut reached = self.named_from(known, &basis.misses);
            reached.retain(|hash| !knowingly.contains(hash) && !all.contains(hash));
            all.extend(&reached);
            held.push((*hash, reached));
        }
        held
    }

    /// Returns what an object names, and what that names, and so on, but for what was missed.
    fn named_from(&self, from: &Known, misses: &BTreeSet<ObjectHash>) -> BTreeSet<ObjectHash> {
        let mut walk: Vec<ObjectHash> = from.heads.clone();
        walk.push(from.place.prev);
        self.reached_from(walk, misses)
    }

    pub(super) fn reached_from(
        &self,
        mut walk: Vec<ObjectHash>,
        misses: &BTreeSet<ObjectHash>,
    ) -> BTreeSet<ObjectHash> {
        let mut named = BTreeSet::new();
        while let Some(hash) = walk.pop() {
            if hash == ObjectHash::NONE || misses.contains(&hash) || !named.insert(hash) {
                continue;
            }
            if let Some(known) = self.known.get(&hash) {
                walk.extend(&known.heads);
                walk.push(known.place.prev);
            }
        }
        named
    }

    /// Returns what snapshots that count hold, be it here or not.
    pub(super) fn covered(&self) -> BTreeSet<ObjectHash> {
        self.held(&self.left_out)
            .into_iter()
            .flat_map(|(_, held)| held)
            .collect()
    }

    /// Returns what the snapshots hold that count and were not sealed with one of these keys.
    pub(super) fn told_without(&self, keys: &BTreeSet<RingPlace>) -> BTreeSet<ObjectHash> {
        self.held_by(&self.left_out, |known| !keys.contains(&known.key))
            .into_iter()
            .flat_map(|(_, held)| held)
            .collect()
    }

    /// Returns what a snapshot that this device writes now would hold of what counts. Whatever is written for the sake of
    /// something that is not among this would be written again and again.
    pub(super) fn would_hold(&self) -> BTreeSet<ObjectHash> {
        let (_, prev) = self.next_in(self.own.shared);
        let mut named = self.heads_for(Kind::Snapshot, Class::Shared, prev);
        named.push(prev);
        self.reached_from(named, &BTreeSet::new())
    }

    /// Returns the objects that say all that is known: those that count and that no snapshot holds, snapshots
    /// among them.
    pub(super) fn said_once(
        &self,
        left_out: &BTreeSet<ObjectHash>,
    ) -> impl Iterator<Item = ObjectHash> {
        // A snapshot that does not count from now on holds nothing.
        let covered: BTreeSet<ObjectHash> = self
            .held(left_out)
            .into_iter()
            .flat_map(|(_, held)| held)
            .collect();
        self.known
            .keys()
            .filter(|hash| !left_out.contains(hash) && !covered.contains(hash))
            .copied()
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Returns what a file carries: the objects that say all that is known, and the last of each stream, which removals
    /// name. Keys objects are not among them.
    pub fn essence(&self) -> BTreeSet<ObjectHash> {
        let mut essence: BTreeSet<_> = self.said_once(&self.left_out).collect();
        essence.extend(&self.last);
        essence
    }

    /// Returns which keys of class 0 objects were sealed with: their epochs and places on the ring.
    pub(crate) fn keys_of(&self, objects: impl Iterator<Item = ObjectHash>) -> BTreeSet<RingPlace> {
        let known = objects.filter_map(|hash| self.known.get(&hash));
        known
            .filter(|known| known.place.class == Class::Shared)
            .map(|known| known.key)
            .collect()
    }

    /// Returns whether each key on the ring has opened something.
    pub(crate) fn uses_all_keys(&self) -> bool {
        [Class::Shared, Class::Seeds].into_iter().all(|class| {
            let of_class = self
                .known
                .values()
                .filter(|known| known.place.class == class);
            let used: BTreeSet<_> = of_class.map(|known| known.key).collect();
            self.ring.all(class).all(|key| used.contains(&key))
        })
    }

    /// Returns the objects that a later snapshot of the same stream holds, if all who belong can open it: where that is,
    /// they need not be.
    pub fn replaced(&self) -> Vec<Replaced> {
        let apart: BTreeSet<_> = self.not_carried(Class::Shared).collect();
        let mut replaced = Vec::new();
        for (by, snapshot) in &self.known {
            let Some(basis) = self.basis_of(by, snapshot, &self.left_out) else {
                continue;
            };
            if apart.contains(&snapshot.key) {
                continue;
            }
            let mut at = snapshot.place.prev;
            while let Some(known) = self.known.get(&at)
                && !basis.misses.contains(&at)
                && !self.left_out.contains(&at)
            {
                replaced.push(Replaced {
                    object: at,
                    by: *by,
                });
                at = known.place.prev;
            }
        }
        replaced
    }

    /// Returns of what was [`Replica::replaced`] that which a place that has the snapshot can do without: all others who
    /// belong have spoken of the snapshot, or it is half a year old. Who was added after it was written and said nothing yet
    /// is not waited for: else whatever was taken out before would be brought again for each new device.
    ///
    /// A removal by somebody who has not heard of a snapshot may make it count no more. What it replaced is then to be where
    /// others find it, since whoever has it may hear of the removal last.
    pub fn left_away(&self, now_ms: u64) -> Vec<Replaced> {
        let mut replaced = self.replaced();
        if !replaced.is_empty() {
            let stable = self.heard_by_all(now_ms, true);
            replaced.retain(|replaced| stable.contains(&replaced.by));
        }
        replaced
    }

    /// Returns objects of this device that it may take out of a place that holds the snapshot: all others who belong have
    /// spoken of the snapshot, or it is half a year old, and nothing outside of snapshots speaks of them.
    pub fn removable(&self, now_ms: u64) -> Vec<Replaced> {
        let mut replaced = self.replaced();
        replaced.retain(|replaced| self.writer(&replaced.object) == Some(self.identity.device));
        if replaced.is_empty() {
            return replaced;
        }
        let stable = self.heard_by_all(now_ms, false);
        let covered = self.covered();
        let mut spoken_of = BTreeSet::new();
        for (hash, known) in &self.known {
            if known.basis.is_none() && !covered.contains(hash) {
                spoken_of.insert(known.place.prev);
                spoken_of.extend(&known.heads);
            }
        }
        replaced.retain(|replaced| {
            stable.contains(&replaced.by) && !spoken_of.contains(&replaced.object)
        });
        replaced
    }

    /// Returns the snapshots that all others who belong have spoken of, and those of long ago. `but_new` lets those be who came
    /// after it and said nothing yet.
    fn heard_by_all(&self, now_ms: u64, but_new: bool) -> BTreeSet<ObjectHash> {
        let mut heard: BTreeMap<DeviceId, BTreeSet<ObjectHash>> = BTreeMap::new();
        // Since when they belong who said nothing, in milliseconds.
        let mut silent: BTreeMap<DeviceId, u64> = BTreeMap::new();
        for member in self.roster.members() {
            if member.id != self.identity.device {
                heard.insert(member.id, BTreeSet::new());
                if but_new && self.last_seen(member.id).is_none() {
                    silent.insert(member.id, member.added_at.saturating_mul(1_000));
                }
            }
        }
        for hash in &self.last {
            if let Some(known) = self.known.get(hash)
                && let Some(heard) = heard.get_mut(&known.device)
            {
                heard.extend(self.named_from(known, &BTreeSet::new()));
                heard.insert(*hash);
            }
        }
        let snapshots = self.known.iter();
        snapshots
            .filter(|(_, known)| known.place.kind == Kind::Snapshot)
            .filter(|(hash, known)| {
                let old = known.clock_ms.saturating_add(LONG_AGO_MS) < now_ms;
                let is_new = |device| silent.get(device).is_some_and(|at| *at > known.clock_ms);
                let mut all = heard.iter();
                old || all.all(|(device, heard)| heard.contains(hash) || is_new(device))
            })
            .map(|(hash, _)| *hash)
            .collect()
    }

    /// Returns whether what this device wrote since a snapshot last held it has more bytes than that snapshot.
    pub(super) fn has_outgrown(&self) -> bool {
        if self.writing_key(Class::Shared).is_none() {
            return false;
        }
        let held = self.held(&self.left_out);
        let newest = held.first().and_then(|(hash, _)| self.known.get(hash));
        let room = newest.map_or(0, |known| known.len).max(FEW_BYTES);
        let covered: BTreeSet<_> = held.iter().flat_map(|(_, held)| held).collect();
        let is_news = |(hash, known): &(&ObjectHash, &Known)| {
            known.device == self.identity.device
                && known.place.class == Class::Shared
                && known.place.kind == Kind::Segment
                && !self.left_out.contains(hash)
                && !covered.contains(hash)
        };
        let news: Vec<_> = self.known.iter().filter(is_news).collect();
        let bytes_of = |wanted: &dyn Fn(&ObjectHash) -> bool| {
            let wanted = news.iter().filter(|(hash, _)| wanted(hash));
            wanted.fold(0_u64, |sum, (_, known)| sum.saturating_add(known.len))
        };
        if bytes_of(&|_| true) <= room {
            return false;
        }
        let would_hold = self.would_hold();
        bytes_of(&|hash| would_hold.contains(hash)) > room
    }
}
