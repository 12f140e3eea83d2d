//! What leaves a device encrypted: the bundle that the devices of one person keep each other in
//! step with, and the wallet file that export, import and backup carry.
//!
//! The bundle is a set of sealed objects ([`object`], [`keys`]) whose contents join to one [`state`];
//! a [`replica`] is what one device has taken in. It is written down in `docs/formats/bundle-v1.md`. The wallet file
//! is such objects in one [`container`] (`docs/formats/wallet-file-v2.md`): [`seal_container`] writes it, [`open`] reads it and
//! files of version 1 (`docs/formats/wallet-file-v1.md`).
//!
//! Pure: bytes in, values out, randomness as an argument. Any bytes may be given to whatever reads.

pub mod cbor;
pub mod container;
mod contents;
mod envelope;
#[cfg(fuzzing)]
pub mod fuzzing;
mod groups;
pub mod keys;
pub mod leases;
pub mod meeting;
pub mod object;
mod object_hash;
pub mod open;
pub mod replica;
pub mod seal;
pub mod state;
pub mod wallet_file;

pub use container::{Container, OpenedContainer, Part, seal_container};
pub use open::{OpenError, OpenedFile, open};
pub use seal::{SealError, seal};
pub use wallet_file::{PortableWallet, Prepared, WalletFile};

/// Largest wallet file in bytes, and so the most to read from a disk before [`open`]: room for
/// about half a million labels.
pub const MAX_FILE_LEN: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests;
