//! One wallet, watch-only.
//!
//! Built of `bdk_chain`'s parts and not of `bdk_wallet::Wallet`: that type walks its whole history
//! on every read, forgets on loading when a transaction was first seen, and cannot look again at
//! a transaction it knows for scripts it did not know yet. Its answers are the reference in the
//! tests.
//!
//! # What a step costs
//! Let *n* be all transactions, *c* those a step brings or changes, *o* the open ones: pending,
//! replaced, dropped.
//!
//! - [`Engine::apply_batch`], [`Engine::apply_end`], [`Engine::note_sent`], [`Engine::abandon`]:
//!   O((c + o) log n). A confirmed transaction is decided by its block alone; only the open ones
//!   are weighed against each other, by `bdk_chain`'s own rules on a graph of just them and what
//!   they touch. A reorganization adds the transactions of the blocks it replaced.
//! - [`Engine::load`]: O(n), with no key derived.
//! - Reads: a look-up. The rows are kept in memory and only their differences are written.

mod addresses;
mod apply;
mod descriptors;
mod full;
mod rows;
mod scan;
mod state;
mod view;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use bdk_chain::keychain_txout::KeychainTxOutIndex;
use bdk_chain::{ConfirmationBlockTime, IndexedTxGraph, TxGraph};
use bitcoin::{Amount, BlockHash, Network, OutPoint, ScriptBuf, Transaction, Txid};
use satchel_types::{
    AddressRow, Balance, Batch, BlockRef, ChainSide, CoinRow, Direction, Timestamp, TxRow,
    WalletId, Write,
};

use crate::changes::Changes;
use crate::oracle::Chain;

pub(crate) use descriptors::Descriptors;
pub use descriptors::{CreateError, Side};
pub use full::FullScan;
pub(crate) use full::{Progress, Ranges};
use view::View;

/// Why a wallet could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The record's descriptors cannot be used.
    #[error(transparent)]
    Descriptor(#[from] CreateError),
    /// A stored piece cannot be read.
    #[error("stored piece {index} of the wallet cannot be read")]
    Damaged {
        /// Which piece, from 0.
        index: usize,
    },
    /// A newer version wrote a piece.
    #[error("stored piece {index} has version {found}, this version reads up to {known}")]
    TooNew {
        /// Which piece, from 0.
        index: usize,
        /// Version found.
        found: u32,
        /// Newest version known.
        known: u32,
    },
    /// The stored state belongs to other descriptors or another network than the record says.
    #[error("the stored state belongs to another wallet")]
    OtherWallet,
    /// No stored piece holds the wallet's beginning.
    #[error("the stored state is not whole")]
    NotWhole,
}

/// How far a scan looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanScope {
    /// Both sides from index 0 until `stop_gap` scripts in a row were never used.
    Discover {
        /// Unused scripts in a row after which a side is done.
        stop_gap: u32,
    },
    /// Every revealed script, a look ahead, and every pending transaction.
    Revealed,
    /// What can have changed lately, and one slice of the rest, so that `rotation` counting up
    /// covers everything.
    Recent {
        /// Counts up by one a scan.
        rotation: u64,
    },
}

/// What a change leads to: what to store, and what to tell people.
#[derive(Debug, Default)]
#[must_use = "an update changes nothing stored until its batch was applied"]
pub struct Update {
    /// What to store, whole.
    pub batch: Batch,
    /// What happened, in the order people would tell it.
    pub events: Vec<WalletEvent>,
}

