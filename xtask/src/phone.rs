//! `cargo xtask phone`: builds for a phone, where that can be done: Android with its SDK, iOS on a Mac.
//!
//! Phones load a library; desktops link a program. A library of all three kinds would be linked three
//! times over for every desktop release, so the manifest has one kind, and two more while this runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::args::Args;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::npm;

const DESK: &str = "crate-type = [\"rlib\"]";
const PHONE: &str = "crate-type = [\"staticlib\", \"cdylib\", \"rlib\"]";

pub fn command(mut words: Vec<String>) -> Result<ExitCode> {
    if words.is_empty() || words[0].starts_with('-') {
        bail!("which: phone android, or phone ios? What follows -- goes to `tauri SYSTEM build`");
    }
    let system = words.remove(0);
    if !["android", "ios"].contains(&system.as_str()) {
        bail!("{system:?} is no phone's system: android or ios");
    }
    if words.first().is_some_and(|word| word == "--") {
        words.remove(0);
    } else {
        Args::new(words.clone()).none_left()?;
    }
    let workspace = Metadata::read()?;
    npm::install(&workspace)?;
    let _restored = Libraries::of(&workspace.root.join("Cargo.toml"))?;
    let mut build = process::npm(&workspace.root);
    build
        .args(["run", "tauri", &system, "build", "--"])
        .args(&words);
    process::run(&mut build)?;
    Ok(ExitCode::SUCCESS)
}

/// The manifest as phones need it, until this is dropped. A run that was killed leaves it so; the next one
/// puts it back.
struct Libraries {
    manifest: PathBuf,
    text: String,
}

impl Libraries {
    fn of(manifest: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(manifest)
            .with_context(|| format!("{} cannot be read", manifest.display()))?;
        let Some((desk, phone)) = both(&text) else {
            bail!("{} should say {DESK} once", manifest.display());
        };
        std::fs::write(manifest, phone)?;
        Ok(Self {
            manifest: manifest.to_owned(),
            text: desk,
        })
    }
}

/// The manifest as desktops need it, and as phones do; from either.
fn both(text: &str) -> Option<(String, String)> {
    let desk = text.replace(PHONE, DESK);
    let once = desk.matches(DESK).count() == 1;
    once.then(|| (desk.clone(), desk.replace(DESK, PHONE)))
}

impl Drop for Libraries {
    fn drop(&mut self) {
        if let Err(error) = std::fs::write(&self.manifest, &self.text) {
            eprintln!("{} still says {PHONE}: {error}", self.manifest.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_as_it_was_afterwards_also_after_a_run_that_was_killed() {
        let desk = format!("[lib]\n{DESK}\n");
        let phone = desk.replace(DESK, PHONE);
        assert_ne!(desk, phone);
        for before in [&desk, &phone] {
            assert_eq!(both(before), Some((desk.clone(), phone.clone())));
        }
        assert_eq!(both("[lib]\n"), None, "it has to be there");
        assert_eq!(both(&desk.repeat(2)), None, "once");
    }

    #[test]
    fn the_manifest_of_this_house_can_be_changed() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let text = std::fs::read_to_string(manifest).expect("a file");
        assert_eq!(text.matches(DESK).count(), 1);
    }
}
