//! Form of a transaction on its own (Core's `CheckTransaction`). Context-free consensus, restated
//! here only to give Core's reasons; a block is judged by the kernel regardless.

use std::collections::HashSet;

use bitcoin::{Amount, Transaction};

use super::Reject;

const MAX_WEIGHT: u64 = 4_000_000;

/// Checks counts, size, amounts and duplicate inputs.
pub fn check_form(tx: &Transaction) -> Result<(), Reject> {
    if tx.input.is_empty() {
        return Err(Reject::new("bad-txns-vin-empty"));
    }
    if tx.output.is_empty() {
        return Err(Reject::new("bad-txns-vout-empty"));
    }
    if tx.base_size() as u64 * 4 > MAX_WEIGHT {
        return Err(Reject::new("bad-txns-oversize"));
    }
    let mut total = 0u64;
    for output in &tx.output {
        let value = output.value.to_sat();
        // The wire format is signed: the upper half is negative amounts.
        if value > i64::MAX as u64 {
            return Err(Reject::new("bad-txns-vout-negative"));
        }
        if value > Amount::MAX_MONEY.to_sat() {
            return Err(Reject::new("bad-txns-vout-toolarge"));
        }
        total += value;
        if total > Amount::MAX_MONEY.to_sat() {
            return Err(Reject::new("bad-txns-txouttotal-toolarge"));
        }
    }
    let mut seen = HashSet::new();
    if !tx
        .input
        .iter()
        .all(|input| seen.insert(input.previous_output))
    {
        return Err(Reject::new("bad-txns-inputs-duplicate"));
    }
    if tx.is_coinbase() {
        if !(2..=100).contains(&tx.input[0].script_sig.len()) {
            return Err(Reject::new("bad-cb-length"));
        }
    } else if tx.input.iter().any(|input| input.previous_output.is_null()) {
        return Err(Reject::new("bad-txns-prevout-null"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bitcoin::hashes::Hash;
    use bitcoin::{OutPoint, ScriptBuf, Sequence, TxIn, TxOut, Txid, Witness};

    fn input(vout: u32) -> TxIn {
        TxIn {
            previous_output: OutPoint {
                txid: Txid::from_byte_array([7; 32]),
                vout,
            },
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }
    }

    fn tx(input: Vec<TxIn>, values: &[u64]) -> Transaction {
        Transaction {
            version: bitcoin::transaction::Version::TWO,
            lock_time: bitcoin::absolute::LockTime::ZERO,
            input,
            output: values
                .iter()
                .map(|value| TxOut {
                    value: Amount::from_sat(*value),
                    script_pubkey: ScriptBuf::new(),
                })
                .collect(),
        }
    }

    #[test]
    fn each_fault_of_form_has_cores_reason() {
        let reason = |tx: Transaction| check_form(&tx).unwrap_err().reason;
        assert_eq!(reason(tx(vec![], &[1])), "bad-txns-vin-empty");
        assert_eq!(reason(tx(vec![input(0)], &[])), "bad-txns-vout-empty");
        assert_eq!(
            reason(tx(vec![input(0)], &[u64::MAX])),
            "bad-txns-vout-negative"
        );
        let max = Amount::MAX_MONEY.to_sat();
        assert_eq!(
            reason(tx(vec![input(0)], &[max + 1])),
            "bad-txns-vout-toolarge"
        );
        assert_eq!(
            reason(tx(vec![input(0)], &[max, 1])),
            "bad-txns-txouttotal-toolarge"
        );
        assert_eq!(
            reason(tx(vec![input(0), input(0)], &[1])),
            "bad-txns-inputs-duplicate"
        );
        let null = TxIn {
            previous_output: OutPoint::null(),
            ..input(0)
        };
        assert_eq!(reason(tx(vec![null.clone()], &[1])), "bad-cb-length");
        assert_eq!(
            reason(tx(vec![input(0), null], &[1])),
            "bad-txns-prevout-null"
        );
        assert!(check_form(&tx(vec![input(0)], &[1])).is_ok());
    }
}
