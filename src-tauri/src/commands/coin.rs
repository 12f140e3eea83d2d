//! Coins.

use satchel_wire::coin::{CoinLockRequest, CoinPage, CoinQuery};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns a page of coins, largest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_unspent_outputs(
    shell: State<'_, Shared>,
    req: CoinQuery,
) -> Result<CoinPage, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    Ok(shell.app.coins(id, &req.into())?.into())
}

/// Locks or unlocks a coin. A locked coin is never chosen for a payment.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_coin_lock(
    shell: State<'_, Shared>,
    req: CoinLockRequest,
) -> Result<(), IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    Ok(shell
        .app
        .set_coin_lock(id, parse::outpoint(&req.outpoint)?, req.locked)
        .await?)
}