/// Something that happened to a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WalletEvent {
    /// The best block changed.
    TipChanged {
        /// The new one.
        tip: BlockRef,
    },
    /// A transaction was not known before.
    NewTransaction {
        /// Which one.
        txid: Txid,
        /// Which way the money went.
        direction: Direction,
        /// What this wallet gained or lost by it, without sign.
        net: Amount,
        /// Whether it is in a block already.
        confirmed: bool,
    },
    /// A pending transaction came into a block.
    Confirmed {
        /// Which one.
        txid: Txid,
        /// The block's height.
        height: u32,
    },
    /// The block that held a transaction left the best chain; it is pending again.
    Unconfirmed {
        /// Which one.
        txid: Txid,
    },
    /// Another transaction took a pending one's inputs.
    Replaced {
        /// Which one.
        txid: Txid,
        /// By which one.
        by: Txid,
    },
    /// The backend does not know a pending transaction any more.
    Dropped {
        /// Which one.
        txid: Txid,
    },
    /// A dropped or replaced transaction counts again.
    Returned {
        /// Which one.
        txid: Txid,
    },
    /// The balance changed.
    BalanceChanged {
        /// The new one.
        balance: Balance,
    },
}

/// Why a batch was refused. Nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The batch's blocks do not join the chain known here, or a transaction's block contradicts
    /// them. A new scan gives a whole picture.
    #[error("the scan contradicts the chain at height {height}")]
    ChainConflict {
        /// Where.
        height: u32,
    },
    /// The source's chain starts from another block 0.
    #[error("the server is on another network")]
    OtherNetwork,
    /// A transaction's bytes are missing and were never sent before, or do not hash to its id.
    #[error("the server left out transaction {txid}")]
    MissingTransaction {
        /// Which one.
        txid: Txid,
    },
}

/// An input as a transaction's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxInput {
    /// What it spends.
    pub outpoint: OutPoint,
    /// Its amount, when known.
    pub amount: Option<Amount>,
    /// Its address, when it is known and has one.
    pub address: Option<String>,
    /// Whether it was this wallet's coin, and of which side.
    pub ours: Option<(ChainSide, u32)>,
}

/// An output as a transaction's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxOutput {
    /// Its position.
    pub vout: u32,
    /// Its amount.
    pub amount: Amount,
    /// Its locking script.
    pub script: ScriptBuf,
    /// Its address, if it has one.
    pub address: Option<String>,
    /// Whether it pays this wallet, and on which side.
    pub ours: Option<(ChainSide, u32)>,
    /// Whether it is change: on the change side of a transaction this wallet paid for.
    pub change: bool,
    /// The live transaction that spends it, when known.
    pub spent_by: Option<Txid>,
}

/// All about one transaction.
#[derive(Debug, Clone)]
pub struct TxDetails {
    /// Its row.
    pub row: TxRow,
    /// Its inputs, in order.
    pub inputs: Vec<TxInput>,
    /// Its outputs, in order.
    pub outputs: Vec<TxOutput>,
    /// Its bytes.
    pub tx: Arc<Transaction>,
    /// Known transactions that spend one of the same inputs.
    pub conflicts: Vec<Txid>,
}

/// Facts of this wallet that no library keeps.
#[derive(Default)]
struct Notes {
    /// When a transaction was first seen in no block.
    first_seen: HashMap<Txid, u64>,
    /// When a transaction stopped counting.
    gone: HashMap<Txid, Timestamp>,
    /// When the source first missed a pending transaction.
    missed: HashMap<Txid, Timestamp>,
    /// Which payment a transaction takes back.
    cancels: HashMap<Txid, Txid>,
    /// Confirmed transactions and which of their scripts were not looked at since. A source that
    /// stopped at one of them could miss an older one of such a script.
    unsettled: BTreeMap<Txid, HashSet<(ChainSide, u32)>>,
}

