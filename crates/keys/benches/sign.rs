//! Signing and finalizing beside rust-bitcoin's own signing, which neither checks nor finalizes.
#![allow(missing_docs)]

use bitcoin::NetworkKind;
use bitcoin::bip32::Xpriv;
use bitcoin::psbt::Psbt;
use divan::Bencher;
use satchel_keys::sign;
use satchel_types::ScriptType;
use secp256k1::SECP256K1;

#[allow(dead_code)]
#[path = "../tests/keys/payments.rs"]
mod payments;
use payments::{AUX, account, payment, seed};

const INPUTS: [u32; 3] = [1, 100, 1_000];
const TYPES: [ScriptType; 4] = ScriptType::ALL;

fn main() {
    divan::main();
}

fn each(inputs: u32, script_type: ScriptType) -> Psbt {
    payment(&[(&seed(1), account(script_type))], inputs)
}

#[divan::bench(consts = [0, 1, 2, 3], args = INPUTS, sample_count = 5)]
fn satchel_sign_and_finalize<const TYPE: usize>(bencher: Bencher, inputs: u32) {
    let (seed, account) = (seed(1), account(TYPES[TYPE]));
    let psbt = each(inputs, TYPES[TYPE]);
    bencher
        .with_inputs(|| psbt.clone())
        .bench_values(|psbt| sign(&seed, &account, psbt, &AUX).expect("ours"));
}

#[divan::bench(consts = [0, 1, 2, 3], args = INPUTS, sample_count = 5)]
fn bitcoin_psbt_sign<const TYPE: usize>(bencher: Bencher, inputs: u32) {
    // The words behind `seed(1)`, stretched by the peer's own means.
    let mnemonic = bip39::Mnemonic::from_entropy(&[1; 16]).expect("a valid length");
    let psbt = each(inputs, TYPES[TYPE]);
    bencher
        .with_inputs(|| psbt.clone())
        .bench_values(|mut psbt| {
            let root = mnemonic.to_seed_normalized("");
            let master = Xpriv::new_master(NetworkKind::Test, &root).expect("a master key");
            let signed = psbt.sign(&master, SECP256K1).expect("ours");
            assert_eq!(signed.len(), inputs as usize);
            psbt
        });
}
