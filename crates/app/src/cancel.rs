//! Cancelling a pending payment: a higher-fee one to oneself takes its place (BIP-0125).

use bitcoin::Txid;
use satchel_types::{DraftPurpose, FeeRate, RequestId, WalletId};

use crate::backend::BackendError;
use crate::draft::DraftError;
use crate::send::SendError;
use crate::session::App;

/// Blocks that a cancellation should wait at most: it races the payment it cancels.
const SOON: u16 = 3;

/// Which payment to cancel.
#[derive(Debug, Clone)]
pub struct CancelPayment {
    /// Made by the caller for this one intent; a second arrival returns the first one's txid.
    pub request: RequestId,
    /// Whose payment; `None`: the selected wallet's.
    pub wallet: Option<WalletId>,
    /// The pending payment.
    pub txid: Txid,
    /// The fee rate; `None`: the lowest that replaces it, and at least the estimate for three
    /// blocks.
    pub fee_rate: Option<FeeRate>,
}

/// Why a payment was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// No replacement could be planned.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The replacement could not be sent.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl App {
    /// Cancels a pending payment.
    pub async fn cancel_payment(&self, request: CancelPayment) -> Result<Txid, CancelError> {
        let open = self.open().map_err(DraftError::from)?;
        let once = open.requests.lock(request.request).await;
        let made = self.draft_made_by(&open, request.request)?;
        let draft = match made {
            Some(draft) => draft,
            None => {
                let record = self
                    .wallet(&open, request.wallet)
                    .map_err(DraftError::from)?;
                let rate = match request.fee_rate {
                    Some(rate) => rate,
                    None => {
                        self.cancel_rate(&open, record.id, record.network, request.txid)
                            .await?
                    }
                };
                let (txid, seed) = (request.txid, self.random_u64().map_err(DraftError::from)?);
                let _one = open.addresses.lock(record.id).await;
                let change = self.choose_change(&open, &record).await;
                let change = change.map_err(DraftError::from)?;
                let plan = open
                    .change_engine(record.id, move |engine| -> Result<_, DraftError> {
                        let plan = engine.plan_cancel(txid, rate, change.index(), seed)?;
                        let batch = change.commit(engine, &plan);
                        Ok((plan, batch))
                    })
                    .await?;
                let purpose = DraftPurpose::Cancel(txid);
                self.keep_draft(&open, &record, request.request, plan, purpose, None, None)?
            }
        };
        drop(once);
        let id = draft.id;
        match self.send_transaction(id).await {
            // Its owner said no: the draft has no further use.
            Err(error) if error.is_refusal() => {
                self.drop_draft(id).await?;
                Err(error.into())
            }
            sent => Ok(sent?),
        }
    }

    async fn cancel_rate(
        &self,
        open: &crate::open::Open,
        wallet: WalletId,
        network: bitcoin::Network,
        txid: Txid,
    ) -> Result<FeeRate, CancelError> {
        let lowest = open
            .read_engine(wallet, move |engine| {
                crate::transaction::lowest_replacement(engine, txid)
            })
            .await
            .map_err(DraftError::from)?
            .map_err(DraftError::Plan)?;
        // Without an estimate the lowest rate that works is still better than no cancellation.
        match self.estimated_rate(open, network, SOON).await {
            Ok(estimate) => Ok(estimate.max(lowest)),
            Err(BackendError::Access(error)) => Err(DraftError::from(error).into()),
            Err(_) => Ok(lowest),
        }
    }
}
