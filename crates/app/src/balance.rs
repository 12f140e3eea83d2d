//! Balances.

use bitcoin::Amount;
use satchel_types::{Balance, CoinState, Freshness, WalletId};

use crate::access_error::AccessError;
use crate::session::App;

/// Why there is no balance.
#[derive(Debug, thiserror::Error)]
pub enum BalanceError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The address was never handed out by this wallet.
    #[error("this wallet has no such address")]
    UnknownAddress,
}

/// A balance and how fresh it is. No balance means unknown, never zero.
#[derive(Debug, Clone)]
pub struct BalanceReport {
    /// Whose.
    pub wallet: WalletId,
    /// The balance; `None` before the first sync.
    pub balance: Option<Balance>,
    /// How fresh; `None` before the first sync.
    pub freshness: Option<Freshness>,
}

impl App {
    /// Returns a wallet's balance, or what one of its addresses holds.
    pub fn balance(
        &self,
        id: Option<WalletId>,
        address: Option<&str>,
    ) -> Result<BalanceReport, BalanceError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let wallet = record.id;
        let freshness = open.store.freshness(wallet).map_err(AccessError::from)?;
        let balance = match address {
            _ if freshness.is_none() => None,
            None => open.store.balance(wallet).map_err(AccessError::from)?,
            Some(address) => {
                open.store
                    .address(wallet, address)
                    .map_err(AccessError::from)?
                    .ok_or(BalanceError::UnknownAddress)?;
                let mut sum = Balance::default();
                for coin in open.store.all_coins(wallet).map_err(AccessError::from)? {
                    if coin.address == address {
                        let part = match coin.state {
                            CoinState::Confirmed { .. } => &mut sum.confirmed,
                            CoinState::Immature { .. } => &mut sum.immature,
                            CoinState::PendingChange { .. } => &mut sum.pending_change,
                            CoinState::PendingIncoming { .. } => &mut sum.pending_incoming,
                        };
                        *part = part.checked_add(coin.amount).unwrap_or(Amount::MAX_MONEY);
                    }
                }
                Some(sum)
            }
        };
        Ok(BalanceReport {
            wallet,
            balance,
            freshness,
        })
    }
}
