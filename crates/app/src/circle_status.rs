//! Who shares with this device, and what of it is not settled.

use satchel_bundle::state::Space;
use satchel_types::{CircleId, DeviceId, Timestamp, WalletId};

use crate::circle::Circle;
use crate::session::{AccessError, App};

/// A device of the circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    /// Its id.
    pub id: DeviceId,
    /// What it is called.
    pub name: String,
    /// Its system.
    pub system: String,
    /// Whether it is the one that is asked.
    pub this: bool,
    /// Whether it may hold seeds.
    pub seeds: bool,
    /// When it was added, by the clock of the device that added it.
    pub added_at: Timestamp,
    /// The latest moment it wrote something that arrived here, by its own clock.
    pub last_seen: Option<Timestamp>,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}

/// A wallet that other devices share and that is not on this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedWallet {
    /// Its id.
    pub id: WalletId,
    /// What the others call it.
    pub name: Option<String>,
}

/// The circle, as this device knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleView {
    /// Its id.
    pub id: CircleId,
    /// Whether this device decides who belongs.
    pub owner: bool,
    /// The devices, in the order in which they were added.
    pub devices: Vec<DeviceView>,
    /// Wallets that wait to be taken in here.
    pub offered: Vec<OfferedWallet>,
    /// How many values two devices wrote without knowing of each other.
    pub conflicts: usize,
}

impl App {
    /// Returns the circle; `None`: this device shares with no others.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn circle(&self) -> Result<Option<CircleView>, AccessError> {
        let open = self.open()?;
        let Some(circle) = open.shared.circle() else {
            return Ok(None);
        };
        let here = open.store.wallets()?;
        let replica = circle.replica();
        let seconds = |ms: u64| Timestamp::from_secs(ms / 1000);
        let mut devices: Vec<DeviceView> = replica
            .roster()
            .devices()
            .map(|device| (device, Circle::name_of(&replica, device.id)))
            .map(|(device, (name, system))| DeviceView {
                id: device.id,
                name,
                system,
                this: device.id == replica.device(),
                seeds: device.seeds,
                added_at: Timestamp::from_secs(device.added_at),
                last_seen: replica.last_seen(device.id).map(seconds),
                removed_at: replica
                    .roster()
                    .removed(device.id)
                    .map(|removed| Timestamp::from_secs(removed.at)),
            })
            .collect();
        devices.sort_by_key(|device| (device.added_at, device.id));
        let state = replica.state();
        let offered = state
            .wallets()
            .filter(|shared| !here.iter().any(|record| record.id == shared.id))
            .map(|shared| OfferedWallet {
                id: shared.id,
                name: state
                    .value(&crate::circle::name_key(shared.id))
                    .map(str::to_owned),
            })
            .collect();
        let spaces = [
            Space::WALLET_NAME,
            Space::TX_LABEL,
            Space::ADDRESS_LABEL,
            Space::OUTPUT_LABEL,
            Space::DEVICE_NAME,
        ];
        let conflicts = spaces
            .into_iter()
            .flat_map(|space| state.values(space))
            .filter(|(_, register)| register.beside().next().is_some())
            .count();
        let record = circle.record();
        Ok(Some(CircleView {
            id: record.id,
            owner: record.sealed_owner.is_some(),
            devices,
            offered,
            conflicts,
        }))
    }
}
