//! Signature operations and the virtual size that follows from them.

use bitcoin::Transaction;

use super::PoolCoin;

/// Most a relayed transaction may cost (a fifth of a block's 80,000).
pub const MAX_STANDARD_COST: u64 = 16_000;
const BYTES_PER_SIGOP: u64 = 20;

/// Cost of the signature operations of a transaction with its spent outputs (BIP-0141).
pub fn cost(tx: &Transaction, coins: &[PoolCoin]) -> u64 {
    sigop_cost(tx, |number| {
        coins.get(number).map(|coin| coin.output.clone())
    })
}

/// The same with a look-up by input number.
pub fn sigop_cost(tx: &Transaction, mut spent: impl FnMut(usize) -> Option<bitcoin::TxOut>) -> u64 {
    let mut number = 0;
    // `total_sigop_cost` may ask more than once for an outpoint, so it is looked up by its place.
    tx.total_sigop_cost(|outpoint| {
        number = tx
            .input
            .iter()
            .position(|input| input.previous_output == *outpoint)?;
        spent(number)
    }) as u64
}

/// Virtual size as the pool counts it: by weight, or by signature operations if those are more.
pub fn virtual_size(weight: u64, cost: u64) -> u64 {
    weight.max(cost * BYTES_PER_SIGOP).div_ceil(4)
}
