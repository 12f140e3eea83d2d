//! Puts a block together: coinbase with height (BIP-0034), subsidy, witness commitment (BIP-0141),
//! and proof of work at regtest's difficulty.

use std::sync::atomic::{AtomicU64, Ordering};

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::transaction::Version as TxVersion;
use bitcoin::{
    Amount, Block, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode, TxOut, Witness,
    WitnessMerkleNode,
};
use thiserror::Error;

use crate::chain::BlockEntry;
use crate::mempool::Template;

/// Blocks between halvings on regtest.
pub const HALVING_INTERVAL: u32 = 150;

/// Why a block could not be put together.
#[derive(Debug, Error)]
pub enum BuildError {
    /// Every nonce was tried.
    #[error("no nonce satisfies the difficulty")]
    NoNonce,
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    Entropy(getrandom::Error),
}

impl From<getrandom::Error> for BuildError {
    fn from(error: getrandom::Error) -> Self {
        Self::Entropy(error)
    }
}

/// New coins at a height.
pub fn subsidy(height: u32) -> Amount {
    let halvings = height / HALVING_INTERVAL;
    let full = Amount::from_int_btc(50).to_sat();
    Amount::from_sat(if halvings >= 64 { 0 } else { full >> halvings })
}

/// Makes coinbases differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    /// No two are alike, in whatever process.
    System,
    /// They follow from a number: the same blocks in the same order are the same blocks.
    Seed(u64),
}

static COUNTER: AtomicU64 = AtomicU64::new(0);

impl Chance {
    /// Bytes for the next coinbase; `made` counts the blocks of all branches that are there already.
    pub fn extra(self, made: usize) -> Result<[u8; 12], BuildError> {
        let mut extra = [0; 12];
        match self {
            // Two blocks at one height on two branches must differ, across processes as well.
            Self::System => {
                getrandom::fill(&mut extra[..4])?;
                extra[4..].copy_from_slice(&COUNTER.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            }
            Self::Seed(seed) => {
                extra[..4].copy_from_slice(&blake3::hash(&seed.to_le_bytes()).as_bytes()[..4]);
                extra[4..].copy_from_slice(&(made as u64).to_le_bytes());
            }
        }
        Ok(extra)
    }
}

/// A block on `parent` that holds `template` and pays subsidy and fees to `script`.
pub fn build_block(
    parent: &BlockEntry,
    script: &ScriptBuf,
    template: &Template,
    time: u32,
    extra: [u8; 12],
) -> Result<Block, BuildError> {
    let height = parent.height + 1;
    let value = subsidy(height).to_sat() + template.fees;
    let mut txdata = vec![coinbase(height, script, value, extra)];
    txdata.extend(template.txs.iter().map(|tx| tx.as_ref().clone()));
    let mut block = Block {
        header: Header {
            version: Version::from_consensus(0x2000_0000),
            prev_blockhash: parent.hash,
            merkle_root: TxMerkleNode::all_zeros(),
            time,
            bits: parent.header.bits,
            nonce: 0,
        },
        txdata,
    };
    let root = block
        .witness_root()
        .unwrap_or_else(WitnessMerkleNode::all_zeros);
    let commitment = Block::compute_witness_commitment(&root, &[0; 32]);
    let mut payload = vec![0xaa, 0x21, 0xa9, 0xed];
    payload.extend(commitment.to_byte_array());
    let push = PushBytesBuf::try_from(payload).expect("36 bytes fit into a push");
    block.txdata[0].output.push(TxOut {
        value: Amount::ZERO,
        script_pubkey: ScriptBuf::new_op_return(push),
    });
    block.header.merkle_root = block
        .compute_merkle_root()
        .expect("a block with a coinbase has a merkle root");
    let target = block.header.target();
    while block.header.validate_pow(target).is_err() {
        block.header.nonce = block
            .header
            .nonce
            .checked_add(1)
            .ok_or(BuildError::NoNonce)?;
    }
    Ok(block)
}

fn coinbase(height: u32, script: &ScriptBuf, value: u64, extra: [u8; 12]) -> Transaction {
    Transaction {
        version: TxVersion::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: Builder::new()
                .push_int(i64::from(height))
                .push_slice(extra)
                .into_script(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[[0u8; 32]]),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(value),
            script_pubkey: script.clone(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subsidy_halves_every_150_blocks_and_ends() {
        assert_eq!(subsidy(1), Amount::from_int_btc(50));
        assert_eq!(subsidy(149), Amount::from_int_btc(50));
        assert_eq!(subsidy(150), Amount::from_int_btc(25));
        assert_eq!(subsidy(300).to_sat(), 1_250_000_000);
        assert_eq!(subsidy(150 * 33), Amount::ZERO);
        assert_eq!(subsidy(150 * 64), Amount::ZERO);
    }
}
