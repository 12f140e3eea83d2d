//! What devices add to one unsigned transaction, brought together (BIP-0174, Combiner).
//!
//! Nothing is taken from another device but signatures, each verified: what is spent, what is paid and which keys are ours stay
//! as they are known here. So no device can have a draft called signed that is not, or spoil one that is to be signed.

use bitcoin::{Psbt, ScriptBuf, Transaction, Txid, Witness};
use satchel_bundle::state::Payment;
use satchel_wallet::take_signatures;

/// Returns the id by which devices know a payment: that of its transaction without anything that a
/// signer adds.
pub(crate) fn unsigned_txid(tx: &Transaction) -> Txid {
    let mut bare = tx.clone();
    for input in &mut bare.input {
        input.script_sig = ScriptBuf::new();
        input.witness = Witness::new();
    }
    bare.compute_txid()
}

/// Returns a PSBT without fields that nobody here knows: they may be a signing session's, which must not be in two places.
pub(crate) fn without_strangers(mut psbt: Psbt) -> Psbt {
    psbt.unknown.clear();
    psbt.proprietary.clear();
    for input in &mut psbt.inputs {
        input.unknown.clear();
        input.proprietary.clear();
    }
    for output in &mut psbt.outputs {
        output.unknown.clear();
        output.proprietary.clear();
    }
    psbt
}

/// Returns a PSBT without anything that a signer adds either.
pub(crate) fn bare(psbt: Psbt) -> Psbt {
    let mut psbt = without_strangers(psbt);
    for input in &mut psbt.inputs {
        input.partial_sigs.clear();
        input.tap_key_sig = None;
        input.tap_script_sigs.clear();
        input.final_script_sig = None;
        input.final_script_witness = None;
    }
    psbt
}

/// Returns the PSBTs that devices share of the payment `name`; what is no PSBT, or of another one, is left out.
pub(crate) fn shared(payment: &Payment, name: Txid) -> impl Iterator<Item = Psbt> {
    payment
        .psbts
        .iter()
        .filter_map(|bytes| Psbt::deserialize(bytes).ok())
        .filter(move |psbt| unsigned_txid(&psbt.unsigned_tx) == name)
}

/// Signs `ours` with what the others made, if it is whole.
pub(crate) fn combined(ours: Psbt, theirs: impl Iterator<Item = Psbt>) -> Psbt {
    for other in theirs {
        if let Ok(signed) = take_signatures(&ours, &other) {
            return signed;
        }
    }
    ours
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bitcoin::bip32::{DerivationPath, Fingerprint};
    use bitcoin::hashes::Hash;
    use bitcoin::key::{Keypair, PrivateKey};
    use bitcoin::secp256k1::{Message, Secp256k1};
    use bitcoin::sighash::SighashCache;
    use bitcoin::{EcdsaSighashType, Network, ecdsa};
    use satchel_bundle::state::Stage;
    use satchel_testkit::rows;

    use super::*;

    fn key() -> PrivateKey {
        PrivateKey::from_slice(&[7; 32], Network::Regtest).expect("a key")
    }

    /// A draft that spends a coin of [`key`].
    fn open() -> Psbt {
        let mut psbt = rows::draft(1, rows::wallet_id(1)).psbt;
        let secp = Secp256k1::new();
        let public = key().public_key(&secp);
        let utxo = psbt.inputs[0]
            .witness_utxo
            .as_mut()
            .expect("it spends a coin");
        utxo.script_pubkey = ScriptBuf::new_p2wpkh(&public.wpubkey_hash().expect("compressed"));
        psbt.inputs[0].bip32_derivation.insert(
            Keypair::from_secret_key(&secp, &key().inner).public_key(),
            (Fingerprint::from([1; 4]), DerivationPath::master()),
        );
        psbt
    }

    fn signed(psbt: &Psbt) -> Psbt {
        let mut psbt = psbt.clone();
        let utxo = psbt.inputs[0]
            .witness_utxo
            .clone()
            .expect("it spends a coin");
        let secp = Secp256k1::new();
        let hash = SighashCache::new(&psbt.unsigned_tx)
            .p2wpkh_signature_hash(0, &utxo.script_pubkey, utxo.value, EcdsaSighashType::All)
            .expect("a hash");
        let signature = ecdsa::Signature::sighash_all(
            secp.sign_ecdsa(&Message::from_digest(hash.to_byte_array()), &key().inner),
        );
        psbt.inputs[0]
            .partial_sigs
            .insert(key().public_key(&secp), signature);
        psbt
    }

    fn rubbish(psbt: &Psbt, byte: u8) -> Psbt {
        let mut psbt = psbt.clone();
        psbt.inputs[0].final_script_witness = Some(Witness::from_slice(&[[byte; 64]]));
        psbt
    }

    fn payment(psbts: &[Vec<u8>]) -> Payment {
        Payment {
            stage: Stage::Signed,
            reserved_until: 0,
            devices: BTreeSet::new(),
            coins: BTreeSet::new(),
            psbts: psbts.iter().cloned().collect(),
        }
    }

    #[test]
    fn signatures_of_the_same_transaction_are_taken_and_no_others() {
        let ours = open();
        let name = unsigned_txid(&ours.unsigned_tx);
        let other = signed(&rows::draft(2, rows::wallet_id(1)).psbt);
        let known = payment(&[other.serialize(), signed(&ours).serialize(), vec![1, 2, 3]]);
        let whole = combined(ours.clone(), shared(&known, name));
        assert!(whole.inputs[0].final_script_witness.is_some());
        assert!(satchel_wallet::extract(whole).is_ok());
        assert_eq!(shared(&known, name).count(), 1);
        assert_eq!(combined(ours.clone(), shared(&payment(&[]), name)), ours);
    }

    #[test]
    fn what_is_no_signature_changes_nothing_whatever_else_comes_with_it() {
        let ours = open();
        let name = unsigned_txid(&ours.unsigned_tx);
        let mut spoilt = rubbish(&ours, 9);
        let coin = spoilt.inputs[0]
            .witness_utxo
            .as_mut()
            .expect("it spends a coin");
        coin.value *= 2;
        for (_, origin) in spoilt.inputs[0].bip32_derivation.values_mut() {
            *origin = "m/9".parse().expect("a path");
        }
        let mut wrong = signed(&ours);
        let made = wrong.inputs[0]
            .partial_sigs
            .values_mut()
            .next()
            .expect("one");
        *made = *signed(&rows::draft(2, rows::wallet_id(1)).psbt).inputs[0]
            .partial_sigs
            .values()
            .next()
            .expect("one");
        let known = payment(&[spoilt.serialize(), wrong.serialize()]);
        assert_eq!(combined(ours.clone(), shared(&known, name)), ours);
        // Nor does it stand in the way of one.
        let known = payment(&[spoilt.serialize(), signed(&ours).serialize()]);
        let whole = combined(ours.clone(), shared(&known, name));
        assert!(satchel_wallet::extract(whole).is_ok());
    }

    #[test]
    fn what_signers_and_strangers_add_is_taken_off() {
        let ours = open();
        let mut more = rubbish(&signed(&ours), 3);
        more.unknown.insert(
            bitcoin::psbt::raw::Key {
                type_value: 0x1a,
                key: vec![1],
            },
            vec![2],
        );
        assert_eq!(bare(more), ours);
    }
}
