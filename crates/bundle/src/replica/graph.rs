//! How objects hang together: which count, which are last, which are missing.

use std::collections::{BTreeMap, BTreeSet};

use satchel_types::StreamId;

use super::{Known, Replica};
use crate::keys::Removal;
use crate::object::{Basis, Class, Kind, ObjectHash, Place};

/// What devices wrote later than their removals name.
#[derive(Debug, Default)]
pub(super) struct Later {
    /// All of it: it does not count.
    pub(super) out: BTreeSet<ObjectHash>,
    /// Such as no snapshot may hold.
    unwanted: BTreeSet<ObjectHash>,
}

impl Replica {
    /// Returns the known objects that do not count: by a removed device, and none of its last that
    /// the removal names nor before one of these; and snapshots that hold what such an object said.
    ///
    /// A snapshot whose writer knew of the removal does not hold it, whatever its chain reaches.
    pub(super) fn judge(&self) -> BTreeSet<ObjectHash> {
        let mut tainted = BTreeSet::new();
        if !self.roster.has_removals() {
            return tainted;
        }
        let removals = self.roster.removals();
        loop {
            let later = self.later_than(&removals, &BTreeSet::new(), &tainted);
            if later.out.is_empty() {
                return later.out;
            }
            let found = self.tainted_by(&later);
            // A snapshot that does not count replaces nothing, so that more may be unwanted.
            if found.is_subset(&tainted) {
                let mut out = later.out;
                out.extend(tainted);
                return out;
            }
            tainted.extend(found);
        }
    }

    /// Returns the known objects by devices that these removals remove, but for the last that they name
    /// and what comes before these. `missed` is not looked at, nor what it leads to; `tainted` are snapshots that do not count.
    pub(super) fn later_than(
        &self,
        removals: &[Removal],
        missed: &BTreeSet<ObjectHash>,
        tainted: &BTreeSet<ObjectHash>,
    ) -> Later {
        let mut later = Later::default();
        for removal in removals {
            let mut counts = BTreeSet::new();
            // In which streams all before a number was replaced by a snapshot that counts. There may be holes
            // there, so that a chain does not say what comes before it; and it is said by the snapshot.
            let mut replaced: BTreeMap<StreamId, u64> = BTreeMap::new();
            let mut walk: Vec<ObjectHash> = removal.last.iter().copied().collect();
            while let Some(hash) = walk.pop() {
                if let Some(known) = self.known.get(&hash)
                    && known.device == removal.device
                    && !missed.contains(&hash)
                    && counts.insert(hash)
                {
                    walk.push(known.place.prev);
                    if known.place.kind == Kind::Snapshot && !tainted.contains(&hash) {
                        let before = replaced.entry(known.place.stream).or_default();
                        *before = (*before).max(known.place.seq);
                    }
                }
            }
            for (hash, known) in &self.known {
                if known.device != removal.device || counts.contains(hash) {
                    continue;
                }
                later.out.insert(*hash);
                let before = replaced.get(&known.place.stream);
                if before.is_none_or(|before| known.place.seq >= *before) {
                    later.unwanted.insert(*hash);
                }
            }
        }
        later
    }

    /// Returns what the writer of a snapshot left out, by the removals that it knew. What it missed led it nowhere: of a removed
    /// device it also left out what comes before that.
    pub(super) fn left_out_by(&self, basis: &Basis) -> BTreeSet<ObjectHash> {
        let (removals, _) = self.roster.removals_known_by(&basis.keys);
        let later = self.later_than(&removals, &basis.misses, &BTreeSet::new());
        later.out
    }

