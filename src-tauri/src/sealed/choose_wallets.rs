//! Second half of bringing wallets back: look for those that the words were used for, show the first
//! address of each, and write what their owner chooses.

use satchel_app::find_script_types::{Found, Search};
use satchel_app::recovery::Usage;
use satchel_app::recovery::{LOOKED_AT, Recovery, kind_name};
use satchel_app::restore_wallet::RestoreRequest;
use satchel_app::{AccessError, App, SeedAccess};
use satchel_types::{ScriptType, WalletRecord};
use satchel_wire::IpcError;
use tokio_util::sync::CancellationToken;

use super::answer::Answer;
use super::desk::{Replier, Session};
use super::enter_words::Wanted;
use super::view::{KindView, Outcome, View};

/// What its owner wants.
pub(super) enum Choice {
    /// The wallets are there.
    Made(Vec<WalletRecord>),
    /// Other words; the page waits for their view.
    Back(Replier),
    /// The window was closed.
    Gone,
}

/// Looks unless the script type is named, shows what there is, and writes what is chosen. The page
/// waits for an answer to `reply`.
///
/// # Errors
/// When the named wallet is here already, or it is locked or cannot be stored.
pub(super) async fn choose_wallets(
    session: &mut Session,
    reply: Replier,
    app: &App,
    access: &SeedAccess,
    wanted: &Wanted,
    mut recovery: Recovery,
) -> Result<Choice, IpcError> {
    let mut search = Some(reply);
    loop {
        if let Some(reply) = search.take() {
            let found = match wanted.script_type {
                Some(kind) => {
                    session.show(named(app, wanted, &recovery, kind)?);
                    reply.next();
                    Ok(true)
                }
                None => look(session, reply, app, wanted, &recovery).await,
            };
            if !found? {
                return Ok(Choice::Gone);
            }
        }
        let Some(turn) = session.next().await else {
            return Ok(Choice::Gone);
        };
        let (answer, reply) = turn.split();
        match answer {
            Answer::Choose(kinds) if !kinds.is_empty() => {
                let request = RestoreRequest {
                    request: wanted.request,
                    name: wanted.name.clone(),
                    script_types: kinds.into_iter().map(Into::into).collect(),
                };
                let made = app.restore_wallets(request, &recovery, access).await?;
                reply.done();
                return Ok(Choice::Made(made));
            }
            Answer::Choose(_) => reply.again("Choose at least one."),
            Answer::Extra(extra) => {
                recovery = recovery.with_passphrase(extra.into_secret())?;
                search = Some(reply);
            }
            Answer::Look => search = Some(reply),
            Answer::Back => return Ok(Choice::Back(reply)),
            // The search ended before its owner stopped it.
            Answer::Stop => reply.next(),
            _ => reply.misplaced(),
        }
    }
}

/// Lays out the one wallet whose script type was named.
fn named(
    app: &App,
    wanted: &Wanted,
    recovery: &Recovery,
    kind: ScriptType,
) -> Result<View, IpcError> {
    let known = app.known_script_types(recovery)?;
    let kinds: Vec<Found> = known
        .into_iter()
        .filter(|found| found.script_type == kind)
        .collect();
    if kinds.iter().any(|found| found.here) {
        let id = recovery.kind(kind).id;
        return Err(satchel_app::create_wallet::CreateWalletError::AlreadyHere { id }.into());
    }
    let nobody = Search {
        kinds,
        server: None,
        fault: None,
    };
    Ok(view(wanted, recovery, &nobody, Outcome::Named))
}

/// Searches, with a view of how far it is, until it ends or its owner stops it; then lays out what was
/// found. `false`: the window was closed.
async fn look(
    session: &mut Session,
    reply: Replier,
    app: &App,
    wanted: &Wanted,
    recovery: &Recovery,
) -> Result<bool, IpcError> {
    let kinds = ScriptType::ALL.len() as u32;
    let looking = |done| View::Looking {
        wallet: wanted.name.as_str().to_owned(),
        done,
        of: kinds,
    };
    session.show(looking(0));
    reply.next();
    let cancel = CancellationToken::new();
    let (told, mut news) = tokio::sync::watch::channel(0);
    let progress = |done| {
        told.send_replace(done);
    };
    let mut search = std::pin::pin!(app.find_script_types(recovery, cancel.clone(), &progress));
    let mut stops = Vec::new();
    let found: Result<Search, AccessError> = loop {
        tokio::select! {
            biased;
            found = &mut search => break found,
            turn = session.next() => {
                // Dropping the search ends its requests.
                let Some(turn) = turn else { return Ok(false) };
                let (answer, reply) = turn.split();
                if matches!(answer, Answer::Stop) {
                    cancel.cancel();
                    stops.push(reply);
                } else {
                    reply.misplaced();
                }
            }
            Ok(()) = news.changed() => session.show(looking(*news.borrow_and_update())),
        }
    };
    let found = found?;
    let outcome = outcome(&found, cancel.is_cancelled());
    session.show(view(wanted, recovery, &found, outcome));
    for reply in stops {
        reply.next();
    }
    Ok(true)
}

fn outcome(search: &Search, stopped: bool) -> Outcome {
    if search.found_any() {
        Outcome::Used
    } else if search.fault.is_none() {
        Outcome::Unused
    } else if stopped {
        Outcome::Stopped
    } else {
        Outcome::Unknown
    }
}

/// Lays out what there is to choose from: what was used is chosen, and where nothing was, the usual
/// kind.
fn view(wanted: &Wanted, recovery: &Recovery, search: &Search, outcome: Outcome) -> View {
    let chosen = |found: &Found| match outcome {
        Outcome::Named => true,
        Outcome::Used => found.usage == Usage::Used,
        _ => found.script_type == ScriptType::default(),
    };
    let kinds = search.kinds.iter().map(|found| KindView {
        script_type: found.script_type.into(),
        name: kind_name(found.script_type),
        bip: found.script_type.purpose(),
        first_address: recovery.kind(found.script_type).first_address(),
        used: match found.usage {
            Usage::Used => Some(true),
            Usage::Unused => Some(false),
            Usage::Unknown => None,
        },
        here: found.here,
        chosen: chosen(found) && !found.here,
    });
    View::ChooseWallets {
        wallet: wanted.name.as_str().to_owned(),
        outcome,
        server: search.server.clone(),
        fault: search.fault.as_ref().and_then(fault),
        extra: recovery.has_passphrase(),
        looked_at: LOOKED_AT,
        kinds: kinds.collect(),
    }
}

/// Says why not everything is known. That its owner stopped is said by the outcome.
fn fault(error: &satchel_app::backend::BackendError) -> Option<String> {
    use satchel_app::backend::BackendError;
    use satchel_ports::ChainError;
    match error {
        BackendError::Chain(ChainError::Cancelled) => None,
        other => Some(other.to_string()),
    }
}
