//! A new payment.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, Network, OutPoint, ScriptBuf};
use satchel_types::{CoinRow, CoinState, Recipient};

use super::build::{self, Parts};
use super::fees::{self, Outputs, Shuffler, Weights};
use super::select::{self, Chosen, Need};
use super::{CoinChoice, PaymentSpec, Plan, PlanError};
use crate::Engine;

impl Engine {
    /// Plans a payment from the coins of `available`; `seed` shuffles.
    ///
    /// Coins that are locked, not mature, or unconfirmed from somebody else are only spent when
    /// named, and the first two not even then. Unconfirmed change is spent when confirmed coins
    /// do not suffice.
    ///
    /// # Errors
    /// See [`PlanError`]. An error about a recipient comes before one about coins.
    pub fn plan_payment(
        &self,
        spec: &PaymentSpec,
        available: &[CoinRow],
        seed: u64,
    ) -> Result<Plan, PlanError> {
        let mut recipients = recipients(spec, self.network())?;
        let fixed = match (spec.send_all, recipients.split_last()) {
            (true, Some((_, others))) => others,
            _ => &recipients[..],
        };
        let target = sum(fixed.iter().map(|(_, amount)| *amount))?;
        let (change_index, change_script) = build::change_script(self, spec.change);
        let weights = Weights::of(self.descriptors());
        let need = Need {
            target,
            rate: spec.fee_rate,
            weights,
            outputs: recipients
                .iter()
                .fold(Outputs::default(), |outputs, (script, _)| {
                    outputs.with(script)
                }),
            change_script: &change_script,
            least_change: fees::least_change(spec.fee_rate, &change_script, &weights),
        };
        let mut shuffler = Shuffler::new(seed);
        let tiers = match &spec.coins {
            CoinChoice::Auto => self.usable(available, &need, spec.send_all),
            CoinChoice::Manual(wanted) => vec![self.named(available, wanted)?],
        };
        let everything = spec.send_all || matches!(spec.coins, CoinChoice::Manual(_));
        let mut outcome = Err(need.not_enough(&[]));
        for coins in &tiers {
            let chosen = if spec.send_all {
                drain(&need, coins)
            } else if everything {
                all_of(&need, coins)
            } else {
                select::select(&need, coins, &mut shuffler)
            };
            outcome = chosen.map(|chosen| (chosen, coins));
            if outcome.is_ok() {
                break;
            }
        }
        let (mut chosen, coins) = outcome?;
        // When everything is sent, what is left goes to the last recipient instead of change.
        if let (true, Some(last)) = (spec.send_all, recipients.last_mut()) {
            last.1 = chosen.change.take().unwrap_or(Amount::ZERO);
            let min = last.0.minimal_non_dust();
            if last.1 < min {
                let index = recipients.len() - 1;
                return Err(PlanError::DustOutput { index, min });
            }
        }
        let parts = Parts {
            coins: chosen.picks.iter().map(|i| coins[*i].clone()).collect(),
            recipients,
            change: chosen
                .change
                .map(|amount| (change_index, change_script.clone(), amount)),
            fee: chosen.fee,
            fee_rate: spec.fee_rate,
            weight: chosen.weight,
            tip_height: spec.tip_height,
            replaces: Vec::new(),
        };
        build::build(self, parts, &mut shuffler)
    }

