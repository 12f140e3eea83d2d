//! Addresses as several devices hand them out.

use crate::{StreamId, Timestamp};

/// An address of the receive side that this device handed out while it shared with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOut {
    /// Index of its key.
    pub index: u32,
    /// When.
    pub at: Timestamp,
    /// It was not set aside for this device: another may show it too.
    pub unsure: bool,
}

/// An address of the receive side that this device asked to have for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Index of its key.
    pub index: u32,
    /// The stream in which this device said so. A copy of the device that goes on under another stream
    /// does not have it.
    pub stream: StreamId,
    /// The number of the object in it.
    pub seq: u64,
    /// Every other device is known to have heard of it, and none had asked before.
    pub confirmed: bool,
}
