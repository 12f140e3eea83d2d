//! Task: type the recovery words.

use std::sync::Arc;

use satchel_app::create_wallet::CreateWallet;
use satchel_app::{App, SeedAccess};
use satchel_keys::{RecoveryWords, WordsError};
use satchel_types::WalletRecord;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::desk::Desk;
use super::view::View;

/// Asks for recovery words until they fit together, and brings their wallet back. `None`: its
/// owner closed the window.
///
/// # Errors
/// When the wallet is here already or cannot be stored, or no window can be shown.
pub async fn enter_words(
    desk: &Arc<Desk>,
    theme: Theme,
    app: &App,
    access: &SeedAccess,
    request: CreateWallet,
) -> Result<Option<WalletRecord>, IpcError> {
    let view = View::EnterWords {
        wallet: request.name.as_str().to_owned(),
        list: RecoveryWords::list(),
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        let Answer::Words { words, extra } = answer else {
            reply.misplaced();
            continue;
        };
        match RecoveryWords::parse(&words.into_secret()) {
            Ok(words) => {
                let extra = (!extra.is_empty()).then(|| extra.into_secret());
                let record = app.restore_wallet(request, words, extra, access).await?;
                reply.done();
                return Ok(Some(record));
            }
            Err(error @ WordsError::UnknownWord { position }) => {
                reply.again_at(&error.to_string(), position);
            }
            Err(error) => reply.again(&error.to_string()),
        }
    }
    Ok(None)
}
