//! The faucet: coins of one well-known key, mined at first start. Regtest coins are worth nothing, so
//! its key is a constant and whoever wants its coins may have them.

mod spike;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bitcoin::absolute::LockTime;
use bitcoin::hashes::{Hash, sha256};
use bitcoin::key::{Keypair, TapTweak, TweakedKeypair};
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::secp256k1::{self, SecretKey};
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
};
use thiserror::Error;

use crate::index::{Index, script_hash};
use crate::mempool::{Reject, dust_threshold, fee_at};
use crate::node::{MineError, Node};
use crate::wallet::sign_taproot;

/// What the faucet pays for its own transactions: 2 sat/vB.
const FEE_SAT_PER_KVB: u64 = 2_000;
/// Coins one payment may join.
const MAX_INPUTS: usize = 500;
const COINBASE_MATURITY: u32 = 100;

/// Why the faucet did not pay.
#[derive(Debug, Error)]
pub enum FaucetError {
    /// Less than the network relays to this address.
    #[error("amount {amount} sat is dust: the least for this address is {least} sat")]
    Dust {
        /// Satoshis asked for.
        amount: u64,
        /// Satoshis that would do.
        least: u64,
    },
    /// More than the faucet has.
    #[error("amount {amount} sat is more than the faucet has ({available} sat)")]
    Insufficient {
        /// Satoshis asked for.
        amount: u64,
        /// Satoshis it could pay now.
        available: u64,
    },
    /// The pool refused the payment.
    #[error("the payment was refused: {0}")]
    Refused(#[from] Reject),
    /// No block was made.
    #[error(transparent)]
    Mine(#[from] MineError),
    /// The block holds less than was asked for.
    #[error("{per_block} transactions do not fit into a block of this chain (1 to {most})")]
    BlockSize {
        /// Asked for.
        per_block: usize,
        /// Allowed.
        most: usize,
    },
    /// No script to pay to.
    #[error("no script was given")]
    NoScripts,
}

/// A payment the faucet made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// The payment.
    pub txid: Txid,
    /// Which of its outputs pays the address.
    pub vout: u32,
    /// The block it is in.
    pub block: BlockHash,
    /// Height of that block.
    pub height: u32,
}

/// The faucet's key and script.
pub struct Faucet {
    key: TweakedKeypair,
    script: ScriptBuf,
    /// One payment at a time: two would choose the same coins.
    turn: Mutex<()>,
}

struct FaucetCoin {
    outpoint: OutPoint,
    output: TxOut,
}

impl Default for Faucet {
    fn default() -> Self {
        Self::new()
    }
}

impl Faucet {
    /// The faucet of every sandbox.
    pub fn new() -> Self {
        let seed = sha256::Hash::hash(b"satchel-sandbox faucet");
        let secret = SecretKey::from_slice(seed.as_byte_array())
            .expect("this hash is a constant and lies within the curve's order");
        let pair = Keypair::from_secret_key(secp256k1::SECP256K1, &secret);
        let (internal, _) = pair.x_only_public_key();
        Self {
            key: pair.tap_tweak(secp256k1::SECP256K1, None),
            script: ScriptBuf::new_p2tr(secp256k1::SECP256K1, internal, None),
            turn: Mutex::new(()),
        }
    }

    /// Where its coins are, and where blocks pay that nobody named a receiver for.
    pub fn script(&self) -> &ScriptBuf {
        &self.script
    }

    /// Its key, for the wallet that holds the same coins.
    pub fn key(&self) -> TweakedKeypair {
        self.key
    }

    /// Takes the turn of a payment: whoever else pays with these coins waits.
    pub fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Satoshis it could spend in the next block.
    pub fn available(&self, node: &Node) -> u64 {
        self.coins(node)
            .iter()
            .map(|coin| coin.output.value.to_sat())
            .sum()
    }

