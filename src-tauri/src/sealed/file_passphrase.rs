//! Task: open a wallet file with its passphrase.

use std::path::Path;
use std::sync::Arc;

use satchel_app::import::{ImportError, Imported};
use satchel_app::{App, SeedAccess};
use satchel_bundle::OpenError;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::desk::Desk;
use super::view::View;

/// Asks for the file's passphrase until it opens, and reads the file in. `None`: its owner closed
/// the window.
///
/// # Errors
/// When the file is damaged or none of ours, or no window can be shown.
pub async fn file_passphrase(
    desk: &Arc<Desk>,
    theme: Theme,
    app: &App,
    access: &SeedAccess,
    path: &Path,
) -> Result<Option<Imported>, IpcError> {
    let file = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut session = desk.open(theme, View::FilePassphrase { file }).await?;
    while let Some((passphrase, reply)) = session.next_passphrase().await {
        match app.import_file(path, passphrase, access).await {
            Ok(imported) => {
                reply.done();
                return Ok(Some(imported));
            }
            Err(ImportError::Open(OpenError::WrongPassphrase)) => {
                reply.again("That is not the passphrase of this file.");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
