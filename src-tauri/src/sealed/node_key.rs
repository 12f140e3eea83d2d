//! Task: take what lets this program in at a node.

use std::sync::Arc;

use satchel_console::config::KeyWay;
use satchel_secrets::SecretText;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::desk::Desk;
use super::view::{NodeKeyView, View};

/// Asks for a password or the value of a header. Whether it is right the node says later. `None`: its owner closed the
/// window.
///
/// # Errors
/// When no window can be shown.
pub async fn node_key(
    desk: &Arc<Desk>,
    theme: Theme,
    node: &str,
    way: KeyWay,
    user: Option<&str>,
) -> Result<Option<SecretText>, IpcError> {
    let view = View::NodeKey {
        node: node.to_owned(),
        user: user.map(str::to_owned),
        way: match way {
            KeyWay::Authorization => NodeKeyView::Authorization,
            KeyWay::ApiKey => NodeKeyView::ApiKey,
            KeyWay::Login | KeyWay::None | KeyWay::Cookie | KeyWay::CookieFile => {
                NodeKeyView::Password
            }
        },
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        match answer {
            Answer::Passphrase(typed) if typed.is_empty() => reply.again("Type the key."),
            Answer::Passphrase(typed) => {
                reply.done();
                return Ok(Some(typed.into_secret()));
            }
            _ => reply.misplaced(),
        }
    }
    Ok(None)
}
