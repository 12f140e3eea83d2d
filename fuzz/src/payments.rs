//! Payments to be signed, and ways to spoil them.

use std::collections::HashSet;

use arbitrary::{Result, Unstructured};
use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::psbt::{Psbt, PsbtSighashType};
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, WPubkeyHash,
    Witness,
};
use miniscript::psbt::PsbtExt;
use miniscript::{Descriptor, DescriptorPublicKey};
use satchel_keys::{Account, RecoveryWords, Seed, public_descriptors};
use satchel_types::ScriptType;

/// Somebody with one account of one script type.
pub struct Owner {
    /// The words.
    pub seed: Seed,
    /// The account.
    pub account: Account,
    sides: [Descriptor<DescriptorPublicKey>; 2],
}

impl Owner {
    /// Makes one on regtest.
    pub fn new(script_type: ScriptType) -> Self {
        let words = RecoveryWords::from_entropy(&[1; 16]).expect("a valid length");
        let seed = Seed::new(words, None).expect("no passphrase");
        let account = Account {
            script_type,
            network: Network::Regtest,
            account: 0,
        };
        let public =
            public_descriptors(&seed, script_type, Network::Regtest, 0).expect("the first account");
        let sides = [public.external, public.internal]
            .map(|text| text.parse().expect("miniscript reads its own form"));
        Self {
            seed,
            account,
            sides,
        }
    }

    /// Returns the script of a side (0 receive, 1 change) at an index below 2^31.
    pub fn script(&self, side: usize, index: u32) -> ScriptBuf {
        self.sides[side]
            .at_derivation_index(index)
            .expect("an unhardened index")
            .script_pubkey()
    }
}

/// The first scripts of both sides.
pub fn scripts_of(owner: &Owner, count: u32) -> HashSet<ScriptBuf> {
    (0..2)
        .flat_map(|side| (0..count).map(move |index| owner.script(side, index)))
        .collect()
}

/// A payment of so many coins, taken in turn from the receive and the change side. Each coin is the
/// second output of a transaction of its own.
pub fn payment(owner: &Owner, inputs: u32) -> Psbt {
    let keys: Vec<_> = (0..inputs)
        .map(|n| {
            owner.sides[n as usize % 2]
                .at_derivation_index(n)
                .expect("an unhardened index")
        })
        .collect();
    let previous: Vec<Transaction> = (0_u32..)
        .zip(&keys)
        .map(|(n, key)| funding(n, key.script_pubkey()))
        .collect();
    let worth: Amount = previous.iter().map(|tx| tx.output[1].value).sum();
    let tx = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: previous
            .iter()
            .map(|tx| spending(OutPoint::new(tx.compute_txid(), 1)))
            .collect(),
        output: vec![TxOut {
            value: worth - Amount::from_sat(1_000),
            script_pubkey: somebody_elses_script(),
        }],
    };
    let mut psbt = Psbt::from_unsigned_tx(tx).expect("it is unsigned");
    for (n, (key, previous)) in keys.into_iter().zip(previous).enumerate() {
        let input = &mut psbt.inputs[n];
        if owner.account.script_type != ScriptType::Legacy {
            input.witness_utxo = Some(previous.output[1].clone());
        }
        if owner.account.script_type != ScriptType::Taproot {
            input.non_witness_utxo = Some(previous);
        }
        psbt.update_input_with_descriptor(n, &key)
            .expect("the key opens the coin");
    }
    psbt
}

fn somebody_elses_script() -> ScriptBuf {
    ScriptBuf::new_p2wpkh(&WPubkeyHash::hash(b"somebody else"))
}

fn spending(previous_output: OutPoint) -> TxIn {
    TxIn {
        previous_output,
        sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
        ..TxIn::default()
    }
}

fn funding(n: u32, script_pubkey: ScriptBuf) -> Transaction {
    let mut txid = [7; 32];
    txid[..4].copy_from_slice(&n.to_le_bytes());
    let value = Amount::from_sat(100_000 + u64::from(n));
    let output = |script_pubkey| TxOut {
        value,
        script_pubkey,
    };
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![spending(OutPoint::new(Txid::from_byte_array(txid), 0))],
        output: vec![output(somebody_elses_script()), output(script_pubkey)],
    }
}

