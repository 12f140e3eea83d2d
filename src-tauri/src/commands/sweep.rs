//! Moving the coins of a wallet whose keys a lost device holds.

use satchel_types::WalletId;
use satchel_wire::draft::Draft;
use satchel_wire::sweep::{DraftSweepRequest, SweepDraft, SweepList, SweepRequest};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns the wallets whose coins are to be moved because a removed device holds their keys, and how far each is.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_sweeps(shell: State<'_, Shared>) -> Result<SweepList, IpcError> {
    Ok(shell.app.sweeps()?.into())
}

/// Makes the wallet of new words that gets the coins. The passphrase is asked for in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_begin_sweep(
    shell: State<'_, Shared>,
    req: SweepRequest,
) -> Result<SweepList, IpcError> {
    let (request, wallet) = read(&req)?;
    let begin = async {
        let access = shell.access_to_add().await?;
        shell.app.begin_sweep(wallet, &access)?;
        Ok(shell.app.sweeps()?.into())
    };
    shell.calls.swept.run(request, begin).await
}

/// Prepares the payment of everything to it. It is sent like any other: its owner agrees and proves it.
#[tauri::command]
#[specta::specta]
pub async fn cmd_draft_sweep(
    shell: State<'_, Shared>,
    req: DraftSweepRequest,
) -> Result<SweepDraft, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let wallet = wallet(&req.wallet_id)?;
    let rate = req.fee_rate.map(parse::fee_rate).transpose()?;
    let locked = req.locked.map(Into::into);
    let draft = async {
        let made = Box::pin(shell.app.draft_sweep(wallet, rate, locked)).await?;
        let report = shell.app.draft_report(made.draft.clone())?;
        Ok(SweepDraft::new(Draft::from(report), &made))
    };
    shell.calls.drafted.run(request, draft).await
}

/// Puts the old wallet away, once all was moved.
#[tauri::command]
#[specta::specta]
pub async fn cmd_finish_sweep(
    shell: State<'_, Shared>,
    req: SweepRequest,
) -> Result<SweepList, IpcError> {
    let (_, wallet) = read(&req)?;
    shell.app.finish_sweep(wallet)?;
    Ok(shell.app.sweeps()?.into())
}

/// Leaves the coins where they are, after consent: the lost device was erased.
#[tauri::command]
#[specta::specta]
pub async fn cmd_waive_sweep(
    shell: State<'_, Shared>,
    req: SweepRequest,
) -> Result<SweepList, IpcError> {
    let (_, wallet) = read(&req)?;
    shell.app.waive_sweep(wallet).await?;
    Ok(shell.app.sweeps()?.into())
}

fn read(req: &SweepRequest) -> Result<(satchel_types::RequestId, WalletId), IpcError> {
    Ok((parse::request_id(&req.request_id)?, wallet(&req.wallet_id)?))
}

fn wallet(text: &str) -> Result<WalletId, IpcError> {
    parse::wallet_id(Some(text))?
        .ok_or_else(|| IpcError::new(Code::BadInput, "wallet_id: which wallet?"))
}
