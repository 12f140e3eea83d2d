//! What a PSBT does to this wallet, read from the PSBT alone.

use std::collections::HashSet;

use bitcoin::{
    Address, Amount, Network, OutPoint, Psbt, Script, ScriptBuf, Transaction, TxOut, VarInt,
    absolute::LockTime,
};
use satchel_types::FeeRate;

use crate::plan::input_weight_of;

/// Where money leaves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryOutput {
    /// The address, if the script has one.
    pub address: Option<String>,
    /// The locking script.
    pub script: ScriptBuf,
    /// The amount.
    pub amount: Amount,
}

/// Something a person should notice before agreeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusual {
    /// The fee is at least 5 % of what leaves, and more than 1000 sat.
    FeeShare {
        /// The fee in percent of what leaves, rounded down.
        percent: u64,
    },
    /// The fee is above 100 000 sat.
    FeeSum,
    /// The fee rate is above 500 sat/vB.
    FeeRate {
        /// The rate.
        rate: FeeRate,
    },
    /// Nothing leaves but the fee.
    OnlyToSelf,
    /// An output says by which keys it was made, as change does, but it is not this wallet's.
    ForeignChange {
        /// Which output, from 0.
        index: usize,
    },
    /// An input that is not this wallet's.
    ForeignInput {
        /// Which input, from 0.
        index: usize,
    },
    /// The amount of an input is claimed but not proven by its previous transaction.
    UnprovenAmount {
        /// Which input, from 0.
        index: usize,
    },
    /// An output whose script has no address.
    NoAddress {
        /// Which output, from 0.
        index: usize,
    },
    /// An output with data for the chain (OP_RETURN).
    Data {
        /// Which output, from 0.
        index: usize,
        /// How many bytes.
        bytes: usize,
    },
    /// An output so small that no node relays it.
    Dust {
        /// Which output, from 0.
        index: usize,
    },
    /// A signature that does not commit to the whole transaction.
    PartialSighash {
        /// Which input, from 0.
        index: usize,
    },
    /// The same script is paid more than once.
    RepeatedRecipient {
        /// The later output, from 0.
        index: usize,
    },
    /// The transaction is valid only after a moment. (A lock on a height is usual.)
    LockTime {
        /// The moment, in seconds since 1970-01-01 UTC.
        value: u32,
    },
}

/// What a PSBT does to this wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendSummary {
    /// Outputs that are not this wallet's, in order.
    pub recipients: Vec<SummaryOutput>,
    /// What comes back to this wallet.
    pub change: Amount,
    /// The fee.
    pub fee: Amount,
    /// What this wallet loses: its inputs less what comes back.
    pub total_out_of_wallet: Amount,
    /// The fee rate, rounded down.
    pub fee_rate: FeeRate,
    /// Virtual size in vB when signed, at most.
    pub vsize: u64,
    /// What a person should notice.
    pub unusual: Vec<Unusual>,
}

/// Why a PSBT cannot be summed up. It must not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SummaryError {
    /// It spends nothing or pays nothing.
    #[error("the transaction spends or pays nothing")]
    Empty,
    /// It has maps for more or fewer inputs or outputs than the transaction.
    #[error("the PSBT does not fit its transaction")]
    Misshapen,
    /// An input does not say what it spends.
    #[error("input {index} does not say what it spends")]
    UnknownInput {
        /// Which input, from 0.
        index: usize,
    },
    /// An input says something about what it spends that is not so.
    #[error("input {index} lies about what it spends")]
    FalseInput {
        /// Which input, from 0.
        index: usize,
    },
    /// The same coin is spent twice.
    #[error("input {index} spends a coin twice")]
    DoubleInput {
        /// Which input, from 0.
        index: usize,
    },
    /// The outputs are worth more than the inputs, or an amount is beyond all bitcoin.
    #[error("the amounts do not add up")]
    Amounts,
}

/// Why a signed PSBT gives no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// An input is not signed to the end.
    #[error("input {index} is not signed")]
    NotSigned {
        /// Which input, from 0.
        index: usize,
    },
    /// It cannot be summed up.
    #[error(transparent)]
    Summary(#[from] SummaryError),
    /// The fee rate is beyond what anyone means to pay.
    #[error("the fee rate of {rate} sat/vB is beyond {limit} sat/vB")]
    FeeTooHigh {
        /// The rate.
        rate: FeeRate,
        /// The limit in sat/vB.
        limit: u64,
    },
}

/// A fee up to this is never unusual for its share.
const SMALL_FEE: Amount = Amount::from_sat(1_000);
/// A fee from this share of what leaves is unusual, in percent.
const UNUSUAL_SHARE: u64 = 5;
/// A fee up to this is not unusual for its sum.
const USUAL_FEE: Amount = Amount::from_sat(100_000);
/// A rate up to this is not unusual, in sat/kvB.
const USUAL_RATE: u64 = 500_000;
/// What an input weighs at most whose script is not of a single key and not signed yet: a guess
/// of 2-of-3 in a witness.
const OTHER_INPUT: u64 = 165 + 254;

