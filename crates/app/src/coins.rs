//! Coins: the list, and locks.

use bitcoin::OutPoint;
use satchel_types::{Batch, CoinQuery, CoinRow, WalletId, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::history::Rows;
use crate::session::App;

/// Why a coin was not locked or unlocked.
#[derive(Debug, thiserror::Error)]
pub enum CoinLockError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The wallet has no such coin.
    #[error("this wallet has no coin {outpoint}")]
    UnknownCoin {
        /// The outpoint asked for.
        outpoint: OutPoint,
    },
}

impl App {
    /// Returns a page of the coins, largest first.
    pub fn coins(
        &self,
        id: Option<WalletId>,
        query: &CoinQuery,
    ) -> Result<Rows<CoinRow>, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let mut page = open.store.coins(record.id, query)?;
        let kept = self.kept_elsewhere(&open, record.id)?;
        if let Some(circle) = open.shared.circle().filter(|_| !kept.is_empty()) {
            let replica = circle.replica();
            for coin in &mut page.rows {
                let device = kept.get(&coin.outpoint);
                coin.reserved_by = device.map(|device| circle.name_of(&replica, *device).0);
            }
        }
        let tip = open.store.freshness(record.id)?.map(|fresh| fresh.height);
        Ok(Rows { page, tip })
    }

    /// Locks or unlocks a coin. A locked coin is never chosen for a payment.
    pub async fn set_coin_lock(
        &self,
        id: Option<WalletId>,
        outpoint: OutPoint,
        locked: bool,
    ) -> Result<(), CoinLockError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let known = open
            .store
            .locked_coins(record.id)
            .map_err(AccessError::from)?;
        if !known.contains(&outpoint) {
            open.read_engine(record.id, move |engine| engine.coin(outpoint).is_some())
                .await?
                .then_some(())
                .ok_or(CoinLockError::UnknownCoin { outpoint })?;
        }
        let write = Write::PutCoinLock(record.id, outpoint, locked);
        open.store
            .apply(&Batch::from(write))
            .map_err(AccessError::from)?;
        self.tell(Event::Changed { wallet: record.id });
        Ok(())
    }
}
