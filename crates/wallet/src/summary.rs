//! What a PSBT does to this wallet, read from the PSBT alone.

use bitcoin::{Amount, Network, Psbt, Script, ScriptBuf, Transaction};
use satchel_types::FeeRate;

/// Where money leaves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryOutput {
    /// The address, if the script has one.
    pub address: Option<String>,
    /// The locking script.
    pub script: ScriptBuf,
    /// The amount.
    pub amount: Amount,
}

/// Something a person should notice before agreeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusual {
    /// The fee is more than a tenth of what leaves, and more than 1000 sat.
    FeeShare {
        /// The fee in percent of what leaves, rounded down.
        percent: u64,
    },
    /// The fee rate is above 500 sat/vB.
    FeeRate {
        /// The rate.
        rate: FeeRate,
    },
    /// Nothing leaves but the fee.
    OnlyToSelf,
    /// An input that is not this wallet's.
    ForeignInput {
        /// Which input, from 0.
        index: usize,
    },
    /// The amount of an input is claimed but not proven by its previous transaction.
    UnprovenAmount {
        /// Which input, from 0.
        index: usize,
    },
    /// An output whose script has no address.
    NoAddress {
        /// Which output, from 0.
        index: usize,
    },
    /// An output with data for the chain (OP_RETURN).
    Data {
        /// Which output, from 0.
        index: usize,
        /// How many bytes.
        bytes: usize,
    },
    /// An output so small that no node relays it.
    Dust {
        /// Which output, from 0.
        index: usize,
    },
    /// A signature that does not commit to the whole transaction.
    PartialSighash {
        /// Which input, from 0.
        index: usize,
    },
    /// The same script is paid more than once.
    RepeatedRecipient {
        /// The later output, from 0.
        index: usize,
    },
    /// The transaction is valid only after a moment (a Unix time) or a height far away.
    LockTime {
        /// The raw lock time.
        value: u32,
    },
}

/// What a PSBT does to this wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendSummary {
    /// Outputs that are not this wallet's, in order.
    pub recipients: Vec<SummaryOutput>,
    /// What comes back to this wallet.
    pub change: Amount,
    /// The fee.
    pub fee: Amount,
    /// What this wallet loses: its inputs less what comes back.
    pub total_out_of_wallet: Amount,
    /// The fee rate, rounded down.
    pub fee_rate: FeeRate,
    /// Virtual size in vB when signed, at most.
    pub vsize: u64,
    /// What a person should notice.
    pub unusual: Vec<Unusual>,
}

/// Why a PSBT cannot be summed up. It must not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SummaryError {
    /// It spends nothing or pays nothing.
    #[error("the transaction spends or pays nothing")]
    Empty,
    /// It has maps for more or fewer inputs or outputs than the transaction.
    #[error("the PSBT does not fit its transaction")]
    Misshapen,
    /// An input does not say what it spends.
    #[error("input {index} does not say what it spends")]
    UnknownInput {
        /// Which input, from 0.
        index: usize,
    },
    /// An input says something about what it spends that is not so.
    #[error("input {index} lies about what it spends")]
    FalseInput {
        /// Which input, from 0.
        index: usize,
    },
    /// The same coin is spent twice.
    #[error("input {index} spends a coin twice")]
    DoubleInput {
        /// Which input, from 0.
        index: usize,
    },
    /// The outputs are worth more than the inputs, or an amount is beyond all bitcoin.
    #[error("the amounts do not add up")]
    Amounts,
}

/// Why a signed PSBT gives no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// An input is not signed to the end.
    #[error("input {index} is not signed")]
    NotSigned {
        /// Which input, from 0.
        index: usize,
    },
    /// It cannot be summed up.
    #[error(transparent)]
    Summary(#[from] SummaryError),
    /// The fee rate is beyond what anyone means to pay.
    #[error("the fee rate of {rate} sat/vB is beyond {limit} sat/vB")]
    FeeTooHigh {
        /// The rate.
        rate: FeeRate,
        /// The limit in sat/vB.
        limit: u64,
    },
}

/// Reads from the PSBT alone what it does to a wallet; `is_mine` tells its scripts.
#[allow(clippy::todo, unused_variables)]
pub fn summarize(
    psbt: &Psbt,
    network: Network,
    is_mine: impl Fn(&Script) -> bool,
) -> Result<SpendSummary, SummaryError> {
    todo!()
}

/// Takes the transaction out of a finalized PSBT, unless its fee rate is beyond
/// [`FeeRate::MAX_SAT_PER_VB`].
#[allow(clippy::todo, unused_variables)]
pub fn extract(psbt: Psbt) -> Result<Transaction, ExtractError> {
    todo!()
}
