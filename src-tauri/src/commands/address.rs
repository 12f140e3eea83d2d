//! Addresses.

use satchel_wire::IpcError;
use satchel_wire::address::{Address, AddressPage, AddressQuery, GenerateAddressRequest};
use tauri::State;

use crate::shell::Shell;

/// Returns a page of addresses.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_addresses(
    shell: State<'_, Shell>,
    req: AddressQuery,
) -> Result<AddressPage, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Hands out a fresh receive address. The same request returns the same address.
#[tauri::command]
#[specta::specta]
pub async fn cmd_generate_address(
    shell: State<'_, Shell>,
    req: GenerateAddressRequest,
) -> Result<Address, IpcError> {
    let _ = req;
    shell.not_yet()
}
