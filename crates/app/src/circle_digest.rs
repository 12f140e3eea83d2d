//! What this device knows of what its circle shares, in a few bytes: two devices with the same know the same.

use satchel_bundle::state::Counts;
use satchel_types::{CircleId, DeviceId};

use crate::access_error::AccessError;
use crate::session::App;

/// What is known, as what can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleDigest {
    /// The circle.
    pub circle: CircleId,
    /// Hash of the state as a snapshot writes it (`docs/formats/bundle-v1.md`).
    pub state: [u8; 32],
    /// How much that is.
    pub counts: Counts,
    /// The devices that belong, ascending.
    pub members: Vec<DeviceId>,
    /// The epoch whose keys are in use; `None`: no keys are known.
    pub epoch: Option<u32>,
    /// Objects that this device took in.
    pub objects: usize,
    /// Objects that others name and nobody brought.
    pub missing: usize,
    /// Objects that do not count because their writer was removed.
    pub left_out: usize,
}

impl App {
    /// Returns what is known of what is shared; `None`: this device shares with no others.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn circle_digest(&self) -> Result<Option<CircleDigest>, AccessError> {
        let open = self.open()?;
        let Some(circle) = open.shared.circle() else {
            return Ok(None);
        };
        let replica = circle.replica();
        let mut members: Vec<_> = replica.roster().members().map(|one| one.id).collect();
        members.sort_unstable();
        Ok(Some(CircleDigest {
            circle: replica.circle(),
            state: replica.state().digest(),
            counts: replica.state().counts(),
            members,
            epoch: replica.roster().current().map(|(epoch, _)| epoch),
            objects: replica.objects().count(),
            missing: replica.missing().len(),
            left_out: replica.left_out().count(),
        }))
    }
}
