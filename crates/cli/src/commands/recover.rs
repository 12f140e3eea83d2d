//! Bringing back what lost devices left in a folder.

use std::path::Path;

use satchel_app::recover_circle::{MAGIC, MAX_OBJECT, RecoveredCircle};
use satchel_keys::RecoveryWords;
use satchel_wire::wallet_file::Imported;
use satchel_wire::{Code, IpcError};

use crate::compose::Session;
use crate::output::Output;
use crate::secret_input;

pub async fn recover(
    folder: &Path,
    words_file: Option<&Path>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let found = satchel_roads::objects_below(folder, &MAGIC, MAX_OBJECT)
        .map_err(|_| IpcError::new(Code::FileNotFound, "the folder cannot be read"))?;
    let text = match words_file {
        Some(path) => secret_input::file(path)?,
        None => secret_input::ask("Words of the recovery key: ")?,
    };
    // Before a vault is made for it.
    let recovered = RecoveredCircle::of(&found.objects, &RecoveryWords::parse(&text)?)?;
    if found.passed_over || recovered.passed_over > 0 || recovered.incomplete {
        output.note("Not everything that the devices left is here or can be read.");
    }
    let (app, access) = session.unlock_or_create().await?;
    let imported = app.take_recovered(&recovered, &access).await?;
    output.answer(&Imported::from(imported))
}
