//! Devices that were added here and did not say that they stored their place in the circle.
//!
//! A device belongs from the moment its keys are wrapped for it, and stores its place after that. Where it vanished, or
//! this program ended, in between, the list has a device that may not exist: its owner is told so until something of it
//! arrives or it is removed.

use std::collections::BTreeSet;

use satchel_bundle::replica::Replica;
use satchel_ports::WalletStore;
use satchel_types::{Batch, DeviceId, Write};

use crate::access_error::AccessError;
use crate::circle::Circle;
use crate::open::Open;
use crate::session::App;

/// Key of the setting with their ids.
const UNREADY: &str = "circle.devices_unready";

/// Returns the devices that belong, of which nothing was heard since they were added here.
pub(crate) fn unready(
    store: &dyn WalletStore,
    replica: &Replica,
) -> Result<BTreeSet<DeviceId>, AccessError> {
    let noted = store.setting(UNREADY)?.unwrap_or_default();
    let mut unready: BTreeSet<DeviceId> = noted.split(',').flat_map(str::parse).collect();
    unready.retain(|id| {
        let belongs = replica.roster().members().any(|member| member.id == *id);
        belongs && replica.last_seen(*id).is_none()
    });
    Ok(unready)
}

impl App {
    /// Notes that a device is about to be added, and did not say yet that it is ready; or that it said so.
    pub(crate) fn note_ready(
        &self,
        open: &Open,
        circle: &Circle,
        device: DeviceId,
        ready: bool,
    ) -> Result<(), AccessError> {
        let before = unready(&*open.store, &circle.replica())?;
        let mut after = before.clone();
        if ready {
            after.remove(&device);
        } else {
            after.insert(device);
        }
        if after == before {
            return Ok(());
        }
        let ids: Vec<String> = after.iter().map(ToString::to_string).collect();
        open.store.apply(&Batch::from(Write::PutSetting {
            key: UNREADY.to_owned(),
            value: ids.join(","),
        }))?;
        Ok(())
    }
}
