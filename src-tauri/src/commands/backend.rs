//! Which server is asked.

use satchel_wire::IpcError;
use satchel_wire::backend::{Backend, SetBackendRequest};
use satchel_wire::draft::Sent;
use satchel_wire::wallet::WalletRef;
use tauri::State;

use crate::shell::Shell;

/// Returns the server that is asked for a wallet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_backend(shell: State<'_, Shell>, req: WalletRef) -> Result<Backend, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Sets the server of a network, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_backend(
    shell: State<'_, Shell>,
    req: SetBackendRequest,
) -> Result<Backend, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Asks the sandbox's faucet for coins to the wallet's next address. Sandbox servers only.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_sandbox_coins(
    shell: State<'_, Shell>,
    req: WalletRef,
) -> Result<Sent, IpcError> {
    let _ = req;
    shell.not_yet()
}
