//! Wallet files.

use satchel_wire::IpcError;
use satchel_wire::wallet_file::{Imported, Intent, WrittenFile};
use tauri::State;

use crate::shell::Shell;

/// Writes an encrypted wallet file to a place chosen in the system's own dialog, under a passphrase
/// taken by the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_export_wallet(
    shell: State<'_, Shell>,
    req: Intent,
) -> Result<WrittenFile, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Reads a wallet file chosen in the system's own dialog. The same file twice changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn cmd_import_wallet(shell: State<'_, Shell>, req: Intent) -> Result<Imported, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Writes an encrypted wallet file to the backup folder and reads it back.
#[tauri::command]
#[specta::specta]
pub async fn cmd_backup_wallet(
    shell: State<'_, Shell>,
    req: Intent,
) -> Result<WrittenFile, IpcError> {
    let _ = req;
    shell.not_yet()
}
