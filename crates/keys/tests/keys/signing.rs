//! Payments that are in order.

use bitcoin::psbt::PsbtSighashType;
use bitcoin::sighash::TapSighashType;
use miniscript::psbt::PsbtExt;
use satchel_keys::sign;
use satchel_types::ScriptType;
use secp256k1::SECP256K1;

use crate::payments::{AUX, account, payment, prevouts, seed, verify};

#[test]
fn every_script_type_is_signed_as_bitcoin_core_wants_it() {
    for script_type in ScriptType::ALL {
        let (seed, account) = (seed(1), account(script_type));
        for inputs in [1, 2, 7] {
            let psbt = payment(&[(&seed, account)], inputs);
            let spent = prevouts(&psbt);
            let signed = sign(&seed, &account, psbt, &AUX).expect("all inputs are ours");
            // Miniscript interprets the scripts anew before it gives the transaction out.
            let by_miniscript = PsbtExt::extract(&signed, SECP256K1).expect("final");
            let tx = signed.extract_tx().expect("a modest fee");
            assert_eq!(by_miniscript, tx);
            verify(&tx, &spent).expect("Bitcoin Core agrees");
        }
    }
}

#[test]
fn a_changed_transaction_is_refused_by_the_engine_that_judges_here() {
    for script_type in ScriptType::ALL {
        let (seed, account) = (seed(1), account(script_type));
        let psbt = payment(&[(&seed, account)], 2);
        let spent = prevouts(&psbt);
        let signed = sign(&seed, &account, psbt, &AUX).expect("all inputs are ours");
        let mut tx = signed.extract_tx().expect("a modest fee");
        tx.output[0].value -= bitcoin::Amount::from_sat(1);
        assert!(verify(&tx, &spent).is_err(), "{script_type}");
    }
}

#[test]
fn a_final_input_keeps_what_it_spends_and_loses_what_only_signing_needed() {
    for script_type in ScriptType::ALL {
        let (seed, account) = (seed(1), account(script_type));
        let psbt = payment(&[(&seed, account)], 1);
        let before = psbt.inputs[0].clone();
        let after = sign(&seed, &account, psbt, &AUX).expect("ours").inputs[0].clone();
        assert_eq!(after.witness_utxo, before.witness_utxo);
        assert_eq!(after.non_witness_utxo, before.non_witness_utxo);
        assert!(after.bip32_derivation.is_empty() && after.tap_key_origins.is_empty());
        assert!(after.partial_sigs.is_empty() && after.tap_key_sig.is_none());
        assert!(after.redeem_script.is_none() && after.tap_internal_key.is_none());
    }
}

#[test]
fn ecdsa_signatures_are_small_and_the_same_every_time() {
    for script_type in [ScriptType::Segwit, ScriptType::NestedSegwit] {
        let (seed, account) = (seed(1), account(script_type));
        let psbt = payment(&[(&seed, account)], 20);
        let signed = sign(&seed, &account, psbt.clone(), &AUX).expect("ours");
        let again = sign(&seed, &account, psbt, &[1; 32]).expect("ours");
        assert_eq!(signed, again);
        for input in &signed.inputs {
            let witness = input.final_script_witness.as_ref().expect("final");
            // Low R and low S: 70 bytes at most, and the type of hash.
            assert!(witness.nth(0).expect("a signature").len() <= 71);
        }
    }
}

#[test]
fn fresh_randomness_changes_taproot_signatures_and_both_are_valid() {
    let (seed, account) = (seed(1), account(ScriptType::Taproot));
    let psbt = payment(&[(&seed, account)], 2);
    let spent = prevouts(&psbt);
    let [one, two] = [AUX, [1; 32]].map(|aux| {
        let signed = sign(&seed, &account, psbt.clone(), &aux).expect("ours");
        signed.extract_tx().expect("a modest fee")
    });
    assert_ne!(one.input[0].witness, two.input[0].witness);
    verify(&one, &spent).expect("valid");
    verify(&two, &spent).expect("valid");
}

#[test]
fn a_taproot_input_that_names_its_hash_type_is_signed_with_it() {
    let (seed, account) = (seed(1), account(ScriptType::Taproot));
    let mut psbt = payment(&[(&seed, account)], 2);
    let spent = prevouts(&psbt);
    psbt.inputs[0].sighash_type = Some(PsbtSighashType::from(TapSighashType::All));
    psbt.inputs[1].sighash_type = Some(PsbtSighashType::from(TapSighashType::Default));
    let signed = sign(&seed, &account, psbt, &AUX).expect("ours");
    let tx = signed.extract_tx().expect("a modest fee");
    assert_eq!(tx.input[0].witness.nth(0).map(<[u8]>::len), Some(65));
    assert_eq!(tx.input[1].witness.nth(0).map(<[u8]>::len), Some(64));
    verify(&tx, &spent).expect("valid");
}

#[test]
fn another_account_and_a_passphrase_are_other_keys() {
    let (one, account) = (seed(1), account(ScriptType::Taproot));
    let psbt = payment(&[(&one, account)], 1);
    let next = satchel_keys::Account {
        account: 1,
        ..account
    };
    assert!(sign(&one, &next, psbt.clone(), &AUX).is_err());
    let words = satchel_keys::RecoveryWords::from_entropy(&[1; 16]).expect("a valid length");
    let passphrase = satchel_secrets::SecretText::new("x".to_owned());
    let hidden = satchel_keys::Seed::new(words, Some(passphrase)).expect("short");
    assert!(sign(&hidden, &account, psbt, &AUX).is_err());
}
