//! The system's keychain as a way in.

use satchel_wire::keychain::{KeychainRemoved, KeychainStatus};
use satchel_wire::wallet_file::Intent;
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns where the keychain stands, locked or open. Nobody is asked anything.
#[tauri::command]
#[specta::specta]
pub async fn cmd_keychain_status(shell: State<'_, Shared>) -> Result<KeychainStatus, IpcError> {
    let status = KeychainStatus::from(shell.app.keychain_status().await?);
    let sensor = shell.biometry.sensor().await;
    Ok(KeychainStatus { sensor, ..status })
}

/// Lets the keychain open the vault, after consent and the passphrase in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_enrol_keychain(shell: State<'_, Shared>, req: Intent) -> Result<(), IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let enrol = async { Ok::<(), IpcError>(shell.app.enrol_keychain().await?) };
    shell.calls.enrolled.run(request, enrol).await
}

/// Stops the keychain from opening the vault, after consent and the passphrase.
#[tauri::command]
#[specta::specta]
pub async fn cmd_remove_keychain(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<KeychainRemoved, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let remove =
        async { Ok::<KeychainRemoved, IpcError>(shell.app.remove_keychain().await?.into()) };
    shell.calls.removed.run(request, remove).await
}
