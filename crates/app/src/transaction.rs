//! One transaction: its row, its parts, what can be done about it.

use std::collections::HashMap;

use bitcoin::Txid;
use satchel_types::{FeeRate, TxRow, TxState, WalletId};
use satchel_wallet::{PlanError, TxDetails};

use crate::access_error::AccessError;
use crate::circle::payments::spends;
use crate::combine::unsigned_txid;
use crate::contacts::payee_names;
use crate::session::App;
use crate::shared_payments::Rival;

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum TransactionError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The wallet has no such transaction.
    #[error("this wallet has no transaction {txid}")]
    Unknown {
        /// The id asked for.
        txid: Txid,
    },
}

/// Everything about one transaction.
#[derive(Debug, Clone)]
pub struct TransactionReport {
    /// The row as stored, with its label.
    pub row: TxRow,
    /// Inputs, outputs and bytes; `None` when the engine forgot a dead one.
    pub details: Option<TxDetails>,
    /// Height that confirmations count to.
    pub tip: Option<u32>,
    /// The lowest rate at which this wallet can replace it; `None`: it cannot.
    pub replacement_rate: Option<FeeRate>,
    /// Host and port of the server that the picture is from.
    pub source: Option<String>,
    /// Payments of other devices that want the same coins, while it is pending.
    pub rivals: Vec<Rival>,
    /// The contacts that were paid, by address, as far as they count here.
    pub payees: HashMap<String, String>,
}

impl App {
    /// Returns everything about one of the wallet's transactions.
    pub async fn transaction(
        &self,
        id: Option<WalletId>,
        txid: Txid,
    ) -> Result<TransactionReport, TransactionError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let row = open
            .store
            .transaction(record.id, txid)
            .map_err(AccessError::from)?
            .ok_or(TransactionError::Unknown { txid })?;
        let fresh = open.store.freshness(record.id).map_err(AccessError::from)?;
        let can_sign = record.has_seed;
        let (details, replacement_rate) = open
            .read_engine(record.id, move |engine| {
                let rate = can_sign
                    .then(|| lowest_replacement(engine, txid).ok())
                    .flatten();
                (engine.transaction(txid), rate)
            })
            .await?;
        let pending = matches!(row.state, TxState::Pending { .. });
        let rivals = match details.as_ref().filter(|_| pending) {
            Some(details) => {
                let (name, coins) = (unsigned_txid(&details.tx), spends(&details.tx));
                self.rivals_of(&open, record.id, name, &coins)?
            }
            None => Vec::new(),
        };
        let mut addresses: Vec<String> = row.address.clone().into_iter().collect();
        if let Some(details) = &details {
            addresses.extend(details.outputs.iter().filter_map(|it| it.address.clone()));
        }
        let payees = payee_names(&open, record.network, addresses)?;
        Ok(TransactionReport {
            payees,
            rivals,
            row,
            details,
            tip: fresh.as_ref().map(|f| f.height),
            replacement_rate,
            source: fresh.map(|f| f.source),
        })
    }

    /// Returns where one of the wallet's transactions stands, from what is stored.
    pub fn tx_status(
        &self,
        id: Option<WalletId>,
        txid: Txid,
    ) -> Result<(TxRow, Option<satchel_types::Freshness>), TransactionError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let row = open
            .store
            .transaction(record.id, txid)
            .map_err(AccessError::from)?
            .ok_or(TransactionError::Unknown { txid })?;
        Ok((
            row,
            open.store.freshness(record.id).map_err(AccessError::from)?,
        ))
    }
}

/// Finds the lowest rate that a cancellation of `txid` needs, by asking for one that pays nothing.
pub(crate) fn lowest_replacement(
    engine: &satchel_wallet::Engine,
    txid: Txid,
) -> Result<FeeRate, PlanError> {
    let floor = FeeRate::from_sat_per_kvb(FeeRate::MIN_SAT_PER_KVB)
        .expect("the smallest fee rate is a fee rate");
    match engine.plan_cancel(txid, floor, None, 0) {
        Ok(_) => Ok(floor),
        Err(PlanError::FeeTooLow { at_least }) => Ok(at_least),
        Err(error) => Err(error),
    }
}
