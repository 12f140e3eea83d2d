//! Who shares with this device, and what of it is not settled.

use bitcoin::Network;
use satchel_bundle::replica::Replica;
use satchel_bundle::state::Space;
use satchel_types::{CircleId, DeviceId, PublicDescriptors, ScriptType, Timestamp, WalletId};
use satchel_wallet::first_addresses;

use crate::access_error::AccessError;
use crate::circle::name_key;
use crate::session::App;
use crate::unready::unready;

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
    /// Whether it may hold seeds: it was given keys, or founded the circle.
    pub seeds: bool,
    /// Wallets whose keys it holds, as it says itself or whoever gave them says; also such as are not here.
    pub holds: Vec<HeldKeys>,
    /// When it was added, by the clock of the device that added it.
    pub added_at: Timestamp,
    /// The latest moment it wrote something that arrived here, by its own clock.
    pub last_seen: Option<Timestamp>,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
    /// Whether it was added here and never said that it stored its place: it may have vanished in the last step.
    pub unready: bool,
    /// Whether it is another than the one that is asked and goes on as two: it was restored from an older copy of itself, or
    /// copied.
    pub as_two: bool,
    /// Whether it has said that it has everything that was written here; `None`: it is the one that is asked, was removed, or
    /// nothing that it wrote arrived here.
    pub heard: Option<bool>,
}

/// A wallet whose keys a device holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKeys {
    /// Its id.
    pub wallet: WalletId,
    /// What it is called.
    pub name: Option<String>,
}

/// A wallet that is shared: one that others offer, or one that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedWallet {
    /// Its id.
    pub id: WalletId,
    /// What it is called.
    pub name: Option<String>,
    /// Its network.
    pub network: Network,
    /// Its kind of addresses.
    pub script_type: ScriptType,
    /// Its first receive address, to be compared on two devices; `None`: its descriptors are none that this
    /// version can watch.
    pub first_address: Option<String>,
}

/// The circle, as this device knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleView {
    /// Its id.
    pub id: CircleId,
    /// Whether this device decides who belongs.
    pub owner: bool,
    /// The devices by the time they were added; within the same second by name, which is the same on each device.
    pub devices: Vec<DeviceView>,
    /// Wallets that wait to be taken in here.
    pub offered: Vec<OfferedWallet>,
    /// Wallets that are here, and that other devices are offered.
    pub shared: Vec<OfferedWallet>,
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
        let unready = unready(&*open.store, &replica)?;
        let seconds = |ms: u64| Timestamp::from_secs(ms / 1000);
        let mut devices: Vec<DeviceView> = replica
            .roster()
            .devices()
            .map(|device| (device, circle.name_of(&replica, device.id)))
            .map(|(device, (name, system))| DeviceView {
                id: device.id,
                name,
                system,
                this: device.id == replica.device(),
                seeds: device.seeds,
                holds: holds(&replica, device.id)
                    .into_iter()
                    .map(|wallet| HeldKeys {
                        name: replica.state().value(&name_key(wallet)).map(str::to_owned),
                        wallet,
                    })
                    .collect(),
                added_at: Timestamp::from_secs(device.added_at),
                last_seen: replica.last_seen(device.id).map(seconds),
                removed_at: replica
                    .roster()
                    .removed(device.id)
                    .map(|removed| Timestamp::from_secs(removed.at)),
                unready: unready.contains(&device.id),
                // Of itself this one is told when it sees it.
                as_two: device.id != replica.device()
                    && replica.roster().removed(device.id).is_none()
                    && replica.goes_on_as_two(device.id),
                heard: replica.has_heard(device.id).filter(|_| {
                    device.id != replica.device() && replica.roster().removed(device.id).is_none()
                }),
            })
            .collect();
        devices.sort_by(|a, b| (a.added_at, &a.name, a.id).cmp(&(b.added_at, &b.name, b.id)));
        let state = replica.state();
        let (shared, offered) = state
            .wallets()
            .map(|shared| OfferedWallet {
                id: shared.id,
                name: state.value(&name_key(shared.id)).map(str::to_owned),
                network: shared.network,
                script_type: shared.script_type,
                first_address: first_address(&shared.descriptors, shared.network),
            })
            .partition(|shared| here.iter().any(|record| record.id == shared.id));
        let conflicts = crate::conflicts::open(&replica).count();
        let record = circle.record();
        Ok(Some(CircleView {
            id: record.id,
            owner: record.sealed_owner.is_some(),
            devices,
            offered,
            shared,
            conflicts,
        }))
    }
}

/// Returns the wallets whose keys a device holds or held. That somebody took back that it does says nothing.
pub(crate) fn holds(replica: &Replica, device: DeviceId) -> Vec<WalletId> {
    let said = replica
        .state()
        .values_of(Space::DEVICE_HOLDS, device.as_bytes());
    said.filter_map(|(key, _)| Some(WalletId::from_bytes(key.field.as_slice().try_into().ok()?)))
        .collect()
}

fn first_address(descriptors: &PublicDescriptors, network: Network) -> Option<String> {
    let first = first_addresses(descriptors, network, 1).ok()?;
    Some(first.first()?.to_string())
}
