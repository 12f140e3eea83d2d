//! Replacing a pending payment: taking it back, or paying more for it.
//!
//! BIP-0125 asks a replacement to pay, in all, what it pushes out paid (rule 3) plus its own relay
//! (rule 4), to push out at most 100 transactions (rule 5) and to add no unconfirmed input (rule
//! 2); nodes ask for a higher rate than the original's too. Whether the original signals does not
//! matter any more: nodes replace all since Bitcoin Core 28. What strangers built on the payment
//! is not known here, so a node may still ask for more.

use std::sync::Arc;

use bitcoin::{Address, Amount, OutPoint, ScriptBuf, Transaction, Txid};
use satchel_types::{ChainSide, CoinRow, CoinState, FeeRate, TxState};

use super::build::{self, Parts};
use super::fees::{self, Outputs, Shuffler, Weights};
use super::{Plan, PlanError};
use crate::Engine;

/// Most transactions a replacement may push out.
const MAX_EVICTED: usize = 100;

/// The payment to be replaced.
struct Original {
    tx: Arc<Transaction>,
    coins: Vec<CoinRow>,
    total: Amount,
    /// Itself and all pending ones that build on it.
    evicted: Vec<Txid>,
    /// What all of them pay.
    fees: Amount,
    /// The highest rate that itself pays.
    rate: FeeRate,
}

impl Engine {
    /// Plans to take back a pending payment by paying its coins to this wallet: to the change address of an index,
    /// or to the next one never used for anything.
    ///
    /// # Errors
    /// [`PlanError::NothingToCancel`], [`PlanError::NotPending`], [`PlanError::NotReplaceable`],
    /// [`PlanError::FeeTooLow`], or [`PlanError::NotEnough`] when the coins do not even pay the fee.
    pub fn plan_cancel(
        &self,
        txid: Txid,
        rate: FeeRate,
        change: Option<u32>,
        seed: u64,
    ) -> Result<Plan, PlanError> {
        let original = self.original(txid)?;
        let weights = Weights::of(self.descriptors());
        let (index, script) = build::change_script(self, change);
        let weight = weights.transaction(
            original.coins.len(),
            weights.inputs(&original.coins),
            &Outputs::default().with(&script),
        );
        let fee = original.fee(rate, weight)?;
        let amount = left(original.total, fee, script.minimal_non_dust())?;
        let parts = Parts {
            recipients: Vec::new(),
            change: Some((index, script, amount)),
            fee,
            fee_rate: rate,
            weight,
            tip_height: self.tip().map_or(0, |tip| tip.height),
            replaces: original.evicted,
            coins: original.coins,
        };
        build::build(self, parts, &mut Shuffler::new(seed))
    }

    /// Plans the same payment with a higher fee. The fee comes out of its change; when that does
    /// not suffice, confirmed coins of `available` are added. Where it had no change, what is left over goes to the
    /// change address of `change_index`, or to the next one never used for anything.
    ///
    /// # Errors
    /// As [`Engine::plan_cancel`].
    pub fn plan_bump(
        &self,
        txid: Txid,
        rate: FeeRate,
        available: &[CoinRow],
        change_index: Option<u32>,
        seed: u64,
    ) -> Result<Plan, PlanError> {
        let original = self.original(txid)?;
        let weights = Weights::of(self.descriptors());
        let mut recipients = Vec::new();
        let mut change = None;
        for out in &original.tx.output {
            match self.is_mine(&out.script_pubkey) {
                Some((ChainSide::Change, index)) => {
                    change.get_or_insert((index, out.script_pubkey.clone()));
                }
                _ => recipients.push((out.script_pubkey.clone(), out.value)),
            }
        }
        if recipients
            .iter()
            .any(|(script, _)| Address::from_script(script, self.network()).is_err())
        {
            return Err(PlanError::NotReplaceable);
        }
        let (index, script) = change.unwrap_or_else(|| build::change_script(self, change_index));
        let shape = Shape::new(weights, rate, &recipients, &script);
        // The coins already in it decide whether the rate suffices; more only make it larger.
        original.fee(
            rate,
            shape.weight(&original.coins, original.tx.output.len() > recipients.len()),
        )?;

        let mut coins = original.coins.clone();
        let mut more = self.addable(available, &original, rate, &weights);
        let (change, fee, weight) = loop {
            if let Some(settled) = shape.settle(&original, &coins)? {
                break settled;
            }
            // The smallest that suffices, else the largest.
            let enough = more.iter().position(|coin| {
                let mut with = coins.clone();
                with.push((*coin).clone());
                matches!(shape.settle(&original, &with), Ok(Some(_)))
            });
            let Some(next) = enough.or(more.len().checked_sub(1)) else {
                return Err(shape.not_enough(&original, &coins));
            };
            coins.push(more.remove(next).clone());
        };
        let parts = Parts {
            coins,
            recipients,
            change: change.map(|amount| (index, script, amount)),
            fee,
            fee_rate: rate,
            weight,
            tip_height: self.tip().map_or(0, |tip| tip.height),
            replaces: original.evicted,
        };
        build::build(self, parts, &mut Shuffler::new(seed))
    }