    /// Pays `amount` to `script` and mines one block with the payment.
    pub fn pay(
        &self,
        node: &Node,
        script: &ScriptBuf,
        amount: Amount,
    ) -> Result<Payment, FaucetError> {
        let _turn = self.turn();
        self.pay_in_turn(node, script, amount)
    }

    fn pay_in_turn(
        &self,
        node: &Node,
        script: &ScriptBuf,
        amount: Amount,
    ) -> Result<Payment, FaucetError> {
        let output = TxOut {
            value: amount,
            script_pubkey: script.clone(),
        };
        let least = dust_threshold(&output);
        if amount.to_sat() < least {
            return Err(FaucetError::Dust {
                amount: amount.to_sat(),
                least,
            });
        }
        let tx = self.payment(node, output)?;
        let txid = tx.compute_txid();
        node.submit_tx(tx)?;
        node.mine(&self.script, 1)?;
        let state = node.read();
        let position = state
            .index
            .position(&txid)
            .ok_or(MineError::Refused("payment-not-mined"))?;
        Ok(Payment {
            txid,
            vout: 0,
            block: state.index.blocks()[position.height as usize].hash,
            height: position.height,
        })
    }

    /// Confirms `count` payments of `amount`, one transaction each, to `scripts` in turn, `per_block` of
    /// them in every block. Made for benchmarks: they go into blocks directly (the kernel checks each), so
    /// chains longer than the pool allows are fine. The change between them needs no signature, which is what
    /// most of the time would be spent on; the last of it is the faucet's again.
    pub fn fill(
        &self,
        node: &Node,
        scripts: &[ScriptBuf],
        count: usize,
        per_block: usize,
        amount: Amount,
    ) -> Result<Vec<Txid>, FaucetError> {
        const MOST: usize = 5_000;
        if scripts.is_empty() {
            return Err(FaucetError::NoScripts);
        }
        if per_block == 0 || per_block > MOST {
            return Err(FaucetError::BlockSize {
                per_block,
                most: MOST,
            });
        }
        const FEE: u64 = 400;
        let _turn = self.turn();
        let need = (amount.to_sat() + FEE).saturating_mul(count as u64) + 10_000;
        let mut purse = self.purse(node, need)?;
        let blocks = count.div_ceil(per_block);
        let times = node.next_times(blocks);
        let open = open_script();
        let mut txids = Vec::with_capacity(count);
        let mut receivers = scripts.iter().cycle();
        for (number, time) in times.into_iter().enumerate() {
            let here = per_block.min(count - txids.len());
            let mut txs = Vec::with_capacity(here);
            for receiver in receivers.by_ref().take(here) {
                let change = purse.output.value - amount - Amount::from_sat(FEE);
                let outputs = vec![
                    TxOut {
                        value: amount,
                        script_pubkey: receiver.clone(),
                    },
                    TxOut {
                        value: change,
                        script_pubkey: match txids.len() + 1 == count {
                            true => self.script.clone(),
                            false => open.to_p2wsh(),
                        },
                    },
                ];
                let tx = match txids.len() {
                    0 => self.sign(&[purse], outputs),
                    _ => spend_open(&purse, &open, outputs),
                };
                let txid = tx.compute_txid();
                purse = FaucetCoin {
                    outpoint: OutPoint { txid, vout: 1 },
                    output: tx.output[1].clone(),
                };
                txids.push(txid);
                txs.push(Arc::new(tx));
            }
            let fees = FEE * txs.len() as u64;
            node.mine_exactly(&self.script, txs, fees, time, number + 1 == blocks)?;
        }
        Ok(txids)
    }

    /// One confirmed coin of at least `amount`.
    fn purse(&self, node: &Node, amount: u64) -> Result<FaucetCoin, FaucetError> {
        let enough = |coin: &FaucetCoin| coin.output.value.to_sat() >= amount;
        if let Some(coin) = self.coins(node).into_iter().find(enough) {
            return Ok(coin);
        }
        let target = Amount::from_sat(amount);
        let payment = self.pay_in_turn(node, &self.script, target)?;
        let outpoint = OutPoint {
            txid: payment.txid,
            vout: payment.vout,
        };
        let output = TxOut {
            value: target,
            script_pubkey: self.script.clone(),
        };
        Ok(FaucetCoin { outpoint, output })
    }

