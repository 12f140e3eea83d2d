//! How the node is.

use satchel_wire::IpcError;
use satchel_wire::console::health::{NodeHealth, NodeLiveness, NodeReadiness};
use tauri::State;

use crate::console::SharedConsole;

/// Says what is known of the node, how old it is and what is wrong. Asks nothing.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_health(console: State<'_, SharedConsole>) -> Result<NodeHealth, IpcError> {
    Ok(console.console.health()?.into())
}

/// Says whether the node answers right now.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_liveness(console: State<'_, SharedConsole>) -> Result<NodeLiveness, IpcError> {
    Ok(console.console.liveness().await.into())
}

/// Says whether what the node says can be relied upon right now, and why not.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_readiness(
    console: State<'_, SharedConsole>,
) -> Result<NodeReadiness, IpcError> {
    Ok(console.console.readiness().await?.into())
}
