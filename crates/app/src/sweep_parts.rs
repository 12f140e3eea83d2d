//! Into how many payments the coins of a wallet fall when all of them are moved.
//!
//! Nodes relay a transaction of 400,000 WU at most, and no fee beyond a limit is paid here, so that a wallet of very many
//! coins is moved by several payments. The largest coins go first: most is safe soonest.

use std::cmp::Reverse;

use bitcoin::{Amount, OutPoint};
use satchel_types::{CoinRow, FeeRate, ScriptType};
use satchel_wallet::plan::{MAX_FEE, MAX_WEIGHT, input_weight};

/// What a transaction of one output weighs without its inputs, at most: version and lock time, counts, marker and flag,
/// and an output of 34 bytes of script.
const FRAME: u64 = 4 * (8 + 3 + 1) + 2 + 4 * (8 + 1 + 34);
/// What an output has to be worth at least, whatever its kind.
const LEAST: Amount = Amount::from_sat(546);

/// Payments to come, and what none of them moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The coins of each payment, in the order in which they are made.
    pub(crate) payments: Vec<Vec<OutPoint>>,
    /// Coins worth less than the fee to move them.
    pub(crate) left: Vec<OutPoint>,
}

/// Returns how many coins of a kind one payment holds; at least one.
pub(crate) fn most_inputs(kind: ScriptType, rate: Option<FeeRate>) -> usize {
    let by_fee = rate.map_or(u64::MAX, |rate| {
        let vsize = MAX_FEE.to_sat().saturating_mul(1000) / rate.sat_per_kvb();
        vsize.saturating_mul(4)
    });
    let inputs = MAX_WEIGHT.min(by_fee).saturating_sub(FRAME) / input_weight(kind);
    usize::try_from(inputs).unwrap_or(usize::MAX).max(1)
}

/// Falls coins that may be moved now into payments at a fee rate.
pub(crate) fn parts(kind: ScriptType, mut coins: Vec<CoinRow>, rate: FeeRate) -> Parts {
    let fee_of = |weight: u64| rate.fee_for_vsize(weight.div_ceil(4));
    coins.sort_by_key(|coin| (Reverse(coin.amount), coin.outpoint));
    let cost = fee_of(input_weight(kind));
    let (worth, dust): (Vec<_>, Vec<_>) = coins.into_iter().partition(|coin| coin.amount > cost);
    let mut parts = Parts {
        payments: Vec::new(),
        left: dust.iter().map(|coin| coin.outpoint).collect(),
    };
    for part in worth.chunks(most_inputs(kind, Some(rate))) {
        let sum = part
            .iter()
            .map(|coin| coin.amount)
            .fold(Amount::ZERO, |sum, amount| {
                sum.checked_add(amount).unwrap_or(Amount::MAX_MONEY)
            });
        let inputs = u64::try_from(part.len()).unwrap_or(u64::MAX);
        let fee = fee_of(FRAME.saturating_add(inputs.saturating_mul(input_weight(kind))));
        let coins = part.iter().map(|coin| coin.outpoint);
        // Only the smallest, which are the last, may be too little together.
        match sum.checked_sub(fee) {
            Some(arrives) if arrives >= LEAST => parts.payments.push(coins.collect()),
            _ => parts.left.extend(coins),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bitcoin::Txid;
    use bitcoin::hashes::Hash;
    use satchel_types::{ChainSide, CoinState, Timestamp};

    use super::*;

    fn rate(sat_per_vb: u64) -> FeeRate {
        FeeRate::from_sat_per_kvb(sat_per_vb * 1000).expect("a rate")
    }

    fn coins(amounts: impl IntoIterator<Item = u64>) -> Vec<CoinRow> {
        let coin = |(n, sats): (usize, u64)| {
            let mut txid = [7; 32];
            txid[..8].copy_from_slice(&n.to_le_bytes());
            CoinRow {
                outpoint: OutPoint::new(Txid::from_byte_array(txid), 0),
                amount: Amount::from_sat(sats),
                script: bitcoin::ScriptBuf::new(),
                side: ChainSide::Receive,
                index: 0,
                address: String::new(),
                state: CoinState::Confirmed {
                    height: 1,
                    time: Timestamp::from_secs(1),
                },
                locked: false,
                label: None,
                reserved_by: None,
            }
        };
        amounts.into_iter().enumerate().map(coin).collect()
    }

    #[test]
    fn every_coin_is_in_one_payment_or_left_and_the_largest_go_first() {
        for kind in [
            ScriptType::Taproot,
            ScriptType::Segwit,
            ScriptType::NestedSegwit,
            ScriptType::Legacy,
        ] {
            let most = most_inputs(kind, None);
            let all = coins((0..2 * most as u64 + 5).map(|n| 100 + n * 7));
            let amount = |of: &OutPoint| {
                let coin = all.iter().find(|coin| coin.outpoint == *of);
                coin.expect("one of them").amount
            };
            let parts = parts(kind, all.clone(), rate(3));
            assert!(parts.payments.len() >= 2, "{kind:?}");
            assert!(!parts.left.is_empty());
            let in_order: Vec<_> = parts.payments.iter().flatten().chain(&parts.left).collect();
            assert_eq!(in_order.len(), all.len());
            assert_eq!(in_order.iter().collect::<BTreeSet<_>>().len(), all.len());
            assert!(in_order.is_sorted_by_key(|coin| Reverse(amount(coin))));
            for payment in &parts.payments {
                let weight = FRAME + payment.len() as u64 * input_weight(kind);
                assert!(weight <= MAX_WEIGHT);
                let sum: u64 = payment.iter().map(|coin| amount(coin).to_sat()).sum();
                let fee = rate(3).fee_for_vsize(weight.div_ceil(4));
                assert!(sum >= fee.to_sat() + LEAST.to_sat());
            }
            assert_eq!(parts.payments[0].len(), most);
        }
    }

    #[test]
    fn no_payment_pays_more_than_is_ever_paid() {
        let dear = rate(9_000);
        let most = most_inputs(ScriptType::Taproot, Some(dear));
        let fee = |inputs: usize| {
            let weight = FRAME + inputs as u64 * input_weight(ScriptType::Taproot);
            dear.fee_for_vsize(weight.div_ceil(4))
        };
        assert!(fee(most) <= MAX_FEE && fee(most + 1) > MAX_FEE, "{most}");
        let parts = parts(ScriptType::Taproot, coins(vec![1_000_000; 40]), dear);
        assert_eq!(parts.payments.len(), 40_usize.div_ceil(most));
    }

    #[test]
    fn what_is_too_little_together_is_left() {
        // 10 sat/vB: 580 sat an input, 540 for the rest.
        let few = parts(ScriptType::Taproot, coins([600, 610]), rate(10));
        assert_eq!((few.payments.len(), few.left.len()), (0, 2));
        let enough = parts(ScriptType::Taproot, coins([600, 5_000, 570]), rate(10));
        assert_eq!((enough.payments.len(), enough.left.len()), (1, 1));
        assert_eq!(enough.payments[0].len(), 2);
        let none = parts(ScriptType::Taproot, Vec::new(), rate(10));
        assert_eq!((none.payments.len(), none.left.len()), (0, 0));
    }
}
