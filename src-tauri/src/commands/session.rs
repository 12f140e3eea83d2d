//! Opening, locking, settings and syncing.

use satchel_wire::IpcError;
use satchel_wire::event::AppEvent;
use satchel_wire::session::{Settings, Snapshot, SyncReport, SyncRequest};
use satchel_wire::wallet::WalletRef;
use satchel_wire::wallet_file::Intent;
use tauri::State;
use tauri::ipc::Channel;

use crate::page_error::PageError;
use crate::shell::Shell;

/// Says that the page listens, and returns what it needs first. No event is sent before this call;
/// the channel of a second call takes the place of the first one's.
#[tauri::command]
#[specta::specta]
pub async fn cmd_frontend_ready(
    shell: State<'_, Shell>,
    events: Channel<AppEvent>,
) -> Result<Snapshot, IpcError> {
    let _ = events;
    shell.not_yet()
}

/// Asks for the passphrase in the sealed window. `false`: its owner closed the window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_unlock_wallet(shell: State<'_, Shell>) -> Result<bool, IpcError> {
    shell.not_yet()
}

/// Locks: keys and the open database leave memory.
#[tauri::command]
#[specta::specta]
pub async fn cmd_lock_wallet(shell: State<'_, Shell>) -> Result<(), IpcError> {
    shell.not_yet()
}

/// Changes the passphrase, in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_passphrase(shell: State<'_, Shell>, req: Intent) -> Result<(), IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Keeps the settings and returns them as kept.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_settings(
    shell: State<'_, Shell>,
    req: Settings,
) -> Result<Settings, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Asks the server what is new. Progress comes as `AppEvent`s.
#[tauri::command]
#[specta::specta]
pub async fn cmd_sync_wallet(
    shell: State<'_, Shell>,
    req: SyncRequest,
) -> Result<SyncReport, IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Stops the sync that goes on, if any. What it learnt stays.
#[tauri::command]
#[specta::specta]
pub async fn cmd_cancel_sync(shell: State<'_, Shell>, req: WalletRef) -> Result<(), IpcError> {
    let _ = req;
    shell.not_yet()
}

/// Notes a fault of the page, such as an error that nobody caught.
#[tauri::command]
#[specta::specta]
pub async fn cmd_report_page_error(
    shell: State<'_, Shell>,
    req: PageError,
) -> Result<(), IpcError> {
    let _ = req;
    shell.not_yet()
}
