//! History, coins and sums of one script.

use std::collections::BTreeMap;

use bitcoin::Script;
use bitcoin::hashes::{Hash, sha256};

use super::Position;

/// SHA-256 of a script, in the byte order of the hash itself (Esplora's `scripthash`, not Electrum's
/// reversed one).
pub type ScriptHash = [u8; 32];

/// The key of a script in the index.
pub fn script_hash(script: &Script) -> ScriptHash {
    sha256::Hash::hash(script.as_bytes()).to_byte_array()
}

/// Esplora's five figures; sums in satoshis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScriptStats {
    /// Outputs that paid the script.
    pub funded_count: u64,
    /// Their sum.
    pub funded_sum: u64,
    /// Of them, how many were spent.
    pub spent_count: u64,
    /// Their sum.
    pub spent_sum: u64,
    /// Transactions that paid or spent.
    pub tx_count: u64,
}

/// What the active chain holds for one script.
#[derive(Debug, Default)]
pub struct ScriptRecord {
    /// Transactions in chain order, each once.
    pub history: Vec<Position>,
    /// Unspent outputs: where, which output, satoshis.
    pub coins: BTreeMap<(Position, u32), u64>,
    /// Sums over both.
    pub stats: ScriptStats,
}

impl ScriptRecord {
    pub(super) fn fund(&mut self, tx: Position, vout: u32, value: u64) {
        self.touch(tx);
        self.coins.insert((tx, vout), value);
        self.stats.funded_count += 1;
        self.stats.funded_sum += value;
    }

    pub(super) fn spend(&mut self, tx: Position, made: Position, vout: u32, value: u64) {
        self.touch(tx);
        self.coins.remove(&(made, vout));
        self.stats.spent_count += 1;
        self.stats.spent_sum += value;
    }

    pub(super) fn unfund(&mut self, tx: Position, vout: u32, value: u64) {
        self.coins.remove(&(tx, vout));
        self.stats.funded_count -= 1;
        self.stats.funded_sum -= value;
        self.untouch(tx);
    }

    pub(super) fn unspend(&mut self, tx: Position, made: Position, vout: u32, value: u64) {
        self.coins.insert((made, vout), value);
        self.stats.spent_count -= 1;
        self.stats.spent_sum -= value;
        self.untouch(tx);
    }

    /// Transactions before `before`, newest first; all of them for `None`.
    pub fn newest_first(&self, before: Option<Position>) -> impl Iterator<Item = Position> + '_ {
        let end = match before {
            Some(position) => self.history.partition_point(|at| *at < position),
            None => self.history.len(),
        };
        self.history[..end].iter().rev().copied()
    }

    /// Chain order makes the newest the last.
    fn touch(&mut self, tx: Position) {
        if self.history.last() != Some(&tx) {
            self.history.push(tx);
            self.stats.tx_count += 1;
        }
    }

    /// Disconnecting goes backwards, so a transaction is last until its first touch was undone.
    fn untouch(&mut self, tx: Position) {
        if self.history.last() == Some(&tx) {
            self.history.pop();
            self.stats.tx_count -= 1;
        }
    }
}
