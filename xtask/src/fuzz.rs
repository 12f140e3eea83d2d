//! `cargo xtask fuzz`: the fuzz targets, each for a while.
//!
//! `fuzz/` is a workspace of its own in cargo-fuzz's layout, and cargo-fuzz builds it, with its
//! `--dev` profile and without a sanitizer, which a stable compiler can do. The programs are run from
//! here, so that as many run at a time as there are cores.

mod kernel;
mod run;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::run::{Luck, Ran, run_all};
use crate::args::Args;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::{self, Consent, For};
use crate::test::tally::Outcome;
use crate::tools::{self, CARGO_FUZZ};

/// How long each target runs unless something else is said.
const USUAL: Duration = Duration::from_secs(60);
/// How long each runs in the checks, where every try is one that was tried before.
const CHECKED: Duration = Duration::from_secs(30);
/// Where a target that is run with this variable writes its seeds.
const SEEDS: &str = "SATCHEL_FUZZ_SEEDS";

pub fn command(mut args: Args) -> Result<ExitCode> {
    let seconds = args.number("--seconds")?.map_or(USUAL, Duration::from_secs);
    let replay = args.value("--replay")?;
    let seeds = args.switch("--seeds");
    let names = args.names()?;
    let workspace = Metadata::read()?;
    setup::ready(&workspace, For::Running, Consent::Given)?;
    let fuzz = Fuzz::of(&workspace);
    let chosen = fuzz.choose(&names)?;
    fuzz.build(&workspace)?;
    if let Some(input) = replay {
        let [target] = &chosen[..] else {
            bail!("--replay needs the one target that found it");
        };
        return fuzz.replay(&workspace, target, &input);
    }
    if seeds {
        fuzz.write_seeds(&workspace, &chosen)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (passed, failed) = summary(&run_all(&fuzz, &workspace, &chosen, seconds, Luck::New)?);
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The stage of `cargo xtask test`: every target for a while.
pub fn stage(workspace: &Metadata) -> Result<Outcome> {
    if cfg!(windows) {
        return Ok(Outcome::Skipped(
            "libFuzzer is built on Linux and macOS only".to_owned(),
        ));
    }
    // Without a network the rest is still worth running.
    if let Err(error) = tools::install(workspace, CARGO_FUZZ) {
        return Ok(Outcome::Skipped(format!("{error:#}")));
    }
    let fuzz = Fuzz::of(workspace);
    let all = fuzz.choose(&[])?;
    fuzz.build(workspace)?;
    let (passed, failed) = summary(&run_all(&fuzz, workspace, &all, CHECKED, Luck::Same)?);
    Ok(Outcome::failed(passed, failed))
}

/// Prints how each target fared. Returns how many kept every law, and how many did not.
fn summary(ran: &[Ran]) -> (u64, u64) {
    println!();
    for one in ran {
        println!("{one}");
    }
    let failed = ran.iter().filter(|one| one.fault.is_some()).count() as u64;
    (ran.len() as u64 - failed, failed)
}

/// Where everything is.
#[derive(Debug)]
pub struct Fuzz {
    /// `fuzz/`.
    pub dir: PathBuf,
    /// What is built and found.
    pub target: PathBuf,
}

impl Fuzz {
    pub fn of(workspace: &Metadata) -> Self {
        Self {
            dir: workspace.root.join("fuzz"),
            target: workspace.target.join("fuzz"),
        }
    }

    /// Returns the targets that were asked for; all of them, if none was.
    fn choose(&self, names: &[String]) -> Result<Vec<String>> {
        let all = targets(&self.dir)?;
        if let Some(name) = names.iter().find(|name| !all.contains(name)) {
            bail!("{name:?} is no target; there are {}", all.join(" "));
        }
        let chosen = all.into_iter();
        Ok(chosen
            .filter(|name| names.is_empty() || names.contains(name))
            .collect())
    }

    fn build(&self, workspace: &Metadata) -> Result<()> {
        let tool = tools::install(workspace, CARGO_FUZZ)?;
        // cargo reads settings of the folder it is called in.
        std::fs::create_dir_all(&self.target)?;
        kernel::lend(workspace, &self.target)?;
        let mut build = process::command(tool, &self.target);
        build.arg("build").arg("--fuzz-dir").arg(&self.dir);
        build.args(["--dev", "--sanitizer", "none", "--target-dir"]);
        process::run(build.arg(&self.target))
    }

    /// Returns a target's program.
    fn program(&self, workspace: &Metadata, target: &str) -> Result<PathBuf> {
        let triple = kernel::host(&workspace.root)?;
        let path = self.target.join(triple).join("debug").join(target);
        path.is_file()
            .then_some(path)
            .with_context(|| format!("{target} was not built"))
    }

    /// Runs one input that failed.
    fn replay(&self, workspace: &Metadata, target: &str, input: &str) -> Result<ExitCode> {
        let mut replay = process::command(self.program(workspace, target)?, &workspace.root);
        let kept = process::watch(replay.arg(input), |_| {})?;
        println!(
            "{input}: {}",
            if kept {
                "every law is kept"
            } else {
                "it fails"
            }
        );
        Ok(if kept {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    /// Lets targets write the seeds that they make of vectors.
    fn write_seeds(&self, workspace: &Metadata, chosen: &[String]) -> Result<()> {
        for target in chosen {
            let mut write = process::command(self.program(workspace, target)?, &workspace.root);
            process::run(write.env(SEEDS, self.dir.join("corpus").join(target)))?;
        }
        Ok(())
    }
}

/// Names of all targets, in order.
pub fn targets(dir: &Path) -> Result<Vec<String>> {
    let folder = dir.join("fuzz_targets");
    let mut names = Vec::new();
    let entries = std::fs::read_dir(&folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
        {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}
