//! Task: take the password of a place where devices meet.

use std::sync::Arc;

use satchel_secrets::SecretText;
use satchel_types::PlaceAddress;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::desk::Desk;
use super::view::View;

/// Asks for the password with which somebody logs in at a place. Whether it is right the place says later. `None`: its
/// owner closed the window.
///
/// # Errors
/// When no window can be shown.
pub async fn place_password(
    desk: &Arc<Desk>,
    theme: Theme,
    place: &PlaceAddress,
    user: &str,
) -> Result<Option<SecretText>, IpcError> {
    let view = View::PlacePassword {
        place: place.to_string(),
        user: user.to_owned(),
        key: matches!(place, PlaceAddress::S3 { .. }),
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        match answer {
            Answer::Passphrase(typed) if typed.is_empty() => reply.again("Type the password."),
            Answer::Passphrase(typed) => {
                reply.done();
                return Ok(Some(typed.into_secret()));
            }
            _ => reply.misplaced(),
        }
    }
    Ok(None)
}
