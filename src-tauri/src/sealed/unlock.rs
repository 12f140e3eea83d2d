//! Task: unlock with the passphrase.

use std::sync::Arc;

use satchel_app::unlock::UnlockError;
use satchel_app::{App, SeedAccess};
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::desk::Desk;
use super::view::View;

/// Asks for the passphrase until it opens the vault. Returns access to its seeds, for what is to be
/// done at once; `None`: its owner closed the window.
///
/// # Errors
/// When no passphrase would open the vault, or no window can be shown.
pub async fn unlock(
    desk: &Arc<Desk>,
    theme: Theme,
    app: &App,
) -> Result<Option<SeedAccess>, IpcError> {
    let mut session = desk.open(theme, View::Unlock).await?;
    while let Some((passphrase, reply)) = session.next_passphrase().await {
        match app.unlock(passphrase).await {
            Ok(access) => {
                reply.done();
                return Ok(Some(access));
            }
            Err(UnlockError::WrongPassphrase) => reply.again("That is not the passphrase."),
            Err(UnlockError::TooManyAttempts { seconds }) => {
                reply.again_after("Too many wrong tries.", seconds);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
