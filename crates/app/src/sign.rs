//! Signing a draft without sending it.

use bitcoin::Transaction;
use satchel_types::DraftId;

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
        let signed = self.signed(&open, draft, SpendKind::Sign).await?;
        Ok(SignedDraft {
            tx: signed.tx,
            psbt: signed.draft.psbt,
        })
    }
}
