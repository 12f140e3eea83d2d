//! Sending a draft: consent, signature, broadcast; each step stored before the next.

use std::sync::Arc;

use bitcoin::{OutPoint, Psbt, Transaction, Txid};
use satchel_ports::{BroadcastError, ConfirmError, Confirmed};
use satchel_types::{
    Batch, Direction, Draft, DraftId, DraftPurpose, DraftState, HistoryQuery, Label, LabelTarget,
    WalletRecord, Write,
};
use satchel_wallet::{ExtractError, SpendSummary, SummaryError};

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::acts::{Spend, SpendKind};
use crate::backend::BackendError;
use crate::events::Event;
use crate::limits::OverLimitError;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::shared_payments::{Rival, prepared_on};
use crate::signing::{self, SigningError};

/// Why a payment was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// There is no such draft.
    #[error("there is no such draft")]
    UnknownDraft,
    /// A coin of the draft was spent or is gone since it was made.
    #[error("a coin of this draft is not there any more")]
    CoinsGone,
    /// A coin of the draft was locked since it was made.
    #[error("the coin {outpoint} of this draft is locked")]
    CoinLocked {
        /// Which one.
        outpoint: OutPoint,
    },
    /// Another payment has or wants a coin of the draft, and only one of the two can be paid. Its owner
    /// chooses: other coins, dropping one of them, or raising the other one's fee.
    #[error("payment {payment} and {rival} spend the same coin; only one of them can be paid")]
    Conflict {
        /// The draft.
        draft: DraftId,
        /// The id of its unsigned transaction.
        payment: Txid,
        /// The other payment.
        rival: Box<Rival>,
    },
    /// The payment to be replaced is not pending any more.
    #[error("the payment is not pending any more")]
    NotPending,
    /// The transaction cannot be summed up, so it is not signed.
    #[error(transparent)]
    Summary(#[from] SummaryError),
    /// More would leave than its owner allows.
    #[error(transparent)]
    OverLimit(#[from] OverLimitError),
    /// No consent, or it is too old; then the payment stays as it is, signed or not.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// It could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The signed PSBT gives no transaction.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// No server can be asked; the payment stays signed here.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The network did not take it, or did not answer; the payment stays signed here.
    #[error(transparent)]
    Broadcast(#[from] BroadcastError),
}

impl From<satchel_ports::StoreError> for SendError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl SendError {
    /// Returns whether its owner stopped it: by saying no, or by not entering the passphrase.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Confirm(_) => true,
            Self::Signing(SigningError::Seed(signing::SeedError::Proof(error))) => {
                matches!(error, SeedAccessError::Authorize(_))
            }
            _ => false,
        }
    }
}

/// Says what a proof is needed for.
fn reason(kind: SpendKind) -> &'static str {
    match kind {
        SpendKind::Send => "to send this payment",
        SpendKind::Sign => "to sign this transaction",
        SpendKind::TakeSigned => "to take this signed payment",
        SpendKind::Cancel => "to cancel this payment",
        SpendKind::Bump => "to raise the fee of this payment",
    }
}

/// Recipients of one payment that are looked up; more would make a question nobody reads.
const LOOKED_UP: usize = 8;

/// Says which recipients were paid before under another label than this payment's.
fn known_otherwise(
    open: &Open,
    record: &WalletRecord,
    summary: &SpendSummary,
    draft: &Draft,
) -> Result<Vec<String>, AccessError> {
    let mut notes = Vec::new();
    for address in summary
        .recipients
        .iter()
        .filter_map(|to| to.address.as_ref())
        .take(LOOKED_UP)
    {
        let query = HistoryQuery {
            search: Some(address.clone()),
            direction: Some(Direction::Outgoing),
            ..HistoryQuery::default()
        };
        let page = open.store.history(record.id, &query)?;
        let mut other = page
            .rows
            .into_iter()
            .filter(|row| row.state.is_live() && row.address.as_ref() == Some(address))
            .filter_map(|row| row.label)
            .filter(|label| draft.label.as_ref() != Some(label));
        if let Some(label) = other.next() {
            let start: String = address.chars().take(12).collect();
            notes.push(format!(
                "You paid {start}… before, and called that payment “{label}”."
            ));
        }
    }
    Ok(notes)
}

/// Says which recipients are contacts that count here, each by the name that its owner agreed to in a question: a name that was
/// given since needed none.
fn known_as(
    open: &Open,
    record: &WalletRecord,
    summary: &SpendSummary,
) -> Result<Vec<String>, AccessError> {
    let addresses: Vec<String> = summary
        .recipients
        .iter()
        .filter_map(|to| to.address.clone())
        .take(LOOKED_UP)
        .collect();
    let payees = open.store.payees(record.network, &addresses)?;
    let known = addresses.iter().zip(payees).filter_map(|(address, payee)| {
        let start: String = address.chars().take(12).collect();
        let name = payee?.compared_as;
        Some(format!(
            "You agreed on this device that {start}… is an address of “{name}”."
        ))
    });
    Ok(known.collect())
}

