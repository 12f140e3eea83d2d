//! From a selection to a PSBT.

use bitcoin::absolute::LockTime;
use bitcoin::secp256k1::{Secp256k1, VerifyOnly};
use bitcoin::transaction::Version;
use bitcoin::{
    Address, Amount, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
    XOnlyPublicKey, psbt,
};
use miniscript::descriptor::ShInner;
use miniscript::psbt::PsbtExt;
use miniscript::{DefiniteDescriptorKey, Descriptor};
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
    let descriptor = descriptors.at(coin.side, coin.index);
    if !describe_single_key(input, &descriptor, descriptors.secp()) {
        psbt.update_input_with_descriptor(position, &descriptor)
            .expect("the coin's script was derived from this descriptor");
    }
}

/// Fills in key and script of a single-key input, as `update_input_with_descriptor` does, which
/// makes and blinds two contexts of its own for every input and so takes several times as long.
/// Returns `false` for other descriptors.
fn describe_single_key(
    input: &mut psbt::Input,
    descriptor: &Descriptor<DefiniteDescriptorKey>,
    secp: &Secp256k1<VerifyOnly>,
) -> bool {
    let key = match descriptor {
        Descriptor::Tr(tr) if tr.tap_tree().is_none() => tr.internal_key(),
        Descriptor::Wpkh(wpkh) => wpkh.as_inner(),
        Descriptor::Pkh(pkh) => pkh.as_inner(),
        Descriptor::Sh(sh) => match sh.as_inner() {
            ShInner::Wpkh(wpkh) => wpkh.as_inner(),
            _ => return false,
        },
        _ => return false,
    };
    let (Ok(public), Some(path)) = (key.derive_public_key(secp), key.full_derivation_path()) else {
        return false;
    };
    let source = (key.master_fingerprint(), path);
    if let Descriptor::Tr(_) = descriptor {
        let internal = XOnlyPublicKey::from(public.inner);
        input.tap_internal_key = Some(internal);
        input.tap_key_origins.insert(internal, (vec![], source));
        return true;
    }
    if let Descriptor::Sh(_) = descriptor {
        let Ok(hash) = public.wpubkey_hash() else {
            return false;
        };
        input.redeem_script = Some(ScriptBuf::new_p2wpkh(&hash));
    }
    input.bip32_derivation.insert(public.inner, source);
    true
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

/// Returns the script that change goes to, and its index, if it is not given.
pub(super) fn change_script(engine: &Engine, index: Option<u32>) -> (u32, ScriptBuf) {
    let index = index.unwrap_or_else(|| engine.change_index());
    let descriptor = engine.descriptors().at(ChainSide::Change, index);
    (index, descriptor.script_pubkey())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_to_describe_an_input_says_what_the_long_way_says() {
        let key = "[d34db33f/84'/1'/0']tpubDDYkZojQFQjht8Tm4jsS3iuEmKjTiEGjG6KnuFNKKJb5A6ZUCUZKdvLdSDWofKi4ToRCwb9poe1XdqfUnP4jaJjCB2Zwv11ZLgSbnZSNecE/3/9";
        let secp = Secp256k1::verification_only();
        for text in [
            format!("tr({key})"),
            format!("wpkh({key})"),
            format!("sh(wpkh({key}))"),
            format!("pkh({key})"),
        ] {
            let descriptor: Descriptor<DefiniteDescriptorKey> = text.parse().expect("a descriptor");
            let previous = Transaction {
                version: Version::TWO,
                lock_time: LockTime::ZERO,
                input: vec![TxIn::default()],
                output: vec![TxOut {
                    value: Amount::from_sat(1),
                    script_pubkey: descriptor.script_pubkey(),
                }],
            };
            let mut spending = previous.clone();
            spending.input[0].previous_output = bitcoin::OutPoint::new(previous.compute_txid(), 0);
            let mut long = Psbt::from_unsigned_tx(spending).expect("no signatures");
            long.inputs[0].non_witness_utxo = Some(previous);
            let mut short = long.clone();
            long.update_input_with_descriptor(0, &descriptor)
                .expect("its own script");
            assert!(describe_single_key(
                &mut short.inputs[0],
                &descriptor,
                &secp
            ));
            assert_eq!(short.inputs, long.inputs, "{text}");
        }
    }
}
