//! How much of this device a place is known to have: what it wrote, and the keys that open it.

use std::collections::BTreeSet;

use satchel_types::{BlobName, PlaceId};

use crate::access_error::AccessError;
use crate::session::App;

/// How this device's objects stand at a place, as far as its rounds know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlaceStanding {
    /// Objects of this device, and keys, that were read back whole from there, and that it did not lose since the last round.
    pub confirmed: usize,
    /// Such that it does not have yet, as far as is known.
    pub pending: usize,
}

impl App {
    /// Returns how this device's objects stand at a place. The place is not asked: this is what the last rounds
    /// found, and what was written here since is pending.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn place_standing(&self, place: PlaceId) -> Result<PlaceStanding, AccessError> {
        let open = self.open()?;
        let Some(circle) = open.shared.circle() else {
            return Ok(PlaceStanding::default());
        };
        let kept = open.store.objects()?;
        let marked: BTreeSet<BlobName> =
            open.store.marks(&place.to_string())?.into_iter().collect();
        let replica = circle.replica();
        let mut standing = PlaceStanding::default();
        for object in kept {
            if !replica.is_to_bring(&object.name) {
                continue;
            }
            if marked.contains(&object.name) {
                standing.confirmed += 1;
            } else {
                standing.pending += 1;
            }
        }
        Ok(standing)
    }
}
