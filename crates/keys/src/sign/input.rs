//! Signing inputs and making them final.

use bitcoin::bip32::{ChildNumber, Xpub};
use bitcoin::hashes::Hash;
use bitcoin::key::{CompressedPublicKey, TapTweak, TweakedKeypair};
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::sighash::{EcdsaSighashType, Prevouts, SighashCache, TapSighashType};
use bitcoin::{ScriptBuf, Transaction, TxOut, Witness, ecdsa, psbt, taproot};
use satchel_secrets::hash::hash;
use satchel_secrets::scrub_stack_after;
use satchel_types::ScriptType;
use secp256k1::{Keypair, Message, SECP256K1, SecretKey};

use super::InputFault;
use super::validate::Claim;
use crate::account_key::ErasedXpriv;

/// Inputs that cannot be signed, by index.
type Faults = Vec<(usize, InputFault)>;

/// What makes an input final.
pub(super) struct FinalInput {
    script_sig: Option<ScriptBuf>,
    witness: Option<Witness>,
}

impl FinalInput {
    /// Puts it into the PSBT and takes out what only signing needed (BIP-0174, "finalizer").
    pub(super) fn apply(self, input: &mut psbt::Input) {
        *input = psbt::Input {
            final_script_sig: self.script_sig,
            final_script_witness: self.witness,
            non_witness_utxo: input.non_witness_utxo.take(),
            witness_utxo: input.witness_utxo.take(),
            proprietary: std::mem::take(&mut input.proprietary),
            unknown: std::mem::take(&mut input.unknown),
            ..psbt::Input::default()
        };
    }
}

/// Signs all claimed inputs, or says which are not what they claim.
///
/// The parts of the hash that all inputs share are made once, so the work grows with the number
/// of inputs; before segwit each input hashes the whole transaction by design.
pub(super) fn sign_all(
    tx: &Transaction,
    prevouts: &[TxOut],
    claims: &[(usize, Claim)],
    account: &ErasedXpriv,
    script_type: ScriptType,
    aux_rand: &[u8; 32],
) -> Result<Vec<(usize, FinalInput)>, Faults> {
    scrub_stack_after(|| {
        let sides = [0, 1].map(|index| account.child(ChildNumber::Normal { index }));
        let mut signer = Signer {
            cache: SighashCache::new(tx),
            prevouts,
            script_type,
            aux_rand,
        };
        let mut finals = Vec::with_capacity(claims.len());
        let mut faults = Vec::new();
        for (index, claim) in claims {
            let [receive, change] = &sides;
            let side = match claim.side {
                ChildNumber::Normal { index: 0 } => receive,
                _ => change,
            };
            match signer.sign(*index, claim, &side.child(claim.index)) {
                Ok(ready) => finals.push((*index, ready)),
                Err(fault) => faults.push((*index, fault)),
            }
        }
        if faults.is_empty() {
            Ok(finals)
        } else {
            Err(faults)
        }
    })
}

struct Signer<'a> {
    cache: SighashCache<&'a Transaction>,
    prevouts: &'a [TxOut],
    script_type: ScriptType,
    aux_rand: &'a [u8; 32],
}

