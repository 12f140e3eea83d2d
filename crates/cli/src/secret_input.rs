//! Passphrases and words from a file, the environment or the terminal.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use satchel_secrets::{Passphrase, SecretText};
use satchel_wire::{Code, IpcError};

/// Longest secret file, in bytes.
const MAX: u64 = 8 * 1024;

/// Reads a whole secret file of a few lines.
pub fn file(path: &Path) -> Result<SecretText, IpcError> {
    let failed =
        |what: &str| IpcError::new(Code::FileNotFound, format!("{}: {what}", path.display()));
    let handle = File::open(path).map_err(|_| failed("cannot be read"))?;
    // Room for all of it at once, so that no part is left behind by a growing buffer.
    let mut text = String::with_capacity(MAX as usize + 1);
    handle
        .take(MAX + 1)
        .read_to_string(&mut text)
        .map_err(|_| failed("is not a text file"))?;
    let text = SecretText::new(text);
    if text.expose().len() as u64 > MAX {
        return Err(failed("is too long"));
    }
    Ok(text)
}

/// Reads the first line of a file.
pub fn first_line(path: &Path) -> Result<SecretText, IpcError> {
    let text = file(path)?;
    Ok(SecretText::new(
        text.expose().lines().next().unwrap_or_default().to_owned(),
    ))
}

/// Asks on the terminal without echo.
pub fn ask(prompt: &str) -> Result<SecretText, IpcError> {
    match rpassword::prompt_password(prompt) {
        Ok(text) => Ok(SecretText::new(text)),
        Err(_) => Err(IpcError::new(
            Code::Locked,
            "There is no terminal to ask on: use --passphrase-file or SATCHEL_PASSPHRASE.",
        )),
    }
}

/// Checks a text as a passphrase.
pub fn passphrase(text: SecretText) -> Result<Passphrase, IpcError> {
    Ok(Passphrase::new(text)?)
}

/// Takes a passphrase from a file, else a variable, else the terminal; there twice when it is new.
pub fn from_anywhere(
    path: Option<&Path>,
    variable: &str,
    prompt: &str,
    new: bool,
) -> Result<Passphrase, IpcError> {
    if let Some(path) = path {
        return passphrase(first_line(path)?);
    }
    if let Ok(text) = std::env::var(variable) {
        return passphrase(SecretText::new(text));
    }
    let first = ask(prompt)?;
    if new {
        let second = ask("The same again: ")?;
        if first.expose() != second.expose() {
            return Err(IpcError::new(Code::UnfitPassphrase, "The two differ."));
        }
    }
    passphrase(first)
}
