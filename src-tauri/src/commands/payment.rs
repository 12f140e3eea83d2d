//! What a pasted text means; links that were opened; QR codes; labels.

use satchel_wire::payment::{
    LabelRequest, LinkRef, OpenedLink, PaymentTarget, PaymentText, Qr, QrRequest,
};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::foreground::Moment;
use crate::shell::Shared;

/// Reads an address or a `bitcoin:` link (BIP-0021).
#[tauri::command]
#[specta::specta]
pub async fn cmd_parse_payment(
    shell: State<'_, Shared>,
    req: PaymentText,
) -> Result<PaymentTarget, IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    let read = shell.app.parse_payment(id, &req.text)?;
    let target = read.target?;
    Ok(PaymentTarget {
        address: target.address,
        amount: target.amount.map(Into::into),
        label: target.label,
        message: target.message,
        mine: read.dealings.mine,
        network: read.network.into(),
        contact: read.dealings.contact,
        paid_before: read.dealings.paid_before,
    })
}

/// Returns the payment link that another program opened last, until it is dismissed or ten minutes old.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_link(shell: State<'_, Shared>) -> Result<Option<OpenedLink>, IpcError> {
    let waiting = shell.links.waiting(Moment::now());
    Ok(waiting.map(|(number, link)| OpenedLink {
        number,
        text: link.as_str().to_owned(),
    }))
}

/// Drops a payment link, unless another took its place.
#[tauri::command]
#[specta::specta]
pub async fn cmd_dismiss_link(shell: State<'_, Shared>, req: LinkRef) -> Result<(), IpcError> {
    shell.links.drop_link(req.number);
    Ok(())
}

/// Draws a text as a QR code.
#[tauri::command]
#[specta::specta]
pub async fn cmd_make_qr(req: QrRequest) -> Result<Qr, IpcError> {
    crate::qr::draw(&req.text)
}

/// Sets or clears a label.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_label(shell: State<'_, Shared>, req: LabelRequest) -> Result<(), IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    let target = parse::label_target(req.kind, &req.target)?;
    Ok(shell
        .app
        .set_label(id, target, parse::label(Some(&req.label))?)?)
}
