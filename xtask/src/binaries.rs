//! The programs of this workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::metadata::Metadata;
use crate::{page, process};

/// What every cargo call of `test` and `run` selects. It is the same everywhere, since another
/// selection means other features of shared dependencies, and so compiling them once more. The
/// feature makes the shell carry its page instead of asking a development server for it.
pub const SELECTION: [&str; 3] = ["--workspace", "--features", "satchel-shell/custom-protocol"];

/// The same with the doors that the end-to-end tests need: remote control of the web view, and
/// answers to the consent dialogs from a script.
pub const E2E_SELECTION: [&str; 3] = [
    "--workspace",
    "--features",
    "satchel-shell/custom-protocol,satchel-shell/dangerous-e2e",
];

/// The same with a wallet that leaks on purpose, for the red team.
pub const LEAK_SELECTION: [&str; 3] = [
    "--workspace",
    "--features",
    "satchel-shell/custom-protocol,satchel-shell/dangerous-leak",
];

/// Where the programs are.
#[derive(Debug)]
pub struct Binaries {
    /// The window.
    pub wallet: PathBuf,
    /// The chain.
    pub sandbox: PathBuf,
}

/// Window, chain and command line.
const NAMES: [&str; 3] = ["satchel-wallet", "satchel-sandbox", "satchel"];

/// Builds the programs for this machine, quickly.
pub fn debug(workspace: &Metadata) -> Result<Binaries> {
    page::build(workspace)?;
    let mut cargo = process::cargo(&workspace.root);
    process::run(programs(cargo.arg("build").args(SELECTION)))?;
    Ok(binaries(&workspace.target.join("debug")))
}

/// Builds the chain alone for this machine, quickly.
pub fn sandbox(workspace: &Metadata) -> Result<PathBuf> {
    let mut cargo = process::cargo(&workspace.root);
    cargo.arg("build").args(SELECTION);
    // As in `programs`, so that features are chosen as everywhere.
    process::run(cargo.args(["--bin", "satchel-sandbox", "--examples"]))?;
    Ok(binaries(&workspace.target.join("debug")).sandbox)
}

/// Builds window and chain as they are shipped.
pub fn release(workspace: &Metadata) -> Result<Binaries> {
    release_wallet(workspace)?;
    build_release(workspace, &["satchel-sandbox"])?;
    Ok(binaries(&workspace.target.join("release")))
}

/// Builds the window as it is shipped.
pub fn release_wallet(workspace: &Metadata) -> Result<PathBuf> {
    page::build(workspace)?;
    build_release(
        workspace,
        &["satchel-shell", "--features", "custom-protocol"],
    )?;
    Ok(binaries(&workspace.target.join("release")).wallet)
}

/// Builds one package for itself, so that nothing of another one's features is shipped in it.
fn build_release(workspace: &Metadata, package: &[&str]) -> Result<()> {
    let mut cargo = process::cargo(&workspace.root);
    cargo.args(["build", "--release", "--bins", "--package"]);
    // What no capability file grants is left out of the program: `removeUnusedCommands` of
    // tauri.conf.json, which Tauri's own command line asks for by this variable.
    cargo.env("REMOVE_UNUSED_COMMANDS", &workspace.root);
    process::run(cargo.args(package))
}

/// Builds the peer of the benchmarks, a window with nothing in it, from the same dependencies.
pub fn bare_window(workspace: &Metadata) -> Result<PathBuf> {
    let dir = workspace.root.join("e2e/bare");
    // Cargo drops from the copy what this program does not use.
    std::fs::copy(workspace.root.join("Cargo.lock"), dir.join("Cargo.lock"))?;
    let mut cargo = process::cargo(&dir);
    cargo.args(["build", "--release", "--target-dir"]);
    process::run(cargo.arg(&workspace.target))?;
    Ok(workspace
        .target
        .join("release")
        .join(file_name("bare-window")))
}

/// Builds the programs for the end-to-end tests, into a folder that looks like a target folder: a
/// wallet that can be driven from outside must not lie where people look for the wallet. Returns
/// that folder.
pub fn end_to_end(workspace: &Metadata) -> Result<PathBuf> {
    page::build(workspace)?;
    let mut cargo = process::cargo(&workspace.root);
    process::run(programs(cargo.arg("build").args(E2E_SELECTION)))?;
    for name in NAMES {
        keep(workspace, name, name)?;
    }
    for server in ["webdav", "s3"] {
        keep(workspace, &format!("examples/{server}"), server)?;
    }
    remove_driven(workspace)
}

/// Builds what the red team needs besides: its eyes, and a wallet that leaks on purpose. Returns the same
/// folder.
pub fn red_team(workspace: &Metadata) -> Result<PathBuf> {
    end_to_end(workspace)?;
    for (selection, name, kept) in [
        (E2E_SELECTION, "satchel-redteam", "satchel-redteam"),
        (LEAK_SELECTION, "satchel-wallet", "satchel-wallet-leaking"),
    ] {
        let mut cargo = process::cargo(&workspace.root);
        // As in `programs`, so that features are chosen as everywhere.
        cargo.arg("build").args(selection).args(["--bin", name]);
        process::run(cargo.arg("--examples"))?;
        keep(workspace, name, kept)?;
    }
    remove_driven(workspace)
}

/// Copies a program that was just built to where the end-to-end tests look.
fn keep(workspace: &Metadata, name: &str, kept: &str) -> Result<()> {
    let folder = workspace.target.join("e2e/debug");
    std::fs::create_dir_all(&folder)?;
    let built = workspace.target.join("debug").join(file_name(name));
    std::fs::copy(built, folder.join(file_name(kept)))?;
    Ok(())
}

/// Takes the wallet with doors away from where people look for one without.
fn remove_driven(workspace: &Metadata) -> Result<PathBuf> {
    let built = workspace.target.join("debug");
    std::fs::remove_file(built.join(file_name("satchel-wallet"))).or_else(|error| {
        match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        }
    })?;
    Ok(workspace.target.join("e2e"))
}

fn programs(cargo: &mut Command) -> &mut Command {
    for name in NAMES {
        cargo.args(["--bin", name]);
    }
    // Asking for examples makes cargo choose the dependencies' features as for tests, so that `run`, `test` and the
    // end-to-end build share what they compile.
    cargo.arg("--examples")
}

fn binaries(dir: &Path) -> Binaries {
    Binaries {
        wallet: dir.join(file_name("satchel-wallet")),
        sandbox: dir.join(file_name("satchel-sandbox")),
    }
}

fn file_name(program: &str) -> String {
    format!("{program}{}", std::env::consts::EXE_SUFFIX)
}
