//! Changes as they are written: groups of rows, a column for each part of a row.
//!
//! Columns, because what lies side by side is alike and packs well: ten thousand labels take a
//! quarter less than row by row.

pub(crate) mod columns;
mod read;
mod write;

pub(crate) use read::{ReadError, each_group, read_groups};
pub(crate) use write::write_groups;

/// Kinds of groups.
pub(crate) mod kind {
    pub(crate) const WALLETS: u8 = 1;
    pub(crate) const VALUES: u8 = 2;
    pub(crate) const LOCKS: u8 = 3;
    pub(crate) const UNLOCKS: u8 = 4;
    pub(crate) const REVEALED: u8 = 5;
    pub(crate) const LEASED: u8 = 6;
    pub(crate) const PAYMENTS: u8 = 7;
    pub(crate) const SEEDS: u8 = 8;
    pub(crate) const OWNER: u8 = 9;
    /// From here on a kind must be understood.
    pub(crate) const CRITICAL: u8 = 128;
}

/// Most rows in a group: more than the largest object has room for, so that what fits by its length is never too many.
pub(crate) const MAX_ROWS: usize = 2_000_000;
/// Most groups in a body: room for one of each space, and for years of kinds that only newer versions know.
pub(crate) const MAX_GROUPS: usize = 1_000_000;
/// Most devices, streams or coins that one row names.
pub(crate) const MAX_LIST: usize = 4_096;
/// Most PSBTs of one payment; each device adds one.
pub(crate) const MAX_PSBTS: usize = 64;
/// Largest version of a value. Beyond it clocks decide, so that a hostile device cannot write
/// what nobody can write over.
pub(crate) const MAX_VERSION: u64 = (1 << 53) - 1;

#[cfg(test)]
mod tests;
