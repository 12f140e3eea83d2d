//! Names the fault of a script.
//!
//! The kernel answers yes or no. This file finds Core's wording for a "no" it was told
//! ([`consensus_fault`]; it never turns one into a "yes"), and applies the relay rules for signatures
//! and pushes that the kernel's interface has no flags for ([`policy_fault`]).

use bitcoin::hashes::{Hash, hash160, sha256};
use bitcoin::opcodes::{Class, ClassifyContext};
use bitcoin::script::Instruction;
use bitcoin::secp256k1::{self, ecdsa};
use bitcoin::sighash::Prevouts;
use bitcoin::{Script, ScriptBuf, Transaction, TxOut};
use miniscript::interpreter::{self, Interpreter};

use super::PoolCoin;
use super::standard::{last_push, witness_program};

const EVAL_FALSE: &str =
    "Script evaluated without error but finished with a false/empty top stack element";
const EQUALVERIFY: &str = "Script failed an OP_EQUALVERIFY operation";
const NULLFAIL: &str = "Signature must be zero for failed CHECK(MULTI)SIG operation";
const DER: &str = "Non-canonical DER signature";
const HIGH_S: &str = "Non-canonical signature: S value is unnecessarily high";
const HASHTYPE: &str = "Signature hash type missing or not understood";
const PUBKEY: &str = "Public key is neither compressed or uncompressed";
const WITNESS_PUBKEY: &str = "Using non-compressed keys in segwit";
const STACK: &str = "Operation not valid with the current stack size";
const CLEAN_STACK: &str = "Stack size must be exactly one after execution";
const MINIMAL: &str = "Data push larger than necessary";
const MALLEATED: &str = "Witness requires empty scriptSig";
const MALLEATED_P2SH: &str = "Witness requires only-redeemscript scriptSig";
const UNEXPECTED: &str = "Witness provided for non-witness script";
const MISMATCH: &str = "Witness program hash mismatch";
const EMPTY: &str = "Witness program was passed an empty witness";
const SCHNORR: &str = "Invalid Schnorr signature";
const SCHNORR_SIZE: &str = "Invalid Schnorr signature size";
const SCHNORR_HASHTYPE: &str = "Invalid Schnorr signature hash type";
const CONTROL: &str = "Invalid Taproot control block size";
const LEAF_VERSION: &str = "Taproot version reserved for soft-fork upgrades";
const OP_SUCCESS: &str = "OP_SUCCESSx reserved for soft-fork upgrades";
const LOCKTIME: &str = "Locktime requirement not satisfied";
const UNKNOWN: &str = "unknown error";

/// Core's wording for an input whose script the kernel refused. Exact for single-key outputs, for
/// witness-program faults and for scripts that are miniscript; else `unknown error`.
pub fn consensus_fault(tx: &Transaction, number: usize, coins: &[PoolCoin]) -> &'static str {
    let input = &tx.input[number];
    let spent = &coins[number].output.script_pubkey;
    let witness: Vec<&[u8]> = input.witness.iter().collect();
    if let Some((version, program)) = witness_program(spent) {
        if !input.script_sig.is_empty() {
            return MALLEATED;
        }
        return witness_fault(version, program, &witness)
            .unwrap_or_else(|| interpreted(tx, number, coins));
    }
    let Some(pushes) = pushes(&input.script_sig) else {
        return UNKNOWN;
    };
    if spent.is_p2sh() {
        let Some(redeem) = last_push(&input.script_sig) else {
            return STACK;
        };
        if spent.as_bytes()[2..22] != hash160::Hash::hash(redeem.as_bytes()).to_byte_array() {
            return EVAL_FALSE;
        }
        if let Some((version, program)) = witness_program(&redeem) {
            if pushes.len() != 1 {
                return MALLEATED_P2SH;
            }
            return witness_fault(version, program, &witness)
                .unwrap_or_else(|| interpreted(tx, number, coins));
        }
        return interpreted(tx, number, coins);
    }
    if !witness.is_empty() {
        return UNEXPECTED;
    }
    if spent.is_p2pkh() {
        let [.., signature, key] = pushes.as_slice() else {
            return STACK;
        };
        if spent.as_bytes()[3..23] != hash160::Hash::hash(key).to_byte_array() {
            return EQUALVERIFY;
        }
        return ecdsa_fault(signature, key, false).unwrap_or(NULLFAIL);
    }
    if spent.is_p2pk() {
        let Some(signature) = pushes.last() else {
            return STACK;
        };
        let bytes = spent.as_bytes();
        return ecdsa_fault(signature, &bytes[1..bytes.len() - 1], false).unwrap_or(NULLFAIL);
    }
    interpreted(tx, number, coins)
}

