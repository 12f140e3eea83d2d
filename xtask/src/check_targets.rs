//! `cargo xtask check-targets`: lints the code that other systems compile and this one does not, and runs what
//! Wine can run. All of it, and Kotlin, is the stage `targets` of `cargo xtask test`.
//!
//! Nothing is linked and nothing runs, but what is for Windows. So neither another system's C compiler nor its SDK
//! is needed: stand-ins take their places (`stand_in.rs`). For Windows Debian has a compiler, and Wine.

pub mod compiler;
mod programs;
mod stand_in;
mod wine;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;

use self::compiler::Compiler;
use self::stand_in::StandIns;
use crate::args::Args;
use crate::binaries::SELECTION;
use crate::metadata::Metadata;
use crate::setup::Consent;
use crate::setup::packages::{self, OTHER_WINDOWS};
use crate::test::tally::{self, Counter, Outcome, clock};
use crate::{check_kotlin, page, process};

/// What is checked when nothing is named, and how. Windows comes last: it has the most to build.
pub const TARGETS: [(&str, How); 5] = [
    ("aarch64-linux-android", How::Lint),
    ("aarch64-apple-ios", How::Lint),
    ("aarch64-apple-darwin", How::Lint),
    // Older phones: the one target whose numbers of things in memory have 32 bits.
    ("armv7-linux-androideabi", How::Compile),
    (WINDOWS, How::Lint),
];
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// How a target is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Clippy, warnings denied, over everything, tests too.
    Lint,
    /// What is shipped compiles. For a target whose code is another one's.
    Compile,
}

/// What is not checked, where, and why.
pub const LEFT_OUT: &[(&str, Where, &str)] = &[
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
pub enum Where {
    Everywhere,
    Phones,
}

impl Where {
    pub fn holds_for(self, target: &str) -> bool {
        self == Self::Everywhere || target.contains("android") || target.contains("ios")
    }
}

/// What is asked for on the command line.
#[derive(Debug)]
struct Asked {
    targets: Vec<(String, How)>,
    package: Option<String>,
    compiler: Option<String>,
    /// Whether programs and tests for Windows are run in Wine.
    run: bool,
}

/// One thing that was done, how it ended, and how long it took.
type Done = (String, Outcome, Duration);

pub fn command(mut args: Args) -> Result<ExitCode> {
    let asked = Asked {
        run: args.switch("--run"),
        compiler: args.value("--compiler")?,
        package: args.value("--package")?,
        targets: choose(args.names()?),
    };
    let done = check(&Metadata::read()?, &asked)?;
    Ok(tell(&done))
}

/// The stage of `cargo xtask test`: all targets, what Wine can run, and Kotlin.
pub fn stage(workspace: &Metadata) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped(
            "other systems are checked on Linux only, where Wine is".to_owned(),
        ));
    }
    let asked = Asked {
        targets: choose(Vec::new()),
        package: None,
        compiler: None,
        run: true,
    };
    let mut done = check(workspace, &asked)?;
    println!("\n=== Kotlin");
    timed(&mut done, "Kotlin", || {
        check_kotlin::check(workspace)?;
        Ok(Outcome::check(true))
    });
    tell(&done);
    let (passed, failed) = tally::sum(done.iter().map(|(_, outcome, _)| outcome));
    Ok(Outcome::failed(passed, failed))
}

