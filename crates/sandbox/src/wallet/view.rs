//! What a wallet has: its coins in chain and pool, and their sums.

use std::collections::HashMap;

use bitcoin::{OutPoint, TxOut, Txid};

use super::{Owner, Wallet};
use crate::node::State;

/// Blocks until a coinbase can be spent.
const COINBASE_MATURITY: u32 = 100;

/// An unspent coin of a wallet.
#[derive(Debug, Clone)]
pub struct OwnCoin {
    /// Where it is.
    pub outpoint: OutPoint,
    /// Amount and script.
    pub output: TxOut,
    /// What signs for it.
    pub owner: Owner,
    /// Blocks on it, its own included; 0 while it waits.
    pub confirmations: u32,
    /// Whether it comes from a coinbase that is too young to be spent.
    pub immature: bool,
    /// Whether it is confirmed, or comes from the wallet itself.
    pub trusted: bool,
}

/// Sums in satoshis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balances {
    /// Confirmed, or from the wallet itself.
    pub trusted: u64,
    /// Waiting, from others.
    pub untrusted: u64,
    /// Mined, and too young.
    pub immature: u64,
}

impl Wallet {
    /// Every coin that no waiting transaction spends, oldest first.
    pub fn coins(&self, state: &State) -> Vec<OwnCoin> {
        let mut coins = Vec::new();
        let mut trust = HashMap::new();
        for (script, own) in &self.scripts {
            let confirmed = state.index.script(&own.hash).into_iter();
            for ((position, vout), value) in confirmed.flat_map(|record| &record.coins) {
                let outpoint = OutPoint {
                    txid: state.index.txid_at(*position),
                    vout: *vout,
                };
                if state.pool.spender(&outpoint).is_some() {
                    continue;
                }
                let confirmations = state.index.height() - position.height + 1;
                coins.push((
                    (0, u64::from(position.height), position.index, *vout),
                    OwnCoin {
                        outpoint,
                        output: TxOut {
                            value: bitcoin::Amount::from_sat(*value),
                            script_pubkey: script.clone(),
                        },
                        owner: own.owner,
                        confirmations,
                        immature: position.index == 0 && confirmations <= COINBASE_MATURITY,
                        trusted: true,
                    },
                ));
            }
            for entry in state.pool.of_script(&own.hash) {
                for (vout, output) in entry.tx.output.iter().enumerate() {
                    let vout = vout as u32;
                    let outpoint = OutPoint {
                        txid: entry.txid,
                        vout,
                    };
                    if output.script_pubkey != *script || state.pool.spender(&outpoint).is_some() {
                        continue;
                    }
                    coins.push((
                        (1, entry.sequence, 0, vout),
                        OwnCoin {
                            outpoint,
                            output: output.clone(),
                            owner: own.owner,
                            confirmations: 0,
                            immature: false,
                            trusted: self.trusts(state, &entry.txid, &mut trust),
                        },
                    ));
                }
            }
        }
        coins.sort_by_key(|(order, _)| *order);
        coins.into_iter().map(|(_, coin)| coin).collect()
    }

    /// Sums over coins with at least `least` confirmations.
    pub fn balances(&self, state: &State, least: u32) -> Balances {
        let mut sums = Balances::default();
        for coin in self.coins(state) {
            let value = coin.output.value.to_sat();
            if coin.immature {
                sums.immature += value;
            } else if !coin.trusted {
                sums.untrusted += value;
            } else if coin.confirmations >= least {
                sums.trusted += value;
            }
        }
        sums
    }

    /// Whether a waiting transaction and all it builds on spend coins of this wallet alone.
    pub fn trusts(&self, state: &State, txid: &Txid, known: &mut HashMap<Txid, bool>) -> bool {
        if let Some(answer) = known.get(txid) {
            return *answer;
        }
        let answer = state.pool.get(txid).is_some_and(|entry| {
            let mut family = state.pool.ancestors(&entry.tx);
            family.insert(*txid);
            family
                .iter()
                .filter_map(|txid| state.pool.get(txid))
                .flat_map(|entry| &entry.prevouts)
                .all(|output| self.scripts.contains_key(&output.script_pubkey))
        });
        known.insert(*txid, answer);
        answer
    }
}
