//! Payments to a script, as a chain would tell of them.

use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Witness,
};
use satchel_types::{BlockRef, ChainSide, ScanBatch, ScannedTx, Timestamp, TxSeen};

/// Returns block 1 of a regtest chain, and the batch in which it pays 10,000 sat to a script as
/// many times as said, each in a transaction of its own, output 0. The script is that of the first
/// receive address.
pub fn paid_at_first(script: &ScriptBuf, payments: u32) -> (BlockRef, ScanBatch) {
    let block = BlockRef {
        height: 1,
        hash: BlockHash::from_byte_array([7; 32]),
    };
    let genesis = bitcoin::constants::genesis_block(Network::Regtest);
    let genesis = BlockRef {
        height: 0,
        hash: genesis.block_hash(),
    };
    let seen = TxSeen::Block {
        block,
        time: Timestamp::from_secs(1_700_000_000),
    };
    let txs = (0..payments).map(|n| {
        let tx = paying(n, script);
        ScannedTx {
            txid: tx.compute_txid(),
            tx: Some(Arc::new(tx)),
            seen,
            prevouts: Vec::new(),
        }
    });
    let batch = ScanBatch {
        blocks: Arc::new(vec![genesis, block]),
        txs: txs.collect(),
        last_used: vec![(ChainSide::Receive, 0)],
        scripts: vec![script.clone()],
        done: 1,
        expected: 1,
    };
    (block, batch)
}

fn paying(n: u32, script: &ScriptBuf) -> Transaction {
    let mut from = [9; 32];
    from[..4].copy_from_slice(&n.to_le_bytes());
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(Txid::from_byte_array(from), 0),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(10_000),
            script_pubkey: script.clone(),
        }],
    }
}
