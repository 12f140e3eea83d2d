//! Transactions.

use satchel_wire::history::{HistoryPage, HistoryQuery, TransactionDetail, TxRef, TxStatusReport};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns a page of the history, newest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_transaction_history(
    shell: State<'_, Shared>,
    req: HistoryQuery,
) -> Result<HistoryPage, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    Ok(shell.app.history(id, &req.into())?.into())
}

/// Returns everything about one transaction.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_transaction(
    shell: State<'_, Shared>,
    req: TxRef,
) -> Result<TransactionDetail, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    Ok(shell
        .app
        .transaction(id, parse::txid(&req.txid)?)
        .await?
        .into())
}

/// Returns where a transaction stands.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_tx_status(
    shell: State<'_, Shared>,
    req: TxRef,
) -> Result<TxStatusReport, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    let (row, freshness) = shell.app.tx_status(id, parse::txid(&req.txid)?)?;
    Ok(TxStatusReport::new(row, freshness))
}
