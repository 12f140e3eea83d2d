//! The coins a waiting transaction may spend: those of the chain and those of the pool.

use bitcoin::{OutPoint, TxOut};

use super::Mempool;
use crate::index::{Coin, Index, is_unspendable};

/// A coin for the next block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolCoin {
    /// Amount and script.
    pub output: TxOut,
    /// Height; one above the tip for a coin that is itself unconfirmed.
    pub height: u32,
    /// Whether a coinbase made it.
    pub coinbase: bool,
    /// Whether it is itself unconfirmed.
    pub unconfirmed: bool,
}

/// Chain and pool seen as one coin database.
#[derive(Clone, Copy)]
pub struct CoinView<'a> {
    /// The chain.
    pub index: &'a Index,
    /// The pool.
    pub pool: &'a Mempool,
}

impl CoinView<'_> {
    /// A coin that exists, whether or not a waiting transaction spends it already.
    pub fn coin(&self, outpoint: &OutPoint) -> Option<PoolCoin> {
        if let Some(output) = self.pool.output(outpoint) {
            if is_unspendable(&output.script_pubkey) {
                return None;
            }
            return Some(PoolCoin {
                output: output.clone(),
                height: self.index.height() + 1,
                coinbase: false,
                unconfirmed: true,
            });
        }
        self.index.coin(outpoint).map(
            |Coin {
                 output,
                 height,
                 coinbase,
             }| PoolCoin {
                output,
                height,
                coinbase,
                unconfirmed: false,
            },
        )
    }
}
