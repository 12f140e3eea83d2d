//! Payments that are being prepared, and the coins they reserve.

use std::collections::BTreeSet;

use satchel_types::DeviceId;

use super::Coin;

/// How far a payment has come. It only moves forward: what the network may have seen outweighs
/// what its owner wanted later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Stage {
    /// Can be changed, dropped, signed.
    Draft = 0,
    /// Its coins are kept for it for a while.
    Reserved = 1,
    /// Signed, at least in part.
    Signed = 2,
    /// Its owner gave it up before anybody else had it.
    GivenUp = 3,
    /// Handed to a server.
    Broadcast = 4,
    /// Another transaction took its coins.
    Replaced = 5,
    /// In a block.
    Confirmed = 6,
}

impl Stage {
    /// Reads the number that is written.
    pub fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Draft,
            1 => Self::Reserved,
            2 => Self::Signed,
            3 => Self::GivenUp,
            4 => Self::Broadcast,
            5 => Self::Replaced,
            6 => Self::Confirmed,
            _ => return None,
        })
    }

    /// Returns whether the payment is not decided yet, so that its coins are spoken for.
    pub fn is_open(self) -> bool {
        self < Self::GivenUp
    }
}

/// A payment that is being prepared, named by its wallet and its unsigned transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Payment {
    /// How far it has come.
    pub stage: Stage,
    /// Until when its coins are kept for it, in seconds since 1970.
    pub reserved_until: u64,
    /// Devices that worked on it.
    pub devices: BTreeSet<DeviceId>,
    /// The coins it spends.
    pub coins: BTreeSet<Coin>,
    /// The PSBTs (BIP-0174) of its unsigned transaction, each with what some device added. None
    /// once it is decided.
    pub psbts: BTreeSet<Vec<u8>>,
}

impl Payment {
    /// Joins what another device knows of the same payment; returns whether anything changed.
    pub fn join(&mut self, other: Self) -> bool {
        let before = (
            self.stage,
            self.reserved_until,
            self.devices.len(),
            self.coins.len(),
            self.psbts.len(),
        );
        self.stage = self.stage.max(other.stage);
        self.reserved_until = self.reserved_until.max(other.reserved_until);
        self.devices.extend(other.devices);
        self.coins.extend(other.coins);
        self.psbts.extend(other.psbts);
        self.shed();
        before
            != (
                self.stage,
                self.reserved_until,
                self.devices.len(),
                self.coins.len(),
                self.psbts.len(),
            )
    }

    /// Returns it without what its stage no longer needs.
    pub(super) fn normal(mut self) -> Self {
        self.shed();
        self
    }

    fn shed(&mut self) {
        if !self.stage.is_open() {
            self.psbts.clear();
        }
    }
}
