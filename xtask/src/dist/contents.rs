//! What each program is made of, as CycloneDX: crates for the window and the command line, packages for the page.

use std::path::Path;

use anyhow::{Context, Result};

use super::seal::System;
use super::settings;
use crate::metadata::Metadata;
use crate::process;
use crate::tools::{self, CARGO_CYCLONEDX};

pub fn make(workspace: &Metadata, system: &System, out: &Path) -> Result<()> {
    let tool = tools::install(workspace, CARGO_CYCLONEDX)?;
    let root = &workspace.root;
    let target = system.targets.first().context("a system has a target")?;
    let mut list = process::command(&tool, root);
    list.env("SOURCE_DATE_EPOCH", settings::time(workspace)?)
        .args(["cyclonedx", "--quiet", "--format", "json"])
        .args(["--target", target, "--manifest-path"])
        .arg(root.join("Cargo.toml"));
    process::run(&mut list)?;
    // It writes a file beside each manifest of the workspace; two of them are of programs.
    for package in &workspace.packages {
        let folder = package
            .manifest
            .parent()
            .context("a manifest lies in a folder")?;
        let file = folder.join(format!("{}.cdx.json", package.name));
        let program = match package.name.as_str() {
            "satchel-shell" => Some("window"),
            "satchel-cli" => Some("cli"),
            _ => None,
        };
        if let Some(program) = program {
            let to = out.join(format!("satchel-{program}-{}.cdx.json", system.name));
            std::fs::copy(&file, to).with_context(|| format!("{} was not made", file.display()))?;
        }
        if file.is_file() {
            std::fs::remove_file(&file)?;
        }
    }
    let mut npm = process::npm(root);
    let page = process::output(npm.args(["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"]))?;
    let to = out.join(format!("satchel-page-{}.cdx.json", system.name));
    Ok(std::fs::write(to, page)?)
}
