//! Payments that are being prepared.

use serde::{Deserialize, Serialize};
use specta::Type;

use satchel_app::send::SentPayment;
use satchel_app::shared_payments::DraftReport;

use crate::notice::Rival;
use crate::{FeeRate, Sats};

/// Who shall get how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecipientRequest {
    /// The address.
    pub address: String,
    /// The amount; none: everything that is left (for one recipient).
    pub amount: Option<Sats>,
}

/// Asks for a draft.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CreateDraftRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// Who shall get how much.
    pub recipients: Vec<RecipientRequest>,
    /// The fee rate in sat/vB; none: what the backend estimates for six blocks.
    pub fee_rate: Option<FeeRate>,
    /// Which coins to spend, as `txid:vout`; none: chosen.
    pub coins: Option<Vec<String>>,
    /// A label for the payment.
    pub label: Option<String>,
    /// A draft this one takes the place of; it is dropped.
    pub replaces: Option<String>,
}

/// Pays a pending payment again with a higher fee.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BumpRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// The pending payment.
    pub txid: String,
    /// The new fee rate in sat/vB.
    pub fee_rate: FeeRate,
}

/// What a draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DraftPurpose {
    /// A payment.
    Payment,
    /// Cancels a pending payment.
    Cancel,
    /// Raises a pending payment's fee.
    Bump,
}

/// How far a draft has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Can be changed, dropped, sent.
    Open,
    /// Signed; not known to be taken by the network.
    Signed,
    /// Taken by the backend.
    Broadcast,
}

/// Who gets how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// The amount.
    pub amount: Sats,
    /// The contact whose address it is, if that was agreed to on this device.
    pub contact: Option<String>,
}

/// A payment that is being prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Draft {
    /// Its id, for `cmd_send_transaction` and `cmd_sign_transaction`; it pays once.
    pub id: String,
    /// Whose coins it spends.
    pub wallet_id: String,
    /// What it is for.
    pub purpose: DraftPurpose,
    /// The payment it replaces, when it cancels or bumps.
    pub replaces_txid: Option<String>,
    /// How far it has come.
    pub state: DraftState,
    /// What it became, once signed.
    pub txid: Option<String>,
    /// Who gets how much.
    pub recipients: Vec<Recipient>,
    /// What all recipients get together.
    pub amount: Sats,
    /// What comes back.
    pub change: Option<Sats>,
    /// The fee.
    pub fee: Sats,
    /// What leaves the wallet: amount and fee.
    pub total: Sats,
    /// The fee rate.
    pub fee_rate: FeeRate,
    /// Virtual size in vB.
    #[specta(type = u32)]
    pub vsize: u64,
    /// How many coins it spends.
    pub inputs: u32,
    /// The label for the payment.
    pub label: Option<String>,
    /// When it was made, in seconds since 1970.
    #[specta(type = u32)]
    pub created_at: u64,
    /// The name of the other device that prepared it; none: this one.
    pub prepared_on: Option<String>,
    /// Payments of other devices that want the same coins.
    pub rivals: Vec<Rival>,
}

impl From<DraftReport> for Draft {
    fn from(report: DraftReport) -> Self {
        use satchel_types::{DraftPurpose as P, DraftState as S};
        let draft = report.draft;
        let amount = draft
            .recipients
            .iter()
            .try_fold(bitcoin::Amount::ZERO, |sum, r| sum.checked_add(r.amount))
            .unwrap_or(bitcoin::Amount::MAX_MONEY);
        let total = amount
            .checked_add(draft.fee)
            .unwrap_or(bitcoin::Amount::MAX_MONEY);
        let (purpose, replaces_txid) = match draft.purpose {
            P::Payment => (DraftPurpose::Payment, None),
            P::Cancel(txid) => (DraftPurpose::Cancel, Some(txid.to_string())),
            P::Bump(txid) => (DraftPurpose::Bump, Some(txid.to_string())),
        };
        let (state, txid) = match draft.state {
            S::Open => (DraftState::Open, None),
            S::Signed { txid } => (DraftState::Signed, Some(txid.to_string())),
            S::Broadcast { txid } => (DraftState::Broadcast, Some(txid.to_string())),
        };
        Self {
            id: draft.id.to_string(),
            wallet_id: draft.wallet.to_string(),
            purpose,
            replaces_txid,
            state,
            txid,
            inputs: u32::try_from(draft.psbt.inputs.len()).unwrap_or(u32::MAX),
            recipients: draft
                .recipients
                .into_iter()
                .map(|r| Recipient {
                    contact: report.payees.get(&r.address).cloned(),
                    address: r.address,
                    amount: r.amount.into(),
                })
                .collect(),
            amount: amount.into(),
            change: draft.change.map(Into::into),
            fee: draft.fee.into(),
            total: total.into(),
            fee_rate: draft.fee_rate.into(),
            vsize: draft.vsize,
            label: draft.label,
            created_at: draft.created_at.as_secs(),
            prepared_on: report.prepared_on,
            rivals: report.rivals.into_iter().map(Rival::from).collect(),
        }
    }
}

/// Names a draft.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct DraftRef {
    /// The draft.
    pub draft_id: String,
}

/// A payment that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Sent {
    /// Its id.
    pub txid: String,
    /// Places and servers that could not be asked whether a coin of it was taken meanwhile.
    pub not_asked: Vec<String>,
}

impl From<SentPayment> for Sent {
    fn from(sent: SentPayment) -> Self {
        Self {
            txid: sent.txid.to_string(),
            not_asked: sent.unasked,
        }
    }
}

/// A signed transaction that was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Signed {
    /// Its id.
    pub txid: String,
    /// The raw transaction in hex.
    pub raw: String,
    /// The finalized PSBT (BIP-0174) in base64.
    pub psbt: String,
}

/// Cancels a pending payment or drops a draft: exactly one of `txid` and `draft_id`.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// The pending payment to replace by one to oneself.
    pub txid: Option<String>,
    /// The draft to drop.
    pub draft_id: Option<String>,
    /// The fee rate of the replacement in sat/vB; none: the lowest that is taken, and at least
    /// the backend's estimate for three blocks.
    pub fee_rate: Option<FeeRate>,
}

/// What cancelling led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Cancelled {
    /// The transaction that replaces the payment; none: a draft was dropped.
    pub txid: Option<String>,
    /// What it cancels.
    pub replaces_txid: Option<String>,
}

/// Fee rates in sat/vB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FeeEstimates {
    /// For the next blocks (2).
    pub fast: FeeRate,
    /// For about an hour (6).
    pub normal: FeeRate,
    /// For about a day (144).
    pub slow: FeeRate,
    /// All that the backend said, by blocks to wait.
    pub targets: Vec<FeeTarget>,
    /// Who said so, as host and port.
    pub source: String,
    /// When, in seconds since 1970.
    #[specta(type = u32)]
    pub at: u64,
}

/// A fee rate for a wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FeeTarget {
    /// Blocks to wait.
    pub blocks: u16,
    /// The fee rate in sat/vB.
    pub fee_rate: FeeRate,
}
