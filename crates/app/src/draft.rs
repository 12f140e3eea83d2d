//! Preparing a payment.

use std::collections::{BTreeSet, HashMap, HashSet};

use bitcoin::hashes::Hash;
use bitcoin::{Amount, OutPoint};
use satchel_types::{
    Batch, CoinRow, DeviceId, Draft, DraftId, DraftPurpose, DraftState, FeeRate, Label, Recipient,
    RequestId, WalletId, WalletRecord, Write,
};
pub use satchel_wallet::CoinChoice;
use satchel_wallet::{PaymentSpec, Plan, PlanError};

use crate::access_error::AccessError;
use crate::backend::BackendError;
use crate::circle::payments::Payments;
use crate::events::Event;
use crate::open::Open;
use crate::payment::PaymentTextError;
use crate::session::App;
use crate::shared_payments::{Rival, RivalStage};

/// Blocks that a payment waits by default.
pub(crate) const USUAL_WAIT: u16 = 6;
/// Recipients that one payment may have.
pub const MAX_RECIPIENTS: usize = 500;

/// What payment to prepare.
#[derive(Debug, Clone)]
pub struct CreateDraft {
    /// Made by the caller for this one intent; a second arrival returns the first one's draft.
    pub request: RequestId,
    /// Whose coins; `None`: the selected wallet's.
    pub wallet: Option<WalletId>,
    /// Who shall get how much; no amount: all that is left.
    pub recipients: Vec<(String, Option<Amount>)>,
    /// The fee rate; `None`: estimated for six blocks.
    pub fee_rate: Option<FeeRate>,
    /// Which coins.
    pub coins: CoinChoice,
    /// A label for the payment to be.
    pub label: Option<Label>,
    /// A draft whose place this one takes.
    pub replaces: Option<DraftId>,
}

/// Why no draft was made.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// An address cannot be used.
    #[error("recipient {}: {error}", index + 1)]
    Address {
        /// Which recipient, from 0.
        index: usize,
        /// What is wrong with it.
        error: PaymentTextError,
    },
    /// More than one recipient, or one that is not the last, shall get all that is left.
    #[error("only one recipient can get all that is left, and it must be the last")]
    TwoRests,
    /// More recipients than one payment may have.
    #[error("one payment has at most {max} recipients, got {count}")]
    TooMany {
        /// Recipients given.
        count: usize,
        /// Recipients allowed.
        max: usize,
    },
    /// No fee rate was given and none could be estimated.
    #[error(transparent)]
    Fees(#[from] BackendError),
    /// The payment cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// There is no such draft.
    #[error("there is no such draft")]
    Unknown,
    /// A chosen coin is kept for a payment of another device.
    #[error("a chosen coin is kept for {0}")]
    Reserved(Box<Rival>),
    /// The draft was signed; it may be known to somebody.
    #[error("this payment was signed already and may be on its way")]
    AlreadySigned,
}

impl From<satchel_ports::StoreError> for DraftError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<satchel_ports::EntropyError> for DraftError {
    fn from(error: satchel_ports::EntropyError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Prepares a payment. Nothing is signed, nothing leaves this device.
    pub async fn create_draft(&self, request: CreateDraft) -> Result<Draft, DraftError> {
        let open = self.open()?;
        let _once = open.requests.lock(request.request).await;
        if let Some(draft) = self.draft_made_by(&open, request.request)? {
            return Ok(draft);
        }
        let record = self.wallet(&open, request.wallet)?;
        let (recipients, send_all) = checked(&request.recipients, &record)?;
        let fee_rate = match request.fee_rate {
            Some(rate) => rate,
            None => {
                self.estimated_rate(&open, record.network, USUAL_WAIT)
                    .await?
            }
        };
        if let CoinChoice::Manual(chosen) = &request.coins {
            self.check_unreserved(&open, record.id, chosen)?;
        }
        let coins = self.free_coins(&open, record.id)?;
        let spec_coins = request.coins;
        let seed = self.random_u64()?;
        // Held until the draft is stored, so that no other lets its change go to the same address.
        let _one = open.addresses.lock(record.id).await;
        let change = self.choose_change(&open, &record).await?;
        let plan = open
            .change_engine(record.id, move |engine| -> Result<_, DraftError> {
                let tip_height = engine.tip().map_or(0, |tip| tip.height);
                let spec = PaymentSpec {
                    recipients,
                    fee_rate,
                    send_all,
                    coins: spec_coins,
                    change: change.index(),
                    tip_height,
                };
                let plan = engine.plan_payment(&spec, &coins, seed)?;
                let batch = change.commit(engine, &plan);
                Ok((plan, batch))
            })
            .await?;
        let label = request.label.map(|label| label.as_str().to_owned());
        let purpose = DraftPurpose::Payment;
        let dropped = request.replaces;
        self.keep_draft(
            &open,
            &record,
            request.request,
            plan,
            purpose,
            label,
            dropped,
        )
    }

    /// Returns a draft.
    pub fn draft(&self, id: DraftId) -> Result<Draft, DraftError> {
        self.open()?.store.draft(id)?.ok_or(DraftError::Unknown)
    }

    /// Returns the drafts of a wallet that were not sent, newest first.
    pub fn drafts(&self, id: Option<WalletId>) -> Result<Vec<Draft>, DraftError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let mut drafts = open.store.drafts(record.id)?;
        drafts.retain(|draft| !matches!(draft.state, DraftState::Broadcast { .. }));
        Ok(drafts)
    }