    fn original(&self, txid: Txid) -> Result<Original, PlanError> {
        let row = self.history_row(txid).ok_or(PlanError::NothingToCancel)?;
        if !matches!(row.state, TxState::Pending { .. }) {
            return Err(PlanError::NotPending);
        }
        let tx = self.tx(txid).ok_or(PlanError::NothingToCancel)?;
        let coins: Vec<CoinRow> = tx
            .input
            .iter()
            .map(|input| self.spent_coin(input.previous_output))
            .collect::<Option<_>>()
            .ok_or(PlanError::NotReplaceable)?;
        let own_fee = row.fee.ok_or(PlanError::NotReplaceable)?;
        let mut evicted = vec![txid];
        evicted.extend(self.pending_descendants(txid));
        if evicted.len() > MAX_EVICTED {
            return Err(PlanError::NotReplaceable);
        }
        let fees = evicted[1..]
            .iter()
            .filter_map(|child| self.history_row(*child)?.fee)
            .try_fold(own_fee, Amount::checked_add)
            .ok_or(PlanError::NotReplaceable)?;
        Ok(Original {
            total: coins
                .iter()
                .map(|coin| coin.amount)
                .try_fold(Amount::ZERO, Amount::checked_add)
                .ok_or(PlanError::NotReplaceable)?,
            rate: FeeRate::of(own_fee, row.vsize).ok_or(PlanError::NotReplaceable)?,
            tx,
            coins,
            evicted,
            fees,
        })
    }

    /// Returns this wallet's coin behind an input, spent as it is.
    fn spent_coin(&self, outpoint: OutPoint) -> Option<CoinRow> {
        let (side, index, amount) = self.own_output(outpoint)?;
        let previous = self.tx(outpoint.txid)?;
        let script = previous
            .output
            .get(outpoint.vout as usize)?
            .script_pubkey
            .clone();
        let row = self.history_row(outpoint.txid)?;
        let state = match row.state {
            TxState::Confirmed { height, time, .. } => CoinState::Confirmed { height, time },
            state => CoinState::PendingChange {
                first_seen: state.sort_time(),
            },
        };
        Some(CoinRow {
            outpoint,
            amount,
            address: Address::from_script(&script, self.network())
                .map(|address| address.to_string())
                .unwrap_or_default(),
            script,
            side,
            index,
            state,
            locked: false,
            label: None,
            reserved_by: None,
        })
    }

    /// Returns the coins that may be added, smallest first.
    fn addable<'c>(
        &self,
        available: &'c [CoinRow],
        original: &Original,
        rate: FeeRate,
        weights: &Weights,
    ) -> Vec<&'c CoinRow> {
        let mut coins: Vec<&CoinRow> = available
            .iter()
            .filter(|coin| {
                !coin.locked
                    && matches!(coin.state, CoinState::Confirmed { .. })
                    && self
                        .coin(coin.outpoint)
                        .is_some_and(|c| c.amount == coin.amount)
                    && coin.amount > fees::fee_of(rate, weights.input(coin.side))
                    && !original.evicted.contains(&coin.outpoint.txid)
            })
            .collect();
        coins.sort_by_key(|coin| (coin.amount, coin.outpoint));
        coins.dedup_by_key(|coin| coin.outpoint);
        coins
    }
}

