//! Signatures that another device made, taken into our own PSBT (BIP-0174, combiner and finalizer).
//!
//! Of what comes back nothing is taken but signatures: what is spent, what is paid and which keys are ours stays as it is
//! known here. What is not of the very same unsigned transaction is refused.

use bitcoin::psbt::Input;
use bitcoin::script::Instruction;
use bitcoin::secp256k1::Secp256k1;
use bitcoin::{EcdsaSighashType, Psbt, Script, TapSighashType};
use miniscript::psbt::{PsbtExt, interpreter_check};

/// Why signatures were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignaturesError {
    /// It signs something else.
    #[error("this is another transaction than the one that was prepared here")]
    OtherTransaction,
    /// Signatures are missing or wrong.
    #[error("input {index} is not signed")]
    NotSigned {
        /// Which input, from 0.
        index: usize,
    },
    /// A signature lets others change the transaction.
    #[error("the signature of input {index} lets others change the transaction")]
    PartialSighash {
        /// Which input, from 0.
        index: usize,
    },
    /// A signature is wrong.
    #[error("a signature is wrong")]
    Wrong,
}

/// Takes the signatures of `theirs` into `ours` and finalizes every input. Each signature is verified.
///
/// # Errors
/// See [`SignaturesError`].
pub fn take_signatures(ours: &Psbt, theirs: &Psbt) -> Result<Psbt, SignaturesError> {
    if ours.unsigned_tx != theirs.unsigned_tx || ours.inputs.len() != theirs.inputs.len() {
        return Err(SignaturesError::OtherTransaction);
    }
    let mut psbt = ours.clone();
    for (index, (to, from)) in psbt.inputs.iter_mut().zip(&theirs.inputs).enumerate() {
        if !commits_to_all(from) {
            return Err(SignaturesError::PartialSighash { index });
        }
        let signatures = from.partial_sigs.iter();
        to.partial_sigs
            .extend(signatures.map(|(key, signature)| (*key, *signature)));
        to.tap_key_sig = from.tap_key_sig.or(to.tap_key_sig);
        let scripts = from.tap_script_sigs.iter();
        to.tap_script_sigs
            .extend(scripts.map(|(key, signature)| (*key, *signature)));
        if from.final_script_sig.is_some() || from.final_script_witness.is_some() {
            to.final_script_sig.clone_from(&from.final_script_sig);
            to.final_script_witness
                .clone_from(&from.final_script_witness);
        }
    }
    let secp = Secp256k1::verification_only();
    if psbt.finalize_mut(&secp).is_err() {
        let open = |input: &Input| {
            input.final_script_sig.is_none() && input.final_script_witness.is_none()
        };
        let index = psbt.inputs.iter().position(open);
        return Err(
            index.map_or(SignaturesError::Wrong, |index| SignaturesError::NotSigned {
                index,
            }),
        );
    }
    // What came final is verified too.
    interpreter_check(&psbt, &secp).map_err(|_| SignaturesError::Wrong)?;
    Ok(psbt)
}

/// Returns whether all signatures of an input commit to the whole transaction.
fn commits_to_all(input: &Input) -> bool {
    let taproot = input
        .tap_key_sig
        .iter()
        .chain(input.tap_script_sigs.values());
    let mut taproot = taproot.map(|signature| signature.sighash_type);
    let mut other = input
        .partial_sigs
        .values()
        .map(|signature| signature.sighash_type);
    let witness = input
        .final_script_witness
        .iter()
        .flat_map(|witness| witness.iter());
    let script = input
        .final_script_sig
        .as_deref()
        .map_or_else(Vec::new, pushes);
    taproot.all(|kind| matches!(kind, TapSighashType::Default | TapSighashType::All))
        && other.all(|kind| kind == EcdsaSighashType::All)
        && witness.chain(script).all(is_whole)
}

fn pushes(script: &Script) -> Vec<&[u8]> {
    let mut pushed = Vec::new();
    for step in script.instructions() {
        match step {
            Ok(Instruction::PushBytes(bytes)) => pushed.push(bytes.as_bytes()),
            Ok(Instruction::Op(_)) => {}
            Err(_) => break,
        }
    }
    pushed
}

/// Returns whether what may be a final signature commits to everything. What is none passes.
fn is_whole(item: &[u8]) -> bool {
    const ALL: u8 = 0x01;
    match item {
        // BIP-0340, with the kind of its commitment; without, it is to everything.
        [.., kind] if item.len() == 65 => *kind == ALL,
        // DER, as ECDSA signatures are.
        [0x30, length, .., kind] if usize::from(*length) + 3 == item.len() => *kind == ALL,
        _ => true,
    }
}
