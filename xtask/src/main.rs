//! `cargo xtask`: everything this repository does with itself, one command a file.
//!
//! Small on purpose: it is compiled before anything else on a machine that has nothing yet.

#![allow(clippy::print_stdout, clippy::print_stderr)] // A tool for a terminal talks there.

mod args;
mod bench;
mod binaries;
mod bindings;
mod check_kotlin;
mod check_targets;
mod dist;
mod fuzz;
mod metadata;
mod page;
mod phone;
mod process;
mod redteam;
mod run;
mod screens;
mod setup;
mod sim;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::bail;

use crate::args::Args;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  setup [--yes]       install what building and testing need and is missing
  run [--home DIR] [--backend URL] [--port N] [--release]
                      build everything, start the sandbox chain, open the wallet's window
  test [--fast] [STAGE...]
                      check everything, in this order:
                      fmt tidy ui clippy rust deny e2e redteam fuzz targets; --fast
                      leaves the last five out
  tidy                check the rules of the house alone (a stage of test)
  bindings            write gen/ anew from the Rust types
  bench [NAME...]     run the benchmarks and print one table
  redteam [PART...]   attack the real window and look for secrets where none may be, as root:
                      leaks canary hostile (a stage of test)
  fuzz [TARGET...] [--seconds N]
                      feed each parser of outside bytes with what breaks parsers, 60 s each
  fuzz TARGET --replay FILE
                      feed it one input again
  fuzz [TARGET...] --seeds
                      write the committed seeds anew
  check-targets [TARGET...] [--package NAME] [--run] [--compiler rustup|debian]
                      lint the code for Android, iOS, macOS and Windows; --run: build what is
                      for Windows, run its unit tests and the command line in Wine (all of
                      it, and Kotlin, is a stage of test)
  check-kotlin        type-check the Android shell's Kotlin, without an Android SDK
  phone android|ios [-- WORDS FOR TAURI]
                      build for a phone: Android with its SDK, iOS on a Mac
  dist [linux] [windows] [contents] [--try]
                      make the files of a release that can be made here: a .deb, a tarball, the
                      programs for Windows, what they are made of, checksums; --try, as root:
                      install the .deb in an empty Debian, start it, make a wallet, remove it
                      and find the wallet again
  dist try            the same with the .deb that is there
  dist environment | flags
                      what makes builds that others start give the same bytes: variables,
                      and cargo's configuration
  dist seal SYSTEM FOLDER
                      check how large the files of a release are, list what they are made of,
                      write their checksums: linux windows macos android ios
  sim [--seeds N] [--from N] [--seed N] [--variant one-number-a-stream]
                      many devices and bad places, 20,000 seeds: does everybody end alike?
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> anyhow::Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    if command == "phone" {
        return phone::command(words.collect());
    }
    let args = Args::new(words.collect());
    match command.as_str() {
        "setup" => setup::command(args),
        "run" => run::command(args),
        "test" => test::command(args),
        "tidy" => tidy::command(args),
        "bindings" => bindings::command(args),
        "bench" => bench::command(args),
        "redteam" => redteam::command(args),
        "fuzz" => fuzz::command(args),
        "check-kotlin" => check_kotlin::command(args),
        "check-targets" => check_targets::command(args),
        "dist" => dist::command(args),
        "sim" => sim::command(args),
        "" | "help" | "-h" | "--help" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("{other:?} is no command\n\n{USAGE}"),
    }
}
