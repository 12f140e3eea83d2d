//! `cargo xtask dist`: makes the files of a release that this machine can make, and tries them out.
//!
//! A .deb and a tarball for Linux, the programs for Windows, what each is made of (CycloneDX), checksums. The same commit
//! gives the same bytes as far as each tool lets it: no path of the machine in it, one time for all files.

mod contents;
mod linux;
pub mod seal;
mod settings;
mod try_out;
mod windows;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use self::seal::SYSTEMS;
use crate::args::Args;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::packages::{self, DIST};
use crate::setup::{self, Consent, For};

/// What a release is made of and where it goes.
#[derive(Debug)]
struct Dist {
    workspace: Metadata,
    /// Where cargo builds for a release: with other flags than usual, so in a folder of its own.
    build: PathBuf,
    /// What is handed out.
    out: PathBuf,
    /// Time of the commit, in seconds since 1970.
    time: String,
    /// The version that all programs have.
    version: String,
}

pub fn command(mut args: Args) -> Result<ExitCode> {
    let trial = args.switch("--try");
    let asked = args.names()?;
    match asked.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["environment"] => return Ok(told(&settings::environment()?)),
        ["flags"] => return Ok(told(&settings::configuration()?)),
        ["try"] => {
            try_out::in_a_clean_root(&Dist::ready()?)?;
            return Ok(ExitCode::SUCCESS);
        }
        ["seal", system, folder] => {
            seal::command(system, Path::new(folder))?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let known = ["linux", "windows", "contents"];
    if let Some(other) = asked.iter().find(|part| !known.contains(&part.as_str())) {
        bail!("{other:?} is no part of a release: {}", known.join(", "));
    }
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|one| one == part);
    let dist = Dist::ready()?;
    if wanted("linux") {
        linux::make(&dist)?;
        if trial {
            try_out::in_a_clean_root(&dist)?;
        }
    }
    if wanted("windows") {
        windows::make(&dist)?;
    }
    if wanted("contents") {
        // Alone it is what both are made of.
        let alone = asked.iter().all(|part| part == "contents");
        let made = |name: &str| ["linux", "windows"].contains(&name) && (alone || wanted(name));
        for system in SYSTEMS.iter().filter(|system| made(system.name)) {
            contents::make(&dist.workspace, system, &dist.out)?;
        }
    }
    seal::checksums(&dist.out, "SHA256SUMS")?;
    dist.tell()
}

fn told(text: &str) -> ExitCode {
    print!("{text}");
    ExitCode::SUCCESS
}

impl Dist {
    fn ready() -> Result<Self> {
        let workspace = Metadata::read()?;
        setup::ready(&workspace, For::Running, Consent::Given)?;
        packages::install_all(&workspace, DIST, Consent::Given)?;
        settings::as_committed(&workspace)?;
        let time = settings::time(&workspace)?;
        let version = workspace.package("satchel-shell")?.version.clone();
        let build = workspace.target.join("dist");
        let out = build.join("out");
        std::fs::create_dir_all(&out)?;
        Ok(Self {
            time,
            workspace,
            build,
            out,
            version,
        })
    }

    /// Sets what makes a build say nothing of this machine.
    fn same_bytes(&self, command: &mut Command) -> Result<()> {
        // Unit separators, since a path may hold a space.
        let flags = settings::remaps(&self.workspace)?;
        command
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TARGET_DIR", &self.build)
            .env("SOURCE_DATE_EPOCH", &self.time);
        Ok(())
    }

    fn cargo(&self, words: &[&str]) -> Result<()> {
        let mut cargo = process::cargo(&self.workspace.root);
        self.same_bytes(&mut cargo)?;
        process::run(cargo.args(["build", "--release", "--locked"]).args(words))
    }

    /// Says what there is and how large it is.
    fn tell(&self) -> Result<ExitCode> {
        println!("\n=== {}", self.out.display());
        // What is made here is for Linux and Windows, for which the same holds.
        let budget = SYSTEMS.iter().map(|system| system.budget).min();
        let fits = seal::tell(&seal::files(&self.out)?, budget.unwrap_or_default())?;
        Ok(if fits {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
