//! Addresses that were handed out.

use bitcoin::{Amount, ScriptBuf};

use crate::{ChainSide, PageSize};

/// An address of this wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRow {
    /// Receive or change side.
    pub side: ChainSide,
    /// Index of its key.
    pub index: u32,
    /// The address.
    pub address: String,
    /// Its script.
    pub script: ScriptBuf,
    /// Whether a live transaction ever paid to it.
    pub used: bool,
    /// All that live transactions ever paid to it.
    pub received: Amount,
    /// How many live transactions paid to it.
    pub payments: u32,
    /// The owner's label; filled in when read, ignored when written.
    pub label: Option<String>,
    /// Names of other devices that may show it too; filled in by the use case.
    pub maybe_on: Vec<String>,
}

/// What to list of the addresses, newest index first.
#[derive(Debug, Clone)]
pub struct AddressQuery {
    /// Which side.
    pub side: ChainSide,
    /// From [`crate::Page::next`].
    pub after: Option<String>,
    /// Rows a page.
    pub size: PageSize,
    /// Only unused ones.
    pub unused_only: bool,
}
