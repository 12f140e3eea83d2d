//! Taking in what another device signed, such as one that shows and reads QR codes.

use bitcoin::Psbt;
use satchel_types::{Batch, Draft, DraftState, Write};
use satchel_wallet::{SignaturesError, take_signatures};

use crate::access_error::AccessError;
use crate::acts::SpendKind;
use crate::events::Event;
use crate::send::SendError;
use crate::session::App;

/// Why signatures were not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeSignedError {
    /// No draft is of the same unsigned transaction.
    #[error("no payment that was prepared here is the same as this transaction")]
    NoDraft,
    /// The signatures do not do.
    #[error(transparent)]
    Signatures(#[from] SignaturesError),
    /// The payment cannot be made, or its owner said no.
    #[error(transparent)]
    Payment(#[from] SendError),
}

impl From<AccessError> for TakeSignedError {
    fn from(error: AccessError) -> Self {
        Self::Payment(error.into())
    }
}

impl From<satchel_ports::StoreError> for TakeSignedError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Payment(error.into())
    }
}

impl App {
    /// Takes the signatures of a PSBT into the draft of the very same unsigned transaction, after consent: from then on it
    /// is as one that was signed here, and can be sent. Taking the same again returns the same draft.
    ///
    /// # Errors
    /// See [`TakeSignedError`].
    pub async fn take_signed(&self, psbt: Psbt) -> Result<Draft, TakeSignedError> {
        let open = self.open()?;
        let found = self.draft_of(&psbt)?.ok_or(TakeSignedError::NoDraft)?;
        let _only = open.drafts.lock(found.id).await;
        let draft = open
            .store
            .draft(found.id)?
            .ok_or(TakeSignedError::NoDraft)?;
        if draft.state != DraftState::Open {
            return Ok(draft);
        }
        let signed = take_signatures(&draft.psbt, &psbt)?;
        let tx = satchel_wallet::extract(signed.clone()).map_err(SendError::from)?;
        let record = open.store.wallet(draft.wallet)?;
        let act = self
            .spend(&open, &record, &draft, SpendKind::TakeSigned)
            .await?;
        let leaves = act.summary.total_out_of_wallet;
        self.check_limits(&open, record.network, &draft, leaves)?
            .map_err(SendError::from)?;
        let consent = self.consent(&open, act).await.map_err(SendError::from)?;
        // Time passes while a person reads; the coins may be gone by now.
        self.check_coins(&open, &record, &draft).await?;
        consent.into_act();
        let draft = Draft {
            psbt: signed,
            state: DraftState::Signed {
                txid: tx.compute_txid(),
            },
            vsize: tx.vsize() as u64,
            ..draft
        };
        open.store
            .apply(&Batch::from(Write::PutDraft(Box::new(draft.clone()))))?;
        self.tell(Event::Changed {
            wallet: draft.wallet,
        });
        Ok(draft)
    }
}
