//! What each program is made of, as CycloneDX: crates for the window and the command line, packages for the page.

use anyhow::{Context, Result};

use super::Dist;
use crate::process;
use crate::tools::{self, CARGO_CYCLONEDX};

pub fn make(dist: &Dist) -> Result<()> {
    let tool = tools::install(&dist.workspace, CARGO_CYCLONEDX)?;
    let root = &dist.workspace.root;
    let mut list = process::command(&tool, root);
    list.env("SOURCE_DATE_EPOCH", &dist.time)
        .args([
            "cyclonedx",
            "--quiet",
            "--format",
            "json",
            "--manifest-path",
        ])
        .arg(root.join("Cargo.toml"));
    process::run(&mut list)?;
    // It writes a file beside each manifest of the workspace; two of them are of programs.
    for package in &dist.workspace.packages {
        let folder = package
            .manifest
            .parent()
            .context("a manifest lies in a folder")?;
        let file = folder.join(format!("{}.cdx.json", package.name));
        match package.name.as_str() {
            "satchel-shell" => dist.hand_out(&file, "satchel-window.cdx.json")?,
            "satchel-cli" => dist.hand_out(&file, "satchel-cli.cdx.json")?,
            _ => {}
        }
        if file.is_file() {
            std::fs::remove_file(&file)?;
        }
    }
    let mut npm = process::npm(root);
    let page = process::output(npm.args(["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"]))?;
    Ok(std::fs::write(
        dist.out.join("satchel-page.cdx.json"),
        page,
    )?)
}