/// A relay rule the input breaks although consensus allows it.
pub fn policy_fault(tx: &Transaction, number: usize, coins: &[PoolCoin]) -> Option<&'static str> {
    let input = &tx.input[number];
    let spent = &coins[number].output.script_pubkey;
    let witness: Vec<&[u8]> = input.witness.iter().collect();
    if input
        .script_sig
        .instructions_minimal()
        .any(|item| item.is_err())
    {
        return Some(MINIMAL);
    }
    let pushes = pushes(&input.script_sig)?;
    if spent.is_p2pkh() {
        let [signature, key] = pushes.as_slice() else {
            return Some(CLEAN_STACK);
        };
        return ecdsa_fault(signature, key, false);
    }
    if spent.is_p2pk() {
        let [signature] = pushes.as_slice() else {
            return Some(CLEAN_STACK);
        };
        let bytes = spent.as_bytes();
        return ecdsa_fault(signature, &bytes[1..bytes.len() - 1], false);
    }
    let program_holder: ScriptBuf = if spent.is_p2sh() {
        last_push(&input.script_sig)?
    } else {
        spent.clone()
    };
    match witness_program(&program_holder) {
        Some((0, program)) if program.len() == 20 => match witness.as_slice() {
            [signature, key] => ecdsa_fault(signature, key, true),
            _ => None,
        },
        Some((1, program)) if program.len() == 32 && !spent.is_p2sh() => {
            let [.., script, control] = witness.as_slice() else {
                return None;
            };
            if control.first().is_some_and(|first| first & 0xfe != 0xc0) {
                return Some(LEAF_VERSION);
            }
            has_op_success(Script::from_bytes(script)).then_some(OP_SUCCESS)
        }
        // Every item that is a signature by its form must be one the relay rules allow.
        _ => pushes
            .iter()
            .map(Vec::as_slice)
            .chain(witness.iter().copied())
            .filter(|item| strict_der(item).is_some())
            .find_map(signature_fault),
    }
}

fn witness_fault(version: u8, program: &[u8], witness: &[&[u8]]) -> Option<&'static str> {
    match (version, program.len()) {
        (0, 20) => {
            let [signature, key] = witness else {
                return Some(MISMATCH);
            };
            if program != hash160::Hash::hash(key).to_byte_array() {
                return Some(EQUALVERIFY);
            }
            Some(ecdsa_fault(signature, key, true).unwrap_or(NULLFAIL))
        }
        (0, 32) => {
            let Some(script) = witness.last() else {
                return Some(EMPTY);
            };
            (program != sha256::Hash::hash(script).to_byte_array()).then_some(MISMATCH)
        }
        (1, 32) => match witness {
            [] => Some(EMPTY),
            [signature] => Some(match signature {
                s if s.len() == 64 => SCHNORR,
                s if s.len() == 65 && matches!(s[64], 1..=3 | 0x81..=0x83) => SCHNORR,
                s if s.len() == 65 => SCHNORR_HASHTYPE,
                _ => SCHNORR_SIZE,
            }),
            [.., script, control] => {
                if control.len() < 33 || (control.len() - 33) % 32 != 0 || control.len() > 33 + 4096
                {
                    return Some(CONTROL);
                }
                let key = secp256k1::XOnlyPublicKey::from_slice(program).ok()?;
                let Ok(block) = bitcoin::taproot::ControlBlock::decode(control) else {
                    return Some(MISMATCH);
                };
                let commits = block.verify_taproot_commitment(
                    secp256k1::SECP256K1,
                    key,
                    Script::from_bytes(script),
                );
                (!commits).then_some(MISMATCH)
            }
        },
        _ => Some(UNKNOWN),
    }
}

