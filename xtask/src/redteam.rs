//! `cargo xtask redteam`: attacks on the real window, and a search for secrets where none may be.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::args::Args;
use crate::metadata::Metadata;
use crate::setup::{self, Consent, For};
use crate::test::tally::{Counter, Outcome};
use crate::tools::TAURI_DRIVER;
use crate::{binaries, process, tools};

/// Parts, each with a scratch home of its own.
const PARTS: [&str; 3] = ["leaks", "canary", "hostile"];

pub fn command(args: Args) -> Result<ExitCode> {
    let parts = args.names()?;
    if let Some(part) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("{part:?} is no part; there are {}", PARTS.join(" "));
    }
    let workspace = Metadata::read()?;
    setup::ready(&workspace, For::Testing, Consent::Given)?;
    let outcome = run(&workspace, &parts)?;
    println!("--- redteam: {outcome}");
    Ok(if outcome.is_failure() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// All of it, as a stage of `test`.
pub fn stage(workspace: &Metadata) -> Result<Outcome> {
    run(workspace, &[])
}

fn run(workspace: &Metadata, parts: &[String]) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped(
            "the window is driven on Linux only".to_owned(),
        ));
    }
    let driver = tools::install(workspace, TAURI_DRIVER)?;
    let programs = binaries::red_team(workspace)?;
    let mut run = process::command("xvfb-run", &workspace.root);
    run.args(["-a", "-s", "-screen 0 1400x1000x24"]);
    run.args(["dbus-run-session", "--", "node"]);
    run.arg(workspace.root.join("e2e/redteam/run.mjs"));
    run.args(parts)
        .env("TAURI_DRIVER", driver)
        .env("SATCHEL_TARGET_DIR", programs);
    let mut counter = Counter::default();
    let held = process::watch(&mut run, |line| counter.see(line))?;
    Ok(counter.outcome(held))
}
