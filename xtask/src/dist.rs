//! `cargo xtask dist`: makes the files of a release that this machine can make, and tries them out.
//!
//! A .deb and a tarball for Linux, the programs for Windows, what each is made of (CycloneDX), checksums. The same commit
//! gives the same bytes as far as each tool lets it: no path of the machine in it, one time for all files.

mod contents;
mod linux;
mod try_out;
mod windows;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::args::Args;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::packages::{self, DIST};
use crate::setup::{self, Consent, For};

/// Largest file of a release for one person, in bytes.
const BUDGET: u64 = 12_000_000;

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
        contents::make(&dist)?;
    }
    dist.checksums()?;
    dist.tell()
}

impl Dist {
    fn ready() -> Result<Self> {
        let workspace = Metadata::read()?;
        setup::ready(&workspace, For::Running, Consent::Given)?;
        packages::install_all(&workspace, DIST, Consent::Given)?;
        let mut git = process::command("git", &workspace.root);
        let time = process::output(git.args(["log", "-1", "--format=%ct"]))?;
        let version = workspace.package("satchel-shell")?.version.clone();
        let build = workspace.target.join("dist");
        let out = build.join("out");
        std::fs::create_dir_all(&out)?;
        Ok(Self {
            time: time.trim().to_owned(),
            workspace,
            build,
            out,
            version,
        })
    }

    /// Sets what makes a build say nothing of this machine.
    fn same_bytes(&self, command: &mut Command) -> Result<()> {
        let cargo_home = match std::env::var_os("CARGO_HOME") {
            Some(home) => PathBuf::from(home),
            None => {
                PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cargo")
            }
        };
        // Unit separators, since a path may hold a space.
        let flags = [
            format!(
                "--remap-path-prefix={}=/satchel",
                self.workspace.root.display()
            ),
            format!("--remap-path-prefix={}=/cargo", cargo_home.display()),
        ];
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

    /// Puts a file among those that are handed out.
    fn hand_out(&self, from: &Path, name: &str) -> Result<()> {
        let to = self.out.join(name);
        std::fs::copy(from, &to).with_context(|| format!("{} is not there", from.display()))?;
        Ok(())
    }

    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = std::fs::read_dir(&self.out)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>>>()?;
        files.retain(|path| path.is_file() && !path.ends_with("SHA256SUMS"));
        files.sort();
        Ok(files)
    }

    fn checksums(&self) -> Result<()> {
        let names = self
            .files()?
            .into_iter()
            .filter_map(|path| path.file_name().map(std::ffi::OsStr::to_owned));
        let mut sums = process::command("sha256sum", &self.out);
        let text = process::output(sums.arg("--").args(names))?;
        Ok(std::fs::write(self.out.join("SHA256SUMS"), text)?)
    }

    /// Says what there is and how large it is.
    fn tell(&self) -> Result<ExitCode> {
        println!("\n=== {}", self.out.display());
        let mut over = false;
        for path in self.files()? {
            let size = path.metadata()?.len();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let too_large = size > BUDGET;
            over |= too_large;
            let verdict = if too_large {
                "  OVER the 12 MB of a release"
            } else {
                ""
            };
            println!("{name:<44} {size:>11} bytes{verdict}");
        }
        Ok(if over {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}
