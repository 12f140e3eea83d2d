//! Coins.

use satchel_wire::IpcError;
use satchel_wire::coin::{CoinLockRequest, CoinPage, CoinQuery};
use tauri::State;

use crate::shell::Shell;

/// Returns a page of coins, largest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_unspent_outputs(
    shell: State<'_, Shell>,
    req: CoinQuery,
) -> Result<CoinPage, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Locks or unlocks a coin. A locked coin is never chosen for a payment.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_coin_lock(
    shell: State<'_, Shell>,
    req: CoinLockRequest,
) -> Result<(), IpcError> {
    let _ = req;
    shell.not_yet()
}
