//! PSBTs from anywhere: never a panic, and what is signed is valid.

use std::sync::LazyLock;

use bitcoin::psbt::{Psbt, PsbtSighashType};
use bitcoin::{Amount, ScriptBuf};
use proptest::prelude::*;
use satchel_keys::{Seed, sign, sign_partial};
use satchel_types::ScriptType;

use crate::payments::{AUX, account, payment, prevouts, seed, verify};

static OWNER: LazyLock<Seed> = LazyLock::new(|| seed(1));
static PAYMENTS: LazyLock<Vec<Psbt>> = LazyLock::new(|| {
    ScriptType::ALL
        .into_iter()
        .map(|script_type| payment(&[(&OWNER, account(script_type))], 3))
        .collect()
});

/// Signs both ways. Whatever comes out has to be valid for what the PSBT said it spends.
fn try_to_sign(psbt: Psbt, script_type: ScriptType) {
    let account = account(script_type);
    let _ = sign_partial(&OWNER, &account, psbt.clone(), &AUX);
    if let Ok(signed) = sign(&OWNER, &account, psbt, &AUX) {
        let spent = prevouts(&signed);
        let tx = signed.extract_tx_unchecked_fee_rate();
        verify(&tx, &spent).expect("what is signed is valid");
    }
}

/// One way to spoil a PSBT that a parser would let through.
fn spoil(psbt: &mut Psbt, how: u8, at: usize, number: u64) {
    let inputs = psbt.inputs.len().max(1);
    let (a, b) = (at % inputs, number as usize % inputs);
    let Some(other) = psbt.inputs.get(b).cloned() else {
        return;
    };
    let Some(input) = psbt.inputs.get_mut(a) else {
        return;
    };
    match how % 14 {
        0 => input.witness_utxo = None,
        1 => input.non_witness_utxo = None,
        2 => input.witness_utxo = other.witness_utxo,
        3 => input.non_witness_utxo = other.non_witness_utxo,
        4 => {
            if let Some(utxo) = &mut input.witness_utxo {
                utxo.value = Amount::from_sat(number);
            }
        }
        5 => {
            if let Some(tx) = &mut input.non_witness_utxo {
                tx.output.truncate(number as usize % 3);
            }
        }
        6 => input.bip32_derivation = other.bip32_derivation,
        7 => input.tap_key_origins = other.tap_key_origins,
        8 => input.sighash_type = Some(PsbtSighashType::from_u32(number as u32)),
        9 => {
            if let Some(txin) = psbt.unsigned_tx.input.get_mut(a) {
                txin.previous_output.vout = number as u32;
            }
        }
        10 => {
            psbt.inputs.swap(a, b);
        }
        11 => drop(psbt.inputs.pop()),
        12 => drop(psbt.unsigned_tx.input.pop()),
        _ => {
            if let Some(utxo) = &mut input.witness_utxo {
                utxo.script_pubkey = ScriptBuf::from_bytes(number.to_be_bytes().to_vec());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_changed_bytes_are_survived(
        kind in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = PAYMENTS[kind].serialize();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(psbt) = Psbt::deserialize(&bytes) {
            try_to_sign(psbt, ScriptType::ALL[kind]);
        }
    }

    #[test]
    fn any_spoiled_parts_are_survived(
        kind in 0_usize..4,
        changes in prop::collection::vec((any::<u8>(), any::<usize>(), prop_oneof![0_u64..4, any::<u64>()]), 1..4),
    ) {
        let mut psbt = PAYMENTS[kind].clone();
        for (how, at, number) in changes {
            spoil(&mut psbt, how, at, number);
        }
        try_to_sign(psbt, ScriptType::ALL[kind]);
    }
}
