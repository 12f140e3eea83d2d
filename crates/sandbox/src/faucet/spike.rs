//! A pool so full that fees rise: real transactions that pay a rate, as many as fill blocks.

use bitcoin::hashes::Hash;
use bitcoin::{Amount, OutPoint, ScriptBuf, TxOut, Txid, WPubkeyHash};

use super::{Faucet, FaucetCoin, FaucetError};
use crate::mempool::fee_at;
use crate::node::Node;

/// Outputs of one of its transactions: about 93,000 vB, below what is standard.
const OUTPUTS: usize = 3_000;
/// Satoshis of each, above dust.
const EACH: u64 = 300;
/// Transactions that fill a block.
const PER_BLOCK: usize = 11;
/// Most blocks to be filled.
pub const MAX_BLOCKS: usize = 50;

impl Faucet {
    /// Fills the pool with transactions that pay `rate` (satoshis per 1000 virtual bytes), enough for `blocks`
    /// blocks. One block is mined before, with the coins they spend.
    pub fn spike(&self, node: &Node, rate: u64, blocks: usize) -> Result<Vec<Txid>, FaucetError> {
        let blocks = blocks.clamp(1, MAX_BLOCKS);
        let _turn = self.turn();
        let count = PER_BLOCK * blocks;
        // Version, counts and one key-path input; then outputs of 31 bytes to a script nobody has a key for.
        let vsize = 75 + 31 * OUTPUTS as u64;
        let value = fee_at(rate, vsize) + EACH * OUTPUTS as u64;
        let coins = self.split(node, Amount::from_sat(value), count)?;
        let nobody = ScriptBuf::new_p2wpkh(&WPubkeyHash::hash(b"satchel-sandbox spike"));
        let output = TxOut {
            value: Amount::from_sat(EACH),
            script_pubkey: nobody,
        };
        let mut txids = Vec::with_capacity(count);
        for coin in coins {
            let tx = self.sign(&[coin], vec![output.clone(); OUTPUTS]);
            txids.push(tx.compute_txid());
            node.submit_tx(tx)?;
        }
        Ok(txids)
    }

    /// Makes `count` confirmed coins of `value`.
    fn split(
        &self,
        node: &Node,
        value: Amount,
        count: usize,
    ) -> Result<Vec<FaucetCoin>, FaucetError> {
        let output = TxOut {
            value,
            script_pubkey: self.script.clone(),
        };
        let tx = self.payment_of(node, vec![output.clone(); count])?;
        let txid = tx.compute_txid();
        node.submit_tx(tx)?;
        node.mine(&self.script, 1)?;
        Ok((0..count as u32)
            .map(|vout| FaucetCoin {
                outpoint: OutPoint { txid, vout },
                output: output.clone(),
            })
            .collect())
    }
}
