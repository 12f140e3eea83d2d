//! Scanning, and showing what another device scans.

use satchel_app::watch_wallet::WatchWallet;
use satchel_qr as qr;
use satchel_wire::draft::Draft;
use satchel_wire::scan::{
    CameraAccess, FrameCode, FrameDensity, HandOverRequest, MeetingPart, MetDevice, Scan, ScanRef,
    ScanStep, ScanText, ShowDraftRequest, ShowMeetingRequest, ShownFrames, TakeScanned,
    WatchScanned,
};
use satchel_wire::wallet::WalletSummary;
use satchel_wire::wallet_file::Imported;
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::dialogs::Handed;
use crate::scan::{Frame, Image, Shown};
use crate::sealed;
use crate::shell::{Opened, Shared, cancelled};

/// Longest text that is pasted, in bytes: a transaction that is being signed, in base64.
const MAX_TEXT: usize = 4 * 1024 * 1024;
/// Longest text that is handed over, in bytes: a request for a payment, as it is drawn as a code.
const MAX_HANDED: usize = 2953;

/// Begins a scan, which ends the one before. While it goes on, the page may use the camera.
#[tauri::command]
#[specta::specta]
pub async fn cmd_open_scan(shell: State<'_, Shared>) -> Result<Scan, IpcError> {
    Ok(shell.begin_scan())
}

/// Ends a scan.
#[tauri::command]
#[specta::specta]
pub async fn cmd_close_scan(shell: State<'_, Shared>, req: ScanRef) -> Result<(), IpcError> {
    shell.scans.end(req.scan);
    Ok(())
}

/// Looks at a frame of the camera, sent as bytes: the scan (4, little endian), width and height (2 each), brightness of each pixel.
#[tauri::command]
#[specta::specta]
pub async fn cmd_scan_frame(shell: State<'_, Shared>, frame: Frame) -> Result<ScanStep, IpcError> {
    let step = shell.scan_frame(frame).await?;
    if matches!(step, ScanStep::Seen { .. }) {
        shell.eyes.tick();
    }
    Ok(step)
}

/// Looks at a picture or file that was pasted or dropped, sent as bytes: the scan (4, little endian), then the file.
#[tauri::command]
#[specta::specta]
pub async fn cmd_scan_image(shell: State<'_, Shared>, image: Image) -> Result<ScanStep, IpcError> {
    shell.scan_bytes(image.scan, image.bytes).await
}

/// Looks at a picture or file chosen in the system's own dialog.
#[tauri::command]
#[specta::specta]
pub async fn cmd_scan_file(shell: State<'_, Shared>, req: ScanRef) -> Result<ScanStep, IpcError> {
    let path = shell.files.to_scan().await.ok_or_else(cancelled)?;
    shell.scan_file(req.scan, path).await
}

/// Looks at the clipboard: its picture, else its text.
#[tauri::command]
#[specta::specta]
pub async fn cmd_scan_clipboard(
    shell: State<'_, Shared>,
    req: ScanRef,
) -> Result<ScanStep, IpcError> {
    shell.scan_clipboard(req.scan).await
}

/// Lets a phone's own scanner read one code, for some seconds.
#[tauri::command]
#[specta::specta]
pub async fn cmd_scan_natively(
    shell: State<'_, Shared>,
    req: ScanRef,
) -> Result<ScanStep, IpcError> {
    let step = shell.scan_natively(req.scan).await?;
    if matches!(step, ScanStep::Seen { .. }) {
        shell.eyes.tick();
    }
    Ok(step)
}

/// Says whether the camera is refused to this program for ever, so that only the system's settings help. Asks nobody.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_camera_access(shell: State<'_, Shared>) -> Result<CameraAccess, IpcError> {
    Ok(CameraAccess {
        barred: shell.eyes.barred().await,
    })
}

/// Opens the system's settings of this program, where a phone's owner gives the camera back.
#[tauri::command]
#[specta::specta]
pub async fn cmd_open_app_settings(shell: State<'_, Shared>) -> Result<(), IpcError> {
    if shell.eyes.open_settings().await {
        Ok(())
    } else {
        Err(IpcError::transient(
            Code::Io,
            "The system opens no settings now.",
        ))
    }
}

/// Looks at a text that was pasted.
#[tauri::command]
#[specta::specta]
pub async fn cmd_scan_text(shell: State<'_, Shared>, req: ScanText) -> Result<ScanStep, IpcError> {
    if req.text.len() > MAX_TEXT {
        return Err(IpcError::new(Code::BadInput, "The text is too long."));
    }
    shell.scan_text(req.scan, req.text)
}

/// Takes the signatures of what the scan saw last into the draft of the same unsigned transaction, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_take_scanned(
    shell: State<'_, Shared>,
    req: TakeScanned,
) -> Result<Draft, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let take = async {
        let psbt = shell.scans.psbt(req.scan).ok_or_else(|| {
            IpcError::new(Code::BadInput, "scan: there is nothing in it to be signed")
        })?;
        let draft = Box::pin(shell.app.take_signed(psbt)).await?;
        Ok(shell.app.draft_report(draft)?.into())
    };
    shell.calls.signed_elsewhere.run(request, take).await
}