    /// Returns the snapshots that hold what is unwanted.
    fn tainted_by(&self, later: &Later) -> BTreeSet<ObjectHash> {
        // For each that some writers knew: what must not be in theirs, and what leads to none of it.
        type View<'a> = (&'a Basis, BTreeSet<ObjectHash>, BTreeSet<ObjectHash>);
        let mut views: Vec<View<'_>> = Vec::new();
        let mut tainted = BTreeSet::new();
        for (hash, known) in &self.known {
            let Some(basis) = &known.basis else { continue };
            let at = views.iter().position(|(view, _, _)| *view == basis);
            let at = at.unwrap_or_else(|| {
                let knowingly = self.left_out_by(basis);
                let unwanted = later.unwanted.difference(&knowingly).copied().collect();
                views.push((basis, unwanted, BTreeSet::new()));
                views.len() - 1
            });
            let (_, unwanted, clean) = &mut views[at];
            if !unwanted.is_empty() && self.reaches(known, &basis.misses, unwanted, clean) {
                tainted.insert(*hash);
            }
        }
        tainted
    }

    /// Whether one of `wanted` is among what a snapshot's writer knew. `clean` remembers what
    /// leads to none of them.
    fn reaches(
        &self,
        from: &Known,
        misses: &BTreeSet<ObjectHash>,
        wanted: &BTreeSet<ObjectHash>,
        clean: &mut BTreeSet<ObjectHash>,
    ) -> bool {
        let mut seen = BTreeSet::new();
        let mut walk: Vec<ObjectHash> = from.heads.clone();
        walk.push(from.place.prev);
        while let Some(hash) = walk.pop() {
            if misses.contains(&hash) {
                continue;
            }
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
        // What was missed here may be known to others, and lead to some of them.
        if misses.is_empty() {
            clean.append(&mut seen);
        }
        false
    }

    /// Notes that an object counts.
    pub(super) fn index(&mut self, hash: ObjectHash) {
        let Some(known) = self.known.get(&hash) else {
            return;
        };
        let before = known.place.prev;
        if known.place.kind == Kind::Snapshot {
            let numbers = self.snapshot_numbers.entry(known.place.stream);
            numbers.or_default().insert(known.place.seq);
        }
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
        self.snapshot_numbers.clear();
        let counting: Vec<_> = self.known.keys().copied().collect();
        for hash in counting {
            if !self.left_out.contains(&hash) {
                self.index(hash);
            }
        }
    }

    /// Returns the last objects of a class that count, stream by stream; more than one of a stream if a copy went on
    /// under it. What stands before a snapshot in its stream is not among it: it may only look as if nothing came after
    /// it, since what is before a snapshot has holes.
    pub fn heads(&self, class: Class) -> impl Iterator<Item = (StreamId, ObjectHash)> {
        self.last_ones().filter_map(move |(hash, place)| {
            let snapshots = self.snapshot_numbers.get(&place.stream);
            let later = snapshots.and_then(|numbers| numbers.last());
            let before = later.is_some_and(|seq| place.seq < *seq);
            (place.class == class && !before).then_some((place.stream, hash))
        })
    }

    /// Returns all objects of a class that count and that nothing that counts comes after, wherever they stand.
    pub(super) fn ends(&self, class: Class) -> impl Iterator<Item = ObjectHash> {
        let of_class = self
            .last_ones()
            .filter(move |(_, place)| place.class == class);
        of_class.map(|(hash, _)| hash)
    }

    fn last_ones(&self) -> impl Iterator<Item = (ObjectHash, Place)> {
        self.last
            .iter()
            .filter_map(|hash| Some((*hash, self.known.get(hash)?.place)))
    }

    /// Returns the last objects of a device that count, of both classes: what its removal names.
    pub fn last_of(&self, device: satchel_types::DeviceId) -> BTreeSet<ObjectHash> {
        self.last
            .iter()
            .copied()
            .filter(|hash| {
                self.known
                    .get(hash)
                    .is_some_and(|known| known.device == device)
            })
            .collect()
    }

    /// Returns objects that others name and nobody has brought: a place holds them back, or they
    /// are on their way. What a snapshot holds is not missing.
    pub fn missing(&self) -> BTreeSet<ObjectHash> {
        let covered = self.covered();
        let mut named = BTreeSet::new();
        for (hash, known) in &self.known {
            match self.basis_of(hash, known, &self.left_out) {
                Some(basis) => named.extend(&basis.misses),
                None if covered.contains(hash) => {}
                None => {
                    named.insert(known.place.prev);
                    named.extend(&known.heads);
                }
            }
            if let Some(basis) = &known.basis {
                named.extend(basis.keys.iter().filter(|keys| !self.roster.knows(keys)));
            }
        }
        named.retain(|hash| {
            *hash != ObjectHash::NONE && !self.known.contains_key(hash) && !covered.contains(hash)
        });
        named
    }

    /// Returns whether an object is not here, nor a later snapshot of its stream that counts: for its sake alone what comes
    /// before it may have been taken out of places.
    pub fn lacks(&self, stream: StreamId, seq: u64, hash: &ObjectHash) -> bool {
        let snapshots = self.snapshot_numbers.get(&stream);
        let later = snapshots.and_then(|numbers| numbers.last());
        !self.known.contains_key(hash) && later.is_none_or(|later| *later < seq)
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
}
