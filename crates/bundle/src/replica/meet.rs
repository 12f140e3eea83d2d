//! What this device has and what another one lacks, for when they meet by codes.

use std::collections::BTreeSet;

use crate::meeting::{Heads, ToldHash};
use crate::object::{Class, ObjectHash};

use super::Replica;

impl Replica {
    /// Tells what this device has.
    pub fn told_heads(&self) -> Heads {
        Heads {
            circle: self.circle,
            device: self.identity.device,
            last: self
                .last
                .iter()
                .flat_map(|last| self.sparsely_before(*last))
                .map(|hash| ToldHash::from(&hash))
                .collect(),
            missing: self.missing().iter().map(ToldHash::from).collect(),
            keys: self
                .roster
                .objects()
                .map(|(hash, _)| ToldHash::from(hash))
                .collect(),
        }
    }

    /// Returns an object, and of what comes before it in its stream the 1st, 2nd, 4th, 8th and so on: who does not know the
    /// object knows one of those, and with it what is before.
    fn sparsely_before(&self, last: ObjectHash) -> Vec<ObjectHash> {
        let mut told = vec![last];
        let mut at = last;
        for step in 1_u32.. {
            let Some(known) = self.known.get(&at) else {
                break;
            };
            at = known.place.prev;
            if !self.known.contains_key(&at) {
                break;
            }
            if step.is_power_of_two() {
                told.push(at);
            }
        }
        told
    }

    /// Returns what a device lacks of what this one knows: keys objects, then what counts and no snapshot here holds, stream by
    /// stream. What comes before something that it has it has as well, but for what it says to be missing and what is
    /// reached by that alone. It may be told what it has; it is never kept from what it lacks and may read.
    pub fn lacking(&self, heads: &Heads) -> Vec<ObjectHash> {
        let told = |hashes: &BTreeSet<ToldHash>| -> BTreeSet<ObjectHash> {
            let known = self.known.keys();
            let known = known.filter(|hash| hashes.contains(&ToldHash::from(*hash)));
            known.copied().collect()
        };
        let missing = told(&heads.missing);
        let has = self.reached_from(told(&heads.last).into_iter().collect(), &missing);
        let keys = self
            .roster
            .objects()
            .filter(|(hash, _)| !heads.keys.contains(&ToldHash::from(*hash)));
        let mut keys: Vec<_> = keys.map(|(hash, epoch)| (epoch, *hash)).collect();
        keys.sort_unstable();
        let device = self.roster.device(heads.device);
        let holds_seeds = device.is_some_and(|device| device.seeds);
        // What is sealed for others alone would be in its way, and told as something that it cannot read.
        let is_for_it = |hash: &ObjectHash| {
            let known = self.known.get(hash);
            known.is_some_and(|known| known.place.class == Class::Shared || holds_seeds)
        };
        let mut lacking: Vec<_> = self
            .said_once(&self.left_out)
            .filter(|hash| !has.contains(hash) && is_for_it(hash))
            .collect();
        lacking.sort_by_key(|hash| {
            let place = self.known.get(hash).map(|known| known.place);
            (place.map(|place| (place.stream, place.seq)), *hash)
        });
        keys.into_iter()
            .map(|(_, hash)| hash)
            .chain(lacking)
            .collect()
    }
}
