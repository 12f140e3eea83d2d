//! Signing a draft without sending it.

use bitcoin::Transaction;
use satchel_types::{DraftId, DraftState};

use crate::acts::SpendKind;
use crate::send::SendError;
use crate::session::App;

/// A signed transaction.
#[derive(Debug, Clone)]
pub struct SignedDraft {
    /// The transaction, ready to be sent.
    pub tx: Transaction,
    /// The finalized PSBT.
    pub psbt: bitcoin::Psbt,
}

impl App {
    /// Signs a draft after consent and keeps it signed. Signing the same draft again returns the
    /// same transaction.
    pub async fn sign_transaction(&self, id: DraftId) -> Result<SignedDraft, SendError> {
        let open = self.open()?;
        let _only = open.drafts.lock(id).await;
        let draft = open.store.draft(id)?.ok_or(SendError::UnknownDraft)?;
        let mut unasked = Vec::new();
        if draft.state == DraftState::Open && open.shared.circle().is_some() {
            let record = open.store.wallet(draft.wallet)?;
            // Signing needs no server; one that is not there is said.
            let source = self.source(&open, record.network).await.ok();
            unasked = self
                .look_again(&open, &record, &draft, source.as_ref())
                .await?;
        }
        let draft = open.store.draft(id)?.ok_or(SendError::UnknownDraft)?;
        let signed = self.signed(&open, draft, SpendKind::Sign, &unasked).await?;
        Ok(SignedDraft {
            tx: signed.tx,
            psbt: signed.draft.psbt,
        })
    }
}
