//! The stages, cheapest first.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::tally::{Counter, Outcome};
use crate::binaries::{E2E_SELECTION, LEAK_SELECTION, SELECTION};
use crate::metadata::Metadata;
use crate::tools::{CARGO_DENY, TAURI_DRIVER};
use crate::{binaries, check_targets, fuzz, page, process, redteam, screens, tidy, tools};

/// One stage.
#[derive(Debug)]
pub struct Stage {
    pub name: &'static str,
    pub about: &'static str,
    /// Left out by `--fast`.
    pub slow: bool,
    pub run: fn(&Metadata) -> Result<Outcome>,
}

pub const STAGES: &[Stage] = &[
    Stage {
        name: "fmt",
        about: "the Rust code is formatted",
        slow: false,
        run: fmt,
    },
    Stage {
        name: "tidy",
        about: "arrows, fences, reasons, sizes",
        slow: false,
        run: house,
    },
    Stage {
        name: "ui",
        about: "types, lints and tests of the page, and its build",
        slow: false,
        run: ui,
    },
    Stage {
        name: "clippy",
        about: "lints of everything, also of what only tests build",
        slow: false,
        run: clippy,
    },
    Stage {
        name: "rust",
        about: "tests of the core, the shell's bindings and access lists",
        slow: false,
        run: rust,
    },
    Stage {
        name: "deny",
        about: "licenses, bans and sources of dependencies",
        slow: true,
        run: deny,
    },
    Stage {
        name: "screens",
        about: "every screen at a phone's size, under a finger",
        slow: true,
        run: screens::stage,
    },
    Stage {
        name: "e2e",
        about: "the real window on a real chain",
        slow: true,
        run: e2e,
    },
    Stage {
        name: "redteam",
        about: "secrets looked for everywhere, a hostile script in each window",
        slow: true,
        run: redteam::stage,
    },
    Stage {
        name: "fuzz",
        about: "every parser of outside bytes, a minute each",
        slow: true,
        run: fuzz::stage,
    },
    Stage {
        name: "targets",
        about: "what Android, iOS, macOS and Windows compile, and what Wine runs of it",
        slow: true,
        run: check_targets::stage,
    },
];

fn check(command: &mut Command) -> Result<Outcome> {
    Ok(Outcome::check(process::watch(command, |_| {})?))
}

fn counted(command: &mut Command) -> Result<Outcome> {
    let mut counter = Counter::default();
    let succeeded = process::watch(command, |line| counter.see(line))?;
    Ok(counter.outcome(succeeded))
}

fn fmt(workspace: &Metadata) -> Result<Outcome> {
    // The names of the files are enough; `cargo fmt` mends them. The fuzz targets are a workspace of
    // their own.
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let mut cargo = process::cargo(&workspace.root);
        cargo.args(["fmt", "--all", "--check", "--manifest-path", manifest]);
        if check(cargo.args(["--", "-l", "--color=never"]))?.is_failure() {
            return Ok(Outcome::failed(0, 1));
        }
    }
    Ok(Outcome::check(true))
}

fn house(workspace: &Metadata) -> Result<Outcome> {
    let (rules, faults) = tidy::check(workspace)?;
    for fault in &faults {
        println!("{fault}");
    }
    Ok(Outcome::failed(rules, faults.len() as u64))
}

fn ui(workspace: &Metadata) -> Result<Outcome> {
    let checked = counted(process::npm(&workspace.root).args(["run", "check"]))?;
    if !checked.is_failure() {
        page::build(workspace)?;
    }
    Ok(checked)
}

fn clippy(workspace: &Metadata) -> Result<Outcome> {
    page::build(workspace)?;
    // The shell as it is shipped, as the end-to-end tests drive it, and as it leaks for the red team.
    for selection in [SELECTION, E2E_SELECTION, LEAK_SELECTION] {
        let mut cargo = process::cargo(&workspace.root);
        cargo
            .arg("clippy")
            .args(selection)
            .args(["--all-targets", "--", "-D", "warnings"]);
        if check(&mut cargo)?.is_failure() {
            return Ok(Outcome::failed(0, 1));
        }
    }
    Ok(Outcome::check(true))
}

fn rust(workspace: &Metadata) -> Result<Outcome> {
    page::build(workspace)?;
    // All of them, so that one run tells everything that is wrong.
    counted(
        process::cargo(&workspace.root)
            .arg("test")
            .args(SELECTION)
            .arg("--no-fail-fast"),
    )
}

fn deny(workspace: &Metadata) -> Result<Outcome> {
    let tool = match tools::install(workspace, CARGO_DENY) {
        Ok(tool) => tool,
        // Without a network the rest is still worth running.
        Err(error) => return Ok(Outcome::Skipped(format!("{error:#}"))),
    };
    let mut deny = process::command(tool, &workspace.root);
    check(deny.args(["--workspace", "check", "bans", "licenses", "sources"]))
}

fn e2e(workspace: &Metadata) -> Result<Outcome> {
    let script = workspace.root.join("e2e/run.mjs");
    if !script.is_file() {
        return Ok(Outcome::Skipped("e2e/run.mjs is not there".to_owned()));
    }
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped(
            "the window is driven on Linux only".to_owned(),
        ));
    }
    let driver = tools::install(workspace, TAURI_DRIVER)?;
    let display = |size: &str| {
        let mut run = process::command("xvfb-run", &workspace.root);
        run.args(["-a", "-s", &format!("-screen 0 {size}x24")]);
        run
    };
    let on_a_display = |script: &Path, size: &str| {
        let mut run = display(size);
        run.args(["dbus-run-session", "--", "node"]).arg(script);
        run
    };
    let mut counter = Counter::default();
    // Questions for consent on a screen as narrow as a phone's; as everywhere, so that nothing is built again.
    let mut questions = display("360x640");
    questions.args(["cargo", "test"]).args(SELECTION);
    questions.args(["--lib", "gtk_question", "--", "--ignored"]);
    let asked = process::watch(&mut questions, |line| counter.see(line))?;
    // First as people get it, which no driver can enter; then the build that can be driven.
    binaries::debug(workspace)?;
    let mut shipped = on_a_display(&workspace.root.join("e2e/shipped.mjs"), "1280x900");
    shipped.env("SATCHEL_TARGET_DIR", &workspace.target);
    let mut held = asked & process::watch(&mut shipped, |line| counter.see(line))?;
    let programs = binaries::end_to_end(workspace)?;
    let mut driven = on_a_display(&script, "1400x1000");
    driven
        .env("TAURI_DRIVER", driver)
        .env("SATCHEL_TARGET_DIR", programs);
    held &= process::watch(&mut driven, |line| counter.see(line))?;
    Ok(counter.outcome(held))
}
