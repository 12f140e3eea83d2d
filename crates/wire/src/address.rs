//! Addresses.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Sats;

/// Receive or change side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Addresses given to others.
    #[default]
    Receive,
    /// Addresses that change goes to.
    Change,
}

impl From<satchel_types::ChainSide> for Side {
    fn from(side: satchel_types::ChainSide) -> Self {
        match side {
            satchel_types::ChainSide::Receive => Self::Receive,
            satchel_types::ChainSide::Change => Self::Change,
        }
    }
}

impl From<Side> for satchel_types::ChainSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Receive => Self::Receive,
            Side::Change => Self::Change,
        }
    }
}

/// Asks for a page of addresses, newest index first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct AddressQuery {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// Which side.
    pub side: Side,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500.
    pub limit: Option<u32>,
    /// Only unused ones.
    pub unused_only: bool,
}

/// Asks for a fresh receive address.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct GenerateAddressRequest {
    /// Made by the caller for this one intent. Sent twice, it returns the same address.
    pub request_id: String,
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// A label for it.
    pub label: Option<String>,
}

/// An address of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Address {
    /// The address.
    pub address: String,
    /// Which side.
    pub side: Side,
    /// Index of its key.
    pub index: u32,
    /// Whether it was ever paid to.
    pub used: bool,
    /// All it ever received.
    pub received: Sats,
    /// How many payments.
    pub payments: u32,
    /// Its label.
    pub label: Option<String>,
    /// Names of other devices that may show it too.
    pub maybe_on: Vec<String>,
    /// `bitcoin:` link (BIP-0021).
    pub uri: String,
}

impl From<satchel_types::AddressRow> for Address {
    fn from(row: satchel_types::AddressRow) -> Self {
        Self {
            uri: format!("bitcoin:{}", row.address),
            address: row.address,
            side: row.side.into(),
            index: row.index,
            used: row.used,
            received: row.received.into(),
            payments: row.payments,
            label: row.label,
            maybe_on: row.maybe_on,
        }
    }
}

/// One page of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AddressPage {
    /// The rows.
    pub addresses: Vec<Address>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// Rows of the whole list.
    #[specta(type = u32)]
    pub total: u64,
}
