//! Task: change the passphrase.

use std::sync::Arc;

use satchel_app::App;
use satchel_app::set_passphrase::SetPassphraseError;
use satchel_app::unlock::UnlockError;
use satchel_secrets::Passphrase;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::desk::Desk;
use super::view::View;

/// Asks for the current passphrase and a new one until both do. `false`: its owner closed the
/// window; the old one still works.
///
/// # Errors
/// When consent is refused, the vault cannot be written, or no window can be shown.
pub async fn change_passphrase(
    desk: &Arc<Desk>,
    theme: Theme,
    app: &App,
) -> Result<bool, IpcError> {
    let view = View::ChangePassphrase {
        min_chars: Passphrase::MIN_NEW_CHARS,
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        let Answer::Change { current, new } = answer else {
            reply.misplaced();
            continue;
        };
        let both = Passphrase::new(current.into_secret())
            .and_then(|current| Ok((current, Passphrase::new(new.into_secret())?)));
        let (current, new) = match both {
            Ok(both) => both,
            Err(error) => {
                reply.again(&error.to_string());
                continue;
            }
        };
        match app.set_passphrase(current, new).await {
            Ok(()) => {
                reply.done();
                return Ok(true);
            }
            Err(SetPassphraseError::Current(UnlockError::WrongPassphrase)) => {
                reply.again("The current passphrase is not right.");
            }
            Err(SetPassphraseError::Current(UnlockError::TooManyAttempts { seconds })) => {
                reply.again_after("Too many wrong tries.", seconds);
            }
            Err(SetPassphraseError::New(error)) => reply.again(&error.to_string()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}
