//! A payment of a wallet: which coins, how much change, signed.

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{Amount, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness};
use thiserror::Error;

use super::{OwnCoin, Owner, Wallet};
use crate::mempool::{INCREMENTAL_SAT_PER_KVB, MIN_RELAY_SAT_PER_KVB, dust_threshold, fee_at};
use crate::node::State;

/// Most coins of one payment: more would not be a standard transaction.
const MAX_INPUTS: usize = 650;
/// What a wallet pays at most, in satoshis (Core's `-maxtxfee`).
const MAX_FEE: u64 = 10_000_000;

/// What is to be paid.
#[derive(Debug, Clone)]
pub struct Order {
    /// To whom.
    pub to: ScriptBuf,
    /// Satoshis.
    pub amount: u64,
    /// Whether the receiver pays the fee.
    pub subtract_fee: bool,
    /// Satoshis per 1000 virtual bytes.
    pub rate: u64,
    /// Whether it may be replaced (BIP-0125).
    pub replaceable: bool,
}

/// Why no payment was made, in Core's words.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SpendError {
    /// The coins do not suffice.
    #[error("Insufficient funds")]
    Insufficient,
    /// Less than the network relays.
    #[error("Transaction amount too small")]
    Dust,
    /// The fee leaves too little.
    #[error("The transaction amount is too small to send after the fee has been deducted")]
    DustAfterFee,
    /// The fee is above the amount.
    #[error("The transaction amount is too small to pay the fee")]
    BelowFee,
    /// The rate is below what the network relays.
    #[error("Fee rate ({}) is lower than the minimum fee rate setting ({})",
        per_vb(*.0), per_vb(MIN_RELAY_SAT_PER_KVB))]
    RateTooLow(u64),
    /// The fee is above what a wallet pays.
    #[error("Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)")]
    FeeTooHigh,
    /// Too many coins are needed.
    #[error(
        "The inputs size exceeds the maximum weight. Please try sending a smaller amount or manually \
         consolidating your wallet's UTXOs"
    )]
    TooManyInputs,
}

/// A rate as Core prints it: three decimals.
pub fn per_vb(rate: u64) -> String {
    format!("{}.{:03} sat/vB", rate / 1_000, rate % 1_000)
}

/// A payment that wants its signatures.
pub struct Draft {
    tx: Transaction,
    coins: Vec<(TxOut, Owner)>,
}

impl Draft {
    /// The payment, signed by the wallet that drafted it.
    pub fn sign(mut self, wallet: &Wallet) -> Transaction {
        wallet.keys.sign(&mut self.tx, &self.coins);
        self.tx
    }
}

impl Wallet {
    /// Chooses coins for an order: confirmed ones first, of them the largest. What is left goes to `change`.
    pub fn draft(
        &self,
        state: &State,
        order: &Order,
        change: &ScriptBuf,
    ) -> Result<Draft, SpendError> {
        if order.rate < MIN_RELAY_SAT_PER_KVB {
            return Err(SpendError::RateTooLow(order.rate));
        }
        let pays = TxOut {
            value: Amount::from_sat(order.amount),
            script_pubkey: order.to.clone(),
        };
        if order.amount < dust_threshold(&pays) {
            return Err(SpendError::Dust);
        }
        let mut coins = self.coins(state);
        coins.retain(|coin| coin.trusted && !coin.immature);
        coins.sort_by_key(|coin| {
            (
                coin.confirmations == 0,
                std::cmp::Reverse(coin.output.value),
                coin.outpoint,
            )
        });
        let change = TxOut {
            value: Amount::ZERO,
            script_pubkey: change.clone(),
        };
        let mut sum = 0;
        let mut inputs = 0;
        let mut chosen = Vec::new();
        for coin in coins {
            sum += coin.output.value.to_sat();
            inputs += coin.owner.input_weight();
            chosen.push(coin);
            if chosen.len() > MAX_INPUTS {
                return Err(SpendError::TooManyInputs);
            }
            if sum < order.amount {
                continue;
            }
            // Version, lock time, counts, and the mark of a witness.
            let fixed = 4 * 8 + 2 + 4 * if chosen.len() > 252 { 4 } else { 2 };
            let bare = fixed + inputs + 4 * pays.size() as u64;
            let fee = fee_at(order.rate, bare.div_ceil(4));
            let with_change = (bare + 4 * change.size() as u64).div_ceil(4);
            let fee_with_change = fee_at(order.rate, with_change);
            let due = |fee: u64| if order.subtract_fee { 0 } else { fee };
            if sum < order.amount + due(fee) {
                continue;
            }
            let rest = sum.saturating_sub(order.amount + due(fee_with_change));
            let least = dust_threshold(&change);
            let (fee, rest) = if rest >= least {
                (fee_with_change, rest)
            } else if order.subtract_fee {
                (fee, 0)
            } else {
                // What is too small for change goes to the miner.
                (sum - order.amount, 0)
            };
            if fee > MAX_FEE {
                return Err(SpendError::FeeTooHigh);
            }
            return self.compose(
                order,
                &chosen,
                pays,
                TxOut {
                    value: Amount::from_sat(rest),
                    ..change
                },
                fee,
            );
        }
        Err(SpendError::Insufficient)
    }

