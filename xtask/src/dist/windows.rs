//! For Windows, from Linux: the two programs and the library that finds the web view, as one archive. An installer is
//! made on Windows (`.github/workflows/release.yml`).

use std::path::Path;

use anyhow::{Context, Result};

use super::Dist;
use crate::check_targets::{WINDOWS, compiler::Compiler};
use crate::setup::Consent;
use crate::setup::packages::{self, OTHER_WINDOWS};
use crate::{page, process};

const GCC: &str = "x86_64-w64-mingw32-gcc";

pub fn make(dist: &Dist) -> Result<()> {
    packages::install_all(&dist.workspace, OTHER_WINDOWS, Consent::Given)?;
    // Debian's compiler has no standard library for a release: rustup's only.
    Compiler::ready(&dist.workspace, &[WINDOWS.to_owned()], Some("rustup"))?;
    build(dist, &["--package", "satchel-cli", "--bin", "satchel"])?;
    // The page is the same on all systems.
    page::build(&dist.workspace)?;
    let wallet = ["--package", "satchel-shell", "--bin", "satchel-wallet"];
    build(
        dist,
        &[
            &wallet[..],
            &["--features", "satchel-shell/custom-protocol"],
        ]
        .concat(),
    )?;
    pack(dist)
}

fn build(dist: &Dist, words: &[&str]) -> Result<()> {
    let mut cargo = process::cargo(&dist.workspace.root);
    dist.same_bytes(&mut cargo)?;
    cargo
        .env("CC_x86_64_pc_windows_gnu", GCC)
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", GCC)
        // As Tauri's own command line asks for it: what no capability file grants is left out.
        .env("REMOVE_UNUSED_COMMANDS", &dist.workspace.root)
        .args(["build", "--release", "--locked", "--target", WINDOWS])
        .args(words);
    process::run(&mut cargo)
}

fn pack(dist: &Dist) -> Result<()> {
    let name = format!("satchel-{}-windows-x86_64", dist.version);
    let dir = dist.build.join("windows");
    let to = dir.join(&name);
    std::fs::create_dir_all(&to)?;
    let made = dist.build.join(WINDOWS).join("release");
    let root = &dist.workspace.root;
    for (from, name) in [
        (made.join("satchel-wallet.exe"), "satchel-wallet.exe"),
        (made.join("satchel.exe"), "satchel.exe"),
        (made.join("WebView2Loader.dll"), "WebView2Loader.dll"),
        (root.join("README.md"), "README.md"),
        (root.join("LICENSE-MIT"), "LICENSE-MIT"),
        (root.join("LICENSE-APACHE"), "LICENSE-APACHE"),
    ] {
        let to = to.join(name);
        std::fs::copy(&from, &to).with_context(|| format!("{} is not there", from.display()))?;
        one_time(dist, &to)?;
    }
    let archive = dist.out.join(format!("{name}-unsigned.zip"));
    let _ = std::fs::remove_file(&archive);
    let mut zip = process::command("zip", &dir);
    // Without owners and second times, which differ from machine to machine.
    zip.args(["-q", "-X", "-9", "-r"]).arg(&archive).arg(&name);
    process::run(&mut zip)
}

/// Gives a file the time of the commit.
fn one_time(dist: &Dist, path: &Path) -> Result<()> {
    let mut touch = process::command("touch", &dist.workspace.root);
    process::run(touch.arg(format!("--date=@{}", dist.time)).arg(path))
}
