//! Payments that are not in order: each kind is refused for its own reason.

use bitcoin::psbt::{Psbt, PsbtSighashType};
use bitcoin::sighash::{EcdsaSighashType, TapSighashType};
use bitcoin::{Amount, OutPoint};
use satchel_keys::{InputFault, SignError, sign};
use satchel_types::ScriptType;

use crate::payments::{AUX, account, payment, seed};

/// Signs a payment of three inputs after `spoil` changed it.
fn spoiled(script_type: ScriptType, spoil: impl Fn(&mut Psbt)) -> SignError {
    let (seed, account) = (seed(1), account(script_type));
    let mut psbt = payment(&[(&seed, account)], 3);
    spoil(&mut psbt);
    sign(&seed, &account, psbt, &AUX).expect_err("it was spoiled")
}

/// Checks that input 1 alone is at fault.
fn assert_fault(script_type: ScriptType, fault: InputFault, spoil: impl Fn(&mut Psbt)) {
    assert_eq!(
        spoiled(script_type, spoil),
        SignError::Inputs {
            faults: vec![(1, fault)]
        },
        "{script_type}"
    );
}

const BEFORE_TAPROOT: [ScriptType; 3] = [
    ScriptType::Segwit,
    ScriptType::NestedSegwit,
    ScriptType::Legacy,
];

#[test]
fn an_input_of_somebody_else() {
    for script_type in ScriptType::ALL {
        assert_fault(script_type, InputFault::NotOurs, |psbt| {
            psbt.inputs[1].bip32_derivation.clear();
            psbt.inputs[1].tap_key_origins.clear();
        });
    }
}

#[test]
fn all_inputs_of_somebody_else() {
    let account = account(ScriptType::Taproot);
    let psbt = payment(&[(&seed(2), account)], 2);
    assert_eq!(
        sign(&seed(1), &account, psbt, &AUX).expect_err("not ours"),
        SignError::Inputs {
            faults: vec![(0, InputFault::NotOurs), (1, InputFault::NotOurs)]
        }
    );
}

#[test]
fn an_input_without_what_it_spends() {
    for script_type in ScriptType::ALL {
        assert_fault(script_type, InputFault::MissingUtxo, |psbt| {
            psbt.inputs[1].witness_utxo = None;
            psbt.inputs[1].non_witness_utxo = None;
        });
    }
}

#[test]
fn an_input_before_taproot_without_its_previous_transaction() {
    for script_type in BEFORE_TAPROOT {
        assert_fault(script_type, InputFault::MissingPreviousTx, |psbt| {
            let input = &mut psbt.inputs[1];
            let previous = input.non_witness_utxo.take().expect("it was there");
            input.witness_utxo = Some(previous.output[1].clone());
        });
    }
}

#[test]
fn an_input_with_another_previous_transaction() {
    for script_type in BEFORE_TAPROOT {
        assert_fault(script_type, InputFault::WrongPreviousTx, |psbt| {
            psbt.inputs[1].non_witness_utxo = psbt.inputs[0].non_witness_utxo.clone();
            psbt.inputs[1].witness_utxo = None;
        });
    }
}

#[test]
fn a_previous_transaction_with_another_amount() {
    for script_type in BEFORE_TAPROOT {
        assert_fault(script_type, InputFault::WrongPreviousTx, |psbt| {
            let previous = psbt.inputs[1].non_witness_utxo.as_mut();
            previous.expect("it was there").output[1].value = Amount::from_sat(1);
        });
    }
}

#[test]
fn an_output_that_its_transaction_does_not_have() {
    for script_type in BEFORE_TAPROOT {
        assert_fault(script_type, InputFault::NoSuchOutput, |psbt| {
            psbt.unsigned_tx.input[1].previous_output.vout = 2;
        });
    }
}

#[test]
fn an_amount_that_differs_from_the_previous_transaction() {
    for script_type in [ScriptType::Segwit, ScriptType::NestedSegwit] {
        assert_fault(script_type, InputFault::OutputsDiffer, |psbt| {
            let said = psbt.inputs[1].witness_utxo.as_mut().expect("it was there");
            said.value += Amount::from_sat(1);
        });
    }
}

#[test]
fn an_amount_of_more_than_there_is() {
    assert_fault(ScriptType::Taproot, InputFault::TooMuch, |psbt| {
        let said = psbt.inputs[1].witness_utxo.as_mut().expect("it was there");
        said.value = Amount::MAX_MONEY + Amount::from_sat(1);
    });
}

#[test]
fn amounts_that_overflow() {
    let error = spoiled(ScriptType::Taproot, |psbt| {
        psbt.unsigned_tx.output[0].value = Amount::MAX;
        psbt.unsigned_tx
            .output
            .push(psbt.unsigned_tx.output[0].clone());
        psbt.outputs.push(psbt.outputs[0].clone());
    });
    assert!(matches!(error, SignError::Malformed { .. }), "{error}");
}

