//! `cargo xtask bindings`: the TypeScript that the Rust types make, and the list of what pages can call.

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::binaries::SELECTION;
use crate::metadata::Metadata;
use crate::setup::{self, Consent, For};
use crate::{page, process};

pub fn command(args: Args) -> Result<ExitCode> {
    args.none_left()?;
    let workspace = Metadata::read()?;
    setup::ready(&workspace, For::Running, Consent::Given)?;
    // The shell embeds a page, whichever; a stale one would do, none would not.
    if !workspace.root.join("dist/index.html").is_file() {
        page::build(&workspace)?;
    }
    let mut cargo = process::cargo(&workspace.root);
    cargo
        .arg("test")
        .args(SELECTION)
        .args(["--test", "bindings", "--test", "ipc_doc"])
        .env("UPDATE", "1");
    process::run(&mut cargo)?;
    Ok(ExitCode::SUCCESS)
}