    /// Returns the coins that may be spent without being named, in two tiers: first the confirmed
    /// ones, then own change as well. Only those worth their own fee.
    fn usable<'c>(
        &self,
        available: &'c [CoinRow],
        need: &Need<'_>,
        everything: bool,
    ) -> Vec<Vec<&'c CoinRow>> {
        let mut seen = HashSet::new();
        let fit: Vec<&CoinRow> = available
            .iter()
            .filter(|coin| {
                !coin.locked
                    && self.stands(coin)
                    && need.worth(coin) > 0
                    && seen.insert(coin.outpoint)
            })
            .collect();
        let tier = |pending: bool| {
            fit.iter()
                .copied()
                .filter(|coin| match coin.state {
                    CoinState::Confirmed { .. } => true,
                    CoinState::PendingChange { .. } => pending,
                    CoinState::Immature { .. } | CoinState::PendingIncoming { .. } => false,
                })
                .collect()
        };
        if everything {
            vec![tier(true)]
        } else {
            vec![tier(false), tier(true)]
        }
    }

    /// Returns the named coins.
    fn named<'c>(
        &self,
        available: &'c [CoinRow],
        wanted: &[OutPoint],
    ) -> Result<Vec<&'c CoinRow>, PlanError> {
        let offered: HashMap<OutPoint, &CoinRow> =
            available.iter().map(|coin| (coin.outpoint, coin)).collect();
        let mut seen = HashSet::new();
        wanted
            .iter()
            .filter(|outpoint| seen.insert(**outpoint))
            .map(|outpoint| {
                let outpoint = *outpoint;
                let coin = offered
                    .get(&outpoint)
                    .filter(|coin| self.stands(coin))
                    .ok_or(PlanError::UnknownCoin { outpoint })?;
                if coin.locked {
                    return Err(PlanError::CoinLocked { outpoint });
                }
                if matches!(coin.state, CoinState::Immature { .. }) {
                    return Err(PlanError::CoinImmature { outpoint });
                }
                Ok(*coin)
            })
            .collect()
    }

    /// Returns whether a coin from outside is still one, and says the same of itself as here.
    fn stands(&self, offered: &CoinRow) -> bool {
        self.coin(offered.outpoint).is_some_and(|coin| {
            coin.amount == offered.amount
                && coin.state == offered.state
                && (coin.side, coin.index) == (offered.side, offered.index)
        })
    }
}

/// Reads the recipients' addresses and checks their amounts, except the one that is worked out.
fn recipients(spec: &PaymentSpec, network: Network) -> Result<Vec<(ScriptBuf, Amount)>, PlanError> {
    if spec.recipients.is_empty() {
        return Err(PlanError::NoRecipients);
    }
    let last = spec.recipients.len() - 1;
    let read = |(index, recipient): (usize, &Recipient)| {
        let address = Address::<NetworkUnchecked>::from_str(recipient.address.trim())
            .map_err(|_| PlanError::BadAddress { index })?
            .require_network(network)
            .map_err(|_| PlanError::WrongNetwork { index })?;
        let script = address.script_pubkey();
        let min = script.minimal_non_dust();
        let worked_out = spec.send_all && index == last;
        if recipient.amount < min && !worked_out {
            return Err(PlanError::DustOutput { index, min });
        }
        Ok((script, recipient.amount))
    };
    spec.recipients.iter().enumerate().map(read).collect()
}

fn sum(amounts: impl Iterator<Item = Amount>) -> Result<Amount, PlanError> {
    amounts
        .into_iter()
        .try_fold(Amount::ZERO, Amount::checked_add)
        .filter(|sum| *sum <= Amount::MAX_MONEY)
        .ok_or(PlanError::AmountTooLarge)
}

/// Spends all of the coins.
fn all_of(need: &Need<'_>, coins: &[&CoinRow]) -> Result<Chosen, PlanError> {
    let total = sum(coins.iter().map(|coin| coin.amount))?;
    let weight = need.weights.inputs(coins.iter().copied());
    let (change, fee, weight) = need
        .settle(coins.len(), weight, total)
        .filter(|_| !coins.is_empty())
        .ok_or_else(|| need.not_enough(coins))?;
    Ok(Chosen {
        picks: (0..coins.len()).collect(),
        change,
        fee,
        weight,
    })
}

/// Spends all of the coins and leaves what remains as the "change" that the caller hands to the
/// last recipient.
fn drain(need: &Need<'_>, coins: &[&CoinRow]) -> Result<Chosen, PlanError> {
    let total = sum(coins.iter().map(|coin| coin.amount))?;
    let input_weight = need.weights.inputs(coins.iter().copied());
    let weight = need
        .weights
        .transaction(coins.len(), input_weight, &need.outputs);
    let fee = fees::fee_of(need.rate, weight);
    let rest = total
        .checked_sub(need.target)
        .and_then(|rest| rest.checked_sub(fee))
        .filter(|_| !coins.is_empty())
        .ok_or_else(|| need.not_enough(coins))?;
    Ok(Chosen {
        picks: (0..coins.len()).collect(),
        change: Some(rest),
        fee,
        weight,
    })
}
