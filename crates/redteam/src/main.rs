//! The red team's eyes as a program, for the scripts in `e2e/redteam`.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A tool for scripts talks there.

#[cfg(target_os = "linux")]
mod search;

use std::process::ExitCode;

use anyhow::{Result, bail};
use satchel_redteam::known;

const USAGE: &str = "\
Usage: satchel-redteam COMMAND

  draw                draw a run's secrets, as JSON
  scan RUN.json [--home DIR]... PLACE...
                      look for them, and for what the homes hold; a place is
                      NAME=files:PATH, NAME=memory:PID or NAME=clipboard.
                      Prints {\"hits\": [...], \"bytes\": {NAME: N}}
";

fn main() -> ExitCode {
    match dispatch(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("satchel-redteam: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[String]) -> Result<()> {
    match words.split_first() {
        Some((command, [])) if command == "draw" => println!("{}", known::draw()?),
        #[cfg(target_os = "linux")]
        Some((command, [run, rest @ ..])) if command == "scan" => search::command(run, rest)?,
        _ => bail!("{USAGE}"),
    }
    Ok(())
}
