//! `cargo xtask sim`: many devices and bad places, from one seed each.

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::metadata::Metadata;
use crate::process;

pub fn command(mut args: Args) -> Result<ExitCode> {
    let workspace = Metadata::read()?;
    let mut run = process::cargo(&workspace.root);
    run.args([
        "run",
        "--quiet",
        "--profile",
        "sim",
        "-p",
        "satchel-sim",
        "--",
    ]);
    for name in ["--seeds", "--from", "--seed", "--variant"] {
        if let Some(value) = args.value(name)? {
            run.args([name, &value]);
        }
    }
    args.none_left()?;
    Ok(if run.status()?.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
