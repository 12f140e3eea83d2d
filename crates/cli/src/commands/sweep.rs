//! Moving the coins of wallets whose keys a removed device holds: as far as it goes now.

use std::io::IsTerminal;

use satchel_app::App;
use satchel_app::sweep::{Sweep, SweepStep};
use satchel_app::sweep_steps::LockedCoins;
use satchel_app::sync::SyncScope;
use satchel_secrets::SecretText;
use satchel_types::{FeeRate, WalletId};
use satchel_wire::sweep::SweepList;
use satchel_wire::{Code, IpcError};

use super::money::synced;
use super::wallet::show_words;
use crate::args::LockedArg;
use crate::compose::Session;
use crate::output::Output;
use crate::secret_input;

/// What is wanted.
pub struct How<'a> {
    pub wallet: Option<&'a str>,
    pub fee_rate: Option<FeeRate>,
    pub locked: Option<LockedArg>,
    pub status: bool,
    pub leave_all: bool,
}

pub async fn run(how: &How<'_>, session: &Session, output: &Output) -> Result<(), IpcError> {
    let (app, access) = session.unlock_or_create().await?;
    let only = match how.wallet {
        Some(text) => Some(app.wallet_named(text)?.id),
        None => None,
    };
    if let (true, Some(wallet)) = (how.leave_all, only) {
        app.waive_sweep(wallet).await?;
    } else if !how.status {
        let mut failed = None;
        let all = wanted(app, only)?;
        let several = all.len() > 1;
        for sweep in all {
            let moving = Box::pin(move_one(app, &access, sweep.wallet, how, output)).await;
            if let Err(error) = moving {
                // The others are in the same danger, whatever is the matter with this one.
                if several {
                    output.note(&format!("{}: {}", sweep.name, error.message));
                }
                failed = failed.or(Some(error));
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
    }
    output.answer(&SweepList::from(wanted(app, only)?))
}

/// Goes with one wallet as far as it goes now.
async fn move_one(
    app: &App,
    access: &satchel_app::SeedAccess,
    wallet: WalletId,
    how: &How<'_>,
    output: &Output,
) -> Result<(), IpcError> {
    // What the chain knows decides what is next.
    synced(app, Some(wallet), SyncScope::Usual).await?;
    while let Some(sweep) = wanted(app, Some(wallet))?.pop() {
        if !Box::pin(step(app, access, &sweep, how, output)).await? {
            break;
        }
    }
    Ok(())
}

fn wanted(app: &App, only: Option<WalletId>) -> Result<Vec<Sweep>, IpcError> {
    let mut sweeps = app.sweeps()?;
    sweeps.retain(|sweep| only.is_none_or(|id| sweep.wallet == id));
    Ok(sweeps)
}

/// Takes the next step; says whether another may follow at once.
async fn step(
    app: &App,
    access: &satchel_app::SeedAccess,
    sweep: &Sweep,
    how: &How<'_>,
    output: &Output,
) -> Result<bool, IpcError> {
    let name = &sweep.name;
    match sweep.step {
        SweepStep::Elsewhere => {
            output.note(&format!(
                "{name}: its keys are on another device; run this there."
            ));
            Ok(false)
        }
        SweepStep::Begin => {
            let new = app.begin_sweep(sweep.wallet, access)?;
            let new = new.name.as_str();
            output.note(&format!("{name}: its coins go to the new wallet {new}."));
            Ok(true)
        }
        SweepStep::Words => prove_words(app, sweep, output).await,
        SweepStep::Draft => {
            let locked = how.locked.map(|locked| match locked {
                LockedArg::Move => LockedCoins::Move,
                LockedArg::Leave => LockedCoins::Leave,
            });
            let drafted = Box::pin(app.draft_sweep(sweep.wallet, how.fee_rate, locked)).await?;
            let (left, worth) = drafted.left;
            if left > 0 {
                output.note(&format!(
                    "{name}: {left} coins stay, worth {} sat together.",
                    worth.to_sat()
                ));
            }
            if drafted.fee_percent >= 5 {
                output.note(&format!(
                    "{name}: the fee is {} % of what is moved.",
                    drafted.fee_percent
                ));
            }
            if drafted.later > 0 {
                output.note(&format!(
                    "{name}: {} more coins follow; payments to come after this one: {}.",
                    drafted.more, drafted.later
                ));
            }
            Ok(true)
        }
        SweepStep::Send => {
            let draft = sweep.draft.ok_or_else(gone)?;
            let sent = Box::pin(app.send_draft(draft)).await?;
            let payments = sweep.payments;
            let said = match payments.sent + payments.left {
                1 => "sent".to_owned(),
                all => format!("payment {} of {all} was sent", payments.sent + 1),
            };
            output.note(&format!("{name}: {said} as {}.", sent.txid));
            // What did not fit goes next.
            Ok(true)
        }
        SweepStep::Wait => {
            output.note(&format!(
                "{name}: waits for a block. Run this again when there was one."
            ));
            Ok(false)
        }
        SweepStep::PutAway => {
            app.finish_sweep(sweep.wallet)?;
            output.note(&format!("{name}: all was moved; the wallet is put away."));
            Ok(false)
        }
    }
}

fn gone() -> IpcError {
    IpcError::new(Code::UnknownDraft, "There is no such draft.")
}

/// Shows the words of the new wallet and asks some of them back; without a terminal a backup does as well.
async fn prove_words(app: &App, sweep: &Sweep, output: &Output) -> Result<bool, IpcError> {
    let Some((to, name)) = &sweep.to else {
        return Ok(true);
    };
    if output.is_json() || !std::io::stdout().is_terminal() {
        output.note(&format!(
            "Write a backup of {name} with `satchel backup`, or run this on a terminal to see its words."
        ));
        return Ok(false);
    }
    show_words(&app.reveal_words(Some(*to)).await?);
    output.aside("Write these words down. Some of them are asked now.");
    let quiz = app.ask_words(Some(*to)).await?;
    let mut answers: Vec<SecretText> = Vec::new();
    for position in quiz.positions() {
        answers.push(secret_input::ask(&format!("Word {}: ", position + 1))?);
    }
    if !app.check_words(&quiz, &answers)? {
        return Err(IpcError::new(
            Code::BadWords,
            "These are not the words. Look at what you wrote down and run this again.",
        ));
    }
    Ok(true)
}
