//! What is checked before a key is touched.

use std::collections::{HashMap, HashSet};

use bitcoin::bip32::{ChildNumber, DerivationPath, KeySource};
use bitcoin::psbt::{self, Psbt};
use bitcoin::sighash::{EcdsaSighashType, TapSighashType};
use bitcoin::{Amount, Transaction, TxOut, Txid};
use satchel_types::ScriptType;

use super::{InputFault, SignError};
use crate::account_key::AccountKey;

/// An input that names a path of this account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    /// 0 for receive, 1 for change.
    pub(super) side: ChildNumber,
    /// Index on that side.
    pub(super) index: ChildNumber,
    /// Taproot only: whether the type is written out as `ALL`, which makes the signature a byte
    /// longer.
    pub(super) explicit_all: bool,
}

/// Checks what a hand-made [`Psbt`] value could get wrong.
pub(super) fn check_shape(psbt: &Psbt) -> Result<(), SignError> {
    let tx = &psbt.unsigned_tx;
    let what = if psbt.inputs.len() != tx.input.len() {
        "inputs and their maps differ in number"
    } else if psbt.outputs.len() != tx.output.len() {
        "outputs and their maps differ in number"
    } else if tx.input.is_empty() {
        "there are no inputs"
    } else if tx.output.is_empty() {
        "there are no outputs"
    } else if tx
        .input
        .iter()
        .any(|input| !input.script_sig.is_empty() || !input.witness.is_empty())
    {
        "its transaction holds signatures"
    } else {
        return Ok(());
    };
    Err(SignError::Malformed { what })
}

/// Returns what each input spends, checked against the previous transaction where that is given.
pub(super) fn previous_outputs(psbt: &Psbt) -> Result<Vec<TxOut>, SignError> {
    let mut known = HashMap::new();
    let mut spent = HashSet::new();
    let mut outputs = Vec::with_capacity(psbt.inputs.len());
    let mut faults = Vec::new();
    for (index, (input, txin)) in psbt.inputs.iter().zip(&psbt.unsigned_tx.input).enumerate() {
        let outpoint = txin.previous_output;
        if !spent.insert(outpoint) {
            faults.push((index, InputFault::SpentTwice));
            continue;
        }
        match previous_output(input, outpoint.txid, outpoint.vout, &mut known) {
            Ok(output) => outputs.push(output.clone()),
            Err(fault) => faults.push((index, fault)),
        }
    }
    if faults.is_empty() {
        Ok(outputs)
    } else {
        Err(SignError::Inputs { faults })
    }
}

/// Finds one previous output. `known` are transactions that were hashed already: a payment that
/// gathers a thousand outputs of one transaction carries it a thousand times, and comparing is
/// quicker than hashing.
fn previous_output<'a>(
    input: &'a psbt::Input,
    txid: Txid,
    vout: u32,
    known: &mut HashMap<Txid, &'a Transaction>,
) -> Result<&'a TxOut, InputFault> {
    let from_tx = match &input.non_witness_utxo {
        None => None,
        Some(tx) => {
            if known.get(&txid).is_none_or(|seen| *seen != tx) {
                if tx.compute_txid() != txid {
                    return Err(InputFault::WrongPreviousTx);
                }
                known.insert(txid, tx);
            }
            let output = usize::try_from(vout)
                .ok()
                .and_then(|vout| tx.output.get(vout))
                .ok_or(InputFault::NoSuchOutput)?;
            Some(output)
        }
    };
    let output = match (from_tx, &input.witness_utxo) {
        (None, None) => return Err(InputFault::MissingUtxo),
        (Some(proven), Some(said)) if proven != said => return Err(InputFault::OutputsDiffer),
        (Some(output), _) | (None, Some(output)) => output,
    };
    if output.value > Amount::MAX_MONEY {
        return Err(InputFault::TooMuch);
    }
    Ok(output)
}

/// Checks that the fee is not negative, without overflowing on the way.
pub(super) fn check_fee(psbt: &Psbt, prevouts: &[TxOut]) -> Result<(), SignError> {
    let sum = |outputs: &[TxOut]| {
        outputs
            .iter()
            .try_fold(Amount::ZERO, |sum, output| sum.checked_add(output.value))
            .ok_or(SignError::Malformed {
                what: "its amounts exceed all bitcoin there will be",
            })
    };
    let inputs = sum(prevouts)?;
    let outputs = sum(&psbt.unsigned_tx.output)?;
    if outputs > inputs {
        return Err(SignError::NegativeFee { inputs, outputs });
    }
    Ok(())
}

/// Returns where the input's key lies in this account, as the input says; whether that is true is
/// found out when the key is derived.
pub(super) fn claim(
    input: &psbt::Input,
    key: &AccountKey,
    script_type: ScriptType,
) -> Result<Claim, InputFault> {
    if input.final_script_sig.is_some() || input.final_script_witness.is_some() {
        return Err(InputFault::AlreadyFinal);
    }
    let (side, index) = match script_type {
        ScriptType::Taproot => input
            .tap_key_origins
            .values()
            .find_map(|(_, source)| below(source, key)),
        _ => input
            .bip32_derivation
            .values()
            .find_map(|source| below(source, key)),
    }
    .ok_or(InputFault::NotOurs)?;
    if script_type != ScriptType::Taproot && input.non_witness_utxo.is_none() {
        return Err(InputFault::MissingPreviousTx);
    }
    Ok(Claim {
        side,
        index,
        explicit_all: covers_all(input, script_type)?,
    })
}

/// Returns the two unhardened steps below the account, if that is where the key is.
fn below((fingerprint, path): &KeySource, key: &AccountKey) -> Option<(ChildNumber, ChildNumber)> {
    let account: &[ChildNumber] = key.path.as_ref();
    let path: &[ChildNumber] = DerivationPath::as_ref(path);
    match path.strip_prefix(account)? {
        &[side, index] if *fingerprint == key.fingerprint => {
            let known_side = side == ChildNumber::Normal { index: 0 }
                || side == ChildNumber::Normal { index: 1 };
            (known_side && index.is_normal()).then_some((side, index))
        }
        _ => None,
    }
}

/// Refuses signatures over a part of the transaction. Returns whether a taproot one says `ALL`.
fn covers_all(input: &psbt::Input, script_type: ScriptType) -> Result<bool, InputFault> {
    let Some(wanted) = input.sighash_type else {
        return Ok(false);
    };
    match script_type {
        ScriptType::Taproot => match wanted.taproot_hash_ty() {
            Ok(TapSighashType::Default) => Ok(false),
            Ok(TapSighashType::All) => Ok(true),
            _ => Err(InputFault::SighashType),
        },
        _ => match wanted.ecdsa_hash_ty() {
            Ok(EcdsaSighashType::All) => Ok(false),
            _ => Err(InputFault::SighashType),
        },
    }
}
