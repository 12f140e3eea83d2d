//! Balances.

use satchel_wire::IpcError;
use satchel_wire::balance::{Balance, BalanceQuery};
use tauri::State;

use crate::shell::Shell;

/// Returns the balance of a wallet, or of one of its addresses.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_balance(
    shell: State<'_, Shell>,
    req: BalanceQuery,
) -> Result<Balance, IpcError> {
    let _ = req;
    shell.not_yet()
}
