//! Limits on what may leave.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::number::Sats;

/// What may leave, fees included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// With one payment; none: any amount.
    pub per_payment: Option<Sats>,
    /// Within 24 hours, from all wallets of a network; none: any amount.
    pub per_day: Option<Sats>,
    /// With one payment that a keychain which asks for presence each time proves in place of the
    /// passphrase; none: nothing.
    pub by_presence: Option<Sats>,
}

impl From<satchel_app::spending_limits::Limits> for Limits {
    fn from(limits: satchel_app::spending_limits::Limits) -> Self {
        Self {
            per_payment: limits.per_payment.map(Sats::from),
            per_day: limits.per_day.map(Sats::from),
            by_presence: limits.by_presence.map(Sats::from),
        }
    }
}

impl From<Limits> for satchel_app::spending_limits::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            per_payment: limits.per_payment.map(Sats::to_amount),
            per_day: limits.per_day.map(Sats::to_amount),
            by_presence: limits.by_presence.map(Sats::to_amount),
        }
    }
}
