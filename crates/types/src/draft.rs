//! Payments that are being prepared.

use bitcoin::{Amount, Psbt, Txid};

use crate::{DraftId, FeeRate, Timestamp, WalletId};

/// Who gets how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address, of the wallet's network.
    pub address: String,
    /// The amount.
    pub amount: Amount,
}

/// What a draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftPurpose {
    /// A payment.
    Payment,
    /// Replaces this pending payment by a higher-fee one to oneself.
    Cancel(Txid),
    /// Pays this pending payment again with a higher fee.
    Bump(Txid),
}

/// How far a draft has come. It only moves forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    /// Can be changed, dropped, signed.
    Open,
    /// Signed; the transaction may be known to somebody.
    Signed {
        /// What it became.
        txid: Txid,
    },
    /// Handed to the backend, which took it.
    Broadcast {
        /// What it became.
        txid: Txid,
    },
}

/// What became of a payment that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentFate {
    /// It is in a block.
    Confirmed,
    /// Another transaction took a coin of it.
    Replaced,
}

/// A payment that is being prepared.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its id; consumed once.
    pub id: DraftId,
    /// Whose coins it spends.
    pub wallet: WalletId,
    /// What it is for.
    pub purpose: DraftPurpose,
    /// How far it has come.
    pub state: DraftState,
    /// The PSBT (BIP-0174), unsigned while open, signed and finalized later.
    pub psbt: Psbt,
    /// Who gets how much, change not among them.
    pub recipients: Vec<Recipient>,
    /// What comes back to this wallet, if anything.
    pub change: Option<Amount>,
    /// The fee.
    pub fee: Amount,
    /// The fee rate, by the size that it may have when signed ([`FeeRate::that_pays`]).
    pub fee_rate: FeeRate,
    /// Virtual size in vB: that of the signed transaction, and of an open one the most that it may have.
    pub vsize: u64,
    /// The owner's label for the payment to be.
    pub label: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}