/// Says who could not be asked whether a coin was taken meanwhile.
fn not_asked(unasked: &[String]) -> Option<String> {
    (!unasked.is_empty()).then(|| {
        format!(
            "Another device may be spending the same coins: {} could not be asked.",
            unasked.join(", ")
        )
    })
}

/// A payment that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentPayment {
    /// Its transaction.
    pub txid: Txid,
    /// Places and servers that could not be asked whether a coin of it was taken meanwhile, for people. Always
    /// none on a device that shares with no others.
    pub unasked: Vec<String>,
}

/// A draft that is signed and stored so.
pub(crate) struct SignedState {
    pub(crate) draft: Draft,
    pub(crate) tx: Transaction,
    pub(crate) record: WalletRecord,
}

impl App {
    /// Sends a draft. The same draft pays once: sending it again returns the same txid, and when
    /// the first try got no answer, hands the same signed transaction out again.
    ///
    /// A device that shares with others looks before it signs and again before it sends whether one of
    /// them, or anybody, took a coin meanwhile.
    pub async fn send_transaction(&self, id: DraftId) -> Result<Txid, SendError> {
        Ok(self.send_draft(id).await?.txid)
    }

    /// The same, and says who could not be asked about the coins.
    ///
    /// # Errors
    /// See [`SendError`].
    pub async fn send_draft(&self, id: DraftId) -> Result<SentPayment, SendError> {
        let open = self.open()?;
        let _only = open.drafts.lock(id).await;
        let draft = open.store.draft(id)?.ok_or(SendError::UnknownDraft)?;
        if let DraftState::Broadcast { txid } = draft.state {
            return Ok(SentPayment {
                txid,
                unasked: Vec::new(),
            });
        }
        // A server that cannot be asked is found out before anything is signed.
        let record = open.store.wallet(draft.wallet)?;
        let source = self.source(&open, record.network).await?;
        let mut unasked = Vec::new();
        if draft.state == DraftState::Open {
            unasked = self
                .look_again(&open, &record, &draft, Some(&source))
                .await?;
        }
        // Another device may have signed or dropped it.
        let draft = open.store.draft(id)?.ok_or(SendError::UnknownDraft)?;
        let kind = match draft.purpose {
            DraftPurpose::Payment => SpendKind::Send,
            DraftPurpose::Cancel(_) => SpendKind::Cancel,
            DraftPurpose::Bump(_) => SpendKind::Bump,
        };
        let signed = self.signed(&open, draft, kind, &unasked).await?;
        let agreed = self.good_for_now();
        let again = self
            .look_again(&open, &record, &signed.draft, Some(&source))
            .await?;
        // Whoever went away while others were asked finds it signed, and sends it or does not.
        self.still_good(&agreed)?;
        unasked.extend(again);
        unasked.sort_unstable();
        unasked.dedup();
        source.broadcast(&signed.tx).await?;
        let txid = self.note_broadcast(&open, signed).await?;
        Ok(SentPayment { txid, unasked })
    }

    /// Stores that the network took a signed draft: the payment is pending at once.
    pub(crate) async fn note_broadcast(
        &self,
        open: &Open,
        signed: SignedState,
    ) -> Result<Txid, SendError> {
        let SignedState {
            mut draft,
            tx,
            record,
        } = signed;
        let (wallet, txid, now) = (record.id, tx.compute_txid(), self.now());
        draft.state = DraftState::Broadcast { txid };
        let cancels = match draft.purpose {
            DraftPurpose::Cancel(old) => Some(old),
            DraftPurpose::Payment | DraftPurpose::Bump(_) => None,
        };
        let events = open
            .change_engine(wallet, move |engine| -> Result<_, SendError> {
                let mut update = engine.note_sent(&tx, cancels, now);
                if let Some(label) = draft.label.as_deref().and_then(|l| Label::new(l).ok()?) {
                    let target = LabelTarget::Tx(txid);
                    update
                        .batch
                        .push(Write::PutLabel(wallet, target, Some(label)));
                }
                update.batch.push(Write::PutDraft(Box::new(draft)));
                Ok((update.events, update.batch))
            })
            .await?;
        for event in events {
            self.tell(Event::Wallet { wallet, event });
        }
        self.tell(Event::Changed { wallet });
        Ok(txid)
    }

