//! Bringing wallets back from recovery words.

use satchel_app::App;
use satchel_app::find_script_types::{Found, Search};
use satchel_app::recovery::Usage;
use satchel_app::recovery::{Recovery, kind_name};
use satchel_app::restore_wallet::RestoreRequest;
use satchel_types::{ScriptType, WalletName};
use satchel_wire::IpcError;
use satchel_wire::wallet_file::Restored;
use tokio_util::sync::CancellationToken;

use crate::args::FindArg;
use crate::compose::{Session, request_id};
use crate::output::Output;

/// Brings back the wallets of words: those of the script type asked for, or those that were used.
///
/// Where a person can be asked, they see the first address of each and say whether it is theirs, before
/// anything is written. A script has nobody to compare addresses: it gets them in the answer.
pub async fn run(
    name: WalletName,
    script_type: FindArg,
    recovery: &Recovery,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let request = request_id()?;
    let (app, access) = session.unlock_or_create().await?;
    let chosen = match asked_for(script_type) {
        Some(kind) => {
            let known = app.known_script_types(recovery)?;
            known
                .into_iter()
                .filter(|f| f.script_type == kind)
                .collect()
        }
        None => found(app, recovery, output).await?,
    };
    // What is here already is told as such, and nobody is asked about it.
    if session.can_ask() && !chosen.iter().all(|found| found.here) {
        app.agree_to_restore(recovery, &chosen).await?;
    }
    let wanted = RestoreRequest {
        request,
        name,
        script_types: chosen.iter().map(|found| found.script_type).collect(),
    };
    let made = app.restore_wallets(wanted, recovery, &access).await?;
    output.answer(&Restored::new(&made)?)
}

fn asked_for(arg: FindArg) -> Option<ScriptType> {
    match arg {
        FindArg::Auto => None,
        FindArg::Taproot => Some(ScriptType::Taproot),
        FindArg::Segwit => Some(ScriptType::Segwit),
        FindArg::NestedSegwit => Some(ScriptType::NestedSegwit),
        FindArg::Legacy => Some(ScriptType::Legacy),
    }
}

/// Returns the script types that were used; when none was, the usual one.
///
/// # Errors
/// When the server could not be asked about all of them. It is not taken for "unused": the owner
/// may name a script type instead.
async fn found(app: &App, recovery: &Recovery, output: &Output) -> Result<Vec<Found>, IpcError> {
    let search = search(app, recovery, output).await?;
    if let Some(fault) = search.fault {
        let error = IpcError::from(fault);
        let message = format!(
            "It is not known which script types were used: {}. Try again, or name one with \
             --script-type.",
            error.message
        );
        return Err(IpcError { message, ..error });
    }
    let server = search.server.as_deref().unwrap_or("the server");
    let used: Vec<Found> = search
        .kinds
        .iter()
        .filter(|found| found.usage == Usage::Used)
        .copied()
        .collect();
    if !used.is_empty() {
        let names: Vec<_> = used.iter().map(|f| kind_name(f.script_type)).collect();
        output.note(&format!("{server} knows payments: {}.", names.join(", ")));
        return Ok(used);
    }
    output.note(&format!(
        "{server} knows no payment to these words, so {} is taken.",
        kind_name(ScriptType::default())
    ));
    if recovery.has_passphrase() {
        output.note(
            "An extra passphrase that is typed differently makes another wallet, an empty one: \
             check yours.",
        );
    }
    let usual = |found: &Found| found.script_type == ScriptType::default();
    Ok(search.kinds.into_iter().filter(usual).collect())
}

/// Searches; Ctrl-C cancels, and nothing is written.
async fn search(app: &App, recovery: &Recovery, output: &Output) -> Result<Search, IpcError> {
    output.note("Looking for payments to these words…");
    let cancel = CancellationToken::new();
    let search = app.find_script_types(recovery, cancel.clone(), &|_| {});
    let mut search = std::pin::pin!(search);
    let done = tokio::select! {
        done = &mut search => done,
        _ = tokio::signal::ctrl_c() => {
            cancel.cancel();
            search.await
        }
    };
    Ok(done?)
}
