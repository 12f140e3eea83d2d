//! Which coins to spend.
//!
//! Four ways are tried and the cheapest is taken, where the cost is the fee now and the fee of
//! spending the change one day: branch and bound for a selection without change or with the least
//! fee, the one coin that just suffices, a random draw, and the largest coins first. Branch and
//! bound copies its whole selection at every step, so it only runs when few coins suffice, on a
//! bounded sample of them.
//!
//! Only the search inside `bdk_coin_select` uses floating point. What it finds is checked and
//! priced in whole satoshis here.

use bdk_coin_select::metrics::LowestFee;
use bdk_coin_select::{
    Candidate, ChangePolicy, CoinSelector, DrainWeights, Target, TargetFee, TargetOutputs,
};
use bitcoin::{Amount, Script};
use satchel_types::{ChainSide, CoinRow, FeeRate};

use super::PlanError;
use super::fees::{self, MAX_WEIGHT, Outputs, Shuffler, Weights};

/// Coins that branch and bound sees at most.
const POOL: usize = 100;
/// It is not run when even the largest coins do not suffice in this number.
const FEW: usize = 12;
/// Steps it may take.
const ROUNDS: usize = 2_000;

/// What a payment needs, and what things cost.
pub(super) struct Need<'s> {
    pub target: Amount,
    pub rate: FeeRate,
    pub weights: Weights,
    /// Outputs to others.
    pub outputs: Outputs,
    pub change_script: &'s Script,
    /// The smallest change worth making.
    pub least_change: Amount,
}

/// A selection and what it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Positions among the candidates.
    pub picks: Vec<usize>,
    pub change: Option<Amount>,
    pub fee: Amount,
    pub weight: u64,
}

impl Need<'_> {
    /// Returns what spending coins of this count, weight and sum leaves and costs; `None` if they
    /// do not suffice.
    pub fn settle(
        &self,
        inputs: usize,
        input_weight: u64,
        sum: Amount,
    ) -> Option<(Option<Amount>, Amount, u64)> {
        let with = self.outputs.with(self.change_script);
        let weight = self.weights.transaction(inputs, input_weight, &with);
        let fee = fees::fee_of(self.rate, weight);
        let rest = sum.checked_sub(self.target)?;
        if let Some(change) = rest.checked_sub(fee)
            && change >= self.least_change
        {
            return Some((Some(change), fee, weight));
        }
        let weight = self
            .weights
            .transaction(inputs, input_weight, &self.outputs);
        (rest >= fees::fee_of(self.rate, weight)).then_some((None, rest, weight))
    }

    fn chosen(&self, coins: &[&CoinRow], picks: Vec<usize>) -> Option<Chosen> {
        let sum = picks
            .iter()
            .try_fold(Amount::ZERO, |sum, i| sum.checked_add(coins[*i].amount))?;
        let weight = self.weights.inputs(picks.iter().map(|i| coins[*i]));
        let (change, fee, weight) = self.settle(picks.len(), weight, sum)?;
        Some(Chosen {
            picks,
            change,
            fee,
            weight,
        })
    }

    /// Returns what a selection costs in the end.
    fn cost(&self, chosen: &Chosen) -> Amount {
        let later = chosen.change.map_or(Amount::ZERO, |_| {
            let rate = fees::later_rate(self.rate);
            fees::fee_of(rate, self.weights.input(ChainSide::Change))
        });
        chosen.fee.checked_add(later).unwrap_or(Amount::MAX_MONEY)
    }

    /// Returns what a coin adds beyond its own fee, in thousandths of a satoshi; 0 if nothing.
    pub fn worth(&self, coin: &CoinRow) -> u64 {
        let own_fee = u128::from(self.rate.sat_per_kvb())
            * u128::from(self.weights.input(coin.side).div_ceil(4));
        let value = u128::from(coin.amount.to_sat()) * 1000;
        u64::try_from(value.saturating_sub(own_fee)).unwrap_or(u64::MAX)
    }

    pub fn not_enough(&self, coins: &[&CoinRow]) -> PlanError {
        let available = coins.iter().fold(Amount::ZERO, |sum, coin| {
            sum.checked_add(coin.amount).unwrap_or(sum)
        });
        let weight = self.weights.transaction(
            coins.len().max(1),
            match coins {
                [] => self.weights.input(ChainSide::Receive),
                _ => self.weights.inputs(coins.iter().copied()),
            },
            &self.outputs,
        );
        let needed = self
            .target
            .checked_add(fees::fee_of(self.rate, weight))
            .unwrap_or(Amount::MAX_MONEY);
        PlanError::NotEnough {
            needed,
            available,
            missing: needed.checked_sub(available).unwrap_or(Amount::ZERO),
        }
    }
}