/// One wallet: its public descriptors, its view of the chain, its read models.
///
/// A change alters the engine at once and returns what to store. If the store fails, the engine
/// is ahead of it: load it again.
pub struct Engine {
    id: WalletId,
    network: Network,
    descriptors: Descriptors,
    chain: Chain,
    graph: IndexedTxGraph<ConfirmationBlockTime, KeychainTxOutIndex<ChainSide>>,
    notes: Notes,
    /// A full scan that did not end yet.
    progress: Option<Progress>,
    view: View,
    /// Latest moment given to the graph. Seen and evicted times rise strictly, since an eviction
    /// at the very second of a sighting would hide a present transaction.
    clock: u64,
    known_confirmed: Arc<HashMap<Txid, BlockHash>>,
    known_txids: Arc<HashSet<Txid>>,
    /// Which transactions pay a script that was not this wallet's when they came. It may turn out
    /// to be one further along than was derived by then.
    foreign: HashMap<u64, Vec<Txid>>,
    /// Scripts derived since the last refresh.
    fresh: Vec<(ChainSide, u32)>,
}

impl std::fmt::Debug for Engine {
    /// Says which wallet it is and nothing of what it holds.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("id", &self.id).finish()
    }
}

impl Engine {
    /// Returns the wallet's id.
    pub fn id(&self) -> WalletId {
        self.id
    }

    /// Returns the wallet's network.
    pub fn network(&self) -> Network {
        self.network
    }

    /// Returns the best block known; `None` before the first scan.
    pub fn tip(&self) -> Option<BlockRef> {
        self.chain.tip()
    }

    /// Returns the balance.
    pub fn balance(&self) -> Balance {
        self.view.balance
    }

    /// Returns one coin's row.
    pub fn coin(&self, outpoint: OutPoint) -> Option<&CoinRow> {
        self.view.coins.get(&outpoint)
    }

    /// Returns all coins, in no order. `locked` and `label` are the store's to fill in.
    pub fn coins(&self) -> impl Iterator<Item = &CoinRow> {
        self.view.coins.values()
    }

    /// Returns all history rows, in no order.
    pub fn history(&self) -> impl Iterator<Item = &TxRow> {
        self.view.txs.values()
    }

    /// Returns one history row.
    pub fn history_row(&self, txid: Txid) -> Option<&TxRow> {
        self.view.txs.get(&txid)
    }

    /// Returns all addresses handed out, receive side first, by index.
    pub fn addresses(&self) -> impl Iterator<Item = &AddressRow> {
        self.view.addresses.values()
    }

    /// Returns writes of every row. For a store whose rows were lost or written by other code.
    pub fn all_rows(&self) -> Batch {
        let id = self.id;
        let mut batch = Batch::new();
        for row in self.history() {
            batch.push(Write::PutTx(id, Box::new(row.clone())));
        }
        for row in self.coins() {
            batch.push(Write::PutCoin(id, Box::new(row.clone())));
        }
        for row in self.addresses() {
            batch.push(Write::PutAddress(id, Box::new(row.clone())));
        }
        if self.tip().is_some() {
            batch.push(Write::PutBalance(id, self.balance()));
        }
        batch
    }

    pub(crate) fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn tx_graph(&self) -> &TxGraph<ConfirmationBlockTime> {
        self.graph.graph()
    }

    /// Returns a transaction's bytes, if they are known.
    pub(crate) fn tx(&self, txid: Txid) -> Option<Arc<Transaction>> {
        self.tx_graph().get_tx(txid)
    }

    /// Returns whose key an output is locked to, if it is an output of a known transaction and
    /// this wallet's.
    pub(crate) fn own_output(&self, outpoint: OutPoint) -> Option<(ChainSide, u32, Amount)> {
        let (&(side, index), out) = self.graph.index.inner().txout(outpoint)?;
        // An amount that a server merely claims must not look like a coin.
        let known = self.known_txids.contains(&outpoint.txid);
        known.then_some((side, index, out.value))
    }

    /// Puts the engine's own state before the rows that follow from it.
    fn batch(&self, changes: &Changes, rows: Vec<Write>) -> Batch {
        let mut batch = Batch::new();
        if !changes.is_empty() {
            batch.push(Write::AppendChanges(self.id, changes.encode()));
        }
        batch.writes.extend(rows);
        batch
    }
}
