//! Fee rates at the edge: thousandths of a satoshi per virtual byte.

use std::fmt;
use std::str::FromStr;

/// A fee rate in thousandths of sat/vB (which is sat/kvB, the unit of Bitcoin Core's own RPC
/// internals). Three decimals are as fine as any mempool tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeeRate(u64);

/// Why a text or number is no fee rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeeRateError {
    /// Not a decimal number with at most three decimals.
    #[error("a fee rate is a number of sat/vB with at most three decimals")]
    NotANumber,
    /// Below what any node relays, or above what anyone means to pay.
    #[error("a fee rate lies between 0.1 and {max} sat/vB")]
    OutOfRange {
        /// Highest allowed, in sat/vB.
        max: u64,
    },
}

impl FeeRate {
    /// Highest fee rate accepted, in sat/vB. A typing mistake beyond it is refused, not paid.
    pub const MAX_SAT_PER_VB: u64 = 10_000;
    /// Lowest fee rate accepted, in sat/kvB: what Bitcoin Core relays since version 30.
    pub const MIN_SAT_PER_KVB: u64 = 100;

    /// Makes a fee rate from sat/kvB.
    pub fn from_sat_per_kvb(rate: u64) -> Result<Self, FeeRateError> {
        if (Self::MIN_SAT_PER_KVB..=Self::MAX_SAT_PER_VB * 1000).contains(&rate) {
            Ok(Self(rate))
        } else {
            Err(FeeRateError::OutOfRange {
                max: Self::MAX_SAT_PER_VB,
            })
        }
    }

    /// Returns sat/kvB.
    pub const fn sat_per_kvb(self) -> u64 {
        self.0
    }

    /// Returns the fee of `vsize` vB, rounded up.
    pub const fn fee_for_vsize(self, vsize: u64) -> bitcoin::Amount {
        bitcoin::Amount::from_sat((self.0.saturating_mul(vsize)).div_ceil(1000))
    }

    /// Returns the library's rate in sat/kwu, rounded up so that a floor is kept.
    pub const fn to_bitcoin(self) -> bitcoin::FeeRate {
        bitcoin::FeeRate::from_sat_per_kwu(self.0.div_ceil(4))
    }

    /// Returns the rate that `fee` pays for `vsize` vB, rounded down; `None` for an empty size.
    pub fn of(fee: bitcoin::Amount, vsize: u64) -> Option<Self> {
        fee.to_sat().checked_mul(1000)?.checked_div(vsize).map(Self)
    }

    /// Returns the rate at which `vsize` vB come to pay `fee`: of those that do, one of the fewest decimals, as its owner
    /// will have asked for it. `None` for an empty size.
    pub fn that_pays(fee: bitcoin::Amount, vsize: u64) -> Option<Self> {
        let most = Self::of(fee, vsize)?;
        let rounded = [1000, 100, 10].map(|step| Self(most.0 / step * step));
        let pays = |rate: &Self| rate.fee_for_vsize(vsize) == fee;
        Some(rounded.into_iter().find(pays).unwrap_or(most))
    }
}

impl fmt::Display for FeeRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let text = format!("{whole}.{rest:03}");
        f.write_str(text.trim_end_matches('0'))
    }
}

impl FromStr for FeeRate {
    type Err = FeeRateError;

    /// Reads decimal sat/vB, such as `12` or `1.5`.
    fn from_str(text: &str) -> Result<Self, FeeRateError> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || rest.len() > 3 || !digits(whole) || !digits(rest)
        {
            return Err(FeeRateError::NotANumber);
        }
        if text.ends_with('.') {
            return Err(FeeRateError::NotANumber);
        }
        let whole: u64 = whole.parse().map_err(|_| FeeRateError::NotANumber)?;
        let rest: u64 = format!("{rest:0<3}")
            .parse()
            .map_err(|_| FeeRateError::NotANumber)?;
        Self::from_sat_per_kvb(whole * 1000 + rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_that_was_asked_for_is_found_again_by_what_is_paid() {
        for asked in [1000, 2000, 9500, 12_340, 100, 10_000_000] {
            for vsize in [141, 154, 209, 997] {
                let asked = FeeRate::from_sat_per_kvb(asked).expect("a rate");
                let fee = asked.fee_for_vsize(vsize);
                let found = FeeRate::that_pays(fee, vsize).expect("a size");
                assert_eq!(found.fee_for_vsize(vsize), fee, "{asked} for {vsize} vB");
                assert!(found.to_string().len() <= asked.to_string().len());
            }
        }
        let odd = |fee| FeeRate::that_pays(bitcoin::Amount::from_sat(fee), 5001);
        assert_eq!(odd(10_003).map(FeeRate::sat_per_kvb), Some(2000));
        assert_eq!(
            FeeRate::that_pays(bitcoin::Amount::from_sat(1), 0),
            None,
            "no size"
        );
    }

    #[test]
    fn decimal_text_round_trips() {
        for text in ["1", "1.5", "0.1", "2.25", "10000", "12.345"] {
            assert_eq!(
                text.parse::<FeeRate>().map(|r| r.to_string()).as_deref(),
                Ok(text)
            );
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "", ".", "1.", ".5", "1.2345", "-1", "1e3", "0", "0.099", "10001", "NaN", "١",
        ] {
            assert!(text.parse::<FeeRate>().is_err(), "{text:?} must be refused");
        }
    }

    #[test]
    fn a_fee_is_rounded_up() {
        let rate: FeeRate = "1.5".parse().expect("a rate");
        assert_eq!(rate.fee_for_vsize(141).to_sat(), 212);
    }
}