impl Signer<'_> {
    fn sign(
        &mut self,
        index: usize,
        claim: &Claim,
        key: &ErasedXpriv,
    ) -> Result<FinalInput, InputFault> {
        match self.script_type {
            ScriptType::Taproot => self.sign_taproot(index, claim, key),
            ScriptType::Segwit | ScriptType::NestedSegwit | ScriptType::Legacy => {
                self.sign_ecdsa(index, key)
            }
        }
    }

    /// Key path of BIP-0086: the key tweaked with no script tree.
    fn sign_taproot(
        &mut self,
        index: usize,
        claim: &Claim,
        key: &ErasedXpriv,
    ) -> Result<FinalInput, InputFault> {
        let pair = ErasedKeypair::tweaked(&key.expose().private_key);
        let (output_key, _) = pair.0.x_only_public_key();
        let script = ScriptBuf::new_p2tr_tweaked(
            bitcoin::key::TweakedPublicKey::dangerous_assume_tweaked(output_key),
        );
        if script != self.prevouts[index].script_pubkey {
            return Err(InputFault::WrongScript);
        }
        let sighash_type = if claim.explicit_all {
            TapSighashType::All
        } else {
            TapSighashType::Default
        };
        let sighash = self
            .cache
            .taproot_key_spend_signature_hash(index, &Prevouts::All(self.prevouts), sighash_type)
            .expect("there are as many previous outputs as inputs");
        let message = Message::from_digest(sighash.to_byte_array());

        // One draw serves all inputs: what matters is that no two signatures share it.
        let mut aux = [0; 64];
        aux[..32].copy_from_slice(self.aux_rand);
        aux[32..].copy_from_slice(&sighash.to_byte_array());
        let signature = SECP256K1.sign_schnorr_with_aux_rand(&message, &pair.0, &hash(&aux));
        SECP256K1
            .verify_schnorr(&signature, &message, &output_key)
            .map_err(|_| InputFault::BadSignature)?;
        let signature = taproot::Signature {
            signature,
            sighash_type,
        };
        Ok(FinalInput {
            script_sig: None,
            witness: Some(Witness::p2tr_key_spend(&signature)),
        })
    }

    fn sign_ecdsa(&mut self, index: usize, key: &ErasedXpriv) -> Result<FinalInput, InputFault> {
        let spent = &self.prevouts[index];
        let public = CompressedPublicKey(Xpub::from_priv(SECP256K1, key.expose()).public_key);
        let program = ScriptBuf::new_p2wpkh(&public.wpubkey_hash());
        let script = match self.script_type {
            ScriptType::Legacy => ScriptBuf::new_p2pkh(&public.pubkey_hash()),
            ScriptType::NestedSegwit => ScriptBuf::new_p2sh(&program.script_hash()),
            _ => program.clone(),
        };
        if script != spent.script_pubkey {
            return Err(InputFault::WrongScript);
        }
        let all = EcdsaSighashType::All;
        let digest = match self.script_type {
            ScriptType::Legacy => self
                .cache
                .legacy_signature_hash(index, &spent.script_pubkey, all.to_u32())
                .expect("the index is an input's")
                .to_byte_array(),
            _ => self
                .cache
                .p2wpkh_signature_hash(index, &program, spent.value, all)
                .expect("the index is an input's and the program has the right form")
                .to_byte_array(),
        };
        let message = Message::from_digest(digest);
        let signature = SECP256K1.sign_ecdsa_low_r(&message, &key.expose().private_key);
        SECP256K1
            .verify_ecdsa(&message, &signature, &public.0)
            .map_err(|_| InputFault::BadSignature)?;
        let signature = ecdsa::Signature {
            signature,
            sighash_type: all,
        };
        Ok(match self.script_type {
            ScriptType::Legacy => FinalInput {
                script_sig: Some(
                    Builder::new()
                        .push_slice(signature.serialize())
                        .push_slice(public.to_bytes())
                        .into_script(),
                ),
                witness: None,
            },
            ScriptType::NestedSegwit => FinalInput {
                script_sig: Some(
                    Builder::new()
                        .push_slice(
                            PushBytesBuf::try_from(program.into_bytes())
                                .expect("a witness program of 22 bytes can be pushed"),
                        )
                        .into_script(),
                ),
                witness: Some(Witness::p2wpkh(&signature, &public.0)),
            },
            _ => FinalInput {
                script_sig: None,
                witness: Some(Witness::p2wpkh(&signature, &public.0)),
            },
        })
    }
}

/// A key pair that is erased when dropped; `Keypair` is `Copy` and is not.
struct ErasedKeypair(Keypair);

impl ErasedKeypair {
    fn tweaked(key: &SecretKey) -> Self {
        let mut plain = Keypair::from_secret_key(SECP256K1, key);
        let tweaked: TweakedKeypair = plain.tap_tweak(SECP256K1, None);
        plain.non_secure_erase();
        Self(tweaked.to_keypair())
    }
}

impl Drop for ErasedKeypair {
    fn drop(&mut self) {
        self.0.non_secure_erase();
    }
}