/// Reads from the PSBT alone what it does to a wallet; `is_mine` tells its scripts.
///
/// # Errors
/// When the PSBT does not say all, or lies: then it must not be signed.
pub fn summarize(
    psbt: &Psbt,
    network: Network,
    is_mine: impl Fn(&Script) -> bool,
) -> Result<SpendSummary, SummaryError> {
    let tx = &psbt.unsigned_tx;
    let prevouts = prevouts(psbt)?;
    let mut unusual = Vec::new();
    let add = |sum: Amount, amount: Amount| {
        sum.checked_add(amount)
            .filter(|sum| *sum <= Amount::MAX_MONEY)
            .ok_or(SummaryError::Amounts)
    };

    let (mut total_in, mut own_in) = (Amount::ZERO, Amount::ZERO);
    for (index, out) in prevouts.iter().enumerate() {
        total_in = add(total_in, out.value)?;
        if is_mine(&out.script_pubkey) {
            own_in = add(own_in, out.value)?;
        } else {
            unusual.push(Unusual::ForeignInput { index });
        }
        let input = &psbt.inputs[index];
        // A taproot signature commits to all amounts (BIP-0341), older ones to none but their own.
        if input.non_witness_utxo.is_none() && !out.script_pubkey.is_p2tr() {
            unusual.push(Unusual::UnprovenAmount { index });
        }
        // 0 is taproot's default and commits to everything, as does 1.
        if input.sighash_type.is_some_and(|kind| kind.to_u32() > 1) {
            unusual.push(Unusual::PartialSighash { index });
        }
    }

    let mut recipients = Vec::new();
    let (mut total_out, mut change) = (Amount::ZERO, Amount::ZERO);
    let mut paid = HashSet::new();
    for (index, out) in tx.output.iter().enumerate() {
        total_out = add(total_out, out.value)?;
        if is_mine(&out.script_pubkey) {
            change = add(change, out.value)?;
            continue;
        }
        // Whoever makes a PSBT gives key origins for change alone, so that signers know it again.
        let map = &psbt.outputs[index];
        if !map.bip32_derivation.is_empty() || !map.tap_key_origins.is_empty() {
            unusual.push(Unusual::ForeignChange { index });
        }
        let address = Address::from_script(&out.script_pubkey, network).ok();
        if out.script_pubkey.is_op_return() {
            let bytes = out.script_pubkey.len().saturating_sub(1);
            unusual.push(Unusual::Data { index, bytes });
        } else if address.is_none() {
            unusual.push(Unusual::NoAddress { index });
        }
        if !out.script_pubkey.is_op_return() && out.value < out.script_pubkey.minimal_non_dust() {
            unusual.push(Unusual::Dust { index });
        }
        if !paid.insert(&out.script_pubkey) {
            unusual.push(Unusual::RepeatedRecipient { index });
        }
        recipients.push(SummaryOutput {
            address: address.map(|address| address.to_string()),
            script: out.script_pubkey.clone(),
            amount: out.value,
        });
    }

    let fee = total_in
        .checked_sub(total_out)
        .ok_or(SummaryError::Amounts)?;
    let vsize = signed_vsize(psbt, &prevouts);
    let fee_rate = FeeRate::of(fee, vsize).ok_or(SummaryError::Amounts)?;
    let total_out_of_wallet = own_in.checked_sub(change).unwrap_or(Amount::ZERO);
    if recipients.is_empty() {
        unusual.push(Unusual::OnlyToSelf);
    }
    let leaves = total_out
        .checked_sub(change)
        .filter(|leaves| *leaves > Amount::ZERO);
    let percent = leaves.map(|leaves| fee.to_sat().saturating_mul(100) / leaves.to_sat());
    if let Some(percent) = percent.filter(|percent| *percent >= UNUSUAL_SHARE && fee > SMALL_FEE) {
        unusual.push(Unusual::FeeShare { percent });
    }
    if fee > USUAL_FEE {
        unusual.push(Unusual::FeeSum);
    }
    if fee_rate.sat_per_kvb() > USUAL_RATE {
        unusual.push(Unusual::FeeRate { rate: fee_rate });
    }
    if tx.is_lock_time_enabled() && matches!(tx.lock_time, LockTime::Seconds(_)) {
        unusual.push(Unusual::LockTime {
            value: tx.lock_time.to_consensus_u32(),
        });
    }
    Ok(SpendSummary {
        recipients,
        change,
        fee,
        total_out_of_wallet,
        fee_rate,
        vsize,
        unusual,
    })
}

