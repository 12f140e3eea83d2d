//! Wallet files.

use std::path::{Path, PathBuf};

use satchel_app::settings::BACKUP_FOLDER;
use satchel_wire::wallet_file::{BackupHealth, Imported, ProvenBackup, WrittenFile};
use satchel_wire::{Code, IpcError};

use crate::args::{CheckArgs, FileArgs};
use crate::compose::Session;
use crate::output::Output;

pub(super) fn written(path: &Path, file: &satchel_app::export::WrittenFile) -> WrittenFile {
    WrittenFile {
        path: path.display().to_string(),
        bytes: u32::try_from(file.bytes).unwrap_or(u32::MAX),
        verified: file.verified,
    }
}

fn path_of(args: &FileArgs) -> Result<&Path, IpcError> {
    args.file
        .as_deref()
        .or(args.path.as_deref())
        .ok_or_else(|| IpcError::new(Code::BadInput, "a file must be named"))
}

/// What is missing when a file is written is the folder it should go to.
pub(super) fn no_folder(error: IpcError) -> IpcError {
    match error.code {
        Code::FileNotFound => IpcError::new(error.code, "there is no such folder"),
        _ => error,
    }
}

pub async fn check(args: CheckArgs, session: &Session, output: &Output) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    if args.backup {
        let passphrase = session.file_passphrase(args.file_passphrase_file.as_deref(), false)?;
        let proven = app.prove_backup(args.file.as_deref(), passphrase).await?;
        return output.answer(&ProvenBackup::from(proven));
    }
    app.check_database().await?;
    output.answer(&BackupHealth::from(app.backup_health()?))
}

pub async fn export(args: FileArgs, session: &Session, output: &Output) -> Result<(), IpcError> {
    let path = path_of(&args)?;
    let app = session.unlock().await?;
    let passphrase = session.file_passphrase(args.file_passphrase_file.as_deref(), true)?;
    let file = app
        .export_wallet(session.wallet()?, path, passphrase, args.force)
        .await
        .map_err(|error| no_folder(error.into()))?;
    output.answer(&written(path, &file))
}

pub async fn import(args: FileArgs, session: &Session, output: &Output) -> Result<(), IpcError> {
    let path = path_of(&args)?;
    let passphrase = || session.file_passphrase(args.file_passphrase_file.as_deref(), false);
    let imported = if session.is_new()? {
        // A file that does not open must not leave a vault behind under a mistyped passphrase.
        let file = session.app.open_file(path, passphrase()?).await?;
        let (app, access) = session.unlock_or_create().await?;
        app.import_opened(file, &access).await?
    } else {
        let (app, access) = session.unlock_or_create().await?;
        app.import_file(path, passphrase()?, &access).await?
    };
    output.answer(&Imported::from(imported))
}

pub async fn backup(
    folder: Option<PathBuf>,
    passphrase_file: Option<PathBuf>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let folder = match folder {
        Some(folder) => folder,
        None => app
            .setting(BACKUP_FOLDER)?
            .map(PathBuf::from)
            .ok_or_else(|| {
                IpcError::new(
                    Code::BadInput,
                    "No backup folder is set yet: use --to DIR once.",
                )
            })?,
    };
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let passphrase = session.file_passphrase(passphrase_file.as_deref(), true)?;
    let backup = app
        .backup(&folder, passphrase)
        .await
        .map_err(|error| no_folder(error.into()))?;
    app.set_setting(BACKUP_FOLDER, folder.display().to_string())?;
    output.answer(&written(&backup.path, &backup.file))
}