    fn payment(&self, node: &Node, output: TxOut) -> Result<Transaction, FaucetError> {
        self.payment_of(node, vec![output])
    }

    /// Pays all of `outputs` at once.
    fn payment_of(&self, node: &Node, outputs: Vec<TxOut>) -> Result<Transaction, FaucetError> {
        let amount = outputs.iter().fold(0u64, |sum, output| {
            sum.saturating_add(output.value.to_sat())
        });
        let size: u64 = outputs.iter().map(|output| output.size() as u64).sum();
        let mut coins = self.coins(node);
        // Largest first: few inputs, whatever the amount.
        coins.sort_by_key(|coin| std::cmp::Reverse(coin.output.value));
        coins.truncate(MAX_INPUTS);
        let available: u64 = coins.iter().map(|coin| coin.output.value.to_sat()).sum();
        let mut chosen = Vec::new();
        let mut sum = 0;
        for coin in coins {
            sum += coin.output.value.to_sat();
            chosen.push(coin);
            // A key-path input is 57.5 vB, a taproot output 43, the rest of the transaction 10.5 to 14.5.
            let vsize = 15 + 58 * chosen.len() as u64 + size + 43;
            let fee = fee_at(FEE_SAT_PER_KVB, vsize);
            let Some(change) = sum.checked_sub(amount.saturating_add(fee)) else {
                continue;
            };
            let mut outputs = outputs;
            let change = TxOut {
                value: Amount::from_sat(change),
                script_pubkey: self.script.clone(),
            };
            if change.value.to_sat() >= dust_threshold(&change) {
                outputs.push(change);
            }
            return Ok(self.sign(&chosen, outputs));
        }
        Err(FaucetError::Insufficient { amount, available })
    }

    /// Coins that are confirmed, mature and not spent by a waiting transaction.
    fn coins(&self, node: &Node) -> Vec<FaucetCoin> {
        let state = node.read();
        let Some(record) = state.index.script(&script_hash(&self.script)) else {
            return Vec::new();
        };
        record
            .coins
            .keys()
            .filter(|(position, _)| is_mature(&state.index, position.height, position.index))
            .map(|(position, vout)| OutPoint {
                txid: state.index.txid_at(*position),
                vout: *vout,
            })
            .filter(|outpoint| state.pool.spender(outpoint).is_none())
            .filter_map(|outpoint| {
                Some(FaucetCoin {
                    outpoint,
                    output: state.index.output(&outpoint)?.clone(),
                })
            })
            .collect()
    }

    fn sign(&self, coins: &[FaucetCoin], output: Vec<TxOut>) -> Transaction {
        let mut tx = Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: coins
                .iter()
                .map(|coin| TxIn {
                    previous_output: coin.outpoint,
                    script_sig: ScriptBuf::new(),
                    sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
                    witness: Witness::new(),
                })
                .collect(),
            output,
        };
        let spent: Vec<&TxOut> = coins.iter().map(|coin| &coin.output).collect();
        for number in 0..coins.len() {
            sign_taproot(&mut tx, number, &spent, &self.key);
        }
        tx
    }
}

/// A script that is satisfied by nothing.
fn open_script() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}

/// Spends a coin of an open script.
fn spend_open(coin: &FaucetCoin, script: &ScriptBuf, output: Vec<TxOut>) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: coin.outpoint,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::from_slice(&[script.as_bytes()]),
        }],
        output,
    }
}

/// Whether a coin can be spent in the next block.
fn is_mature(index: &Index, height: u32, place: u32) -> bool {
    place > 0 || index.height() + 1 >= height + COINBASE_MATURITY
}
