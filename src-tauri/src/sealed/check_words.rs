//! Task: ask some recovery words back.

use std::sync::Arc;

use satchel_app::App;
use satchel_types::WalletId;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::desk::Desk;
use super::view::View;

/// Asks some words until they are right, which the wallet then notes. `false`: its owner closed
/// the window.
///
/// # Errors
/// When the words cannot be looked up, or no window can be shown.
pub async fn check_words(
    desk: &Arc<Desk>,
    theme: Theme,
    app: &App,
    id: WalletId,
) -> Result<bool, IpcError> {
    let quiz = app.ask_words(Some(id)).await?;
    let view = View::CheckWords {
        wallet: quiz.wallet().name.as_str().to_owned(),
        positions: quiz.positions().iter().map(|i| i + 1).collect(),
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        match answer {
            Answer::Check(words) => {
                let answers: Vec<_> = words.into_iter().map(super::Typed::into_secret).collect();
                if app.check_words(&quiz, &answers)? {
                    reply.done();
                    return Ok(true);
                }
                reply.again("Not all of these are right. Look at what you wrote down.");
            }
            _ => reply.misplaced(),
        }
    }
    Ok(false)
}
