//! Tools that are built from source at a pinned version, once a target folder.

use std::path::PathBuf;

use anyhow::Result;

use crate::metadata::Metadata;
use crate::process;

/// A tool.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

/// Checks licenses, bans and sources against `deny.toml`.
pub const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};
/// Builds fuzz targets with the instruments that libFuzzer steers by.
pub const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
};
/// Lists what a program is made of.
pub const CARGO_CYCLONEDX: Tool = Tool {
    name: "cargo-cyclonedx",
    version: "0.5.7",
};
/// Stands between WebDriver clients and the web view's own driver.
pub const TAURI_DRIVER: Tool = Tool {
    name: "tauri-driver",
    version: "2.1.0",
};

/// Returns the tool's path; builds the tool first unless this version is there.
pub fn install(workspace: &Metadata, tool: Tool) -> Result<PathBuf> {
    let Tool { name, version } = tool;
    let dir = workspace
        .target
        .join("tools")
        .join(format!("{name}-{version}"));
    let path = dir
        .join("bin")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() {
        return Ok(path);
    }
    println!("Building {name} {version}");
    let build = dir.join("build");
    let mut cargo = process::cargo(&workspace.root);
    // Unoptimised: it runs for a second and is built for minutes.
    cargo.args([
        "install",
        name,
        "--version",
        version,
        "--locked",
        "--debug",
        "--quiet",
        "--root",
    ]);
    cargo.arg(&dir).arg("--target-dir").arg(&build);
    process::run(&mut cargo)?;
    // What is left of the build is of no further use; if it stays, it only takes room.
    let _ = std::fs::remove_dir_all(build);
    Ok(path)
}
