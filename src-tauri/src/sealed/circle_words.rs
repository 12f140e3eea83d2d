//! Task: type the words that bring back what lost devices shared.

use std::sync::Arc;

use satchel_app::recover_circle::{RecoverCircleError, RecoveredCircle};
use satchel_keys::RecoveryWords;
use satchel_wire::session::Theme;
use satchel_wire::{Code, IpcError};

use super::answer::Answer;
use super::desk::Desk;
use super::enter_words::refuse;
use super::view::{View, WordsOf};

/// Asks for the words until they open what lies there. `None`: its owner closed the window, and nothing was written.
///
/// # Errors
/// When there is nothing that could be opened, or no window can be shown.
pub async fn circle_words(
    desk: &Arc<Desk>,
    theme: Theme,
    objects: Vec<Vec<u8>>,
) -> Result<Option<RecoveredCircle>, IpcError> {
    let objects = Arc::new(objects);
    let view = View::EnterWords {
        wallet: String::new(),
        list: RecoveryWords::list(),
        of: WordsOf::Circle,
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        let (words, whole) = match answer {
            Answer::Verify(words) => (words, false),
            Answer::Words { words, extra } if extra.is_empty() => (words, true),
            _ => {
                reply.misplaced();
                continue;
            }
        };
        let words = match RecoveryWords::parse(&words.into_secret()) {
            Ok(words) => words,
            Err(error) => {
                refuse(reply, error);
                continue;
            }
        };
        if !whole {
            reply.fits();
            continue;
        }
        let asked = Arc::clone(&objects);
        // Everything is verified and opened: seconds, for years of changes.
        let opened = tokio::task::spawn_blocking(move || RecoveredCircle::of(&asked, &words));
        let opened = opened
            .await
            .map_err(|_| IpcError::new(Code::Internal, "The work was stopped by a fault."))?;
        match opened {
            Ok(recovered) => {
                reply.done();
                return Ok(Some(recovered));
            }
            Err(RecoverCircleError::WrongWords) => {
                reply.again("These words do not open what your devices left there.");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