    /// Drops a draft that was not sent. Dropping one that is gone already is fine.
    ///
    /// A draft that was signed but not taken by the network can be dropped too: that frees its
    /// coins here, while whoever saw the signed transaction may still send it.
    pub async fn drop_draft(&self, id: DraftId) -> Result<(), DraftError> {
        let open = self.open()?;
        let _only = open.drafts.lock(id).await;
        let Some(draft) = open.store.draft(id)? else {
            return Ok(());
        };
        if matches!(draft.state, DraftState::Broadcast { .. }) {
            return Err(DraftError::AlreadySigned);
        }
        open.store.apply(&Batch::from(Write::RemoveDraft(id)))?;
        self.tell(Event::Changed {
            wallet: draft.wallet,
        });
        Ok(())
    }

    /// Returns the draft a request already led to.
    pub(crate) fn draft_made_by(
        &self,
        open: &Open,
        request: RequestId,
    ) -> Result<Option<Draft>, DraftError> {
        let Some(outcome) = open.store.request(request)? else {
            return Ok(None);
        };
        let id = outcome.parse().map_err(|_| DraftError::Unknown)?;
        Ok(Some(open.store.draft(id)?.ok_or(DraftError::Unknown)?))
    }

    /// Refuses chosen coins that another device keeps for a payment.
    fn check_unreserved(
        &self,
        open: &Open,
        wallet: WalletId,
        chosen: &[OutPoint],
    ) -> Result<(), DraftError> {
        let kept = self.kept_elsewhere(open, wallet)?;
        let mut wanted = chosen
            .iter()
            .copied()
            .filter(|coin| kept.contains_key(coin));
        let Some(coin) = wanted.next() else {
            return Ok(());
        };
        // No payment has this name: all are others.
        let none = bitcoin::Txid::from_byte_array([0; 32]);
        let rivals = self.rivals_of(open, wallet, none, &BTreeSet::from([coin]))?;
        let open_one = rivals.into_iter().find(|r| r.stage != RivalStage::Sent);
        open_one.map_or(Ok(()), |rival| Err(DraftError::Reserved(Box::new(rival))))
    }

    /// Returns which other device keeps which coin for a payment.
    pub(crate) fn kept_elsewhere(
        &self,
        open: &Open,
        wallet: WalletId,
    ) -> Result<HashMap<OutPoint, DeviceId>, AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(HashMap::new());
        };
        let replica = circle.replica();
        Ok(Payments::of(&replica, &*open.store, wallet, self.now())?.kept())
    }

    /// Returns the coins that no signed payment waits to spend, and no other device keeps for one.
    pub(crate) fn free_coins(
        &self,
        open: &Open,
        wallet: WalletId,
    ) -> Result<Vec<CoinRow>, DraftError> {
        let mut coins = open.store.all_coins(wallet)?;
        let mut reserved: HashSet<OutPoint> = HashSet::new();
        for draft in open.store.drafts(wallet)? {
            if matches!(draft.state, DraftState::Signed { .. }) {
                reserved.extend(
                    draft
                        .psbt
                        .unsigned_tx
                        .input
                        .iter()
                        .map(|i| i.previous_output),
                );
            }
        }
        reserved.extend(self.kept_elsewhere(open, wallet)?.into_keys());
        coins.retain(|coin| !reserved.contains(&coin.outpoint));
        Ok(coins)
    }

    /// Stores a plan as a draft, together with the request that led to it.
    #[allow(clippy::too_many_arguments)] // each is a column of the one row written here
    pub(crate) fn keep_draft(
        &self,
        open: &Open,
        record: &WalletRecord,
        request: RequestId,
        plan: Plan,
        purpose: DraftPurpose,
        label: Option<String>,
        replaces: Option<DraftId>,
    ) -> Result<Draft, DraftError> {
        let now = self.now();
        // As any other device finds it, which knows what is paid and not what was asked for.
        let fee_rate = FeeRate::that_pays(plan.fee, plan.vsize).unwrap_or(plan.fee_rate);
        let draft = Draft {
            id: DraftId::from_bytes(self.random_id()?),
            wallet: record.id,
            purpose,
            state: DraftState::Open,
            psbt: plan.psbt,
            recipients: plan.recipients,
            change: plan.change,
            fee: plan.fee,
            fee_rate,
            vsize: plan.vsize,
            label,
            created_at: now,
        };
        let mut batch = Batch::from(Write::PutDraft(Box::new(draft.clone())));
        batch.push(Write::PutRequest {
            id: request,
            outcome: draft.id.to_string(),
            at: now,
        });
        batch.push(self.forget_old());
        if let Some(old) = replaces {
            let open_still = open
                .store
                .draft(old)?
                .is_some_and(|d| d.state == DraftState::Open);
            if open_still {
                batch.push(Write::RemoveDraft(old));
            }
        }
        open.store.apply(&batch)?;
        self.tell(Event::Changed { wallet: record.id });
        Ok(draft)
    }
}

/// Checks every address and finds out whether the last recipient gets all that is left.
fn checked(
    recipients: &[(String, Option<Amount>)],
    record: &WalletRecord,
) -> Result<(Vec<Recipient>, bool), DraftError> {
    if recipients.is_empty() {
        return Err(PlanError::NoRecipients.into());
    }
    if recipients.len() > MAX_RECIPIENTS {
        return Err(DraftError::TooMany {
            count: recipients.len(),
            max: MAX_RECIPIENTS,
        });
    }
    let mut out = Vec::with_capacity(recipients.len());
    for (index, (text, amount)) in recipients.iter().enumerate() {
        let address = crate::payment::parse_address(text.trim(), record.network)
            .map_err(|error| DraftError::Address { index, error })?;
        if amount.is_none() && index + 1 != recipients.len() {
            return Err(DraftError::TwoRests);
        }
        out.push(Recipient {
            address,
            amount: amount.unwrap_or(Amount::ZERO),
        });
    }
    let send_all = recipients
        .last()
        .is_some_and(|(_, amount)| amount.is_none());
    Ok((out, send_all))
}
