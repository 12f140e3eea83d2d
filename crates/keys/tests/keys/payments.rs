//! Payments to be signed, made by miniscript from public descriptors alone.

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::psbt::Psbt;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, WPubkeyHash,
};
use miniscript::psbt::PsbtExt;
use miniscript::{Descriptor, DescriptorPublicKey};
use satchel_keys::{Account, RecoveryWords, Seed, public_descriptors};
use satchel_types::ScriptType;

pub const AUX: [u8; 32] = [0x42; 32];

pub fn seed(byte: u8) -> Seed {
    let words = RecoveryWords::from_entropy(&[byte; 16]).expect("a valid length");
    Seed::new(words, None).expect("no passphrase")
}

pub fn account(script_type: ScriptType) -> Account {
    Account {
        script_type,
        network: Network::Regtest,
        account: 0,
    }
}

fn somebody_elses_script() -> ScriptBuf {
    ScriptBuf::new_p2wpkh(&WPubkeyHash::hash(b"somebody else"))
}

/// A payment of `inputs` coins, taken in turn from the receive and the change side. Each coin is
/// the second output of a transaction of its own.
pub fn payment(owners: &[(&Seed, Account)], inputs: u32) -> Psbt {
    let mut coins = Vec::new();
    for (seed, account) in owners {
        let public =
            public_descriptors(seed, account.script_type, account.network, account.account)
                .expect("a valid account");
        let sides = [public.external, public.internal].map(|text| {
            text.parse::<Descriptor<DescriptorPublicKey>>()
                .expect("miniscript reads it")
        });
        for n in 0..inputs {
            let key = sides[n as usize % 2]
                .at_derivation_index(n)
                .expect("an unhardened index");
            coins.push((key, account.script_type));
        }
    }
    let previous: Vec<Transaction> = (0_u32..)
        .zip(&coins)
        .map(|(n, (key, _))| funding(n, key.script_pubkey()))
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
    for (n, ((key, script_type), previous)) in coins.into_iter().zip(previous).enumerate() {
        let input = &mut psbt.inputs[n];
        if script_type != ScriptType::Legacy {
            input.witness_utxo = Some(previous.output[1].clone());
        }
        if script_type != ScriptType::Taproot {
            input.non_witness_utxo = Some(previous);
        }
        psbt.update_input_with_descriptor(n, &key)
            .expect("the key opens the coin");
    }
    psbt
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
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![spending(OutPoint::new(Txid::from_byte_array(txid), 0))],
        output: vec![
            TxOut {
                value,
                script_pubkey: somebody_elses_script(),
            },
            TxOut {
                value,
                script_pubkey,
            },
        ],
    }
}

/// What the inputs spend, as the PSBT says.
pub fn prevouts(psbt: &Psbt) -> Vec<TxOut> {
    psbt.iter_funding_utxos()
        .map(|utxo| utxo.expect("it is given").clone())
        .collect()
}

/// Asks Bitcoin Core's engine about every input under all of today's rules.
pub fn verify(tx: &Transaction, prevouts: &[TxOut]) -> Result<(), String> {
    use bitcoinkernel as kernel;

    let bytes = bitcoin::consensus::serialize(tx);
    let spending = kernel::Transaction::new(&bytes).map_err(|e| e.to_string())?;
    let scripts: Vec<_> = prevouts
        .iter()
        .map(|out| kernel::ScriptPubkey::new(out.script_pubkey.as_bytes()).expect("any bytes"))
        .collect();
    let sats = |out: &TxOut| i64::try_from(out.value.to_sat()).expect("below 21 million bitcoin");
    let spent: Vec<_> = prevouts
        .iter()
        .zip(&scripts)
        .map(|(out, script)| kernel::TxOut::new(script, sats(out)))
        .collect();
    let data =
        kernel::PrecomputedTransactionData::new(&spending, &spent).map_err(|e| e.to_string())?;
    for (n, (out, script)) in prevouts.iter().zip(&scripts).enumerate() {
        kernel::verify(script, Some(sats(out)), &spending, n, None, &data)
            .map_err(|e| format!("input {n}: {e}"))?;
    }
    Ok(())
}
