//! Task: open a wallet file with its passphrase.

use std::path::Path;
use std::sync::Arc;

use satchel_app::import::{ImportError, Imported};
use satchel_app::{App, SeedAccess};
use satchel_bundle::OpenError;
use satchel_secrets::Passphrase;
use satchel_wire::IpcError;
use satchel_wire::session::Theme;

use super::desk::Desk;
use super::view::View;

/// Where a wallet file is.
pub enum WalletFile<'a> {
    /// On the disk.
    At(&'a Path),
    /// Here: it was scanned.
    Scanned(Arc<[u8]>),
}

impl WalletFile<'_> {
    /// What it is called, for people.
    fn name(&self) -> String {
        match self {
            Self::At(path) => {
                let name = path.file_name().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
            Self::Scanned(_) => "the file that was scanned".to_owned(),
        }
    }

    async fn import(
        &self,
        app: &App,
        passphrase: Passphrase,
        access: &SeedAccess,
    ) -> Result<Imported, ImportError> {
        match self {
            Self::At(path) => app.import_file(path, passphrase, access).await,
            Self::Scanned(bytes) => {
                let opened = app.open_file_bytes(Arc::clone(bytes), passphrase).await?;
                app.import_opened(opened, access).await
            }
        }
    }
}

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
    from: WalletFile<'_>,
) -> Result<Option<Imported>, IpcError> {
    let file = from.name();
    let mut session = desk.open(theme, View::FilePassphrase { file }).await?;
    while let Some((passphrase, reply)) = session.next_passphrase().await {
        match from.import(app, passphrase, access).await {
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
