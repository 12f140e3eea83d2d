//! Raising a pending payment's fee: the same payment again, paying more (BIP-0125).

use bitcoin::Txid;
use satchel_types::{Draft, DraftPurpose, FeeRate, RequestId, WalletId};

use crate::draft::DraftError;
use crate::session::App;

/// Which payment's fee to raise.
#[derive(Debug, Clone)]
pub struct BumpPayment {
    /// Made by the caller for this one intent; a second arrival returns the first one's draft.
    pub request: RequestId,
    /// Whose payment; `None`: the selected wallet's.
    pub wallet: Option<WalletId>,
    /// The pending payment.
    pub txid: Txid,
    /// The new fee rate.
    pub fee_rate: FeeRate,
}

impl App {
    /// Prepares the same payment with a higher fee. Sending the draft replaces the first.
    pub async fn bump_payment(&self, request: BumpPayment) -> Result<Draft, DraftError> {
        let open = self.open()?;
        let _once = open.requests.lock(request.request).await;
        if let Some(draft) = self.draft_made_by(&open, request.request)? {
            return Ok(draft);
        }
        let record = self.wallet(&open, request.wallet)?;
        let label = open
            .store
            .transaction(record.id, request.txid)?
            .and_then(|row| row.label);
        let coins = self.free_coins(&open, record.id)?;
        let (txid, rate, seed) = (request.txid, request.fee_rate, self.random_u64()?);
        let _one = open.addresses.lock(record.id).await;
        let change = self.choose_change(&open, &record).await?;
        let plan = open
            .change_engine(record.id, move |engine| -> Result<_, DraftError> {
                let plan = engine.plan_bump(txid, rate, &coins, change.index(), seed)?;
                let batch = change.commit(engine, &plan);
                Ok((plan, batch))
            })
            .await?;
        let purpose = DraftPurpose::Bump(txid);
        self.keep_draft(&open, &record, request.request, plan, purpose, label, None)
    }
}
