//! From a selection to a PSBT.

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{
    Address, Amount, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
};
use miniscript::psbt::PsbtExt;
use satchel_types::{ChainSide, CoinRow, FeeRate, Recipient};

use super::fees::{self, Shuffler};
use super::{Plan, PlanError};
use crate::Engine;

/// Signals that the payment may be replaced (BIP-0125) and lets the lock time count.
const SEQUENCE: Sequence = Sequence::ENABLE_RBF_NO_LOCKTIME;

/// All that a transaction is made of.
pub(super) struct Parts {
    pub coins: Vec<CoinRow>,
    pub recipients: Vec<(ScriptBuf, Amount)>,
    /// Index of the change address, its script, the amount.
    pub change: Option<(u32, ScriptBuf, Amount)>,
    pub fee: Amount,
    pub fee_rate: FeeRate,
    pub weight: u64,
    pub tip_height: u32,
    pub replaces: Vec<Txid>,
}

/// Makes the PSBT. Inputs and outputs are shuffled, so that neither age nor purpose shows.
pub(super) fn build(
    engine: &Engine,
    mut parts: Parts,
    shuffler: &mut Shuffler,
) -> Result<Plan, PlanError> {
    fees::check_limits(parts.fee, parts.weight)?;
    shuffler.shuffle(&mut parts.coins);
    let mut outputs: Vec<TxOut> = parts
        .recipients
        .iter()
        .map(|(script, amount)| (script, amount))
        .chain(
            parts
                .change
                .iter()
                .map(|(_, script, amount)| (script, amount)),
        )
        .map(|(script, amount)| TxOut {
            value: *amount,
            script_pubkey: script.clone(),
        })
        .collect();
    shuffler.shuffle(&mut outputs);
    let transaction = Transaction {
        version: Version::TWO,
        lock_time: lock_time(parts.tip_height, shuffler),
        input: parts
            .coins
            .iter()
            .map(|coin| TxIn {
                previous_output: coin.outpoint,
                script_sig: ScriptBuf::new(),
                sequence: SEQUENCE,
                witness: Witness::new(),
            })
            .collect(),
        output: outputs,
    };
    let mut psbt =
        Psbt::from_unsigned_tx(transaction).expect("inputs without scripts and witnesses");
    for (position, coin) in parts.coins.iter().enumerate() {
        describe_input(engine, &mut psbt, position, coin);
    }
    for position in 0..psbt.outputs.len() {
        let script = &psbt.unsigned_tx.output[position].script_pubkey;
        if let Some((side, index)) = engine.is_mine(script) {
            psbt.update_output_with_descriptor(position, &engine.descriptors().at(side, index))
                .expect("the script was derived from this descriptor");
        }
    }
    let recipients = parts
        .recipients
        .into_iter()
        .map(|(script, amount)| {
            let address = Address::from_script(&script, engine.network())
                .expect("recipients come from addresses");
            Recipient {
                address: address.to_string(),
                amount,
            }
        })
        .collect();
    Ok(Plan {
        psbt,
        recipients,
        change: parts.change.as_ref().map(|(_, _, amount)| *amount),
        change_index: parts.change.map(|(index, _, _)| index),
        fee: parts.fee,
        fee_rate: parts.fee_rate,
        vsize: parts.weight.div_ceil(4),
        inputs: parts.coins,
        replaces: parts.replaces,
    })
}

/// Says what an input spends. A signature of segwit version 0 does not prove the amounts of other
/// inputs, so its previous transaction goes along whole (BIP-0174); a taproot one does (BIP-0341).
fn describe_input(engine: &Engine, psbt: &mut Psbt, position: usize, coin: &CoinRow) {
    let previous = engine
        .tx(coin.outpoint.txid)
        .expect("a coin's transaction is known");
    let descriptors = engine.descriptors();
    let input = &mut psbt.inputs[position];
    if descriptors.is_segwit() {
        input.witness_utxo = previous.output.get(coin.outpoint.vout as usize).cloned();
    }
    if !descriptors.is_taproot() {
        input.non_witness_utxo = Some(previous.as_ref().clone());
    }
    psbt.update_input_with_descriptor(position, &descriptors.at(coin.side, coin.index))
        .expect("the coin's script was derived from this descriptor");
}

/// Returns the lock time that makes mining the last block anew worth nothing more: the tip's
/// height, now and then somewhat less, so that payments delayed for privacy stand out less.
fn lock_time(tip: u32, shuffler: &mut Shuffler) -> LockTime {
    let back = match shuffler.below(10) {
        0 => shuffler.below(100) as u32,
        _ => 0,
    };
    LockTime::from_height(tip.saturating_sub(back)).unwrap_or(LockTime::ZERO)
}

/// Returns the script that change goes to, and its index.
pub(super) fn change_script(engine: &Engine) -> (u32, ScriptBuf) {
    let index = engine.change_index();
    let descriptor = engine.descriptors().at(ChainSide::Change, index);
    (index, descriptor.script_pubkey())
}
