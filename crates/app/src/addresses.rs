//! Addresses: the list, and fresh ones.

use satchel_types::{
    AddressQuery, AddressRow, Batch, ChainSide, Label, LabelTarget, Page, RequestId, WalletId,
    Write,
};

use crate::events::Event;
use crate::session::{AccessError, App};

impl App {
    /// Returns a page of addresses.
    pub fn addresses(
        &self,
        id: Option<WalletId>,
        query: &AddressQuery,
    ) -> Result<Page<AddressRow>, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        Ok(open.store.addresses(record.id, query)?)
    }

    /// Hands out a receive address that was never shown before. The same request gets the same
    /// address.
    pub async fn generate_address(
        &self,
        id: Option<WalletId>,
        request: RequestId,
        label: Option<Label>,
    ) -> Result<AddressRow, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let _once = open.requests.lock(request).await;
        if let Some(address) = open.store.request(request)? {
            return open
                .store
                .address(record.id, &address)?
                .ok_or(AccessError::UnknownWallet);
        }
        let (wallet, now, forget_old) = (record.id, self.now(), self.forget_old());
        let row = open
            .change_engine(wallet, move |engine| -> Result<_, AccessError> {
                let (mut row, mut batch): (AddressRow, Batch) =
                    engine.new_address(ChainSide::Receive);
                batch.push(Write::PutRequest {
                    id: request,
                    outcome: row.address.clone(),
                    at: now,
                });
                batch.push(forget_old);
                if let Some(label) = label {
                    row.label = Some(label.as_str().to_owned());
                    let target = LabelTarget::Address(row.address.clone());
                    batch.push(Write::PutLabel(wallet, target, Some(label)));
                }
                Ok((row, batch))
            })
            .await?;
        self.tell(Event::Changed { wallet });
        Ok(row)
    }
}