    /// All coins of one of its payments again, to one script, with a fee that replaces the payment and whatever
    /// builds on it, and is at least at `rate`. Returns the fee as well.
    pub fn rival(
        &self,
        state: &State,
        payment: &Transaction,
        to: &ScriptBuf,
        rate: u64,
    ) -> Option<(Draft, u64)> {
        let coins: Vec<(TxOut, Owner)> = payment
            .input
            .iter()
            .map(|input| {
                let outpoint = &input.previous_output;
                let output = state
                    .index
                    .output(outpoint)
                    .or_else(|| state.pool.output(outpoint))?;
                Some((output.clone(), self.own(&output.script_pubkey)?.owner))
            })
            .collect::<Option<_>>()?;
        let mut output = TxOut {
            value: Amount::ZERO,
            script_pubkey: to.clone(),
        };
        let inputs: u64 = coins.iter().map(|(_, owner)| owner.input_weight()).sum();
        let vsize = (4 * 12 + 2 + inputs + 4 * output.size() as u64).div_ceil(4);
        let family = state
            .pool
            .family(&state.pool.descendants(&payment.compute_txid()));
        let fee = fee_at(rate.max(MIN_RELAY_SAT_PER_KVB), vsize)
            .max(family.fees + fee_at(INCREMENTAL_SAT_PER_KVB, vsize));
        let sum: u64 = coins.iter().map(|(output, _)| output.value.to_sat()).sum();
        output.value = Amount::from_sat(sum.checked_sub(fee)?);
        if output.value.to_sat() < dust_threshold(&output) {
            return None;
        }
        let input = payment.input.iter().map(|input| TxIn {
            previous_output: input.previous_output,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::new(),
        });
        let tx = Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: input.collect(),
            output: vec![output],
        };
        Some((Draft { tx, coins }, fee))
    }

    fn compose(
        &self,
        order: &Order,
        coins: &[OwnCoin],
        mut pays: TxOut,
        change: TxOut,
        fee: u64,
    ) -> Result<Draft, SpendError> {
        if order.subtract_fee {
            let left = order.amount.checked_sub(fee).ok_or(SpendError::BelowFee)?;
            pays.value = Amount::from_sat(left);
            if left < dust_threshold(&pays) {
                return Err(SpendError::DustAfterFee);
            }
        }
        let mut output = vec![pays];
        if change.value > Amount::ZERO {
            output.push(change);
        }
        let sequence = if order.replaceable {
            Sequence::ENABLE_RBF_NO_LOCKTIME
        } else {
            Sequence::ENABLE_LOCKTIME_NO_RBF
        };
        let input = coins.iter().map(|coin| TxIn {
            previous_output: coin.outpoint,
            script_sig: ScriptBuf::new(),
            sequence,
            witness: Witness::new(),
        });
        Ok(Draft {
            tx: Transaction {
                version: Version::TWO,
                lock_time: LockTime::ZERO,
                input: input.collect(),
                output,
            },
            coins: coins
                .iter()
                .map(|coin| (coin.output.clone(), coin.owner))
                .collect(),
        })
    }
}
