//! What may leave.

use bitcoin::Amount;

/// What may leave, fees included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// With one payment; `None`: any amount.
    pub per_payment: Option<Amount>,
    /// Within 24 hours, from all wallets of a network; `None`: any amount.
    pub per_day: Option<Amount>,
    /// With one payment that a keychain which asks for presence at every reading proves in place of
    /// the passphrase; `None`: nothing. No other keychain proves a payment, whatever this says.
    pub by_presence: Option<Amount>,
}

impl Limits {
    /// Returns whether anything may leave under `self` that may not under `other`, or as easily.
    pub(crate) fn is_looser_than(&self, other: &Self) -> bool {
        self.lets_more_out_than(other) || self.by_presence > other.by_presence
    }

    /// Returns whether anything may leave under `self` that may not under `other`, however proven.
    pub(crate) fn lets_more_out_than(&self, other: &Self) -> bool {
        let looser = |mine: Option<Amount>, its: Option<Amount>| match (mine, its) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(mine), Some(its)) => mine > its,
        };
        looser(self.per_payment, other.per_payment) || looser(self.per_day, other.per_day)
    }
}
