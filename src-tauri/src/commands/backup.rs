//! Backups put to the test, and what brings back what several devices shared.

use satchel_wire::place::{RecoverCircleRequest, RecoverStep};
use satchel_wire::wallet_file::{BackupHealth, Imported, Intent, ProveBackupRequest, ProvenBackup};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;
use tauri::ipc::Channel;

use crate::dialogs::{Chosen, FileKind};
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
        let last = shell.app.backup_health()?.last.map(|(_, path)| path);
        if last.is_none() && !req.choose {
            return Err(IpcError::new(
                Code::FileNotFound,
                "No backup was written yet.",
            ));
        }
        let path = match last {
            Some(path) if path.is_absolute() && !req.choose => Chosen::from(path),
            // Where a phone put it, only its owner can say.
            _ => {
                let chosen = shell.files.open(FileKind::Wallet).await;
                chosen.ok_or_else(cancelled)?
            }
        };
        // Nobody types a passphrase for a file that is gone.
        if !path.is_lent() && !path.is_file() {
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

/// Brings back wallets from where lost devices met, by the words made for that: a folder is chosen in the system's own
/// dialog; another place is looked at after consent, its password and the words are typed in the sealed window, each wallet
/// is compared by its first address.
#[tauri::command]
#[specta::specta]
pub async fn cmd_recover_circle(
    shell: State<'_, Shared>,
    req: RecoverCircleRequest,
    steps: Channel<RecoverStep>,
) -> Result<Imported, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let recover = Box::pin(shell.recover_circle(req.place, move |step| {
        // A page that is gone watches nothing; who was asked something still answers it.
        let _ = steps.send(step);
    }));
    shell.calls.imported.run(request, recover).await
}

/// Stops the bringing back that goes on, if any, as long as nothing was added.
#[tauri::command]
#[specta::specta]
pub async fn cmd_cancel_recover_circle(shell: State<'_, Shared>) -> Result<(), IpcError> {
    shell.recovering.stop();
    Ok(())
}
