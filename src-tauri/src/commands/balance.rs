//! Balances.

use satchel_wire::balance::{Balance, BalanceQuery};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns the balance of a wallet, or of one of its addresses.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_balance(
    shell: State<'_, Shared>,
    req: BalanceQuery,
) -> Result<Balance, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    Ok(shell.app.balance(id, req.address.as_deref())?.into())
}
