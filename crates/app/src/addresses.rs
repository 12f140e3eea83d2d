//! Addresses: the list, and fresh ones.

use satchel_types::{
    AddressQuery, AddressRow, Batch, ChainSide, Label, LabelTarget, Page, RequestId, WalletId,
    Write,
};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::leases::handed_out;
use crate::session::App;

impl App {
    /// Returns a page of addresses.
    pub fn addresses(
        &self,
        id: Option<WalletId>,
        query: &AddressQuery,
    ) -> Result<Page<AddressRow>, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let mut page = open.store.addresses(record.id, query)?;
        self.mark_unsure(&open, record.id, &mut page.rows)?;
        Ok(page)
    }

    /// Hands out a receive address that was never shown before. The same request gets the same
    /// address.
    ///
    /// A device that shares with others shows one that is set aside for it; when it has none, one within the
    /// gap that another device may show too, which the row then says.
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
            let row = open.store.address(record.id, &address)?;
            let mut rows = [row.ok_or(AccessError::UnknownWallet)?];
            self.mark_unsure(&open, record.id, &mut rows)?;
            let [row] = rows;
            return Ok(row);
        }
        // One at a time, so that no two requests choose the same.
        let _one = open.addresses.lock(record.id).await;
        let choice = self
            .choose_address(&open, &record, ChainSide::Receive)
            .await?;
        let shares = open.shared.circle().is_some();
        let (wallet, now, forget_old) = (record.id, self.now(), self.forget_old());
        let row = open
            .change_engine(wallet, move |engine| -> Result<_, AccessError> {
                let (mut row, mut batch): (AddressRow, Batch) = match choice {
                    None => engine.new_address(ChainSide::Receive),
                    Some(choice) => {
                        let batch = engine.reveal_to(ChainSide::Receive, choice.index);
                        let row = engine.address(ChainSide::Receive, choice.index).cloned();
                        (row.ok_or(AccessError::Stopped)?, batch)
                    }
                };
                if shares {
                    let unsure = choice.is_some_and(|choice| choice.unsure);
                    let side = ChainSide::Receive;
                    batch.push(handed_out(wallet, side, row.index, unsure, now));
                }
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
        let mut rows = [row];
        self.mark_unsure(&open, wallet, &mut rows)?;
        self.tell(Event::Changed { wallet });
        let [row] = rows;
        Ok(row)
    }
}
