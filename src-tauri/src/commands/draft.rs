//! Payments that are being prepared, sent and cancelled.

use satchel_wire::IpcError;
use satchel_wire::draft::{
    BumpRequest, CancelRequest, Cancelled, CreateDraftRequest, Draft, DraftRef, FeeEstimates, Sent,
    Signed,
};
use satchel_wire::wallet::WalletRef;
use tauri::State;

use crate::shell::Shell;

/// Returns fee rates for several waits.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_fee_estimates(
    shell: State<'_, Shell>,
    req: WalletRef,
) -> Result<FeeEstimates, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Prepares a payment. The same request returns the same draft.
#[tauri::command]
#[specta::specta]
pub async fn cmd_create_draft(
    shell: State<'_, Shell>,
    req: CreateDraftRequest,
) -> Result<Draft, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Prepares a pending payment again with a higher fee.
#[tauri::command]
#[specta::specta]
pub async fn cmd_bump_transaction(
    shell: State<'_, Shell>,
    req: BumpRequest,
) -> Result<Draft, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Returns one draft.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_draft(shell: State<'_, Shell>, req: DraftRef) -> Result<Draft, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Returns the drafts of a wallet, newest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_drafts(
    shell: State<'_, Shell>,
    req: WalletRef,
) -> Result<Vec<Draft>, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Asks for consent, signs and sends. The same draft is sent once.
#[tauri::command]
#[specta::specta]
pub async fn cmd_send_transaction(
    shell: State<'_, Shell>,
    req: DraftRef,
) -> Result<Sent, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Asks for consent and signs, without sending.
#[tauri::command]
#[specta::specta]
pub async fn cmd_sign_transaction(
    shell: State<'_, Shell>,
    req: DraftRef,
) -> Result<Signed, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Replaces a pending payment by one to oneself, after consent, or drops a draft.
#[tauri::command]
#[specta::specta]
pub async fn cmd_cancel_transaction(
    shell: State<'_, Shell>,
    req: CancelRequest,
) -> Result<Cancelled, IpcError> {
    let _ = req;
    shell.not_yet()
}
