//! The page that the shell embeds: `dist/`, built by Vite.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::metadata::Metadata;
use crate::process;

/// What the page is made of.
const SOURCES: &[&str] = &[
    "src",
    "public",
    "gen/bindings.ts",
    "gen/cache-tags.ts",
    "gen/console-bindings.ts",
    "gen/console-tags.ts",
    "console.html",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
];

/// Builds the page unless it is what its sources make. A page that is built anew makes the shell be
/// built anew.
pub fn build(workspace: &Metadata) -> Result<()> {
    let root = &workspace.root;
    // Beside `dist/`, not in it: whatever lies in it is embedded.
    let stamp = root.join("node_modules/.satchel-page");
    let fresh = fingerprint(root)?;
    let built = std::fs::read_to_string(&stamp).is_ok_and(|kept| kept == fresh);
    if built && root.join("dist/index.html").is_file() {
        return Ok(());
    }
    process::run(process::npm(root).args(["run", "build"]))?;
    std::fs::write(stamp, fresh).context("node_modules can be written")
}

fn fingerprint(root: &Path) -> Result<String> {
    let mut files = BTreeSet::new();
    for source in SOURCES {
        collect(&root.join(source), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(root)?.hash(&mut hasher);
        std::fs::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.insert(path.to_owned());
    }
    Ok(())
}