/// What miniscript's interpreter says; it knows most multi-key and time-locked scripts.
fn interpreted(tx: &Transaction, number: usize, coins: &[PoolCoin]) -> &'static str {
    let input = &tx.input[number];
    let spent: Vec<TxOut> = coins.iter().map(|coin| coin.output.clone()).collect();
    let interpreter = Interpreter::from_txdata(
        &spent[number].script_pubkey,
        &input.script_sig,
        &input.witness,
        input.sequence,
        tx.lock_time,
    );
    let Ok(interpreter) = interpreter else {
        return UNKNOWN;
    };
    let prevouts = Prevouts::All(&spent);
    let error = interpreter
        .iter(secp256k1::SECP256K1, tx, number, &prevouts)
        .find_map(Result::err);
    match error {
        Some(interpreter::Error::AbsoluteLockTimeNotMet(_))
        | Some(interpreter::Error::AbsoluteLockTimeComparisonInvalid(..))
        | Some(interpreter::Error::RelativeLockTimeNotMet(_))
        | Some(interpreter::Error::RelativeLockTimeDisabled(_)) => LOCKTIME,
        Some(interpreter::Error::InvalidEcdsaSignature(_))
        | Some(interpreter::Error::MultiSigEvaluationError)
        | Some(interpreter::Error::InsufficientSignaturesMultiSig) => NULLFAIL,
        Some(interpreter::Error::InvalidSchnorrSignature(_)) => SCHNORR,
        Some(interpreter::Error::SchnorrSig(_)) => SCHNORR_SIZE,
        Some(interpreter::Error::EcdsaSig(_)) => DER,
        Some(interpreter::Error::UnexpectedStackEnd) => STACK,
        Some(interpreter::Error::HashPreimageLengthMismatch)
        | Some(interpreter::Error::CouldNotEvaluate)
        | Some(interpreter::Error::ScriptSatisfactionError) => EVAL_FALSE,
        _ => UNKNOWN,
    }
}

fn ecdsa_fault(signature: &[u8], key: &[u8], segwit: bool) -> Option<&'static str> {
    if signature.is_empty() {
        return Some(EVAL_FALSE);
    }
    if strict_der(signature).is_none() {
        return Some(DER);
    }
    if let Some(fault) = signature_fault(signature) {
        return Some(fault);
    }
    let compressed = key.len() == 33 && matches!(key[0], 2 | 3);
    let uncompressed = key.len() == 65 && key[0] == 4;
    if segwit && !compressed {
        return Some(if uncompressed { WITNESS_PUBKEY } else { PUBKEY });
    }
    (!compressed && !uncompressed).then_some(PUBKEY)
}

/// High S (BIP-0146) or an undefined hash type, of a signature in strict DER with its hash type.
fn signature_fault(signature: &[u8]) -> Option<&'static str> {
    let parsed = strict_der(signature)?;
    let mut low = parsed;
    low.normalize_s();
    if low != parsed {
        return Some(HIGH_S);
    }
    let hash_type = signature.last()? & !0x80;
    (!(1..=3).contains(&hash_type)).then_some(HASHTYPE)
}

fn strict_der(signature: &[u8]) -> Option<ecdsa::Signature> {
    let (_, der) = signature.split_last()?;
    ecdsa::Signature::from_der(der).ok()
}

fn pushes(script: &Script) -> Option<Vec<Vec<u8>>> {
    script
        .instructions()
        .map(|item| match item {
            Ok(Instruction::PushBytes(bytes)) => Some(bytes.as_bytes().to_vec()),
            Ok(Instruction::Op(code)) => match code.to_u8() {
                0x4f => Some(vec![0x81]),
                number @ 0x51..=0x60 => Some(vec![number - 0x50]),
                _ => None,
            },
            Err(_) => None,
        })
        .collect()
}

fn has_op_success(script: &Script) -> bool {
    script.instructions().any(|item| {
        matches!(item, Ok(Instruction::Op(code))
            if code.classify(ClassifyContext::TapScript) == Class::SuccessOp)
    })
}
