//! `cargo xtask dist seal SYSTEM FOLDER`: the last step for each system. Files are as large as they may be, what they are
//! made of lies beside them, and so do their checksums.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::{contents, settings};
use crate::metadata::Metadata;
use crate::process;

/// A system that there are releases for.
#[derive(Debug)]
pub struct System {
    pub name: &'static str,
    /// Largest file for one person, in bytes.
    pub budget: u64,
    /// What is built for it. The first says what it is made of, for all of them.
    pub targets: &'static [&'static str],
}

pub const SYSTEMS: [System; 5] = [
    System {
        name: "linux",
        budget: 12_000_000,
        targets: &["x86_64-unknown-linux-gnu"],
    },
    System {
        name: "windows",
        budget: 12_000_000,
        targets: &["x86_64-pc-windows-msvc"],
    },
    System {
        name: "macos",
        // Programs for two processors in one file.
        budget: 24_000_000,
        targets: &["aarch64-apple-darwin", "x86_64-apple-darwin"],
    },
    System {
        name: "android",
        // The same.
        budget: 24_000_000,
        targets: &["aarch64-linux-android", "armv7-linux-androideabi"],
    },
    System {
        name: "ios",
        budget: 12_000_000,
        targets: &["aarch64-apple-ios"],
    },
];

/// A file for trying, in no store and for nobody: unoptimised, so that it builds in time.
const FOR_TRYING: &str = "-simulator";

pub fn command(system: &str, folder: &Path) -> Result<()> {
    let Some(system) = SYSTEMS.iter().find(|one| one.name == system) else {
        let known: Vec<_> = SYSTEMS.iter().map(|one| one.name).collect();
        bail!("{system:?} is no system: {}", known.join(", "));
    };
    let workspace = Metadata::read()?;
    settings::as_committed(&workspace)?;
    let files = files(folder)?;
    ensure!(!files.is_empty(), "{} is empty", folder.display());
    ensure!(
        tell(&files, system.budget)?,
        "a file is larger than a release may be"
    );
    contents::make(&workspace, system, folder)?;
    checksums(folder, &format!("SHA256SUMS-{}", system.name))
}

/// The files that are handed out, but for checksums, in order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = std::fs::read_dir(folder)
        .with_context(|| format!("{} is not there", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.is_file() && !name(path).starts_with("SHA256SUMS"));
    files.sort();
    Ok(files)
}

/// Writes a file's name.
pub fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Says how large files are, and returns whether each is as large as it may be.
pub fn tell(files: &[PathBuf], budget: u64) -> Result<bool> {
    let mut held = true;
    for path in files {
        let size = path.metadata()?.len();
        let name = name(path);
        let fits = fits(&name, size, budget);
        held &= fits;
        let verdict = match fits {
            true => String::new(),
            false => format!("  OVER the {} MB of a release", budget / 1_000_000),
        };
        println!("{name:<44} {size:>11} bytes{verdict}");
    }
    Ok(held)
}

fn fits(name: &str, size: u64, budget: u64) -> bool {
    size <= budget || name.contains(FOR_TRYING)
}

/// Writes the checksums of all files of a folder into one.
pub fn checksums(folder: &Path, to: &str) -> Result<()> {
    let names: Vec<String> = files(folder)?.iter().map(|path| name(path)).collect();
    // Each system has one of the two, and they write the same.
    let mut sums = if process::find("sha256sum").is_some() {
        process::command("sha256sum", folder)
    } else {
        let mut sums = process::command("shasum", folder);
        sums.args(["-a", "256"]);
        sums
    };
    let text = process::output(sums.arg("--").args(names))?;
    Ok(std::fs::write(folder.join(to), text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_the_budget_is_told_and_one_for_trying_may_be() {
        assert!(fits("satchel.deb", 12, 12));
        assert!(!fits("satchel.deb", 13, 12));
        assert!(fits("satchel-ios-simulator.zip", 13, 12));
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a"), "abc").expect("a file");
        std::fs::write(folder.path().join("SHA256SUMS-linux"), "old").expect("a file");
        let found = files(folder.path()).expect("files");
        assert_eq!(found.len(), 1, "checksums have no checksum");
        assert!(tell(&found, 3).expect("sizes"));
        assert!(!tell(&found, 2).expect("sizes"));
    }

    #[test]
    fn checksums_are_those_that_everybody_computes() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a"), "abc").expect("a file");
        checksums(folder.path(), "SHA256SUMS").expect("checksums");
        let text = std::fs::read_to_string(folder.path().join("SHA256SUMS")).expect("a file");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text, format!("{abc}  a\n"));
    }
}
