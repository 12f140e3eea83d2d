//! Payments with several parties.

use satchel_keys::{InputFault, SignError, sign, sign_partial};
use satchel_types::ScriptType;

use crate::payments::{AUX, account, payment, prevouts, seed, verify};

#[test]
fn two_parties_sign_one_after_the_other() {
    for [first, second] in [
        [ScriptType::Taproot, ScriptType::Segwit],
        [ScriptType::NestedSegwit, ScriptType::Taproot],
        [ScriptType::Legacy, ScriptType::Taproot],
    ] {
        let (ana, ben) = (seed(1), seed(2));
        let (anas, bens) = (account(first), account(second));
        let psbt = payment(&[(&ana, anas), (&ben, bens)], 2);
        let spent = prevouts(&psbt);

        let half = sign_partial(&ana, &anas, psbt, &AUX).expect("two are Ana's");
        assert_eq!(half.signed, [0, 1]);
        assert_eq!(half.missing, [2, 3]);
        assert!(half.psbt.inputs[2].final_script_witness.is_none());
        assert!(!half.psbt.inputs[2].bip32_derivation.is_empty() || second == ScriptType::Taproot);

        let whole = sign_partial(&ben, &bens, half.psbt, &AUX).expect("two are Ben's");
        assert_eq!(whole.signed, [2, 3]);
        assert!(whole.missing.is_empty());
        let tx = whole.psbt.extract_tx().expect("a modest fee");
        verify(&tx, &spent).expect("Bitcoin Core agrees");
    }
}

#[test]
fn others_inputs_are_not_welcome_in_a_plain_payment() {
    let (ana, ben) = (seed(1), seed(2));
    let account = account(ScriptType::Taproot);
    let psbt = payment(&[(&ana, account), (&ben, account)], 1);
    assert_eq!(
        sign(&ana, &account, psbt, &AUX).expect_err("one is Ben's"),
        SignError::Inputs {
            faults: vec![(1, InputFault::NotOurs)]
        }
    );
}

#[test]
fn a_payment_without_an_input_of_ours_is_refused() {
    let account = account(ScriptType::Taproot);
    let psbt = payment(&[(&seed(2), account)], 1);
    assert!(sign_partial(&seed(1), &account, psbt, &AUX).is_err());
}

#[test]
fn an_input_that_only_claims_to_be_ours_is_refused() {
    let (ana, ben) = (seed(1), seed(2));
    let account = account(ScriptType::Taproot);
    let mut psbt = payment(&[(&ana, account), (&ben, account)], 1);
    psbt.inputs[1].tap_key_origins = psbt.inputs[0].tap_key_origins.clone();
    let refused = sign_partial(&ana, &account, psbt, &AUX).map(|_| ());
    assert_eq!(
        refused.expect_err("not Ana's"),
        SignError::Inputs {
            faults: vec![(1, InputFault::WrongScript)]
        }
    );
}
