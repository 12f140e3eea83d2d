//! Secrets as types, and the few ciphers that touch them.
//!
//! A secret here lies in pages of its own, kept out of swap and core dumps where the system allows
//! it, is wiped when dropped, built in place and read only through `expose`. It
//! has no `Clone`, `Copy`, `Display`, `PartialEq` or `Serialize`; `Debug` prints a placeholder.
//! No other room touches `zeroize`, `argon2` or a cipher crate.
//!
//! Everything is pure: randomness comes in as an argument.

pub mod aead;
pub mod bytes;
pub mod channel;
pub mod commit;
pub mod derive;
pub mod hash;
pub mod kdf;
mod locked;
pub mod noise;
pub mod passphrase;
pub mod scrub;
pub mod sign;
pub mod text;
pub mod wrap;

pub use bytes::{SecretBytes, SecretVec};
pub use passphrase::{Passphrase, PassphraseError};
pub use scrub::{scrub_stack_after, wipe};
pub use text::SecretText;
