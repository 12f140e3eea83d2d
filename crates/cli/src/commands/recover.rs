//! Bringing back what lost devices left in a folder.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use satchel_app::recover_circle::{MAGIC, MAX_OBJECT, RecoveredCircle};
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
    let mut found = Found {
        objects: Vec::new(),
        left: MAX_BYTES,
        passed_over: false,
    };
    collect(folder, MAX_DEPTH, &mut found)
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

/// What lies in a folder.
struct Found {
    objects: Vec<Vec<u8>>,
    left: u64,
    /// Something has the name of an object and could not be read as one.
    passed_over: bool,
}

/// Reads the files that have names of objects. Links are not followed: they lead out of the place. What cannot be read, or is
/// longer than an object can be, keeps the others from nobody.
fn collect(folder: &Path, depth: usize, found: &mut Found) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && depth > 0 {
            found.passed_over |= collect(&path, depth - 1, found).is_err();
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if kind.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            match read(&path, found.left) {
                Ok(object) => {
                    found.left -= object.len() as u64;
                    found.objects.push(object);
                }
                Err(_) => found.passed_over = true,
            }
        }
    }
    Ok(())
}

/// Reads a file that begins as objects do.
fn read(path: &Path, left: u64) -> std::io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let max = left.min(MAX_OBJECT);
    if file.metadata()?.len() > max {
        return Err(ErrorKind::FileTooLarge.into());
    }
    let mut object = vec![0; MAGIC.len()];
    let mut file = file.take(max);
    file.read_exact(&mut object)?;
    if object != MAGIC {
        return Err(ErrorKind::InvalidData.into());
    }
    file.read_to_end(&mut object)?;
    Ok(object)
}
