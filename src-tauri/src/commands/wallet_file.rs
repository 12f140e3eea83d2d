//! Wallet files.

use std::path::Path;

use satchel_secrets::Passphrase;
use satchel_wire::wallet_file::{Imported, Intent, WrittenFile};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::dialogs::FileKind;
use crate::sealed::{self, Purpose};
use crate::shell::{Shared, Shell, cancelled};

/// Writes an encrypted wallet file to a place chosen in the system's own dialog, under a passphrase
/// taken by the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_export_wallet(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<WrittenFile, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let wallet = shell
        .app
        .find_wallet(parse::wallet_id(req.wallet_id.as_deref())?)?;
    shell
        .calls
        .written
        .run(request, async {
            let name = file_name(wallet.name.as_str(), FileKind::Wallet);
            let path = shell
                .files
                .save(FileKind::Wallet, &name)
                .await
                .ok_or_else(cancelled)?;
            let (theme, purpose) = (shell.settings().theme, Purpose::File(named(&path)));
            let passphrase = sealed::new_passphrase(&shell.desk, theme, purpose)
                .await?
                .ok_or_else(cancelled)?;
            // The system's dialog asked before it named a file that is there.
            let written = shell
                .app
                .export_wallet(Some(wallet.id), &path, passphrase, true)
                .await?;
            Ok(twin(&path, written))
        })
        .await
}

/// Reads a wallet file chosen in the system's own dialog. The same file twice changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn cmd_import_wallet(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<Imported, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    shell
        .calls
        .imported
        .run(request, async {
            let path = shell
                .files
                .open(FileKind::Wallet)
                .await
                .ok_or_else(cancelled)?;
            let access = shell.access_to_add().await?;
            let (desk, theme) = (&shell.desk, shell.settings().theme);
            let file = sealed::WalletFile::At(&path);
            let imported = sealed::file_passphrase(desk, theme, &shell.app, &access, file).await?;
            Ok(imported.ok_or_else(cancelled)?.into())
        })
        .await
}

/// Writes an encrypted wallet file to the backup folder and reads it back; where there are no folders, to a place chosen in the
/// system's own dialog.
#[tauri::command]
#[specta::specta]
pub async fn cmd_backup_wallet(
    shell: State<'_, Shared>,
    req: Intent,
) -> Result<WrittenFile, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    shell
        .calls
        .written
        .run(request, async {
            let backup = if shell.files.has_folders() {
                let folder = shell.backup_folder().await?;
                let passphrase = backup_passphrase(&shell, &folder).await?;
                shell.app.backup(&folder, passphrase).await?
            } else {
                let name = shell.app.backup_name();
                let chosen = shell.files.save(FileKind::Wallet, &name).await;
                let chosen = chosen.ok_or_else(cancelled)?;
                let passphrase = backup_passphrase(&shell, &chosen).await?;
                shell.app.backup_to(&chosen, passphrase).await?
            };
            Ok(twin(&backup.path, backup.file))
        })
        .await
}

async fn backup_passphrase(shell: &Shell, to: &Path) -> Result<Passphrase, IpcError> {
    let (theme, purpose) = (shell.settings().theme, Purpose::File(named(to)));
    let passphrase = sealed::new_passphrase(&shell.desk, theme, purpose).await?;
    passphrase.ok_or_else(cancelled)
}

/// Suggests a file's name for a wallet's: letters and digits stay, all else becomes a dash.
pub(super) fn file_name(wallet: &str, kind: FileKind) -> String {
    let plain: String = wallet
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let plain = plain.trim_matches('-');
    format!(
        "{}.{}",
        if plain.is_empty() { "wallet" } else { plain },
        kind.endings()[0]
    )
}

/// Returns the last part of a path, for people.
pub(super) fn named(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

pub(super) fn twin(path: &Path, file: satchel_app::export::WrittenFile) -> WrittenFile {
    WrittenFile {
        path: path.display().to_string(),
        // Wallet files have at most 64 MiB.
        bytes: u32::try_from(file.bytes).unwrap_or(u32::MAX),
        verified: file.verified,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_name_is_one_plain_file() {
        let name = |wallet| file_name(wallet, FileKind::Wallet);
        assert_eq!(name("Savings 2"), "Savings-2.satchel");
        assert_eq!(name("../../etc/passwd"), "etc-passwd.satchel");
        assert_eq!(name("···"), "wallet.satchel");
        assert_eq!(name("Ersparnis für später"), "Ersparnis-für-später.satchel");
    }
}
