//! What a pasted text means; QR codes; labels.

use satchel_wire::IpcError;
use satchel_wire::payment::{LabelRequest, PaymentTarget, PaymentText, Qr, QrRequest};
use tauri::State;

use crate::shell::Shell;

/// Reads an address or a `bitcoin:` link (BIP-0021).
#[tauri::command]
#[specta::specta]
pub async fn cmd_parse_payment(
    shell: State<'_, Shell>,
    req: PaymentText,
) -> Result<PaymentTarget, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Draws a text as a QR code.
#[tauri::command]
#[specta::specta]
pub async fn cmd_make_qr(shell: State<'_, Shell>, req: QrRequest) -> Result<Qr, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Sets or clears a label.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_label(shell: State<'_, Shell>, req: LabelRequest) -> Result<(), IpcError> {
    let _ = req;
    shell.not_yet()
}
