//! One wallet, watch-only.

use std::sync::Arc;

use bitcoin::{Amount, OutPoint, Script, ScriptBuf, Transaction, Txid};
use satchel_types::{
    AddressRow, Balance, Batch, BlockRef, ChainSide, CoinRow, Direction, FeeRate, ScanBatch,
    ScanEnd, ScanRequest, Timestamp, TxRow, WalletId, WalletRecord,
};

use crate::plan::{PaymentSpec, Plan, PlanError};

/// Why a wallet could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// A descriptor holds a private key. This engine never sees one.
    #[error("the {side} descriptor holds a private key")]
    HoldsPrivateKey {
        /// `receive` or `change`.
        side: &'static str,
    },
    /// A descriptor is not valid, or not of a kind this wallet handles.
    #[error("the {side} descriptor cannot be used: {reason}")]
    BadDescriptor {
        /// `receive` or `change`.
        side: &'static str,
        /// Why.
        reason: String,
    },
}

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

/// One wallet: its public descriptors, its view of the chain, its read models.
pub struct Engine {
    id: WalletId,
}

#[allow(clippy::todo, unused_variables, missing_docs)]
impl Engine {
    /// Makes a new wallet and what to store of it.
    pub fn create(record: &WalletRecord) -> Result<(Self, Batch), CreateError> {
        todo!()
    }

    /// Loads a wallet from the pieces stored so far, in order.
    pub fn load(record: &WalletRecord, changes: &[Vec<u8>]) -> Result<Self, LoadError> {
        todo!()
    }

    /// Returns the wallet's id.
    pub fn id(&self) -> WalletId {
        self.id
    }

    /// Returns the whole state as one piece, equal to all pieces stored so far.
    pub fn whole_changes(&self) -> Vec<u8> {
        todo!()
    }

    /// Hands out the next address never shown before.
    pub fn new_address(&mut self, side: ChainSide) -> (AddressRow, Batch) {
        todo!()
    }

    /// Marks every address up to and including `index` as handed out.
    pub fn reveal_to(&mut self, side: ChainSide, index: u32) -> Batch {
        todo!()
    }

    /// Returns the highest index handed out.
    pub fn last_revealed(&self, side: ChainSide) -> Option<u32> {
        todo!()
    }

    /// Returns what to ask a chain source.
    pub fn scan_request(&self, scope: ScanScope) -> ScanRequest {
        todo!()
    }

    /// Takes one batch of a scan.
    pub fn apply_batch(&mut self, batch: &ScanBatch, now: Timestamp) -> Result<Update, ApplyError> {
        todo!()
    }

    /// Takes the end of a scan: who is missing, and how fresh the picture is.
    pub fn apply_end(&mut self, end: &ScanEnd, source: &str, now: Timestamp) -> Update {
        todo!()
    }

    /// Enters this wallet's own payment as pending at once. `cancels` names the payment it takes
    /// back, if that is its purpose.
    pub fn note_sent(&mut self, tx: &Transaction, cancels: Option<Txid>, now: Timestamp) -> Update {
        todo!()
    }

    /// Gives up a pending payment that no block took: its coins are free again.
    pub fn abandon(&mut self, txid: Txid, now: Timestamp) -> Update {
        todo!()
    }

    /// Returns the best block known; `None` before the first scan.
    pub fn tip(&self) -> Option<BlockRef> {
        todo!()
    }

    /// Returns the balance.
    pub fn balance(&self) -> Balance {
        todo!()
    }

    /// Returns one coin's row.
    pub fn coin(&self, outpoint: OutPoint) -> Option<&CoinRow> {
        todo!()
    }

    /// Returns all coins, in no order. `locked` and `label` are the store's to fill in.
    pub fn coins(&self) -> impl Iterator<Item = &CoinRow> {
        [].into_iter()
    }

    /// Returns all history rows, in no order.
    pub fn history(&self) -> impl Iterator<Item = &TxRow> {
        [].into_iter()
    }

    /// Returns all addresses handed out, in no order.
    pub fn addresses(&self) -> impl Iterator<Item = &AddressRow> {
        [].into_iter()
    }

    /// Returns all about one transaction.
    pub fn transaction(&self, txid: Txid) -> Option<TxDetails> {
        todo!()
    }

    /// Returns side and index of a script of this wallet.
    pub fn is_mine(&self, script: &Script) -> Option<(ChainSide, u32)> {
        todo!()
    }

    /// Plans a payment from the coins of `available`; `seed` shuffles.
    pub fn plan_payment(
        &self,
        spec: &PaymentSpec,
        available: &[CoinRow],
        seed: u64,
    ) -> Result<Plan, PlanError> {
        todo!()
    }

    /// Plans to take back a pending payment by paying its coins to this wallet.
    pub fn plan_cancel(&self, txid: Txid, rate: FeeRate, seed: u64) -> Result<Plan, PlanError> {
        todo!()
    }

    /// Plans the same payment with a higher fee, from its change, else from `available`.
    pub fn plan_bump(
        &self,
        txid: Txid,
        rate: FeeRate,
        available: &[CoinRow],
        seed: u64,
    ) -> Result<Plan, PlanError> {
        todo!()
    }

    /// Marks a plan's change address as handed out. Store the batch with the draft.
    pub fn commit_plan(&mut self, plan: &Plan) -> Batch {
        todo!()
    }
}
