//! Wallets on this device.

use satchel_wire::IpcError;
use satchel_wire::wallet::{
    CreateWalletRequest, RenameWalletRequest, WalletInfo, WalletRef, WalletSummary,
};
use satchel_wire::wallet_file::RestoreWalletRequest;
use tauri::State;

use crate::shell::Shell;

/// Lists the wallets on this device. Empty when there is no vault yet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_wallets(shell: State<'_, Shell>) -> Result<Vec<WalletSummary>, IpcError> {
    shell.not_yet()
}

/// Makes a wallet from fresh entropy. Where there is no vault yet, the sealed window asks for a new
/// passphrase first; where it is locked, for the passphrase.
#[tauri::command]
#[specta::specta]
pub async fn cmd_create_wallet(
    shell: State<'_, Shell>,
    req: CreateWalletRequest,
) -> Result<WalletSummary, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Brings back a wallet from its recovery words, which the sealed window takes.
#[tauri::command]
#[specta::specta]
pub async fn cmd_restore_wallet(
    shell: State<'_, Shell>,
    req: RestoreWalletRequest,
) -> Result<WalletSummary, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Makes a wallet the one that requests without a wallet mean.
#[tauri::command]
#[specta::specta]
pub async fn cmd_select_wallet(shell: State<'_, Shell>, req: WalletRef) -> Result<(), IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Renames a wallet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_rename_wallet(
    shell: State<'_, Shell>,
    req: RenameWalletRequest,
) -> Result<WalletSummary, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Returns all that may be told about a wallet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_wallet_info(
    shell: State<'_, Shell>,
    req: WalletRef,
) -> Result<WalletInfo, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Shows the recovery words in the sealed window, after consent. They never come back here.
#[tauri::command]
#[specta::specta]
pub async fn cmd_show_words(shell: State<'_, Shell>, req: WalletRef) -> Result<(), IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Asks some of the recovery words back in the sealed window. `false`: its owner closed the window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_check_words(shell: State<'_, Shell>, req: WalletRef) -> Result<bool, IpcError> {
    let _ = req;
    shell.not_yet()
}
