//! The console's window: opening, beginning, closing.

use satchel_wire::console::event::ConsoleEvent;
use satchel_wire::console::settings::ConsoleSnapshot;
use satchel_wire::{Code, IpcError};
use tauri::State;
use tauri::ipc::Channel;

use crate::console::SharedConsole;
use crate::page_error::PageError;
use crate::shell::Shared;

/// Opens the node console in a window of its own; on a phone it lies over the wallet's page, until `console_closed` is told.
#[tauri::command]
#[specta::specta]
pub async fn cmd_open_console(console: State<'_, SharedConsole>) -> Result<(), IpcError> {
    console.screen.open().map_err(|error| {
        tracing::error!(%error, "the console's window did not open");
        IpcError::new(Code::Internal, "The console's window could not be opened.")
    })
}

/// Says that the console's page listens, and returns what it needs first. From here on the node is watched, and no
/// event is sent before; the channel of a second call takes the place of the first one's.
#[tauri::command]
#[specta::specta]
pub async fn cmd_console_ready(
    console: State<'_, SharedConsole>,
    shell: State<'_, Shared>,
    events: Channel<ConsoleEvent>,
) -> Result<ConsoleSnapshot, IpcError> {
    console.connect(events);
    Ok(ConsoleSnapshot {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        phone: crate::form::is_phone(),
        theme: shell.settings().theme,
        config: console.console.node_config()?.into(),
        health: console.console.health()?.into(),
    })
}

/// Closes the console's window; the node is not watched any more.
#[tauri::command]
#[specta::specta]
pub async fn cmd_close_console(console: State<'_, SharedConsole>) -> Result<(), IpcError> {
    console.stop();
    console.screen.close();
    Ok(())
}

/// Notes a fault of the console's page, such as an error that nobody caught.
#[tauri::command]
#[specta::specta]
pub async fn cmd_report_console_error(req: PageError) -> Result<(), IpcError> {
    req.note();
    Ok(())
}
