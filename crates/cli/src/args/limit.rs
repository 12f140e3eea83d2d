//! Limits of what may leave, as they are typed.

use super::AmountArg;

/// A limit or none.
#[derive(Debug, Clone, Copy)]
pub struct LimitArg(pub Option<bitcoin::Amount>);

impl std::str::FromStr for LimitArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" {
            return Ok(Self(None));
        }
        // The very amounts that can be paid, in the one form they are written in.
        match text.parse() {
            Ok(AmountArg::Sats(sats)) => Ok(Self(Some(bitcoin::Amount::from_sat(sats)))),
            Ok(AmountArg::All) | Err(_) => Err("whole satoshis, or `none`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_none_or_whole_satoshis_in_plain_digits() {
        let limit = |text: &str| text.parse::<LimitArg>().map(|limit| limit.0);
        assert_eq!(limit("none"), Ok(None));
        assert_eq!(
            limit("250000"),
            Ok(Some(bitcoin::Amount::from_sat(250_000)))
        );
        for text in [
            "",
            "all",
            "+5",
            "-5",
            "1.5",
            "1e3",
            " 5",
            "2100000000000001",
        ] {
            assert!(limit(text).is_err(), "{text:?}");
        }
    }
}
