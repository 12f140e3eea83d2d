//! `cargo xtask test`: everything that is checked, stage by stage.

mod stages;
pub mod tally;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use self::stages::{STAGES, Stage};
use self::tally::{Outcome, clock};
use crate::args::Args;
use crate::metadata::Metadata;
use crate::setup::{self, Consent, For};

pub fn command(mut args: Args) -> Result<ExitCode> {
    let fast = args.switch("--fast");
    let names = args.names()?;
    let chosen = choose(&names, fast)?;
    let workspace = Metadata::read()?;
    setup::ready(&workspace, For::Testing, Consent::Given)?;

    let began = Instant::now();
    let mut done: Vec<(&Stage, Outcome, Duration)> = Vec::new();
    for stage in chosen {
        println!("\n=== {}: {}", stage.name, stage.about);
        let began = Instant::now();
        // A stage that could not even run has failed.
        let outcome = (stage.run)(&workspace).unwrap_or_else(|error| {
            println!("{error:#}");
            Outcome::failed(0, 1)
        });
        let took = began.elapsed();
        println!("--- {}: {outcome}, {}", stage.name, clock(took));
        let stop = outcome.is_failure();
        done.push((stage, outcome, took));
        if stop {
            break;
        }
    }

    println!("\n=== summary, {}", clock(began.elapsed()));
    for (stage, outcome, took) in &done {
        println!("{:<7} {:>7}  {outcome}", stage.name, clock(*took));
    }
    let (passed, failed) = tally::sum(done.iter().map(|(_, outcome, _)| outcome));
    // Read by machines: alone on the last line.
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Returns the stages that were asked for, in the order of the house.
fn choose(names: &[String], fast: bool) -> Result<Vec<&'static Stage>> {
    if let Some(name) = names
        .iter()
        .find(|name| !STAGES.iter().any(|s| s.name == **name))
    {
        let known: Vec<_> = STAGES.iter().map(|stage| stage.name).collect();
        bail!("{name:?} is no stage; there are {}", known.join(" "));
    }
    let chosen = STAGES.iter().filter(|stage| match names {
        [] => !(fast && stage.slow),
        names => names.iter().any(|name| name == stage.name),
    });
    Ok(chosen.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str], fast: bool) -> Vec<&'static str> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let stages = choose(&names, fast).expect("they are stages");
        stages.iter().map(|stage| stage.name).collect()
    }

    #[test]
    fn stages_run_in_the_house_s_order_and_none_is_made_up() {
        let all = [
            "fmt", "tidy", "ui", "clippy", "rust", "deny", "screens", "e2e", "redteam", "fuzz",
            "targets",
        ];
        assert_eq!(chosen(&[], false), all);
        assert_eq!(chosen(&[], true), all[..5]);
        assert_eq!(chosen(&["rust", "fmt"], false), ["fmt", "rust"]);
        assert_eq!(chosen(&["e2e"], true), ["e2e"], "what is named is run");
        assert!(choose(&["tests".to_owned()], false).is_err());
    }
}
