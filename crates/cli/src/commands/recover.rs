//! Bringing back what lost devices left in a folder.

use std::fs;
use std::path::Path;

use satchel_app::recover_circle::RecoveredCircle;
use satchel_keys::RecoveryWords;
use satchel_wire::wallet_file::Imported;
use satchel_wire::{Code, IpcError};

use crate::compose::Session;
use crate::output::Output;
use crate::secret_input;

/// Folders below the one that is named: a place has three.
const MAX_DEPTH: usize = 6;
/// Bytes that are read in all.
const MAX_BYTES: u64 = 1 << 30;
/// What the names of objects end in.
const ENDINGS: [&str; 3] = ["key", "seg", "snap"];

pub async fn recover(
    folder: &Path,
    words_file: Option<&Path>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let mut objects = Vec::new();
    let mut left = MAX_BYTES;
    collect(folder, MAX_DEPTH, &mut left, &mut objects).map_err(|_| {
        IpcError::new(
            Code::FileNotFound,
            "the folder cannot be read, or holds too much",
        )
    })?;
    let text = match words_file {
        Some(path) => secret_input::file(path)?,
        None => secret_input::ask("Words of the recovery key: ")?,
    };
    // Before a vault is made for it.
    let recovered = RecoveredCircle::of(&objects, &RecoveryWords::parse(&text)?)?;
    if recovered.passed_over > 0 || recovered.incomplete {
        output.note("Not everything that the devices left is here or can be read.");
    }
    let (app, access) = session.unlock_or_create().await?;
    let imported = app.take_recovered(&recovered, &access).await?;
    output.answer(&Imported::from(imported))
}

/// Reads the files that have names of objects. Links are not followed: they lead out of the place.
fn collect(
    folder: &Path,
    depth: usize,
    left: &mut u64,
    objects: &mut Vec<Vec<u8>>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && depth > 0 {
            collect(&path, depth - 1, left, objects)?;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if kind.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            *left = left
                .checked_sub(entry.metadata()?.len())
                .ok_or(std::io::ErrorKind::FileTooLarge)?;
            objects.push(fs::read(&path)?);
        }
    }
    Ok(())
}
