//! All that may be told about a wallet.

use std::sync::atomic::Ordering;

use satchel_types::{
    AddressQuery, ChainSide, CoinQuery, Freshness, HistoryQuery, PageSize, WalletId, WalletRecord,
};

use crate::access_error::AccessError;
use crate::session::App;

/// A wallet's particulars.
#[derive(Debug, Clone)]
pub struct WalletInfo {
    /// The record.
    pub record: WalletRecord,
    /// Whether it is the selected one.
    pub selected: bool,
    /// Receive addresses handed out.
    pub receive_addresses: u64,
    /// Change addresses handed out.
    pub change_addresses: u64,
    /// Rows in the history.
    pub transactions: u64,
    /// Coins.
    pub coins: u64,
    /// How fresh the picture is.
    pub freshness: Option<Freshness>,
    /// The server that is asked, if one is set.
    pub backend: Option<String>,
    /// Whether damage was found in the database since it was opened.
    pub database_damaged: bool,
}

impl App {
    /// Returns a wallet's particulars.
    pub fn wallet_info(&self, id: Option<WalletId>) -> Result<WalletInfo, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let selected = self.wallet(&open, None).is_ok_and(|w| w.id == record.id);
        let (id, store, one) = (record.id, &open.store, PageSize::clamped(1));
        let side = |side| AddressQuery {
            side,
            after: None,
            size: one,
            unused_only: false,
        };
        Ok(WalletInfo {
            receive_addresses: store.addresses(id, &side(ChainSide::Receive))?.total,
            change_addresses: store.addresses(id, &side(ChainSide::Change))?.total,
            transactions: store
                .history(
                    id,
                    &HistoryQuery {
                        size: one,
                        ..Default::default()
                    },
                )?
                .total,
            coins: store
                .coins(
                    id,
                    &CoinQuery {
                        size: one,
                        ..Default::default()
                    },
                )?
                .total,
            freshness: store.freshness(id)?,
            backend: self
                .backend_of(&open, record.network)?
                .map(|(backend, _)| backend.url),
            database_damaged: open.damaged.load(Ordering::Relaxed),
            selected,
            record,
        })
    }
}
