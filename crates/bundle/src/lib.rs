//! The encrypted wallet file: what export, import and backup carry.
//!
//! One door: [`seal`] and [`open`]. The inside will be replaced by a mergeable format; nothing
//! outside this room knows how the bytes are laid out. The format is written down in
//! `docs/formats/wallet-file-v1.md`.
//!
//! Pure: bytes in, values out, randomness as an argument. Any bytes may be given to [`open`].

mod cbor;
mod contents;
mod envelope;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod open;
pub mod seal;
pub mod wallet_file;

pub use open::{OpenError, open};
pub use seal::{SealError, seal};
pub use wallet_file::{PortableWallet, WalletFile};

/// Largest wallet file in bytes, and so the most to read from a disk before [`open`]: room for
/// about half a million labels.
pub const MAX_FILE_LEN: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests;
