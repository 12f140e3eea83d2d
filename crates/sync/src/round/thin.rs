//! What a snapshot replaced that all have heard of: it is not brought to a place that has the snapshot, and its writer takes it out.

use std::collections::BTreeSet;

use satchel_bundle::replica::Replica;
use satchel_types::BlobName;

use super::{Going, RoundError};
use crate::lock;

/// Behind a place's name: what was taken out of it once. Whoever brings it again does not know better, and is let be.
const TAKEN_OUT: &str = " taken out";
/// How many objects one round takes out of a place, at most.
const AT_MOST: usize = 256;

impl Going<'_> {
    /// Returns the kept objects that a snapshot holds which the place lists, and that it can do without.
    pub(super) fn left_away(&self, replica: &Replica) -> BTreeSet<BlobName> {
        let left_away = replica.left_away(self.round.now_ms).into_iter();
        left_away
            .filter(|replaced| {
                let by = replica.name_of(&replaced.by);
                by.is_some_and(|by| {
                    self.listed.contains_key(&by) && !self.memory.is_torn(self.round.place, &by)
                })
            })
            .filter_map(|replaced| replica.name_of(&replaced.object))
            .collect()
    }

    /// Takes this device's own objects out of the place that a snapshot replaced which is there, whole. What others wrote is
    /// theirs to take out. A place that fails keeps them, and the next round goes on.
    pub(super) async fn thin_out(&mut self, there: &BTreeSet<BlobName>) -> Result<(), RoundError> {
        let noted = format!("{}{TAKEN_OUT}", self.round.place);
        let once = self.round.keep.marks(&noted).await?;
        let out: Vec<BlobName> = {
            let replica = lock(self.replica);
            let removable = replica.removable(self.round.now_ms).into_iter();
            removable
                .filter(|replaced| {
                    let by = replica.name_of(&replaced.by);
                    by.is_some_and(|by| there.contains(&by))
                })
                .filter_map(|replaced| replica.name_of(&replaced.object))
                .filter(|name| self.listed.contains_key(name) && !once.contains(name))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .take(AT_MOST)
                .collect()
        };
        let mut gone = Vec::new();
        for name in out {
            if self.is_stopped() {
                break;
            }
            match self.round.store.remove(&name).await {
                Ok(()) => {
                    self.failed_in_a_row = 0;
                    self.report.own.remove(&name);
                    gone.push(name);
                }
                Err(error) => {
                    self.failed(&error);
                }
            }
        }
        if !gone.is_empty() {
            self.report.thinned = gone.len();
            self.round.keep.mark(self.round.place, &[], &gone).await?;
            self.round.keep.mark(&noted, &gone, &[]).await?;
        }
        Ok(())
    }
}