    /// Returns the draft signed, asking for consent and signing it unless it is already.
    pub(crate) async fn signed(
        &self,
        open: &Arc<Open>,
        draft: Draft,
        kind: SpendKind,
        unasked: &[String],
    ) -> Result<SignedState, SendError> {
        let record = open.store.wallet(draft.wallet)?;
        if draft.state != DraftState::Open {
            // Consent was given for exactly this transaction when it was signed.
            let tx = satchel_wallet::extract(draft.psbt.clone())?;
            return Ok(SignedState { draft, tx, record });
        }
        if !record.has_seed {
            return Err(SigningError::from(signing::SeedError::WatchOnly).into());
        }
        let mut act = self.spend(open, &record, &draft, kind).await?;
        if let Some(note) = not_asked(unasked) {
            act.notes.insert(0, note);
        }
        let leaves = act.summary.total_out_of_wallet;
        self.check_limits(open, record.network, &draft, leaves)??;
        let consent = self.consent(open, act).await?;
        let agreed = self.good_for_now();
        let access = self.access_to_spend(open, reason(kind), leaves).await;
        let access = access.map_err(|error| SigningError::from(signing::SeedError::from(error)))?;
        // Time passes while a person reads and types; the coins may be gone by now.
        self.check_coins(open, &record, &draft).await?;
        self.still_good(&agreed)?;
        let (draft, tx) = self
            .sign_draft(open, &record, draft, consent, access)
            .await?;
        Ok(SignedState { draft, tx, record })
    }

    /// Makes the question from the parsed transaction.
    pub(crate) async fn spend(
        &self,
        open: &Open,
        record: &WalletRecord,
        draft: &Draft,
        kind: SpendKind,
    ) -> Result<Spend, SendError> {
        self.check_coins(open, record, draft).await?;
        let (psbt, network) = (draft.psbt.clone(), record.network);
        let summary = open
            .read_engine(record.id, move |engine| {
                satchel_wallet::summarize(&psbt, network, |script| engine.is_mine(script).is_some())
            })
            .await??;
        let mut notes = Vec::new();
        let circle = open.shared.circle();
        if let Some(device) = circle.and_then(|circle| prepared_on(&circle, draft)) {
            notes.push(format!("It was prepared on {device}."));
        }
        if let DraftPurpose::Cancel(old) | DraftPurpose::Bump(old) = draft.purpose {
            notes.push(format!("It takes the place of the pending payment {old}."));
            let later = open
                .read_engine(record.id, move |engine| engine.pending_descendants(old))
                .await?;
            if !later.is_empty() {
                notes.push(format!(
                    "Transactions that build on that payment are taken back with it: {}.",
                    later.len()
                ));
            }
        }
        notes.extend(known_as(open, record, &summary)?);
        notes.extend(known_otherwise(open, record, &summary, draft)?);
        Ok(Spend {
            kind,
            wallet: record.name.as_str().to_owned(),
            network,
            summary,
            notes,
        })
    }

    /// Signs, checks that nothing but signatures was added, and stores the result.
    async fn sign_draft(
        &self,
        open: &Arc<Open>,
        record: &WalletRecord,
        mut draft: Draft,
        consent: Confirmed<Spend>,
        access: Arc<SeedAccess>,
    ) -> Result<(Draft, Transaction), SendError> {
        let agreed = consent.into_act();
        debug_assert_eq!(agreed.network, record.network);
        let (session, owner, psbt) = (Arc::clone(open), record.clone(), draft.psbt.clone());
        let mut aux_rand = [0; 32];
        self.ports
            .entropy
            .fill(&mut aux_rand)
            .map_err(AccessError::from)?;
        let signed: Psbt = tokio::task::spawn_blocking(move || {
            signing::sign(&session, &access, &owner, psbt, &aux_rand)
        })
        .await
        .map_err(|_| AccessError::Stopped)??;
        let tx = satchel_wallet::extract(signed.clone())?;
        draft.psbt = signed;
        draft.state = DraftState::Signed {
            txid: tx.compute_txid(),
        };
        draft.vsize = tx.vsize() as u64;
        // Stored before anybody else sees it: after a crash the very same transaction is sent
        // again instead of a second one.
        open.store
            .apply(&Batch::from(Write::PutDraft(Box::new(draft.clone()))))?;
        Ok((draft, tx))
    }

    /// Checks that each coin of an open draft can still be spent by it.
    pub(crate) async fn check_coins(
        &self,
        open: &Open,
        record: &WalletRecord,
        draft: &Draft,
    ) -> Result<(), SendError> {
        let spends: Vec<_> = draft
            .psbt
            .unsigned_tx
            .input
            .iter()
            .map(|input| input.previous_output)
            .collect();
        let purpose = draft.purpose;
        if purpose == DraftPurpose::Payment {
            let locked = open.store.locked_coins(record.id)?;
            if let Some(outpoint) = spends.iter().copied().find(|spent| locked.contains(spent)) {
                return Err(SendError::CoinLocked { outpoint });
            }
        }
        open.read_engine(record.id, move |engine| match purpose {
            DraftPurpose::Payment => spends
                .iter()
                .all(|outpoint| engine.coin(*outpoint).is_some())
                .then_some(())
                .ok_or(SendError::CoinsGone),
            // The coins are spent by the very payment that is being replaced.
            DraftPurpose::Cancel(old) | DraftPurpose::Bump(old) => engine
                .transaction(old)
                .filter(|details| {
                    matches!(details.row.state, satchel_types::TxState::Pending { .. })
                })
                .map(|_| ())
                .ok_or(SendError::NotPending),
        })
        .await?
    }
}
