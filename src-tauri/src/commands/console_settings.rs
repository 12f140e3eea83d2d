//! Which node is asked, and how this program is let in.

use satchel_console::config::KeyWay;
use satchel_console::set_api_key::NewKey;
use satchel_secrets::SecretText;
use satchel_wire::console::settings::{
    NodeCheck, NodeConfig, NodeKey, SetApiKeyRequest, SetBaseUrlRequest,
};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::console::{ConsoleDesk, SharedConsole};
use crate::dialogs::FileKind;
use crate::sealed;
use crate::shell::{Shared, Shell, cancelled};

/// Sets the node that is asked, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_base_url(
    console: State<'_, SharedConsole>,
    req: SetBaseUrlRequest,
) -> Result<NodeConfig, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let set = async {
        console
            .console
            .set_base_url(
                req.url.as_deref(),
                req.esplora_url.as_deref(),
                req.proxy.as_deref(),
            )
            .await?;
        Ok(console.console.node_config()?.into())
    };
    console.calls.node_set.run(request, set).await
}

/// Sets how this program is let in. What is secret about it is typed in the sealed window and never told again; a
/// cookie file is chosen in the system's own dialog.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_api_key(
    console: State<'_, SharedConsole>,
    shell: State<'_, Shared>,
    req: SetApiKeyRequest,
) -> Result<NodeConfig, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let set = async {
        let key = new_key(&console, &shell, req.key).await?;
        console.console.set_api_key(key).await?;
        Ok(console.console.node_config()?.into())
    };
    console.calls.key_set.run(request, set).await
}

async fn new_key(console: &ConsoleDesk, shell: &Shell, key: NodeKey) -> Result<NewKey, IpcError> {
    Ok(match key {
        NodeKey::None => NewKey::None,
        NodeKey::Cookie { network } => NewKey::Cookie(network.into()),
        NodeKey::CookieFile => {
            let path = shell.files.open(FileKind::Cookie).await;
            NewKey::CookieFile(path.ok_or_else(cancelled)?.to_path_buf())
        }
        NodeKey::Login { user } => {
            let password = typed(console, shell, KeyWay::Login, Some(&user)).await?;
            NewKey::Login { user, password }
        }
        NodeKey::Authorization => {
            NewKey::Authorization(typed(console, shell, KeyWay::Authorization, None).await?)
        }
        NodeKey::ApiKey => NewKey::ApiKey(typed(console, shell, KeyWay::ApiKey, None).await?),
    })
}

async fn typed(
    console: &ConsoleDesk,
    shell: &Shell,
    way: KeyWay,
    user: Option<&str>,
) -> Result<SecretText, IpcError> {
    let node = console.console.node_config()?.url;
    // Nobody types one for nothing.
    let node = node.ok_or_else(|| IpcError::new(Code::NoBackend, "No node is set."))?;
    let theme = shell.settings().theme;
    let typed = sealed::node_key(&shell.desk, theme, &node, way, user).await?;
    typed.ok_or_else(cancelled)
}

/// Returns which node is asked and how this program is let in; never the key.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_config(console: State<'_, SharedConsole>) -> Result<NodeConfig, IpcError> {
    Ok(console.console.node_config()?.into())
}

/// Asks the node, its wallets and the server beside it right now, and says what came of it.
#[tauri::command]
#[specta::specta]
pub async fn cmd_check_connection(
    console: State<'_, SharedConsole>,
) -> Result<NodeCheck, IpcError> {
    Ok(console.console.check_connection().await.into())
}
