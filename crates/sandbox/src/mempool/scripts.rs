//! Input scripts, run by the kernel.

use bitcoin::consensus::encode;
use bitcoin::{OutPoint, Transaction};
use bitcoinkernel::prelude::*;
use bitcoinkernel::{PrecomputedTransactionData, ScriptPubkey, TxOut, VERIFY_ALL, verify};

use super::{PoolCoin, Reject, diagnose};

/// Runs every input's script in Core's interpreter with all consensus rules, then this crate's own
/// checks of the stricter relay rules.
pub fn check_scripts(tx: &Transaction, coins: &[PoolCoin]) -> Result<(), Reject> {
    let engine = |_| Reject::new("script-engine-failed");
    let raw = bitcoinkernel::Transaction::new(&encode::serialize(tx)).map_err(engine)?;
    let mut spent = Vec::with_capacity(coins.len());
    for coin in coins {
        let script = ScriptPubkey::new(coin.output.script_pubkey.as_bytes()).map_err(engine)?;
        let value = i64::try_from(coin.output.value.to_sat())
            .map_err(|_| Reject::new("bad-txns-inputvalues-outofrange"))?;
        spent.push(TxOut::new(&script, value));
    }
    let data = PrecomputedTransactionData::new(&raw, &spent).map_err(engine)?;
    for (number, output) in spent.iter().enumerate() {
        let passed = verify(
            &output.script_pubkey(),
            Some(output.value()),
            &raw,
            number,
            Some(VERIFY_ALL),
            &data,
        )
        .is_ok();
        if !passed {
            let words = diagnose::consensus_fault(tx, number, coins);
            let reason = format!("mandatory-script-verify-flag-failed ({words})");
            return Err(Reject::with(reason, place(tx, number)));
        }
        check_input_policy(tx, number, coins)?;
    }
    Ok(())
}

/// The checks of relay rules alone, for a transaction that was in a block.
pub fn check_policy(tx: &Transaction, coins: &[PoolCoin]) -> Result<(), Reject> {
    (0..coins.len()).try_for_each(|number| check_input_policy(tx, number, coins))
}

fn check_input_policy(tx: &Transaction, number: usize, coins: &[PoolCoin]) -> Result<(), Reject> {
    let Some(words) = diagnose::policy_fault(tx, number, coins) else {
        return Ok(());
    };
    let reason = format!("non-mandatory-script-verify-flag ({words})");
    Err(Reject::with(reason, place(tx, number)))
}

fn place(tx: &Transaction, number: usize) -> String {
    let OutPoint { txid, vout } = tx.input[number].previous_output;
    format!(
        "input {number} of {} (wtxid {}), spending {txid}:{vout}",
        tx.compute_txid(),
        tx.compute_wtxid(),
    )
}
