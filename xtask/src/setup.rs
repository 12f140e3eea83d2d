//! `cargo xtask setup`: what building and testing need and this machine lacks.

pub mod npm;
pub mod packages;
mod versions;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::metadata::Metadata;

/// What the machine is made ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Building and running.
    Running,
    /// Running every check.
    Testing,
}

/// Whether to ask before the system is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Ask, when somebody is there to answer.
    Ask,
    /// Say what is done, and do it.
    Given,
}

pub fn command(mut args: Args) -> Result<ExitCode> {
    let consent = if args.switch("--yes") {
        Consent::Given
    } else {
        Consent::Ask
    };
    args.none_left()?;
    let workspace = Metadata::read()?;
    ready(&workspace, For::Testing, consent)?;
    println!("Everything is there. Next: cargo xtask run");
    Ok(ExitCode::SUCCESS)
}

/// Makes this machine ready. Says nothing and runs nothing when it is.
pub fn ready(workspace: &Metadata, purpose: For, consent: Consent) -> Result<()> {
    versions::check(workspace)?;
    packages::install(workspace, purpose, consent)?;
    npm::install(workspace)
}
