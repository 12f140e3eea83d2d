//! Task: show the recovery words.

use std::sync::Arc;

use satchel_keys::RecoveryWords;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::desk::Desk;
use super::hazmat;
use super::view::{View, WordsOf};

/// Shows words, for which consent was given already, until their owner closes the window.
///
/// The page gets them each time it asks to show them, and forgets them each time it hides them.
///
/// # Errors
/// When no window can be shown.
pub async fn show_words(
    desk: &Arc<Desk>,
    theme: Theme,
    wallet: String,
    words: RecoveryWords,
    of: WordsOf,
) -> Result<(), IpcError> {
    let view = View::ShowWords {
        wallet,
        count: words.word_count(),
        of,
    };
    let mut session = desk.open(theme, view).await?;
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        match answer {
            Answer::Reveal => {
                let text = hazmat::words_for_the_page(&words);
                #[cfg(feature = "dangerous-leak")]
                crate::leak::words(&text);
                reply.secret(text);
            }
            Answer::Done => {
                reply.done();
                return Ok(());
            }
            _ => reply.misplaced(),
        }
    }
    Ok(())
}
