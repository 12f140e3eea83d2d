//! Task: type the recovery words, and say which of their wallets are meant.

use std::sync::Arc;

use bitcoin::Network;
use satchel_app::recovery::Recovery;
use satchel_app::{App, SeedAccess};
use satchel_keys::{RecoveryWords, WordsError};
use satchel_secrets::SecretText;
use satchel_types::{RequestId, ScriptType, WalletName, WalletRecord};
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::answer::Answer;
use super::choose_wallets::{Choice, choose_wallets};
use super::desk::{Desk, Replier, Session};
use super::view::{View, WordsOf};

/// What to bring back.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Made by the page for this one intent.
    pub request: RequestId,
    /// The name of the first wallet.
    pub name: WalletName,
    /// Its network.
    pub network: Network,
    /// Its script type; `None`: those that the words were used for.
    pub script_type: Option<ScriptType>,
}

/// Asks for recovery words until they fit together, then which of their wallets are the owner's, and
/// brings those back. `None`: its owner closed the window, and nothing was written.
///
/// # Errors
/// When the wallet is here already or cannot be stored, or no window can be shown.
pub async fn enter_words(
    desk: &Arc<Desk>,
    theme: Theme,
    app: &App,
    access: &SeedAccess,
    wanted: Wanted,
) -> Result<Option<Vec<WalletRecord>>, IpcError> {
    let view = || View::EnterWords {
        wallet: wanted.name.as_str().to_owned(),
        list: RecoveryWords::list(),
        of: WordsOf::Wallet,
    };
    let mut session = desk.open(theme, view()).await?;
    while let Some((recovery, reply)) = take_words(&mut session, wanted.network).await {
        match choose_wallets(&mut session, reply, app, access, &wanted, recovery).await? {
            Choice::Made(records) => return Ok(Some(records)),
            Choice::Back(reply) => {
                session.show(view());
                reply.next();
            }
            Choice::Gone => return Ok(None),
        }
    }
    Ok(None)
}

/// Takes words until they fit together. The page waits for an answer to the last ones.
async fn take_words(session: &mut Session, network: Network) -> Option<(Recovery, Replier)> {
    while let Some(turn) = session.next().await {
        let (answer, reply) = turn.split();
        match answer {
            Answer::Verify(words) => match RecoveryWords::parse(&words.into_secret()) {
                Ok(_) => reply.fits(),
                Err(error) => refuse(reply, error),
            },
            Answer::Words { words, extra } => {
                let words = match RecoveryWords::parse(&words.into_secret()) {
                    Ok(words) => words,
                    Err(error) => {
                        refuse(reply, error);
                        continue;
                    }
                };
                let extra: Option<SecretText> = (!extra.is_empty()).then(|| extra.into_secret());
                match Recovery::new(words, extra, network) {
                    Ok(recovery) => return Some((recovery, reply)),
                    Err(error) => reply.again(&error.to_string()),
                }
            }
            _ => reply.misplaced(),
        }
    }
    None
}

pub(super) fn refuse(reply: Replier, error: WordsError) {
    match error {
        WordsError::UnknownWord { position } => reply.again_at(&error.to_string(), position),
        _ => reply.again(&error.to_string()),
    }
}