fn check(workspace: &Metadata, asked: &Asked) -> Result<Vec<Done>> {
    if let Some(package) = &asked.package {
        workspace.package(package)?;
    }
    let names: Vec<String> = asked.targets.iter().map(|(name, _)| name.clone()).collect();
    if asked.run || names.iter().any(|target| is_windows(target)) {
        packages::install_all(workspace, OTHER_WINDOWS, Consent::Given)?;
    }
    let compiler = Compiler::ready(workspace, &names, asked.compiler.as_deref())?;
    println!("Compiler: {compiler}");
    let stand_ins = stand_in::write(&workspace.target.join("stand-in"))?;
    // The shell embeds it, as what is shipped does.
    page::build(workspace)?;

    let mut done = Vec::new();
    for (target, how) in &asked.targets {
        println!("\n=== {target}");
        timed(&mut done, target, || {
            let mut cargo = compiler.cargo(workspace, *how);
            for_target(&mut cargo, &stand_ins, target);
            select(&mut cargo, target, asked.package.as_deref());
            cargo.args(["--target", target]);
            match how {
                How::Lint => cargo.args(["--all-targets", "--", "-D", "warnings"]),
                How::Compile => cargo.arg("--lib"),
            };
            Ok(Outcome::check(process::watch(&mut cargo, |_| {})?))
        });
    }
    if asked.run {
        let name = format!("{WINDOWS}, in Wine");
        println!("\n=== {name}");
        timed(&mut done, &name, || {
            let mut counter = Counter::default();
            let held = wine::run_tests(workspace, &compiler, |line| counter.see(line))?;
            Ok(counter.outcome(held))
        });
        let name = format!("{WINDOWS}, programs");
        println!("\n=== {name}");
        timed(&mut done, &name, || {
            programs::try_out(workspace, &compiler)?;
            Ok(Outcome::check(true))
        });
    }
    Ok(done)
}

/// Does one thing and writes down how it ended. What could not even begin has failed.
fn timed(done: &mut Vec<Done>, name: &str, work: impl FnOnce() -> Result<Outcome>) {
    let began = Instant::now();
    let outcome = work().unwrap_or_else(|error| {
        println!("{error:#}");
        Outcome::failed(0, 1)
    });
    done.push((name.to_owned(), outcome, began.elapsed()));
}

fn tell(done: &[Done]) -> ExitCode {
    println!("\n=== summary");
    for (name, outcome, took) in done {
        println!("{name:<32} {:>7}  {outcome}", clock(*took));
    }
    if done.iter().any(|(_, outcome, _)| outcome.is_failure()) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Returns the targets that were named, or all. Others than ours are tried as they are.
fn choose(named: Vec<String>) -> Vec<(String, How)> {
    if named.is_empty() {
        let all = TARGETS.iter();
        return all.map(|(name, how)| ((*name).to_owned(), *how)).collect();
    }
    let how = |name: &str| TARGETS.iter().find(|(target, _)| *target == name);
    named
        .into_iter()
        .map(|name| {
            let how = how(&name).map_or(How::Lint, |(_, how)| *how);
            (name, how)
        })
        .collect()
}

fn is_windows(target: &str) -> bool {
    target.contains("-windows-")
}

/// Sets what a target's C is compiled with.
fn for_target(cargo: &mut Command, stand_ins: &StandIns, target: &str) {
    // What is linted for Windows is built and run next: its C is compiled once, for both.
    if target == WINDOWS {
        wine::set_compiler(cargo);
    } else {
        stand_in::set(cargo, stand_ins, target);
    }
    without_kernel(cargo, target);
}

/// Selects what is checked for a target, and says what is not.
fn select(cargo: &mut Command, target: &str, package: Option<&str>) {
    if let Some(package) = package {
        cargo.args(["--package", package]);
        return;
    }
    cargo.args(SELECTION);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_target_of_each_system_is_linted_and_a_narrow_one_compiled() {
        let all = choose(Vec::new());
        for system in ["android", "ios", "darwin", "windows"] {
            let linted = |(name, how): &&(String, How)| name.contains(system) && *how == How::Lint;
            assert_eq!(all.iter().filter(linted).count(), 1, "{system}");
        }
        let named = choose(vec![
            "armv7-linux-androideabi".to_owned(),
            "x86_64-apple-darwin".to_owned(),
        ]);
        assert_eq!(named[0].1, How::Compile, "as it is checked otherwise");
        assert_eq!(named[1].1, How::Lint, "one that is not of ours");
    }
}
