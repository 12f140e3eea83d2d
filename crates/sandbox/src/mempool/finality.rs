//! Lock times: absolute (BIP-0113) and relative (BIP-0068), for the next block.

use bitcoin::absolute::LockTime;
use bitcoin::{BlockHash, Transaction};

use super::PoolCoin;
use crate::index::Index;

const DISABLE: u32 = 1 << 31;
const BY_TIME: u32 = 1 << 22;
const MASK: u32 = 0xffff;

/// Whether the absolute lock time lets the transaction into the next block.
pub fn is_final(tx: &Transaction, next_height: u32, tip_median_time: u32) -> bool {
    let passed = match tx.lock_time {
        LockTime::Blocks(height) => {
            height.to_consensus_u32() == 0 || height.to_consensus_u32() < next_height
        }
        LockTime::Seconds(time) => time.to_consensus_u32() < tip_median_time,
    };
    passed
        || tx
            .input
            .iter()
            .all(|input| input.sequence == bitcoin::Sequence::MAX)
}

/// From when on the relative lock times of a transaction let it into a block, as its coins stood when this
/// was found out. Core keeps it with each waiting transaction and, when blocks leave the chain, goes by what
/// it kept as long as `relies_on` is active; what spent a coin that was itself unconfirmed has then to wait
/// for the height it first waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockPoints {
    /// The first height.
    height: u32,
    /// The first median time of the block before.
    time: u64,
    /// The highest block that holds a coin with a lock.
    relies_on: BlockHash,
}

impl LockPoints {
    /// Those of a transaction with its coins, for the next block.
    pub fn of(tx: &Transaction, coins: &[PoolCoin], index: &Index) -> Self {
        let tip = index.tip();
        let mut points = Self {
            height: 0,
            time: 0,
            relies_on: tip.hash,
        };
        let mut deepest = 0;
        // Core compares as unsigned: a "negative" version is a large one.
        let locks = (tx.version.0 as u32) >= 2;
        for (input, coin) in tx.input.iter().zip(coins) {
            let sequence = input.sequence.0;
            if locks && sequence & DISABLE != 0 {
                continue;
            }
            if coin.height <= tip.height {
                deepest = deepest.max(coin.height);
            }
            if !locks {
                continue;
            }
            let value = sequence & MASK;
            if sequence & BY_TIME != 0 {
                // Counted from the median time before the coin's block; for an unconfirmed coin, the tip's.
                let before = (coin.height.saturating_sub(1)).min(tip.height);
                let start = index.blocks()[before as usize].median_time;
                let time = u64::from(start) + (u64::from(value) << 9);
                points.time = points.time.max(time);
            } else {
                points.height = points.height.max(coin.height + value);
            }
        }
        points.relies_on = index.blocks()[deepest as usize].hash;
        points
    }

    /// Whether what they were found out from is still part of the chain.
    pub fn hold(&self, index: &Index) -> bool {
        index.block(&self.relies_on).is_some()
    }

    /// Whether they let the transaction into the next block.
    pub fn are_passed(&self, index: &Index) -> bool {
        let tip = index.tip();
        self.height <= tip.height + 1 && self.time <= u64::from(tip.median_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bitcoin::{OutPoint, ScriptBuf, Sequence, TxIn, Witness};

    fn tx(lock_time: u32, sequence: Sequence) -> Transaction {
        Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: LockTime::from_consensus(lock_time),
            input: vec![TxIn {
                previous_output: OutPoint::null(),
                script_sig: ScriptBuf::new(),
                sequence,
                witness: Witness::new(),
            }],
            output: vec![],
        }
    }

    #[test]
    fn a_height_lock_opens_in_the_block_after_that_height() {
        assert!(!is_final(&tx(100, Sequence::ZERO), 100, 0));
        assert!(is_final(&tx(100, Sequence::ZERO), 101, 0));
        assert!(is_final(&tx(100, Sequence::MAX), 1, 0));
    }

    #[test]
    fn a_time_lock_opens_when_the_median_time_has_passed_it() {
        let lock = 1_700_000_000;
        assert!(!is_final(&tx(lock, Sequence::ZERO), 1, lock));
        assert!(is_final(&tx(lock, Sequence::ZERO), 1, lock + 1));
    }
}