/// Chooses among coins, each worth its own fee.
pub(super) fn select(
    need: &Need<'_>,
    coins: &[&CoinRow],
    shuffler: &mut Shuffler,
) -> Result<Chosen, PlanError> {
    let mut largest_first: Vec<usize> = (0..coins.len()).collect();
    largest_first.sort_by_key(|i| std::cmp::Reverse((coins[*i].amount, *i)));
    let Some(fewest) = until_enough(need, coins, &largest_first) else {
        return Err(need.not_enough(coins));
    };

    let mut random: Vec<usize> = (0..coins.len()).collect();
    shuffler.shuffle(&mut random);
    let bounded = (fewest.picks.len() <= FEW)
        .then(|| branch_and_bound(need, coins, &random))
        .flatten();
    let single = largest_first
        .iter()
        .rev()
        .find_map(|i| need.chosen(coins, vec![*i]));
    let drawn = until_enough(need, coins, &random);
    [bounded, single, drawn, Some(fewest.clone())]
        .into_iter()
        .flatten()
        .filter(|chosen| chosen.weight <= MAX_WEIGHT)
        .min_by_key(|chosen| need.cost(chosen))
        // Nothing else fits, and the largest coins do not fit either: the caller says so.
        .map_or(Ok(fewest), Ok)
}

/// Takes coins in the given order until they suffice.
fn until_enough(need: &Need<'_>, coins: &[&CoinRow], order: &[usize]) -> Option<Chosen> {
    let mut sum = Amount::ZERO;
    let mut weight = 0;
    for (taken, i) in (1..).zip(order) {
        sum = sum.checked_add(coins[*i].amount)?;
        weight += need.weights.input(coins[*i].side);
        if need.settle(taken, weight, sum).is_some() {
            return need.chosen(coins, order[..taken].to_vec());
        }
    }
    None
}

fn branch_and_bound(need: &Need<'_>, coins: &[&CoinRow], order: &[usize]) -> Option<Chosen> {
    let pool = &order[..order.len().min(POOL)];
    let candidates: Vec<Candidate> = pool
        .iter()
        .map(|i| Candidate {
            input_count: 1,
            value: coins[*i].amount.to_sat(),
            weight: need.weights.input(coins[*i].side),
            is_segwit: need.weights.is_segwit(),
        })
        .collect();
    let per_weight_unit = |rate: FeeRate| {
        // Thousandths of sat/vB are at most 10^7 and exact in an f32.
        bdk_coin_select::FeeRate::from_sat_per_wu(rate.sat_per_kvb() as f32 / 4000.0)
    };
    let target = Target {
        fee: TargetFee::from_feerate(per_weight_unit(need.rate)),
        outputs: TargetOutputs {
            value_sum: need.target.to_sat(),
            weight_sum: need.outputs.weight,
            n_outputs: need.outputs.count,
        },
    };
    let drain_weights = DrainWeights {
        output_weight: fees::output_weight(need.change_script),
        spend_weight: need.weights.input(ChainSide::Change),
        n_outputs: 1,
    };
    let metric = LowestFee {
        target,
        long_term_feerate: per_weight_unit(fees::later_rate(need.rate)),
        change_policy: ChangePolicy::min_value(drain_weights, need.least_change.to_sat()),
    };
    let mut selector = CoinSelector::new(&candidates);
    selector.run_bnb(metric, ROUNDS).ok()?;
    let picks = selector
        .selected_indices()
        .iter()
        .map(|i| pool[*i])
        .collect();
    need.chosen(coins, picks)
}
