//! Meeting another device by codes on two screens, with no place and no network between them.
//!
//! One device shows the ends of what it has, the other answers with the objects that it lacks, and the same the other way
//! round. What is shown is sealed as in any place; taking it in is the first half of a round.

use std::sync::Arc;

pub use satchel_bundle::meeting::MeetingError;
use satchel_bundle::meeting::{Heads, Met};
use satchel_ports::{KeepError, ObjectKeep};
use satchel_types::{DeviceId, WalletId};

use crate::access_error::AccessError;
use crate::circle::{Circle, StoreKeep};
use crate::session::App;
use crate::sync_circle::{CircleRound, SyncCircleError};

/// Why two devices did not meet.
#[derive(Debug, thiserror::Error)]
pub enum MeetError {
    /// The wallet cannot be reached, or what was shown could not be taken in.
    #[error(transparent)]
    Sync(#[from] SyncCircleError),
    /// What this device has cannot be read.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// What was shown cannot be read.
    #[error(transparent)]
    Read(#[from] MeetingError),
    /// It is of devices that share something else.
    #[error("this is of devices that share other wallets")]
    OtherCircle,
    /// This device showed it.
    #[error("this is this device's own code")]
    Own,
    /// The device that showed it does not belong to those that share, or not any more.
    #[error("this device does not belong to yours, or not any more")]
    NotAMember,
}

impl From<AccessError> for MeetError {
    fn from(error: AccessError) -> Self {
        Self::Sync(error.into())
    }
}

/// What another device lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Which.
    pub device: DeviceId,
    /// What it is called.
    pub name: String,
    /// How many objects it lacks; 0: it has everything that this device has.
    pub objects: usize,
    /// They, to be shown. `None`: there are none, or they are more than codes carry.
    pub shown: Option<Vec<u8>>,
}

/// What came of what another device showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetDevice {
    /// What it is called.
    pub name: String,
    /// What was taken in, and what was not.
    pub round: CircleRound,
    /// Wallets in which something changed.
    pub wallets: Vec<WalletId>,
}

impl App {
    /// Returns what this device shows first: the ends of what it has.
    ///
    /// # Errors
    /// When it is locked or shares with no others.
    pub fn own_heads(&self) -> Result<Vec<u8>, MeetError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(SyncCircleError::NotIn)?;
        let heads = circle.replica().told_heads();
        Ok(heads.write())
    }

    /// Returns what another device lacks that showed the ends of what it has.
    ///
    /// # Errors
    /// See [`MeetError`].
    pub async fn lacking(&self, heads: &[u8]) -> Result<Lacking, MeetError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(SyncCircleError::NotIn)?;
        let heads = Heads::read(heads)?;
        let name = member(&circle, heads.circle, heads.device)?;
        let names: Vec<_> = {
            let replica = circle.replica();
            let lacking = replica.lacking(&heads);
            let names = lacking.iter().map(|hash| replica.name_of(hash));
            names.flatten().collect()
        };
        let keep = StoreKeep::of(&circle, Arc::clone(open.shared.unshared()));
        let mut objects = Vec::with_capacity(names.len());
        for name in &names {
            match keep.get(name).await {
                Ok(object) => objects.push(object),
                // A snapshot holds what it said, or the next round fetches it.
                Err(KeepError::Gone) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let count = objects.len();
        let met = Met {
            circle: heads.circle,
            device: circle.record().device,
            objects,
        };
        let shown = met.write().filter(|_| count > 0);
        Ok(Lacking {
            device: heads.device,
            name,
            objects: count,
            shown,
        })
    }

    /// Takes in what another device showed. Showing it again changes nothing.
    ///
    /// # Errors
    /// See [`MeetError`].
    pub async fn take_met(&self, shown: &[u8]) -> Result<MetDevice, MeetError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(SyncCircleError::NotIn)?;
        let met = Met::read(shown)?;
        let name = member(&circle, met.circle, met.device)?;
        let (round, wallets) = self.take_over(&open, &circle, met.objects).await?;
        Ok(MetDevice {
            name,
            round,
            wallets: wallets.into_iter().collect(),
        })
    }
}

/// Returns what the device is called that showed something, if it belongs to those that share.
fn member(
    circle: &Circle,
    of: satchel_types::CircleId,
    device: DeviceId,
) -> Result<String, MeetError> {
    let (own_circle, own_device) = {
        let record = circle.record();
        (record.id, record.device)
    };
    if of != own_circle {
        return Err(MeetError::OtherCircle);
    }
    if device == own_device {
        return Err(MeetError::Own);
    }
    let replica = circle.replica();
    if !replica.roster().members().any(|member| member.id == device) {
        return Err(MeetError::NotAMember);
    }
    Ok(circle.name_of(&replica, device).0)
}
