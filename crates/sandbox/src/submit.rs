//! Sending a transaction as Core's `sendrawtransaction` does, for JSON-RPC and Esplora alike.

use bitcoin::absolute::LockTime;
use bitcoin::consensus::{Decodable, encode};
use bitcoin::{Amount, OutPoint, Transaction, TxIn, TxOut, Txid};

use crate::index::is_unspendable;
use crate::node::{Node, SubmitError};

/// Default of `maxfeerate`: 0.10 BTC per 1000 virtual bytes, in satoshis.
pub const DEFAULT_MAX_FEE_RATE: u64 = 10_000_000;

/// An answer of Core to a transaction it does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    /// Core's error code.
    pub code: i32,
    /// Core's message.
    pub message: String,
}

impl SendError {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// Core's answer to what is not a transaction.
    pub fn decode() -> Self {
        Self::new(
            -22,
            "TX decode failed. Make sure the tx has at least one input.",
        )
    }
}

/// Reads a transaction from hex: the whole text, with or without witness, as Core does. A transaction
/// without inputs is read as well, so that it can be refused for that.
pub fn decode_tx(text: &str) -> Option<Transaction> {
    let bytes = hex::decode(text.trim()).ok()?;
    encode::deserialize(&bytes).ok().or_else(|| legacy(&bytes))
}

fn legacy(bytes: &[u8]) -> Option<Transaction> {
    let mut rest = bytes;
    let tx = Transaction {
        version: Decodable::consensus_decode(&mut rest).ok()?,
        input: Vec::<TxIn>::consensus_decode(&mut rest).ok()?,
        output: Vec::<TxOut>::consensus_decode(&mut rest).ok()?,
        lock_time: LockTime::consensus_decode(&mut rest).ok()?,
    };
    rest.is_empty().then_some(tx)
}

/// Checks and enters a transaction. `max_fee_rate` in satoshis per 1000 virtual bytes, 0 for none;
/// `max_burn` is what unspendable outputs may hold.
pub fn send(
    node: &Node,
    tx: Transaction,
    max_fee_rate: u64,
    max_burn: Amount,
) -> Result<Txid, SendError> {
    let burns = tx
        .output
        .iter()
        .any(|output| is_unspendable(&output.script_pubkey) && output.value > max_burn);
    if burns {
        return Err(SendError::new(
            -25,
            "Unspendable output exceeds maximum configured by user (maxburnamount)",
        ));
    }
    let txid = tx.compute_txid();
    {
        let state = node.read();
        let known = (0..tx.output.len() as u32)
            .any(|vout| state.index.coin(&OutPoint { txid, vout }).is_some());
        if known {
            return Err(SendError::new(
                -27,
                "Transaction outputs already in utxo set",
            ));
        }
        if state.pool.get(&txid).is_some() {
            return Ok(txid);
        }
    }
    match node.submit_tx_below(tx, max_fee_rate) {
        Ok(_) => Ok(txid),
        Err(SubmitError::Refused(reject)) => Err(SendError::new(
            if reject.missing_inputs { -25 } else { -26 },
            reject.to_string(),
        )),
        Err(error @ SubmitError::FeeTooHigh) => Err(SendError::new(-25, error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::decode_tx;

    #[test]
    fn only_whole_hex_of_a_transaction_is_one() {
        assert!(decode_tx("").is_none());
        assert!(decode_tx("zz").is_none());
        assert!(decode_tx("00").is_none());
        let empty = "02000000000000000000";
        assert!(decode_tx(empty).is_some_and(|tx| tx.input.is_empty() && tx.output.is_empty()));
        assert!(decode_tx(&format!("{empty}00")).is_none());
    }
}
