//! Payments to be signed.

mod build;
mod fees;
mod pay;
mod replace;
mod select;

use bitcoin::{Amount, OutPoint, Psbt, Txid};
use satchel_types::{CoinRow, FeeRate, Recipient};

pub(crate) use fees::input_weight_of;
pub use fees::{MAX_FEE, MAX_WEIGHT, input_weight};

/// Which coins a payment may spend.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CoinChoice {
    /// The engine chooses among confirmed coins and own change that are not locked.
    #[default]
    Auto,
    /// Exactly these, all of them.
    Manual(Vec<OutPoint>),
}

/// What somebody wants to pay.
#[derive(Debug, Clone)]
pub struct PaymentSpec {
    /// Who gets how much.
    pub recipients: Vec<Recipient>,
    /// The fee rate wanted; the fee is never below it.
    pub fee_rate: FeeRate,
    /// Sends everything: the last recipient gets what the others and the fee leave, whatever its
    /// amount says. With [`CoinChoice::Auto`], of every coin that is worth its own fee.
    pub send_all: bool,
    /// Which coins.
    pub coins: CoinChoice,
    /// Index of the address that change goes to; `None`: the next one never used for anything.
    pub change: Option<u32>,
    /// Height of the best block, for the lock time against fee sniping.
    pub tip_height: u32,
}

/// A payment ready to be signed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The unsigned PSBT (BIP-0174), with all that a signer needs.
    pub psbt: Psbt,
    /// Who gets how much, change not among them, in the order given.
    pub recipients: Vec<Recipient>,
    /// What comes back to this wallet, if anything.
    pub change: Option<Amount>,
    /// Index of the change address, if there is change. [`crate::Engine::commit_plan`] marks it.
    pub change_index: Option<u32>,
    /// The fee.
    pub fee: Amount,
    /// The fee rate asked for.
    pub fee_rate: FeeRate,
    /// Virtual size in vB when signed, at most.
    pub vsize: u64,
    /// The coins spent, in the order of the PSBT's inputs.
    pub inputs: Vec<CoinRow>,
    /// Pending transactions that this one pushes out of the mempool, descendants included.
    pub replaces: Vec<Txid>,
}

/// Why a payment cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nobody to pay.
    #[error("nobody to pay")]
    NoRecipients,
    /// An address cannot be read.
    #[error("recipient {index} has no valid address")]
    BadAddress {
        /// Which recipient, from 0.
        index: usize,
    },
    /// An address of another network.
    #[error("recipient {index} has an address of another network")]
    WrongNetwork {
        /// Which recipient, from 0.
        index: usize,
    },
    /// An amount so small that no node relays it.
    #[error("recipient {index} must get at least {min}")]
    DustOutput {
        /// Which recipient, from 0.
        index: usize,
        /// The smallest amount relayed to this kind of address.
        min: Amount,
    },
    /// The amounts add up to more than all bitcoin.
    #[error("the amounts are too large")]
    AmountTooLarge,
    /// The coins do not cover amounts and fee.
    #[error("{needed} needed, {available} available, {missing} missing")]
    NotEnough {
        /// Amounts and fee together.
        needed: Amount,
        /// What the coins that may be spent are worth.
        available: Amount,
        /// The difference.
        missing: Amount,
    },
    /// A chosen coin is not there, or was spent.
    #[error("coin {outpoint} is not there")]
    UnknownCoin {
        /// Which one.
        outpoint: OutPoint,
    },
    /// A chosen coin is locked by its owner.
    #[error("coin {outpoint} is locked")]
    CoinLocked {
        /// Which one.
        outpoint: OutPoint,
    },
    /// A chosen coin is from a coinbase with fewer than 100 blocks on top.
    #[error("coin {outpoint} is not mature yet")]
    CoinImmature {
        /// Which one.
        outpoint: OutPoint,
    },
    /// The fee is beyond what anyone means to pay.
    #[error("the fee of {fee} is more than {limit}")]
    FeeTooHigh {
        /// The fee.
        fee: Amount,
        /// The most that is accepted here.
        limit: Amount,
    },
    /// So many coins or recipients that no node relays the transaction.
    #[error("the transaction would have {vsize} vB, nodes relay up to {max}")]
    TooLarge {
        /// Its size.
        vsize: u64,
        /// The largest relayed.
        max: u64,
    },
    /// There is no transaction of this id.
    #[error("this wallet has no such payment")]
    NothingToCancel,
    /// It is in a block, or something took its place.
    #[error("this payment is not pending any more")]
    NotPending,
    /// The pending transaction cannot be replaced: not all its inputs are this wallet's, or its
    /// fee is not known.
    #[error("this payment cannot be replaced from here")]
    NotReplaceable,
    /// The fee rate does not pay for pushing the old payment out (BIP-0125 rules 3 and 4).
    #[error("replacing needs at least {at_least} sat/vB")]
    FeeTooLow {
        /// The lowest rate that works.
        at_least: FeeRate,
    },
}