#[test]
fn outputs_worth_more_than_inputs() {
    let error = spoiled(ScriptType::Segwit, |psbt| {
        psbt.unsigned_tx.output[0].value += Amount::from_sat(1_001);
    });
    let (inputs, outputs) = (Amount::from_sat(300_003), Amount::from_sat(300_004));
    assert_eq!(error, SignError::NegativeFee { inputs, outputs });
}

#[test]
fn a_fee_of_nothing_is_no_fault() {
    let (seed, account) = (seed(1), account(ScriptType::Segwit));
    let mut psbt = payment(&[(&seed, account)], 3);
    psbt.unsigned_tx.output[0].value += Amount::from_sat(1_000);
    sign(&seed, &account, psbt, &AUX).expect("not negative");
}

#[test]
fn a_coin_that_is_spent_twice() {
    for script_type in ScriptType::ALL {
        assert_fault(script_type, InputFault::SpentTwice, |psbt| {
            psbt.unsigned_tx.input[1].previous_output = psbt.unsigned_tx.input[0].previous_output;
        });
    }
}

#[test]
fn a_signature_over_a_part_of_the_transaction() {
    for kind in [
        EcdsaSighashType::None,
        EcdsaSighashType::Single,
        EcdsaSighashType::AllPlusAnyoneCanPay,
    ] {
        for script_type in BEFORE_TAPROOT {
            assert_fault(script_type, InputFault::SighashType, |psbt| {
                psbt.inputs[1].sighash_type = Some(PsbtSighashType::from(kind));
            });
        }
    }
    for kind in [
        PsbtSighashType::from(TapSighashType::None),
        PsbtSighashType::from(TapSighashType::SinglePlusAnyoneCanPay),
        PsbtSighashType::from_u32(0x1234),
    ] {
        assert_fault(ScriptType::Taproot, InputFault::SighashType, |psbt| {
            psbt.inputs[1].sighash_type = Some(kind);
        });
    }
}

#[test]
fn a_path_that_leads_to_another_key() {
    for script_type in ScriptType::ALL {
        assert_fault(script_type, InputFault::WrongScript, |psbt| {
            let other = psbt.inputs[2].clone();
            psbt.inputs[1].bip32_derivation = other.bip32_derivation;
            psbt.inputs[1].tap_key_origins = other.tap_key_origins;
        });
    }
}

#[test]
fn a_coin_whose_script_was_swapped() {
    assert_fault(ScriptType::Taproot, InputFault::WrongScript, |psbt| {
        let other = psbt.inputs[0].witness_utxo.clone().expect("it was there");
        let said = psbt.inputs[1].witness_utxo.as_mut().expect("it was there");
        said.script_pubkey = other.script_pubkey;
    });
}

#[test]
fn an_input_that_is_final_already() {
    let (seed, account) = (seed(1), account(ScriptType::Taproot));
    let psbt = payment(&[(&seed, account)], 1);
    let signed = sign(&seed, &account, psbt, &AUX).expect("ours");
    assert_eq!(
        sign(&seed, &account, signed, &AUX).expect_err("signed already"),
        SignError::Inputs {
            faults: vec![(0, InputFault::AlreadyFinal)]
        }
    );
}

#[test]
fn maps_that_do_not_fit_the_transaction() {
    for spoil in [
        (|psbt: &mut Psbt| drop(psbt.inputs.pop())) as fn(&mut Psbt),
        |psbt| psbt.inputs.push(psbt.inputs[0].clone()),
        |psbt| drop(psbt.outputs.pop()),
        |psbt| drop(psbt.unsigned_tx.input.pop()),
        |psbt| {
            psbt.unsigned_tx.output.clear();
            psbt.outputs.clear();
        },
        |psbt| {
            psbt.unsigned_tx.input.clear();
            psbt.inputs.clear();
        },
        |psbt| psbt.unsigned_tx.input[0].witness.push([1]),
    ] {
        let error = spoiled(ScriptType::Taproot, spoil);
        assert!(matches!(error, SignError::Malformed { .. }), "{error}");
    }
}

#[test]
fn every_fault_is_listed_and_named() {
    let error = spoiled(ScriptType::Segwit, |psbt| {
        psbt.inputs[0].bip32_derivation.clear();
        psbt.inputs[2].sighash_type = Some(PsbtSighashType::from(EcdsaSighashType::None));
    });
    assert_eq!(
        error.to_string(),
        "2 inputs cannot be signed: 0 (not this wallet's), \
         2 (a signature hash type other than all)"
    );
}

#[test]
fn an_outpoint_that_is_no_coin() {
    assert_fault(ScriptType::Segwit, InputFault::WrongPreviousTx, |psbt| {
        psbt.unsigned_tx.input[1].previous_output = OutPoint::null();
    });
}
