//! Addresses.

use satchel_wire::address::{Address, AddressPage, AddressQuery, GenerateAddressRequest};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns a page of addresses.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_addresses(
    shell: State<'_, Shared>,
    req: AddressQuery,
) -> Result<AddressPage, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    Ok(shell.app.addresses(id, &req.into())?.into())
}

/// Hands out a fresh receive address. The same request returns the same address.
#[tauri::command]
#[specta::specta]
pub async fn cmd_generate_address(
    shell: State<'_, Shared>,
    req: GenerateAddressRequest,
) -> Result<Address, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    let request = parse::request_id(&req.request_id)?;
    let label = parse::label(req.label.as_deref())?;
    Ok(shell.app.generate_address(id, request, label).await?.into())
}