/// Takes the transaction out of a finalized PSBT, unless its fee rate is beyond
/// [`FeeRate::MAX_SAT_PER_VB`].
///
/// # Errors
/// When an input is not signed to the end, the PSBT does not add up, or the fee is beyond reason.
pub fn extract(psbt: Psbt) -> Result<Transaction, ExtractError> {
    let prevouts = prevouts(&psbt)?;
    if let Some(index) = psbt.inputs.iter().position(|input| !is_signed(input)) {
        return Err(ExtractError::NotSigned { index });
    }
    let total_in = sum(&prevouts)?;
    let total_out = sum(&psbt.unsigned_tx.output)?;
    let fee = total_in
        .checked_sub(total_out)
        .ok_or(SummaryError::Amounts)?;
    let rate = FeeRate::of(fee, signed_vsize(&psbt, &prevouts)).ok_or(SummaryError::Amounts)?;
    if rate.sat_per_kvb() > FeeRate::MAX_SAT_PER_VB * 1000 {
        return Err(ExtractError::FeeTooHigh {
            rate,
            limit: FeeRate::MAX_SAT_PER_VB,
        });
    }
    // The fee was checked above, in whole satoshis.
    Ok(psbt.extract_tx_unchecked_fee_rate())
}

fn sum(outputs: &[TxOut]) -> Result<Amount, SummaryError> {
    outputs
        .iter()
        .try_fold(Amount::ZERO, |sum, out| sum.checked_add(out.value))
        .ok_or(SummaryError::Amounts)
}

fn is_signed(input: &bitcoin::psbt::Input) -> bool {
    input.final_script_sig.is_some() || input.final_script_witness.is_some()
}

/// Returns what each input spends, as far as the PSBT is consistent.
fn prevouts(psbt: &Psbt) -> Result<Vec<TxOut>, SummaryError> {
    let tx = &psbt.unsigned_tx;
    if tx.input.is_empty() || tx.output.is_empty() {
        return Err(SummaryError::Empty);
    }
    if psbt.inputs.len() != tx.input.len() || psbt.outputs.len() != tx.output.len() {
        return Err(SummaryError::Misshapen);
    }
    let mut spent: HashSet<OutPoint> = HashSet::new();
    let inputs = psbt.inputs.iter().zip(&tx.input).enumerate();
    inputs
        .map(|(index, (input, txin))| {
            let outpoint = txin.previous_output;
            if !spent.insert(outpoint) {
                return Err(SummaryError::DoubleInput { index });
            }
            let proven = match &input.non_witness_utxo {
                None => None,
                Some(previous) if previous.compute_txid() != outpoint.txid => {
                    return Err(SummaryError::FalseInput { index });
                }
                Some(previous) => Some(
                    previous
                        .output
                        .get(outpoint.vout as usize)
                        .ok_or(SummaryError::FalseInput { index })?,
                ),
            };
            match (proven, &input.witness_utxo) {
                (Some(proven), Some(claimed)) if proven != claimed => {
                    Err(SummaryError::FalseInput { index })
                }
                (Some(proven), _) => Ok(proven.clone()),
                // Without its previous transaction a legacy input could claim any amount.
                (None, Some(claimed)) if is_witness(&claimed.script_pubkey) => Ok(claimed.clone()),
                _ => Err(SummaryError::UnknownInput { index }),
            }
        })
        .collect()
}

/// A script hash may be a nested witness program; its redeem script is checked when signing.
fn is_witness(script: &Script) -> bool {
    script.is_witness_program() || script.is_p2sh()
}

/// Returns the virtual size when signed: exact for signed inputs, the most for others.
fn signed_vsize(psbt: &Psbt, prevouts: &[TxOut]) -> u64 {
    let tx = &psbt.unsigned_tx;
    let mut segwit = false;
    let mut inputs = 0;
    for (input, out) in psbt.inputs.iter().zip(prevouts) {
        let weight = if is_signed(input) {
            let script = input.final_script_sig.as_ref().map_or(0, |s| s.len());
            let witness = input.final_script_witness.as_ref();
            segwit |= witness.is_some_and(|witness| !witness.is_empty());
            let length = VarInt::from(script).size() + script;
            4 * (40 + length) as u64 + witness.map_or(1, |witness| witness.size()) as u64
        } else {
            match input_weight_of(&out.script_pubkey, input.redeem_script.as_deref()) {
                Some((weight, with_witness)) => {
                    segwit |= with_witness;
                    weight.to_wu() + u64::from(!with_witness)
                }
                None => {
                    segwit = true;
                    OTHER_INPUT
                }
            }
        };
        inputs += weight;
    }
    let counts = VarInt::from(tx.input.len()).size() + VarInt::from(tx.output.len()).size();
    let outputs: u64 = tx.output.iter().map(|out| out.weight().to_wu()).sum();
    let mut weight = 4 * (8 + counts as u64) + inputs + outputs;
    if segwit {
        weight += 2;
    } else {
        // The empty witness of each input is not written.
        weight -= tx.input.len() as u64;
    }
    weight.div_ceil(4)
}
