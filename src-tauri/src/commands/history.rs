//! Transactions.

use satchel_wire::IpcError;
use satchel_wire::history::{HistoryPage, HistoryQuery, TransactionDetail, TxRef, TxStatusReport};
use tauri::State;

use crate::shell::Shell;

/// Returns a page of the history, newest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_transaction_history(
    shell: State<'_, Shell>,
    req: HistoryQuery,
) -> Result<HistoryPage, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Returns everything about one transaction.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_transaction(
    shell: State<'_, Shell>,
    req: TxRef,
) -> Result<TransactionDetail, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Returns where a transaction stands.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_tx_status(
    shell: State<'_, Shell>,
    req: TxRef,
) -> Result<TxStatusReport, IpcError> {
    let _ = req;
    shell.not_yet()
}