/// Spoils a payment in one way that a parser would let through.
pub fn spoil(psbt: &mut Psbt, owner: &Owner, u: &mut Unstructured<'_>) -> Result<()> {
    if psbt.inputs.is_empty() || psbt.unsigned_tx.output.is_empty() {
        return Ok(());
    }
    let (a, b) = (
        u.choose_index(psbt.inputs.len())?,
        u.choose_index(psbt.inputs.len())?,
    );
    let out = u.choose_index(psbt.unsigned_tx.output.len())?;
    let other = psbt.inputs[b].clone();
    let input = &mut psbt.inputs[a];
    match u.int_in_range(0..=21_u8)? {
        0 => input.witness_utxo = None,
        1 => input.non_witness_utxo = None,
        2 => input.witness_utxo = other.witness_utxo,
        3 => input.non_witness_utxo = other.non_witness_utxo,
        4 => {
            if let Some(utxo) = &mut input.witness_utxo {
                utxo.value = amount(u)?;
            }
        }
        5 => {
            if let Some(tx) = &mut input.non_witness_utxo {
                tx.output.truncate(u.int_in_range(0..=2)?);
            }
        }
        6 => input.bip32_derivation = other.bip32_derivation,
        7 => input.tap_key_origins = other.tap_key_origins,
        8 => input.sighash_type = Some(PsbtSighashType::from_u32(u.arbitrary()?)),
        9 => {
            if let Some(txin) = psbt.unsigned_tx.input.get_mut(a) {
                txin.previous_output.vout = u.int_in_range(0..=3)?;
            }
        }
        10 => psbt.inputs.swap(a, b),
        11 => drop(psbt.inputs.pop()),
        12 => drop(psbt.unsigned_tx.input.pop()),
        13 => {
            if let Some(utxo) = &mut input.witness_utxo {
                utxo.script_pubkey = script(owner, u)?;
            }
        }
        14 => psbt.unsigned_tx.output[out].value = amount(u)?,
        15 => psbt.unsigned_tx.output[out].script_pubkey = script(owner, u)?,
        16 => {
            psbt.unsigned_tx.output.push(TxOut {
                value: amount(u)?,
                script_pubkey: script(owner, u)?,
            });
            psbt.outputs.push(bitcoin::psbt::Output::default());
        }
        17 => psbt.unsigned_tx.lock_time = LockTime::from_consensus(u.arbitrary()?),
        18 => input.final_script_sig = Some(script(owner, u)?),
        19 => input.final_script_witness = Some(Witness::from_slice(&[u.arbitrary::<&[u8]>()?])),
        20 => input.redeem_script = Some(script(owner, u)?),
        _ => {
            // Somebody else's coin beside ours.
            let mut txid = [9; 32];
            txid[0] = psbt.inputs.len() as u8;
            let outpoint = OutPoint::new(Txid::from_byte_array(txid), u.arbitrary()?);
            psbt.unsigned_tx.input.push(spending(outpoint));
            psbt.inputs.push(bitcoin::psbt::Input {
                witness_utxo: Some(TxOut {
                    value: amount(u)?,
                    script_pubkey: script(owner, u)?,
                }),
                ..Default::default()
            });
        }
    }
    Ok(())
}

/// Any amount, more often a small or a largest one.
fn amount(u: &mut Unstructured<'_>) -> Result<Amount> {
    Ok(match u.int_in_range(0..=4_u8)? {
        0 => Amount::from_sat(u.arbitrary()?),
        1 => Amount::MAX_MONEY,
        2 => Amount::from_sat(u.int_in_range(0..=1_000)?),
        _ => Amount::from_sat(u.int_in_range(0..=500_000)?),
    })
}

/// A script: ours, of a usual kind, or any bytes.
fn script(owner: &Owner, u: &mut Unstructured<'_>) -> Result<ScriptBuf> {
    Ok(match u.int_in_range(0..=7_u8)? {
        0 => owner.script(u.choose_index(2)?, u.int_in_range(0..=9)?),
        1 => somebody_elses_script(),
        // A witness program of a version to come.
        2 => ScriptBuf::from_bytes([&[0x53, 32][..], &u.arbitrary::<[u8; 32]>()?].concat()),
        // Data.
        3 => ScriptBuf::from_bytes([&[0x6a][..], u.arbitrary::<&[u8]>()?].concat()),
        4 => ScriptBuf::from_bytes([&[0x51, 32][..], &u.arbitrary::<[u8; 32]>()?].concat()),
        5 => {
            ScriptBuf::from_bytes([&[0xa9, 20][..], &u.arbitrary::<[u8; 20]>()?, &[0x87]].concat())
        }
        6 => ScriptBuf::new(),
        _ => ScriptBuf::from_bytes(u.arbitrary::<&[u8]>()?.to_vec()),
    })
}
