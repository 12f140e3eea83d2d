//! Addresses as several devices hand them out.

use crate::{ChainSide, StreamId, Timestamp};

/// An address that this device handed out while it shared with others: showed, or let change go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOut {
    /// Which side of the wallet.
    pub side: ChainSide,
    /// Index of its key.
    pub index: u32,
    /// When.
    pub at: Timestamp,
    /// It was not set aside for this device: another may hand it out too.
    pub unsure: bool,
}

/// An address that this device asked to have for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Which side of the wallet.
    pub side: ChainSide,
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
