//! Backups put to the test, and what brings back what several devices shared.

use satchel_app::recover_circle::{MAGIC, MAX_OBJECT, RecoverCircleError};
use satchel_wire::wallet_file::{BackupHealth, Imported, Intent, ProveBackupRequest, ProvenBackup};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::dialogs::{self, FileKind};
use crate::sealed::{self, WordsOf};
use crate::shell::{Shared, cancelled};

/// Returns when and where the last backup was written, and whether it was proven.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_backup_health(shell: State<'_, Shared>) -> Result<BackupHealth, IpcError> {
    Ok(shell.app.backup_health()?.into())
}

/// Opens a backup as if it were needed and says what it would bring back. Its passphrase is typed in the sealed window; of
/// what is here nothing changes.
#[tauri::command]
#[specta::specta]
pub async fn cmd_prove_backup(
    shell: State<'_, Shared>,
    req: ProveBackupRequest,
) -> Result<ProvenBackup, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let prove = Box::pin(async {
        let last = shell.app.backup_health()?.last;
        let path = if req.choose {
            let chosen = shell.files.open(FileKind::Wallet).await;
            chosen.ok_or_else(cancelled)?
        } else {
            let none = || IpcError::new(Code::FileNotFound, "No backup was written yet.");
            last.map(|(_, path)| path).ok_or_else(none)?
        };
        // Nobody types a passphrase for a file that is gone.
        if !path.is_file() {
            return Err(IpcError::new(
                Code::FileNotFound,
                "The backup is not there any more.",
            ));
        }
        let theme = shell.settings().theme;
        let proven = sealed::prove_backup(&shell.desk, theme, &shell.app, &path).await?;
        Ok(proven.ok_or_else(cancelled)?.into())
    });
    shell.calls.proven.run(request, prove).await
}

/// Makes words that bring back what the devices share, after consent and proof, and shows them in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_make_recovery_words(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<(), IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let make = Box::pin(async {
        let words = shell.app.new_recovery_key().await?;
        let theme = shell.settings().theme;
        sealed::show_words(&shell.desk, theme, String::new(), words, WordsOf::Circle).await
    });
    shell.calls.recovery.run(request, make).await
}

/// Brings back wallets from the folder in which lost devices met, by the words made for that: the folder is chosen in
/// the system's own dialog, the words are typed in the sealed window, each wallet is compared by its first address.
#[tauri::command]
#[specta::specta]
pub async fn cmd_recover_circle(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<Imported, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let recover = Box::pin(async {
        let folder = shell.files.folder(dialogs::LOST_FOLDER).await;
        let folder = folder.ok_or_else(cancelled)?;
        let read = tokio::task::spawn_blocking(move || {
            satchel_roads::objects_below(&folder, &MAGIC, MAX_OBJECT)
        });
        let found = read
            .await
            .map_err(|_| IpcError::new(Code::Internal, "The work was stopped by a fault."))?
            .map_err(|_| IpcError::new(Code::FileNotFound, "The folder cannot be read."))?;
        let objects = found.objects;
        if objects.is_empty() {
            return Err(RecoverCircleError::NothingHere.into());
        }
        let theme = shell.settings().theme;
        let recovered = sealed::circle_words(&shell.desk, theme, objects).await?;
        let recovered = recovered.ok_or_else(cancelled)?;
        // Before this nothing of a new home is written.
        let access = shell.access_to_add().await?;
        let imported = shell.app.take_recovered(&recovered, &access).await?;
        let passed_over = usize::from(found.passed_over) + recovered.passed_over;
        Ok(Imported::from(imported).lacking(passed_over, recovered.incomplete))
    });
    shell.calls.imported.run(request, recover).await
}
