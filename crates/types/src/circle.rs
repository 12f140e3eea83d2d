//! The circle of devices that share, as one device keeps it.

use crate::{CircleId, DeviceId, StreamId, Timestamp};

/// This device's place in its circle. A device belongs to at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleRecord {
    /// The circle.
    pub id: CircleId,
    /// The owner's public key: who belongs is signed by it.
    pub owner: [u8; 32],
    /// This device.
    pub device: DeviceId,
    /// Its stream for all devices.
    pub shared_stream: StreamId,
    /// Its stream for devices that may hold seeds.
    pub seeds_stream: StreamId,
    /// This device's secret keys, sealed under the vault's bundle key.
    pub sealed_keys: Vec<u8>,
    /// The owner's secret key, sealed under the vault's seed key; `None` on a device that does not
    /// hold it and so adds and removes nobody.
    pub sealed_owner: Option<Vec<u8>>,
    /// When this device founded or joined it.
    pub joined_at: Timestamp,
}
