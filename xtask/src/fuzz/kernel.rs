//! Bitcoin Core's engine, lent from the house's own build.
//!
//! It takes minutes to compile, it is the same with and without instruments, and whoever tests has it
//! already. Where it is not there, cargo builds it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::metadata::Metadata;
use crate::process;

/// The crate that builds it.
const PACKAGE: &str = "libbitcoinkernel-sys-";
/// The name under which that crate's link is known to cargo.
const LINKS: &str = "libbitcoinkernel.a";

/// Writes settings for cargo into `dir` that name the library that was built already.
pub fn lend(workspace: &Metadata, dir: &Path) -> Result<()> {
    let settings = dir.join(".cargo/config.toml");
    let library = built(&workspace.target.join("debug/build"));
    let text = match library.filter(|_| cfg!(target_os = "linux")) {
        None => String::new(),
        Some(library) => format!(
            "[target.{}.\"{LINKS}\"]\n\
             rustc-link-search = [\"native={}\"]\n\
             rustc-link-lib = [\"static=bitcoinkernel\", \"dylib=stdc++\"]\n",
            host(&workspace.root)?,
            library.display()
        ),
    };
    // Written only when it differs, so that nothing is built anew for it.
    if std::fs::read_to_string(&settings).unwrap_or_default() != text {
        std::fs::create_dir_all(dir.join(".cargo"))?;
        std::fs::write(&settings, text)?;
    }
    Ok(())
}

/// Returns the folder of the newest library that was built.
fn built(build: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(build).ok()?.filter_map(Result::ok);
    folders
        .filter(|folder| folder.file_name().to_string_lossy().starts_with(PACKAGE))
        .map(|folder| folder.path().join("out/install/lib"))
        .filter_map(|lib| {
            let made = lib.join(LINKS).metadata().ok()?.modified().ok()?;
            Some((made, lib))
        })
        .max()
        .map(|(_, lib)| lib)
}

/// Returns what this machine is called among targets.
pub fn host(root: &Path) -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let text = process::output(process::command(rustc, root).arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host
        .context("rustc does not say what it builds for")?
        .to_owned())
}
