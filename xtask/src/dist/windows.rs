//! For Windows, from Linux: the window with the library that finds its web view, and the command line, an archive each. An
//! installer is made on Windows (`.github/workflows/release.yml`).
//!
//! The same bytes come out of the same folder alone: OpenSSL writes into itself where it was built.

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

/// Packs the window with what finds its web view, and the command line: who wants one of them need not fetch both.
fn pack(dist: &Dist) -> Result<()> {
    for (program, files) in [
        (
            "satchel",
            &["satchel-wallet.exe", "WebView2Loader.dll"] as &[&str],
        ),
        ("satchel-cli", &["satchel.exe"]),
    ] {
        archive(dist, program, files)?;
    }
    Ok(())
}

fn archive(dist: &Dist, program: &str, files: &[&str]) -> Result<()> {
    let name = format!("{program}-{}-windows-x86_64", dist.version);
    let dir = dist.build.join("windows");
    let to = dir.join(&name);
    std::fs::create_dir_all(&to)?;
    let made = dist.build.join(WINDOWS).join("release");
    let made = files.iter().map(|file| made.join(file));
    let beside = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];
    let beside = beside.map(|file| dist.workspace.root.join(file));
    let mut packed = Vec::new();
    for from in made.chain(beside) {
        let file = from.file_name().context("a file has a name")?;
        packed.push(Path::new(&name).join(file));
        let to = to.join(file);
        std::fs::copy(&from, &to).with_context(|| format!("{} is not there", from.display()))?;
        one_time(dist, &to)?;
    }
    // In an order that no file system decides.
    packed.sort();
    let archive = dist.out.join(format!("{name}-unsigned.zip"));
    let _ = std::fs::remove_file(&archive);
    let mut zip = process::command("zip", &dir);
    // Without owners and second times, which differ from machine to machine; its times are told in one zone.
    zip.env("TZ", "UTC")
        .args(["-q", "-X", "-9"])
        .arg(&archive)
        .args(&packed);
    process::run(&mut zip)
}

/// Gives a file the time of the commit.
fn one_time(dist: &Dist, path: &Path) -> Result<()> {
    let mut touch = process::command("touch", &dist.workspace.root);
    process::run(touch.arg(format!("--date=@{}", dist.time)).arg(path))
}
