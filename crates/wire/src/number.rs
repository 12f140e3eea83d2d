//! Numbers that are safe in JavaScript.

use bitcoin::Amount;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use specta::Type;

/// Whole satoshis, at most 2.1 × 10¹⁵: below 2⁵³, so a JavaScript number holds it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Type)]
#[specta(transparent)]
pub struct Sats(#[specta(type = u32)] u64);

impl Sats {
    /// Returns the amount.
    pub fn to_amount(self) -> Amount {
        Amount::from_sat(self.0)
    }
}

impl From<Amount> for Sats {
    fn from(amount: Amount) -> Self {
        Self(amount.to_sat())
    }
}

impl Serialize for Sats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Sats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sats = u64::deserialize(deserializer)?;
        if sats > Amount::MAX_MONEY.to_sat() {
            return Err(D::Error::invalid_value(
                Unexpected::Unsigned(sats),
                &"at most 21 million BTC",
            ));
        }
        Ok(Self(sats))
    }
}

/// A fee rate in sat/vB with at most three decimals.
///
/// It crosses as a JSON number made from whole thousandths, and is read back to the nearest
/// thousandth: a rate, never an amount, so that no money passes through a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Type)]
#[specta(transparent)]
pub struct FeeRate(#[specta(type = u32)] u64);

impl FeeRate {
    /// Makes a rate of what a node told in satoshis per 1,000 vB, which may be any.
    pub(crate) fn of_node(sat_per_kvb: u64) -> Self {
        // Below 2^53 thousandths, so that the number is exact.
        Self(sat_per_kvb.min(1 << 50))
    }

    /// Returns thousandths of sat/vB.
    pub const fn sat_per_kvb(self) -> u64 {
        self.0
    }
}

impl From<satchel_types::FeeRate> for FeeRate {
    fn from(rate: satchel_types::FeeRate) -> Self {
        Self(rate.sat_per_kvb())
    }
}

impl TryFrom<FeeRate> for satchel_types::FeeRate {
    type Error = satchel_types::FeeRateError;

    fn try_from(rate: FeeRate) -> Result<Self, Self::Error> {
        Self::from_sat_per_kvb(rate.0)
    }
}

impl Serialize for FeeRate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1000) {
            serializer.serialize_u64(self.0 / 1000)
        } else {
            // Exact to the printed thousandth: the integers involved are far below 2^53.
            serializer.serialize_f64(self.0 as f64 / 1000.0)
        }
    }
}

impl<'de> Deserialize<'de> for FeeRate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rate = f64::deserialize(deserializer)?;
        let highest = satchel_types::FeeRate::MAX_SAT_PER_VB as f64;
        if !rate.is_finite() || rate < 0.0 || rate > highest {
            return Err(D::Error::invalid_value(
                Unexpected::Float(rate),
                &"a fee rate in sat/vB",
            ));
        }
        Ok(Self((rate * 1000.0).round() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_all_money_is_refused() {
        assert!(serde_json::from_str::<Sats>("2100000000000000").is_ok());
        for text in ["2100000000000001", "-1", "1.5", "\"1\"", "1e3"] {
            assert!(
                serde_json::from_str::<Sats>(text).is_err(),
                "{text} must be refused"
            );
        }
    }

    #[test]
    fn a_fee_rate_keeps_its_thousandths() {
        for text in ["1", "1.5", "0.1", "12.345", "9999.999"] {
            let rate: FeeRate = serde_json::from_str(text).expect("a number");
            assert_eq!(serde_json::to_string(&rate).expect("a number"), text);
        }
    }
}
