//! Rounds between what a device knows and the places where its circle leaves objects
//! (`docs/formats/bundle-v1.md`, ADR 0014).
//!
//! A [`round`] lists a place, takes in what is new there, keeps it, brings what the place lacks,
//! and reads back what it brought. [`load`] makes a device's picture of what it kept. Every place is alike: a
//! folder, a server, another device.
//!
//! # What must stay true
//!
//! * Nothing is told to be in a place that was not read back from it, with its hash.
//! * Nothing goes to a place before the keys that open it are there.
//! * An object that cannot be read is passed over and said; it never keeps others back.
//! * Nothing is removed from a place but one's own that a snapshot there holds and all have heard of; nothing in it is
//!   replaced but by the bytes of that name.
//! * A round may end at any wait: what was kept is kept, and the next round goes on.

mod load;
mod memory;
mod report;
pub mod round;

pub use load::{Loaded, load};
pub use memory::Memory;
pub use report::{Report, Standing, WhyNot};
pub use round::{Check, Progress, Round, RoundError, round, take_over};

use std::sync::{Mutex, MutexGuard, PoisonError};

use satchel_bundle::replica::Replica;

/// Looks at what a device knows. Never held across a wait.
fn lock(replica: &Mutex<Replica>) -> MutexGuard<'_, Replica> {
    replica.lock().unwrap_or_else(PoisonError::into_inner)
}
