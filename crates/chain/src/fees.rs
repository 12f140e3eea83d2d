//! Fee estimates.

use std::collections::BTreeMap;
use std::time::SystemTime;

use satchel_ports::ChainError;
use satchel_types::{FeeEstimates, FeeRate, Timestamp};
use serde_json::value::RawValue;

use crate::client::Asker;
use crate::json::Wrong;
use crate::limits;

/// What is told when the server has no estimates, as on a fresh regtest chain or right after its
/// node's start: 1 sat/vB, which nodes of all versions relay.
const WITHOUT_ESTIMATES: u64 = 1_000;
/// The waits told in that case.
const TARGETS: [u16; 9] = [1, 2, 3, 6, 12, 24, 144, 504, 1008];

/// Asks for estimates.
///
/// Esplora does not tell the lowest rate its node's mempool takes at the moment, so the floor is
/// the lowest that Bitcoin Core relays at all ([`FeeRate::MIN_SAT_PER_KVB`]).
pub(crate) async fn fee_estimates(ask: &Asker) -> Result<FeeEstimates, ChainError> {
    let map: BTreeMap<String, Box<RawValue>> =
        ask.get_json("/fee-estimates", limits::FEES_BYTES).await?;
    let targets = read(map.iter().map(|(k, v)| (k.as_str(), v.get())))
        .map_err(|e| ask.http().nonsense(e.0))?;
    let at = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    Ok(FeeEstimates {
        targets,
        at: Timestamp::from_secs(at),
    })
}

/// Sorts and checks estimates. Where a longer wait costs more than a shorter one, the shorter one
/// is raised to it: rather a little too much than stuck.
pub(crate) fn read<'a>(
    estimates: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<(u16, FeeRate)>, Wrong> {
    if estimates.len() > limits::FEES {
        return Err(Wrong("more fee estimates than allowed"));
    }
    let mut rates = BTreeMap::new();
    for (target, rate) in estimates {
        let target: u16 = target
            .parse()
            .ok()
            .filter(|target| *target > 0)
            .ok_or(Wrong("a fee estimate for no number of blocks"))?;
        let rate = sat_per_kvb(rate).ok_or(Wrong("a fee rate that is no number"))?;
        let rate = FeeRate::from_sat_per_kvb(rate.max(FeeRate::MIN_SAT_PER_KVB))
            .map_err(|_| Wrong("a fee rate that nobody pays"))?;
        rates.insert(target, rate);
    }
    if rates.is_empty() {
        let rate = FeeRate::from_sat_per_kvb(WITHOUT_ESTIMATES)
            .map_err(|_| Wrong("a fee rate that nobody pays"))?;
        return Ok(TARGETS.into_iter().map(|target| (target, rate)).collect());
    }
    let mut targets: Vec<(u16, FeeRate)> = rates.into_iter().collect();
    let mut least = None;
    for (_, rate) in targets.iter_mut().rev() {
        *rate = least.map_or(*rate, |least| (*rate).max(least));
        least = Some(*rate);
    }
    Ok(targets)
}

/// Reads a JSON number of sat/vB as sat/kvB, rounded up, without going through a float.
fn sat_per_kvb(text: &str) -> Option<u64> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    if !(-30..=30).contains(&exponent) || number.len() > 40 {
        return None;
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if whole.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // The value is `digits` with the decimal point after `point` of them, times a thousand.
    let point = i32::try_from(whole.len()).ok()? + exponent + 3;
    let kept = usize::try_from(point).unwrap_or(0);
    let mut rate: u64 = 0;
    for i in 0..kept {
        let digit = digits.get(i).map_or(0, |d| u64::from(d - b'0'));
        rate = rate.checked_mul(10)?.checked_add(digit)?;
    }
    let rest = digits
        .get(kept..)
        .is_some_and(|rest| rest.iter().any(|d| *d != b'0'));
    // A point left of all digits: whatever is there is less than one and more than nothing.
    let tiny = point < 0 && digits.iter().any(|d| *d != b'0');
    rate.checked_add(u64::from(rest || tiny))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rates(pairs: &[(&str, &str)]) -> Result<Vec<(u16, u64)>, Wrong> {
        let read = read(pairs.iter().copied())?;
        Ok(read
            .into_iter()
            .map(|(t, r)| (t, r.sat_per_kvb()))
            .collect())
    }

    #[test]
    fn decimals_are_read_exactly_and_rounded_up() {
        for (text, kvb) in [
            ("1", 1_000),
            ("1.0", 1_000),
            ("87.882", 87_882),
            ("0.1", 100),
            ("1.0001", 1_001),
            ("2.9999999", 3_000),
            ("1e1", 10_000),
            ("1.5e-1", 150),
            ("1E+2", 100_000),
            ("1e-7", 1),
            ("0.0", 0),
            ("0e5", 0),
        ] {
            assert_eq!(sat_per_kvb(text), Some(kvb), "{text}");
        }
        for text in [
            "-1",
            "\"1\"",
            "null",
            "",
            ".5",
            "1e99",
            "1.2.3",
            "99999999999999999999999",
        ] {
            assert_eq!(sat_per_kvb(text), None, "{text}");
        }
    }

    #[test]
    fn rates_never_rise_with_the_wait() {
        assert_eq!(
            rates(&[("144", "1.0"), ("2", "5.5"), ("6", "7.25"), ("10", "0.01")]),
            Ok(vec![(2, 7_250), (6, 7_250), (10, 1_000), (144, 1_000)])
        );
    }

    #[test]
    fn nothing_goes_below_what_nodes_relay() {
        assert_eq!(rates(&[("6", "0.00000001")]), Ok(vec![(6, 100)]));
        assert_eq!(rates(&[("6", "0")]), Ok(vec![(6, 100)]));
    }

    #[test]
    fn without_estimates_one_sat_per_vbyte_is_told_for_every_wait() {
        let told = rates(&[]).expect("a fallback");
        assert_eq!(told.len(), TARGETS.len());
        assert!(told.iter().all(|(_, rate)| *rate == 1_000));
        assert!(told.is_sorted());
    }

    #[test]
    fn impossible_estimates_are_refused() {
        for (target, rate) in [
            ("0", "1.0"),
            ("-1", "1.0"),
            ("fast", "1.0"),
            ("70000", "1.0"),
            ("1", "10000.001"),
            ("1", "-2.5"),
            ("1", "\"2.5\""),
        ] {
            assert!(rates(&[(target, rate)]).is_err(), "{target}: {rate}");
        }
    }

    proptest! {
        #[test]
        fn a_number_printed_by_any_server_keeps_three_decimals(kvb in 0..20_000_000u64) {
            let text = format!("{}.{:03}", kvb / 1000, kvb % 1000);
            prop_assert_eq!(sat_per_kvb(&text), Some(kvb));
        }

        #[test]
        fn any_map_gives_falling_rates_within_bounds(
            map in proptest::collection::btree_map(1..2000u16, 0..20_000_000u64, 0..40),
        ) {
            let text: Vec<(String, String)> = map
                .iter()
                .map(|(t, r)| (t.to_string(), format!("{}.{:03}", r / 1000, r % 1000)))
                .collect();
            let pairs: Vec<(&str, &str)> = text.iter().map(|(t, r)| (t.as_str(), r.as_str())).collect();
            if let Ok(told) = rates(&pairs) {
                prop_assert!(told.is_sorted_by(|a, b| a.0 < b.0 && a.1 >= b.1));
                prop_assert!(told.iter().all(|(_, r)| (100..=10_000_000).contains(r)));
            } else {
                prop_assert!(map.values().any(|r| *r > 10_000_000));
            }
        }
    }
}
