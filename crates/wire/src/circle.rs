//! Who shares with this device, and where they meet.

use satchel_app::circle_digest::CircleDigest;
use satchel_app::circle_status::{CircleView, DeviceView, OfferedWallet};
use satchel_app::sync_circle::CircleRound;
use satchel_types::{PlaceAddress, PlaceRecord};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::IpcError;
use crate::wallet::{Network, ScriptType};

/// A device of the circle. Moments are seconds since 1970, by the clock of whoever noted them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Device {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its system.
    pub system: String,
    /// Whether it is this one.
    pub this: bool,
    /// Whether it may hold keys: it was given some, or was the first.
    pub seeds: bool,
    /// Wallets whose keys it holds, by name, or by id where they have none.
    pub holds: Vec<String>,
    /// When it was added.
    #[specta(type = u32)]
    pub added_at: u64,
    /// The latest moment it wrote something that arrived here.
    #[specta(type = Option<u32>)]
    pub last_seen: Option<u64>,
    /// When it was removed.
    #[specta(type = Option<u32>)]
    pub removed_at: Option<u64>,
    /// Whether it was added here and never said that it is ready: it may have vanished in the last step.
    pub unready: bool,
    /// Whether it is another than this one and goes on as two: it was restored from a backup, or copied.
    pub as_two: bool,
    /// Whether it has said that it has everything that was written on this device; none where that is not known.
    pub heard: Option<bool>,
}

/// A wallet that other devices share and that is not on this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Offered {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// Its network.
    pub network: Network,
    /// Its kind of addresses.
    pub script_type: ScriptType,
    /// Its first receive address, to be compared on two devices; none: this version cannot watch it.
    pub first_address: Option<String>,
}

/// The circle, as this device knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Circle {
    /// Its id; none: this device shares with no others.
    pub id: Option<String>,
    /// Whether this device decides who belongs.
    pub owner: bool,
    /// The devices, in the order in which they were added.
    pub devices: Vec<Device>,
    /// Wallets that wait to be taken in here.
    pub offered: Vec<Offered>,
    /// Wallets that are here, and that other devices are offered.
    pub shared: Vec<Offered>,
    /// How many values two devices wrote without knowing of each other.
    pub conflicts: u32,
}

/// What this device knows of what its circle shares: two devices of which `state` is the same know the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Digest {
    /// The circle's id.
    pub circle: String,
    /// Hash of the state as a snapshot writes it, in hex.
    pub state: String,
    /// Wallets.
    pub wallets: u32,
    /// Labels, names and other values, also deleted ones.
    pub values: u32,
    /// Coins that are locked.
    pub locked: u32,
    /// Addresses that were handed out.
    pub addresses: u32,
    /// Addresses that devices set aside.
    pub leases: u32,
    /// Payments.
    pub payments: u32,
    /// What only newer versions know.
    pub opaque: u32,
    /// Ids of the devices that belong.
    pub members: Vec<String>,
    /// The epoch whose keys are in use.
    pub epoch: Option<u32>,
    /// Objects that this device took in.
    pub objects: u32,
    /// Objects that others name and nobody brought so far.
    pub missing: u32,
    /// Objects that do not count because their writer was removed.
    pub left_out: u32,
}

/// The circle, and what the owner of this device should be told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CircleStatus {
    /// The circle.
    pub circle: Circle,
    /// When it was seen that a copy of this device goes on, or that it was restored from an older copy, in seconds
    /// since 1970. None: it was not, or its owner knows.
    #[specta(type = Option<u32>)]
    pub copied_at: Option<u64>,
    /// A device that decides who belongs should make new keys.
    pub keys_due: bool,
    /// Since when words bring back what the devices share, in seconds since 1970; none: there are none.
    #[specta(type = Option<u32>)]
    pub recovery_since: Option<u64>,
}

/// What kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A folder.
    Folder,
    /// A WebDAV server.
    Webdav,
    /// S3-compatible storage.
    S3,
}

/// A place where devices meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Place {
    /// Its id on this device.
    pub id: String,
    /// What kind.
    pub kind: PlaceKind,
    /// Where it is, for people.
    pub address: String,
    /// Who logs in there.
    pub user: Option<String>,
    /// When a round with it was last gone through, in seconds since 1970.
    #[specta(type = Option<u32>)]
    pub last_round_at: Option<u64>,
}

/// The places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlaceList {
    /// In the order in which they were added.
    pub places: Vec<Place>,
}

