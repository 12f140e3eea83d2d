//! Opening, locking, settings and syncing.

use satchel_app::sync::SyncScope;
use satchel_wire::event::AppEvent;
use satchel_wire::limits::Limits;
use satchel_wire::session::{Settings, Snapshot, SyncReport, SyncRequest, UnlockBy, UnlockRequest};
use satchel_wire::wallet::WalletRef;
use satchel_wire::wallet_file::Intent;
use satchel_wire::{IpcError, parse};
use tauri::State;
use tauri::ipc::Channel;

use crate::page_error::PageError;
use crate::sealed;
use crate::shell::{Shared, cancelled};

/// Says that the page listens, and returns what it needs first. No event is sent before this call;
/// the channel of a second call takes the place of the first one's.
#[tauri::command]
#[specta::specta]
pub async fn cmd_frontend_ready(
    shell: State<'_, Shared>,
    events: Channel<AppEvent>,
) -> Result<Snapshot, IpcError> {
    shell.hub.connect(events);
    shell.snapshot()
}

/// Opens the vault: with the passphrase in the sealed window, or with the keychain. `false`: the
/// owner closed the window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_unlock_wallet(
    shell: State<'_, Shared>,
    req: Option<UnlockRequest>,
) -> Result<bool, IpcError> {
    match req.unwrap_or_default().by {
        UnlockBy::SealedWindow => shell.unlock().await,
        UnlockBy::Keychain => shell.unlock_by_keychain().await.map(|()| true),
    }
}

/// Locks: keys and the open database leave memory.
#[tauri::command]
#[specta::specta]
pub async fn cmd_lock_wallet(shell: State<'_, Shared>) -> Result<(), IpcError> {
    shell.lock();
    Ok(())
}

/// Changes the passphrase, in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_passphrase(shell: State<'_, Shared>, req: Intent) -> Result<(), IpcError> {
    let request = parse::request_id(&req.request_id)?;
    shell
        .calls
        .passphrase
        .run(request, async {
            let theme = shell.settings().theme;
            let changed = sealed::change_passphrase(&shell.desk, theme, &shell.app).await?;
            changed.then_some(()).ok_or_else(cancelled)
        })
        .await
}

/// Keeps the settings and returns them as kept.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_settings(
    shell: State<'_, Shared>,
    req: Settings,
) -> Result<Settings, IpcError> {
    shell.set_settings(&req).await?;
    Ok(shell.settings())
}

/// Returns what may leave.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_limits(shell: State<'_, Shared>) -> Result<Limits, IpcError> {
    Ok(shell.app.limits()?.into())
}

/// Sets what may leave, with and without the passphrase. Letting more leave needs consent and the
/// passphrase.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_limits(shell: State<'_, Shared>, req: Limits) -> Result<Limits, IpcError> {
    shell.app.set_limits(req.into()).await?;
    Ok(shell.app.limits()?.into())
}

/// Asks the server what is new. Progress comes as `AppEvent`s.
#[tauri::command]
#[specta::specta]
pub async fn cmd_sync_wallet(
    shell: State<'_, Shared>,
    req: SyncRequest,
) -> Result<SyncReport, IpcError> {
    let scope = if req.full {
        SyncScope::Everything
    } else {
        SyncScope::Usual
    };
    shell
        .sync_for_somebody(parse::wallet_id(req.wallet_id.as_deref())?, scope)
        .await
}

/// Stops the sync that goes on, if any. What it learnt stays.
#[tauri::command]
#[specta::specta]
pub async fn cmd_cancel_sync(shell: State<'_, Shared>, req: WalletRef) -> Result<(), IpcError> {
    Ok(shell
        .app
        .cancel_sync(parse::wallet_id(req.wallet_id.as_deref())?)?)
}

/// Notes a fault of the page, such as an error that nobody caught.
#[tauri::command]
#[specta::specta]
pub async fn cmd_report_page_error(req: PageError) -> Result<(), IpcError> {
    req.note();
    #[cfg(feature = "dangerous-leak")]
    crate::leak::into_answer()?;
    Ok(())
}
