//! The history, page by page.

use satchel_types::{HistoryQuery, Page, TxRow, WalletId};

use crate::access_error::AccessError;
use crate::session::App;

/// A page of rows and the height that confirmations count to.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    /// The page.
    pub page: Page<T>,
    /// Height of the last block looked at; `None` before the first sync.
    pub tip: Option<u32>,
}

impl App {
    /// Returns a page of the history, newest first.
    pub fn history(
        &self,
        id: Option<WalletId>,
        query: &HistoryQuery,
    ) -> Result<Rows<TxRow>, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let page = open.store.history(record.id, query)?;
        let tip = open.store.freshness(record.id)?.map(|fresh| fresh.height);
        Ok(Rows { page, tip })
    }
}
