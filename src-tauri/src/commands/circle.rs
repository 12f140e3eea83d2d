//! Devices that share.

use satchel_wire::circle::CircleStatus;
use satchel_wire::conflict::{Conflict, SettleRequest};
use satchel_wire::pairing::{
    DeviceAdded, DeviceRemoved, DigitsRequest, FoundCircleRequest, HostPairingRequest, HostStep,
    JoinPairingRequest, JoinStep, KeysOutcome, RemoveDeviceRequest, TakeKeysRequest,
    TakeWalletRequest,
};
use satchel_wire::place::CircleNoticeRef;
use satchel_wire::wallet::WalletSummary;
use satchel_wire::{Code, IpcError, parse};
use tauri::State;
use tauri::ipc::Channel;

use crate::pairing::called;
use crate::shell::Shared;

/// Returns who shares with this device, what they offer, and what its owner should be told.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_circle(shell: State<'_, Shared>) -> Result<CircleStatus, IpcError> {
    shell.circle()
}

/// Begins to share: this device is the first. The passphrase is asked for in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_found_circle(
    shell: State<'_, Shared>,
    req: FoundCircleRequest,
) -> Result<(), IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let found = async {
        shell.app.found_circle(called(req.name)).await?;
        Ok(())
    };
    shell.calls.founded.run(request, found).await
}

/// Shows a code that adds a device, after proof, and adds the device that reads it: its owner types the six digits
/// that it shows, agrees, and proves it once more. Ends when that is done or failed; there is one try.
#[tauri::command]
#[specta::specta]
pub async fn cmd_host_pairing(
    shell: State<'_, Shared>,
    req: HostPairingRequest,
    steps: Channel<HostStep>,
) -> Result<DeviceAdded, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let host = Box::pin(shell.host_pairing(req.give_keys, move |step| {
        // A page that is gone shows no code; the pairing ends by itself.
        let _ = steps.send(step);
    }));
    shell.calls.hosted.run(request, host).await
}

/// Types the six digits that the new device shows. There is one try.
#[tauri::command]
#[specta::specta]
pub async fn cmd_type_pairing_digits(
    shell: State<'_, Shared>,
    req: DigitsRequest,
) -> Result<(), IpcError> {
    shell.pairing.digits(req.digits)
}

/// Becomes one of the devices that share, by the code that another device shows. Where there is no vault yet, the
/// sealed window asks for a new passphrase first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_join_pairing(
    shell: State<'_, Shared>,
    req: JoinPairingRequest,
    steps: Channel<JoinStep>,
) -> Result<KeysOutcome, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let JoinPairingRequest { name, code, at, .. } = req;
    let tell = move |step| {
        // A page that is gone shows no digits, and nobody types them.
        let _ = steps.send(step);
    };
    let join = Box::pin(shell.join_pairing((code, &at), called(name), tell));
    shell.calls.joined.run(request, join).await
}

/// Takes the keys that another device of the circle gives, by the code that it shows: its owner types the digits
/// there, and agrees on both.
#[tauri::command]
#[specta::specta]
pub async fn cmd_take_keys(
    shell: State<'_, Shared>,
    req: TakeKeysRequest,
    steps: Channel<JoinStep>,
) -> Result<KeysOutcome, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let TakeKeysRequest { code, at, .. } = req;
    let tell = move |step| {
        // A page that is gone shows no digits, and nobody types them.
        let _ = steps.send(step);
    };
    let take = Box::pin(shell.take_keys((code, &at), tell));
    shell.calls.keyed.run(request, take).await
}

/// Stops the pairing that goes on, on either side.
#[tauri::command]
#[specta::specta]
pub async fn cmd_cancel_pairing(shell: State<'_, Shared>) -> Result<(), IpcError> {
    shell.pairing.stop();
    Ok(())
}

/// Shuts a device out, after consent and proof.
#[tauri::command]
#[specta::specta]
pub async fn cmd_remove_device(
    shell: State<'_, Shared>,
    req: RemoveDeviceRequest,
) -> Result<DeviceRemoved, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let device = parse::device_id(&req.device_id)?;
    let remove = async {
        let removed = shell.app.remove_device(device).await?;
        Ok(DeviceRemoved {
            move_coins: removed.held_seeds,
        })
    };
    shell.calls.shut_out.run(request, remove).await
}

/// Watches a wallet here that another device shares, after its owner compared the first address.
#[tauri::command]
#[specta::specta]
pub async fn cmd_take_wallet(
    shell: State<'_, Shared>,
    req: TakeWalletRequest,
) -> Result<WalletSummary, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let wallet = parse::wallet_id(Some(&req.wallet_id))?
        .ok_or_else(|| IpcError::new(Code::BadInput, "wallet_id: which wallet?"))?;
    let take = async {
        let record = shell.app.take_wallet(wallet).await?;
        let selected = shell.app.find_wallet(None);
        let selected = selected.is_ok_and(|selected| selected.id == record.id);
        Ok(WalletSummary::new(&record, selected))
    };
    shell.calls.taken.run(request, take).await
}

/// Forgets that a place lost something, or without one that a copy of this device was seen, because its owner knows.
#[tauri::command]
#[specta::specta]
pub async fn cmd_dismiss_circle_notice(
    shell: State<'_, Shared>,
    req: CircleNoticeRef,
) -> Result<(), IpcError> {
    let place = req.place_id.as_deref().map(parse::place_id).transpose()?;
    shell.dismiss_circle_notice(place)
}

/// Returns values that two devices wrote without knowing of each other.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_conflicts(shell: State<'_, Shared>) -> Result<Vec<Conflict>, IpcError> {
    let conflicts = shell.app.conflicts()?;
    Ok(conflicts.into_iter().map(Conflict::from).collect())
}

/// Chooses one of such values.
#[tauri::command]
#[specta::specta]
pub async fn cmd_settle_conflict(
    shell: State<'_, Shared>,
    req: SettleRequest,
) -> Result<(), IpcError> {
    let on = req.on.try_into()?;
    Ok(shell.app.settle_conflict(&on, req.text.as_deref())?)
}
