//! Moving the coins of a wallet whose keys a lost device holds.

use satchel_app::sweep::{Sweep as CoreSweep, SweepStep as CoreStep};
use satchel_app::sweep_steps::{LockedCoins as CoreLocked, SweepDraft as CoreDraft};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::circle::count;
use crate::draft::Draft;
use crate::wallet::Network;
use crate::{FeeRate, Sats};

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SweepStep {
    /// On another device: this one does not hold the keys.
    Elsewhere,
    /// Make a wallet of new words.
    Begin,
    /// Write its words down and prove it, or write a backup.
    Keep,
    /// Prepare the payment of everything to it.
    Draft,
    /// Sign and send it.
    Send,
    /// Wait for confirmations.
    Wait,
    /// Put the old wallet away.
    PutAway,
}

/// Coins, and what they are worth together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CoinSum {
    /// How many.
    pub count: u32,
    /// What they are worth.
    pub amount: Sats,
}

/// A locked coin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LockedCoin {
    /// Which output, as `txid:vout`.
    pub outpoint: String,
    /// Its amount.
    pub amount: Sats,
    /// Its address.
    pub address: String,
    /// Its label.
    pub label: Option<String>,
}

/// A wallet whose coins are to be moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Sweep {
    /// Which.
    pub wallet_id: String,
    /// What it is called.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Names of the devices that were removed and hold its keys.
    pub lost: Vec<String>,
    /// What is to be done next.
    pub step: SweepStep,
    /// The wallet that gets the coins, once it was made.
    pub to_wallet_id: Option<String>,
    /// What it is called.
    pub to_name: Option<String>,
    /// The draft that moves them, while it was not sent.
    pub draft_id: Option<String>,
    /// What can be moved now.
    pub coins: CoinSum,
    /// Coins that their owner locked. Whether they are moved is theirs to say.
    pub locked: Vec<LockedCoin>,
    /// What waits for confirmations.
    pub pending: CoinSum,
    /// What stays: worth less than the fee to move it, or left on purpose.
    pub left: CoinSum,
    /// What payments that were sent moved.
    pub moved: CoinSum,
    /// How many payments that takes.
    pub payments: SweepPayments,
}

/// Payments that move the coins of one wallet: one, unless it has more coins than a transaction holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SweepPayments {
    /// Sent so far.
    pub sent: u32,
    /// Of these, in a block.
    pub confirmed: u32,
    /// Still to be sent, as far as is known: one that is prepared counts.
    pub left: u32,
}

/// The wallets whose coins are to be moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SweepList {
    /// None, if all is well.
    pub sweeps: Vec<Sweep>,
}

/// Names a wallet whose coins are to be moved.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SweepRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Which wallet.
    pub wallet_id: String,
}

/// What becomes of locked coins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LockedCoins {
    /// They are moved as well.
    Move,
    /// They stay.
    Leave,
}

/// Prepares the payment of everything.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct DraftSweepRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Which wallet.
    pub wallet_id: String,
    /// The fee rate; none: estimated for six blocks.
    pub fee_rate: Option<FeeRate>,
    /// What becomes of locked coins; needed if there are any.
    pub locked: Option<LockedCoins>,
}

/// A payment of everything to the new wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SweepDraft {
    /// The draft.
    pub draft: Draft,
    /// What stays.
    pub left: CoinSum,
    /// How many hundredths of what is moved are the fee, rounded up.
    #[specta(type = u32)]
    pub fee_percent: u64,
    /// Coins that did not fit into one transaction; the payments after this one take them.
    pub more: u32,
    /// How many payments come after this one.
    pub later: u32,
}

impl From<(usize, bitcoin::Amount)> for CoinSum {
    fn from((number, amount): (usize, bitcoin::Amount)) -> Self {
        Self {
            count: count(number),
            amount: amount.into(),
        }
    }
}

impl From<LockedCoins> for CoreLocked {
    fn from(locked: LockedCoins) -> Self {
        match locked {
            LockedCoins::Move => Self::Move,
            LockedCoins::Leave => Self::Leave,
        }
    }
}

impl From<CoreStep> for SweepStep {
    fn from(step: CoreStep) -> Self {
        match step {
            CoreStep::Elsewhere => Self::Elsewhere,
            CoreStep::Begin => Self::Begin,
            CoreStep::Words => Self::Keep,
            CoreStep::Draft => Self::Draft,
            CoreStep::Send => Self::Send,
            CoreStep::Wait => Self::Wait,
            CoreStep::PutAway => Self::PutAway,
        }
    }
}

impl From<CoreSweep> for Sweep {
    fn from(sweep: CoreSweep) -> Self {
        let (to_wallet_id, to_name) = match sweep.to {
            Some((id, name)) => (Some(id.to_string()), Some(name)),
            None => (None, None),
        };
        Self {
            wallet_id: sweep.wallet.to_string(),
            name: sweep.name,
            network: sweep.network.into(),
            lost: sweep.lost,
            step: sweep.step.into(),
            to_wallet_id,
            to_name,
            draft_id: sweep.draft.map(|id| id.to_string()),
            coins: sweep.coins.into(),
            locked: sweep
                .locked
                .into_iter()
                .map(|coin| LockedCoin {
                    outpoint: coin.outpoint.to_string(),
                    amount: coin.amount.into(),
                    address: coin.address,
                    label: coin.label,
                })
                .collect(),
            pending: sweep.pending.into(),
            left: sweep.left.into(),
            moved: sweep.moved.into(),
            payments: SweepPayments {
                sent: count(sweep.payments.sent),
                confirmed: count(sweep.payments.confirmed),
                left: count(sweep.payments.left),
            },
        }
    }
}

impl From<Vec<CoreSweep>> for SweepList {
    fn from(sweeps: Vec<CoreSweep>) -> Self {
        Self {
            sweeps: sweeps.into_iter().map(Sweep::from).collect(),
        }
    }
}

impl SweepDraft {
    /// Makes the twin of a draft and what is said of it.
    pub fn new(draft: impl Into<Draft>, made: &CoreDraft) -> Self {
        Self {
            draft: draft.into(),
            left: made.left.into(),
            fee_percent: made.fee_percent,
            more: count(made.more),
            later: count(made.later),
        }
    }
}
