//! `cargo xtask check-targets`: lints the code that other systems compile and this one does not.
//!
//! Nothing is linked and nothing runs, but in Wine with `--run`. So neither another system's C compiler
//! nor its SDK is needed: stand-ins take their places (`stand_in.rs`).

pub mod compiler;
mod programs;
mod stand_in;
mod wine;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;

use self::compiler::Compiler;
use crate::args::Args;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::Consent;
use crate::setup::packages::{self, OTHER_WINDOWS};
use crate::test::tally::clock;

/// What is checked when nothing is named, one of each system. Windows comes last: it has the most to build.
const TARGETS: [&str; 4] = [
    "aarch64-linux-android",
    "aarch64-apple-ios",
    "aarch64-apple-darwin",
    WINDOWS,
];
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// What is not checked, where, and why.
const LEFT_OUT: &[(&str, Where, &str)] = &[
    (
        "satchel-redteam",
        Where::Everywhere,
        "it reads other processes' memory as Linux shows it",
    ),
    (
        "satchel-bench",
        Where::Phones,
        "no phone is measured by a program of its own",
    ),
    ("xtask", Where::Phones, "nobody builds on a phone"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Everywhere,
    Phones,
}

impl Where {
    fn holds_for(self, target: &str) -> bool {
        self == Self::Everywhere || target.contains("android") || target.contains("ios")
    }
}

pub fn command(mut args: Args) -> Result<ExitCode> {
    let run = args.switch("--run");
    let asked = args.value("--compiler")?;
    let package = args.value("--package")?;
    let targets = choose(args.names()?);
    let workspace = Metadata::read()?;
    if let Some(package) = &package {
        workspace.package(package)?;
    }
    if targets.iter().any(|target| is_windows(target)) {
        packages::install_all(&workspace, OTHER_WINDOWS, Consent::Given)?;
    }
    let compiler = Compiler::ready(&workspace, &targets, asked.as_deref())?;
    println!("Compiler: {compiler}");
    let stand_ins = stand_in::write(&workspace.target.join("stand-in"))?;

    let mut done = Vec::new();
    for target in &targets {
        println!("\n=== {target}");
        let began = Instant::now();
        let mut clippy = compiler.clippy(&workspace);
        stand_in::set(&mut clippy, &stand_ins, target);
        without_kernel(&mut clippy, target);
        select(&mut clippy, target, package.as_deref());
        clippy.args(["--target", target, "--all-targets", "--", "-D", "warnings"]);
        done.push((
            target.clone(),
            process::watch(&mut clippy, |_| {})?,
            began.elapsed(),
        ));
    }
    if run {
        println!("\n=== {WINDOWS}, in Wine");
        let began = Instant::now();
        let held = wine::run_tests(&workspace, &compiler)?;
        done.push((format!("{WINDOWS}, in Wine"), held, began.elapsed()));
        println!("\n=== {WINDOWS}, programs");
        let began = Instant::now();
        let tried = programs::try_out(&workspace, &compiler);
        if let Err(error) = &tried {
            println!("{error:#}");
        }
        done.push((
            format!("{WINDOWS}, programs"),
            tried.is_ok(),
            began.elapsed(),
        ));
    }
    Ok(tell(&done))
}

fn tell(done: &[(String, bool, Duration)]) -> ExitCode {
    println!("\n=== summary");
    for (target, held, took) in done {
        let verdict = if *held { "ok" } else { "FAILED" };
        println!("{target:<32} {:>7}  {verdict}", clock(*took));
    }
    if done.iter().all(|(_, held, _)| *held) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Returns the targets that were named, or all. Others than ours are tried as they are.
fn choose(named: Vec<String>) -> Vec<String> {
    if named.is_empty() {
        TARGETS.map(str::to_owned).to_vec()
    } else {
        named
    }
}

fn is_windows(target: &str) -> bool {
    target.contains("-windows-")
}

/// Selects what is checked for a target, and says what is not.
fn select(cargo: &mut Command, target: &str, package: Option<&str>) {
    if let Some(package) = package {
        cargo.args(["--package", package]);
        return;
    }
    cargo.arg("--workspace");
    for (name, _, why) in LEFT_OUT
        .iter()
        .filter(|(_, place, _)| place.holds_for(target))
    {
        println!("left out: {name} ({why})");
        cargo.args(["--exclude", name]);
    }
}

/// Tells cargo that the consensus engine is there for a target, so that its C++ is not built: nothing of
/// it is read before linking.
fn without_kernel(cargo: &mut Command, target: &str) {
    let setting = format!("target.{target}.\"libbitcoinkernel.a\".rustc-link-lib=[]");
    cargo.args(["--config", &setting]);
}
