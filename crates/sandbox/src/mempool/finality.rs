//! Lock times: absolute (BIP-0113) and relative (BIP-0068), for the next block.

use bitcoin::Transaction;
use bitcoin::absolute::LockTime;

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

/// Whether every relative lock time has passed for the next block.
pub fn is_bip68_final(tx: &Transaction, coins: &[PoolCoin], index: &Index) -> bool {
    // Core compares as unsigned: a "negative" version is a large one.
    if (tx.version.0 as u32) < 2 {
        return true;
    }
    let tip = index.tip();
    tx.input.iter().zip(coins).all(|(input, coin)| {
        let sequence = input.sequence.0;
        if sequence & DISABLE != 0 {
            return true;
        }
        let value = sequence & MASK;
        if sequence & BY_TIME != 0 {
            // Counted from the median time before the coin's block; for an unconfirmed coin, the tip's.
            let before = (coin.height.saturating_sub(1)).min(tip.height);
            let start = index.blocks()[before as usize].median_time;
            u64::from(start) + (u64::from(value) << 9) <= u64::from(tip.median_time)
        } else {
            coin.height + value <= tip.height + 1
        }
    })
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
