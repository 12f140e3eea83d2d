//! Limits on what may leave.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::number::Sats;

/// What may leave, fees included; none: any amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// With one payment.
    pub per_payment: Option<Sats>,
    /// Within 24 hours, from all wallets of a network.
    pub per_day: Option<Sats>,
}

impl From<satchel_app::limits::Limits> for Limits {
    fn from(limits: satchel_app::limits::Limits) -> Self {
        Self {
            per_payment: limits.per_payment.map(Sats::from),
            per_day: limits.per_day.map(Sats::from),
        }
    }
}

impl From<Limits> for satchel_app::limits::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            per_payment: limits.per_payment.map(Sats::to_amount),
            per_day: limits.per_day.map(Sats::to_amount),
        }
    }
}
