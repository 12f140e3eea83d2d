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

const NO_RIGHT: &str =
    "the wallet's memory is looked through, which takes root or the capability CAP_SYS_PTRACE";

pub fn command(args: Args) -> Result<ExitCode> {
    let parts = args.names()?;
    if let Some(part) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("{part:?} is no part; there are {}", PARTS.join(" "));
    }
    if cfg!(target_os = "linux") && !sees_other_processes() {
        bail!("{NO_RIGHT}");
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
    if !sees_other_processes() {
        return Ok(Outcome::Skipped(NO_RIGHT.to_owned()));
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

/// Returns whether this process may look into others that let nobody attach, as the wallet does.
fn sees_other_processes() -> bool {
    /// `CAP_SYS_PTRACE` of capabilities(7).
    const PTRACE: u64 = 1 << 19;
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .as_deref()
        .and_then(effective)
        .is_some_and(|capabilities| capabilities & PTRACE != 0)
}

/// Reads the effective capabilities of proc(5)'s `status`.
fn effective(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_as_the_system_writes_them() {
        let status =
            "Name:\tx\nCapPrm:\t0000000000000000\nCapEff:\t00000000a80c25fb\nSeccomp:\t0\n";
        assert_eq!(effective(status), Some(0xa80c_25fb));
        assert_eq!(effective("Name:\tx\n"), None);
    }
}
