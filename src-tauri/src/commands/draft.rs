//! Payments that are being prepared, sent and cancelled.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bitcoin::consensus::encode::serialize_hex;
use satchel_app::cancel::CancelPayment;
use satchel_wire::draft::{
    BumpRequest, CancelRequest, Cancelled, CreateDraftRequest, Draft, DraftRef, FeeEstimates, Sent,
    Signed,
};
use satchel_wire::wallet::WalletRef;
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns fee rates for several waits.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_fee_estimates(
    shell: State<'_, Shared>,
    req: WalletRef,
) -> Result<FeeEstimates, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    Ok(shell.app.fee_estimates(id).await?.into())
}

/// Prepares a payment. The same request returns the same draft.
#[tauri::command]
#[specta::specta]
pub async fn cmd_create_draft(
    shell: State<'_, Shared>,
    req: CreateDraftRequest,
) -> Result<Draft, IpcError> {
    let draft = shell.app.create_draft(req.try_into()?).await?;
    Ok(shell.app.draft_report(draft)?.into())
}

/// Prepares a pending payment again with a higher fee.
#[tauri::command]
#[specta::specta]
pub async fn cmd_bump_transaction(
    shell: State<'_, Shared>,
    req: BumpRequest,
) -> Result<Draft, IpcError> {
    let draft = shell.app.bump_payment(req.try_into()?).await?;
    Ok(shell.app.draft_report(draft)?.into())
}

/// Returns one draft.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_draft(shell: State<'_, Shared>, req: DraftRef) -> Result<Draft, IpcError> {
    let draft = shell.app.draft(parse::draft_id(&req.draft_id)?)?;
    Ok(shell.app.draft_report(draft)?.into())
}

/// Returns the drafts of a wallet, newest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_drafts(
    shell: State<'_, Shared>,
    req: WalletRef,
) -> Result<Vec<Draft>, IpcError> {
    let drafts = shell
        .app
        .drafts(parse::wallet_id(req.wallet_id.as_deref())?)?;
    let reports = drafts
        .into_iter()
        .map(|draft| Ok(shell.app.draft_report(draft)?.into()));
    reports.collect()
}

/// Asks for consent, signs and sends. The same draft is sent once.
#[tauri::command]
#[specta::specta]
pub async fn cmd_send_transaction(
    shell: State<'_, Shared>,
    req: DraftRef,
) -> Result<Sent, IpcError> {
    let sent = shell
        .app
        .send_draft(parse::draft_id(&req.draft_id)?)
        .await?;
    Ok(sent.into())
}

/// Asks for consent and signs, without sending.
#[tauri::command]
#[specta::specta]
pub async fn cmd_sign_transaction(
    shell: State<'_, Shared>,
    req: DraftRef,
) -> Result<Signed, IpcError> {
    let signed = shell
        .app
        .sign_transaction(parse::draft_id(&req.draft_id)?)
        .await?;
    Ok(Signed {
        txid: signed.tx.compute_txid().to_string(),
        raw: serialize_hex(&signed.tx),
        psbt: BASE64_STANDARD.encode(signed.psbt.serialize()),
    })
}

/// Replaces a pending payment by one to oneself, after consent, or drops a draft.
#[tauri::command]
#[specta::specta]
pub async fn cmd_cancel_transaction(
    shell: State<'_, Shared>,
    req: CancelRequest,
) -> Result<Cancelled, IpcError> {
    match (&req.txid, &req.draft_id) {
        (Some(txid), None) => {
            let old = parse::txid(txid)?;
            let payment = CancelPayment {
                request: parse::request_id(&req.request_id)?,
                wallet: parse::wallet_id(req.wallet_id.as_deref())?,
                txid: old,
                fee_rate: req.fee_rate.map(parse::fee_rate).transpose()?,
            };
            let new = shell.app.cancel_payment(payment).await?;
            Ok(Cancelled {
                txid: Some(new.to_string()),
                replaces_txid: Some(old.to_string()),
            })
        }
        (None, Some(draft)) => {
            shell.app.drop_draft(parse::draft_id(draft)?).await?;
            Ok(Cancelled {
                txid: None,
                replaces_txid: None,
            })
        }
        _ => Err(IpcError::new(
            Code::BadInput,
            "exactly one of txid and draft_id is needed",
        )),
    }
}
