//! Task: open a backup with its passphrase, as if it were needed.

use std::path::Path;
use std::sync::Arc;

use satchel_app::App;
use satchel_app::import::ImportError;
use satchel_app::prove_backup::{ProveBackupError, ProvenBackup};
use satchel_bundle::OpenError;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::desk::Desk;
use super::view::View;

/// Asks for the file's passphrase until it opens, and says what the file would bring back. `None`: its owner closed
/// the window.
///
/// # Errors
/// When the file is damaged or none of ours, or no window can be shown.
pub async fn prove_backup(
    desk: &Arc<Desk>,
    theme: Theme,
    app: &App,
    path: &Path,
) -> Result<Option<ProvenBackup>, IpcError> {
    let file = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut session = desk.open(theme, View::FilePassphrase { file }).await?;
    while let Some((passphrase, reply)) = session.next_passphrase().await {
        match app.prove_backup(Some(path), passphrase).await {
            Ok(proven) => {
                reply.done();
                return Ok(Some(proven));
            }
            Err(ProveBackupError::File(ImportError::Open(OpenError::WrongPassphrase))) => {
                reply.again("That is not the passphrase of this file.");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
