//! What the objects of another device say of it: whether it goes on as two, and whether it has heard of what this one
//! wrote.

use std::collections::BTreeSet;

use satchel_types::DeviceId;

use super::Replica;
use crate::object::{Class, ObjectHash};

impl Replica {
    /// Returns whether a device goes on as two: it was restored from an older copy of itself, or copied, and nothing that it
    /// wrote knows both of what one wrote and of what the other did. Once something does, it goes on as one again.
    pub fn goes_on_as_two(&self, device: DeviceId) -> bool {
        let ends = self.ends_of(device);
        if ends.len() < 2 {
            return false;
        }
        let none = BTreeSet::new();
        !ends.iter().any(|end| {
            let mut reached = self.reached_from(vec![*end], &none);
            reached.insert(*end);
            ends.is_subset(&reached)
        })
    }

    /// Returns whether a device has heard of everything that this one wrote, as it says itself; `None`: it wrote nothing
    /// that arrived here, or this one did not write.
    ///
    /// That it did not say so does not mean that it has not heard: it may have had nothing to say since.
    pub fn has_heard(&self, device: DeviceId) -> Option<bool> {
        let said = self.ends_of(self.identity.device);
        let ends = self.ends_of(device);
        if said.is_empty() || ends.is_empty() {
            return None;
        }
        let heard = self.reached_from(ends.into_iter().collect(), &BTreeSet::new());
        Some(said.is_subset(&heard))
    }

    /// Returns the last that a device wrote for all, stream by stream. Where two objects stand at one place, the end of
    /// either branch is among it, also if a snapshot stands further on in the other.
    fn ends_of(&self, device: DeviceId) -> BTreeSet<ObjectHash> {
        let of_device = |hash: &ObjectHash| self.writer(hash) == Some(device);
        let heads = self.heads(Class::Shared).map(|(_, hash)| hash);
        let mut ends: BTreeSet<ObjectHash> = heads.filter(of_device).collect();
        ends.extend(self.ends(Class::Shared).filter(|hash| {
            let place = self.known.get(hash).map(|known| known.place);
            let beside = place.and_then(|place| self.streams.get(&place.stream)?.get(&place.seq));
            let counting = |all: &BTreeSet<ObjectHash>| all.difference(&self.left_out).count();
            of_device(hash) && beside.is_some_and(|all| counting(all) > 1)
        }));
        ends
    }
}
