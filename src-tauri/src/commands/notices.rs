//! What the owner has to hear of.

use satchel_wire::notice::{NoticeList, NoticeQuery, NoticeRef};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns what the owner has to hear of, in all wallets, newest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_notices(
    shell: State<'_, Shared>,
    req: NoticeQuery,
) -> Result<NoticeList, IpcError> {
    Ok(shell.app.notices(req.all)?.into())
}

/// Puts a notice away on this device. Other devices tell it until it is put away there.
#[tauri::command]
#[specta::specta]
pub async fn cmd_dismiss_notice(shell: State<'_, Shared>, req: NoticeRef) -> Result<(), IpcError> {
    Ok(shell
        .app
        .dismiss_notice(parse::notice_id(&req.notice_id)?)?)
}
