//! Task: choose a new passphrase.

use std::sync::Arc;

use satchel_secrets::Passphrase;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::desk::Desk;
use super::view::{Purpose, View};

/// Asks for a new passphrase. `None`: its owner closed the window.
///
/// The page has it typed twice; that both are the same is the page's to check, since a wrong
/// page could send one text twice anyway.
///
/// # Errors
/// When no window can be shown.
pub async fn new_passphrase(
    desk: &Arc<Desk>,
    theme: Theme,
    purpose: Purpose,
) -> Result<Option<Passphrase>, IpcError> {
    let view = View::NewPassphrase {
        purpose,
        min_chars: Passphrase::MIN_NEW_CHARS,
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        let Answer::Passphrase(typed) = answer else {
            reply.misplaced();
            continue;
        };
        let passphrase = Passphrase::new(typed.into_secret())
            .and_then(|passphrase| passphrase.check_strength_for_new().map(|()| passphrase));
        match passphrase {
            Ok(passphrase) => {
                reply.done();
                return Ok(Some(passphrase));
            }
            Err(error) => reply.again(&error.to_string()),
        }
    }
    Ok(None)
}
