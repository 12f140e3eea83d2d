//! The time of day.

use satchel_types::Timestamp;

/// Tells the time. Only `app` holds one; pure rooms take a [`Timestamp`].
pub trait Clock: Send + Sync {
    /// Returns the present moment.
    fn now(&self) -> Timestamp;
}
