//! Addresses of a wallet of the node.

use satchel_node_api::{AddressType, ReceivedAddress};

use crate::create_wallet::wallet_error;
use crate::kept::{Question, Seen};
use crate::{AskError, Console, Event, Topic};

/// Most addresses of a page.
const MOST: u32 = 100;
/// Addresses of a page when no number is asked for.
const USUAL: u32 = 25;

/// A page of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressList {
    /// The addresses, those with most received first.
    pub addresses: Vec<ReceivedAddress>,
    /// What to ask for next as `after`; `None`: this was the last page.
    pub next: Option<String>,
    /// How many there are.
    pub total: u32,
}

impl Console {
    /// Has a wallet of the node hand out a new address.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn fresh_address(
        &self,
        wallet: Option<&str>,
        label: &str,
        kind: AddressType,
    ) -> Result<String, AskError> {
        let (wallet, label) = (
            wallet.map(str::to_owned),
            satchel_node_api::cut_text(label, 200),
        );
        let address = self
            .asked(|node| async move {
                node.admin
                    .wallet(wallet.as_deref())
                    .new_address(&label, kind)
                    .await
            })
            .await
            .map_err(wallet_error)?;
        // The lists that are shown lack it.
        self.tell(Event::Stale(vec![Topic::NodeWallets]));
        Ok(address)
    }

    /// Asks for a page of addresses of a wallet of the node.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn addresses(
        &self,
        wallet: Option<&str>,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Seen<AddressList>, AskError> {
        let count = limit.unwrap_or(USUAL).clamp(1, MOST) as usize;
        let skip = crate::block::skipped(after)?;
        let name = wallet.map(str::to_owned);
        let answer = self
            .asked(|node| async move { node.admin.wallet(name.as_deref()).addresses().await })
            .await;
        let all = self.seen(
            Question::Addresses(wallet.map(str::to_owned)),
            answer.map_err(wallet_error),
        )?;
        Ok(all.map(|mut all| {
            all.sort_by(|a, b| (b.amount, &a.address).cmp(&(a.amount, &b.address)));
            let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
            let end = skip.saturating_add(count);
            let next = (end < all.len()).then(|| end.to_string());
            let addresses = all.into_iter().skip(skip).take(count).collect();
            AddressList {
                addresses,
                next,
                total,
            }
        }))
    }
}
