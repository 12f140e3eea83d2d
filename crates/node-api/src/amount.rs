//! Numbers of JSON without floats.
//!
//! A node writes amounts as decimal numbers of bitcoin. They are read digit by digit from the text of the reply.

use std::fmt;

use bitcoin::Amount;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Longest number that is looked at, in characters.
const LONGEST: usize = 64;

/// An amount that a node wrote in bitcoin, such as `0.00012345` or `1.2e-5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Btc(pub Amount);

/// A fee rate that a node wrote in bitcoin per 1,000 vB; held in satoshis per 1,000 vB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct BtcPerKvb(pub u64);

/// A number that is no money, such as a difficulty, as the node wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal(String);

impl Decimal {
    /// Returns the number's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number in millionths, rounded down and at most `u32::MAX`; what is below 0 is 0.
    pub fn ppm(&self) -> u32 {
        let millionths = scaled(&self.0, 6, Rest::Dropped).unwrap_or(0);
        u32::try_from(millionths).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What happens to digits behind the last place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Any of them that is not 0 makes the number unreadable.
    Refused,
    /// They are dropped.
    Dropped,
}

/// Reads a JSON number as an integer of its 10^-`places`. `None`: it is negative, has more places, or is too large.
fn scaled(text: &str, places: i32, rest: Rest) -> Option<u64> {
    if text.len() > LONGEST {
        return None;
    }
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    if !(-60..=60).contains(&exponent) {
        return None;
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if whole.is_empty() || number.ends_with('.') || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // The value is `digits` with the point behind `point` of them, counted in the wanted unit.
    let point = i32::try_from(whole.len()).ok()? + exponent + places;
    let kept = usize::try_from(point).unwrap_or(0);
    let mut value: u64 = 0;
    for i in 0..kept {
        let digit = digits.get(i).map_or(0, |digit| u64::from(digit - b'0'));
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    let dropped = digits.iter().skip(kept).any(|digit| *digit != b'0');
    match rest {
        Rest::Refused if dropped => None,
        _ => Some(value),
    }
}

/// Reads an amount in bitcoin exactly. `None`: it is negative, has parts of a satoshi, or is more than there will be.
pub fn satoshis(text: &str) -> Option<Amount> {
    let sats = scaled(text, 8, Rest::Refused)?;
    (sats <= Amount::MAX_MONEY.to_sat()).then(|| Amount::from_sat(sats))
}

/// Writes an amount in bitcoin, as a node reads it.
pub fn btc(amount: Amount) -> String {
    let sats = amount.to_sat();
    format!("{}.{:08}", sats / 100_000_000, sats % 100_000_000)
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<RawValue>, D::Error> {
    Box::<RawValue>::deserialize(deserializer)
}

impl<'de> Deserialize<'de> for Btc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = number(deserializer)?;
        let amount = satoshis(raw.get()).ok_or_else(|| D::Error::custom("no amount"))?;
        Ok(Self(amount))
    }
}

impl<'de> Deserialize<'de> for BtcPerKvb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = number(deserializer)?;
        let amount = satoshis(raw.get()).ok_or_else(|| D::Error::custom("no fee rate"))?;
        Ok(Self(amount.to_sat()))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = number(deserializer)?;
        let text = raw.get();
        let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if !is_number || text.len() > LONGEST {
            return Err(D::Error::custom("no number"));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_in_every_form_of_json() {
        for (text, sats) in [
            ("0", 0),
            ("0.00000000", 0),
            ("0.00000001", 1),
            ("1e-8", 1),
            ("1E-08", 1),
            ("50.00000000", 5_000_000_000),
            ("5e1", 5_000_000_000),
            ("20999999.9769", 2_099_999_997_690_000),
            ("21000000", 2_100_000_000_000_000),
            ("0.1230000000000", 12_300_000),
        ] {
            assert_eq!(satoshis(text), Some(Amount::from_sat(sats)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "-1",
            "-0.1",
            "0.000000001",
            "1e-9",
            "21000000.00000001",
            "1e99",
            "1e20",
            "\"1\"",
            "null",
            "",
            ".5",
            "1.",
            "1.2.3",
            "1e",
            "0x1",
            "99999999999999999999999999",
        ] {
            assert_eq!(satoshis(text), None, "{text}");
        }
    }

    #[test]
    fn progress_is_told_in_millionths() {
        let ppm = |text: &str| {
            serde_json::from_str::<Decimal>(text)
                .map(|number| number.ppm())
                .ok()
        };
        assert_eq!(ppm("1"), Some(1_000_000));
        assert_eq!(ppm("0.9999999999"), Some(999_999));
        assert_eq!(ppm("3.2e-7"), Some(0));
        assert_eq!(ppm("-0.5"), Some(0));
        assert_eq!(ppm("\"1\""), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_the_same(sats in 0..=2_100_000_000_000_000_u64) {
            let amount = Amount::from_sat(sats);
            prop_assert_eq!(satoshis(&btc(amount)), Some(amount));
            let read: Btc = serde_json::from_str(&btc(amount)).expect("a number");
            prop_assert_eq!(read.0, amount);
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = satoshis(&text);
        }
    }
}
