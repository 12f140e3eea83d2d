//! Balances with their freshness.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Sats;

/// Which balance is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct BalanceQuery {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// Only what this address received and still holds.
    pub address: Option<String>,
}

/// How fresh a picture is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Freshness {
    /// Height of the last block looked at.
    pub height: u32,
    /// Hash of that block.
    pub block_hash: String,
    /// When the last whole sync ended, in seconds since 1970.
    #[specta(type = u32)]
    pub synced_at: u64,
    /// Who answered, as host and port.
    pub source: String,
}

impl From<satchel_types::Freshness> for Freshness {
    fn from(fresh: satchel_types::Freshness) -> Self {
        Self {
            height: fresh.height,
            block_hash: fresh.hash.to_string(),
            synced_at: fresh.synced_at.as_secs(),
            source: fresh.source,
        }
    }
}

/// A balance. Amounts that no chain was ever asked about are `null`, which is not zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Balance {
    /// Whose balance.
    pub wallet_id: String,
    /// In blocks and spendable.
    pub confirmed: Option<Sats>,
    /// Unconfirmed change of own payments, spendable.
    pub pending_change: Option<Sats>,
    /// Unconfirmed, from others.
    pub pending_incoming: Option<Sats>,
    /// What pending payments take out, fee included.
    pub pending_outgoing: Option<Sats>,
    /// Mined less than 100 blocks ago.
    pub immature: Option<Sats>,
    /// What could be spent now.
    pub spendable: Option<Sats>,
    /// All of it, if everything pending confirms.
    pub total: Option<Sats>,
    /// How fresh the amounts are; none before the first sync.
    pub freshness: Option<Freshness>,
}

impl Balance {
    /// Makes the twin of a wallet's balance.
    pub fn new(
        wallet_id: satchel_types::WalletId,
        balance: Option<satchel_types::Balance>,
        freshness: Option<satchel_types::Freshness>,
    ) -> Self {
        let sats = |pick: fn(&satchel_types::Balance) -> bitcoin::Amount| {
            balance.as_ref().map(|b| Sats::from(pick(b)))
        };
        Self {
            wallet_id: wallet_id.to_string(),
            confirmed: sats(|b| b.confirmed),
            pending_change: sats(|b| b.pending_change),
            pending_incoming: sats(|b| b.pending_incoming),
            pending_outgoing: sats(|b| b.pending_outgoing),
            immature: sats(|b| b.immature),
            spendable: sats(satchel_types::Balance::spendable),
            total: sats(satchel_types::Balance::total),
            freshness: freshness.map(Into::into),
        }
    }
}