/// What a round with a place did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RoundReport {
    /// The place's id.
    pub place: String,
    /// Where it is, for people.
    pub address: String,
    /// Whether everything of this device was read back from there, and everything there was taken in.
    pub in_step: bool,
    /// Objects of others that were taken in.
    pub taken: u32,
    /// This device's objects that were read back from there.
    pub confirmed: u32,
    /// Such as the place does not have yet.
    pub pending: u32,
    /// Such as it is not known of.
    pub unknown: u32,
    /// Objects there that could not be taken in.
    pub passed_over: u32,
    /// Objects that the place had and lists no more.
    pub lost: u32,
    /// Objects that others speak of and nobody brought so far.
    pub missing: u32,
    /// The device that added this one had seen more in places than this one was shown so far: what it is called.
    pub less_than: Option<String>,
    /// A copy of this device went on under its name, or this one was restored from an older copy.
    pub copied: bool,
    /// A device that decides who belongs should make new keys.
    pub keys_due: bool,
    /// Why the round was not gone through to its end.
    pub stopped: Option<IpcError>,
}

/// Rounds, place by place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Rounds {
    /// One for each place.
    pub rounds: Vec<RoundReport>,
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(crate) fn moment(at: satchel_types::Timestamp) -> u64 {
    at.as_secs()
}

impl From<DeviceView> for Device {
    fn from(device: DeviceView) -> Self {
        Self {
            id: device.id.to_string(),
            name: device.name,
            system: device.system,
            this: device.this,
            seeds: device.seeds,
            holds: device
                .holds
                .into_iter()
                .map(|held| held.name.unwrap_or_else(|| held.wallet.to_string()))
                .collect(),
            added_at: moment(device.added_at),
            last_seen: device.last_seen.map(moment),
            removed_at: device.removed_at.map(moment),
            unready: device.unready,
            as_two: device.as_two,
            heard: device.heard,
        }
    }
}

impl From<OfferedWallet> for Offered {
    fn from(wallet: OfferedWallet) -> Self {
        Self {
            id: wallet.id.to_string(),
            name: wallet.name,
            network: wallet.network.into(),
            script_type: wallet.script_type.into(),
            first_address: wallet.first_address,
        }
    }
}

impl From<Option<CircleView>> for Circle {
    fn from(view: Option<CircleView>) -> Self {
        match view {
            None => Self {
                id: None,
                owner: false,
                devices: Vec::new(),
                offered: Vec::new(),
                shared: Vec::new(),
                conflicts: 0,
            },
            Some(view) => Self {
                id: Some(view.id.to_string()),
                owner: view.owner,
                devices: view.devices.into_iter().map(Device::from).collect(),
                offered: view.offered.into_iter().map(Offered::from).collect(),
                shared: view.shared.into_iter().map(Offered::from).collect(),
                conflicts: count(view.conflicts),
            },
        }
    }
}

impl From<CircleDigest> for Digest {
    fn from(digest: CircleDigest) -> Self {
        let state = digest.state.iter().map(|byte| format!("{byte:02x}"));
        Self {
            circle: digest.circle.to_string(),
            state: state.collect(),
            wallets: count(digest.counts.wallets),
            values: count(digest.counts.values),
            locked: count(digest.counts.locked),
            addresses: count(digest.counts.addresses),
            leases: count(digest.counts.leases),
            payments: count(digest.counts.payments),
            opaque: count(digest.counts.opaque),
            members: digest.members.iter().map(ToString::to_string).collect(),
            epoch: digest.epoch,
            objects: count(digest.objects),
            missing: count(digest.missing),
            left_out: count(digest.left_out),
        }
    }
}

impl From<PlaceRecord> for Place {
    fn from(record: PlaceRecord) -> Self {
        Self {
            id: record.id.to_string(),
            kind: match record.address {
                PlaceAddress::Folder(_) => PlaceKind::Folder,
                PlaceAddress::WebDav(_) => PlaceKind::Webdav,
                PlaceAddress::S3 { .. } => PlaceKind::S3,
            },
            address: record.address.to_string(),
            user: record.user,
            last_round_at: record.last_round_at.map(moment),
        }
    }
}

impl RoundReport {
    /// Makes the twin of a round with a place.
    pub fn new(place: &PlaceRecord, round: CircleRound) -> Self {
        Self {
            place: place.id.to_string(),
            address: place.address.to_string(),
            in_step: round.is_in_step(),
            taken: count(round.taken),
            confirmed: count(round.confirmed),
            pending: count(round.pending),
            unknown: count(round.unknown),
            passed_over: count(round.passed_over),
            lost: count(round.lost),
            missing: count(round.missing),
            less_than: round.less_than,
            copied: round.copied,
            keys_due: round.keys_due,
            stopped: round.stopped.map(IpcError::from),
        }
    }
}
