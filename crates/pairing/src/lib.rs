//! How a new device reaches one that holds the wallet, is known to be the one meant, and is given its
//! place in the circle. Written down in `docs/formats/pairing-v1.md`; why, in ADR 0016.
//!
//! The one that holds the wallet is the [`host`], the new one the [`guest`]. Both are steps that are used
//! up when they are taken: bytes in, bytes out, and no way back. No IO, no clock, no randomness.

pub mod digits;
pub mod end;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod gift;
pub mod guest;
pub mod host;
pub mod invitation;
pub mod message;
mod session;
pub mod words;

pub use digits::Digits;
pub use end::{EndReason, Failed, PairingFault};
pub use gift::Gift;
pub use guest::Guest;
pub use host::Host;
pub use invitation::{Invitation, InvitationError};
pub use message::{Admission, MAX_SEEN, Named, Request, SeenInPlaces};
pub use words::{PairingWords, WordsError};

/// Seconds for which an invitation is good.
pub const GOOD_FOR: u64 = 120;
/// Seconds that the clocks of two devices may differ before a guest thinks that an invitation is too old.
pub const CLOCKS_DIFFER: u64 = 300;

#[cfg(test)]
mod tests;
