//! What the made-up chain is told.
#![allow(dead_code)] // Each test target uses a part.

use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash as _;
use bitcoin::transaction::Version;
use bitcoin::{
    Address, Amount, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Witness,
};
use satchel_testkit::ScriptedScan;
use satchel_types::{BlockRef, ChainSide, ScanBatch, ScanEnd, ScannedTx, Timestamp, TxSeen};

use crate::harness::Harness;

/// Pays two coins of 1 BTC to a wallet's first address, in the first block, and returns the
/// payment's id. The next sync sees it.
pub fn fund(harness: &Harness, address: &str) -> String {
    let address: Address<_> = address.parse().expect("an address");
    let script = address.assume_checked().script_pubkey();
    let tx = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(Txid::all_zeros(), 7),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![
            TxOut {
                value: Amount::ONE_BTC,
                script_pubkey: script.clone(),
            };
            2
        ],
    };
    let txid = tx.compute_txid();
    mine(harness, 1, tx, vec![script], Vec::new());
    txid.to_string()
}

/// Puts a transaction into the block of this height, on top of the first one. The next sync sees it, and
/// is told that the server does not know those that are `missing`.
pub fn mine(
    harness: &Harness,
    height: u32,
    tx: Transaction,
    scripts: Vec<ScriptBuf>,
    missing: Vec<Txid>,
) {
    let block = |height: u32| BlockRef {
        height,
        hash: match height {
            0 => bitcoin::constants::genesis_block(bitcoin::Network::Regtest).block_hash(),
            height => BlockHash::from_byte_array([u8::try_from(height).expect("a few blocks"); 32]),
        },
    };
    harness.chain.set_tip(block(height));
    let mut scan = ScriptedScan::of(vec![ScanBatch {
        blocks: Arc::new((0..=height).map(block).collect()),
        txs: vec![ScannedTx {
            txid: tx.compute_txid(),
            tx: Some(Arc::new(tx)),
            seen: TxSeen::Block {
                block: block(height),
                time: Timestamp::from_secs(1_700_000_000),
            },
            prevouts: Vec::new(),
        }],
        last_used: vec![(ChainSide::Receive, 0)],
        scripts,
        done: 1,
        expected: 1,
    }]);
    scan.end = Some(Ok(ScanEnd {
        tip: block(height),
        missing,
        requests: 1,
    }));
    harness.chain.then(scan);
}