impl Original {
    /// Returns the fee that a replacement of this weight pays.
    fn fee(&self, rate: FeeRate, weight: u64) -> Result<Amount, PlanError> {
        let vsize = weight.div_ceil(4);
        let least = self.least_fee(weight);
        if fees::fee_of(rate, weight) >= least && rate > self.rate {
            return Ok(fees::fee_of(rate, weight));
        }
        // The lowest rate whose fee, rounded up, is enough.
        let by_fee = (least.to_sat() - 1).saturating_mul(1000) / vsize + 1;
        let by_rate = self.rate.sat_per_kvb() + 1;
        let at_least = by_fee
            .max(by_rate)
            .clamp(FeeRate::MIN_SAT_PER_KVB, FeeRate::MAX_SAT_PER_VB * 1000);
        Err(PlanError::FeeTooLow {
            at_least: FeeRate::from_sat_per_kvb(at_least).expect("clamped into the range"),
        })
    }

    /// Returns what BIP-0125's rules 3 and 4 ask for.
    fn least_fee(&self, weight: u64) -> Amount {
        self.fees
            .checked_add(fees::fee_of(fees::incremental(), weight))
            .unwrap_or(Amount::MAX_MONEY)
    }
}

/// What a bumped payment is made of besides its coins.
struct Shape<'s> {
    weights: Weights,
    rate: FeeRate,
    target: Amount,
    outputs: Outputs,
    script: &'s ScriptBuf,
    least_change: Amount,
}

impl<'s> Shape<'s> {
    fn new(
        weights: Weights,
        rate: FeeRate,
        recipients: &[(ScriptBuf, Amount)],
        script: &'s ScriptBuf,
    ) -> Self {
        Self {
            weights,
            rate,
            target: recipients.iter().map(|(_, amount)| *amount).sum(),
            outputs: recipients
                .iter()
                .fold(Outputs::default(), |outputs, (script, _)| {
                    outputs.with(script)
                }),
            script,
            least_change: fees::least_change(rate, script, &weights),
        }
    }

    fn weight(&self, coins: &[CoinRow], change: bool) -> u64 {
        let outputs = if change {
            self.outputs.with(self.script)
        } else {
            self.outputs
        };
        let inputs = self.weights.inputs(coins);
        self.weights.transaction(coins.len(), inputs, &outputs)
    }

    /// Returns change, fee and weight; `None` if the coins do not suffice.
    #[allow(clippy::type_complexity)] // three parts of one answer, used in one place
    fn settle(
        &self,
        original: &Original,
        coins: &[CoinRow],
    ) -> Result<Option<(Option<Amount>, Amount, u64)>, PlanError> {
        let rest = coins
            .iter()
            .map(|coin| coin.amount)
            .try_fold(Amount::ZERO, Amount::checked_add)
            .ok_or(PlanError::AmountTooLarge)?
            .checked_sub(self.target);
        let Some(rest) = rest else { return Ok(None) };
        let fee = |weight| fees::fee_of(self.rate, weight).max(original.least_fee(weight));
        let weight = self.weight(coins, true);
        if let Some(change) = rest.checked_sub(fee(weight))
            && change >= self.least_change
        {
            return Ok(Some((Some(change), fee(weight), weight)));
        }
        let weight = self.weight(coins, false);
        let pays_somebody = self.outputs.count > 0;
        Ok((pays_somebody && rest >= fee(weight)).then_some((None, rest, weight)))
    }

    fn not_enough(&self, original: &Original, coins: &[CoinRow]) -> PlanError {
        let available = coins.iter().map(|coin| coin.amount).sum();
        let weight = self.weight(coins, self.outputs.count == 0);
        let fee = fees::fee_of(self.rate, weight).max(original.least_fee(weight));
        let needed = self.target.checked_add(fee).unwrap_or(Amount::MAX_MONEY);
        PlanError::NotEnough {
            needed,
            available,
            missing: needed.checked_sub(available).unwrap_or(Amount::ZERO),
        }
    }
}

fn left(total: Amount, fee: Amount, min: Amount) -> Result<Amount, PlanError> {
    let needed = fee.checked_add(min).unwrap_or(Amount::MAX_MONEY);
    match total.checked_sub(needed) {
        Some(beyond) => Ok(beyond + min),
        None => Err(PlanError::NotEnough {
            needed,
            available: total,
            missing: needed.checked_sub(total).unwrap_or(Amount::ZERO),
        }),
    }
}
