//! Files of other wallets: labels (BIP-0329, Electrum's), descriptors (BIP-0138), a wallet described (BIP-0139).

use satchel_app::labels_file::Form;
use satchel_wire::interop::{
    ExportLabels, FoundDescriptors, LabelsPreview, TakeLabelsRequest, TakenLabels,
};
use satchel_wire::wallet_file::{Intent, WrittenFile};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use super::wallet_file::{file_name, named, twin};
use crate::dialogs::FileKind;
use crate::shell::{ReadLabels, Shared, cancelled};

/// What is written.
#[derive(Clone, Copy)]
enum Written {
    Labels(Form),
    Metadata,
    Descriptors,
}

/// Writes a file of a wallet for other wallets to a place chosen in the system's own dialog, after consent.
async fn export(shell: &Shared, req: Intent, what: Written) -> Result<WrittenFile, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    let wallet = shell.app.find_wallet(id)?;
    let kind = match what {
        Written::Labels(Form::Bip329) => FileKind::Labels,
        Written::Labels(Form::Electrum) => FileKind::ElectrumLabels,
        Written::Metadata => FileKind::Metadata,
        Written::Descriptors => FileKind::Descriptors,
    };
    let write = Box::pin(async {
        let name = file_name(wallet.name.as_str(), kind);
        let path = shell.files.save(kind, &name).await.ok_or_else(cancelled)?;
        let (app, id) = (&shell.app, Some(wallet.id));
        // The system's dialog asked before it named a file that is there.
        let written = match what {
            Written::Labels(form) => app.write_labels(id, &path, form, true).await?,
            Written::Metadata => app.write_metadata(id, &path, true).await?,
            Written::Descriptors => app.write_descriptors(id, &path, true).await?,
        };
        Ok(twin(&path, written))
    });
    shell.calls.written.run(request, write).await
}

/// Writes a wallet's labels and locked coins for other wallets to a place chosen in the system's own dialog, after
/// consent. Electrum's form has labels of transactions and addresses alone.
#[tauri::command]
#[specta::specta]
pub async fn cmd_export_labels(
    shell: State<'_, Shared>,
    req: ExportLabels,
) -> Result<WrittenFile, IpcError> {
    let form = req.form.unwrap_or_default().into();
    let intent = Intent {
        request_id: req.request_id,
        wallet_id: req.wallet_id,
    };
    export(&shell, intent, Written::Labels(form)).await
}

/// Reads a file of labels chosen in the system's own dialog, and says what would come of it. Nothing is taken in yet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_read_labels(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<LabelsPreview, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let id = parse::wallet_id(req.wallet_id.as_deref())?;
    let wallet = shell.app.find_wallet(id)?.id;
    let read = Box::pin(async {
        let path = shell.files.open(FileKind::Labels).await;
        let path = path.ok_or_else(cancelled)?;
        let file = shell.app.read_labels_file(Some(wallet), &path).await?;
        let preview = shell.app.preview_labels(Some(wallet), &file).await?;
        shell.keep_labels(ReadLabels {
            request,
            wallet,
            file,
        });
        Ok(LabelsPreview::new(
            req.request_id.clone(),
            named(&path),
            preview,
        ))
    });
    shell.calls.labels_read.run(request, read).await
}

/// Takes in a file of labels that was read. No coin is unlocked by one.
#[tauri::command]
#[specta::specta]
pub async fn cmd_take_labels(
    shell: State<'_, Shared>,
    req: TakeLabelsRequest,
) -> Result<TakenLabels, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let read = parse::request_id(&req.read_id)?;
    let take = async {
        // Locking forgot it; that it is locked says more.
        shell.app.find_wallet(None)?;
        let labels = shell.kept_labels(read).ok_or_else(|| {
            IpcError::new(Code::FileNotFound, "The file is to be read once more.")
        })?;
        let ReadLabels { wallet, file, .. } = labels;
        let differing = req.differing.into();
        Ok(shell
            .app
            .take_labels_of(Some(wallet), file, differing)?
            .into())
    };
    shell.calls.labels_taken.run(request, take).await
}

/// Writes a wallet's public descriptors, sealed for whoever has its public key, to a place chosen in the system's own
/// dialog, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_export_descriptors(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<WrittenFile, IpcError> {
    export(&shell, req, Written::Descriptors).await
}

/// Writes what another wallet needs to watch this one and what is known of it, as plain text, to a place chosen in the
/// system's own dialog, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_export_metadata(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<WrittenFile, IpcError> {
    export(&shell, req, Written::Metadata).await
}

/// Reads a descriptor backup chosen in the system's own dialog, with the public keys of the wallets here. A wallet
/// that is here learns how far its addresses went; nothing else changes.
#[tauri::command]
#[specta::specta]
pub async fn cmd_read_descriptors(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<Vec<FoundDescriptors>, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let read = Box::pin(async {
        // Locked, there are no keys to open it with.
        shell.app.find_wallet(None)?;
        let path = shell.files.open(FileKind::Descriptors).await;
        let path = path.ok_or_else(cancelled)?;
        let found = shell.app.read_descriptors(&path, None).await?;
        Ok(found.into_iter().map(FoundDescriptors::from).collect())
    });
    shell.calls.descriptors.run(request, read).await
}
