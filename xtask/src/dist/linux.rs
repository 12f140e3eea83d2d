//! For Linux: a .deb with the window, the command line and the entry that takes `bitcoin:` links; and the same as a tarball.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use super::Dist;
use crate::process;

/// Name of the package that is made.
pub fn deb(dist: &Dist) -> PathBuf {
    dist.out
        .join(format!("satchel_{}_{}.deb", dist.version, machine()))
}

/// The machine as Debian calls it.
fn machine() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

pub fn make(dist: &Dist) -> Result<()> {
    let release = dist.build.join("release");
    dist.cargo(&["--package", "satchel-cli", "--bin", "satchel"])?;
    // Only here is it known where the command line was built.
    let files = json!({ "bundle": { "linux": { "deb": { "files": {
        "/usr/bin/satchel": release.join("satchel"),
    }}}}});
    let mut tauri = process::npm(&dist.workspace.root);
    dist.same_bytes(&mut tauri)?;
    tauri.args([
        "run",
        "tauri",
        "build",
        "--",
        "--bundles",
        "deb",
        "--config",
    ]);
    tauri.arg(files.to_string());
    // What a build of the workspace makes is everything but the window, which needs a web view.
    process::run(tauri.args(["--", "--locked", "--package", "satchel-shell"]))?;
    let name = format!("Satchel_{}_{}.deb", dist.version, machine());
    pack_again(dist, &release.join("bundle/deb").join(name))?;
    tarball(dist)
}

/// Packs what Tauri packed with gzip as Debian packs: with xz, by root's name, with one time for all files.
fn pack_again(dist: &Dist, made: &Path) -> Result<()> {
    let dir = dist.build.join("deb");
    if dir.exists() {
        std::fs::remove_dir_all(&dir).context("the package of the last time cannot be removed")?;
    }
    let here = &dist.workspace.root;
    let mut unpack = process::command("dpkg-deb", here);
    process::run(unpack.arg("--raw-extract").arg(made).arg(&dir))
        .with_context(|| format!("{} was not made", made.display()))?;
    let mut pack = process::command("dpkg-deb", here);
    pack.args(["--root-owner-group", "-Zxz", "-z9", "--build"])
        .arg(&dir)
        .arg(deb(dist))
        .env("SOURCE_DATE_EPOCH", &dist.time);
    process::run(&mut pack)
}

/// Packs what the package has, for systems without its format. It is to be unpacked anywhere.
fn tarball(dist: &Dist) -> Result<()> {
    let name = format!("satchel-{}-linux-{}", dist.version, std::env::consts::ARCH);
    let dir = dist.build.join("tarball").join(&name);
    std::fs::create_dir_all(&dir)?;
    let root = &dist.workspace.root;
    for (from, to) in [
        (dist.build.join("release/satchel-wallet"), "satchel-wallet"),
        (dist.build.join("release/satchel"), "satchel"),
        (root.join("icons/128x128@2x.png"), "satchel-wallet.png"),
        (root.join("README.md"), "README.md"),
        (root.join("LICENSE-MIT"), "LICENSE-MIT"),
        (root.join("LICENSE-APACHE"), "LICENSE-APACHE"),
    ] {
        std::fs::copy(&from, dir.join(to))
            .with_context(|| format!("{} is not there", from.display()))?;
    }
    let mut tar = process::command("tar", &dist.build.join("tarball"));
    tar.args([
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--mode=u=rwX,go=rX",
    ])
    .arg(format!("--mtime=@{}", dist.time))
    // Both programs hold much of the same; only a dictionary as long as one of them finds that.
    .env("XZ_OPT", "-9")
    .args([
        "-cJf".as_ref(),
        dist.out.join(format!("{name}.tar.xz")).as_os_str(),
    ])
    .arg(&name);
    process::run(&mut tar)
}
