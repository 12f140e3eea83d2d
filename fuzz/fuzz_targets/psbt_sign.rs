//! PSBTs handed to the signer.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Unstructured;
use bitcoin::psbt::Psbt;
use bitcoin::{ScriptBuf, Transaction, Witness};
use libfuzzer_sys::fuzz_target;
use miniscript::psbt::PsbtExt;
use satchel_fuzz::{Owner, frugal_bitcoin, payment, seeds, spoil};
use satchel_keys::{SignError, sign, sign_partial};
use satchel_types::ScriptType;

static OWNERS: LazyLock<[Owner; 4]> = LazyLock::new(|| ScriptType::ALL.map(Owner::new));
static PAYMENTS: LazyLock<Vec<Psbt>> =
    LazyLock::new(|| OWNERS.iter().map(|owner| payment(owner, 3)).collect());
const AUX: [u8; 32] = [0x42; 32];

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let kind = usize::from(mode >> 4) % 4;
    let tried = if mode & 8 == 0 { whole } else { partly };
    match mode & 7 {
        0 => {
            let read = frugal_bitcoin(data.len(), || Psbt::deserialize(data));
            if let Ok(psbt) = read {
                tried(&OWNERS[kind], psbt);
            }
        }
        1 => {
            let mut u = Unstructured::new(data);
            let mut psbt = PAYMENTS[kind].clone();
            for _ in 0..4 {
                if u.is_empty() || spoil(&mut psbt, &OWNERS[kind], &mut u).is_err() {
                    break;
                }
            }
            tried(&OWNERS[kind], psbt);
        }
        _ => {}
    }
});

/// What is signed is what was given, is signed to the end, and its signatures are valid for what it
/// says it spends.
fn whole(owner: &Owner, psbt: Psbt) {
    match sign(&owner.seed, &owner.account, psbt.clone(), &AUX) {
        Ok(signed) => {
            assert_eq!(signed.unsigned_tx, psbt.unsigned_tx);
            assert_eq!(signed.outputs, psbt.outputs);
            for (after, before) in signed.inputs.iter().zip(&psbt.inputs) {
                assert!(after.final_script_sig.is_some() || after.final_script_witness.is_some());
                assert_eq!(after.witness_utxo, before.witness_utxo);
                assert_eq!(after.non_witness_utxo, before.non_witness_utxo);
                assert!(before.sighash_type.is_none_or(|kind| kind.to_u32() <= 1));
            }
            // Miniscript interprets every script anew.
            let tx = PsbtExt::extract(&signed, bitcoin::secp256k1::SECP256K1)
                .expect("what is signed is valid");
            assert_eq!(unsigned(tx), psbt.unsigned_tx);
            let again = sign(&owner.seed, &owner.account, signed, &AUX);
            assert!(again.is_err(), "it is final already");
        }
        Err(SignError::Inputs { faults }) => {
            assert!(!faults.is_empty(), "refused for nothing");
            assert!(faults.is_sorted_by(|a, b| a.0 < b.0), "an input told twice");
            assert!(faults.iter().all(|(index, _)| *index < psbt.inputs.len()));
        }
        Err(error) => assert!(error.to_string().len() < 200),
    }
}

fn unsigned(mut tx: Transaction) -> Transaction {
    for input in &mut tx.input {
        input.script_sig = ScriptBuf::new();
        input.witness = Witness::new();
    }
    tx
}

/// Others' inputs are left alone.
fn partly(owner: &Owner, psbt: Psbt) {
    let Ok(part) = sign_partial(&owner.seed, &owner.account, psbt.clone(), &AUX) else {
        return;
    };
    assert!(!part.signed.is_empty(), "nothing was signed");
    assert_eq!(part.psbt.unsigned_tx, psbt.unsigned_tx);
    for (index, (after, before)) in part.psbt.inputs.iter().zip(&psbt.inputs).enumerate() {
        let is_signed = part.signed.contains(&index);
        let was_final = before.final_script_sig.is_some() || before.final_script_witness.is_some();
        assert!(!(is_signed && was_final), "input {index} was final");
        if !is_signed {
            assert_eq!(after, before, "input {index} is somebody else's");
            assert_eq!(part.missing.contains(&index), !was_final);
        }
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let names = ["taproot", "segwit", "nested", "legacy"];
    let mut seeds = Vec::new();
    for (kind, (name, psbt)) in (0_u8..).zip(names.into_iter().zip(&*PAYMENTS)) {
        seeds.push((name, [&[kind << 4], &psbt.serialize()[..]].concat()));
    }
    seeds.push(("partly", [&[8], &PAYMENTS[0].serialize()[..]].concat()));
    let signed = sign(
        &OWNERS[0].seed,
        &OWNERS[0].account,
        PAYMENTS[0].clone(),
        &AUX,
    );
    seeds.push((
        "signed",
        [&[0], &signed.expect("in order").serialize()[..]].concat(),
    ));
    seeds.push((
        "spoiled-taproot",
        vec![1, 4, 200, 1, 3, 7, 9, 250, 4, 16, 1, 2, 3, 4, 5, 6, 7],
    ));
    seeds.push((
        "spoiled-segwit",
        vec![0x11, 1, 200, 1, 3, 7, 9, 250, 4, 16, 1, 2, 3, 4, 5, 6, 7],
    ));
    seeds.push((
        "spoiled-nested",
        vec![0x21, 9, 9, 9, 250, 4, 16, 1, 2, 3, 4, 5, 6, 7, 5, 1, 0],
    ));
    seeds.push((
        "spoiled-legacy",
        vec![0x31, 8, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 5, 1, 0, 16, 2, 2],
    ));
    seeds
}