/// Reads in the wallet file that the scan saw last. Its passphrase is typed in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_import_scanned(
    shell: State<'_, Shared>,
    req: TakeScanned,
) -> Result<Imported, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let import = Box::pin(async {
        let file = shell
            .scans
            .file(req.scan)
            .ok_or_else(|| IpcError::new(Code::BadInput, "scan: there is no wallet file in it"))?;
        let access = shell.access_to_add().await?;
        let (desk, theme) = (&shell.desk, shell.settings().theme);
        let file = sealed::WalletFile::Scanned(file);
        let imported = sealed::file_passphrase(desk, theme, &shell.app, &access, file).await?;
        Ok(imported.ok_or_else(cancelled)?.into())
    });
    shell.calls.imported.run(request, import).await
}

/// Acts on what another device that shares showed and the scan saw last: finds what that device lacks of what this one has, or takes in
/// what it showed. Nothing that was shown is believed but what its seals and signatures say.
#[tauri::command]
#[specta::specta]
pub async fn cmd_meet_scanned(
    shell: State<'_, Shared>,
    req: TakeScanned,
) -> Result<MetDevice, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let meet = Box::pin(async {
        let nothing = || IpcError::new(Code::BadInput, "scan: no other device showed it");
        match shell.scans.met(req.scan).ok_or_else(nothing)? {
            Shown::Heads(heads) => {
                let lacking = shell.app.lacking(&heads).await?;
                let told = MetDevice::from(&lacking);
                shell.keep_lacking(lacking.shown);
                Ok(told)
            }
            Shown::Objects(shown) => Ok(shell.app.take_met(&shown).await?.into()),
        }
    });
    shell.calls.met.run(request, meet).await
}

/// Draws what this device has, or what the device lacks whose code was scanned last, as codes for that device, some at a time. It is
/// sealed as at any place.
#[tauri::command]
#[specta::specta]
pub async fn cmd_show_meeting(
    shell: State<'_, Shared>,
    req: ShowMeetingRequest,
) -> Result<ShownFrames, IpcError> {
    // Locked, nothing is shown.
    let heads = shell.app.own_heads()?;
    let payload = match req.part {
        MeetingPart::Heads => qr::Payload {
            kind: qr::Kind::Heads,
            bytes: heads,
        },
        MeetingPart::Lacking => {
            let gone = || {
                IpcError::new(
                    Code::BadInput,
                    "part: the other device's code is to be scanned once more",
                )
            };
            qr::Payload {
                kind: qr::Kind::Objects,
                bytes: shell.kept_lacking().ok_or_else(gone)?.to_vec(),
            }
        }
    };
    crate::qr::frames(&payload, qr::Code::Own, dense(req.density), req.from)
}

/// Watches the wallet whose descriptor or key the scan saw last, after its owner compared the first address. Where there is no vault
/// yet, the sealed window asks for a new passphrase first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_watch_scanned(
    shell: State<'_, Shared>,
    req: WatchScanned,
) -> Result<WalletSummary, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let name = parse::wallet_name(&req.name)?;
    let watch = Box::pin(async {
        let nothing = || IpcError::new(Code::BadInput, "scan: there is no wallet to watch in it");
        let wanted = WatchWallet {
            request,
            name,
            network: req.network.into(),
            script_type: req.script_type.map(Into::into),
            key: shell.scans.watch(req.scan).ok_or_else(nothing)?,
        };
        if matches!(shell.open_or_make().await?, Opened::Not) {
            return Err(cancelled());
        }
        let record = shell.app.watch_wallet(wanted).await?;
        Ok(WalletSummary::new(&record, true))
    });
    shell.calls.taken.run(request, watch).await
}

/// Lets a person hand a text, or a draft to be signed, to another program by the system's own sheet, as phones have one. A draft is not
/// signed by that.
#[tauri::command]
#[specta::specta]
pub async fn cmd_hand_over(shell: State<'_, Shared>, req: HandOverRequest) -> Result<(), IpcError> {
    let what = match req {
        HandOverRequest::Text { text } if text.len() > MAX_HANDED => {
            return Err(IpcError::new(Code::BadInput, "The text is too long."));
        }
        HandOverRequest::Text { text } => Handed::Text(text),
        HandOverRequest::Draft { draft_id } => {
            let draft = shell.app.draft(parse::draft_id(&draft_id)?)?;
            Handed::File {
                name: "payment.psbt".to_owned(),
                bytes: draft.psbt.serialize(),
            }
        }
    };
    if shell.files.hand_over(what).await {
        Ok(())
    } else {
        Err(IpcError::transient(
            Code::Io,
            "The system shows no sheet now.",
        ))
    }
}

/// Draws a draft as codes for another device, some at a time. It is not signed by that, and tells what the draft's screen tells.
#[tauri::command]
#[specta::specta]
pub async fn cmd_show_draft(
    shell: State<'_, Shared>,
    req: ShowDraftRequest,
) -> Result<ShownFrames, IpcError> {
    let draft = shell.app.draft(parse::draft_id(&req.draft_id)?)?;
    let payload = qr::Payload {
        kind: qr::Kind::Psbt,
        bytes: draft.psbt.serialize(),
    };
    let code = match req.code {
        FrameCode::Own => qr::Code::Own,
        FrameCode::Bbqr => qr::Code::Bbqr,
        FrameCode::Ur => qr::Code::Ur,
    };
    crate::qr::frames(&payload, code, dense(req.density), req.from)
}

fn dense(density: FrameDensity) -> qr::Density {
    match density {
        FrameDensity::Low => qr::Density::Low,
        FrameDensity::Medium => qr::Density::Medium,
        FrameDensity::High => qr::Density::High,
    }
}
