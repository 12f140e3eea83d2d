//! The history, page by page.

use std::collections::HashMap;

use satchel_types::{Direction, HistoryQuery, Page, TxRow, WalletId};

use crate::access_error::AccessError;
use crate::contacts::payee_names;
use crate::session::App;

/// A page of rows and the height that confirmations count to.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    /// The page.
    pub page: Page<T>,
    /// Height of the last block looked at; `None` before the first sync.
    pub tip: Option<u32>,
}

/// A page of the history.
#[derive(Debug, Clone)]
pub struct HistoryRows {
    /// The rows.
    pub rows: Rows<TxRow>,
    /// The contacts that were paid, by address, as far as they count here.
    pub payees: HashMap<String, String>,
}

impl App {
    /// Returns a page of the history, newest first.
    pub fn history(
        &self,
        id: Option<WalletId>,
        query: &HistoryQuery,
    ) -> Result<HistoryRows, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let page = open.store.history(record.id, query)?;
        let tip = open.store.freshness(record.id)?.map(|fresh| fresh.height);
        let paid = page
            .rows
            .iter()
            .filter(|row| row.direction == Direction::Outgoing);
        let paid = paid.filter_map(|row| row.address.clone());
        let payees = payee_names(&open, record.network, paid)?;
        Ok(HistoryRows {
            rows: Rows { page, tip },
            payees,
        })
    }
}
